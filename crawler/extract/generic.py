"""The main node of a page whose skin is unknown.

Every line has a value: the characters of prose, a negative number for links and labels. A node's value is the sum over
its lines, and the article is in the node of the highest value: an ancestor adds navigation and so has less, a descendant
lacks a piece of the article and so has less. This is maximal subsequence segmentation (Pasternack & Roth, WWW 2009) on
the tree instead of the token stream.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from crawler.extract.boilerplate import is_byline, is_control
from crawler.extract.dom import Dom, Line, Node
from crawler.extract.lead import is_lead
from crawler.extract.memo import remember
from crawler.extract.site_talk import is_notice
from crawler.extract.vocabulary import (
    CONTACT,
    is_body_token,
    is_comment_name,
    is_footer,
    is_noise_name,
    is_weak_noise_name,
)

_FAR_FROM_TITLE = 0.3
_TEASER: Final = 260  # characters of the summary of another page
_TEASER_GAP: Final = 3  # lines
_NOTICE_VALUE: Final = -5.0  # lines of the footer and notices about rights have less
_SOME = 120.0  # characters of prose
_PROSE = 20.0  # the value of a line of prose
_VERSE = 4  # lines
_NEXT_TO_NOTHING = 0.25
WEAK_LIMIT = 0.08  # of a name that hardly says that the block is boilerplate
SUMMARY = -2.5  # the value of a line that sums up another page
DROPPED = -999.0  # the value of a line that the skin names as boilerplate


# What a line is by its words alone.
_TEXT: Final = 0
_FOOTER: Final = 1
_NOTICE: Final = 2
_LABELS: Final = 3
# The pages of a site have the same lines around their texts. With punctuation and without.
_MARKED: Final[dict[str, int]] = {}
_UNMARKED: Final[dict[str, int]] = {}
_REPEATED: Final = 80  # characters


def _by_words(text: str, marked: bool) -> int:
    chars = len(text)
    if chars < 400 and (is_footer(text) or (chars < 120 and "。" not in text and CONTACT.search(text))):
        return _FOOTER
    if not marked:
        return _TEXT
    if chars < 300 and is_notice(text):
        return _NOTICE
    return _LABELS if is_byline(text) or is_control(text) else _TEXT


def line_value(line: Line) -> float:
    """The line's characters of prose, or a negative number for links and labels."""
    if line.linked * 2 > line.chars:
        return -4.0 - min(line.linked, 60) * 0.5
    marked = line.punctuation > 0
    memo = _MARKED if marked else _UNMARKED
    words = memo.get(line.text)
    if words is None:
        words = _by_words(line.text, marked)
        if line.chars <= _REPEATED:
            remember(memo, line.text, words)
    if words == _FOOTER:
        return -0.5 * line.chars
    if marked:
        if words == _NOTICE:
            return -0.3 * line.chars
        if words == _LABELS or is_lead(line):
            return -2.0
        return float(line.chars - line.linked) if line.chars >= 10 else 1.0
    if line.chars > 30:
        return line.chars * 0.5
    return -2.0


def _raise_verse(dom: Dom, values: list[float]) -> None:
    """Raise the values of verse, which has no punctuation: runs of four or more short lines in one block are prose."""
    run: list[int] = []
    for index, line in enumerate([*dom.lines, None]):
        text = line is not None and not line.linked and (line.punctuation or line.chars >= 4)
        if line is not None and text and (not run or block_of(line) is block_of(dom.lines[run[-1]])):
            run.append(index)
            continue
        if len(run) >= _VERSE:
            for i in run:
                if values[i] > _NOTICE_VALUE:  # notices in a row are no verse
                    values[i] = max(values[i], 0.6 * dom.lines[i].chars)
        run = [index] if line is not None and not line.linked and line.chars >= 4 else []


def _raise_tables(dom: Dom, values: list[float]) -> None:
    """Raise the values of short cells in a table of data: below a text or a byline they are text ("现将名单公布如下：" and
    then the names), elsewhere neutral.

    A table of data has at least three rows with at least two cells that are no links.
    """
    rows: dict[Node, list[int]] = {}
    for index, line in enumerate(dom.lines):
        if values[index] < 0 and not line.linked:
            cell = line.node if line.node.tag in ("td", "th") else line.node.parent
            if cell is not None and cell.tag in ("td", "th") and cell.parent is not None:
                rows.setdefault(cell.parent, []).append(index)
    tables: dict[Node | None, list[int]] = {}
    sizes: dict[Node | None, int] = {}
    for row, cells in rows.items():
        if len(cells) > 1:
            tables.setdefault(row.parent, []).extend(cells)
            sizes[row.parent] = sizes.get(row.parent, 0) + 1
    for table, cells in tables.items():
        if table is None or sizes[table] < 3:
            continue
        before = dom.lines[table.start - 1] if table.start else None
        under = before is not None and (
            values[table.start - 1] >= 10
            or is_byline(before.text)
            or (before.node.tag in ("h1", "h2") and dom.title.startswith(before.text))
        )
        for index in cells:
            values[index] = 0.3 * dom.lines[index].chars if under else 0.0


