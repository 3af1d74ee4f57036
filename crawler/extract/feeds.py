"""Feeds and sitemaps, and how they are told from HTML. XML is read without DOCTYPE: no entities, no network."""

# Not compiled: mypyc cannot write the lone surrogates of _NOT_XML into C.

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from lxml import etree

from crawler.extract.decode import DecodedText, decode
from crawler.extract.links import MAX_LINKS, Link, text_of
from crawler.extract.url import absolute

Kind = Literal["html", "feed", "sitemap"]

GZIP = b"\x1f\x8b"
MAX_XML = 64 << 20  # bytes after gunzip; sitemaps.org allows 50 MB

_KINDS: dict[str, Kind] = {"rss": "feed", "rdf": "feed", "feed": "feed", "urlset": "sitemap", "sitemapindex": "sitemap"}
# What may stand before the root element: declaration, comments, DOCTYPE with or without internal subset.
_PROLOG = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
# The root behind what a server printed first: "<br /><b>Notice</b>: Undefined index: id in …<br /><?xml …?><rss …>".
_LATE_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|rdf|feed|urlset|sitemapindex)\b", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_URL_LINE = re.compile(r"https?://\S+\Z", re.IGNORECASE)

_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\b')
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_LOCS = 100  # of one entry
_MAX_NOTICES = 16 << 10  # characters before the root element
# CDATA, references by name, and an "&" that starts no reference of XML: feeds print `?a=1&b=2` and `&nbsp;` as they are.
_TEXT = re.compile(
    r"<!\[CDATA\[((?:[^\]]|\](?!\]>))*+)(?:\]\]>|\Z)|&(?:(amp|lt|gt|quot|apos);|(?!#\d+;|#x[0-9a-fA-F]+;))"
)
_CODES = {"amp": 38, "lt": 60, "gt": 62, "quot": 34, "apos": 39}
_MARKUP = {38: "&#38;", 60: "&#60;", 62: "&#62;"}


def sniff(body: bytes, content_type: str | None) -> Kind:
    """What the bytes are; the declared type only decides whether plain text with URLs is a text sitemap."""
    text = _decode_xml(body[: 64 << 10], content_type).text
    start = _root(text)
    if start is not None and (root := _ROOT.match(text, start)):
        return _KINDS.get(root[1].lower(), "html")
    if _is_json_feed(text, content_type):
        return "feed"
    lines = text.split()
    plain = body.startswith(GZIP) or "html" not in (content_type or "").lower()
    if plain and lines and all(map(_URL_LINE.match, lines[: max(1, len(lines) - 1)])):  # the last may be cut by 64 KB
        return "sitemap"
    return "html"


def feed_links(body: bytes, base: str, content_type: str | None = None) -> list[Link]:
    """The articles of a feed: RSS 0.9x, 1.0, 2.0, Atom or JSON Feed. Broken XML gives what can be recovered."""
    found: dict[str, Link] = {}
    if _is_json_feed(text := _decode_xml(body, content_type).text, content_type):
        return _json_links(text, base)
    for entry in _elements(_xml(body, content_type), ("item", "entry")):
        url = _entry_url(entry, base)
        if url is not None:
            title = next(map(text_of, _elements(entry, ("title",))), "")
            found.setdefault(url, Link(url, title))
        if len(found) > MAX_LINKS:
            break
    return list(found.values())


def _is_json_feed(text: str, content_type: str | None) -> bool:
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return False
    return "feed+json" in (content_type or "").lower() or _JSON_FEED.search(text) is not None


def _json_links(text: str, base: str) -> list[Link]:
    """The items of a JSON Feed (jsonfeed.org, versions 1 and 1.1); none of what is no JSON."""
    try:
        feed = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return []
    items = feed.get("items") if isinstance(feed, dict) else None
    found: dict[str, Link] = {}
    for item in items if isinstance(items, list) else ():
        href, title = (item.get("url"), item.get("title")) if isinstance(item, dict) else (None, None)
        if href is None and isinstance(item, dict) and _URL_LINE.match(str(item.get("id"))):
            href = item["id"]  # "id … ideally the full URL of the resource described by the item"
        url = absolute(base, href) if isinstance(href, str) else None
        if url is not None:
            found.setdefault(url, Link(url, title if isinstance(title, str) else ""))
        if len(found) > MAX_LINKS:
            break
    return list(found.values())


