"""Two makings of the same dataset against each other: which rows are new, gone or changed, and in which columns.

A row is the same row when its first page is the same record. Compared are hashes of the columns, so that a dataset of
any size fits into memory or spills; texts are read for the rows that are shown only.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.dataset.scan import parquet
from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA

MARKS = ("duplicate_of", "near_duplicate_of", "similarity")
# All that is made from the row's own records.
COMPARED = tuple(name for name in SCHEMA.names if name not in (*MARKS, "run_id", "rules_version"))


@dataclass(frozen=True, slots=True)
class Change:
    """A row whose text is another now; `size` in characters of the lines that differ."""

    size: int
    url: str
    title: str
    before: str
    after: str


@dataclass(slots=True)
class Difference:
    """`columns`: how many rows changed in each. `new_rows`, `gone_rows`: some of them, (url, title). `rejects`: how
    many for each reason, before and after."""

    rows_before: int = 0
    rows_after: int = 0
    new: int = 0
    gone: int = 0
    changed: int = 0
    columns: Counter[str] = field(default_factory=Counter)
    new_rows: list[tuple[str, str]] = field(default_factory=list)
    gone_rows: list[tuple[str, str]] = field(default_factory=list)
    texts: list[Change] = field(default_factory=list)
    rejects: dict[str, tuple[int, int]] = field(default_factory=dict)
    rejects_changed: bool = False

    @property
    def anything(self) -> bool:
        return bool(self.new or self.gone or self.changed or self.rejects_changed)


@dataclass(frozen=True, slots=True)
class Files:
    """The parts of one making."""

    articles: Sequence[Path]
    rejects: Sequence[Path]


def compare(connection: duckdb.DuckDBPyConnection, stored: Files, fresh: Files, *, shown: int = 20) -> Difference:
    """Leaves the tables `gone_keys`, `new_keys` and `changed_keys` (column key) in the connection.

    What `fresh` has of an older version of an article is not new where `stored` has dropped it for a newer one.
    """
    connection.register("no_articles", SCHEMA.empty_table())
    connection.register("no_rejects", REJECT_SCHEMA.empty_table())
    for name, files in (("stored", stored), ("fresh", fresh)):
        source = parquet(files.articles) if files.articles else "no_articles"
        connection.execute(f"CREATE VIEW {name} AS SELECT *, captures[1].record_id AS key FROM {source}")
        hashes = ", ".join(f'hash("{column}") AS "{column}"' for column in COMPARED)
        connection.execute(
            f"CREATE TABLE {name}_hashes AS SELECT key, id AS row_id, fetched_at AS at, {hashes} FROM {name}"
        )
    connection.execute("CREATE TABLE gone_keys AS SELECT key FROM stored_hashes ANTI JOIN fresh_hashes USING (key)")
    connection.execute(
        """
        CREATE TABLE new_keys AS SELECT key FROM fresh_hashes f ANTI JOIN stored_hashes USING (key)
        WHERE NOT EXISTS (FROM stored_hashes s WHERE s.row_id = f.row_id AND s.at >= f.at)
        """
    )
    other = " OR ".join(f's."{column}" <> f."{column}"' for column in COMPARED)
    connection.execute(
        f"CREATE TABLE changed_keys AS SELECT key FROM stored_hashes s JOIN fresh_hashes f USING (key) WHERE {other}"
    )
    found = Difference(
        rows_before=_count(connection, "stored"),
        rows_after=_count(connection, "fresh"),
        new=_count(connection, "new_keys"),
        gone=_count(connection, "gone_keys"),
        changed=_count(connection, "changed_keys"),
    )
    counts = ", ".join(f'count(*) FILTER (s."{column}" <> f."{column}")' for column in COMPARED)
    joined = "changed_keys JOIN stored_hashes s USING (key) JOIN fresh_hashes f USING (key)"
    numbers = connection.execute(f"SELECT {counts} FROM {joined}").fetchone() or ()
    found.columns = Counter({name: int(number) for name, number in zip(COMPARED, numbers, strict=True) if number})
    found.new_rows = _named(connection, "fresh SEMI JOIN new_keys", shown)
    found.gone_rows = _named(connection, "stored SEMI JOIN gone_keys", shown)
    found.texts = heapq.nlargest(shown, _changes(connection), key=lambda change: (change.size, change.url))
    _compare_rejects(connection, stored.rejects, fresh.rejects, found)
    return found


def _changes(connection: duckdb.DuckDBPyConnection) -> Iterator[Change]:
    answer = connection.execute(
        """
        SELECT s.url, s.title, s.text, f.text FROM changed_keys JOIN stored s USING (key) JOIN fresh f USING (key)
        WHERE s.text <> f.text
        """
    )
    while some := answer.fetchmany(200):
        for url, title, before, after in some:
            yield Change(_size(before, after), url, title, before, after)


def _size(before: str, after: str) -> int:
    """Characters of the lines that only one of them has."""
    a, b = Counter(before.split("\n")), Counter(after.split("\n"))
    return sum(len(line) * number for lines in (a - b, b - a) for line, number in lines.items())


def _compare_rejects(
    connection: duckdb.DuckDBPyConnection, stored: Sequence[Path], fresh: Sequence[Path], found: Difference
) -> None:
    for name, files in (("stored_rejects", stored), ("fresh_rejects", fresh)):
        connection.execute(f"CREATE VIEW {name} AS FROM {parquet(files) if files else 'no_rejects'}")
        rows = f"SELECT url, reason, detail, capture.record_id AS record FROM {name}"
        connection.execute(f"CREATE VIEW {name}_plain AS {rows}")
    one_way = "(FROM stored_rejects_plain EXCEPT ALL FROM fresh_rejects_plain)"
    other_way = "(FROM fresh_rejects_plain EXCEPT ALL FROM stored_rejects_plain)"
    found.rejects_changed = _count(connection, f"({one_way} UNION ALL {other_way})") > 0
    counts = [
        {reason: int(number) for reason, number in connection.execute(
            f"SELECT reason, count(*) FROM {name} GROUP BY ALL").fetchall()}
        for name in ("stored_rejects", "fresh_rejects")
    ]  # fmt: skip
    for reason in sorted(counts[0].keys() | counts[1].keys()):
        found.rejects[reason] = counts[0].get(reason, 0), counts[1].get(reason, 0)


def _named(connection: duckdb.DuckDBPyConnection, source: str, shown: int) -> list[tuple[str, str]]:
    query = f"SELECT url, title FROM {source} USING (key) ORDER BY url LIMIT {shown}"
    return [(str(url), str(title)) for url, title in connection.execute(query).fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    return int(row[0]) if row else 0
