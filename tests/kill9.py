"""One crawl, killed again and again by a seeded schedule, and what is left in the end: for the test and the bench."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crawler.extract.url import canonical_url
from tests.killed import EARLY, LATE
from tests.site.crawl import PROJECT, SETTINGS, rows, scrapy
from tests.site.scaled import Scaled, ScaledSite
from tests.site.server import Web, serve

SHARE_OF_TIMED = 0.4
IN_FLIGHT = 9  # CONCURRENT_REQUESTS_PER_DOMAIN and one: what a kill may cost at most


@dataclass(slots=True)
class Figures:
    """What came out. `twice`: pages asked for again; `wrong`: what differs from the truth, in words."""

    kills: list[str] = field(default_factory=list)
    ended_before: int = 0
    pages: int = 0
    articles: int = 0
    lost: int = 0
    doubled: int = 0
    twice: int = 0
    open: int = 0
    recovery: list[float] = field(default_factory=list)
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def run(folder: Path, count: int, kills: int, seed: int) -> Figures:
    """Crawl a site of `count` articles into `folder` through `kills` kills."""
    rng = random.Random(seed)
    figures = Figures()
    began = time.monotonic()
    with serve(Scaled(count)) as web:
        sites = web.write_sites(folder / "sites")
        output = folder / "out"
        site = web.sites["scaled"]
        assert isinstance(site, ScaledSite)
        expected = count + len(list(site.batches)) + count // 50  # about: only to spread the kills
        late = min(kills // 5, 6)
        for left in range(kills, 0, -1):
            # The first kills are spread over the pages, the last ones hit the steps at the end of the crawl.
            at_end = left <= late
            share = max(2, 2 * (expected - len(web.hits)) // max(1, left - late + 1))
            hits = None if at_end else rng.randint(1, share)
            step = rng.choice(LATE if at_end else EARLY)
            number = 1 if at_end else rng.randint(1, 6)
            if not at_end and rng.random() < SHARE_OF_TIMED:
                step = "hits"
            if not kill(web, command(sites, output, step, number), hits):
                figures.ended_before = left
                break
            figures.kills.append(f"{step} {number}")
        started = time.monotonic()
        done = subprocess.run(
            command(sites, output, "never", 0), cwd=PROJECT, capture_output=True, text=True, check=False
        )
        figures.recovery.append(time.monotonic() - started)
        if done.returncode or "Traceback" in done.stderr:
            figures.wrong.append(f"exit {done.returncode}: {done.stderr[-3000:]}")
        judge(figures, web, site, output)
    figures.seconds = time.monotonic() - began
    return figures


def command(sites: Path, output: Path, step: str, number: int) -> list[str]:
    pairs = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output), "LOG_LEVEL": "WARNING"}
    words = [word for name, value in pairs.items() for word in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "tests.killed", step, str(number), "crawl", "fanwen", *words]


def kill(web: Web, words: list[str], hits: int | None) -> bool:
    """Start it; it kills itself, or is killed after that many requests. False: it ended in peace before."""
    target = len(web.hits) + (hits or 0)
    process = subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    with process:
        assert process.stderr is not None
        while process.poll() is None:
            if hits is not None and len(web.hits) >= target:
                process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.002)
        log = process.stderr.read()
    assert process.returncode in (0, -9), log
    return process.returncode == -9


def _states(database: Path) -> dict[str, int]:
    connection = sqlite3.connect(database)
    try:
        return dict(connection.execute("SELECT state, count(*) FROM url GROUP BY state").fetchall())
    finally:
        connection.close()


def judge(figures: Figures, web: Web, site: ScaledSite, output: Path) -> None:
    asked = Counter(hit.target for hit in web.hits if hit.target != "/robots.txt")
    figures.pages = len(asked)
    figures.twice = sum(number - 1 for path, number in asked.items() if "list" not in path and path[-1] != "/")
    states = _states(output / "state" / "frontier.sqlite3")
    figures.open = sum(number for state, number in states.items() if state != "done")
    found = Counter(row["url"] for row in rows(output))
    figures.articles = len(found)
    figures.doubled = sum(number - 1 for number in found.values())
    truths = {truth.pages[0]: truth for truth in site.truths()}
    figures.lost = len(truths.keys() - found.keys())
    rejects = {row["url"] for row in rows(output, "rejects")} if (output / "rejects").exists() else set()
    for row in rows(output):
        # What the rows say is tested elsewhere; here, that they are made of their pages. A page may be a reject.
        pages, truth = [canonical_url(each["url"]) for each in row["captures"]], truths[row["url"]].pages
        wanted = [canonical_url(page) for page in truth]
        if pages != wanted[: len(pages)] or (len(pages) < len(wanted) and wanted[len(pages)] not in rejects):
            figures.wrong.append(f"{row['url']}: made of {pages}")
    figures.wrong += list(_reextracted(output))
    figures.wrong += list(_broken_archives(output))


def _reextracted(output: Path) -> Iterator[str]:
    """The archive gives the same rows as the crawls did, between all kills."""
    fresh = output.with_name("again")
    settings = {"SITES_DIR": str(output.with_name("sites")), "OUTPUT_DIR": str(output)}
    done = scrapy("reextract", "--to", str(fresh), "--processes", "1", settings=settings)
    if done.returncode:
        yield f"reextract: {done.stdout}{done.stderr}"
        return
    live, again = (Counter((row["url"], row["text_digest"]) for row in rows(folder)) for folder in (output, fresh))
    yield from (f"only in the live rows: {row[0]}" for row in live - again)
    yield from (f"only re-extracted: {row[0]}" for row in again - live)


def _broken_archives(output: Path) -> Iterator[str]:
    files = [str(path) for path in sorted((output / "warc").rglob("*.warc.gz"))]
    for command in (["gzip", "-t"], [sys.executable, "-m", "warcio.cli", "check"]):
        done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
        if done.returncode:
            yield f"{command}: {done.stdout}{done.stderr}"
    yield from (f"left open: {path}" for path in (output / "warc").rglob("*.open"))
