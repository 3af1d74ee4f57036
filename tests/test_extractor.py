"""Extraction beside the crawl: the same outcomes, nothing lost when its process ends, and none left behind."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy import Request, signals
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.archive.exchange import Exchange
from crawler.archive.reader import Stored, as_stored, to_page
from crawler.downloader.extraction import ExtractionMiddleware
from crawler.downloader.extractor import Extractor, ExtractorError
from crawler.extract.article import Capture
from crawler.siteconfig.site import Site, load_sites
from crawler.spiders.news import NewsSpider
from pipelines.process import extract_page
from tests.archive_kit import FETCHED, HEAD
from tests.site.crawl import PROJECT, crawl, rows
from tests.site.scaled import Scaled
from tests.site.server import serve

pytestmark = pytest.mark.slow

FIXTURES = sorted((PROJECT / "tests" / "fixtures" / "skins").rglob("*.html"))
SITE = next(name for name, site in load_sites(PROJECT / "crawler" / "sites").items() if site.family == "news")


def sites() -> dict[str, Site]:
    return load_sites(PROJECT / "crawler" / "sites")


def stored(number: int, body: bytes) -> Stored:
    url = f"http://www.example.cn/{number}.html"
    capture = Capture(f"<urn:uuid:{number}>", "news-1.warc.gz", number, len(body), url, "sha256:0", FETCHED)
    exchange = Exchange(
        url, FETCHED, b"GET / HTTP/1.1\r\n\r\n", HEAD % len(body), body, None, ("http/1.1",), None, None, ()
    )
    return as_stored(exchange, capture)


def test_the_same_outcomes_in_order() -> None:
    pages = [stored(number, path.read_bytes()) for number, path in enumerate(FIXTURES)]

    async def ask() -> list[object]:
        extractor = Extractor("news", sites())
        try:
            return list(await asyncio.gather(*(extractor.extract(page, SITE) for page in pages)))
        finally:
            assert extractor.load == 0
            extractor.close()

    expected = [extract_page(to_page(page), family="news", site=sites()[SITE]) for page in pages]
    assert len(expected) > 30
    assert any(outcome.articles for outcome in expected)
    assert asyncio.run(ask()) == expected


def test_a_killed_one_says_so_to_all_who_wait_and_to_all_who_come() -> None:
    body = FIXTURES[0].read_bytes()

    async def ask() -> list[object]:
        extractor = Extractor("news", sites())
        try:
            assert await extractor.extract(stored(0, body), SITE)
            waiting = [asyncio.ensure_future(extractor.extract(stored(n, body * 40), SITE)) for n in range(20)]
            os.kill(child_of(os.getpid()), signal.SIGKILL)
            ends = await asyncio.gather(*waiting, return_exceptions=True)
            with pytest.raises(ExtractorError, match="exit status -9"):
                await extractor.extract(stored(0, body), SITE)
            return list(ends)
        finally:
            extractor.close()

    ends = asyncio.run(ask())
    outcomes = [end for end in ends if not isinstance(end, ExtractorError)]
    assert len(outcomes) < len(ends)
    expected = [extract_page(to_page(stored(n, body * 40)), family="news", site=sites()[SITE]) for n in range(20)]
    assert outcomes == expected[: len(outcomes)]


def test_the_crawl_goes_on_without_it(caplog: pytest.LogCaptureFixture) -> None:
    crawler = get_crawler(NewsSpider, {"EXTRACT_PROCESSES": "1"})
    crawler.spider = NewsSpider(sites={SITE: sites()[SITE]})
    middleware = ExtractionMiddleware.from_crawler(crawler)
    page = stored(0, FIXTURES[0].read_bytes())

    async def ask(status: int = 200) -> Request:
        request = Request(page.url, meta={"stored": page, "site": SITE})
        response: Response = HtmlResponse(page.url, status=status, request=request)
        assert await middleware.process_response(request, response) is response
        return request

    async def asks() -> list[bool]:
        found = ["outcome" in (await ask()).meta, "outcome" in (await ask(404)).meta]
        os.kill(child_of(os.getpid()), signal.SIGKILL)
        found += ["outcome" in (await ask()).meta for _ in range(2)]
        await crawler.signals.send_catch_log_async(signals.spider_closed)
        return found

    assert asyncio.run(asks()) == [True, False, False, False]
    assert [record.getMessage() for record in caplog.records if "Extraction goes on" in record.getMessage()] == [
        "Extraction goes on in the crawl's own process; the one beside it ended: exit status -9"
    ]


def test_a_killed_crawl_leaves_none_behind() -> None:
    program = """
import asyncio, sys
from crawler.downloader.extractor import Extractor
from tests.test_extractor import FIXTURES, SITE, sites, stored
async def main():
    extractor = Extractor("news", sites())
    await extractor.extract(stored(0, FIXTURES[0].read_bytes()), SITE)
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        child = os.pidfd_open(child_of(parent.pid))
        parent.kill()
    ended, _, _ = select.select([child], [], [], 30)
    os.close(child)
    assert ended


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_rows_are_the_same_wherever_they_are_made(processes: str, tmp_path: Path) -> None:
    with serve(Scaled(40)) as web:
        done = crawl("fanwen", web.write_sites(tmp_path / "sites"), tmp_path / "out", EXTRACT_PROCESSES=processes)
        assert done.returncode == 0, done.stderr
        truth = {article.title for article in web.sites["scaled"].truths()}  # type: ignore[attr-defined]
    found = rows(tmp_path / "out")
    assert len(found) == 40
    assert {row["title"] for row in found} == truth


def child_of(pid: int) -> int:
    """The newest child."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[-1])
