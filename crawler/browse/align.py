"""Where the lines of a body stand in the text of its page."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

OUTSIDE = -1  # not in the body
_FAR = 400  # characters that a short line may lie behind the one before
_SHORT = 8
_MISSES = 400  # lines that were not found: the body is that of another page, and the search ends
_SHORTEST_PIECE = 8


def align(page: str, lines: Sequence[str], labels: Sequence[Sequence[int]]) -> array[int]:
    """A label for each character of `page`: OUTSIDE, or what `labels` says of that character of the body.

    `page` and `lines` without white space. A line that is not there as a whole (furniture was taken out of it, or it
    was joined over a page's end) is looked for in halves.
    """
    marks = array("h", [OUTSIDE]) * len(page)
    cursor = misses = 0
    work = [(line, list(label)) for line, label in zip(reversed(lines), reversed(labels), strict=True) if line]
    while work and misses < _MISSES:
        line, label = work.pop()
        end = cursor + _FAR + len(line) if len(line) < _SHORT else len(page)
        found = page.find(line, cursor, end)
        if found >= 0:
            marks[found : found + len(line)] = array("h", label)
            cursor = found + len(line)
            continue
        misses += 1
        if len(line) >= 2 * _SHORTEST_PIECE:
            half = len(line) // 2
            work += [(line[half:], label[half:]), (line[:half], label[:half])]
    return marks


def point_out(page: str, marks: array[int], values: Mapping[int, Iterable[str]]) -> None:
    """Give the first place outside the body where one of the values stands its label (a field of the row)."""
    for label, spellings in values.items():
        for value in spellings:
            found = page.find(value) if len(value) > 1 else -1
            while found >= 0 and marks[found] != OUTSIDE:
                found = page.find(value, found + len(value))
            if found >= 0:
                marks[found : found + len(value)] = array("h", [label]) * len(value)
                break
