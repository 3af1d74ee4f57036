"""Rows as files that other programs read: JSON lines, CSV, plain text, Parquet; one file, or shards in a folder.

A file or folder is there when it is whole. Instants are ISO 8601 in UTC; nested values are JSON text in CSV.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawler.durable import sync_folder
from crawler.language import message
from pipelines.dataset.choice import ChoiceError
from pipelines.dataset.plain import flat, plain_value
from pipelines.dataset.schema import SCHEMA

Format = Literal["jsonl", "csv", "txt", "parquet"]
FORMATS: tuple[Format, ...] = ("jsonl", "csv", "txt", "parquet")
BOM = "\ufeff".encode()
_TEXT_COLUMNS = ("title", "text")  # of a document in plain text
_GROUP = 32 << 20  # bytes of rows in memory that become a row group of an exported Parquet file, about
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
_SIZE = re.compile(r"(\d{1,12})(?:([KMG]?)B)?\Z", re.I)


def format_of(path: Path) -> Format | None:
    """By the end of the name; null where it says none."""
    return next((each for each in FORMATS if path.suffix == f".{each}"), None)


@dataclass(frozen=True, slots=True)
class ShardSize:
    """Where a shard ends: with this many rows, or with the row that makes it this long."""

    rows: int | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """What of a row is written, and how. `columns`: of SCHEMA, or fields of its structs ("quality.han_ratio")."""

    format: Format
    columns: Sequence[str]
    bom: bool = False

    @property
    def needed(self) -> list[str]:
        """The columns of SCHEMA that have to be read."""
        return list(dict.fromkeys(name.partition(".")[0] for name in self.columns))

    def of(self, table: pa.Table) -> pa.Table:
        """A table of the columns that are needed as one of those that are written."""
        arrays = []
        for name in self.columns:
            column, _, field = name.partition(".")
            arrays.append(pc.struct_field(table[column], field) if field else table[column])
        return pa.table(arrays, names=list(self.columns))


def layout(format: Format, columns: str | None, *, bom: bool = False) -> Layout:
    """By the names that a person gives, with commas between them; null: all that the format can hold.

    Raises ChoiceError.
    """
    if bom and format != "csv":
        raise ChoiceError(message("--bom is for csv, not for {format}", format=format))
    if columns is None:
        binary = () if format == "parquet" else ("signature",)
        every = [name for name in SCHEMA.names if name not in binary]
        return Layout(format, _TEXT_COLUMNS if format == "txt" else every, bom)
    names = [name.strip() for name in columns.split(",")]
    for name in names:
        kind = _type(name)
        if kind is None:
            raise ChoiceError(
                message(
                    "--columns {name}: no such column; there are {names}, and fields such as quality.han_ratio",
                    name=name,
                    names=", ".join(SCHEMA.names),
                )
            )
        if pa.types.is_binary(kind) and format != "parquet":
            raise ChoiceError(message("--columns {name}: binary, which only parquet can hold", name=name))
        if format == "txt" and not pa.types.is_string(kind):
            raise ChoiceError(
                message("--columns {name}: no text; txt can hold columns of text only, such as title,text", name=name)
            )
    if len(set(names)) < len(names):
        raise ChoiceError(message("--columns {columns}: each once only", columns=columns))
    return Layout(format, names, bom)


def _type(name: str) -> pa.DataType | None:
    column, dot, field = name.partition(".")
    if column not in SCHEMA.names:
        return None
    kind = SCHEMA.field(column).type
    if not dot:
        return kind
    inside = pa.types.is_struct(kind) and kind.get_field_index(field) >= 0
    return kind.field(field).type if inside else None


def shard_size(given: str) -> ShardSize:
    """ "100000" are rows, "256MB" bytes (in powers of 1000). Raises ChoiceError."""
    found = _SIZE.match(given.strip())
    number = int(found[1]) if found else 0
    if found is None or not number:
        raise ChoiceError(
            message(
                "--shard-size {given}: a number of rows such as 100000 or a size such as 256MB is needed", given=given
            )
        )
    unit = found[2]
    return ShardSize(rows=number) if unit is None else ShardSize(bytes=number * _UNITS[unit.upper()])


def write_stream(tables: Iterable[pa.Table], file: BinaryIO, layout: Layout) -> int:
    """All rows into an open file; how many they were. Raises OSError."""
    written = 0
    with closing(_writer(file, layout)) as writer:
        for table in tables:
            writer.write(layout.of(table))
            written += table.num_rows
    return written


def write_file(tables: Iterable[pa.Table], path: Path, layout: Layout) -> int:
    """All rows into the file `path`, which is replaced when all is written; how many they were. Raises OSError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            written = write_stream(tables, file, layout)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    return written


