"""Memory of a process whose frontier holds millions of URLs: python -m bench.frontier_memory [--urls 5000000]

The table is filled by SQL, a new process opens it, crawls some thousand URLs with their links and reports its peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from crawler.frontier.database import open_database
from tests.frontier_kit import done, entry, frontier

HOSTS = 50
VISITS = 20_000


def fill(path: Path, urls: int) -> None:
    with open_database(f"sqlite:///{path}").begin() as connection:
        connection.execute(text("INSERT INTO round (site, number, began) VALUES ('s', 1, 0)"))
        for number in range(HOSTS):
            connection.execute(text(f"INSERT INTO host (site, host) VALUES ('s', 'h{number}.test')"))
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :urls) "
            "INSERT INTO url (key, host_id, url, site, family, role, state, depth, priority, barren, chain, payload,"
            " round, met, attempts, discovered) SELECT lower(hex(randomblob(16))), 1 + i % :hosts,"
            " 'http://h' || (i % :hosts) || '.test/article/2026/11/' || i || '.html', 's', 'news', 'article',"
            " CASE WHEN i % 4 = 0 THEN 'done' ELSE 'pending' END, 3, 10, 0, 0,"
            ' \'{"meta":{"dont_redirect":true,"via":"http://h.test/list_\' || (i / 50) || \'.html"},'
            '"callback":"parse_article","errback":"fetch_failed"}\', 1, 1, 0, 1.7e9 FROM n',
            {"urls": urls, "hosts": HOSTS},
        )


def crawl(path: Path) -> dict[str, float]:
    began = time.perf_counter()
    front = frontier(path)
    opened = time.perf_counter()
    for number in range(VISITS):
        leased = front.next()
        assert leased is not None
        links = [entry(f"http://h{n % HOSTS}.test/new/{number}/{n}.html") for n in range(10)]
        front.visited(done(leased, *links))
    crawled = time.perf_counter()
    pending = front.pending
    front.close()
    return {
        "open_seconds": round(opened - began, 2),
        "visits_per_second": round(VISITS / (crawled - opened)),
        "pending": pending,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=5_000_000)
    parser.add_argument("--crawl", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.crawl:
        print(json.dumps(crawl(asked.crawl)))
        return
    with tempfile.TemporaryDirectory(prefix="frontier-") as folder:
        path = Path(folder) / "frontier.sqlite3"
        began = time.perf_counter()
        fill(path, asked.urls)
        filled = {
            "urls": asked.urls,
            "fill_seconds": round(time.perf_counter() - began, 1),
            "file_mb": path.stat().st_size >> 20,
        }
        command = [sys.executable, "-m", "bench.frontier_memory", "--crawl", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print(json.dumps(filled | json.loads(done.stdout), indent=1))


if __name__ == "__main__":
    main()
