"""The generic way: which node of an unknown page holds the article.

Every line has a value: prose counts its characters, link lists and labels count against. A node's value is the sum over
its lines, and the article is the node of the highest value: an ancestor adds only navigation (it loses), a descendant
drops a piece of the article (it loses). The idea is that of maximal subsequence segmentation (Pasternack & Roth, WWW
2009) on the tree instead of the token stream.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import accumulate

from crawler.extract.chrome import is_byline, is_control
from crawler.extract.dom import Document, Line, Node
from crawler.extract.lead import is_lead
from crawler.extract.vocabulary import (
    CONTACT,
    is_body_token,
    is_comment_name,
    is_footer,
    is_noise_name,
    is_weak_noise_name,
)

_FAR_FROM_TITLE = 0.3
DROPPED = -999.0  # the value of a line that its skin knows to be furniture


def line_value(line: Line) -> float:
    """Characters of prose, or a negative number for links and labels."""
    if line.linked * 2 > line.chars:
        return -4.0 - min(line.linked, 60) * 0.5
    if line.chars < 400 and (
        is_footer(line.text) or (line.chars < 120 and "。" not in line.text and CONTACT.search(line.text))
    ):
        return -0.5 * line.chars
    if line.marks:
        if is_byline(line.text) or is_lead(line) or is_control(line.text):
            return -2.0
        return float(line.chars - line.linked) if line.chars >= 10 else 1.0
    if line.chars > 30:
        return line.chars * 0.5
    return -2.0


def _raise_verse(doc: Document, values: list[float]) -> None:
    """Poems have no marks: short lines of text count as prose when three or more follow each other in one block."""
    run: list[int] = []
    for index, line in enumerate([*doc.lines, None]):
        text = line is not None and not line.linked and (line.marks or line.chars >= 4)
        if line is not None and text and (not run or _block(line) is _block(doc.lines[run[-1]])):
            run.append(index)
            continue
        if len(run) >= 4:
            for i in run:
                values[i] = max(values[i], 0.6 * doc.lines[i].chars)
        run = [index] if line is not None and not line.linked and line.chars >= 4 else []


def _raise_tables(doc: Document, values: list[float]) -> None:
    """The short cells of a table of data under a text or a byline count for it: "现将名单公布如下：", then the names.

    Data: three rows and more, each with two cells that are no links.
    """
    rows: dict[Node, list[int]] = {}
    for index, line in enumerate(doc.lines):
        if values[index] < 0 and not line.linked:
            cell = line.node if line.node.tag in ("td", "th") else line.node.parent
            if cell is not None and cell.tag in ("td", "th") and cell.parent is not None:
                rows.setdefault(cell.parent, []).append(index)
    tables: dict[Node | None, list[int]] = {}
    sizes: Counter[Node | None] = Counter()
    for row, cells in rows.items():
        if len(cells) > 1:
            tables.setdefault(row.parent, []).extend(cells)
            sizes[row.parent] += 1
    for table, cells in tables.items():
        if table is None or sizes[table] < 3:
            continue
        before = doc.lines[table.start - 1] if table.start else None
        under = before is not None and (values[table.start - 1] >= 10 or is_byline(before.text))
        for index in cells:
            values[index] = 0.3 * doc.lines[index].chars if under else 0.0


def _block(line: Line) -> Node | None:
    return line.node if line.node.tag != "p" else line.node.parent


def noise_limit(node: Node) -> float:
    """The share of the page's prose up to which a region that names itself chrome is believed; 0 when it does not."""
    if node.tag in ("aside", "footer", "nav"):
        return 0.5
    return _limit(node.names) if node.names else 0.0


@lru_cache(maxsize=16384)
def _limit(names: tuple[str, ...]) -> float:
    if any(map(is_body_token, names)):
        return 0.0
    if any(map(is_comment_name, names)):
        return 0.85
    if any(map(is_noise_name, names)):
        return 0.5
    return 0.08 if any(map(is_weak_noise_name, names)) else 0.0


@lru_cache(maxsize=16384)
def _is_body(names: tuple[str, ...]) -> bool:
    return any(map(is_body_token, names))


