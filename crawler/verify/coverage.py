"""Rows, rejects and records against each other, for all of a dataset: joins in DuckDB, which spill to disk.

Checked here: every capture names a record that is there and is as the capture says; no record is in two rows, nor is a
page that two workers both fetched; revisits have their payload; and the newest response to every request for an
article's page became a row or a reject (docs/design.md, invariants 1, 3, 4 and 5). Older responses may have been
superseded: a retry, a version that compaction dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from crawler.archive.audit import AuditedResponse
from crawler.extract.article import Capture
from crawler.language import listed, message
from crawler.verify.findings import Finding
from pipelines.dataset.query import run_of
from pipelines.dataset.scan import parquet
from pipelines.dataset.schema import SCHEMA

RECORDS = pa.schema(
    [
        *((name, pa.string()) for name in ("record_id", "warc_file")),
        *((name, pa.int64()) for name in ("offset", "length")),
        *((name, pa.string()) for name in ("url", "payload_digest")),
        ("fetched_at", pa.timestamp("us", tz="UTC")),
        ("status", pa.int32()),
        ("unchanged", pa.bool_()),
        ("role", pa.string()),
        ("covered", pa.bool_()),
        ("refers_file", pa.string()),
        ("refers_offset", pa.int64()),
        ("refers_id", pa.string()),
    ]
)

_ROWS = 20_000  # a row group
_FIELDS = tuple(each.name for each in fields(Capture))
_CAPTURE = 'record_id, warc_file, "offset", length, url, payload_digest, fetched_at'
_SAME = " AND ".join(f'n."{each.strip(chr(34))}" = r."{each.strip(chr(34))}"' for each in _CAPTURE.split(", "))

_MISSING = f"""
    SELECT n.owner, n.warc_file, n."offset", max(r.record_id) IS NULL FROM named n
    LEFT JOIN records r ON n.warc_file = r.warc_file AND n."offset" = r."offset"
    GROUP BY n.owner, n.warc_file, n."offset", n.record_id HAVING NOT coalesce(bool_or({_SAME}), false) ORDER BY ALL
"""
_TWICE = """
    SELECT record_id, list(owner ORDER BY owner) FROM named GROUP BY record_id HAVING count(*) > 1 ORDER BY ALL
"""
# A page that is fetched again and has not changed gives no row. Two workers that both had it give two: their files were
# written at the same time. (After a frontier was lost, pages are fetched and rows made again, one run after the other.)
_REPEATED = f"""
    WITH runs AS (
        SELECT {run_of("warc_file")} AS run, min(fetched_at) AS began, max(fetched_at) AS ended
        FROM records GROUP BY ALL
    ), versions AS (
        SELECT id, captures[1].warc_file AS file, {run_of("captures[1].warc_file")} AS run,
            [c.payload_digest FOR c IN captures] AS payloads, fetched_at FROM articles
    ), neighbours AS (
        SELECT id, file, run, payloads, lag(file) OVER time AS earlier_file, lag(run) OVER time AS earlier_run,
            lag(payloads) OVER time AS earlier_payloads
        FROM versions WINDOW time AS (PARTITION BY id ORDER BY fetched_at, file)
    )
    SELECT id, earlier_file, file FROM neighbours
    JOIN runs a ON a.run = neighbours.run JOIN runs b ON b.run = neighbours.earlier_run
    WHERE payloads = earlier_payloads AND (a.run = b.run OR (a.began <= b.ended AND b.began <= a.ended)) ORDER BY ALL
"""
_ORPHANS = """
    SELECT v.warc_file, v."offset", v.refers_file, v.refers_offset FROM records v
    LEFT JOIN records o ON v.refers_file = o.warc_file AND v.refers_offset = o."offset" AND v.refers_id = o.record_id
    WHERE v.refers_file IS NOT NULL AND o.record_id IS NULL ORDER BY ALL
"""
# Nothing has to come of a redirect, which led on; of a page that had not changed, whose row is there already; of an
# error that another response followed, since the visit ended with that one; and of a 429, which asks to come again.
_UNACCOUNTED = """
    WITH pages AS (
        SELECT *, row_number() OVER (PARTITION BY url, payload_digest, status ORDER BY fetched_at, record_id) AS nth,
            max(fetched_at) OVER (PARTITION BY url) AS last_asked
        FROM records WHERE role = 'article'
    ), answers AS (
        SELECT *, row_number() OVER (PARTITION BY url ORDER BY fetched_at DESC, record_id DESC) AS newest FROM pages
        WHERE NOT unchanged AND status NOT IN (301, 302, 303, 307, 308, 429)
            AND CASE WHEN status = 200 THEN nth = 1 ELSE fetched_at = last_asked END
    ), latest AS (
        SELECT url, max(fetched_at) AS last FROM named GROUP BY url
    )
    SELECT warc_file, "offset", url FROM answers LEFT JOIN latest USING (url)
    WHERE newest = 1 AND covered AND (last IS NULL OR last < fetched_at)
        AND record_id NOT IN (FROM pending_records) AND url NOT IN (FROM pending_urls)
    ORDER BY ALL
