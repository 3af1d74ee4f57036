"""One crawl and two at one frontier in PostgreSQL, the same sites: python -m bench.sharing [--pages N] [--rounds N]

Static pages of 29 KB behind nginx on loopback, each host under an address of its own, no delay, a new database for each
crawl. A crawl is held to one core, its process for pages with it, as on a machine with one: a crawl that is free takes
both cores of two, and a second one could only share them. nginx and PostgreSQL take what is left, so that their time
counts against two crawls and not against one. With --free nothing is held.

Rounds alternate; the figure is the median of the ratios of pages a second by the clock, starts included. Beside it for
each page: processor time of the crawls, of PostgreSQL and of nginx, and transactions; and the share of a hundred looks
a second that found a crawl waiting for another's transaction. Needs nginx and PostgreSQL (apt-get install -y nginx
postgresql).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from bench.web import Web, missing, served
from crawler.native import built
from tests.postgresql_kit import PostgreSQL, postgresql
from tests.site.crawl import PROJECT, SETTINGS, as_a_user, last_crawl

EVERY = 0.01  # seconds between two looks at the locks
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
_TRANSACTIONS = text("SELECT xact_commit FROM pg_stat_database WHERE datname = :name")


@dataclass(frozen=True, slots=True)
class Took:
    """`shares`: the pages of each crawl; `ends`: seconds until each ended, the last one last.

    `crawls`, `server`, `web`: seconds of processor time.

    `waited`: the share of looks at a crawl that found it waiting for a lock.
    """

    shares: Sequence[int]
    ends: Sequence[float]
    crawls: float
    server: float
    web: float
    transactions: int
    waited: float

    @property
    def pages(self) -> int:
        return sum(self.shares)

    @property
    def seconds(self) -> float:
        return self.ends[-1]

    @property
    def rate(self) -> float:
        return self.pages / self.seconds


def timed(workers: int, web: Web, server: PostgreSQL, *, free: bool) -> Took:
    """So many crawls of all hosts, started together."""
    database = f"frontier{time.time_ns()}"
    with tempfile.TemporaryDirectory(prefix="sharing-") as name, _looking(server) as look:
        look.execute(text(f"CREATE DATABASE {database}"))
        folder = Path(name)
        outputs = [folder / str(number) for number in range(workers)]
        settings = SETTINGS | {
            "SITES_DIR": str(web.write_sites(folder / "sites")),
            "FRONTIER_URL": server.address.replace("/postgres?", f"/{database}?"),
            "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
        }
        assert server.process is not None
        before = processor_time(server.process.pid), processor_time(web.process.pid)
        began = time.monotonic()
        crawls = [_start(output, settings, None if free else number) for number, output in enumerate(outputs)]
        processor, waited, looks = 0.0, 0, 0
        ends = []
        while crawls:
            time.sleep(EVERY)
            waited += look.execute(_WAITING).scalar_one()
            looks += len(crawls)
            for crawl in list(crawls):
                pid, status, used = os.wait4(crawl.pid, os.WNOHANG)
                if pid:
                    crawl.returncode = os.waitstatus_to_exitcode(status)
                    processor += used.ru_utime + used.ru_stime
                    crawls.remove(crawl)
                    ends.append(time.monotonic() - began)
        time.sleep(1.5)  # until its last connection has told what it did
        return Took(
            [last_crawl("fanwen", output).stat("response_received_count") for output in outputs],
            ends,
            processor,
            processor_time(server.process.pid) - before[0],
            processor_time(web.process.pid) - before[1],
            look.execute(_TRANSACTIONS, {"name": database}).scalar_one(),
            waited / looks,
        )


@contextmanager
def _looking(server: PostgreSQL) -> Iterator[Connection]:
    engine = create_engine(server.address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _start(output: Path, settings: dict[str, str], core: int | None) -> subprocess.Popen[bytes]:
    pairs = [word for pair in (settings | {"OUTPUT_DIR": str(output)}).items() for word in ("-s", "=".join(pair))]
    command = [sys.executable, "-m", "scrapy", "crawl", "fanwen", *pairs]
    if core is not None:
        cores = sorted(os.sched_getaffinity(0))
        command = ["taskset", "-c", str(cores[core % len(cores)]), *command]
    with output.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(command, cwd=PROJECT, env=as_a_user(), stdout=log, stderr=log)


def processor_time(pid: int) -> float:
    """Seconds of a process, of its children that have ended, and of those that it has."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:  # it has just ended: its parent has it
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK") + sum(map(processor_time, map(int, children)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sharing", description=__doc__)
    parser.add_argument("--pages", type=int, default=5000, help="articles of all hosts")
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--free", action="store_true")
    args = parser.parse_args()
    if absent := missing("nginx"):
        print(f"{', '.join(absent)} not installed: apt-get install -y nginx")
        return 0
    ratios = []
    with (
        tempfile.TemporaryDirectory(prefix="sharing-") as place,
        served(Path(place), args.pages // args.hosts, hosts=args.hosts) as web,
        postgresql() as server,
    ):
        print(f"the core {'compiled' if built() else 'as plain Python'}, {web.pages} pages, {args.hosts} hosts")
        print(
            "           pages/s   ms a page: crawls  PostgreSQL  nginx   transactions a page   waiting   of each; ended"
        )
        for _ in range(args.rounds):
            rounds = [timed(workers, web, server, free=args.free) for workers in (1, 2)]
            for number, took in enumerate(rounds, start=1):
                each = [1000 * part / took.pages for part in (took.crawls, took.server, took.web)]
                print(
                    f"{number} crawl{'s' if number > 1 else ' '}{took.rate:10.0f}{each[0]:20.2f}{each[1]:12.2f}"
                    f"{each[2]:7.2f}{took.transactions / took.pages:22.3f}{took.waited:10.1%}"
                    f"   {', '.join(map(str, took.shares))}; {', '.join(f'{end:.0f}' for end in took.ends)} s",
                    flush=True,
                )
            ratios.append(rounds[1].rate / rounds[0].rate)
    ratios.sort()
    print(f"two crawls / one: {statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
