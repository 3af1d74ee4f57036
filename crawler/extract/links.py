"""Links of HTML pages. Feeds and sitemaps: feeds.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree

from crawler.extract.decode import decode
from crawler.extract.page import Page
from crawler.extract.source import parsable
from crawler.extract.url import absolute

_SCRIPTED = re.compile(
    r"""(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\(|window\.open\()\s*['"]([^'"]+)['"]"""
)
# "0;url=/a.html", "3; /a.html", "0; URL='/a.html'"; "300" alone reloads the page itself.
_REFRESH = re.compile(r"""\s*+[\d.]*+\s*+[;,]?+\s*+(?:url\s*+=\s*+)?+['"]?+([^'"]+)""", re.IGNORECASE)


MAX_LINKS = 50_000
"""Of a page, feed or sitemap; more are not read. It is the limit of sitemaps.org for one file."""

_MAX_TEXTS = 50  # pieces of a link's text; tags that are never closed nest one link in the other
_MAX_SELECTS = 50  # page selectors of one page


class Link(NamedTuple):
    """`url` absolute, without fragment, not canonical; `rel` as in HTML ("next", "refresh"), "sitemap" for a nested
    one, mostly ""."""

    url: str
    text: str = ""
    rel: str = ""


def html_links(page: Page) -> list[Link]:
    """The links of an HTML page in document order, each once: a URL comes again when it is linked by another text. At most
    MAX_LINKS, and one more where there are more.

    <a>, <area>, <frame>, <link rel=next>, the options of a page selector, `onclick="location='…'"`, the header Refresh
    and meta refresh.
    rel=nofollow speaks to search engines about ranking and is not heeded: robots.txt is.
    """
    decoded = decode(page.body, page.content_type)
    root = _html(parsable(decoded.text, decoded.utf8))
    if root is None:
        return []
    # The first <base>, wherever it stands, as in a browser.
    base = next((href for element in root.iter("base") if (href := element.get("href")) is not None), "")
    base, charset = absolute(page.url, base) or page.url, decoded.charset.partition(" ")[0]
    found: dict[Link, None] = {}
    if refresh := _refresh_header(page):
        found[Link(refresh, "", "refresh")] = None
    for href, text, rel in _hrefs(root):
        url = absolute(base, href, charset)
        if url is not None:
            found[Link(url, text, rel)] = None
        if len(found) > MAX_LINKS:
            break
    return list(found)


def refresh_link(page: Page) -> str | None:
    """The absolute URL to which the page sends a browser by itself, by its header Refresh or by meta refresh."""
    if refresh := _refresh_header(page):
        return refresh
    if b"refresh" not in page.body.lower():
        return None
    return next((link.url for link in html_links(page) if link.rel == "refresh"), None)


def _refresh_header(page: Page) -> str | None:
    for name, value in page.headers:
        if name.lower() == "refresh" and (refresh := _REFRESH.match(value)):
            return absolute(page.url, refresh[1])
    return None


def _html(source: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(
            source, etree.HTMLParser(encoding="utf-8", remove_comments=True, no_network=True, huge_tree=True)
        )
    except etree.XMLSyntaxError:  # nothing in it
        return None


def _hrefs(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    selects = 0
    for element in root.iter(etree.Element):
        tag, get = element.tag, element.get
        href = get("href")
        if tag in ("a", "area") and href:
            scripted = _SCRIPTED.search(href) if href[:11].lower() == "javascript:" else None
            yield (scripted[1] if scripted else href), _label(element) or get("title", ""), get("rel", "").lower()
        elif tag == "link" and href and get("rel", "").lower() == "next":
            yield href, "", "next"
        elif tag == "frame" and get("src"):
            yield get("src", ""), "", ""
        elif tag == "meta" and get("http-equiv", "").lower() == "refresh":
            refresh = _REFRESH.match(get("content", ""))
            if refresh:
                yield refresh[1], "", "refresh"
        elif tag == "select" and "location" in get("onchange", "") and (selects := selects + 1) <= _MAX_SELECTS:
            # DedeCMS: <select onchange="location.href=this.options[this.selectedIndex].value;">
            #            <option value='list_1_2.html'>2</option>
            for option in element.iter("option"):
                yield option.get("value", ""), text_of(option), ""
        onclick = get("onclick")
        scripted = _SCRIPTED.search(onclick) if onclick else None
        if scripted:
            yield scripted[1], _label(element), ""


def _label(element: etree._Element) -> str:
    """The text of a link, or its beginning."""
    return " ".join("".join(map(str, islice(element.itertext(with_tail=False), _MAX_TEXTS))).split())


def text_of(element: etree._Element) -> str:
    return " ".join(etree.tostring(element, method="text", encoding="unicode", with_tail=False).split())
