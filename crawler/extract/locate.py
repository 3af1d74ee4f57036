"""Locates title and body: by the selectors of the skin when there are any, else each with the help of the other."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.dom import Dom, Node
from crawler.extract.generic import DROPPED, first_prose, main_node
from crawler.extract.templates import Skin
from crawler.extract.title import Title, find_title, fold, repeats, strong_title


@dataclass(frozen=True, slots=True)
class Place:
    """Where the article is: `body` is the node with its text, `until` the line at which a second article begins, if any."""

    body: Node
    title: Title
    until: int | None = None


def locate(dom: Dom, values: list[float], skin: Skin | None) -> Place | None:
    """Where the article is; None when no line of the page is prose. Lowers the `values` of boilerplate and of repeated
    titles in place.
    """
    _drop(dom, skin, values)
    body = _skin_body(dom, skin, values)
    if body is not None:
        return Place(body, _skin_title(dom, skin) or find_title(dom, first_prose(values, body) + 2))
    return _by_title(dom, values) or _by_prose(dom, values)


def _by_title(dom: Dom, values: list[float]) -> Place | None:
    """The body below a heading with the words of <title>."""
    anchor = strong_title(dom)
    if anchor is None:
        return None
    key = fold(dom.lines[anchor].text)
    for index in range(anchor, min(anchor + 12, len(dom.lines))):
        if repeats(dom.lines[index], key):  # the repeated title is no prose, though it may have a "？"
            values[index] = -2.0
    until = _next_article(dom, anchor)
    body = main_node(dom, values, anchor + 1, until)
    return Place(body, find_title(dom, anchor + 1), until) if body else None


def _by_prose(dom: Dom, values: list[float]) -> Place | None:
    """The body by its prose alone, then the best heading above it, then the body below that heading."""
    body = main_node(dom, values)
    if body is None:
        return None
    title = find_title(dom, first_prose(values, body) + 2)
    if title.line is not None and title.line >= body.start:
        body = main_node(dom, values, title.line + 1) or body
    return Place(body, title)


def _drop(dom: Dom, skin: Skin | None, values: list[float]) -> None:
    """Drop the lines that the skin names as boilerplate, unless they have much of the page's prose: skins change."""
    prose = sum(v for v in values if v > 0)
    for selector in skin.drop if skin else ():
        for node in dom.select(selector):
            if sum(v for v in values[node.start : node.end] if v > 0) > 0.4 * prose:
                continue
            for index in range(node.start, node.end):
                if dom.lines[index].node.within(node):
                    values[index] = DROPPED


def _skin_body(dom: Dom, skin: Skin | None, values: list[float]) -> Node | None:
    if skin is None:
        return None
    for selector in skin.body:
        nodes = [n for n in dom.select(selector) if n.block and any(v > 0 for v in values[n.start : n.end])]
        if nodes:
            return (
                nodes[0] if skin.thread else max(nodes, key=lambda n: sum(v for v in values[n.start : n.end] if v > 0))
            )
    return None


def _skin_title(dom: Dom, skin: Skin | None) -> Title | None:
    for selector in skin.title if skin else ():
        for node in dom.select(selector):
            text = dom.text_in(node)
            if text:
                return Title(text, node.start if node.start < len(dom.lines) else None)
    return None


def _next_article(dom: Dom, anchor: int) -> int | None:
    """The line of the heading of a second article, None if none: same tag and names as the title's, in another block; where
    the headings have no names, in a block of the same form or with the same words, since subheads have none either.
    """
    first = dom.lines[anchor].node
    if first.tag not in ("h1", "h2") or first.parent is None:
        return None
    for index in range(anchor + 1, len(dom.lines)):
        node = dom.lines[index].node
        if (
            node.tag == first.tag
            and node.names == first.names
            and node.parent is not None
            and node.parent is not first.parent
            and (
                bool(node.names)
                or (node.parent.tag, node.parent.names) == (first.parent.tag, first.parent.names)
                or dom.lines[index].text == dom.lines[anchor].text
            )
        ):
            return index
    return None
