"""HTML in, article out: what the tests of the extraction share."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.extract import Article, Outcome, Page
from pipelines.process import process_page

URL = "http://www.example.cn/news/2019/0316/1234.html"
_NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)

# Three paragraphs of nothing in particular: a body beyond doubt, and none of its words is a label.
PARAGRAPHS = (
    "清晨的集市总是先从鱼摊热闹起来，水桶里的鲫鱼拍着尾巴，溅湿了过路人的裤脚，也没有人生气。",
    "卖豆腐的老人把白布掀开一角，热气便冒了出来，他不吆喝，只等熟客自己走近，递上一只碗。",
    "到了晌午，人渐渐散去，扫街的姑娘把菜叶归成一堆，石板路又露出青色，像是什么都没有发生过。",
)
PROSE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
TEXT = "\n".join(PARAGRAPHS)
TITLE = "集市上的一个早晨"


def page(body: bytes | str, url: str = URL, content_type: str | None = "text/html") -> Page:
    return Page(url, body.encode() if isinstance(body, str) else body, content_type, _NOON)


def outcome(body: bytes | str, *, url: str = URL, family: str | None = None) -> Outcome:
    return process_page(page(body, url), family=family)


def article(body: bytes | str, *, url: str = URL, family: str | None = None) -> Article:
    """The article of a page; an assertion that there is one."""
    found = outcome(body, url=url, family=family)
    assert found.articles, found.reject
    return found.articles[0]


def html(
    *,
    head: str = "",
    above: str = "",
    byline: str = "",
    body: str = PROSE,
    below: str = "",
    title: str = TITLE,
    name: str = "",
) -> str:
    """A page of no known CMS: title, byline, body in its own block, and room around each."""
    return (
        f'<html><head><meta charset="utf-8"><title>{name or f"{title}_东方早市网"}</title>{head}</head><body>{above}'
        f"<h1>{title}</h1>{byline}<div>{body}</div>{below}</body></html>"
    )
