"""Puts new and changed rows into the dataset and takes gone ones out; parts without such rows are not rewritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from pipelines.dataset.compare import MARKS, Difference, Files
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.part import Part
from pipelines.dataset.parts import ORDER, ROWS_PER_GROUP
from pipelines.dataset.revision import Revision, check, kind_of, month_of, whole_parts
from pipelines.dataset.scan import columns, groups, parquet, quoted
from pipelines.dataset.schema import SCHEMAS


def recommit(
    connection: duckdb.DuckDBPyConnection,
    output: Path,
    before: Mapping[str, Manifest],
    revision: Revision,
    *,
    fresh: Files,
    found: Difference,
    rules: Sequence[str],
) -> int:
    """Put `found` into effect: `connection` is the one that compare() has left its tables in. Raises OSError.

    A row that is replaced or new is the fresh one; all others keep run_id and rules_version. A text that changes may be
    what others were copies of: rows that for this have other marks now are replaced as well. Returns how many they are.
    """
    remarked = _remark(connection)
    parts = whole_parts(output, before)
    affected = _affected(connection, output)
    for part in parts:
        if kind_of(part) == "rejects" and found.rejects_changed:
            continue
        if part.path in affected:
            check(output, part)
            _rewrite(connection, output, revision, part)
        else:
            revision.keep(part)
    month = "strftime(fetched_at, '%Y-%m')"
    for (key,) in connection.execute(f"SELECT DISTINCT {month} FROM fresh SEMI JOIN new_keys USING (key)").fetchall():
        rows = f"FROM fresh AS part SEMI JOIN new_keys USING (key) WHERE {month} = {quoted(str(key))}"
        _write(connection, revision, "articles", month=str(key), source=rows, rows=found.new)
    if found.rejects_changed:
        _rejects(connection, revision, fresh.rejects)
    revision.commit(before, rules=rules)
    return remarked


def _remark(connection: duckdb.DuckDBPyConnection) -> int:
    """Make the table `replaced_keys`: rows that changed, and rows whose mark names or named an article that did.

    Returns the number of the latter. Other marks stay: a crawl marks in the order of its responses, the fresh rows are
    marked in that of the requests.
    """
    connection.execute(
        """
        CREATE TABLE touched AS
        SELECT DISTINCT row_id FROM stored_hashes SEMI JOIN (FROM gone_keys UNION ALL FROM changed_keys) USING (key)
        UNION SELECT row_id FROM fresh_hashes SEMI JOIN new_keys USING (key)
        """
    )
    other = " OR ".join(f"s.{name} IS DISTINCT FROM f.{name}" for name in MARKS)
    named = " OR ".join(f"{row}.{name} IN (FROM touched)" for row in "sf" for name in MARKS[:2])
    connection.execute(
        f"""
        CREATE TABLE remarked_keys AS
        SELECT key FROM stored s JOIN fresh f USING (key) ANTI JOIN changed_keys USING (key)
        WHERE ({other}) AND ({named})
        """
    )
    connection.execute("CREATE TABLE replaced_keys AS FROM changed_keys UNION ALL FROM remarked_keys")
    [(count,)] = connection.execute("SELECT count(*) FROM remarked_keys").fetchall()
    return int(count)


def _affected(connection: duckdb.DuckDBPyConnection, output: Path) -> set[str]:
    connection.execute("CREATE TABLE out_keys AS FROM gone_keys UNION FROM replaced_keys")
    found = connection.execute("SELECT DISTINCT filename FROM stored SEMI JOIN out_keys USING (key)").fetchall()
    return {Path(name).relative_to(output).as_posix() for (name,) in found}


def _rewrite(connection: duckdb.DuckDBPyConnection, output: Path, revision: Revision, part: Part) -> None:
    schema = SCHEMAS["articles"]
    here = f"SELECT key FROM stored WHERE filename = {quoted(str(output / part.path))}"
    rows = f"""
        FROM (
            SELECT {columns(schema, "s")} FROM stored s ANTI JOIN out_keys USING (key)
            WHERE filename = {quoted(str(output / part.path))}
            UNION ALL
            SELECT {columns(schema, "f")} FROM fresh f SEMI JOIN replaced_keys USING (key) WHERE key IN ({here})
        ) AS part
    """
    _write(connection, revision, "articles", month=month_of(part), source=rows, rows=part.rows)


def _rejects(connection: duckdb.DuckDBPyConnection, revision: Revision, files: Sequence[Path]) -> None:
    months = sorted({path.parent.name.partition("=")[2] for path in files})
    for month in months:
        some = [path for path in files if path.parent.name.endswith(month)]
        source = f"FROM {parquet(some)} AS part"
        _write(connection, revision, "rejects", month=month, source=source, rows=ROWS_PER_GROUP)


def _write(
    connection: duckdb.DuckDBPyConnection, revision: Revision, kind: str, *, month: str, source: str, rows: int
) -> None:
    schema = SCHEMAS[kind]
    query = f"SELECT {columns(schema, 'part')} {source} ORDER BY {', '.join(ORDER[kind])}"
    revision.write(kind, month, groups(connection.sql(query), schema, ROWS_PER_GROUP), rows=rows)
