"""One crawl, killed again and again by a seeded schedule, and what is left in the end: for the test and the bench.

With odd hosts beside (tests/odd_hosts.py) some kills come at any time, the start included.
"""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from crawler.extract.url import canonical_url
from tests.command_kit import scrapy_here
from tests.killed import EARLY, LATE
from tests.odd_hosts import serve_odd
from tests.site.crawl import PROJECT, SETTINGS, rows
from tests.site.scaled import Scaled, ScaledSite
from tests.site.server import Web, serve

SHARE_OF_TIMED = 0.4
SHARE_OF_CLOCKED = 0.3  # with odd hosts
LONGEST = 12.0  # seconds from the start to a kill by the clock
ODD_SETTINGS = {"DOWNLOAD_TIMEOUT": "3"}  # seconds; a body that never ends is cut then
ENDED = (0, 3)  # done; done, but a site is in trouble
IN_FLIGHT = 9  # CONCURRENT_REQUESTS_PER_DOMAIN and one: what a kill may cost at most


@dataclass(slots=True)
class Figures:
    """What came out. Of the good site: `pages`, `articles`, `lost`, `twice` (pages asked for again), `open`.

    `odd`: requests that the odd hosts got; `wrong`: what differs from the truth, in words.
    """

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
    odd: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def run(folder: Path, count: int, kills: int, seed: int, *, odd: bool = False) -> Figures:
    """Crawl a site of `count` articles into `folder` through `kills` kills; `odd`: together with the odd hosts."""
    rng = random.Random(seed)
    figures = Figures()
    statuses: Counter[int] = Counter()
    began = time.monotonic()
    plan = Scaled(count, family="wenku" if odd else "fanwen")
    with ExitStack() as stack:
        web = stack.enter_context(serve(plan))
        sites = web.write_sites(folder / "sites")
        whole, servers = stack.enter_context(serve_odd(sites)) if odd else ({}, [])
        output = folder / "out"
        words = partial(command, sites, output, plan.family, ODD_SETTINGS if odd else {})
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
            seconds = None
            if not at_end and rng.random() < SHARE_OF_TIMED:
                step = "hits"
            if odd and not at_end and rng.random() < SHARE_OF_CLOCKED:
                step, seconds = "clock", rng.uniform(0.2, LONGEST)
            status, said = kill(web, words(step, number), None if seconds else hits, seconds)
            statuses[status] += 1
            if status not in (*ENDED, -signal.SIGKILL) or "Traceback" in said:
                figures.wrong.append(f"{step} {number}: exit {status}: {said[-3000:]}")
            elif status == -signal.SIGKILL:
                figures.kills.append(f"{step} {number}")
            elif not odd:
                figures.ended_before = left
                break
        started = time.monotonic()
        done = subprocess.run(words("never", 0), cwd=PROJECT, capture_output=True, text=True, check=False)
        figures.recovery.append(time.monotonic() - started)
        statuses[done.returncode] += 1
        figures.statuses = dict(statuses)
        if done.returncode not in ENDED or (done.returncode and not odd) or "Traceback" in done.stderr:
            figures.wrong.append(f"exit {done.returncode}: {done.stderr[-3000:]}")
        figures.odd = sum(len(server.received) for server in servers)
        judge(figures, web, site, output, whole)
    figures.seconds = time.monotonic() - began
    return figures


def command(sites: Path, output: Path, family: str, settings: Mapping[str, str], step: str, number: int) -> list[str]:
    pairs = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output), "LOG_LEVEL": "WARNING"} | settings
    words = [word for name, value in pairs.items() for word in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "tests.killed", step, str(number), "crawl", family, *words]


def kill(web: Web, words: list[str], hits: int | None, seconds: float | None = None) -> tuple[int, str]:
    """Start it; it kills itself, or is killed after that many requests or seconds, if it does not end in peace before.

    Returns its exit status and its log.
    """
    target = len(web.hits) + (hits or 0)
    until = time.monotonic() + (seconds or 0)
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=log)
        while process.poll() is None:
            if (hits is not None and len(web.hits) >= target) or (seconds is not None and time.monotonic() >= until):
                process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.002)
        log.seek(0)
        return process.returncode, log.read()


def _states(database: Path, site: str) -> Counter[str]:
    """state -> URLs of the site."""
    connection = sqlite3.connect(database)
    try:
        return Counter(state for (state,) in connection.execute("SELECT state FROM url WHERE site = ?", [site]))
    finally:
        connection.close()


def judge(figures: Figures, web: Web, site: ScaledSite, output: Path, whole: Mapping[str, str]) -> None:
    """`whole`: the articles of other sites that must be there, by their URL the site."""
    asked = Counter(hit.target for hit in web.hits if hit.target != "/robots.txt")
    figures.pages = len(asked)
    figures.twice = sum(number - 1 for path, number in asked.items() if "list" not in path and path[-1] != "/")
    states = _states(output / "state" / "frontier.sqlite3", site.name)
    figures.open = sum(number for state, number in states.items() if state != "done")
    made = rows(output)
    found = Counter(row["url"] for row in made)
    figures.articles = len({row["url"] for row in made if row["site"] == site.name})
    figures.doubled = sum(number - 1 for number in found.values())
    truths = {truth.pages[0]: truth for truth in site.truths()}
    figures.lost = len(truths.keys() - found.keys())
    figures.wrong += [f"no row of {url}" for url in whole if canonical_url(url) not in found]
    refused = rows(output, "rejects") if (output / "rejects").exists() else []
    figures.rejects = dict(Counter(f"{row['site']}: {row['reason']}" for row in refused))
    rejects = {row["url"] for row in refused}
    for row in made:
        if row["site"] != site.name:
            continue
        # What the rows say is tested elsewhere; here, that they are made of their pages. A page may be a reject.
        pages, truth = [canonical_url(each["url"]) for each in row["captures"]], truths[row["url"]].pages
        wanted = [canonical_url(page) for page in truth]
        if pages != wanted[: len(pages)] or (len(pages) < len(wanted) and wanted[len(pages)] not in rejects):
            figures.wrong.append(f"{row['url']}: made of {pages}")
    settings = {"SITES_DIR": str(output.with_name("sites")), "OUTPUT_DIR": str(output)}
    figures.wrong += list(_not_true(settings))
    figures.wrong += list(_reextracted(output, settings))
    figures.wrong += list(_broken_archives(output))


def _not_true(settings: Mapping[str, str]) -> Iterator[str]:
    """What verify finds, and what re-extraction would change."""
    checked = scrapy_here("verify", "--processes", "1", settings=settings)
    if checked.returncode:
        yield f"verify: {checked.stdout}{checked.stderr}"
    compared = scrapy_here("reextract", "--diff", "--processes", "1", settings=settings)
    if compared.returncode or "0 new, 0 gone, 0 changed" not in compared.stdout or "reject" in compared.stdout:
        yield f"reextract --diff: {compared.stdout}{compared.stderr}"


def _reextracted(output: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """The archive gives the same rows as the crawls did, between all kills."""
    fresh = output.with_name("again")
    done = scrapy_here("reextract", "--to", str(fresh), "--processes", "1", settings=settings)
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
