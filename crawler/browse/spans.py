"""The body of an article as runs of characters: the text that was kept, and what each rule removed."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.extract.article import Removed


@dataclass(frozen=True, slots=True)
class TextRun:
    """A piece of the body. `rule` is None for what stayed in the text."""

    text: str
    rule: str | None = None


def runs(text: str, removed: Iterable[Removed]) -> list[TextRun]:
    """In the order of the body; together they are the body, as pipelines.text.tracked.restore gives it."""
    found, last = [], 0
    for span in removed:
        if span.at > last:
            found.append(TextRun(text[last : span.at]))
        found.append(TextRun(span.text, span.rule))
        last = span.at
    return [run for run in (*found, TextRun(text[last:])) if run.text]


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