def _lower_teasers(dom: Dom, values: list[float]) -> None:
    """Lower the values of summaries: four or more lines of one form, each within three lines below the link to its page.

    A form is the line's element and its parent's; of its lines hardly one may stand elsewhere, as paragraphs do.
    """
    below: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], list[int]] = {}
    sizes: dict[tuple[str, tuple[str, ...], str, tuple[str, ...]], int] = {}
    last = -_TEASER_GAP - 1  # the last line that is a link
    for index, line in enumerate(dom.lines):
        if line.linked:
            if line.chars >= 5 and line.linked >= 0.4 * line.chars:  # its date may stand beside it
                last = index
        elif values[index] >= 10:
            node = line.node
            parent = node.parent or node
            form = (node.tag, node.names, parent.tag, parent.names)
            sizes[form] = sizes.get(form, 0) + 1
            if index - last <= _TEASER_GAP and line.chars <= _TEASER:
                below.setdefault(form, []).append(index)
    for form, found in below.items():
        if len(found) >= 4 and len(found) >= 0.8 * sizes[form]:
            for index in found:
                values[index] = SUMMARY


def block_of(line: Line) -> Node | None:
    """The block that holds the line and its neighbours: around its paragraph, if it is one."""
    return line.node if line.node.tag != "p" else line.node.parent


def noise_limit(node: Node) -> float:
    """The share of the page's prose below which a node is boilerplate by its name; 0 when its name says nothing."""
    if node.tag in ("aside", "footer", "nav"):
        return 0.5
    names = node.names
    if not names:
        return 0.0
    limit = _LIMITS.get(names)
    return remember(_LIMITS, names, _limit(names)) if limit is None else limit


# "highlight-source-lua" names the language of a piece of code, no source of the text.
_CODE_NAMES = ("highlight", "hljs", "language-", "lang-", "prettyprint", "syntaxhighlighter", "codehilite", "crayon")


_LIMITS: Final[dict[tuple[str, ...], float]] = {}
_BODIES: Final[dict[tuple[str, ...], bool]] = {}


def _limit(names: tuple[str, ...]) -> float:
    if any(map(is_body_token, names)) or any(name.startswith(_CODE_NAMES) for name in names):
        return 0.0
    if any(map(is_comment_name, names)):
        return 0.85
    if any(map(is_noise_name, names)):
        return 0.5
    return WEAK_LIMIT if any(map(is_weak_noise_name, names)) else 0.0


def is_body_name(node: Node) -> bool:
    names = node.names
    if not names:
        return False
    known = _BODIES.get(names)
    return remember(_BODIES, names, any(map(is_body_token, names))) if known is None else known


def line_values(dom: Dom) -> list[float]:
    """The value of every line; lines in nodes whose names say boilerplate are below zero."""
    values = [line_value(line) for line in dom.lines]
    if sum(v for v in values if v > 0) < 30:  # the page of a film has a summary only
        values = [
            float(line.chars) if line.punctuation and is_lead(line) else v
            for v, line in zip(values, dom.lines, strict=True)
        ]
    _raise_verse(dom, values)
    _raise_tables(dom, values)
    _lower_teasers(dom, values)
    prose = [0.0, *accumulate(v if v > 0 else 0.0 for v in values)]
    kept = values.copy()  # but for comments
    for node in dom.nodes:
        start, end = node.start, node.end
        if end > start and node.block and node.parent is not None:
            limit = noise_limit(node)
            if limit and prose[end] - prose[start] < limit * prose[-1]:
                values[start:end] = [min(v, -2.0) for v in values[start:end]]
                if limit > 0.5:
                    kept[start:end] = [min(v, -2.0) for v in kept[start:end]]
    # Where the names leave next to nothing of a page's prose, they name its text.
    total = sum(v for v in kept if v > 0)
    return kept if total >= _SOME and sum(v for v in values if v > 0) < _NEXT_TO_NOTHING * total else values


