"""What a skin is given to print: one web page of one article, with the links that stand around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tests.site.story import Story


class Link(NamedTuple):
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names and numbers around a text; null where the page prints none. `published` in ISO form as printed."""

    published: str | None = None
    source: str | None = None
    author: str | None = None
    editor: str | None = None

    @property
    def signature(self) -> str:
        """The author in a line of his own below the text."""
        return f"（作者系市直机关工委干部 {self.author}）"

    @property
    def moment(self) -> str:
        """An ISO date as most sites print it, with a blank: "2015-03-26 13:21"."""
        return (self.published or "").replace("T", " ")

    @property
    def chinese_day(self) -> str:
        year, month, day = (self.published or "")[:10].split("-")
        return f"{year}年{int(month)}月{int(day)}日"


@dataclass(frozen=True, slots=True)
class View:
    """`paragraphs` are those of this page; `pages` the URLs of all pages; `charset` is what the meta tag claims."""

    site: str
    base: str
    number: int
    story: Story
    names: Names
    facts: dict[str, str]
    paragraphs: tuple[str, ...]
    page: int
    pages: tuple[str, ...]
    crumbs: tuple[Link, ...]
    previous: Link | None
    next: Link | None
    related: tuple[Link, ...]
    charset: str | None

    @property
    def meta(self) -> str:
        return f'<meta http-equiv="Content-Type" content="text/html; charset={self.charset}" />' if self.charset else ""

    @property
    def channel(self) -> Link:
        return self.crumbs[-1]


@dataclass(frozen=True, slots=True)
class Skin:
    """`prints` are the fields of Names that the skin shows, `precision` that of its date, if it prints one."""

    name: str
    render: Callable[[View], str]
    prints: frozenset[str] = frozenset()
    precision: str | None = None


def anchor(link: Link | None, attributes: str = "") -> str:
    """`<a>` of a link; "没有了" where there is none, as DedeCMS prints it."""
    return f'<a href="{link.url.replace("&", "&amp;")}"{attributes}>{link.text}</a>' if link else "没有了"


def items(links: tuple[Link, ...], tag: str = "li") -> str:
    return "\n".join(f"<{tag}>{anchor(link)}</{tag}>" for link in links)


def trail(view: View, separator: str) -> str:
    """The breadcrumb without 正文."""
    return separator.join(anchor(link) for link in view.crumbs)
