"""A text from which spans are removed, with a record from which each can be put back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from crawler.extract.article import Removed

# Spans that one rule may remove from one text: a book has some thousands, a hostile page a million. The rest stays.
_MOST = 50_000


class TrackedText:
    """`body` is the text as extracted, `text` what is left of it.

    Kept are the runs [start, end) of the body that stay, in order, and the runs that rules removed.
    """

    def __init__(self, body: str) -> None:
        self.body = body
        self.text = body
        self._kept: list[tuple[int, int]] = [(0, len(body))]
        self._removed: list[tuple[int, int, str]] = []

    def remove(self, rule: str, spans: Iterable[tuple[int, int]]) -> None:
        """Remove the disjoint spans [start, end), ascending, of the present `text`; the first 50,000 of them."""
        kept: list[tuple[int, int]] = []
        source = iter(self._kept)
        low, high = next(source, (0, 0))
        position = 0  # of `low` in the text
        changed = False
        for start, end in islice(spans, _MOST):
            if start >= end:
                continue
            changed = True
            while position + (high - low) <= start:
                kept.append((low, high))
                position += high - low
                low, high = next(source)
            if start > position:
                kept.append((low, low + start - position))
                low, position = low + start - position, start
            while position + (high - low) < end:
                self._removed.append((low, high, rule))
                position += high - low
                low, high = next(source)
            self._removed.append((low, low + end - position, rule))
            low, position = low + end - position, end
        if changed:
            kept.append((low, high))
            kept += source
            self._kept = [run for run in kept if run[0] < run[1]]
            self.text = "".join(self.body[low:high] for low, high in self._kept)

    def remove_matches(self, rule: str, pattern: re.Pattern[str]) -> None:
        self.remove(rule, [match.span() for match in pattern.finditer(self.text)])

    def remove_lines(self, rule: str, indices: Iterable[int]) -> None:
        """Remove whole lines of the present `text`, each with one line break."""
        wanted = set(indices)
        if not wanted:
            return
        lines = self.text.split("\n")
        spans: list[tuple[int, int]] = []
        start = 0
        for index, line in enumerate(lines):
            end = start + len(line) + 1
            if index in wanted:
                if spans and spans[-1][1] == start:
                    spans[-1] = (spans[-1][0], end)
                else:
                    spans.append((start, end))
            start = end
        # A run at the end of the text includes the line break before it: there is none after it.
        if spans and spans[-1][1] > len(self.text):
            spans[-1] = (max(0, spans[-1][0] - 1), len(self.text))
        self.remove(rule, spans)

    def removed(self) -> list[Removed]:
        """Every removed run, in the order of the body, with its place in `text`."""
        found: list[Removed] = []
        gone = 0
        for low, high, rule in sorted(self._removed):
            place = low - gone
            if found and found[-1].rule == rule and found[-1].at == place:
                found[-1].text += self.body[low:high]
            else:
                found.append(Removed(rule, self.body[low:high], place))
            gone += high - low
        return found


def restore(text: str, removed: Iterable[Removed]) -> str:
    """The body: `text` with every removed span put back at its place."""
    pieces: list[str] = []
    last = 0
    for span in removed:
        pieces += (text[last : span.at], span.text)
        last = span.at
    return "".join(pieces) + text[last:]
