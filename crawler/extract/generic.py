"""The generic way: which node of an unknown page holds the article.

Every line has a value: prose counts its characters, link lists and labels count against. A node's value is the sum over
its lines, and the article is the node of the highest value: an ancestor adds only navigation (it loses), a descendant
drops a piece of the article (it loses). The idea is that of maximal subsequence segmentation (Pasternack & Roth, WWW
2009) on the tree instead of the token stream.
"""

from __future__ import annotations

from itertools import accumulate

from crawler.extract.dom import Document, Line, Node
from crawler.extract.vocabulary import BODY_NAMES, FOOTER, NOISE_NAMES

# A region that calls itself a comment or sidebar is believed unless it holds most of the page's prose.
_BELIEVED_SHARE = 0.5


def line_value(line: Line) -> float:
    """Characters of prose, or a negative number for links and labels."""
    if line.linked * 2 > line.chars:
        return -4.0 - min(line.linked, 60) * 0.5
    if line.marks:
        if line.chars < 400 and FOOTER.search(line.text):
            return -0.5 * line.chars
        return float(line.chars - line.linked) if line.chars >= 10 else 1.0
    if line.chars > 30:
        return line.chars * 0.5
    return -2.0


def is_noise(node: Node) -> bool:
    return any(NOISE_NAMES.search(name) for name in node.names) or node.tag in ("aside", "footer", "nav")


def line_values(doc: Document) -> list[float]:
    """The value of every line, with the lines of regions that name themselves chrome brought to zero at most."""
    values = [line_value(line) for line in doc.lines]
    prose = sum(v for v in values if v > 0)
    for node in doc.nodes:
        if node.names and node.end > node.start and node.parent is not None and is_noise(node):
            span = values[node.start : node.end]
            if sum(v for v in span if v > 0) < _BELIEVED_SHARE * prose:
                values[node.start : node.end] = [min(v, -2.0) for v in span]
    return values


def main_node(doc: Document, values: list[float], after: int = 0) -> Node | None:
    """The block node of the highest value over the lines from `after` on; None when no line has any."""
    sums = [0.0, *accumulate(values)]
    best, best_value = None, 0.0
    for node in doc.nodes:
        if not node.block or node.end <= after:
            continue
        value = sums[node.end] - sums[max(node.start, after)]
        if value <= 0:
            continue
        if node.names and any(BODY_NAMES.match(name) for name in node.names):
            value *= 1.1
        # Ties go to the deeper node, which comes later in document order.
        if value >= best_value:
            best, best_value = node, value
    return best
