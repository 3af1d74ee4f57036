"""The records of WARC files as a Ray Dataset:  ray.data.read_datasource(WarcDatasource(paths))"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from ray.data import Datasource, ReadTask
from ray.data.block import BlockMetadata

from crawler.archive.members import Damage
from crawler.archive.reader import Stored, pages, to_page

SCHEMA = pa.schema(
    {
        "file": pa.string(),  # the path as it was given
        "offset": pa.int64(),
        "length": pa.int64(),  # compressed, with what belongs to the record
        "record_id": pa.string(),
        "url": pa.string(),
        "fetched_at": pa.timestamp("us", "UTC"),
        "status": pa.int32(),
        "content_type": pa.string(),
        "body": pa.large_binary(),  # content coding undone
        "role": pa.string(),  # of this crawler's records: article, list, robots …
        "site": pa.string(),
        "damage": pa.string(),  # of a place where no record could be read, everything else but file and offset is null
    }
)
_BLOCK = 32 << 20  # bytes of bodies in a block


class WarcDatasource(Datasource):
    """A row for each response, and for each page that other tools keep as resource or conversion; in the file's order.

    What cannot be read is a row, too: file, offset and `damage`. One task reads one or more whole files, which every
    machine has to see under the same path. Raises OSError for a file that is not there.
    """

    def __init__(self, paths: Sequence[str | Path]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._files = [(str(path), Path(path).stat().st_size) for path in paths]

    def estimate_inmemory_data_size(self) -> int:
        """In bytes, roughly: pages are compressed to a quarter."""
        return 4 * sum(size for _, size in self._files)

    def get_read_tasks(
        self, parallelism: int, per_task_row_limit: int | None = None, data_context: Any = None
    ) -> list[ReadTask]:
        """At most `parallelism` tasks, of files in their order."""
        each = -(-len(self._files) // max(1, parallelism)) or 1
        tasks = []
        for start in range(0, len(self._files), each):
            files = self._files[start : start + each]
            names = tuple(name for name, _ in files)
            size = 4 * sum(size for _, size in files)
            metadata = BlockMetadata(num_rows=None, size_bytes=size, exec_stats=None, input_files=names)
            tasks.append(ReadTask(partial(blocks, names), metadata, SCHEMA, per_task_row_limit))
        return tasks


def blocks(names: Iterable[str]) -> Iterator[pa.Table]:
    """The rows of these files in tables of some 32 MB. Raises OSError."""
    rows: list[dict[str, Any]] = []
    held = 0
    for name in names:
        damaged: list[Damage] = []
        for stored in pages(Path(name), damaged.append):
            rows += [_damage(name, each) for each in damaged]
            damaged.clear()
            rows.append(_row(name, stored))
            held += len(rows[-1]["body"])
            if held >= _BLOCK:
                yield pa.Table.from_pylist(rows, SCHEMA)
                rows, held = [], 0
        rows += [_damage(name, each) for each in damaged]
    if rows:
        yield pa.Table.from_pylist(rows, SCHEMA)


def _row(name: str, stored: Stored) -> dict[str, Any]:
    capture, page = stored.capture, to_page(stored)
    return {
        "file": name,
        "offset": capture.offset,
        "length": capture.length,
        "record_id": capture.record_id,
        "url": capture.url,
        "fetched_at": capture.fetched_at,
        "status": stored.status,
        "content_type": page.content_type,
        "body": page.body,
        "role": stored.metadata.get("role"),
        "site": stored.metadata.get("site"),
    }


def _damage(name: str, damage: Damage) -> dict[str, Any]:
    return {"file": name, "offset": damage.offset, "damage": damage.what}
