"""Rows -> Parquet parts: small in memory, sorted, and below articles/ only when they are whole."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.durable import sync_folder
from pipelines.dataset.part import Part, sha256
from pipelines.dataset.schema import Row, month, to_table, weight

# A part is what one flush holds: large enough for row groups that readers can skip, small enough for a laptop.
MAX_ROWS = 20_000
MAX_BYTES = 16 << 20
ROWS_PER_GROUP = 5_000
_LOOSE = 200  # rows that wait as objects
_PACKED = pa.ipc.IpcWriteOptions(compression="lz4")

ORDER = {"articles": ("site", "fetched_at", "id"), "rejects": ("site", "url")}


class PartWriter:
    """Collects the rows of one run and writes `<kind>/crawl_month=YYYY-MM/<run>-<n>.parquet` below `output`.

    Numbers begin at `first`. A part is written under tmp/, fsynced, renamed and its folder fsynced: whatever lies below
    `output/kind` is whole.
    Raises OSError or pyarrow.ArrowException when the storage fails; nothing half-written is left below `output/kind`.
    """

    def __init__(
        self, output: Path, kind: str, schema: pa.Schema, *, run_id: str, started: datetime, first: int = 0
    ) -> None:
        self.parts: list[Part] = []
        self._output = output
        self._kind = kind
        self._schema = schema
        self._run_id = run_id
        self._started = started
        self._tmp = output / "tmp" / run_id
        self._first = first
        self._months: dict[str, list[Row]] = defaultdict(list)
        self._packed: dict[str, list[pa.Buffer]] = defaultdict(list)
        self._rows = 0
        self._bytes = 0

    def add(self, row: Row) -> None:
        key = month(row, self._started)
        self._months[key].append(row)
        if len(self._months[key]) >= _LOOSE:
            self._pack(key)
        self._rows += 1
        self._bytes += weight(row)
        if self._rows >= MAX_ROWS or self._bytes >= MAX_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is buffered, one part a month; then forget it."""
        for key in sorted({*self._months, *self._packed}):
            self._pack(key)
            if packed := self._packed.pop(key, None):
                tables = [pa.ipc.open_stream(each).read_all() for each in packed]
                self.parts.append(self._write(key, pa.concat_tables(tables)))
        self._rows = self._bytes = 0
        pa.default_memory_pool().release_unused()  # a crawl would hold 70 MB between two parts for nothing

    def close(self) -> None:
        """Flush, and take away the folder of drafts if no other writer of the run has one there."""
        self.flush()
        with suppress(OSError):
            self._tmp.rmdir()

    def _pack(self, key: str) -> None:
        """Put the rows of a month that are objects into a compressed buffer, a tenth of the size.

        A part's worth of objects is not only large: it leaves gaps in the heap that no later page fills.
        """
        if rows := self._months.pop(key, None):
            buffer = pa.BufferOutputStream()
            with pa.ipc.new_stream(buffer, self._schema, options=_PACKED) as stream:
                stream.write_table(to_table(rows, self._schema))
            self._packed[key].append(buffer.getvalue())
            pa.default_memory_pool().release_unused()

    def _write(self, key: str, table: pa.Table) -> Part:
        table = table.sort_by([(name, "ascending") for name in ORDER[self._kind]])
        name = f"{self._run_id}-{self._first + len(self.parts):04d}.parquet"
        folder = self._output / self._kind / f"crawl_month={key}"
        folder.mkdir(parents=True, exist_ok=True)
        self._tmp.mkdir(parents=True, exist_ok=True)
        draft = self._tmp / f"{self._kind}-{name}"
        with draft.open("wb") as file:
            options = parquet_options(self._kind, self._schema, table.num_rows)
            pq.write_table(table, file, row_group_size=ROWS_PER_GROUP, **options)
            file.flush()
            os.fsync(file.fileno())
        digest = sha256(draft)
        size = draft.stat().st_size
        path = folder / name
        draft.rename(path)
        for each in (folder, folder.parent, self._output):  # the last two may have just got their entry as well
            sync_folder(each)
        return Part(path.relative_to(self._output).as_posix(), table.num_rows, size, digest)


def parquet_options(kind: str, schema: pa.Schema, rows: int) -> dict[str, Any]:
    """What pyarrow's writers are told for a file of about `rows` rows: readers may skip pages, row groups and files."""
    sorting = pq.SortingColumn.from_ordering(schema, [(column, "ascending") for column in ORDER[kind]])
    bloom = {"ndv": max(1, min(rows, ROWS_PER_GROUP)), "fpp": 0.01}  # one filter a row group
    return {
        "compression": "zstd",
        "write_batch_size": 64,  # rows after which a page's size is looked at: 1,024 long texts are 30 MB
        "write_statistics": True,
        "write_page_index": True,
        "bloom_filter_options": {"id": bloom} if kind == "articles" else None,
        "sorting_columns": sorting,
    }