def sitemap_links(body: bytes, base: str, content_type: str | None = None) -> list[Link]:
    """The pages of a sitemap (XML or one URL a line, gzip undone); the sitemaps of an index have rel "sitemap"."""
    root = _xml(body, content_type)
    if root is None:
        lines = _decode_xml(body, content_type).text.split()
        found = (Link(url) for line in lines if _URL_LINE.match(line) and (url := absolute(base, line)))
        return list(islice(found, MAX_LINKS + 1))
    links: list[Link] = []
    for entry in _elements(root, ("url", "sitemap")):
        if not _is_of(root, entry):
            continue
        rel = "sitemap" if _local(entry) == "sitemap" else ""
        # Not <image:loc>, nor a <loc> of another namespace, nor one in an <image> without any: those are pictures.
        locs = [loc for loc in islice(_elements(entry, ("loc",)), _MAX_LOCS) if _is_of(root, loc)]
        href = next((text_of(loc) for loc in sorted(locs, key=lambda loc: loc.getparent() is not entry)), "")
        url = absolute(base, href) if href else None
        if url is not None:
            links.append(Link(url, "", rel))
        if len(links) > MAX_LINKS:
            break
    return links


def _decode_xml(body: bytes, content_type: str | None) -> DecodedText:
    if body.startswith(GZIP):
        body = b"".join(_gunzip(body))
    return decode(body, content_type)


def _gunzip(body: bytes) -> Iterator[bytes]:
    """The members of a gzip file as far as they can be read, MAX_XML bytes in all."""
    room = MAX_XML
    while body.startswith(GZIP) and room > 0:
        member = zlib.decompressobj(wbits=31)
        try:
            content = member.decompress(body, room)
        except zlib.error:
            return
        yield content
        room -= len(content)
        body = member.unused_data


def _root(text: str) -> int | None:
    """Where the root element begins."""
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    first = _ROOT.match(text, start)
    if first and first[1].lower() in _KINDS:
        return start
    late = _LATE_ROOT.search(text, start, start + _MAX_NOTICES)
    if late and not _HTML.search(text, start, late.start()):
        return late.start()
    return start if first else None


def _xml(body: bytes, content_type: str | None) -> etree._Element | None:
    text = _decode_xml(body, content_type).text
    start = _root(text)  # parsing starts at the root element: without DOCTYPE there are no entities to expand
    if start is None:
        return None
    # All references by number: after the first error of a document libxml2 drops those by name.
    clean = _TEXT.sub(_numbered, _NOT_XML.sub("", text[start:])).encode("utf-8")
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(clean, parser)
    except etree.XMLSyntaxError:
        return None


def _numbered(match: re.Match[str]) -> str:
    cdata, name = match.groups()
    if cdata is not None:
        return cdata.translate(_MARKUP)
    return f"&#{_CODES[name or 'amp']};"


def _elements(root: etree._Element | None, names: Iterable[str]) -> Iterator[etree._Element]:
    # All descendants, not children: in a feed whose <b> was never closed everything sits one level too deep.
    if root is not None:
        yield from (element for element in root.iter(etree.Element) if _local(element) in names)


def _entry_url(entry: etree._Element, base: str) -> str | None:
    """RSS: <link>URL</link>, else a <guid> that is a permanent link; Atom: <link href rel=alternate>, from xml:base."""
    for link in _elements(entry, ("link",)):
        href = link.get("href", "") if link.get("rel", "alternate") == "alternate" else ""
        if href or (link.get("href") is None and (href := text_of(link))):
            return absolute((link.base and absolute(base, link.base)) or base, href)
    for guid in _elements(entry, ("guid",)):
        if guid.get("isPermaLink", "true") == "true" and _URL_LINE.match(text_of(guid)):
            return absolute(base, text_of(guid))
    return None


def _is_of(root: etree._Element | None, element: etree._Element) -> bool:
    """Whether the element is of the same vocabulary as the root, not of an extension that is mixed in."""
    return root is not None and _space(element) in ("", _space(root))


def _space(element: etree._Element) -> str:
    """The namespace, or the prefix where none was declared for it."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag[1:].partition("}")[0] if tag.startswith("{") else tag.rpartition(":")[0]


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
