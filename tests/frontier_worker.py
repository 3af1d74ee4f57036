"""A worker of its own process for tests: python -m tests.frontier_worker ADDRESS OWNER LOG

Visits what it can lease until nothing is left to do for anybody, and writes each URL into LOG when it asks for it.
Another worker is dead when there is a file OWNER.dead beside LOG: no lease runs out, however slow the machine is.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from crawler.frontier.policy import Policy
from tests.frontier_kit import done, frontier

LEASE = 3600.0


def main() -> None:
    address, owner, log = sys.argv[1:]
    folder = Path(log).parent

    def alive(other: str) -> bool:
        return not (folder / f"{other}.dead").exists()

    front = frontier(address, owner, alive=alive, policy=Policy(window=10, per_host=1), lease_seconds=LEASE)
    with Path(log).open("a", buffering=1) as asked:
        while front.has_pending():
            while (leased := front.next()) is not None:
                asked.write(f"{leased.entry.url}\n")
                time.sleep(0.002)  # a server that answers
                front.visited(done(leased))
                front.tick()
            time.sleep(0.05)
            front.tick()
    front.close()


if __name__ == "__main__":
    main()
