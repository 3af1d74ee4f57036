"""Links by the shape of their URL, in bounded memory: `/yaowen/2026/N.shtml` stands for all that differ in a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.extract.url import host_of

MAX_SHAPES = 200
"""Of one site that are kept apart; what comes after them is counted as one."""
_SIMILAR = 3  # shapes that differ in the name of a folder only are shown as one from this number on

# A UUID; letters and digits in turn, such as 0e11225891 and aB3xY9Kq; words in percent-encoding; a number.
_SLOT = re.compile(
    r"(?P<X>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|(?<![A-Za-z0-9])(?=[A-Za-z0-9]{8})(?:\d+[A-Za-z]+\d|[A-Za-z]+\d+[A-Za-z])[A-Za-z0-9]*)"
    r"|(?P<W>(?:%[0-9A-Fa-f]{2})+)|(?P<N>\d+)"
)
_PLACE = re.compile(r"<([NXW])>")
_FOLDER = re.compile(r"(?<=/)[A-Za-z_-]{2,}(?=/)")


class Seen(NamedTuple):
    """Links of one shape: how it is printed, how many there are, and the URL of one of them."""

    shape: str
    number: int
    example: str


@dataclass(slots=True)
class _Shape:
    values: list[str | None]  # of the slots: null where they differ
    number: int
    example: str


def form_of(path: str) -> tuple[str, list[str]]:
    """Path and query with its numbers, ids and escaped words replaced: ("/a/<N>.html", ["12"])."""
    values: list[str] = []

    def slot(match: re.Match[str]) -> str:
        values.append(match[0])
        return f"<{match.lastgroup}>"

    return _SLOT.sub(slot, path), values


@dataclass(slots=True)
class Shapes:
    """Canonical URLs that were added, by shape. `others`: those of shapes for which there was no room."""

    others: int = 0
    _shapes: dict[str, _Shape] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many URLs were added."""
        return self.others + sum(shape.number for shape in self._shapes.values())

    def add(self, url: str) -> None:
        """Add a canonical URL."""
        form, values = form_of("/" + url.split("/", 3)[3])  # a canonical URL is scheme://host/path?query
        self._add(form, values, 1, url)

    def update(self, other: Shapes) -> None:
        """Add what was added to `other`."""
        for form, shape in other._shapes.items():
            self._add(form, shape.values, shape.number, shape.example)
        self.others += other.others

    def most(self, number: int) -> list[Seen]:
        """The shapes with the most links. Those that differ only in the names of folders are one: `/*/N.shtml`."""
        alike: dict[str, list[tuple[str, _Shape]]] = {}
        for form, shape in self._shapes.items():
            alike.setdefault(_FOLDER.sub("*", form), []).append((_shown(form, shape.values), shape))
        found = [seen for form, shapes in alike.items() for seen in _merged(form, shapes)]
        return sorted(found, key=lambda seen: (-seen.number, seen.shape))[:number]

    def _add(self, form: str, values: Iterable[str | None], number: int, example: str) -> None:
        known = self._shapes.get(form)
        if known is not None:
            known.number += number
            known.values = [old if old == new else None for old, new in zip(known.values, values, strict=True)]
        elif len(self._shapes) < MAX_SHAPES:
            self._shapes[form] = _Shape(list(values), number, example)
        else:
            self.others += number


@dataclass(slots=True)
class Unmatched:
    """The links of a site's lists that are not followed: `shapes` of those that no pattern matches, other `hosts`."""

    shapes: Shapes = field(default_factory=Shapes)
    hosts: Counter[str] = field(default_factory=Counter)

    def leave(self, url: str) -> None:
        """Count a link to another host."""
        host = host_of(url)
        if host in self.hosts or len(self.hosts) < MAX_SHAPES:
            self.hosts[host] += 1

    def update(self, other: Unmatched) -> None:
        self.shapes.update(other.shapes)
        for host, number in other.hosts.items():
            if host in self.hosts or len(self.hosts) < MAX_SHAPES:
                self.hosts[host] += number


def _merged(form: str, shapes: list[tuple[str, _Shape]]) -> Iterator[Seen]:
    if len(shapes) < _SIMILAR:
        for shown, shape in shapes:
            yield Seen(shown, shape.number, shape.example)
        return
    most = max((shape for _, shape in shapes), key=lambda shape: shape.number)
    values = [
        first if all(value == first for value in rest) else None
        for first, *rest in zip(*(shape.values for _, shape in shapes), strict=True)
    ]
    yield Seen(_shown(form, values), sum(shape.number for _, shape in shapes), most.example)


def _shown(form: str, values: Iterable[str | None]) -> str:
    """The form with the values that all have; N for numbers, X for ids and W for words that differ."""
    each = iter(values)
    return _PLACE.sub(lambda place: next(each) or place[1], form)
