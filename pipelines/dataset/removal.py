"""Removes rows and rejects from the dataset, and the duplicate marks of other rows that name them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.dataset.manifest import Manifest
from pipelines.dataset.part import Part
from pipelines.dataset.parts import ORDER, ROWS_PER_GROUP
from pipelines.dataset.revision import Revision, check, kind_of, month_of, whole_parts
from pipelines.dataset.scan import columns, connect, groups, parquet
from pipelines.dataset.schema import SCHEMAS

# A row goes with its id, its site, or any of its records; so does a reject, whose record may be missing.
_GOES = {
    "articles": """
        id IN (FROM ids) OR site IN (FROM sites) OR duplicate_of IN (FROM ids) OR near_duplicate_of IN (FROM ids)
        OR list_has_any(list_transform(captures, lambda each: each.record_id), (SELECT list(record_id) FROM records))
    """,
    "rejects": "site IN (FROM sites) OR capture.record_id IN (FROM records)",
}
_STAYS = {
    "articles": """
        id NOT IN (FROM ids) AND site NOT IN (FROM sites) AND NOT coalesce(
            list_has_any(list_transform(captures, lambda each: each.record_id), (SELECT list(record_id) FROM records)),
            false)
    """,
    "rejects": "site NOT IN (FROM sites) AND coalesce(capture.record_id NOT IN (FROM records), true)",
}
# Copies of what goes: the earliest of them becomes the one that the others are copies of.
_HEIRS = """
    CREATE TABLE heirs AS
    SELECT duplicate_of AS gone, arg_min(id, (fetched_at, id)) AS heir FROM {articles}
    WHERE duplicate_of IN (FROM ids) AND id NOT IN (FROM ids) AND site NOT IN (FROM sites) GROUP BY ALL
"""
_MARKS = {
    "duplicate_of": "CASE WHEN heir IS NULL THEN duplicate_of WHEN heir <> id THEN heir END",
    "near_duplicate_of": "CASE WHEN near_duplicate_of NOT IN (FROM ids) THEN near_duplicate_of END",
    "similarity": """CASE WHEN coalesce(heir = id, false) OR coalesce(near_duplicate_of IN (FROM ids), false) THEN NULL
                     ELSE similarity END""",
}


def remove_rows(
    output: Path,
    before: Mapping[str, Manifest],
    revision: Revision,
    *,
    ids: Collection[str],
    record_ids: Collection[str],
    site: str | None,
    memory: int | None = None,
) -> tuple[int, int]:
    """Put all parts into the revision, without the rows of these ids, of these records or of the site.

    Returns how many rows and rejects went. Marks that name one of the ids are taken off or handed on to the earliest
    copy. Raises OSError.
    """
    gone = {"articles": 0, "rejects": 0}
    parts = whole_parts(output, before)
    connection = connect(revision.spill, memory)
    try:
        tables = {"ids": ("id", ids), "records": ("record_id", record_ids), "sites": ("site", [site] if site else [])}
        for name, (column, values) in tables.items():
            table = pa.table({column: pa.array(sorted(values), pa.string())})
            connection.register(f"{name}_given", table)
            connection.execute(f"CREATE TABLE {name} AS FROM {name}_given")
        articles = [output / part.path for part in parts if kind_of(part) == "articles"]
        if site and articles:
            connection.execute(f"INSERT INTO ids SELECT DISTINCT id FROM {parquet(articles)} WHERE site = ?", [site])
        if articles:
            connection.execute(_HEIRS.format(articles=parquet(articles)))
        for kind in gone:
            some = [part for part in parts if kind_of(part) == kind]
            touched = _touched(connection, output, some)
            for part in some:
                if part.path in touched:
                    made = len(revision.parts)
                    _without(connection, output, revision, part)
                    gone[kind] += part.rows - sum(each.rows for each in revision.parts[made:])
                else:
                    revision.keep(part)
    finally:
        connection.close()
    return gone["articles"], gone["rejects"]


def _touched(connection: duckdb.DuckDBPyConnection, output: Path, parts: list[Part]) -> set[str]:
    if not parts:
        return set()
    source = parquet(output / part.path for part in parts)
    found = connection.execute(f"SELECT DISTINCT filename FROM {source} WHERE {_GOES[kind_of(parts[0])]}").fetchall()
    return {Path(name).relative_to(output).as_posix() for (name,) in found}


def _without(connection: duckdb.DuckDBPyConnection, output: Path, revision: Revision, part: Part) -> None:
    check(output, part)
    kind = kind_of(part)
    schema, source = SCHEMAS[kind], f"{parquet([output / part.path])} AS part"
    kept = columns(schema, "part")
    if kind == "articles":
        source += " LEFT JOIN heirs ON heirs.gone = part.duplicate_of"
        for name, value in _MARKS.items():
            kept = kept.replace(f'part."{name}"', f"{value} AS {name}")
    rest = connection.sql(f"SELECT {kept} FROM {source} WHERE {_STAYS[kind]} ORDER BY {', '.join(ORDER[kind])}")
    revision.write(kind, month_of(part), groups(rest, schema, ROWS_PER_GROUP), rows=part.rows)
