"""Crawls hosts whose every answer is hostile, kills the crawl, goes on, and asks whether all is well afterwards.

    python -m bench.fuzz_answers [--minutes 10] [--seed 1] [--hosts 6] [--pages 8]

Each round draws the answers of some hosts (bench/hostile.py) and puts them beside a host of good articles: crawl,
kill -9, crawl, crawl once more, `scrapy verify`, `scrapy reextract`. All is well when no run says "Traceback" or takes
too long, every good article has one row, verify finds nothing and the archive gives the same rows and rejects. When
something is wrong the answers are halved until those are left that it takes; they are printed. Exit status 1 when
anything was wrong.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bench.hostile import Page, pages
from tests.extract_kit import html
from tests.raw_server import Answer, RawServer, serving_all
from tests.site.crawl import PROJECT, SETTINGS, rows

GOOD = 12
PATIENCE = 90  # seconds for one command
TIMES = 30  # how often a page may be asked for
LIMITS = {"DOWNLOAD_TIMEOUT": "4", "RETRY_TIMES": "1", "LOG_LEVEL": "WARNING"}

Hosts = Sequence[Sequence[Page]]


@dataclass(slots=True)
class Found:
    """`wrong`: what is not well, in words. `asked`: requests that the hostile hosts got."""

    wrong: list[str] = field(default_factory=list)
    asked: int = 0
    rows: int = 0
    rejects: Counter[str] = field(default_factory=Counter)


def draw(number: int, hosts: int, each: int) -> Hosts:
    """The hostile hosts of one round, always the same for the same number."""
    drawn: list[Hosts] = []

    @seed(number)
    @settings(
        max_examples=2, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.tuples(*(pages(each) for _ in range(hosts))))
    def once(found: Hosts) -> None:
        drawn.append(found)

    once()
    return drawn[-1]  # the first is always the simplest there is


def trial(folder: Path, hosts: Hosts, kill_after: int) -> Found:
    """One round in an empty folder. The first crawl is killed when the hosts have got that many requests."""
    found = Found()
    with _serving(folder, hosts) as servers:
        _killed(folder, servers, kill_after)
        for name in ("second", "third"):
            found.wrong += _command(folder, name, {0, 3}, "crawl", "wenku", **SETTINGS, **LIMITS)
        found.asked = sum(len(server.received) for server in servers[1:])
        good = {f"{servers[0].url}a/{at}.html" for at in range(GOOD)}
    output = folder / "out"
    found.wrong += _command(folder, "verify", {0}, "verify", "--processes", "1")
    found.wrong += _command(folder, "reextract", {0}, "reextract", "--to", str(folder / "again"), "--processes", "1")
    if not list((output / "manifests").glob("*.json")):
        found.wrong.append("no manifest")
        return found
    live = rows(output) if (output / "articles").exists() else []
    refused = rows(output, "rejects") if (output / "rejects").exists() else []
    found.rows, found.rejects = len(live), Counter(row["reason"] for row in refused)
    times = Counter(row["url"] for row in live)
    found.wrong += [f"{times[url]} rows of {url}" for url in sorted(good) if times[url] != 1]
    found.wrong += [f"{number} rows of {url}" for url, number in times.items() if number > 1 and url not in good]
    for kind, told in (("articles", "text_digest"), ("rejects", "reason")):
        before, after = (
            Counter((row["url"], row[told]) for row in (rows(where, kind) if (where / kind).exists() else ()))
            for where in (output, folder / "again")
        )
        if kind == "rejects":  # an error that a killed run had not acknowledged is asked for again: two records of one
            before, after = Counter(before.keys()), Counter(after.keys())
        found.wrong += [f"{kind}: only in the live dataset: {row}" for row in before - after]
        found.wrong += [f"{kind}: only re-extracted: {row}" for row in after - before]
    return found


@contextmanager
def _serving(folder: Path, hosts: Hosts) -> Iterator[list[RawServer]]:
    """A good host and the hostile ones, each with a site file. A host that backs off costs no other its pages."""
    good = {f"/a/{at}.html": [_good(html(title=f"集市上的第{at}个早晨"))] * TIMES for at in range(GOOD)}
    good["/"] = [_good("".join(f'<li><a href="/a/{at}.html">早晨{at}</a></li>' for at in range(GOOD)))] * TIMES
    servers = [RawServer(good, host="127.0.1.1")]
    for at, host in enumerate(hosts):
        links = "".join(f'<li><a href="{page.path}">第{number}篇</a></li>' for number, page in enumerate(host))
        answers = {page.path: [page.answer] * TIMES for page in host}
        servers.append(RawServer({"/": [_good(links)] * TIMES, **answers}, host=f"127.0.1.{at + 2}"))
    with serving_all(*servers):
        (folder / "sites").mkdir(parents=True)
        for at, server in enumerate(servers):
            domain = server.url.split("/")[2]
            (folder / "sites" / f"s{at}.toml").write_text(
                f"family = 'wenku'\ndomains = ['{domain}']\nseeds = ['{server.url}']\n"
                "article = ['^/a/']\nfollow = ['^/l/']\n"
            )
        yield servers


def _good(text: str) -> Answer:
    body = text.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return Answer([head.encode() + body], "keep")


def _words(folder: Path, *words: str, **more: str) -> list[str]:
    pairs = {"SITES_DIR": str(folder / "sites"), "OUTPUT_DIR": str(folder / "out")} | more
    options = [word for name, value in pairs.items() for word in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", *words, *options]


def _killed(folder: Path, servers: Sequence[RawServer], after: int) -> None:
    with subprocess.Popen(
        _words(folder, "crawl", "wenku", **SETTINGS, **LIMITS),
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as crawl:
        until = time.monotonic() + PATIENCE
        while crawl.poll() is None and time.monotonic() < until:
            if sum(len(server.received) for server in servers) >= after:
                break
            time.sleep(0.005)
        crawl.kill()


def _command(folder: Path, name: str, allowed: set[int], *words: str, **more: str) -> list[str]:
    try:
        done = subprocess.run(
            _words(folder, *words, **more), cwd=PROJECT, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return [f"{name}: still at work after {PATIENCE} s"]
    said = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
    wrong = [f"{name}: exit status {done.returncode}: {said[-1500:]}"] if done.returncode not in allowed else []
    if "Traceback" in said:
        wrong.append(f"{name}: {said[said.index('Traceback') :][:3000]}")
    return wrong


Part = Sequence[tuple[int, Page]]
"""Pages with the number of their host."""


def smallest(hosts: Hosts, fails: Callable[[Part], bool], *, rounds: int = 14) -> Hosts:
    """Halves what the hosts answer as long as one part or another still fails, in at most so many `rounds`."""
    left = [(at, page) for at, host in enumerate(hosts) for page in host]
    size = max(1, len(left) // 2)
    while rounds and len(left) > 1:
        parts = [left[start : start + size] for start in range(0, len(left), size)][:rounds]
        rounds -= len(parts)
        failing = next((part for part in parts if fails(part)), None)
        if failing is not None:
            left = failing
        elif size == 1:
            break
        size = max(1, min(size, len(left)) // 2)
    return _by_host(left)


def _by_host(part: Part) -> Hosts:
    return [[page for at, page in part if at == host] for host in sorted({at for at, _ in part})]


def fails(part: Part) -> bool:
    """Whether anything is wrong with these pages alone."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        return bool(trial(Path(folder), _by_host(part), GOOD).wrong)


def shown(hosts: Hosts) -> str:
    return "\n".join(
        f"  {page.path} ({page.answer.then}): {b''.join(page.answer.pieces)[:700]!r}" for host in hosts for page in host
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.fuzz_answers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hosts", type=int, default=6)
    parser.add_argument("--pages", type=int, default=8)
    asked = parser.parse_args()
    until, number, bad, answers = time.monotonic() + 60 * asked.minutes, asked.seed, 0, 0
    while time.monotonic() < until:
        hosts = draw(number, asked.hosts, asked.pages)
        kill_after = random.Random(number).randint(2, 2 * GOOD + asked.hosts * asked.pages)
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            found = trial(Path(folder), hosts, kill_after)
        answers += sum(map(len, hosts))
        print(f"seed {number}: {found.asked} requests, {found.rows} rows, {dict(found.rejects)}", flush=True)
        if found.wrong:
            bad += 1
            print(*found.wrong, shown(smallest(hosts, fails)), sep="\n", flush=True)
        number += 1
    print(f"{number - asked.seed} rounds, {answers} answers, {bad} rounds with something wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
