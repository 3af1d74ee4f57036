"""README.md and croissant.json of OUTPUT_DIR, written from the data."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from crawler.card.croissant import croissant
from crawler.card.facts import facts
from crawler.card.readme import readme
from crawler.language import about, message, words
from crawler.output import write_text
from crawler.status import Exit, RefusedError

NAME = "Articles of Chinese template sites"


def write_card(output: Path, name: str | None = None, contact: str | None = None) -> list[Path]:
    """Replace both files; their paths. Without `name` and `contact` those of the card that is there stay.

    Raises RefusedError when the dataset cannot be read or README.md was written by somebody else, OSError.
    """
    card = output / "README.md"
    if card.exists() and not (card.is_file() and "`scrapy card`" in card.read_text(encoding="utf-8", errors="replace")):
        raise RefusedError(message("{card} was not written by scrapy card: move it away first", card=card))
    try:
        found = facts(output)
    except (duckdb.Error, ValueError) as error:
        raise RefusedError(about(str(output), words(error).splitlines()[0]), Exit.STORAGE) from error
    earlier = said_before(output)
    name, contact = name or earlier[0] or NAME, contact or earlier[1]
    described = croissant(found, name=name, contact=contact)
    return [
        write_text(card, readme(found, name=name, contact=contact)),
        write_text(output / "croissant.json", json.dumps(described, ensure_ascii=False, indent=1) + "\n"),
    ]


def renew_card(output: Path, contact: str | None) -> str | None:
    """The card of a dataset that has changed, so that `load_dataset` finds its parts; why it was not written, if so."""
    try:
        write_card(output, contact=contact)
    except (RefusedError, OSError) as error:
        return message("no dataset card: {error}", error=words(error))
    return None


def said_before(output: Path) -> tuple[str | None, str | None]:
    """Name and contact that the card in `output` gives; null where it gives none."""
    try:
        told = json.loads((output / "croissant.json").read_bytes())
        name, contact = told["name"], told.get("creator", {}).get("name")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, None
    return (name if isinstance(name, str) else None), (contact if isinstance(contact, str) else None)
