"""List pages with page turns, and the home page. Their links carry what template sites hang onto URLs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.site.batch import Batch, Dress
from tests.site.reply import Reply
from tests.site.view import Link, anchor

_PER_PAGE = 10
_NOISE = ("utm_source=list&utm_medium=web", "PHPSESSID=0a1b2c3d4e5f60718293a4b5c6d7e8f9", "spm=a2c4e.11153940.0.0")


@dataclass(frozen=True)
class Channel:
    """A list at `path`, its further pages at `more` (with {n}); `extra` links stand on its first page."""

    batch: Batch
    path: str
    more: str
    extra: tuple[Link, ...] = ()

    def links(self) -> tuple[Link, ...]:
        batch = self.batch
        return (*self.extra, *(batch.link(number) for number in batch.ids() if batch.listed))

    def pages(self) -> tuple[str, ...]:
        total = -(-len(self.links()) // _PER_PAGE)
        return (self.path, *(self.more.format(n=n) for n in range(2, total + 1)))

    def replies(self, site: str) -> Iterator[tuple[str, Reply]]:
        links, pages, dress = self.links(), self.pages(), self.batch.dress
        for page, path in enumerate(pages, 1):
            some = links[(page - 1) * _PER_PAGE : page * _PER_PAGE]
            html = listing(site, self.batch.channel.text, some, pages, page=page, dress=dress)
            yield path, Reply(dress.encode(html), dress.content_type, gzip=page % 2 == 0, chunked=page % 3 == 0)


def noisy(link: Link, place: int) -> Link:
    """The same article under another URL: session id or tracking parameter on three of four links."""
    if place % 4 == 3:
        return link
    if place % 7 == 6 and link.url.endswith((".html", ".htm")):
        return Link(f"{link.url};jsessionid=4F1A2B3C4D5E6F70", link.text)
    mark = "&" if "?" in link.url else "?"
    return Link(f"{link.url}{mark}{_NOISE[place % len(_NOISE)]}", link.text)


def listing(site: str, name: str, links: Sequence[Link], pages: Sequence[str], *, page: int, dress: Dress) -> str:
    """One page of a list: 首页 上一页 1 2 3 下一页 末页."""
    rows = "\n".join(
        f"<li><span class='date'>12-0{n % 9 + 1}</span>{anchor(noisy(one, n))}</li>" for n, one in enumerate(links)
    )
    numbers = " ".join(f"<b>{n}</b>" if n == page else anchor(Link(url, str(n))) for n, url in enumerate(pages, 1))
    before = anchor(Link(pages[page - 2], "上一页")) if page > 1 else ""
    after = anchor(Link(pages[page], "下一页")) if page < len(pages) else ""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={dress.meta}">' if dress.meta else ""
    return f"""<!DOCTYPE html><html><head>{meta}<title>{name}_{site}</title></head><body><div class="top"><a href="/">{site}</a></div>
<div class="place">当前位置：<a href="/">首页</a> &gt; {name} &gt; 列表</div><div class="listbox"><ul class="list">{rows}</ul></div>
<div class="pages">{anchor(Link(pages[0], "首页"))} {before} {numbers} {after} {anchor(Link(pages[-1], "末页"))} 共{len(pages)}页</div>
<div class="foot">{site} 版权所有</div></body></html>"""  # noqa: E501


def home(site: str, channels: Sequence[Channel], further: Sequence[Link]) -> Reply:
    """The home page: every channel with a few of its articles, and the `further` links."""
    blocks = []
    for channel in channels:
        heads = "".join(f"<li>{anchor(noisy(one, n))}</li>" for n, one in enumerate(channel.links()[:4]))
        more = anchor(Link(channel.path, "更多&gt;&gt;"))
        blocks.append(f"<div class='box'><h2>{anchor(channel.batch.channel)}</h2>{more}<ul>{heads}</ul></div>")
    links = " | ".join(anchor(link) for link in further)
    html = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{site}</title></head><body><h1>{site}</h1>
{"".join(blocks)}<div class="links">{links} <a href="javascript:void(0)">设为首页</a> <a href="mailto:me@example.com">联系站长</a></div></body></html>"""  # noqa: E501
    return Reply(html.encode(), "text/html; charset=utf-8", gzip=True)
