"""Pages a second of a whole crawl beside stock Scrapy and wget: python -m bench.crawl [--pages N] [--rounds N] [--real]

The same static pages behind nginx on loopback for all of them, gzip for who asks for it; 29 KB each or, with --real,
pages of ../shared/pages (87 KB). Rounds alternate, so that a machine that gets slower does so for all; the figure of a
round is a ratio of that round. Seconds are by the clock, start and end of the process included.

    ours     scrapy crawl with everything on: archive, frontier, extraction, duplicates, dataset, manifest
    stock    Scrapy's defaults, a spider that follows the same links and throws the pages away
    wget     wget -r --warc-file, which keeps the pages and writes WARC

All with 16 requests at a time (wget: one) and no delay. Needs nginx and wget: apt-get install -y nginx wget
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor

from bench.web import Web, missing, served
from crawler.native import built
from tests.site.crawl import PROJECT, as_a_user, crawl, last_crawl

AT_ONCE = "16"


class Stock(scrapy.Spider):
    """What a tutorial would write, without doing anything with a page."""

    name = "stock"
    articles = LinkExtractor(allow=r"/c\d/\d+(_\d+)?\.html$")
    lists = LinkExtractor(allow=r"/c\d/(list_\d+\.html)?$")

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        for link in self.articles.extract_links(response):
            yield scrapy.Request(link.url, callback=self.article)
        for link in self.lists.extract_links(response):
            yield scrapy.Request(link.url)

    def article(self, response: Response) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Took:
    """One crawl: seconds by the clock and of processors, seconds to the first request, bytes of WARC, pages."""

    seconds: float
    processor: float
    first: float
    warc: int
    pages: int


def run_stock(url: str) -> None:
    """Crawl with Scrapy's defaults in this process; prints the number of pages."""
    settings = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0}
    process = CrawlerProcess(settings | {"CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE})
    crawler = process.create_crawler(Stock)
    process.crawl(crawler, start_urls=[url])
    process.start()
    assert crawler.stats is not None
    print(crawler.stats.get_value("response_received_count"))


def ours(web: Web, folder: Path) -> int:
    sites, output = web.write_sites(folder / "sites"), folder / "output"
    done = crawl("fanwen", sites, output, fresh=True, CONCURRENT_REQUESTS_PER_DOMAIN=AT_ONCE)
    assert done.returncode in (0, 3), done.stderr
    run = last_crawl("fanwen", output)
    assert run.stat("dataset/articles") + run.stat("dataset/rejects"), done.stderr
    return run.stat("response_received_count")


def stock(web: Web, folder: Path) -> int:
    command = [sys.executable, "-m", "bench.crawl", "--stock", web.base + "/"]
    done = subprocess.run(command, cwd=PROJECT, env=as_a_user(), capture_output=True, text=True, check=True)
    return int(done.stdout)


def wget(web: Web, folder: Path) -> int:
    command = ["wget", "-q", "-r", "-l", "inf", "-R", "shtml", "-P", folder / "pages", f"--warc-file={folder / 'wget'}"]
    subprocess.run([*map(str, command), web.base + "/"], cwd=folder, check=False)  # 8: robots.txt is not there
    return sum(path.is_file() for path in (folder / "pages").rglob("*"))


CRAWLERS: dict[str, Callable[[Web, Path], int]] = {"ours": ours, "stock": stock, "wget": wget}


def timed(name: str, web: Web) -> Took:
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as folder:
        began, before = time.time(), _spent()
        pages = CRAWLERS[name](web, Path(folder))
        seconds = time.time() - began
        warc = sum(path.stat().st_size for path in Path(folder).rglob("*.warc.gz"))
        return Took(seconds, _spent() - before, web.first_request(began) - began, warc, pages)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(took: dict[str, list[Took]]) -> None:
    print(f"{'':8}{'pages':>8}{'pages/s':>10}{'spread':>16}{'CPU ms/page':>13}{'first request':>15}{'WARC':>10}")
    for name, rounds in took.items():
        rates = sorted(each.pages / each.seconds for each in rounds)
        spread = f"{rates[0]:.0f}-{rates[-1]:.0f}"
        processor = statistics.median(1000 * each.processor / each.pages for each in rounds)
        first, warc = statistics.median(each.first for each in rounds), rounds[0].warc / 1e6
        print(
            f"{name:8}{rounds[0].pages:8}{statistics.median(rates):10.0f}{spread:>16}{processor:13.2f}"
            f"{first:13.2f} s{warc:7.1f} MB"
        )
    mine = took.get("ours", [])
    for name in took if mine else ():
        if name != "ours":
            print(_ratio(f"ours / {name}, pages a second", mine, took[name], lambda each: each.pages / each.seconds))
    if mine and "wget" in took:
        print(_ratio("ours / wget, bytes of WARC a page", mine, took["wget"], lambda each: each.warc / each.pages))


def _ratio(what: str, ours: Sequence[Took], others: Sequence[Took], of: Callable[[Took], float]) -> str:
    ratios = sorted(of(mine) / of(theirs) for mine, theirs in zip(ours, others, strict=True))
    return f"{what:36} {statistics.median(ratios):5.2f}   ({ratios[0]:.2f}-{ratios[-1]:.2f})"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.crawl", description=__doc__)
    parser.add_argument("--pages", type=int, default=2000, help="articles")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--only", help="names, comma-separated")
    parser.add_argument("--stock", metavar="URL", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.stock:
        run_stock(args.stock)
        return 0
    if absent := missing("nginx"):
        print(f"{', '.join(absent)} not installed: apt-get install -y nginx wget")
        return 0
    there = {"ours", "stock", *(() if missing("wget") else ("wget",))}
    names = [name for name in CRAWLERS if name in there and name in (args.only or name).split(",")]
    folder = tempfile.TemporaryDirectory(prefix="crawl-")
    with folder as place, served(Path(place), args.pages, real=args.real) as web:
        took: dict[str, list[Took]] = {name: [] for name in names}
        for _ in range(args.rounds):
            for name in names:
                took[name].append(timed(name, web))
    print(f"the core {'compiled' if built() else 'as plain Python'}")
    report(took)
    return 0


if __name__ == "__main__":
    sys.exit(main())
