"""Workers of several machines at one frontier in PostgreSQL, and everything that happens to them: for test and bench.

Each worker has an OUTPUT_DIR of its own and is started again where it ends with status 4, as systemd does it. One joins
late, one is killed, one is frozen for longer than its lease; connections are cut and the server is started again.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.command_kit import scrapy_here
from tests.postgresql_kit import PostgreSQL
from tests.site.crawl import PROJECT, SETTINGS, rows
from tests.site.scaled import Scaled, ScaledSite
from tests.site.server import Web, serve

STORAGE = 4
_PATIENCE = 900.0


@dataclass(slots=True)
class Figures:
    """What came out. `lost` and `doubled`: articles without a row, with two. `twice`: article pages asked for again.

    `closest`: the least seconds between requests of two workers to one host; `too_close`: where it was less than the
    delay. `wrong`: what differs from the truth, in words.
    """

    pages: int = 0
    articles: int = 0
    lost: int = 0
    doubled: int = 0
    twice: int = 0
    void: int = 0
    takeovers: int = 0
    closest: float = float("inf")
    too_close: list[str] = field(default_factory=list)
    restarts: Counter[str] = field(default_factory=Counter)
    events: list[str] = field(default_factory=list)
    shares: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Machine:
    name: str
    folder: Path
    words: list[str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(self.words, cwd=PROJECT, stdout=log, stderr=log)


def run(folder: Path, server: PostgreSQL, *, hosts: int, per_host: int, delay: float, lease: float) -> Figures:
    """Crawl `hosts` hosts of `per_host` articles each; `delay` and `lease` in seconds."""
    figures, began = Figures(), time.monotonic()
    plans = [Scaled(per_host, name=f"h{number}") for number in range(hosts)]
    with serve(*plans, addresses=[f"127.0.1.{number + 1}" for number in range(hosts)]) as web:
        sites = web.write_sites(folder / "sites")
        share = {"FRONTIER_HOSTS": str(hosts * 3 // 5)}  # so that the first one leaves some to the second
        machines = [_machine(folder, sites, server, name, delay, lease, share) for name in "abc"]
        try:
            _happen(figures, web, server, machines, lease)
        finally:
            for machine in machines:
                if machine.process is not None and machine.process.poll() is None:
                    machine.process.kill()
                    machine.process.wait()
        _judge(figures, web, folder, machines, delay, sites, server)
    figures.seconds = time.monotonic() - began
    return figures


def _machine(
    folder: Path, sites: Path, server: PostgreSQL, name: str, delay: float, lease: float, more: Mapping[str, str]
) -> _Machine:
    settings = SETTINGS | {
        "SITES_DIR": str(sites),
        "OUTPUT_DIR": str(folder / name),
        "FRONTIER_URL": server.address,
        "FRONTIER_LEASE_SECONDS": str(lease),
        "DOWNLOAD_DELAY": str(delay),
        "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
        "CONTACT": f"{name}@example.org",
        **more,
    }
    pairs = [word for pair in settings.items() for word in ("-s", "=".join(pair))]
    return _Machine(name, folder, [sys.executable, "-m", "scrapy", "crawl", "fanwen", *pairs])


def _happen(figures: Figures, web: Web, server: PostgreSQL, machines: list[_Machine], lease: float) -> None:
    a, b, c = machines
    expected = sum(_expected(site) for site in web.sites.values() if isinstance(site, ScaledSite))
    frozen_until = 0.0

    def joins() -> None:
        c.start()

    def killed() -> None:
        assert a.process is not None
        a.process.kill()

    def frozen() -> None:
        nonlocal frozen_until
        assert b.process is not None
        os.kill(b.process.pid, signal.SIGSTOP)
        frozen_until = time.monotonic() + 1.5 * lease

    def restarted() -> None:
        server.stop()
        server.start()

    def cut() -> None:
        server.cut_connections()

    plan = [(0.15, joins), (0.3, killed), (0.4, frozen), (0.6, restarted), (0.7, cut), (0.8, cut)]
    for machine in (a, b):
        machine.start()
    deadline = time.monotonic() + _PATIENCE
    while plan or any(machine.process and machine.process.poll() is None for machine in machines) or frozen_until:
        share = len(web.hits) / expected
        if plan and share >= plan[0][0]:
            _, event = plan.pop(0)
            figures.events.append(f"{event.__name__} at {len(web.hits)} requests")
            event()
        if frozen_until and time.monotonic() >= frozen_until and b.process is not None:
            os.kill(b.process.pid, signal.SIGCONT)
            frozen_until = 0.0
        for machine in machines:
            if machine.process is not None and machine.process.poll() == STORAGE:
                figures.restarts[machine.name] += 1
                machine.start()
        idle = not any(machine.process and machine.process.poll() is None for machine in machines)
        if time.monotonic() > deadline or (plan and idle):
            figures.wrong.append(f"it ended when {share:.2f} of the requests were made")
            return
        time.sleep(0.01)
    a.start()  # the killed machine is back: what it has archived is made good, what it was not given is left alone
    for machine in machines:
        assert machine.process is not None
        status = machine.process.wait(_PATIENCE)
        if status not in (0, 3):
            figures.wrong.append(f"worker {machine.name}: exit status {status}")


def _expected(site: ScaledSite) -> int:
    pages = sum(len(truth.pages) for truth in site.truths())
    lists = 1 + sum(-(-batch.count // 50) for batch in site.batches)
    return pages + lists


def _judge(
    figures: Figures, web: Web, folder: Path, machines: list[_Machine], delay: float, sites: Path, server: PostgreSQL
) -> None:
    outputs = [machine.folder / machine.name for machine in machines]
    made = [row for output in outputs if (output / "articles").exists() for row in rows(output)]
    found = Counter(row["url"] for row in made)
    truths = {truth.pages[0] for site in web.sites.values() if isinstance(site, ScaledSite) for truth in site.truths()}
    figures.articles = len(found)
    figures.lost = len(truths - found.keys())
    figures.doubled = sum(number - 1 for number in found.values())
    figures.wrong += [f"a row of {url}, which is no article" for url in sorted(found.keys() - truths)[:5]]
    asked = Counter((hit.site, hit.target) for hit in web.hits if _is_article(hit.target))
    figures.pages = len(asked)
    figures.twice = sum(number - 1 for number in asked.values())
    figures.shares = dict(Counter(_worker(hit.headers) for hit in web.hits))
    by_host = defaultdict(list)
    for hit in web.hits:
        by_host[hit.site].append((hit.at, _worker(hit.headers), hit.target))
    for hits in by_host.values():
        for (before, one, first), (after, other, second) in pairwise(sorted(hits)):
            if one != other:
                figures.takeovers += 1
                figures.closest = min(figures.closest, after - before)
                if after - before < delay:
                    how = f"{other} asked for {second} {after - before:.2f} s after {one} for {first}"
                    figures.too_close.append(how)
    figures.wrong += _merged(folder, machines, sites, server)


def _is_article(target: str) -> bool:
    return target.endswith(".html") and "list" not in target


def _worker(headers: object) -> str:
    assert isinstance(headers, dict)
    agent = headers[b"user-agent"].decode("latin-1")
    return next(name for name in "abc" if f"{name}@example.org" in agent)


def _merged(folder: Path, machines: list[_Machine], sites: Path, server: PostgreSQL) -> Iterator[str]:
    """The folders of all machines in one, as docs/operations.md says, pass verify."""
    whole = folder / "whole"
    for machine in machines:
        for name in ("warc", "articles", "rejects", "manifests"):
            if (machine.folder / machine.name / name).exists():
                shutil.copytree(machine.folder / machine.name / name, whole / name, dirs_exist_ok=True)
    settings = {"SITES_DIR": str(sites), "OUTPUT_DIR": str(whole), "FRONTIER_URL": server.address}
    done = scrapy_here("verify", "--processes", "1", settings=settings)
    if done.returncode:
        yield f"verify: {done.stdout[-2000:]}{done.stderr[-2000:]}"
