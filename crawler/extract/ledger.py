"""A text from which spans are taken, and the record that puts every one of them back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.extract.article import Removed


@dataclass(slots=True)
class Ledger:
    """`body` as extracted; `owner[i]` names the rule that took character i out of it (None: it stays)."""

    body: str
    owner: list[str | None] = field(default_factory=list)
    text: str = ""
    _places: list[int] | None = None

    def __post_init__(self) -> None:
        self.text = self.body

    def take(self, rule: str, spans: Iterable[tuple[int, int]]) -> None:
        """Remove spans [start, end) of the present `text`."""
        spans = [span for span in spans if span[0] < span[1]]
        if not spans:
            return
        if not self.owner:
            self.owner = [None] * len(self.body)
        places = self._places if self._places is not None else list(range(len(self.body)))
        for start, end in spans:
            for place in places[start:end]:
                self.owner[place] = rule
        self._places = [p for p in places if self.owner[p] is None]
        self.text = "".join(map(self.body.__getitem__, self._places))

    def take_matches(self, rule: str, pattern: re.Pattern[str], group: int = 0) -> None:
        self.take(rule, [match.span(group) for match in pattern.finditer(self.text)])

    def take_lines(self, rule: str, indices: Iterable[int]) -> None:
        """Remove whole lines of the present `text`, each with one line break."""
        wanted = set(indices)
        if not wanted:
            return
        spans, start = [], 0
        lines = self.text.split("\n")
        for index, line in enumerate(lines):
            end = start + len(line)
            if index in wanted:
                # The last line takes the break before it, every other the one after it.
                spans.append((start, end + 1) if index + 1 < len(lines) else (max(0, start - 1), end))
            start = end + 1
        self.take(rule, spans)

    def removed(self) -> list[Removed]:
        """Every run of characters that one rule took, in the order of the body, with its place in `text`."""
        found: list[Removed] = []
        if not self.owner:
            return found
        kept, start = 0, 0
        for place in range(len(self.body) + 1):
            here = self.owner[place] if place < len(self.body) else None
            previous = self.owner[place - 1] if place else None
            if here != previous:
                if previous is not None:
                    found.append(Removed(previous, self.body[start:place], kept))
                start = place
            if place < len(self.body) and here is None:
                kept += 1
        return found


def restore(text: str, removed: Iterable[Removed]) -> str:
    """The body again: every removed span put back at its place."""
    pieces, last = [], 0
    for span in removed:
        pieces += (text[last : span.at], span.text)
        last = span.at
    return "".join(pieces) + text[last:]
