"""The next page of the same article: "下一页", never "下一篇"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from crawler.extract.dom import Dom
from crawler.extract.url import absolute, canonical_url
from crawler.extract.vocabulary import NEXT_ARTICLE, NEXT_PAGE

_TURN: Final = re.compile("[下后翻›»Nn\\d]")  # a character of every text that one of the two patterns matches
_NUMBER_TEXT: Final = re.compile(r"^[\[(（【]?\s*(?:第\s*)?(\d{1,3})\s*(?:页)?\s*[\])）】]?$")
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|jhtml)$", re.I)
_PARAMETER = re.compile(r"^(?:page|p|pageno|page_no|pn|pageindex|currentpage|pageid|ipage)$", re.I)
# "_2.html" (DedeCMS, EmpireCMS), "-2.html" (people), "/2.html", "/2/", "/2" (WordPress); in TRS "_1.html" is page 2.
_TAIL = re.compile(r"^(?P<stem>.+?)[_/-](?P<page>\d{1,3})$")
_MAX_PAGE = 200


def page_number(url: str) -> int:
    """The page number in the URL of an article's page; 1 when the URL has none."""
    path, _, number = _parts(url)
    if number is not None:
        return number
    match = _TAIL.match(path)
    return int(match["page"]) if match and _EXTENSION.search(urlsplit(url).path) and 1 < int(match["page"]) <= 99 else 1


def may_be_further(url: str) -> bool:
    """Whether there may be a URL of which turns_page() says that this one is the page after it."""
    path, _, number = _parts(url)
    tail = _TAIL.match(path)
    return number is not None or (tail is not None and int(tail["page"]) <= _MAX_PAGE)


def turns_page(url: str, target: str) -> bool:
    """Whether `target` is the page after `url`: the two differ only in a page number, by one."""
    here, there = _parts(url), _parts(target)
    if here[1] != there[1]:
        return False
    if here[0] == there[0]:
        return (there[2] or 0) - (1 if here[2] is None else here[2]) == 1
    if here[2] is not None or there[2] is not None:
        return False
    tail = _TAIL.match(there[0])
    if tail is None or int(tail["page"]) > _MAX_PAGE:
        return False
    if tail["stem"].removesuffix("/index") == here[0]:
        return tail["page"] in ("1", "2")
    before = _TAIL.match(here[0])
    return before is not None and before["stem"] == tail["stem"] and int(tail["page"]) == int(before["page"]) + 1 <= 100


def _parts(url: str) -> tuple[str, tuple[str, ...], int | None]:
    """Host and path without extension, the other parameters sorted, and the value of the page parameter."""
    parts = urlsplit(url)
    rest, number = [], None
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if _PARAMETER.match(name) and value.isdigit() and len(value) <= 3:
            number = int(value)
        elif pair:
            rest.append(pair)
    path = _EXTENSION.sub("", parts.path).rstrip("/")
    return parts.netloc.lower() + path, tuple(sorted(rest)), number


def next_page(dom: Dom, url: str, charset: str = "utf-8") -> str | None:
    """Absolute URL of the same article's next page, or None. `charset` is the page's: see absolute()."""
    base = absolute(url, dom.base) or url if dom.base else url
    numbered = None
    here = canonical_url(url)  # the page may have been linked with a tracking parameter, its further pages are not
    for text, href in _short_links(dom):
        if not _TURN.search(text):
            continue
        if NEXT_PAGE.match(text):
            target = None if NEXT_ARTICLE.search(text) else _target(here, absolute(base, href, charset))
            if target:
                return target
        elif numbered is None and _NUMBER_TEXT.match(text):
            numbered = _target(here, absolute(base, href, charset))
    return numbered


def _short_links(dom: Dom) -> Iterator[tuple[str, str]]:
    """Text and href of the links that are short enough for a page number or "下一页"."""
    for line in dom.lines:
        if line.linked:
            for piece, owner in line.pieces:
                if owner.href and len(piece) < 40 and 0 < len(text := piece.strip()) <= 12:
                    yield text, owner.href


def _target(here: str, target: str | None) -> str | None:
    return target if target and turns_page(here, canonical_url(target)) else None
