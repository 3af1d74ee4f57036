"""Which of many patterns may be found in a text, by one look at its pairs of characters: to try them all costs fifty times
as much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from re import _parser  # type: ignore[attr-defined]  # there is no other way to a pattern's parts
from typing import Any, Final

_MOST: Final = 200  # words of one pattern


class Needles:
    """The words of each pattern. They are derived for the first text: that takes 15 ms, which no start has to wait for."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        self._patterns = patterns
        # The first two characters of a word, or its only one -> patterns, a bit each.
        self._pairs: dict[str, int] | None = None
        self._always = 0

    def words(self) -> list[frozenset[str] | None]:
        """Of each pattern the words of which every match has one, None where there are none."""
        return [needles(pattern) for pattern in self._patterns]

    def _derived(self) -> dict[str, int]:
        pairs: dict[str, int] = {}
        for index, words in enumerate(self.words()):
            if words is None:
                self._always |= 1 << index
            for word in words or ():
                pairs[word[:2]] = pairs.get(word[:2], 0) | 1 << index
        self._pairs = pairs
        return pairs

    def possible(self, text: str) -> int:
        """The patterns that may be found in `text`, a bit each."""
        pairs = self._pairs
        if pairs is None:
            pairs = self._derived()
        bits = self._always
        for index in range(len(text)):
            found = pairs.get(text[index : index + 2])
            if found is not None:
                bits |= found
            found = pairs.get(text[index])
            if found is not None:
                bits |= found
        return bits


def needles(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Words of which every match of `pattern` has one, as few and as long as there are; None where it may do without."""
    if pattern.flags & re.IGNORECASE:
        return None
    return _best(_parser.parse(pattern.pattern, pattern.flags))


def _best(parts: Iterable[Any]) -> frozenset[str] | None:
    """Of the parts in a row the words that tell the most: runs of parts that stand for some words each are put together."""
    best: frozenset[str] | None = None
    run: frozenset[str] = frozenset(("",))
    for part in parts:
        exact = _exact(part)
        joined = frozenset(map("".join, product(run, exact))) if exact is not None else None
        if joined is None or len(joined) > _MOST:
            best = _better(best, run)
            run = exact if exact is not None else frozenset(("",))
        else:
            run = joined
        if exact is None:
            best = _better(best, _needed(part))
    return _better(best, run)


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if other is None or "" in other:
        return one
    if one is None:
        return other
    return max(one, other, key=lambda words: (min(2, *map(len, words)), -len(words)))


def _needed(part: Any) -> frozenset[str] | None:
    """Words of which every match of the part has one."""
    name, value = str(part[0]), part[1]
    if name == "SUBPATTERN":
        return _best(value[3])
    if name == "ATOMIC_GROUP":
        return _best(value)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _best(value[2]) if value[0] else None
    if name == "BRANCH":
        branches = [_best(branch) for branch in value[1]]
        words = frozenset().union(*(branch for branch in branches if branch is not None))
        return words if None not in branches and len(words) <= _MOST else None
    return None


def _exact(part: Any) -> frozenset[str] | None:
    """All that the part can match, where that is some words."""
    name, value = str(part[0]), part[1]
    if name == "LITERAL":
        return frozenset((chr(value),))
    if name == "IN" and all(str(each[0]) == "LITERAL" for each in value):
        return frozenset(chr(each[1]) for each in value)
    if name == "SUBPATTERN" and not value[1] and not value[2]:
        return _exact_row(value[3])
    if name == "BRANCH":
        found = [_exact_row(branch) for branch in value[1]]
        words = frozenset().union(*(each for each in found if each is not None))
        return words if None not in found and len(words) <= _MOST else None
    return None


def _exact_row(parts: Iterable[Any]) -> frozenset[str] | None:
    words: frozenset[str] = frozenset(("",))
    for part in parts:
        exact = _exact(part)
        if exact is None or len(words) * len(exact) > _MOST:
            return None
        words = frozenset(map("".join, product(words, exact)))
    return words
