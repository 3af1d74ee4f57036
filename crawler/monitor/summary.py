"""What the log of a crawl begins and ends with: what it is going to do, and what came of it, site by site."""

from __future__ import annotations

import logging
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.display import size

_COLUMNS = ("site", "pages", "articles", "joined", "rejects", "received", "ended")
_LEFT = ("site", "rejects", "ended")  # words; the others are numbers
_WIDTH = 120

# What Scrapy says of itself with the level INFO: fifty lines of settings and components before the first page.
_OF_ITSELF = {
    "scrapy.utils.log": ("Scrapy ", "Versions:"),
    "scrapy.addons": ("Enabled ",),
    "scrapy.crawler": ("Overridden settings",),
    "scrapy.middleware": ("Enabled ",),
    "scrapy.core.engine": ("Spider opened", "Closing spider", "Spider closed"),
}


def quieten_scrapy(level: str) -> None:
    """Leave what Scrapy says of itself to LOG_LEVEL=DEBUG."""
    if level.upper() == "DEBUG":
        return
    for name, beginnings in _OF_ITSELF.items():
        logging.getLogger(name).addFilter(_other_than(beginnings))


def _other_than(beginnings: tuple[str, ...]) -> Callable[[logging.LogRecord], bool]:
    return lambda record: record.levelno > logging.INFO or not str(record.msg).startswith(beginnings)


def opening(run_id: str, family: str, sites: Sequence[str], output: Path, frontier: str) -> Iterator[str]:
    """Two or three lines. `frontier`: its address without a password."""
    names = textwrap.shorten(", ".join(sites), _WIDTH, placeholder=" …")
    yield f"Run {run_id}: {len(sites)} {family} {'site' if len(sites) == 1 else 'sites'}: {names}"
    yield f"Output: {output}; frontier: {frontier}"


def closing(told: Mapping[str, Mapping[str, Any]], output: Path, run_id: str, family: str) -> Iterator[str]:
    """A table with a line for each site, and where everything lies. `told`: the sections of the run's report."""
    yield from table(_COLUMNS, [_line(name, section) for name, section in sorted(told.items())], _LEFT)
    yield f"Rows: {output / 'articles'}; rejects: {output / 'rejects'}; archive: {output / 'warc' / family}"
    yield f"Report of the run: {output / 'state' / 'runs' / f'{run_id}.json'}"


def table(names: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[str]) -> Iterator[str]:
    """Lines of equal columns for a terminal, in which a Chinese character is two columns wide."""
    widths = [max(_columns(row[place]) for row in (names, *rows)) for place in range(len(names))]
    for row in (names, *rows):
        cells = []
        for name, width, cell in zip(names, widths, row, strict=True):
            room = " " * (width - _columns(cell))
            cells.append(cell + room if name in left else room + cell)
        yield "  ".join(cells).rstrip()


def _line(name: str, section: Mapping[str, Any]) -> list[str]:
    rejects = ", ".join(f"{number} {reason}" for reason, number in section["rejects"].items())
    return [
        name,
        f"{section['requests']:,}",
        f"{section['articles']:,}",
        f"{section['joined_pages']:,}",
        rejects or "none",
        size(section["bytes"]),
        str(section["end"]),
    ]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
