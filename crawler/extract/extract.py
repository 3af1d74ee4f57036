"""One page -> one article, not yet cleaned. The steps stand in the order in which they run."""

from __future__ import annotations

from crawler.extract.article import Article, Outcome, Reject
from crawler.extract.body import assemble, choose_lines
from crawler.extract.breadcrumb import document_channels, read_category
from crawler.extract.byline import Byline, date_evidence, fill, read_byline
from crawler.extract.dates import instant
from crawler.extract.decode import decode
from crawler.extract.document import read_document
from crawler.extract.dom import Document, Node, parse
from crawler.extract.generic import DROPPED, first_prose, line_values, main_node
from crawler.extract.lead import read_lead
from crawler.extract.page import Page
from crawler.extract.pagination import next_page, page_number
from crawler.extract.reject import by_bytes, by_lines, by_page
from crawler.extract.templates import recognise
from crawler.extract.templates.skin import Skin
from crawler.extract.title import Title, clean_title, find_title, fold, heads_of, strong_title
from crawler.extract.url import article_id, canonical_url
from crawler.site import Site

_DOCUMENT_SKINS = ("doc_family", "renrendoc", "docs360", "dochub", "docin")


def extract(page: Page, family: str | None = None, site: Site | None = None) -> Outcome:
    refused = by_bytes(page)
    if refused:
        return Outcome(reject=refused)
    decoded = decode(page.body, page.content_type)
    doc = parse(decoded.text)
    skin = recognise(doc)
    values = line_values(doc)
    _drop(doc, skin, values)
    node, title, until = _locate(doc, values, skin)
    if node is None:
        return Outcome(reject=by_page(page, doc, 0) or Reject("too_short", "no prose on the page"))
    chosen = choose_lines(doc, node, title.text, title.line, until, values)
    lines = [doc.lines[i] for i in chosen]
    refused = by_page(page, doc, sum(line.chars - line.linked for line in lines)) or by_lines(doc, lines, title.text)
    if refused or not lines:
        return Outcome(reject=refused or Reject("too_short", "no prose on the page"))
    first, last = chosen[0], chosen[-1]
    top = title.line if title.line is not None else max(0, first - 10)
    above = doc.lines[max(0, top - 3) : first][:20]
    below = doc.lines[last + 1 : last + 26]
    channels = read_category(doc, title.text, first)
    if family == "wenku" and not channels:
        channels = document_channels(doc)
    byline = Byline(account=bool(skin and skin.accounts))
    evidence = date_evidence(doc)
    for role in ("published", "source", "author", "editor"):
        for selector in getattr(skin, role) if skin else ():
            for node_ in doc.select(selector)[:1]:
                fill(byline, role, doc.text_in(node_), evidence)
    read_byline(doc, byline, channels, above, lines[:9], doc.lines[chosen[max(0, len(chosen) - 5)] : last + 1], below)
    number = page_number(page.url)
    heads = heads_of(doc)
    canonical = canonical_url(page.url)
    article = Article(
        id=article_id(page.url),
        url=page.url,
        canonical_url=canonical,
        site=site.name if site else "",
        family=family or "",
        template=skin.name if skin else "generic",
        title=clean_title(title.text, heads, number, family),
        text=assemble(lines),
        published=byline.published,
        published_at=instant(byline.published),
        source=byline.source,
        author=byline.author,
        editor=byline.editor,
        document=read_document(doc) if family == "wenku" or (skin and skin.name in _DOCUMENT_SKINS) else None,
        category=channels,
        lead=read_lead(doc, top, first),
        charset=decoded.charset,
        fetched_at=page.captured_at,
    )
    return Outcome(articles=[article], next_page=next_page(doc, page.url))


def _drop(doc: Document, skin: Skin | None, values: list[float]) -> None:
    """What the skin knows to be furniture loses its lines, unless it holds most of the page's prose: skins age."""
    prose = sum(v for v in values if v > 0)
    for selector in skin.drop if skin else ():
        for node in doc.select(selector):
            if sum(v for v in values[node.start : node.end] if v > 0) > 0.4 * prose:
                continue
            for index in range(node.start, node.end):
                if doc.lines[index].node.within(node):
                    values[index] = DROPPED


def _skin_body(doc: Document, skin: Skin | None, values: list[float]) -> Node | None:
    for selector in skin.body if skin else ():
        nodes = [n for n in doc.select(selector) if n.block and any(v > 0 for v in values[n.start : n.end])]
        if nodes:
            return max(nodes, key=lambda n: sum(v for v in values[n.start : n.end] if v > 0))
    return None


def _skin_title(doc: Document, skin: Skin | None) -> Title | None:
    for selector in skin.title if skin else ():
        for node in doc.select(selector):
            text = doc.text_in(node)
            if text:
                return Title(text, node.start if node.start < len(doc.lines) else None)
    return None


def _locate(doc: Document, values: list[float], skin: Skin | None) -> tuple[Node | None, Title, int | None]:
    """The node of the body, the title and the line where the next article begins: each found with the others' help."""
    body = _skin_body(doc, skin, values)
    if body is not None:
        title = _skin_title(doc, skin)
        return body, title or find_title(doc, first_prose(values, body) + 2), None
    anchor = strong_title(doc)
    if anchor is not None:
        key = fold(doc.lines[anchor].text)
        for index in range(anchor, min(anchor + 12, len(doc.lines))):
            if fold(doc.lines[index].text) == key:  # the title once more is no prose, though it may hold a "？"
                values[index] = -2.0
        until = _next_article(doc, anchor)
        node = main_node(doc, values, anchor + 1, until)
        if node is not None:
            return node, find_title(doc, anchor + 1), until
    node = main_node(doc, values)
    if node is None:
        return None, Title("", None), None
    title = find_title(doc, first_prose(values, node) + 2)
    if title.line is not None and title.line >= node.start:
        node = main_node(doc, values, title.line + 1) or node
    return node, title, None


def _next_article(doc: Document, anchor: int) -> int | None:
    """Where a second complete article begins: a heading built by the same template as the title's."""
    first = doc.lines[anchor].node
    if first.tag not in ("h1", "h2"):
        return None
    for index in range(anchor + 1, len(doc.lines)):
        node = doc.lines[index].node
        if node.tag == first.tag and node.names == first.names and node is not first and node.parent is not first.parent:
            return index
    return None
