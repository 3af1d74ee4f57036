"""The schema of the rows, frozen at version 1, and the way from an Article to a row.

Every type is written out: an all-null column whose type is inferred, or a column added later, breaks Polars, pandas or
`datasets` (docs/design.md). On disk all fields are nullable, because DuckDB and Spark write them so when they compact a
folder, and files that differ in nothing but nullability do not unify everywhere; NULLABLE says which may be null.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import pyarrow as pa

from crawler.extract.article import Article, Reject, RejectedPage
from pipelines.dataset.fit import fits
from pipelines.dataset.part import SCHEMA_VERSION

Row = dict[str, Any]

_INSTANT = pa.timestamp("us", tz="UTC")


def _list(item: pa.DataType) -> pa.DataType:
    # "element" is what Parquet calls it; with Arrow's own "item" a schema read back differs from the one written.
    return pa.list_(pa.field("element", item))


_CAPTURE = pa.struct(
    [
        ("record_id", pa.string()),
        ("warc_file", pa.string()),
        ("offset", pa.int64()),
        ("length", pa.int64()),
        ("url", pa.string()),
        ("payload_digest", pa.string()),
        ("fetched_at", _INSTANT),
    ]
)

_DOCUMENT = pa.struct(
    [
        ("format", pa.string()),
        ("pages", pa.int32()),
        ("size_bytes", pa.int64()),
        ("id", pa.string()),
        ("price", pa.string()),
        ("uploader", pa.string()),
        ("uploaded", pa.string()),
    ]
)

_QUALITY = pa.struct(
    [
        ("characters", pa.int32()),
        ("han_ratio", pa.float64()),
        ("line_punct_ratio", pa.float64()),
        ("dup_line_ratio", pa.float64()),
        ("top_ngram_ratios", _list(pa.float64())),
        ("masked", pa.int32()),
        ("replaced", pa.int32()),
        ("spun", pa.float64()),
        ("pinyin_noise", pa.int32()),
    ]
)

_METADATA = {"crawler.schema_version": str(SCHEMA_VERSION)}

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("canonical_url", pa.string()),
        ("site", pa.string()),
        ("family", pa.string()),
        ("template", pa.string()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("lead", pa.string()),
        ("published", pa.string()),
        ("published_at", _INSTANT),
        ("source", pa.string()),
        ("author", pa.string()),
        ("editor", pa.string()),
        ("category", _list(pa.string())),
        ("keywords", _list(pa.string())),
        ("page_count", pa.int32()),
        (
            "parts",
            _list(
                pa.struct([("kind", pa.string()), ("title", pa.string()), ("start", pa.int32()), ("end", pa.int32())])
            ),
        ),
        ("document", _DOCUMENT),
        ("notices", _list(pa.string())),
        ("removed", _list(pa.struct([("rule", pa.string()), ("text", pa.string()), ("at", pa.int32())]))),
        ("truncated", pa.bool_()),
        ("language", pa.string()),
        ("script", pa.string()),
        ("charset", pa.string()),
        ("quality", _QUALITY),
        ("text_digest", pa.string()),
        ("signature", pa.binary()),
        ("duplicate_of", pa.string()),
        ("near_duplicate_of", pa.string()),
        ("similarity", pa.float64()),
        ("fetched_at", _INSTANT),
        ("captures", _list(_CAPTURE)),
        ("run_id", pa.string()),
        ("rules_version", pa.string()),
    ],
    metadata=_METADATA,
)

REJECT_SCHEMA = pa.schema(
    [
        ("url", pa.string()),
        ("site", pa.string()),
        ("family", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("capture", _CAPTURE),
        ("run_id", pa.string()),
        ("rules_version", pa.string()),
    ],
    metadata=_METADATA,
)

SCHEMAS: Mapping[str, pa.Schema] = {"articles": SCHEMA, "rejects": REJECT_SCHEMA}

NULLABLE = {
    "lead",
    "published",
    "published_at",
    "source",
    "author",
    "editor",
    "document",
    "language",
    "script",
    "signature",
    "duplicate_of",
    "near_duplicate_of",
    "similarity",
    "capture",
    "parts.title",
    "quality.spun",
    *(f"document.{each.name}" for each in _DOCUMENT),
}
"""Columns, and fields of their structs, that may be null; all others never are."""


_ROW = fits(SCHEMA, NULLABLE)
_REJECT = fits(REJECT_SCHEMA, NULLABLE)


def row(article: Article) -> Row:
    """The article as one row: plain values, in the order of SCHEMA. The text's digest is made here.

    Raises UnfitError where a column that is never null has a value that it cannot hold; see fit.py.
    """
    values = {name: fit(getattr(article, name)) for name, fit in _ROW.items()}
    values["text_digest"] = hashlib.sha256(values["text"].encode()).hexdigest()
    return values


def rejected(article: Article, reject: Reject) -> list[RejectedPage]:
    """An article that did not pass: one reject for each of its web pages, so that every page is accounted for."""
    return [RejectedPage(each.url, article.site, article.family, reject, each) for each in article.captures]


def reject_row(page: RejectedPage, *, run_id: str, rules_version: str) -> Row:
    """The rejected page as one row, in the order of REJECT_SCHEMA. A capture that cannot be stored is left out.

    Raises UnfitError where not even the URL can be stored.
    """
    values = {
        "url": page.url,
        "site": page.site,
        "family": page.family,
        "reason": page.reject.reason,
        "detail": page.reject.detail,
        "capture": page.capture,
        "run_id": run_id,
        "rules_version": rules_version,
    }
    return {name: fit(values[name]) for name, fit in _REJECT.items()}


def to_table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    """Rows of row() or reject_row() as an Arrow table of exactly `schema`. Raises pyarrow.ArrowException for others."""
    spare_pandas()
    return pa.Table.from_pylist(rows, schema=schema)


class _NoPandas:
    """A finder of modules that finds no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


@cache
def spare_pandas() -> None:
    """Keep pyarrow from importing pandas, 0.3 s and 40 MB, only to see whether a list of ours is a Series of pandas, or
    to make an instant a datetime.

    It looks once, and again where somebody asks it for pandas.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
        try:
            pa.array([])
        finally:
            sys.meta_path.remove(_NoPandas)


def weight(row: Row) -> int:
    """Bytes that a buffered row holds in memory, roughly: two a character, and the objects around them."""
    characters = sum(len(value) for value in row.values() if isinstance(value, str))
    characters += sum(len(span["text"]) for span in row.get("removed", ()))
    return 4096 + 2 * characters


def month(row: Row, default: datetime) -> str:
    """The row's path key, "2026-11": when its first page was fetched, in UTC."""
    capture = row.get("capture") or {}
    fetched_at = row.get("fetched_at") or capture.get("fetched_at") or default
    return f"{fetched_at:%Y-%m}"
