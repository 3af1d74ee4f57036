"""What the dataset and the archive's indexes say, counted by DuckDB: by site and crawl, and over everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from crawler.query import connect, host_of, rows, run_of

# Fields that a page may print or not: how often they are filled tells whether a site's template has changed.
COVERAGE = {
    "published": "published IS NOT NULL",
    "source": "source IS NOT NULL",
    "author": "author IS NOT NULL",
    "editor": "editor IS NOT NULL",
    "lead": "lead IS NOT NULL",
    "category": "len(category) > 0",
    "keywords": "len(keywords) > 0",
    "document": "document IS NOT NULL",
}
NEWEST = 24  # titles and rejects shown
NEWEST_OF_A_SITE = 4


@dataclass(frozen=True, slots=True)
class SiteRun:
    """Rows of one site from one crawl. `coverage`: field -> share of rows that have it, 0 to 1."""

    site: str
    family: str
    run: str
    rows: int
    characters: float  # the median
    coverage: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class HostRun:
    """What one crawl asked of one host. `peak`: the most requests that began in one second."""

    host: str
    run: str
    requests: int
    seconds: int
    peak: int
    size: int
    refused: int

    @property
    def per_second(self) -> float:
        return self.requests / max(1, self.seconds)


@dataclass(frozen=True, slots=True)
class Figures:
    rows: int = 0
    rejects: int = 0
    characters: int = 0
    archive_bytes: int = 0
    site_runs: list[SiteRun] = field(default_factory=list)
    site_rejects: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)  # (site, run) -> reason -> pages
    hosts: dict[tuple[str, str], HostRun] = field(default_factory=dict)  # (host, run)
    host_sites: dict[str, str] = field(default_factory=dict)  # host -> site
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
        total = rows(db, "SELECT count(*) AS rows, sum(quality.characters) AS characters FROM articles")[0]
        archive = rows(db, "SELECT sum(length) AS size FROM exchanges")[0]
        hosts = [HostRun(**row) for row in rows(db, _HOSTS)]
        return Figures(
            rows=total["rows"],
            rejects=rows(db, "SELECT count(*) AS n FROM rejects")[0]["n"],
            characters=int(total["characters"] or 0),
            archive_bytes=int(archive["size"] or 0),
            site_runs=[_site_run(row) for row in rows(db, _SITE_RUNS)],
            site_rejects=_nested(db, _SITE_REJECTS, lambda row: (row["site"], row["run"])),
            hosts={(host.host, host.run): host for host in hosts},
            host_sites={row["host"]: row["site"] for row in rows(db, _HOST_SITES)},
            lengths=_nested(db, _LENGTHS, lambda row: row["family"]),
            charsets=_counts(db, "SELECT charset AS name, count(*) AS n FROM articles GROUP BY 1 ORDER BY n DESC, 1"),
            templates=_counts(db, "SELECT template AS name, count(*) AS n FROM articles GROUP BY 1 ORDER BY n DESC, 1"),
            rules=_counts(db, _RULES),
            copies=_nested(db, _COPIES, lambda row: row["site"]),
            newest=rows(db, _LATEST),
            newest_rejects=rows(db, _LATEST_REJECTS),
        )


_FIRST_RUN = run_of("captures[1].warc_file")
_REJECT_RUN = f"coalesce({run_of('capture.warc_file')}, split_part(run_id, '-', -1))"
_SHARES = ", ".join(f"avg(({test})::INTEGER) AS {name}" for name, test in COVERAGE.items())
_SITE_RUNS = f"""
    SELECT site, any_value(family) AS family, {_FIRST_RUN} AS run, count(*) AS rows,
           median(quality.characters) AS characters, {_SHARES}
    FROM articles GROUP BY site, run ORDER BY site, run"""
_SITE_REJECTS = (
    f"SELECT site, {_REJECT_RUN} AS run, reason AS name, count(*) AS n FROM rejects GROUP BY ALL ORDER BY ALL"
)
_HOSTS = """
    WITH seconds AS (
        SELECT host, run, asked, count(*) AS n, sum(length) AS size,
               count(*) FILTER (status IN (403, 429, 503)) AS refused
        FROM exchanges WHERE host <> '' AND asked IS NOT NULL GROUP BY host, run, asked)
    SELECT host, run, sum(n)::BIGINT AS requests, date_diff('second', min(asked), max(asked)) + 1 AS seconds,
           max(n) AS peak, sum(size)::BIGINT AS size, sum(refused)::BIGINT AS refused
    FROM seconds GROUP BY host, run"""
_HOST_SITES = f"SELECT {host_of('url')} AS host, mode(site) AS site FROM articles GROUP BY host"
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


def _site_run(row: dict[str, Any]) -> SiteRun:
    coverage = {name: float(row.pop(name)) for name in COVERAGE}
    return SiteRun(coverage=coverage, **row)


def _counts(db: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    return {row["name"]: row["n"] for row in rows(db, sql)}


def _nested(db: duckdb.DuckDBPyConnection, sql: str, key: Any) -> dict[Any, dict[Any, int]]:
    found: dict[Any, dict[Any, int]] = {}
    for row in rows(db, sql):
        found.setdefault(key(row), {})[row["name"]] = row["n"]
    return found
