"""The next page of the same article: "下一页", never "下一篇"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from crawler.extract.dom import Document, Node
from crawler.extract.vocabulary import NEXT_ARTICLE, NEXT_PAGE

_PAGE_NUMBER = re.compile(r"^[\[(（【]?\s*(?:第\s*)?(\d{1,3})\s*(?:页)?\s*[\])）】]?$")
# "_2.html" (DedeCMS, EmpireCMS), "-2.html" (people), "?page=2" (PHPCMS), "/2.html", "/2/".
_SUFFIX = re.compile(r"^(?P<stem>.*?)(?:[_-](?P<a>\d{1,3}))?(?P<ext>\.s?html?|\.php|\.aspx?|\.jsp)?$")
_QUERY = re.compile(r"(?:^|&)(?:page|p|pageno|page_no|pn|pageindex|currentpage)=(\d{1,3})(?:&|$)", re.I)


def page_key(url: str) -> tuple[str, int]:
    """The article that a page's URL belongs to, as far as the URL tells, and the number of the page (1 when absent)."""
    parts = urlsplit(url)
    host, path = parts.netloc.lower(), parts.path
    query = _QUERY.search(parts.query)
    if query:
        rest = _QUERY.sub("&", parts.query).strip("&")
        return f"{host}{path}?{rest}", int(query[1])
    match = _SUFFIX.match(path)
    if match and match["a"] and match["ext"] and int(match["a"]) > 0:
        return f"{host}{match['stem']}?{parts.query}", int(match["a"])
    stem = path[: -len(match["ext"])] if match and match["ext"] else path
    return f"{host}{stem}?{parts.query}", 1


def next_page(doc: Document, url: str) -> str | None:
    """Absolute URL of the same article's next page, or None. Links that lead to another article are not taken."""
    here, number = page_key(url)
    numbered = None
    for text, href in _short_links(doc):
        if NEXT_PAGE.match(text):
            target = None if NEXT_ARTICLE.search(text) else _same_article(url, href, here, number)
            if target:
                return target
        elif numbered is None:
            match = _PAGE_NUMBER.match(text)
            if match and int(match[1]) == number + 1:
                numbered = _same_article(url, href, here, number)
    return numbered


def _short_links(doc: Document) -> Iterator[tuple[str, str]]:
    """Text and href of the links that could be page turns."""
    for line in doc.lines:
        if line.linked:
            for piece, owner in line.pieces:
                if owner.link and len(piece) < 40:
                    text = piece.strip()
                    if 0 < len(text) <= 12:
                        anchor: Node | None = owner
                        while anchor is not None and anchor.tag != "a":
                            anchor = anchor.parent
                        if anchor is not None and "href" in anchor.attrs:
                            yield text, anchor.attrs["href"]


def _same_article(url: str, href: str, here: str, number: int) -> str | None:
    href = href.strip()
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return None
    try:
        target = urljoin(url, href).split("#")[0]
        key, page = page_key(target)
    except ValueError:
        return None
    if target == url or page != number + 1:
        return None
    return target if key == here or _nested(here, key) else None


def _nested(here: str, there: str) -> bool:
    # "/a/123.html" continues at "/a/123/2.html": the stem is the folder of the next page.
    stem = here.split("?")[0]
    return there.split("?")[0].rsplit("/", 1)[0] == stem
