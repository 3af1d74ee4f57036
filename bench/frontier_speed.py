"""Operations of the frontier per second, and what a commit costs: python -m bench.frontier_speed [--urls 50000]

A visit is: leased, fetched by nobody, ten links handed in of which most are known. SQLite in a folder of its own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from crawler.frontier.frontier import Frontier
from tests.frontier_kit import done, entry, frontier

HOSTS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=50_000)
    urls = parser.parse_args().urls
    with tempfile.TemporaryDirectory(prefix="frontier-") as folder:
        front = frontier(Path(folder) / "frontier.sqlite3")
        pauses = _timed(front)
        found = 0
        front.add(entry(_url(0), "list"))
        began, visits = time.perf_counter(), 0
        while (leased := front.next()) is not None:
            fresh = [entry(_url(number)) for number in range(found + 1, min(found + 3, urls))]
            known = [entry(_url(number)) for number in range(max(0, found - 8), found)]
            found += len(fresh)
            front.visited(done(leased, *fresh, *known))
            visits += 1
        seconds = time.perf_counter() - began
        front.close()
    print(
        json.dumps(
            {
                "visits": visits,
                "visits_per_second": round(visits / seconds),
                "transactions": len(pauses),
                "transaction_ms_median": round(statistics.median(pauses) * 1000, 2),
                "transaction_ms_p99": round(statistics.quantiles(pauses, n=100)[98] * 1000, 2),
            },
            indent=1,
        )
    )


def _url(number: int) -> str:
    return f"http://h{number % HOSTS}.test/a/{number}.html"


def _timed(front: Frontier) -> list[float]:
    """How long the reactor would have stood still, each time."""
    pauses: list[float] = []
    original = front._refill

    def refill(*args: Any) -> None:
        began = time.perf_counter()
        original(*args)
        pauses.append(time.perf_counter() - began)

    front._refill = refill  # type: ignore[method-assign]
    return pauses


if __name__ == "__main__":
    main()
