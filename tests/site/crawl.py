"""`scrapy crawl` over the demo web in a process of its own, as a person would start it, and what it left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset

from tests.site import warm

PROJECT = Path(__file__).parents[2]
# Loopback only, and nobody to be polite to: the pages are ours.
SETTINGS = {
    "ALLOW_PRIVATE_ADDRESSES": "1",
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
}


def scrapy(
    *arguments: str, settings: Mapping[str, str], capture: bool = True, fresh: bool = False
) -> subprocess.CompletedProcess[str]:
    """`scrapy ARGUMENTS -s …` in the project; `capture`: its output as text, otherwise it goes to the terminal.

    `fresh`: in a process that has imported nothing yet, as a user starts it: for what is timed.
    """
    pairs = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    if capture and not fresh:
        return warm.run([*arguments, *pairs])
    command = [sys.executable, "-m", "scrapy", *arguments, *pairs]
    environment = as_a_user() if fresh else None
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=capture, text=True, check=False)


def as_a_user() -> dict[str, str]:
    """The environment, without what keeps Python from storing compiled modules: .3 s of each start, for tests only."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def crawl(
    family: str, sites: Path, output: Path, *, capture: bool = True, fresh: bool = False, **more: str
) -> subprocess.CompletedProcess[str]:
    """Crawl one family of the demo web into `output`."""
    settings = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output)} | more
    return scrapy("crawl", family, settings=settings, capture=capture, fresh=fresh)


@dataclass(frozen=True, slots=True)
class Crawl:
    """One finished crawl by its report and its manifest."""

    report: Mapping[str, Any]
    manifest: Mapping[str, Any]

    def stat(self, name: str) -> int:
        return int(self.report["stats"].get(name, 0))

    @property
    def rejects(self) -> dict[str, int]:
        """reason -> pages."""
        stats = self.report["stats"]
        return {name.removeprefix("reject/"): stats[name] for name in sorted(stats) if name.startswith("reject/")}


def last_crawl(family: str, output: Path) -> Crawl:
    """The newest finished crawl of `family` in `output`. Run ids begin with the time."""
    report = max((output / "state/runs").glob(f"*-{family}-*.json"))
    return Crawl(json.loads(report.read_bytes()), json.loads((output / "manifests" / report.name).read_bytes()))


def rows(output: Path, kind: str = "articles") -> list[dict[str, Any]]:
    """All rows below `kind` ("articles" or "rejects")."""
    folder = output / kind
    found: list[dict[str, Any]] = pyarrow.dataset.dataset(folder, format="parquet").to_table().to_pylist()
    return found
