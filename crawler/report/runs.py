"""What each crawl said of itself when it ended: state/runs/<run>.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunReport:
    run_id: str
    family: str
    sites: tuple[str, ...]
    started: datetime
    finished: datetime
    exit_status: int
    cause: str
    stats: Mapping[str, float]  # those of Scrapy's and ours that are numbers

    @property
    def key(self) -> str:
        """The part of the run id that WARC file names carry."""
        return self.run_id.rpartition("-")[2]

    @property
    def seconds(self) -> float:
        return self.stats.get("elapsed_time_seconds") or (self.finished - self.started).total_seconds()

    @property
    def refused(self) -> dict[str, int]:
        """Answers by which a server says "slower" or "not you": status -> number."""
        names = {status: f"downloader/response_status_count/{status}" for status in ("403", "429", "503")}
        return {status: self.count(name) for status, name in names.items() if self.count(name)}

    @property
    def failed(self) -> int:
        """Requests without any answer."""
        return sum(self.counts("fetch_failed/").values())

    def count(self, name: str) -> int:
        return int(self.stats.get(name, 0))

    def counts(self, prefix: str) -> dict[str, int]:
        """{"too_short": 3} of "reject/too_short": 3, for the prefix "reject/"."""
        return {name.removeprefix(prefix): self.count(name) for name in sorted(self.stats) if name.startswith(prefix)}


def load_runs(output: Path) -> tuple[list[RunReport], list[str]]:
    """All reports, oldest first, and the names of files that are none (a disk that filled up may leave some)."""
    runs, unreadable = [], []
    for path in sorted((output / "state" / "runs").glob("*.json")):
        try:
            stored = json.loads(path.read_bytes())
            numbers = {str(k): v for k, v in stored["stats"].items() if isinstance(v, int | float)}
            run = RunReport(
                run_id=str(stored["run_id"]),
                family=str(stored["family"]),
                sites=tuple(map(str, stored["sites"])),
                started=_instant(stored["started"]),
                finished=_instant(stored["finished"]),
                exit_status=int(stored["exit_status"]),
                cause=str(stored["cause"]),
                stats=numbers,
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            unreadable.append(path.name)
        else:
            runs.append(run)
    return sorted(runs, key=lambda run: run.started), unreadable


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text}: no time zone")
    return instant
