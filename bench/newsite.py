"""What `scrapy newsite` drafts, held against what the links of whole sites are: `python -m bench.newsite`.

Three kinds of sites: the demo web's three; generated ones with ids, dates, hashes, slugs and query strings in their
URLs; sites that are kept as repositories, of which bare clones have to be given: `bench.newsite OWNER/NAME=FOLDER …`.
Told for each: share of the article links that the drafted `article` takes, and of all other links that it takes.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from crawler.drafting.draft import Draft, draft, table
from crawler.drafting.fetch import Fetched
from crawler.drafting.survey import Survey
from crawler.extract.feeds import sniff
from crawler.extract.links import html_links
from crawler.extract.page import Page
from crawler.extract.url import canonical_url
from tests.site import serve
from tests.site.server import Web
from tests.site.webs import OUTLINES
from tests.site.website import Website

TAKEN, WRONG = 0.95, 0.03  # the goal: at least, at most

Answer = Callable[[str], tuple[int, bytes, str | None]]


@dataclass(frozen=True)
class Case:
    """A site without network: `answer` gives status, body and type of a URL, `is_article` the truth about a link,
    null for one that no URL tells."""

    name: str
    start: str
    answer: Answer
    pages: Callable[[], Iterable[str]]  # URLs of all pages of the site
    is_article: Callable[[str], bool | None]
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    name: str
    articles: int
    taken: float
    others: int
    wrong: float
    asked: int


def measure(case: Case) -> tuple[Figure, Draft]:
    """The draft of a site, and what it takes of the links on all of the site's pages."""
    survey = Survey(case.start)
    while wanted := survey.wanted():
        for url, role in wanted:
            status, body, kind = case.answer(url)
            page = Page(url, body, kind)
            survey.take(Fetched(url, status, page), case.sitemaps if role == "seed" else ())
    made = draft(survey)
    links = {each for each in every_link(case) if survey.near(each)}
    links = {url for url in links if case.is_article(url) is not None}
    articles = {url for url in links if case.is_article(url)}
    takes = {url for url in links if any(pattern.takes(url) for pattern in made.article)}
    others = links - articles
    return (
        Figure(
            case.name,
            len(articles),
            len(articles & takes) / max(1, len(articles)),
            len(others),
            len(others & takes) / max(1, len(others)),
            len(survey.pages),
        ),
        made,
    )


def every_link(case: Case) -> Iterator[str]:
    """Canonical URLs that are linked anywhere on the site."""
    for url in case.pages():
        status, body, kind = case.answer(url)
        if status == 200 and sniff(body, kind) == "html":
            yield from (canonical_url(link.url) for link in html_links(Page(url, body, kind)))


def demo(web: Web) -> Iterator[Case]:
    """The demo web; oddities, which no URL tells from articles, count as neither: they are left out of the links."""
    truth = {canonical_url(url) for url in web.truth()}
    for name, base in web.items():
        site = web.sites[name]
        assert isinstance(site, Website)

        def answer(url: str, site: Website = site, base: str = base) -> tuple[int, bytes, str | None]:
            reply = site.answer(url.removeprefix(base) or "/").reply
            return reply.status, reply.body, reply.content_type

        def pages(site: Website = site, base: str = base) -> Iterator[str]:
            return (base + path for path in site.routes)

        odd = {canonical_url(base + each.path) for each in OUTLINES[name].oddities}
        robots = answer(f"{base}/robots.txt")[1].decode("utf-8", "replace")
        yield Case(
            f"demo {name}",
            f"{base}/",
            answer,
            pages,
            lambda url, odd=odd: None if url in odd else url in truth,
            tuple(re.findall(r"(?mi)^Sitemap:\s*(\S+)", robots)),
        )


CHANNELS = ("yaowen", "guonei", "guoji", "caijing", "tiyu", "keji", "wenhua", "jiankang", "junshi", "shehui")
NAMES = ("要闻", "国内", "国际", "财经", "体育", "科技", "文化", "健康", "军事", "社会")
_PER_LIST, _LISTS = 12, 4


