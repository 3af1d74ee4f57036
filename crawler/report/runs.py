"""Reads the report that each crawl writes when it ends: state/runs/<run>.json (crawler.monitor.run_report)."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.language import Said

REFUSALS = ("429", "403", "503")  # answers by which a server says "slower" or "not you"


@dataclass(frozen=True, slots=True)
class Section:
    """One site in one crawl. `answers`: HTTP status -> number; `fields`: field -> articles that have it; `seen`: lines
    of evidence for a trouble."""

    requests: int
    answers: Mapping[str, int]
    failures: Mapping[str, int]
    size: int  # bytes in the archive
    per_second: float
    articles: int
    joined_pages: int
    rejects: Mapping[str, int]
    fields: Mapping[str, int]
    characters: float | None  # the median
    end: str
    seen: tuple[str, ...] = ()

    @property
    def refused(self) -> dict[str, int]:
        return {status: self.answers[status] for status in REFUSALS if self.answers.get(status)}


@dataclass(frozen=True, slots=True)
class RunReport:
    run_id: str
    family: str
    started: datetime
    seconds: float
    exit_status: int
    causes: tuple[str, ...]
    told: Said  # a text of the report as a message, where it was one
    by_hand: bool  # `-a url=…`: one page says nothing of the site
    sites: Mapping[str, Section]

    @property
    def key(self) -> str:
        """The part of the run id that WARC file names carry."""
        return self.run_id.rpartition("-")[2]

    def total(self, name: str) -> int:
        """The sum of the field `name`, a number, over all sites."""
        return sum(int(getattr(section, name)) for section in self.sites.values())

    def counted(self, name: str) -> Counter[str]:
        """The sum of the field `name`, counts, over all sites."""
        return _sum(getattr(section, name) for section in self.sites.values())


def load_runs(output: Path) -> tuple[list[RunReport], list[str]]:
    """All reports, oldest first, and the names of files that cannot be read as one."""
    runs, unreadable = [], []
    for path in sorted((output / "state" / "runs").glob("*.json")):
        try:
            if not path.is_file():
                raise ValueError("no file")
            runs.append(_run(json.loads(path.read_bytes())))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            unreadable.append(path.name)
    return sorted(runs, key=lambda run: run.started), unreadable


def _run(stored: Mapping[str, Any]) -> RunReport:
    started = datetime.fromisoformat(stored["started"])
    told = Said(stored.get("messages"))
    if started.tzinfo is None:
        raise ValueError("started: no time zone")
    return RunReport(
        run_id=str(stored["run_id"]),
        family=str(stored["family"]),
        started=started,
        seconds=_finite(stored["seconds"]),
        exit_status=int(stored["exit_status"]),
        causes=tuple(map(told, str(stored["cause"]).split("; "))),
        told=told,
        by_hand="url" in stored["arguments"],
        sites={str(name): _section(section, told) for name, section in stored["sites"].items()},
    )


def _section(stored: Mapping[str, Any], told: Said) -> Section:
    median = (stored.get("characters") or {}).get("median")
    return Section(
        requests=int(stored["requests"]),
        answers=_sum(stored["responses"].values()),
        failures=_sum([stored["failures"]]),
        size=int(stored["bytes"]),
        per_second=_finite(stored["requests_per_second"] or 0),
        articles=int(stored["articles"]),
        joined_pages=int(stored.get("joined_pages", 0)),
        rejects=_sum([stored["rejects"]]),
        fields=_sum([stored["fields"]]),
        characters=None if median is None else _finite(median),
        end=str(stored.get("end", "")),
        seen=tuple(told(str(line)) for line in stored.get("seen") or ()),
    )


def _finite(stored: Any) -> float:
    """Raises ValueError for NaN and infinity, which JSON has none of and Python reads: no chart can show them."""
    value = float(stored)
    if not math.isfinite(value):
        raise ValueError("a number that is finite is needed")
    return value


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update({str(name): int(number) for name, number in each.items()})
    return total
