"""DuckDB over parts: joins and sorts that go to disk where memory ends, rows back in the frozen schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

MEMORY = "768MB"
THREADS = 2  # each sorts in memory of its own


def connect(spill: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills into the folder `spill`, which the caller removes."""
    spill.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(
        config={
            "memory_limit": MEMORY,
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
    """The rows of a query as tables of exactly `rows` rows (the last one has fewer), of exactly `schema`."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in relation.to_arrow_reader(rows):
        while held + batch.num_rows >= rows:
            taken = rows - held
            waiting.append(batch.slice(0, taken))
            yield pa.Table.from_batches(waiting).cast(schema)
            waiting, held, batch = [], 0, batch.slice(taken)  # noqa: PLW2901
        if batch.num_rows:
            waiting.append(batch)
            held += batch.num_rows
    if waiting:
        yield pa.Table.from_batches(waiting).cast(schema)