def generated() -> Iterator[Case]:
    """Sites of ten channels with four list pages each, under every kind of URL that a CMS makes."""
    kinds: dict[str, tuple[Callable[[str, int], str], Callable[[str, int], str]]] = {
        "ids": (lambda c, n: f"/{c}/{10_000 + n}.html", lambda c, p: f"/{c}/" if p == 1 else f"/{c}/list_{p}.html"),
        "short ids": (lambda c, n: f"/{c}/{n + 100}.html", lambda c, p: f"/{c}/" if p == 1 else f"/{c}/{p}.html"),
        "root ids": (lambda c, n: f"/{300_000 + n}.html", lambda c, p: f"/{c}/" if p == 1 else f"/{c}/page/{p}/"),
        "dates": (
            lambda c, n: f"/{c}/{2015 + n % 9}/{1 + n % 12:02}{1 + n % 28:02}/{n}.shtml",
            lambda c, p: f"/{c}/index.shtml" if p == 1 else f"/{c}/index_{p}.shtml",
        ),
        "trs": (
            lambda c, n: f"/{c}/{2015 + n % 9}{1 + n % 12:02}/t{2015 + n % 9}{1 + n % 12:02}{1 + n % 28:02}_{n}.html",
            lambda c, p: f"/{c}/" if p == 1 else f"/{c}/index_{p - 1}.html",
        ),
        "hashes": (
            lambda c, n: f"/{c}/{sha256(f'{c}{n}'.encode()).hexdigest()[:16]}.html",
            lambda c, p: f"/{c}/" if p == 1 else f"/{c}/{p}.html",
        ),
        "short hashes": (
            lambda c, n: f"/p/{sha256(f'{c}{n}'.encode()).hexdigest()[:8]}",
            lambda c, p: f"/{c}?page={p}",
        ),
        "uuids": (
            lambda c, n: f"/detail/{uuid.UUID(bytes=sha256(f'{c}{n}'.encode()).digest()[:16])}",
            lambda c, p: f"/channel/{CHANNELS.index(c) + 1}" + (f"?page={p}" if p > 1 else ""),
        ),
        "query ids": (
            lambda c, n: f"/show.asp?classid={CHANNELS.index(c) + 1}&id={n}",
            lambda c, p: f"/list.asp?classid={CHANNELS.index(c) + 1}&page={p}",
        ),
        "one script": (
            lambda c, n: f"/index.php?id={n}&m=content&a=show&catid={CHANNELS.index(c) + 1}",
            lambda c, p: f"/index.php?m=content&a=lists&catid={CHANNELS.index(c) + 1}&page={p}",
        ),
        "discuz": (lambda c, n: f"/thread-{n}-1-1.html", lambda c, p: f"/forum-{CHANNELS.index(c) + 1}-{p}.html"),
        "wenku": (
            lambda c, n: f"/{'dp'[n % 2]}-{100_000 + n}.html",
            lambda c, p: f"/c-{CHANNELS.index(c) + 1:05}" + (f"-p{p}" if p > 1 else "") + ".html",
        ),
        "slugs": (
            lambda c, n: f"/2026/03/{'-'.join(slug(n))}/",
            lambda c, p: f"/category/{c}/" if p == 1 else f"/category/{c}/page/{p}/",
        ),
        "deep": (
            lambda c, n: f"/{c}/{'abcdefgh'[n % 8] * 3}/{n % 3 + 1}/content_{n}.htm",
            lambda c, p: f"/{c}/node_{CHANNELS.index(c) + 41}" + (f"_{p}" if p > 1 else "") + ".htm",
        ),
    }
    for name, (article, listing) in kinds.items():
        yield _generated(name, article, listing)


def slug(number: int) -> list[str]:
    """Words of a slug, always the same for a number."""
    rng = random.Random(number)
    return [rng.choice(("shi", "zheng", "fu", "hui", "yi", "gong", "zuo", "xue", "xi", "tong")) for _ in range(5)]


