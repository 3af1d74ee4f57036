"""What the log of a crawl begins and ends with: what it is going to do, and what came of it, site by site."""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.display import columns, size
from crawler.language import Language, counted, message

_COLUMNS = (
    message("site"),
    message("pages"),
    message("articles"),
    message("joined"),
    message("rejects"),
    message("received"),
    message("ended"),
)
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
    yield counted(
        "Run {run_id}: {number} {family} site: {names}",
        "Run {run_id}: {number} {family} sites: {names}",
        len(sites),
        run_id=run_id,
        family=family,
        names=names,
    )
    yield message("Output: {output}; frontier: {frontier}", output=output, frontier=frontier)


def closing(
    told: Mapping[str, Mapping[str, Any]], output: Path, run_id: str, family: str, language: Language
) -> Iterator[str]:
    """A table with a line for each site, and where everything lies. `told`: the sections of the run's report."""
    say = language.say
    left = [say(name) for name in _COLUMNS if name in _LEFT]
    yield from table([*map(say, _COLUMNS)], [_line(name, section, say) for name, section in sorted(told.items())], left)
    yield say(
        message(
            "Rows: {rows}; rejects: {rejects}; archive: {archive}",
            rows=output / "articles",
            rejects=output / "rejects",
            archive=output / "warc" / family,
        )
    )
    report = output / "state" / "runs" / f"{run_id}.json"
    yield say(message("Report of the run: {path}", path=report))


def table(names: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[str]) -> Iterator[str]:
    """Lines of equal columns for a terminal, in which a Chinese character is two columns wide."""
    widths = [max(columns(row[place]) for row in (names, *rows)) for place in range(len(names))]
    for row in (names, *rows):
        cells = []
        for name, width, cell in zip(names, widths, row, strict=True):
            room = " " * (width - columns(cell))
            cells.append(cell + room if name in left else room + cell)
        yield "  ".join(cells).rstrip()


def _line(name: str, section: Mapping[str, Any], say: Callable[[str], str]) -> list[str]:
    rejects = ", ".join(f"{number} {reason}" for reason, number in section["rejects"].items())
    return [
        name,
        f"{section['requests']:,}",
        f"{section['articles']:,}",
        f"{section['joined_pages']:,}",
        rejects or say(message("none")),
        size(section["bytes"]),
        say(section["end"]),
    ]
