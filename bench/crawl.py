"""Pages a second of a whole crawl, beside stock Scrapy with nothing on: python -m bench.crawl [--articles N] [--real]

The same site on loopback for both: articles of the demo's generator (4 KB) or, with --real, pages of ../shared/pages
(87 KB) under as many URLs, answered as most of these sites do: gzip, and a Content-Type that names no charset. Stock is
a spider with Scrapy's defaults that follows the same links and does nothing with a page; ours is `scrapy crawl` with
archive, frontier, extraction, duplicates and dataset. Eight requests at a time and no delay for both. Seconds by the
clock, start and end of the process left out; the processor time of all its processes, start and end included, beside.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.linkextractors import LinkExtractor

from crawler.native import built
from tests.site.crawl import PROJECT, crawl, last_crawl
from tests.site.reply import Ready, Reply
from tests.site.scaled import Scaled, ScaledSite
from tests.site.server import serve
from tests.site.website import NOT_FOUND, Bases

REAL = PROJECT.parent / "shared" / "pages" / "html"


@dataclass(frozen=True)
class Usual(Scaled):
    """The generated site, or real pages in the place of its articles, as a plain nginx sends them."""

    folder: Path | None = None

    def build(self, bases: Bases) -> ScaledSite:
        return _Usual(self, bases[self.name])


class _Usual(ScaledSite):
    @cached_property
    def _real(self) -> list[bytes]:
        assert isinstance(self.plan, Usual)
        return [path.read_bytes() for path in sorted(self.plan.folder.glob("*.html"))] if self.plan.folder else []

    @cached_property
    def _made(self) -> dict[str, Ready]:
        return {}

    def answer(self, target: str) -> Ready:
        if target not in self._made:
            page = self.make(target)
            reply = page.reply if page else None
            if reply and self._real and target.endswith(".html") and "list" not in target:
                reply = Reply(self._real[hash(target) % len(self._real)])
            self._made[target] = Ready.of(replace(reply, content_type="text/html", gzip=True)) if reply else NOT_FOUND
        return self._made[target]


class Stock(scrapy.Spider):
    """What a tutorial would write, without doing anything with a page."""

    name = "stock"
    articles = LinkExtractor(allow=r"/c\d/\d+\.html$")
    lists = LinkExtractor(allow=r"/c\d/(list_\d+\.html)?$")

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        for link in self.articles.extract_links(response):
            yield scrapy.Request(link.url, callback=self.article)
        for link in self.lists.extract_links(response):
            yield scrapy.Request(link.url)

    def article(self, response: Response) -> None:
        pass


def stock(url: str) -> None:
    """Crawl with Scrapy's defaults in this process; prints pages and seconds."""
    settings = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0}
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(Stock)
    process.crawl(crawler, start_urls=[url])
    process.start()
    assert crawler.stats is not None
    print(crawler.stats.get_value("response_received_count"), crawler.stats.get_value("elapsed_time_seconds"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.crawl", description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--stock", metavar="URL", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.stock:
        stock(args.stock)
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="crawl-") as folder,
        serve(Usual(args.articles, folder=REAL if args.real else None)) as web,
    ):
        site = web.sites["scaled"]
        assert isinstance(site, ScaledSite)
        for batch in site.batches:  # all answers are made before anybody is timed
            for number in batch.ids():
                site.answer(batch.link(number).url)
        command = [sys.executable, "-m", "bench.crawl", "--stock", web["scaled"] + "/"]
        said = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
        stock_spent = _spent()
        print(_line("stock Scrapy, nothing on", int(said[0]), float(said[1]), stock_spent), flush=True)
        sites, output = web.write_sites(Path(folder, "sites")), Path(folder, "output")
        done = crawl("fanwen", sites, output)
        assert done.returncode in (0, 3), done.stderr
        run = last_crawl("fanwen", output)
        pages, seconds = run.stat("response_received_count"), float(run.report["stats"]["elapsed_time_seconds"])
        core = "compiled" if built() else "plain Python"
        ours = _line("scrapy crawl, everything on", pages, seconds, _spent() - stock_spent)
        print(f"{ours}   {run.stat('dataset/articles')} rows, the core {core}")
    return 0


def _line(name: str, pages: int, seconds: float, spent: float) -> str:
    rate = pages / seconds
    return f"{name:28} {pages:6} pages {seconds:6.1f} s {rate:5.0f} pages/s   {spent:5.1f} s of processor"


def _spent() -> float:
    """Seconds of processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