def _generated(name: str, article: Callable[[str, int], str], listing: Callable[[str, int], str]) -> Case:
    base = f"http://www.{name.replace(' ', '-')}.example.com"
    pages: dict[str, str] = {}
    truth: set[str] = set()
    services = "".join(
        f"<a href='{path}'>{text}</a>"
        for path, text in (
            ("/about/1.html", "关于我们"),
            ("/about/2.html", "联系我们"),
            ("/sitemap.html", "网站地图"),
            ("/login.php", "登录"),
            ("/search?q=", "搜索"),
            ("/zhuanti/2026lh/", "专题"),
            ("/tags.php?id=3", "标签"),
        )
    )
    nav = "".join(f"<a href='{listing(c, 1)}'>{text}</a>" for c, text in zip(CHANNELS, NAMES, strict=True))
    head = f"<div class=nav><a href='/'>首页</a>{nav}</div>"
    front = []
    for at, channel in enumerate(CHANNELS):
        for page in range(1, _LISTS + 1):
            rows = []
            for place in range(_PER_LIST):
                number = 1 + at * 1000 + page * 100 + place
                path = article(channel, number)
                truth.add(canonical_url(base + path))
                title = f"{NAMES[at]}频道关于第{number}号夜市整治情况的报道"
                rows.append(f"<li><a href='{path}'>{title}</a> <span>2026-03-04</span></li>")
                pages[path] = _page(title, number, head, services)
                if page == 1 and place < 4:
                    front.append(rows[-1])
            turns = "".join(f"<a href='{listing(channel, n)}'>{n}</a>" for n in range(1, _LISTS + 1))
            after = f"<a href='{listing(channel, page + 1)}'>下一页</a>" if page < _LISTS else ""
            body = f"{head}<ul>{''.join(rows)}</ul>{turns}{after}{services}"
            pages[listing(channel, page)] = f"<html><title>{NAMES[at]}</title><body>{body}</body></html>"
    pages["/"] = f"<html><title>首页</title><body>{head}<ul>{''.join(front)}</ul>{services}</body></html>"
    by_url = {canonical_url(base + path): html for path, html in pages.items()}

    def answer(url: str) -> tuple[int, bytes, str | None]:
        html = by_url.get(canonical_url(url))
        return (404, b"", None) if html is None else (200, html.encode(), "text/html; charset=utf-8")

    return Case(name, f"{base}/", answer, lambda: list(by_url), lambda url: url in truth)


def _page(title: str, number: int, head: str, services: str) -> str:
    text = "".join(
        f"<p>第{number}号夜市的第{n}个摊位已经完成整治，有关部门表示，将继续推进这项工作，并且听取居民的意见。</p>"
        for n in range(6)
    )
    return (
        f"<html><title>{title}</title><body>{head}<h1>{title}</h1><div class=info>2026年3月4日 来源：集市日报</div>"
        f"<div class=content>{text}</div>{services}</body></html>"
    )


@dataclass(frozen=True)
class Kept:
    """A site that a repository keeps: the commit, its address, and which paths are articles."""

    commit: str
    base: str
    article: str
    start: str = "/"


# What is an article was read off the sites by hand.
KEPT = {
    "bkichen/hncic_net": Kept(
        "2d9ff406b49bcac723552c708240f44eeced1197", "http://www.hncic.net", r"^/(?:\w+/)*\d+\.html$"
    ),
    "bkichen/lgedu_net": Kept(
        "9ebd6db52e549bb5793f52c37d3744be5bd24036", "http://www.lgedu.net", r"^/contents/\d+/\d+\.html$"
    ),
    "hslx3y3h/xuexijingyancom": Kept(
        "d43a4773cfeaeea45f0dbb85d78735acca0b231f", "http://www.xuexijingyan.com", r"^/+(?:[a-z]+/)+\d+\.html$"
    ),
    "MeenaMate123/meiwenwang_news": Kept(
        "b693e8ae2e06634502ccbd68c72f05e03966d874",
        "http://www.meiwenwang.example",
        r"^/(?:meiwen|mobile/show)/\d+\.html$",
        "/meiwenxinshang/",  # the CMS's own page lies at the root
    ),
    "first1b/chenifan.cn": Kept(
        "1cfc05f05278634a55f7c1d570d375641bdfd8eb", "https://www.chenifan.cn", r"^/[a-z]+/\d+\.html$"
    ),
    "wzsx/gw": Kept("c88e1eb19c3dd04c396bf7abf9cfcf900361b7a3", "http://www.gw.example", r"^/(?:[a-z]+/)+\d+\.html$"),
    "adminrt/xz59": Kept(
        "f637961c205d163832aee4f2b5e158a41586731a",
        "http://www.xz59.com",
        r"^/(?:m/)?(?:game|soft|news|qipai)/\d+\.html$",
    ),
    "343382140/News-Web": Kept(
        "6911545ed2620534dd56e56f29affbc1c1e4c7a9", "http://www.xn--ehv81oxn1a8lb.cn", r"^/+special/arc-\d+\.html$"
    ),
    "28581688/gansu.github.io": Kept(
        "621adafcb4f149f088388eed7abac6fefd1e0a98",
        "http://gansu.lm1998.cn",
        r"^/(?:html/(?:mtzx|t|lmjs|gslm|qhlm|[a-z]+)/(?:\d+/\d+/)?)?\d+\.html$",
    ),
    "ajiader/renshikaoshi": Kept(
        "6bdd49fb04b1402d4df4eed88b63d5feb8f66515",
        "http://www.renshikaoshi.net",
        r"^/(?:[A-Za-z0-9_]+/)+(?:soft|arc|info)?\d+\.html$",
        "/ksbd/",
    ),
    "fangkuai12/zhiku": Kept(
        "92b90d7577aeebd14f1973c7c6bcc20aab2a385b", "http://www.zhiku.example", r"^/a/(?:\w+/)+\d+\.html$"
    ),
}
_PAGES = 800  # of a kept site whose links are counted
_INDEXES = ("index.html", "index.htm", "index.shtml", "default.html")


