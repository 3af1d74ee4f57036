"""README.md and croissant.json of OUTPUT_DIR, written from the data."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from crawler.card.croissant import croissant
from crawler.card.facts import facts
from crawler.card.readme import readme
from crawler.output import write_text
from crawler.status import Exit, RefusedError


def write_card(output: Path, name: str, contact: str | None) -> list[Path]:
    """Replace both files; their paths.

    Raises RefusedError when the dataset cannot be read or README.md was written by somebody else, OSError.
    """
    card = output / "README.md"
    if card.exists() and "`scrapy card`" not in card.read_text(encoding="utf-8", errors="replace"):
        raise RefusedError(f"{card} was not written by scrapy card: move it away first")
    try:
        found = facts(output)
    except (duckdb.Error, ValueError) as error:
        raise RefusedError(f"{output}: {str(error).splitlines()[0]}", Exit.STORAGE) from error
    described = croissant(found, name=name, contact=contact)
    return [
        write_text(card, readme(found, name=name, contact=contact)),
        write_text(output / "croissant.json", json.dumps(described, ensure_ascii=False, indent=1) + "\n"),
    ]