def is_body_name(node: Node) -> bool:
    return bool(node.names) and _is_body(node.names)


def line_values(doc: Document) -> list[float]:
    """The value of every line, with the lines of regions that name themselves chrome brought below zero."""
    values = [line_value(line) for line in doc.lines]
    if sum(v for v in values if v > 0) < 30:  # a film's page has a summary and no more
        values = [
            float(line.chars) if line.marks and is_lead(line) else v for v, line in zip(values, doc.lines, strict=True)
        ]
    _raise_verse(doc, values)
    _raise_tables(doc, values)
    prose = [0.0, *accumulate(v if v > 0 else 0.0 for v in values)]
    for node in doc.nodes:
        start, end = node.start, node.end
        if end > start and node.block and node.parent is not None:
            limit = noise_limit(node)
            if limit and prose[end] - prose[start] < limit * prose[-1]:
                values[start:end] = [min(v, -2.0) for v in values[start:end]]
    return values


def main_node(doc: Document, values: list[float], after: int = 0, until: int | None = None) -> Node | None:
    """The block node of the highest value over the lines [after, until); None when no line has any.

    When the title is known (`after` > 0), the article is where the first prose after it is: a feed or a second article
    further down may well be longer.
    """
    until = len(doc.lines) if until is None else until
    sums = [0.0, *accumulate(max(v, -40.0) for v in values)]
    opening = next((i for i in range(after, until) if values[i] >= 20), after) if after else None
    best, best_value = None, 0.0
    for node in doc.nodes:
        if not node.block or node.end <= after or node.start >= until:
            continue
        value = sums[min(node.end, until)] - sums[max(node.start, after)]
        if value <= 0:
            continue
        if node.names and is_body_name(node):
            value *= 1.1
        if opening is not None and not node.start <= opening < node.end:
            value *= _FAR_FROM_TITLE
        # Ties go to the deeper node, which comes later in document order.
        if value >= best_value:
            best, best_value = node, value
    return best and _tighter(doc, _named_inside(doc, best, sums, after, until, opening), values, sums, after, until)


def _tighter(doc: Document, best: Node, values: list[float], sums: list[float], after: int, until: int) -> Node:
    """The text's own node in a `best` that holds the title too, when nothing but furniture is left outside.

    "主办：某区文明办" has a mark, so its value is above zero, and is no prose.
    """
    if best.start >= after and best.tag != "body":
        return best
    low, high = max(best.start, after), min(best.end, until)
    lines = doc.lines
    sentences = [
        0,
        *accumulate(values[i] > 0 and (lines[i].chars >= 30 or lines[i].text[-1] in "。！？”…") for i in range(high)),
    ]
    floor = 0.9 * (sums[high] - sums[low])
    for node in doc.nodes:
        if (
            not node.block
            or node.start < best.start
            or node.end > best.end
            or node is best
            or (node.start <= low and node.end >= high)
        ):
            continue
        inner_low, inner_high = max(node.start, low), min(node.end, high)
        if (
            inner_low < inner_high
            and sums[inner_high] - sums[inner_low] >= floor
            and sentences[inner_low] == sentences[low]
            and sentences[inner_high] == sentences[high]
        ):
            best, low, high = node, inner_low, inner_high
            if best.start >= after > 0:
                break
    return best


def _named_inside(doc: Document, best: Node, sums: list[float], after: int, until: int, opening: int | None) -> Node:
    """The one descendant that a CMS names as the article's body, when it holds most of what `best` holds."""
    if is_body_name(best):
        return best
    total = sums[min(best.end, until)] - sums[max(best.start, after)]
    named = [
        node
        for node in doc.nodes
        if node.block
        and node.names
        and best.start <= node.start
        and node.end <= best.end
        and is_body_name(node)
        and sums[min(node.end, until)] - sums[max(node.start, after)] > 0.5 * total
        and (opening is None or node.start <= opening < node.end)
    ]
    return max(named, key=lambda node: sums[min(node.end, until)] - sums[max(node.start, after)]) if named else best


def first_prose(values: list[float], node: Node) -> int:
    """Index of the first line of prose in `node`."""
    return next((i for i in range(node.start, node.end) if values[i] >= 20), node.start)
