"""The numbers of the card, counted from the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from crawler.language import message
from pipelines.dataset.manifest import load_manifests
from pipelines.dataset.part import Part, sha256
from pipelines.dataset.query import connect, damaged_parts, rows
from pipelines.dataset.schema import NULLABLE, SCHEMA

NOTICES = 15  # the most frequent ones are shown


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """`total` and the rows of `sites` have the columns of the queries below; `filled`: column -> share of rows."""

    total: Mapping[str, Any]
    sites: Sequence[Mapping[str, Any]]
    filled: Mapping[str, float]
    notices: Sequence[Mapping[str, Any]]
    noticed: int  # rows with a notice
    rejects: int
    parts: Sequence[Part]  # of articles/


def facts(output: Path) -> DatasetFacts:
    """All of them, by a few queries. Raises duckdb.Error, and ValueError for a damaged manifest or part."""
    if damaged := damaged_parts(output):
        raise ValueError(
            message(
                "{path} is no part of this dataset, or cut: a card without its rows would be wrong", path=damaged[0]
            )
        )
    with connect(output) as db:
        shares = rows(db, f"SELECT {', '.join(map(_share, SCHEMA))} FROM articles")[0]
        return DatasetFacts(
            total=rows(db, _TOTAL)[0],
            sites=rows(db, _SITES),
            filled={name: float(share or 0) for name, share in shares.items()},
            notices=rows(db, _NOTICES),
            noticed=rows(db, "SELECT count(*) AS n FROM articles WHERE len(notices) > 0")[0]["n"],
            rejects=rows(db, "SELECT count(*) AS n FROM rejects")[0]["n"],
            parts=_parts(output),
        )


_TOTAL = """
    SELECT count(*) AS rows, count(DISTINCT id) AS articles, count(DISTINCT text_digest) AS texts,
           coalesce(sum(quality.characters), 0)::BIGINT AS characters, count(DISTINCT site) AS sites,
           min(fetched_at) AS first_fetched, max(fetched_at) AS last_fetched,
           min(published_at) AS first_published, max(published_at) AS last_published,
           count(*) FILTER (quality.han_ratio > 0.6 AND quality.dup_line_ratio < 0.3 AND NOT truncated
                            AND duplicate_of IS NULL) AS filtered,
           coalesce(list_sort(list(DISTINCT rules_version)), []) AS rules
    FROM articles"""
_SITES = """
    SELECT family, site, count(*) AS rows, sum(quality.characters)::BIGINT AS characters,
           min(fetched_at) AS first_fetched, max(fetched_at) AS last_fetched
    FROM articles GROUP BY family, site ORDER BY family, rows DESC, site"""
# The numbers in a notice ("第3则") are not what makes it another one.
_NOTICES = f"""
    SELECT any_value(notice) AS notice, count(*) AS rows
    FROM (SELECT unnest(notices) AS notice FROM articles)
    GROUP BY regexp_replace(notice, '[0-9]+', '0', 'g') ORDER BY rows DESC, notice LIMIT {NOTICES}"""


def _share(field: pa.Field) -> str:
    if field.name not in NULLABLE and not pa.types.is_list(field.type):
        return f"avg(1) AS {field.name}"  # always there; the texts are most of the dataset and need not be read
    test = f"len({field.name}) > 0" if pa.types.is_list(field.type) else f"{field.name} IS NOT NULL"
    return f"avg(({test})::INTEGER) AS {field.name}"


def _parts(output: Path) -> list[Part]:
    """The finished parts that are there; digests from the manifests, where one names the part."""
    known = {part.path: part for manifest in load_manifests(output).values() for part in manifest.files}
    found = []
    for path in sorted((output / "articles").glob("crawl_month=*/*.parquet")):
        name = path.relative_to(output).as_posix()
        found.append(known.get(name) or Part(path=name, rows=-1, bytes=path.stat().st_size, sha256=sha256(path)))
    return found