"""


class RecordTable:
    """Writes the responses of one archive file to `path`, for coverage(). `covered`: a manifest covers the file."""

    def __init__(self, path: Path, *, covered: bool) -> None:
        self.count = 0
        self._covered = covered
        self._writer = pq.ParquetWriter(path, RECORDS, compression="zstd")
        self._rows: list[dict[str, object]] = []

    def add(self, recorded: AuditedResponse) -> None:
        self.count += 1
        self._rows.append(_row(recorded, self._covered))
        if len(self._rows) == _ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=RECORDS))
        self._rows.clear()


def coverage_findings(
    connection: duckdb.DuckDBPyConnection,
    records: Collection[Path],
    articles: Collection[Path],
    rejects: Collection[Path],
    pending: tuple[Collection[str], Collection[str]],
) -> Iterator[Finding]:
    """What does not match between rows and records. Raises duckdb.Error.

    `records`: files of RecordTable; `pending`: URLs that the frontier has still to visit, and ids of records that it
    keeps for them.
    """
    _views(connection, records, articles, rejects)
    for name, values in zip(("pending_urls", "pending_records"), pending, strict=True):
        connection.register(f"given_{name}", pa.table({"value": pa.array(sorted(values), pa.string())}))
        connection.execute(f"CREATE TABLE {name} AS FROM given_{name}")
    for owner, file, offset, absent in _ask(connection, _MISSING):
        if absent:
            what = message("its capture {file} at offset {offset}: there is no such record", file=file, offset=offset)
        else:
            what = message(
                "its capture {file} at offset {offset}: the record there is another, or not as the row says",
                file=file,
                offset=offset,
            )
        yield Finding(_owner(owner), what)
    for record_id, owners in _ask(connection, _TWICE):
        shown = listed(map(_owner, owners[:3]))
        twice = message("is the record of {number} rows: {owners}", number=len(owners), owners=shown)
        yield Finding(str(record_id), twice)
    for article, first, second in _ask(connection, _REPEATED):
        both = message(
            "the same page with the same content is two rows of runs at work at the same time: {first}, {second}",
            first=first,
            second=second,
        )
        yield Finding(_owner(f"row {article}"), both)
    for file, offset, original, at in _ask(connection, _ORPHANS):
        orphan = message("a revisit of {file} at offset {offset}, where its payload is not", file=original, offset=at)
        yield Finding(_place(file, offset), orphan)
    for file, offset, url in _ask(connection, _UNACCOUNTED):
        lost = message("{url} became neither a row nor a reject (scrapy reextract)", url=url)
        yield Finding(_place(file, offset), lost)


def _place(file: str, offset: int) -> str:
    return message("{file} at offset {offset}", file=file, offset=offset)


def _owner(named: str) -> str:
    """ "row ID" or "reject URL", as the view `named` has it."""
    kind, _, name = named.partition(" ")
    return message("row {name}", name=name) if kind == "row" else message("reject {name}", name=name)


def _views(
    connection: duckdb.DuckDBPyConnection,
    records: Collection[Path],
    articles: Collection[Path],
    rejects: Collection[Path],
) -> None:
    connection.register("no_records", RECORDS.empty_table())
    connection.execute(f"CREATE VIEW records AS FROM {parquet(records) if records else 'no_records'}")
    connection.register("no_articles", SCHEMA.empty_table())
    connection.execute(f"CREATE VIEW articles AS FROM {parquet(articles) if articles else 'no_articles'}")
    sources = []
    if articles:
        sources.append(f"SELECT 'row ' || id AS owner, unnest(captures) AS c FROM {parquet(articles)}")
    if rejects:
        sources.append(
            f"SELECT 'reject ' || url AS owner, capture AS c FROM {parquet(rejects)} WHERE capture IS NOT NULL"
        )
    fields = ", ".join(f"c.{each.strip()} AS {each.strip()}" for each in _CAPTURE.split(","))
    union = " UNION ALL ".join(sources) or "SELECT '' AS owner, r AS c FROM records r WHERE false"
    connection.execute(f"CREATE VIEW named AS SELECT owner, {fields} FROM ({union})")


def _ask(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[Any, ...]]:
    answer = connection.execute(query)
    while some := answer.fetchmany(1000):
        yield from some


def _row(recorded: AuditedResponse, covered: bool) -> dict[str, object]:
    file, offset, record_id = recorded.refers or (None, None, None)
    return {
        **{name: getattr(recorded.capture, name) for name in _FIELDS},
        "status": recorded.status,
        "unchanged": recorded.unchanged,
        "role": recorded.role,
        "covered": covered,
        "refers_file": file,
        "refers_offset": offset,
        "refers_id": record_id,
    }
