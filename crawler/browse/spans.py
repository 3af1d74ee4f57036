"""The body of an article as runs of characters: the text that was kept, what rules removed, and hits of a search."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.extract.article import Removed

MOST_HITS = 500  # that are shown of a text


@dataclass(frozen=True, slots=True)
class TextRun:
    """A piece of the body. `rule` is None for what stayed in the text; `hit` is the number of the hit that it is of."""

    text: str
    rule: str | None = None
    hit: int = 0


def runs(text: str, removed: Iterable[Removed]) -> list[TextRun]:
    """In the order of the body; together they are the body, as pipelines.text.tracked.restore gives it."""
    found, last = [], 0
    for span in removed:
        if span.at > last:
            found.append(TextRun(text[last : span.at]))
        found.append(TextRun(span.text, span.rule))
        last = span.at
    return [run for run in (*found, TextRun(text[last:])) if run.text]


def pieces(text: str, terms: Sequence[str]) -> list[tuple[str, bool]]:
    """`text` cut where one of the terms begins or ends, in any case; whether each piece is such a term.

    After MOST_HITS of them the text is one piece.
    """
    words = sorted(filter(None, terms), key=len, reverse=True)
    if not words:
        return [(text, False)]
    found = re.split(f"({'|'.join(map(re.escape, words))})", text, maxsplit=MOST_HITS, flags=re.IGNORECASE)
    return [(piece, bool(number % 2)) for number, piece in enumerate(found) if piece]


def with_hits(runs: Sequence[TextRun], terms: Sequence[str]) -> list[TextRun]:
    """The runs, those of the text cut at the hits, which are numbered from 1; one may go on behind a removed span."""
    stream = iter(pieces("".join(run.text for run in runs if run.rule is None), terms))
    found: list[TextRun] = []
    left = number = hits = 0  # characters that are left of the piece, its number or 0, hits so far
    for run in runs:
        if run.rule is not None:
            found.append(run)
            continue
        at = 0
        while at < len(run.text):
            if not left:
                piece, is_hit = next(stream)
                left, hits = len(piece), hits + is_hit
                number = hits if is_hit else 0
            taken = min(left, len(run.text) - at)
            found.append(TextRun(run.text[at : at + taken], None, number))
            at, left = at + taken, left - taken
    return found


def rules_in(removed: Iterable[Removed]) -> list[str]:
    """Each rule once, in the order of the body. The index of a rule chooses its colour."""
    return list(dict.fromkeys(span.rule for span in removed))


def dense(runs: Sequence[TextRun], rules: Sequence[str]) -> tuple[list[str], list[array[int]]]:
    """The lines of the body without white space; for each character what became of it: 0 stayed, n: rules[n - 1]."""
    lines, labels = [""], [array("h")]
    for run in runs:
        label = rules.index(run.rule) + 1 if run.rule in rules else 0
        for number, line in enumerate(run.text.split("\n")):
            if number:
                lines.append("")
                labels.append(array("h"))
            squeezed = "".join(line.split())
            lines[-1] += squeezed
            labels[-1].extend([label] * len(squeezed))
    return lines, labels
