"""Counts over the dataset and the archive's indexes, by DuckDB."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipelines.dataset.query import connect, host_of, rows

NEWEST = 24  # titles and rejects shown
NEWEST_OF_A_SITE = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """`characters` of all texts; `archive_bytes` of all responses and revisits as packed."""

    rows: int
    rejects: int
    characters: int
    archive_bytes: int
    peaks: dict[tuple[str, str], int] = field(default_factory=dict)  # (site, crawl) -> most requests in one second
    lengths: dict[str, dict[int, int]] = field(default_factory=dict)  # family -> log2 of characters -> rows
    charsets: dict[str, int] = field(default_factory=dict)
    templates: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)  # cleaning rule -> rows it took something from
    copies: dict[str, dict[str, int]] = field(default_factory=dict)  # site -> single, copy, near copy -> rows
    newest: list[dict[str, Any]] = field(default_factory=list)
    newest_rejects: list[dict[str, Any]] = field(default_factory=list)


def count(output: Path) -> Figures:
    """Raises duckdb.Error when a file of the dataset is damaged."""
    with connect(output) as db:
        [total] = rows(db, "SELECT count(*) AS rows, sum(quality.characters)::BIGINT AS characters FROM articles")
        [archive] = rows(db, "SELECT sum(length)::BIGINT AS size FROM exchanges")
        return Figures(
            rows=total["rows"],
            rejects=rows(db, "SELECT count(*) AS n FROM rejects")[0]["n"],
            characters=total["characters"] or 0,
            archive_bytes=archive["size"] or 0,
            peaks={(row["site"], row["run"]): row["n"] for row in rows(db, _PEAKS)},
            lengths=_nested(db, _LENGTHS, "family"),
            charsets=_counts(db, "SELECT charset AS name, count(*) AS n FROM articles GROUP BY 1 ORDER BY n DESC, 1"),
            templates=_counts(db, "SELECT template AS name, count(*) AS n FROM articles GROUP BY 1 ORDER BY n DESC, 1"),
            rules=_counts(db, _RULES),
            copies=_nested(db, _COPIES, "site"),
            newest=rows(db, _LATEST),
            newest_rejects=rows(db, _LATEST_REJECTS),
        )


_PEAKS = f"""
    WITH hosts AS (SELECT {host_of("url")} AS host, mode(site) AS site FROM articles GROUP BY host),
         seconds AS (SELECT host, run, asked, count(*) AS n FROM exchanges GROUP BY host, run, asked)
    SELECT site, run, max(n) AS n FROM seconds JOIN hosts USING (host) GROUP BY site, run"""
_LENGTHS = """
    SELECT family, floor(log2(greatest(quality.characters, 1)))::INTEGER AS name, count(*) AS n
    FROM articles GROUP BY ALL ORDER BY ALL"""
_RULES = """
    SELECT name, count(*) AS n FROM (SELECT unnest(list_distinct([r.rule FOR r IN removed])) AS name FROM articles)
    GROUP BY name ORDER BY n DESC, name"""
_COPIES = """
    SELECT site, CASE WHEN duplicate_of IS NOT NULL THEN 'copy' WHEN near_duplicate_of IS NOT NULL THEN 'near copy'
                      ELSE 'single' END AS name, count(*) AS n
    FROM articles GROUP BY ALL ORDER BY ALL"""
_LATEST = f"""
    SELECT site, title, quality.characters AS characters FROM articles
    QUALIFY row_number() OVER (PARTITION BY site ORDER BY fetched_at DESC, id) <= {NEWEST_OF_A_SITE}
    ORDER BY fetched_at DESC, id LIMIT {NEWEST}"""
_LATEST_REJECTS = f"""
    SELECT site, url, reason, detail FROM rejects
    QUALIFY row_number() OVER (PARTITION BY site ORDER BY capture.fetched_at DESC, url) <= {NEWEST_OF_A_SITE}
    ORDER BY capture.fetched_at DESC, url LIMIT {NEWEST}"""


def _counts(db: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    return {row["name"]: row["n"] for row in rows(db, sql)}


def _nested(db: duckdb.DuckDBPyConnection, sql: str, key: str) -> dict[str, dict[Any, int]]:
    found: dict[str, dict[Any, int]] = {}
    for row in rows(db, sql):
        found.setdefault(row[key], {})[row["name"]] = row["n"]
    return found
