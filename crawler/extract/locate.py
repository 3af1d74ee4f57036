"""Where title and body are: the skin's places when it knows them, else each found with the help of the other."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.dom import Document, Node
from crawler.extract.generic import DROPPED, first_prose, main_node
from crawler.extract.templates import Skin
from crawler.extract.title import Title, find_title, fold, repeats, strong_title


@dataclass(frozen=True, slots=True)
class Place:
    """`body` the node that holds the text, `until` the line where another article begins, None when none does."""

    body: Node
    title: Title
    until: int | None = None


def locate(doc: Document, values: list[float], skin: Skin | None) -> Place | None:
    """None when no line of the page is prose. Changes `values`: furniture and repeated titles lose theirs."""
    _drop(doc, skin, values)
    body = _skin_body(doc, skin, values)
    if body is not None:
        return Place(body, _skin_title(doc, skin) or find_title(doc, first_prose(values, body) + 2))
    return _by_title(doc, values) or _by_prose(doc, values)


def _by_title(doc: Document, values: list[float]) -> Place | None:
    """The body behind a heading that says what <title> says."""
    anchor = strong_title(doc)
    if anchor is None:
        return None
    key = fold(doc.lines[anchor].text)
    for index in range(anchor, min(anchor + 12, len(doc.lines))):
        if repeats(doc.lines[index], key):  # the title once more is no prose, though it may hold a "？"
            values[index] = -2.0
    until = _next_article(doc, anchor)
    body = main_node(doc, values, anchor + 1, until)
    return Place(body, find_title(doc, anchor + 1), until) if body else None


def _by_prose(doc: Document, values: list[float]) -> Place | None:
    """The body by its prose alone, then the best heading above it, then the body behind that heading."""
    body = main_node(doc, values)
    if body is None:
        return None
    title = find_title(doc, first_prose(values, body) + 2)
    if title.line is not None and title.line >= body.start:
        body = main_node(doc, values, title.line + 1) or body
    return Place(body, title)


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


def _next_article(doc: Document, anchor: int) -> int | None:
    """Where a second complete article begins: a heading built by the same template as the title's."""
    first = doc.lines[anchor].node
    if first.tag not in ("h1", "h2"):
        return None
    for index in range(anchor + 1, len(doc.lines)):
        node = doc.lines[index].node
        if (
            node.tag == first.tag
            and node.names == first.names
            and node is not first
            and node.parent is not first.parent
        ):
            return index
    return None