def main_node(dom: Dom, values: list[float], after: int = 0, until: int | None = None) -> Node | None:
    """The block node of the highest value over the lines [after, until); None when all values are negative.

    When the title is known (`after` > 0), nodes with the first prose after it are preferred: a feed or a second article
    further down may be longer.
    """
    until = len(dom.lines) if until is None else until
    sums = [0.0, *accumulate(max(v, -40.0) for v in values)]
    opening = _opening(dom, values, after, until) if after else None
    best, best_value = None, 0.0
    for node in dom.nodes:
        if not node.block or node.end <= after or node.start >= until:
            continue
        value = sums[min(node.end, until)] - sums[max(node.start, after)]
        if value <= 0:
            continue
        if node.names and is_body_name(node):
            value *= 1.1
        if opening is not None and not node.start <= opening < node.end:
            value *= _FAR_FROM_TITLE
        # Of equal nodes the deeper wins, which is later in document order.
        if value >= best_value:
            best, best_value = node, value
    if best is not None and best.tag == "p":
        best = _with_paragraphs(dom, _with_signature(dom, best, after, until), values, after, until)
    return best and _tighter(dom, _named_inside(dom, best, sums, after, until, opening), values, sums, after, until)


def _opening(dom: Dom, values: list[float], after: int, until: int) -> int:
    """The first line of prose or of verse from `after` on, `after` when there is none. A line of verse has little value: four
    in one block that have as much as a line of prose are it.
    """
    run, value = 0, 0.0
    for index in range(after, until):
        if values[index] >= _PROSE:
            return index
        adjoins = run > 0 and block_of(dom.lines[index]) is block_of(dom.lines[index - 1])
        run, value = (run + 1, value + values[index]) if adjoins else (1, values[index])
        if values[index] <= 0:
            run, value = 0, 0.0
        elif run >= _VERSE and value >= _PROSE:
            return index - run + 1
    return after


def _with_signature(dom: Dom, paragraph: Node, after: int, until: int) -> Node:
    """The block around the only paragraph of prose when it has little else, the signature and date of a short notice."""
    around = paragraph.parent
    if around is None or not around.block or around.tag == "body" or around.start < after or around.end > until:
        return paragraph
    others = [i for i in range(around.start, around.end) if not paragraph.start <= i < paragraph.end]
    few = len(others) <= 5 and all(not dom.lines[i].linked and dom.lines[i].chars <= 30 for i in others)
    return around if few else paragraph


def _with_paragraphs(dom: Dom, paragraph: Node, values: list[float], after: int, until: int) -> Node:
    """The run of paragraphs around one that outweighs the block around them all: a tag that was never closed
    (`<tr </p>`) makes that go on to the end of the page. The run has no element of its own.
    """
    parent = paragraph.parent
    if paragraph.tag != "p" or parent is None:
        return paragraph

    def goes_on(index: int) -> bool:
        node = dom.lines[index].node
        return node.tag == "p" and node.parent is parent and values[index] > 0

    start, end = max(paragraph.start, after), paragraph.end
    while start > after and goes_on(start - 1):
        start -= 1
    while end < min(until, len(dom.lines)) and goes_on(end):
        end += 1
    if end - start <= paragraph.end - max(paragraph.start, after):
        return paragraph
    run = Node("div", parent, (), True, start)
    run.end, run.place = end, paragraph.place
    return run


def _tighter(dom: Dom, best: Node, values: list[float], sums: list[float], after: int, until: int) -> Node:
    """A node inside `best` that has the whole text without the title, when only boilerplate is outside of it; else `best`.

    Sentences are counted beside values: "主办：某区文明办" has a punctuation mark and so a positive value, but is no prose.
    """
    if best.start >= after and best.tag != "body":
        return best
    low, high = max(best.start, after), min(best.end, until)
    lines = dom.lines
    sentences = [
        0,
        *accumulate(values[i] > 0 and (lines[i].chars >= 30 or lines[i].text[-1] in "。！？”…") for i in range(high)),
    ]
    floor = 0.9 * (sums[high] - sums[low])
    for node in dom.nodes:
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


def _named_inside(dom: Dom, best: Node, sums: list[float], after: int, until: int, opening: int | None) -> Node:
    """The descendant whose name is that of an article's body in some CMS, when it has most of the value of `best`."""
    if is_body_name(best):
        return best
    total = sums[min(best.end, until)] - sums[max(best.start, after)]
    named = [
        node
        for node in dom.nodes
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
    """Index of the first line of prose in `node`; its first line when there is none."""
    return next((i for i in range(node.start, node.end) if values[i] >= _PROSE), node.start)