class Blobs:
    """Files of a commit by path, read from a bare clone by one process."""

    def __init__(self, folder: str, commit: str) -> None:
        listing = ["git", "-C", folder, "ls-tree", "-r", "--name-only", "-z", commit]
        names = subprocess.run(listing, capture_output=True, check=True).stdout.decode("utf-8", "replace")
        self.names = frozenset(names.split("\0")) - {""}
        self._commit = commit
        self._git = subprocess.Popen(
            ["git", "-C", folder, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def read(self, name: str) -> bytes:
        assert self._git.stdin is not None
        assert self._git.stdout is not None
        self._git.stdin.write(f"{self._commit}:{name}\n".encode())
        self._git.stdin.flush()
        head = self._git.stdout.readline().split()
        body = self._git.stdout.read(int(head[2])) if head[1:2] == [b"blob"] else b""
        if head[1:2] == [b"blob"]:
            self._git.stdout.read(1)
        return body

    def close(self) -> None:
        self._git.communicate()


def kept(name: str, blobs: Blobs) -> Case:
    """The site of a repository; its links to itself under any address are its own."""
    about = KEPT[name]

    def answer(url: str) -> tuple[int, bytes, str | None]:
        path = re.sub("/+", "/", unquote(urlsplit(url).path)).lstrip("/")
        for each in (path, *(f"{path.rstrip('/')}/{index}".lstrip("/") for index in _INDEXES)):
            if each in blobs.names:
                return 200, blobs.read(each), None
        return 404, b"", None

    def pages() -> Iterator[str]:
        html = sorted(path for path in blobs.names if PurePosixPath(path).suffix in (".html", ".htm", ".shtml"))
        return (f"{about.base}/{path}" for path in random.Random(1).sample(html, min(_PAGES, len(html))))

    pattern = re.compile(about.article)
    return Case(
        name, about.base + about.start, answer, pages, lambda url: bool(pattern.search("/" + url.split("/", 3)[3]))
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.newsite", description=__doc__)
    parser.add_argument("kept", nargs="*", metavar="OWNER/NAME=FOLDER.git")
    parser.add_argument("-v", action="store_true", help="the drafts, too")
    given = parser.parse_args(arguments)
    print("| site | asked | articles | taken | others | wrong |\n| --- | --- | --- | --- | --- | --- |")
    bad = 0
    with serve() as web:
        blobs = {
            name: Blobs(folder, KEPT[name].commit) for name, _, folder in (each.partition("=") for each in given.kept)
        }
        for case in [*demo(web), *generated(), *(kept(name, each) for name, each in blobs.items())]:
            figure, made = measure(case)
            good = figure.taken >= TAKEN and figure.wrong <= WRONG
            bad += not good
            print(
                f"| {figure.name} | {figure.asked} | {figure.articles} | {figure.taken:.3f} | {figure.others} "
                f"| {figure.wrong:.3f} |" + ("" if good else " below the goal"),
                flush=True,
            )
            if given.v:
                print("\n".join(table(made)))
        for each in blobs.values():
            each.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
