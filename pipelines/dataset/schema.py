"""The schema of the rows, frozen at version 1, and the way from an Article to a row.

Every type is written out: an all-null column whose type is inferred, or a column added later, breaks Polars, pandas or
`datasets` (DESIGN.md). On disk all fields are nullable, because DuckDB and Spark write them so when they compact a
folder, and files that differ in nothing but nullability do not unify everywhere; NOT_NULL says which may not be null.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from crawler.extract.article import Article, Reject, RejectedPage

SCHEMA_VERSION = 1

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


def row(article: Article) -> Row:
    """The article as one row: plain values, in the order of SCHEMA. The text's digest is made here."""
    values = {name: _plain(getattr(article, name)) for name in SCHEMA.names}
    try:
        text = article.text.encode()
    except UnicodeEncodeError:
        values = _storable(values)
        text = values["text"].encode()
    values["text_digest"] = hashlib.sha256(text).hexdigest()
    return values


def rejected(article: Article, reject: Reject) -> list[RejectedPage]:
    """An article that did not pass: one reject for each of its web pages, so that every page is accounted for."""
    return [RejectedPage(each.url, article.site, article.family, reject, each) for each in article.captures]


def reject_row(page: RejectedPage, *, run_id: str, rules_version: str) -> Row:
    """The rejected page as one row, in the order of REJECT_SCHEMA."""
    return {
        "url": page.url,
        "site": page.site,
        "family": page.family,
        "reason": page.reject.reason,
        "detail": page.reject.detail,
        "capture": _plain(page.capture),
        "run_id": run_id,
        "rules_version": rules_version,
    }


def to_table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    """Rows as an Arrow table of exactly `schema`.

    Raises ValueError where a column that DESIGN.md promises is null: such a row is a bug, never a file. A lone
    surrogate, which UTF-8 cannot hold, becomes U+FFFD.
    """
    try:
        table = pa.Table.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        table = pa.Table.from_pylist([_storable(each) for each in rows], schema=schema)
    for name in schema.names:
        if name not in NULLABLE and table.column(name).null_count:
            raise ValueError(f"column {name!r} is null in {table.column(name).null_count} of {len(rows)} rows")
    return table


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


def _plain(value: Any) -> Any:
    """Dataclasses as dicts. dataclasses.asdict copies deeply, which costs more than the rest of the row."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


def _storable(value: Any) -> Any:
    """Lone surrogates as U+FFFD, one character for one: offsets into text stay true."""
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in value)
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [_storable(item) for item in value]
    return value
