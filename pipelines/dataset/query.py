"""SQL over the dataset, for commands that look at it: a DuckDB connection that can read OUTPUT_DIR and nothing else."""

from __future__ import annotations

import os
import struct
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.dataset.scan import quoted, sql_files, unglobbed
from pipelines.dataset.schema import SCHEMAS, spare_pandas

MEMORY = "1GB"


def connect(output: Path, *, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A connection with the views `articles` and `rejects` (with crawl_month) and `exchanges` (the archive's indexes).

    Built anew for each question: the views name the files that are there now. What is bound to `?` is data, never SQL;
    and whatever a query might come to hold, there is no way out: no other folder, no extension, no network, bounded
    memory.
    """
    connection = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": MEMORY,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    # Resolved: an operator may have put one of them on another disk, behind a link.
    folders = [output.resolve(), *((output / name).resolve() for name in ("articles", "rejects", "warc"))]
    # Each as it is and as a glob, since both have to be allowed: the pattern, and the file that it finds.
    allowed = ", ".join(quoted(name) for folder in folders for name in (str(folder), unglobbed(folder)))
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET temp_directory = ''")
    connection.execute("SET enable_external_access = false")
    for kind, schema in SCHEMAS.items():
        _view(connection, kind, [path for path in _parts(output, kind) if is_part(path, schema)], schema)
    _exchanges(connection, sorted(path for path in (output / "warc").glob("*/*.cdxj") if path.is_file()))
    connection.execute("SET lock_configuration = true")
    return connection


def damaged_parts(output: Path) -> list[Path]:
    """Files that connect() leaves out: cut, no Parquet at all, of another schema. One would end every query."""
    return [path for kind, schema in SCHEMAS.items() for path in _parts(output, kind) if not is_part(path, schema)]


def _parts(output: Path, kind: str) -> list[Path]:
    """Raises OSError for a folder that may not be read, which glob() takes for an empty one."""
    if (output / kind).is_dir():
        os.listdir(output / kind)
    return sorted((output / kind).glob("crawl_month=*/*.parquet"))


def is_part(path: Path, schema: pa.Schema) -> bool:
    """Whether the file is whole, and of this schema, by its footer: to be asked before every query."""
    try:
        found = path.stat()
    except OSError:
        return False
    return S_ISREG(found.st_mode) and _is_part(path, schema, (found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=100_000)
def _is_part(path: Path, schema: pa.Schema, state: tuple[int, int]) -> bool:
    if not _is_whole(path):
        return False
    try:
        return bool(pq.read_schema(path).equals(schema))
    except (OSError, pa.ArrowException):
        return False


def _is_whole(path: Path) -> bool:
    """By the marks at both ends of a Parquet file and the length of its footer."""
    try:
        with path.open("rb") as file:
            head, size = file.read(4), file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 8))
            footer, mark = struct.unpack("<I4s", file.read(8))
    except (OSError, struct.error):
        return False
    return bool(head == mark == b"PAR1" and footer + 12 <= size)


def rows(db: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The answer as dicts. Through Arrow: for instants DuckDB's own way needs pytz."""
    spare_pandas()
    found: list[dict[str, Any]] = db.sql(sql, params=list(values)).to_arrow_table().to_pylist()
    return found


def first_pages(output: Path, warc_files: Collection[str]) -> list[dict[str, Any]]:
    """URL, title and fetched_at of each article's first page that lies in one of `warc_files`, by site and time."""
    sql = """
        SELECT captures[1].url AS url, title, fetched_at FROM articles
        WHERE list_contains(?, captures[1].warc_file) ORDER BY site, fetched_at, articles.url"""
    with connect(output) as db:
        return rows(db, sql, [sorted(warc_files)])


def _view(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path], schema: pa.Schema) -> None:
    if files:
        source = f"read_parquet({sql_files(files)}, hive_partitioning = true, hive_types = {{'crawl_month': VARCHAR}})"
    else:
        # Not empty_table(), for which pyarrow imports pandas where it is installed: .3 s.
        empty = pa.Table.from_batches([], schema.append(pa.field("crawl_month", pa.string())))
        connection.register(f"no_{name}", empty)
        source = f"no_{name}"
    connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {source}")


def _exchanges(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """Columns url, host, asked (UTC), status (null for revisits), length (bytes), run (its id's last part)."""
    lines = "(SELECT ''::VARCHAR AS line WHERE false)"
    if files:
        # No CDXJ line holds a control character, so that one can stand for "there is no second column".
        options = "columns = {'line': 'VARCHAR'}, auto_detect = false, header = false, quote = '', escape = ''"
        # A line that is damaged is left out alone.
        lines = f"read_csv({sql_files(files)}, delim = '\x01', {options}, ignore_errors = true)"
    run = run_of("""regexp_extract(line, '"filename": "([^"]*)"', 1)""")
    connection.execute(f"""
        CREATE VIEW exchanges AS
        SELECT url, {host_of("url")} AS host, asked, status, length, run FROM (
            SELECT regexp_extract(line, '"url": "([^"]*)"', 1) AS url,
                   try_strptime(split_part(line, ' ', 2), '%Y%m%d%H%M%S') AS asked,
                   TRY_CAST(nullif(regexp_extract(line, '"status": "([0-9]+)"', 1), '') AS INTEGER) AS status,
                   coalesce(TRY_CAST(regexp_extract(line, '"length": "([0-9]+)"', 1) AS BIGINT), 0) AS length,
                   {run} AS run
            FROM {lines})""")


def run_of(warc_file: str) -> str:
    """SQL: the last part of the id of the run that fetched it, from a WARC file's name: re-extraction keeps that."""
    return f"regexp_extract({warc_file}, '-([0-9a-z]+)\\.warc\\.gz$', 1)"


def host_of(url: str) -> str:
    return f"regexp_extract({url}, '^[a-z]+://([^/?#]+)', 1)"
