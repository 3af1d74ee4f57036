"""A row against what docs/design.md promises of every row, without a look at the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from crawler.extract.article import Capture
from crawler.extract.url import article_id, canonical_url
from crawler.language import message
from crawler.navigation.rendered import pages_of
from pipelines.dataset.part import Part
from pipelines.dataset.revision import month_of
from pipelines.dataset.schema import NULLABLE, Row


def null_findings(row: Row) -> Iterator[str]:
    """Columns, and fields of their structs, that are null and may not be."""
    for name, value in row.items():
        yield from _nulls(name, value)


def row_findings(part: Part, row: Row) -> Iterator[str]:
    """Columns of a row of articles that contradict each other or the part; the row has no forbidden null."""
    text: str = row["text"]
    if row["canonical_url"] != canonical_url(row["url"]) or row["id"] != article_id(row["url"]):
        yield message("its id or canonical_url is not that of its url")
    if row["text_digest"] != hashlib.sha256(text.encode()).hexdigest():
        yield message("text_digest is not that of the text")
    if f"{row['fetched_at']:%Y-%m}" != month_of(part):
        yield message("fetched at {day}, which is not in this crawl_month", day=row["fetched_at"].date().isoformat())
    pages = pages_of([Capture.of(each) for each in row["captures"][:2]])
    if not pages or pages[0].fetched_at != row["fetched_at"]:
        yield message("fetched_at is not that of its first capture")
    if not all(0 <= span["at"] <= len(text) for span in row["removed"]):
        yield message("a removed span lies outside of the text")
    if not all(0 <= each["start"] <= each["end"] <= len(text) for each in row["parts"]):
        yield message("a part lies outside of the text")


def _nulls(name: str, value: object) -> Iterator[str]:
    if value is None and name not in NULLABLE:
        yield message("column {name!r} is null", name=name)
    elif isinstance(value, list):
        for each in value:
            yield from _nulls(name, each)
    elif isinstance(value, dict):
        for field, inner in value.items():
            yield from _nulls(f"{name}.{field}", inner)