def write_shards(tables: Iterable[pa.Table], folder: Path, layout: Layout, size: ShardSize) -> tuple[int, int]:
    """All rows into `folder`/articles-00000.jsonl and so on; how many rows and files. Raises OSError.

    The folder must not be there yet, or be empty; it comes into being with all of its files.
    """
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    draft.mkdir()
    try:
        written = files = 0
        for shard in _shards(iter(tables), size):
            with (draft / f"articles-{files:05d}.{layout.format}").open("wb") as file:
                written += write_stream(shard.tables(file), file, layout)
                file.flush()
                os.fsync(file.fileno())
            files += 1
        sync_folder(draft)
        draft.replace(folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return written, files


class _Shard:
    """The rows of one shard, out of a stream that the shards share. `rest` is what it has left of its last table."""

    def __init__(self, first: pa.Table | None, stream: Iterator[pa.Table], size: ShardSize) -> None:
        self.rest = first
        self._stream = stream
        self._size = size

    def tables(self, file: BinaryIO) -> Iterator[pa.Table]:
        rows = 0
        while (table := self.rest if self.rest is not None else next(self._stream, None)) is not None:
            room = table.num_rows if self._size.rows is None else self._size.rows - rows
            self.rest = table.slice(room) if room < table.num_rows else None
            yield table.slice(0, room)
            rows += min(room, table.num_rows)
            full = rows == self._size.rows if self._size.rows is not None else file.tell() >= (self._size.bytes or 0)
            if full:
                return


def _shards(stream: Iterator[pa.Table], size: ShardSize) -> Iterator[_Shard]:
    """One after the other; at least one, if it is without rows."""
    first = next(stream, None)
    while True:
        shard = _Shard(first, stream, size)
        yield shard
        first = shard.rest if shard.rest is not None else next(stream, None)
        if first is None:
            return


class _Writer(Protocol):
    def write(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


def _writer(file: BinaryIO, layout: Layout) -> _Writer:
    if layout.format == "parquet":
        return _Parquet(file, layout)
    return {"jsonl": _JsonLines, "csv": _Csv, "txt": _Text}[layout.format](file, layout)


class _Lines:
    """Writes rows one by one as bytes."""

    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        self._file = file
        self._names = list(layout.columns)
        file.write(self.head(layout))

    def head(self, layout: Layout) -> bytes:
        return b""

    def line(self, row: dict[str, Any]) -> str:
        raise NotImplementedError

    def write(self, table: pa.Table) -> None:
        rows = ({name: plain_value(value) for name, value in row.items()} for row in table.to_pylist())
        self._file.write("".join(map(self.line, rows)).encode("utf-8", "replace"))

    def close(self) -> None:
        pass


class _JsonLines(_Lines):
    def line(self, row: dict[str, Any]) -> str:
        return json.dumps(row, ensure_ascii=False) + "\n"


class _Csv(_Lines):
    def head(self, layout: Layout) -> bytes:
        return (BOM if layout.bom else b"") + _csv_line(self._names).encode()

    def line(self, row: dict[str, Any]) -> str:
        return _csv_line(list(flat(row).values()))


def _csv_line(values: Sequence[Any]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(values)
    return line.getvalue()


class _Text(_Lines):
    """Documents with an empty line between them, and none inside."""

    def line(self, row: dict[str, Any]) -> str:
        lines = "\n".join(filter(None, row.values())).split("\n")
        return "\n".join(line for line in lines if line.strip()) + "\n\n"


class _Parquet:
    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        schema = layout.of(SCHEMA.empty_table().select(layout.needed)).schema
        self._schema = schema.with_metadata(SCHEMA.metadata) if tuple(layout.columns) == tuple(SCHEMA.names) else schema
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[pa.Table] = []
        self._size = 0

    def write(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._size += table.nbytes
        if self._size >= _GROUP:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting).cast(self._schema).combine_chunks())
        self._waiting, self._size = [], 0
