"""How long a regular expression can take on the worst of texts, seen in the expression itself.

Python's `re` tries one way after the other. `^/(a+)+$` on "/aaaa…!" has a way for each division of the run of "a" into
runs, twice as many with every letter more. A pattern is read as an automaton: a place for each character that is
written, and from place to place a number of ways. Weber and Seidl ("On the degree of ambiguity of finite automata",
1991) tell by it how the ways grow with the text: exponentially where a place is come back to by two ways on one text
(their criterion EDA), else with the power of the longest chain of circles that one text can go round in and change
between (IDA).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, reduce
from math import inf
from re import _constants as op  # type: ignore[attr-defined]  # re has no other door to its own reading of a pattern
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from crawler.language import message

# Of one pattern, so that reading it takes no time worth mentioning; ours have up to 50 places and 4 circles.
MOST_PLACES = 200
MOST_CIRCLES = 12
_OTHER = 128  # stands for every character outside of ASCII
_ALL = frozenset(range(_OTHER + 1))
_DIGITS = frozenset(b"0123456789")
_SPACES = frozenset(b" \t\n\r\f\v")
_WORDS = frozenset(code for code in range(_OTHER) if chr(code).isalnum() or code == ord("_"))
_CATEGORIES = {
    op.CATEGORY_DIGIT: _DIGITS | {_OTHER},
    op.CATEGORY_NOT_DIGIT: _ALL - _DIGITS,
    op.CATEGORY_SPACE: _SPACES | {_OTHER},
    op.CATEGORY_NOT_SPACE: _ALL - _SPACES,
    op.CATEGORY_WORD: _WORDS | {_OTHER},
    op.CATEGORY_NOT_WORD: _ALL - _WORDS,
}

Place = int


class TooLargeError(ValueError):
    """The pattern has more than MOST_PLACES places or MOST_CIRCLES circles."""


@dataclass(slots=True)
class _Piece:
    """A part of the pattern: the ways to be empty, to begin and to end at a place (2: or more)."""

    empty: int = 1
    first: Counter[Place] = field(default_factory=Counter)
    last: Counter[Place] = field(default_factory=Counter)


@cache
def degree(pattern: str) -> float:
    """The power of the text's length that the number of ways grows with: 0 for none, infinity for exponential growth.

    Raises re.error, TooLargeError.
    """
    tree = parser.parse(pattern)
    automaton = _Automaton(tree.state.flags)
    automaton.read(tree)
    circles = list(_circles(automaton.ways))
    if len(circles) > MOST_CIRCLES:
        raise TooLargeError(message("more than {number} repetitions without end", number=MOST_CIRCLES))
    if any(_comes_back_by_two_ways(automaton, circle) for circle in circles):
        return inf
    after = {
        at: [to for to, other in enumerate(circles) if to != at and _leads_over(automaton, circle, other)]
        for at, circle in enumerate(circles)
    }

    def longest(at: int) -> int:
        return max((1 + longest(to) for to in after[at]), default=0)

    return max(map(longest, after), default=0)


class _Automaton:
    """`allowed` characters at each place, and the number of `ways` from a place to the next."""

    def __init__(self, flags: int) -> None:
        self.allowed: list[frozenset[int]] = []
        self.ways: dict[Place, Counter[Place]] = defaultdict(Counter)
        self._flags = flags

    def read(self, tree: Iterable[tuple[Any, Any]]) -> _Piece:
        return reduce(self._then, (self._piece(kind, content) for kind, content in tree), _Piece())

    def _piece(self, kind: Any, content: Any) -> _Piece:
        if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            return self._place(_characters(kind, content))
        if kind is op.BRANCH:
            return reduce(_either, map(self.read, content[1]))
        if kind is op.SUBPATTERN:
            _, switched_on, switched_off, tree = content
            outside = self._flags
            self._flags = (outside | switched_on) & ~switched_off
            inside = self.read(tree)
            self._flags = outside
            return inside
        if kind is op.ATOMIC_GROUP:
            return self.read(content)
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeated(*content)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            self.read(content[1])  # looked at by itself: nothing follows it
        if kind is op.GROUPREF_EXISTS:
            return _either(self.read(content[1]), self.read(content[2] or ()))
        return _Piece()  # an anchor, or a text that stood before

    def _place(self, allowed: frozenset[int]) -> _Piece:
        if self._flags & re.IGNORECASE:
            letters = {ord(each) for code in allowed if code < _OTHER for each in chr(code).lower() + chr(code).upper()}
            allowed |= {code for code in letters if code < _OTHER}
        if len(self.allowed) == MOST_PLACES:
            raise TooLargeError(message("more than {number} characters, each repetition counted", number=MOST_PLACES))
        self.allowed.append(allowed)
        place = len(self.allowed) - 1
        return _Piece(0, Counter([place]), Counter([place]))

    def _then(self, one: _Piece, two: _Piece) -> _Piece:
        self._connect(one.last, two.first)
        first = one.first + _times(two.first, one.empty)
        return _Piece(min(2, one.empty * two.empty), first, two.last + _times(one.last, two.empty))

    def _repeated(self, least: int, most: int, tree: Any) -> _Piece:
        made = reduce(self._then, (self.read(tree) for _ in range(least)), _Piece())
        if most is op.MAXREPEAT:
            more = self.read(tree)
            self._connect(more.last, more.first)
            return self._then(made, _Piece(1, more.first, more.last))
        tail = _Piece()
        for _ in range(most - least):  # each only behind the one before: "7 to 8" is one way to be 7
            more = self._then(self.read(tree), tail)
            tail = _Piece(1, more.first, more.last)
        return self._then(made, tail)

    def _connect(self, ends: Counter[Place], beginnings: Counter[Place]) -> None:
        for end, ways in ends.items():
            for beginning, more in beginnings.items():
                self.ways[end][beginning] = min(2, self.ways[end][beginning] + ways * more)


def _characters(kind: Any, content: Any) -> frozenset[int]:
    if kind is op.LITERAL:
        return frozenset({min(content, _OTHER)})
    if kind is op.NOT_LITERAL:
        return _ALL - ({content} - {_OTHER})
    if kind is op.ANY:
        return _ALL
    negated = content[0][0] is op.NEGATE
    found: set[int] = set()
    for what, value in content[1:] if negated else content:
        if what is op.LITERAL:
            found.add(min(value, _OTHER))
        elif what is op.RANGE:
            found.update(range(min(value[0], _OTHER), min(value[1], _OTHER) + 1))
        else:
            found |= _CATEGORIES[value]
    return (_ALL - found) | {_OTHER} if negated else frozenset(found)


def _either(one: _Piece, two: _Piece) -> _Piece:
    return _Piece(min(2, one.empty + two.empty), one.first + two.first, one.last + two.last)


def _times(places: Counter[Place], ways: int) -> Counter[Place]:
    return Counter({place: min(2, number * ways) for place, number in places.items() if ways})


def _circles(ways: dict[Place, Counter[Place]]) -> Iterator[set[Place]]:
    """The sets of places that can all be reached from each other."""
    reached = {place: _reachable(place, lambda at: ways[at]) for place in list(ways)}
    left = {place for place in reached if place in reached[place]}
    while left:
        place = left.pop()
        circle = {place} | {other for other in reached[place] if place in reached.get(other, ())}
        left -= circle
        yield circle


def _reachable(start: Any, after: Any) -> set[Any]:
    """What is reached from `start` by a step or more."""
    found: set[Any] = set()
    waiting = [start]
    while waiting:
        for each in after(waiting.pop()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def _comes_back_by_two_ways(automaton: _Automaton, circle: set[Place]) -> bool:
    steps = {place: [other for other in automaton.ways[place] if other in circle] for place in circle}
    if any(automaton.ways[place][other] > 1 for place in circle for other in steps[place]):
        return True

    def both(pair: tuple[Place, Place]) -> Iterator[tuple[Place, Place]]:
        """Where two readers of one text may be next."""
        for one in steps[pair[0]]:
            for two in steps[pair[1]]:
                if _overlap(automaton, one, two):
                    yield one, two

    for place in circle:
        apart = [pair for pair in _reachable((place, place), both) if pair[0] < pair[1]]
        if any((place, place) in _reachable(pair, both) for pair in apart):
            return True
    return False


def _leads_over(automaton: _Automaton, circle: set[Place], other: set[Place]) -> bool:
    """Whether one text goes round in `circle`, leads from it to `other`, and goes round in that."""
    if not any(_overlap(automaton, one, two) for one in circle for two in other):
        return False

    def three(at: tuple[Place, Place, Place]) -> Iterator[tuple[Place, Place, Place]]:
        for one in automaton.ways[at[0]]:
            if one in circle:
                for two in automaton.ways[at[2]]:
                    if two in other and (common := automaton.allowed[one] & automaton.allowed[two]):
                        for between in automaton.ways[at[1]]:
                            if common & automaton.allowed[between]:
                                yield one, between, two

    return any((one, two, two) in _reachable((one, one, two), three) for one in circle for two in other)


def _overlap(automaton: _Automaton, one: Place, two: Place) -> bool:
    return not automaton.allowed[one].isdisjoint(automaton.allowed[two])
