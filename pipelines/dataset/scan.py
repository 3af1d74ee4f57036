"""DuckDB over parts: joins and sorts that go to disk where memory ends, rows back in the frozen schema."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.dataset.merge import regroup

THREADS = 2  # each sorts in memory of its own
_LEAST_MEMORY = 512 << 20
_CGROUP = Path("/sys/fs/cgroup/memory.max")  # a container's share of the machine


def default_memory() -> int:
    """Bytes that work on the dataset may take: a quarter of the machine's or the container's, at least 512 MB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no container, or one without a limit ("max")
        memory = min(memory, int(_CGROUP.read_text()))
    return max(_LEAST_MEMORY, memory // 4)


def connect(spill: Path, memory: int | None = None) -> duckdb.DuckDBPyConnection:
    """A database of at most `memory` bytes that spills into the folder `spill`, which the caller removes."""
    spill.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(
        config={
            "memory_limit": f"{memory or default_memory()}B",
            "threads": THREADS,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,  # nothing here asks a network
            "autoload_known_extensions": False,
        }
    )


def parquet(paths: Iterable[Path]) -> str:
    """The files as a table for FROM, with the columns filename and file_row_number."""
    return f"read_parquet({sql_files(paths)}, hive_partitioning = false, filename = true, file_row_number = true)"


def sql_files(paths: Iterable[Path]) -> str:
    """An SQL list of exactly these files."""
    return f"[{', '.join(quoted(unglobbed(path)) for path in paths)}]"


def unglobbed(path: Path) -> str:
    """The path for DuckDB, which reads every path as a glob: in a folder "a?b" it would find the files of "axb"."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def quoted(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def columns(schema: pa.Schema, table: str) -> str:
    """The columns of `schema` for SELECT, in its order."""
    return ", ".join(f'{table}."{name}"' for name in schema.names)


def groups(relation: duckdb.DuckDBPyRelation, schema: pa.Schema, rows: int) -> Iterator[pa.Table]:
    """The rows of a query as tables for row groups: of at most `rows` rows, not too large, of exactly `schema`."""
    batches = relation.to_arrow_reader(rows)
    return regroup((pa.Table.from_batches([batch]).cast(schema) for batch in batches), rows=rows)
