"""An archive file in pieces of whole records that are read apart: by several processes, or machines."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive import cdxj
from crawler.archive.packing import Segments, UnitError


@dataclass(frozen=True, slots=True)
class Piece:
    """The records of a file that begin at offset `start` or behind it, and before `end` where there is one."""

    path: Path
    start: int = 0
    end: int | None = None

    @property
    def whole(self) -> bool:
        """Whether it is all of the file."""
        return not self.start and self.end is None

    @property
    def size(self) -> int:
        """Bytes of the file that it covers."""
        return (self.path.stat().st_size if self.end is None else self.end) - self.start

    def __str__(self) -> str:
        return str(self.path) if self.whole else f"{self.path} from {self.start} to {self.end or 'its end'}"


def divide(path: Path, size: int) -> list[Piece]:
    """The file in pieces of some `size` bytes, in order; in one where it is no larger or cannot be divided.

    Borders are the offsets that the index names, and without an index those of all units. Whoever reads a piece is told
    where its end is no border between two records; see reader.records. Raises OSError.
    """
    whole = path.stat().st_size
    if whole <= size:
        return [Piece(path)]
    number = -(-whole // size)
    try:
        offsets = sorted(_indexed(path)) if cdxj.index_path(path).exists() else _units(path)
        borders = _nearest(offsets, [whole * each // number for each in range(1, number)], whole)
    except (ValueError, UnitError):  # what is damaged is read in one go
        borders = []
    ends = [*borders, None]
    return [Piece(path, start, end) for start, end in zip([0, *borders], ends, strict=True)]


def _nearest(offsets: Iterable[int], wanted: list[int], size: int) -> list[int]:
    """The first offset at or behind each of the places wanted, once; none at the end of the file."""
    found: list[int] = []
    places = iter(wanted)
    place = next(places, None)
    for offset in offsets:
        if place is None or offset >= size:
            break
        if offset >= place:
            found.append(offset)
            place = next((each for each in places if each > offset), None)
    return found


def _indexed(path: Path) -> Iterator[int]:
    """The offsets of the responses that the index names. Raises ValueError where a line is none."""
    for line in cdxj.lines(cdxj.index_path(path)):
        yield cdxj.parse(line.decode("utf-8", "replace")).offset


def _units(path: Path) -> Iterator[int]:
    """The offsets at which segments end. Raises UnitError."""
    with path.open("rb") as file:
        segments = Segments(file)
        while segments.begin():
            for _ in itertools.takewhile(bool, iter(segments.read, None)):
                pass
            yield segments.end
