"""Three machines at one frontier in PostgreSQL: python -m bench.workers [--hosts N] [--pages N] [--delay S] [--lease S]

One is killed with -9, one stands still for longer than its lease, one joins late, the connections are cut twice and the
server is started again (tests/workers.py). Prints what was lost, made twice, or asked too soon by another machine.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.postgresql_kit import postgresql
from tests.workers import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--hosts", type=int, default=60)
    parser.add_argument("--pages", type=int, default=6000)
    parser.add_argument("--delay", type=float, default=0.5)
    parser.add_argument("--lease", type=float, default=10.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="workers-") as name, postgresql() as server:
        figures = run(
            Path(name),
            server,
            hosts=args.hosts,
            per_host=args.pages // args.hosts,
            delay=args.delay,
            lease=args.lease,
        )
    for event in figures.events:
        print(event)
    print(f"{figures.seconds:.0f} s, requests by machine {figures.shares}, started again {dict(figures.restarts)}")
    print(f"{figures.articles} articles, {figures.lost} lost, {figures.doubled} twice; {figures.pages} pages")
    print(f"{figures.twice} article pages asked for again")
    print(
        f"{figures.takeovers} times a host went to another machine, at the soonest {figures.closest:.2f} s after the "
        f"last request; {len(figures.too_close)} times within the delay of {args.delay} s"
    )
    for line in (*figures.wrong, *figures.too_close):
        print(f"wrong: {line}")
    return 1 if figures.wrong or figures.lost or figures.doubled or figures.too_close else 0


if __name__ == "__main__":
    sys.exit(main())
