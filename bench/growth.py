"""What a page costs as archive, frontier and dataset grow: python -m bench.growth [--pages 500] [--times 10]

One site behind nginx, crawled into one OUTPUT_DIR by runs with a budget: so many pages into an empty folder, then nine
times as many, then so many again. Milliseconds of processor time a page, without those of a run of a single page, which
is what a start costs. The bar is 1.1 times. Needs nginx: apt-get install -y nginx
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
from pathlib import Path

from bench.web import missing, served
from crawler.native import built
from tests.site.crawl import crawl, last_crawl


def run(sites: Path, output: Path, pages: int) -> tuple[float, int]:
    """Seconds of processor time, and pages."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    budget = json.dumps({"pages": pages})
    done = crawl("fanwen", sites, output, fresh=True, CONCURRENT_REQUESTS_PER_DOMAIN="16", SITE_BUDGET=budget)
    assert done.returncode in (0, 3), done.stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, last_crawl("fanwen", output).stat("response_received_count")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--times", type=int, default=10)
    args = parser.parse_args()
    if absent := missing("nginx"):
        print(f"{', '.join(absent)} not installed: apt-get install -y nginx")
        return 0
    with tempfile.TemporaryDirectory() as place, served(Path(place), args.pages * (args.times + 2)) as web:
        sites = web.write_sites(Path(place, "sites"))
        run(sites, Path(place, "start"), 1)
        start, _ = run(sites, Path(place, "start"), 1)
        print(f"the core {'compiled' if built() else 'as plain Python'}; a start takes {start:.2f} s")
        costs = []
        for pages in (args.pages, args.pages * (args.times - 1), args.pages):
            seconds, fetched = run(sites, Path(place, "output"), pages)
            costs.append(1000 * (seconds - start) / fetched)
            print(f"{fetched:6} pages {costs[-1]:7.2f} ms a page", flush=True)
        print(f"the last ones / the first ones {costs[-1] / costs[0]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
