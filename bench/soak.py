"""What a long crawl of many hosts holds: python -m bench.soak [--pages 20000] [--hosts 500] [--limit 600]

Generated sites on loopback, each under an address of its own, are crawled by one `scrapy crawl` with everything on.
Memory (all processes of the crawl added up, and what they share, libraries above all, counted once), open files and
threads are read from /proc twice a second. Pages of mapped files, of the index of duplicates too, are in it.
With fewer pages than by default rows are still being gathered for the first part after a quarter: that is no leak.
pandas is hidden from the crawl: it does not need it, but pyarrow loads it, where it is installed, with the first part.
Exit status 1 when memory passes the limit (MB), when memory or open files at the end are more than a fifth above what
they were after a quarter of the pages, or when an article has no row or two.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.site.crawl import PROJECT, SETTINGS, rows
from tests.site.scaled import Scaled
from tests.site.server import Web, serve

MARKS = (0.05, 0.25, 0.5, 0.75, 1.0)
GROWTH = 1.2
EVERY = 0.5  # seconds
_FEW = 20  # open files that come and go: connections, a part that is being written


@dataclass(frozen=True, slots=True)
class Sample:
    """`memory` and `beside` in MB: all processes, and those beside the crawl's own among them."""

    seconds: float
    pages: int
    memory: float
    beside: float
    files: int
    threads: int


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--limit", type=float, default=600.0)
    asked = parser.parse_args()
    each = asked.pages // asked.hosts
    plans = [Scaled(each, name=f"s{number:04}") for number in range(asked.hosts)]
    addresses = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(asked.hosts)]
    with tempfile.TemporaryDirectory(prefix="soak-") as name, serve(*plans, addresses=addresses) as web:
        output = Path(name, "output")
        log = Path(name, "log")
        status, samples = watched(web, web.write_sites(Path(name, "sites")), output, log)
        found = Counter(row["url"] for row in rows(output)) if status in (0, 3) else Counter()
        if status:
            print(f"exit status {status}\n{log.read_text()[-2000:]}", file=sys.stderr)
    print("   pages   seconds   all MB   beside MB   files   threads")
    marks = [at(samples, share) for share in MARKS]
    for sample in marks:
        print(
            f"{sample.pages:8} {sample.seconds:9.0f} {sample.memory:8.0f} {sample.beside:11.0f}"
            f" {sample.files:7} {sample.threads:9}"
        )
    peak = max(samples, key=lambda sample: sample.memory)
    print(f"peak {peak.memory:.0f} MB at {peak.pages} pages, {max(sample.files for sample in samples)} files")
    doubled = found.total() - len(found)
    print(f"{len(found)} of {each * asked.hosts} articles, {doubled} rows doubled")
    quarter, end = marks[1], marks[-1]
    bad = [
        *(["memory passes the limit"] if peak.memory > asked.limit else []),
        *(["memory grows"] if end.memory > quarter.memory * GROWTH else []),
        *(["files leak"] if end.files > quarter.files * GROWTH + _FEW else []),
        *(["rows are lost or doubled"] if doubled or len(found) != each * asked.hosts else []),
        *([f"exit status {status}"] if status else []),
    ]
    print(*bad or ["all well"], sep="; ")
    return 1 if bad else 0


def watched(web: Web, sites: Path, output: Path, log: Path) -> tuple[int, list[Sample]]:
    """Crawl, and look at it until it ends. Returns its exit status and what was seen."""
    pairs = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output), "LOG_LEVEL": "WARNING"}
    words = [word for name, value in pairs.items() for word in ("-s", f"{name}={value}")]
    samples = []
    hidden = sites.with_name("hidden")
    hidden.mkdir()
    (hidden / "pandas.py").write_text("raise ImportError")
    began = time.monotonic()
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "fanwen", *words],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(hidden)},
            stdout=file,
            stderr=file,
        )
    while process.poll() is None:
        with suppress(OSError):  # it has just ended
            samples.append(look(process.pid, time.monotonic() - began, len(web.hits)))
        time.sleep(EVERY)
    return process.returncode, samples


def look(pid: int, seconds: float, pages: int) -> Sample:
    """Raises OSError where the process is gone."""
    own = _memory(pid)
    beside = list(_below(pid))
    memory, files, threads = own, _count(pid, "fd"), _count(pid, "task")
    for child in beside:
        with suppress(OSError):
            memory += _memory(child)
            files += _count(child, "fd")
            threads += _count(child, "task")
    return Sample(seconds, pages, memory, memory - own, files, threads)


def at(samples: list[Sample], share: float) -> Sample:
    """The first sample with this share of all pages."""
    return next(sample for sample in samples if sample.pages >= share * samples[-1].pages)


def _below(pid: int) -> Iterator[int]:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            for child in map(int, (thread / "children").read_text().split()):
                yield child
                yield from _below(child)


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _count(pid: int, folder: str) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/{folder}").iterdir())


if __name__ == "__main__":
    sys.exit(main())
