"""What a row of the dataset must say: the truth that every generated article carries with it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.site.story import Part


@dataclass(frozen=True, slots=True)
class Truth:
    """One article. `text` has one paragraph a line; lines in `optional` may be kept or dropped by a fair extractor.

    None in a name field: the page prints none. None in `category` or `truncated`: the page leaves it open, so that it
    is not compared. `document` holds the printed facts in the dataset's form. `pages` are
    absolute URLs, `url` the first.
    """

    url: str
    pages: tuple[str, ...]
    skin: str
    title: str
    text: str
    lead: str | None
    optional: tuple[str, ...]
    published: str | None
    source: str | None
    author: str | None
    editor: str | None
    category: tuple[str, ...] | None
    parts: tuple[Part, ...]
    document: dict[str, str | int]
    truncated: bool | None
    charset: str


def document(facts: dict[str, str], printed: tuple[str, ...]) -> dict[str, str | int]:
    """The printed facts of a 文库 page as docs/design.md wants them: "DOCX" -> "docx", "27.08KB" -> 27730 bytes."""
    found: dict[str, str | int] = {}
    for name in printed:
        value = facts[name]
        if name == "pages":
            found["pages"] = int(value)
        elif name == "size":
            unit = 1024 if value.endswith("KB") else 1024 * 1024
            found["size_bytes"] = round(float(value[:-2]) * unit)
        else:
            found[name] = value.lower() if name == "format" else value
    return found
