"""What became of one page by hand (`-a url=URL`), in lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from crawler.display import harmless

_ROWS = "SELECT * FROM articles WHERE run_id = ?"
_SHOWN = ("published", "source", "author", "editor")


def outcome(output: Path, run_id: str, sections: Mapping[str, Mapping[str, Any]], unchanged: int) -> Iterator[str]:
    """The rows of the run, rejects with their reasons and failures; `unchanged`: pages whose row stands already."""
    from pipelines.dataset.query import connect  # noqa: PLC0415 - it brings DuckDB

    with connect(output) as connection:
        rows = connection.sql(_ROWS, params=[run_id]).to_arrow_table().to_pylist()
    for row in rows:
        fields = ", ".join(f"{name} {row[name]}" for name in _SHOWN if row[name])
        pages = f", {row['page_count']} pages" if row["page_count"] > 1 else ""
        yield harmless(f"row {row['id']}: {row['title']} ({row['site']}, {row['template']}{pages})".replace("\n", " "))
        yield harmless(
            f"    {fields or 'no byline'}; {len(row['text'])} characters: {row['text'][:60]}…".replace("\n", " ")
        )
    if unchanged:
        yield "the page is as it was when it got its row: no second one"
    yield from why_none(sections)


def why_none(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The reasons of rejects and failures, with the URL."""
    for section in sections.values():
        for kind, urls in section["samples"].items():
            yield harmless(f"no row: {kind} ({urls[0]})".replace("\n", " ").replace(";", ","))
