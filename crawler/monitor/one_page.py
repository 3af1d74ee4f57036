"""What became of one page by hand (`-a url=URL`), in lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from crawler.display import harmless
from crawler.language import Language, message

_ROWS = "SELECT * FROM articles WHERE run_id = ?"
_SHOWN = ("published", "source", "author", "editor")


def outcome(
    output: Path, run_id: str, sections: Mapping[str, Mapping[str, Any]], unchanged: int, language: Language
) -> Iterator[str]:
    """The rows of the run, rejects with their reasons and failures; `unchanged`: pages whose row stands already."""
    say = language.say
    from pipelines.dataset.query import connect  # noqa: PLC0415 - it brings DuckDB

    with connect(output) as connection:
        rows = connection.sql(_ROWS, params=[run_id]).to_arrow_table().to_pylist()
    for row in rows:
        fields = ", ".join(f"{name} {row[name]}" for name in _SHOWN if row[name])
        pages = message(", {number} pages", number=row["page_count"]) if row["page_count"] > 1 else ""
        first = message("row {id}: {title} ({site}, {template}{pages})", pages=pages, **_named(row))
        second = message(
            "{fields}; {characters} characters: {text}…",
            fields=fields or message("no byline"),
            characters=len(row["text"]),
            text=row["text"][:60],
        )
        yield harmless(say(first).replace("\n", " "))
        yield harmless(f"    {say(second)}".replace("\n", " "))
    if unchanged:
        yield say(message("the page is as it was when it got its row: no second one"))
    yield from map(say, why_none(sections))


def why_none(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The reasons of rejects and failures, with the URL."""
    for section in sections.values():
        for kind, urls in section["samples"].items():
            told = {"kind": kind, "url": urls[0]}
            told = {name: harmless(text.replace("\n", " ").replace(";", ",")) for name, text in told.items()}
            yield message("no row: {kind} ({url})", **told)


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "title", "site", "template")}
