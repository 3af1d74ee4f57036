"""Sorted parts as one sorted stream of rows, in memory that is bounded by bytes, whatever the length of the texts.

All parts of a month lie sorted on the disk, so that they are merged and never sorted. Where there are more than fit
into the memory at once, some of them become a longer run in a scratch folder first, as in any external merge sort.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BYTES_PER_GROUP = 64 << 20
"""Unpacked bytes of a row group, about. Hugging Face's dataset viewer refuses groups of more than 286 MiB."""

_BATCH = 2 << 20  # unpacked bytes that are read from a source at a time, about
_ROWS_PER_PAGE = 1024  # at most, whatever they hold: Arrow's default for when a writer looks at the size of a page
_MOST_SOURCES = 128  # open files
_BUFFER = 1 << 20  # bytes of a file that are read at a time

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A sorted Parquet file; the rows at the positions `without` are left out."""

    path: Path
    without: Collection[int] = ()


def merge(sources: Sequence[Source], order: Sequence[str], *, memory: int, scratch: Path) -> Iterator[pa.Table]:
    """The rows of all sources, sorted by the columns `order`, in tables of some megabytes.

    Rows with the same key stand in the order of the sources. `memory` is in bytes; files below `scratch`, which the
    caller removes, are the runs that are merged in between. Raises OSError or pyarrow.ArrowException.
    """
    level = 0
    while len(groups := list(_affordable(sources, memory))) > 1:
        level += 1
        sources = [_run(group, order, scratch / f"merge-{level}-{number}") for number, group in enumerate(groups)]
    return _merged(sources, order)


def regroup(tables: Iterator[pa.Table], *, rows: int, size: int = BYTES_PER_GROUP) -> Iterator[pa.Table]:
    """The same rows in tables of at most `rows` rows and about `size` bytes; a single row may be larger than that."""
    held: list[pa.Table] = []
    number = held_bytes = 0
    for table in tables:
        for piece in _pieces(table, rows, max(1, size // 8)):
            if held and (number + piece.num_rows > rows or held_bytes + piece.nbytes > size):
                room = rows - number if held_bytes + piece.nbytes <= size else 0
                yield pa.concat_tables([*held, piece.slice(0, room)])
                piece = piece.slice(room)  # noqa: PLW2901
                held, number, held_bytes = [], 0, 0
            if piece.num_rows:
                held.append(piece)
                number += piece.num_rows
                held_bytes += piece.nbytes
    if held:
        yield pa.concat_tables(held)


def _affordable(sources: Sequence[Source], memory: int) -> Iterator[Sequence[Source]]:
    """Sources, at least two, that can be read at the same time."""
    group: list[Source] = []
    cost = 0
    for source in sources:
        price = _cost(source)
        if len(group) >= _MOST_SOURCES or (len(group) >= 2 and cost + price > memory):
            yield group
            group, cost = [], 0
        group.append(source)
        cost += price
    yield group


def _cost(source: Source) -> int:
    """Bytes of memory while it is read: a page packed and unpacked, a batch and what is made of it."""
    metadata = pq.read_metadata(source.path)
    groups = (metadata.row_group(each) for each in range(metadata.num_row_groups))
    largest = max((min(each.total_byte_size, _ROWS_PER_PAGE * _width(each)) for each in groups), default=0)
    return 2 * int(largest) + 3 * _BATCH


def _pieces(table: pa.Table, rows: int, size: int) -> Iterator[pa.Table]:
    """Halved until each has at most so many rows and bytes, or is a single row."""
    if table.num_rows <= 1 or (table.num_rows <= rows and table.nbytes <= size):
        yield table
        return
    half = table.num_rows // 2
    yield from _pieces(table.slice(0, half), rows, size)
    yield from _pieces(table.slice(half), rows, size)


def _run(sources: Sequence[Source], order: Sequence[str], path: Path) -> Source:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer: pq.ParquetWriter | None = None
    for table in regroup(_merged(sources, order), rows=_ROWS_PER_PAGE, size=4 * _BATCH):
        writer = writer or pq.ParquetWriter(path, table.schema, compression="lz4")
        writer.write_table(table)
    if writer is None:
        pq.write_table(pq.read_schema(sources[0].path).empty_table(), path)
    else:
        writer.close()
    return Source(path)


def _merged(sources: Sequence[Source], order: Sequence[str]) -> Iterator[pa.Table]:
    """Of what is read from each source, all rows up to the least of their last keys can be given out."""
    cursors = [cursor for source in sources if (cursor := _Cursor(source, order)).fill()]
    while cursors:
        last = min(cursor.keys[-1] for cursor in cursors)
        table = pa.concat_tables([cursor.take(last) for cursor in cursors])
        yield table.take(_order(table, order))
        cursors = [cursor for cursor in cursors if cursor.fill()]


def _order(table: pa.Table, order: Sequence[str]) -> pa.Array:
    """Positions in sorted order. Python's sort is stable, and there are few rows at a time."""
    keys = _keys(table, order)
    return pa.array(sorted(range(len(keys)), key=keys.__getitem__), pa.int64())


def _keys(table: pa.Table | pa.RecordBatch, order: Sequence[str]) -> list[Key]:
    columns = [table.column(name).to_pylist() for name in order]
    return list(zip(*columns, strict=True))


class _Cursor:
    """Reads a source batch by batch. `keys`: of the rows that are read and not taken yet."""

    def __init__(self, source: Source, order: Sequence[str]) -> None:
        self.keys: list[Key] = []
        self._order = order
        self._batches = _read(source)
        self._table: pa.Table | None = None

    def fill(self) -> bool:
        """Read on where nothing is left; False at the end of the source."""
        while not self.keys:
            batch = next(self._batches, None)
            if batch is None:
                self._table = None
                return False
            self._table = pa.Table.from_batches([batch])
            self.keys = _keys(batch, self._order)
            if any(left > right for left, right in pairwise(self.keys)):  # not our writing: no row is lost for it
                self._table = self._table.take(_order(self._table, self._order))
                self.keys.sort()
        return True

    def take(self, last: Key) -> pa.Table:
        """The rows up to and with the key `last`."""
        assert self._table is not None
        number = bisect_right(self.keys, last)
        taken, self._table, self.keys = self._table.slice(0, number), self._table.slice(number), self.keys[number:]
        return taken


def _read(source: Source) -> Iterator[pa.RecordBatch]:
    without = np.array(sorted(source.without), np.int64)
    at = 0
    with pq.ParquetFile(source.path, buffer_size=_BUFFER, pre_buffer=False) as file:
        widest = max((_width(file.metadata.row_group(each)) for each in range(file.num_row_groups)), default=1)
        for batch in file.iter_batches(max(1, min(_BATCH // widest, 10_000))):
            inside = without[np.searchsorted(without, at) : np.searchsorted(without, at + batch.num_rows)] - at
            at += batch.num_rows
            if len(inside):
                keep = np.ones(batch.num_rows, bool)
                keep[inside] = False
                batch = batch.filter(pa.array(keep))  # noqa: PLW2901
            yield batch


def _width(group: pq.RowGroupMetaData) -> int:
    """Unpacked bytes of a row, on average."""
    return max(1, int(group.total_byte_size // max(1, group.num_rows)))
