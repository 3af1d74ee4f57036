"""Pages are parsed beside the crawl: the same results, and no page that takes others or the crawl with it."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.exchange import ArchiveError, Exchange
from crawler.archive.reader import Stored, as_stored, to_page
from crawler.extract.article import Article, Capture, Outcome, Reject
from crawler.extract.page import Page
from crawler.navigation.chain import Chain
from crawler.navigation.discover import discover
from crawler.sandbox.errors import PageBrokenError, SandboxClosedError
from crawler.sandbox.pool import Pool
from crawler.sandbox.tasks import FirstPage, PageTasks
from crawler.sandbox.worker import PageLimits
from crawler.siteconfig.site import Site, load_sites
from pipelines.process import extract_page, finish, join_pages
from tests.archive_kit import FETCHED, HEAD
from tests.site.crawl import PROJECT, crawl, rows
from tests.site.scaled import Scaled
from tests.site.server import serve

FIXTURES = sorted((PROJECT / "tests" / "fixtures" / "skins").rglob("*.html"))
pytestmark = pytest.mark.slow

SITE = next(name for name, site in load_sites(PROJECT / "crawler" / "sites").items() if site.family == "news")
TINY = b"<html><body><p>...</p></body></html>"


def sites() -> dict[str, Site]:
    return load_sites(PROJECT / "crawler" / "sites")


def stored(number: int, body: bytes) -> Stored:
    url = f"http://www.example.cn/{number}.html"
    capture = Capture(f"<urn:uuid:{number}>", "news-1.warc.gz", number, len(body), url, "sha256:0", FETCHED)
    exchange = Exchange(
        url, FETCHED, b"GET / HTTP/1.1\r\n\r\n", HEAD % len(body), body, None, ("http/1.1",), None, None, ()
    )
    return as_stored(exchange, capture)


class Hostile(PageTasks):
    """Does to its process what the page says: as a parser's bug would, or a page that nobody thought of."""

    def outcome(self, source: Any, site: str) -> Outcome:
        what = self._page(source).body
        if what == b"kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == b"stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        while what == b"spin":
            pass
        if what == b"fill":
            return Outcome(next_page=str(len(bytearray(1 << 31))))
        if what.startswith(b"once "):  # ends the first process only
            mark = Path(what.removeprefix(b"once ").decode())
            if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return Outcome(next_page=what.decode())


class SlowToFinish(PageTasks):
    def finish(self, article: Article, site: str) -> Article | Reject:
        while article.title == "spin":
            pass
        return super().finish(article, site)


def with_pool(use: Any, *, processes: int = 1, kind: type[PageTasks] = PageTasks, **limits: Any) -> Any:
    async def main() -> Any:
        pool = Pool(kind("news", sites(), Path("nowhere")), processes, PageLimits(**limits))
        try:
            return await use(pool)
        finally:
            pool.close()

    return asyncio.run(main())


def page(body: bytes) -> Page:
    return Page("http://www.example.cn/", body, "text/html", FETCHED)


def test_the_same_outcomes_in_order() -> None:
    pages = [stored(number, path.read_bytes()) for number, path in enumerate(FIXTURES)]

    async def ask(pool: Pool) -> list[Outcome]:
        return list(await asyncio.gather(*(pool.outcome(page, SITE) for page in pages)))

    expected = [extract_page(to_page(page), family="news", site=sites()[SITE]) for page in pages]
    assert len(expected) > 30
    assert any(outcome.articles for outcome in expected)
    for processes in (0, 1, 2):
        assert with_pool(ask, processes=processes) == expected


def test_the_same_links() -> None:
    site = sites()[SITE]
    domain = site.domains[0]
    links = "".join(f"<a href='http://{domain}/{n}.html'>x</a>" for n in range(50))
    listing = Page(site.seeds[0], f"<html>{links}</html>".encode(), "text/html", FETCHED)
    assert with_pool(lambda pool: pool.links(listing, SITE)) == discover(site, listing)


def test_a_page_that_ends_its_process_is_tried_once_more_and_costs_nobody_else_anything(tmp_path: Path) -> None:
    bodies = [b"1", b"kill", b"2", f"once {tmp_path / 'mark'}".encode(), b"3"]

    async def ask(pool: Pool) -> list[Outcome]:
        return list(await asyncio.gather(*(pool.outcome(page(body), SITE) for body in bodies)))

    outcomes = with_pool(ask, kind=Hostile)
    assert [outcome.next_page for outcome in outcomes] == ["1", None, "2", bodies[3].decode(), "3"]
    reject = outcomes[1].reject
    assert reject.reason == "broken"
    assert reject.detail == "ended the process that extracts, twice: exit status -9, exit status -9"


def test_a_page_that_takes_too_long_is_broken_and_the_next_one_is_not() -> None:
    async def ask(pool: Pool) -> list[Outcome]:
        return list(await asyncio.gather(*(pool.outcome(page(body), SITE) for body in (b"spin", b"next"))))

    slow, following = with_pool(ask, kind=Hostile, seconds=0.5)
    assert (slow.reject.reason, slow.reject.detail) == ("broken", "took longer than 0.5 s")
    assert following.next_page == "next"


def test_a_site_of_such_pages_makes_no_other_site_wait() -> None:
    _, other = sorted(name for name, site in sites().items() if site.family == "news")[:2]
    hostile = next(name for name in sites() if name != other)

    async def ask(pool: Pool) -> list[str]:
        await pool.outcome(page(b"spin"), hostile)
        order: list[str] = []

        async def one(body: bytes, site: str) -> None:
            await pool.outcome(page(body), site)
            order.append(site)

        await asyncio.gather(one(b"spin", hostile), one(b"1", other), one(b"2", other))
        return order

    assert with_pool(ask, kind=Hostile, seconds=1) == [other, other, hostile]


def test_a_page_that_wants_all_memory_is_broken() -> None:
    async def ask(pool: Pool) -> list[Outcome]:
        return [await pool.outcome(page(body), SITE) for body in (b"fill", b"next")]

    greedy, following = with_pool(ask, kind=Hostile)
    assert (greedy.reject.reason, greedy.reject.detail.strip(": ")) == ("broken", "MemoryError")
    assert following.next_page == "next"


def test_a_tag_with_endless_attributes_stops_nothing() -> None:
    attributes = b" ".join(b"a%d=1" % n for n in range(300_000))
    listing = page(b"<html><body><div " + attributes + b">x</div></body></html>")

    async def ask(pool: Pool) -> float:
        late = 0.0
        asked = asyncio.ensure_future(pool.links(listing, SITE))
        while not asked.done():
            start = time.thread_time()
            await asyncio.wait([asked], timeout=0.01)
            late = max(late, time.thread_time() - start)
        if asked.exception() is not None:
            assert isinstance(asked.exception(), PageBrokenError)
        return late

    assert with_pool(ask, seconds=1) < 2


def test_a_stopped_process_does_not_hold_the_crawl_when_it_ends() -> None:
    async def ask(pool: Pool) -> None:
        waiting = [asyncio.ensure_future(pool.outcome(page(body), SITE)) for body in (b"stop", b"x" * 9_000_000, b"1")]
        await stopped()
        pool.close()
        ends = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)
        assert [type(end) for end in ends] == [SandboxClosedError] * 3
        with pytest.raises(SandboxClosedError):
            await pool.outcome(page(b"late"), SITE)

    with_pool(ask, kind=Hostile, seconds=3600)


def test_a_process_that_stands_still_is_replaced() -> None:
    async def ask(pool: Pool) -> list[Outcome]:
        return list(await asyncio.gather(*(pool.outcome(page(body), SITE) for body in (b"stop", b"next"))))

    still, following = with_pool(ask, kind=Hostile, stall=0.5)
    assert (still.reject.reason, still.reject.detail.count("no answer within 0.5 s")) == ("broken", 2)
    assert following.next_page == "next"


def test_an_article_on_one_page_comes_finished_and_others_wait_for_their_pages() -> None:
    pages = [stored(number, path.read_bytes()) for number, path in enumerate(FIXTURES)]

    async def ask(pool: Pool) -> list[FirstPage]:
        return list(await asyncio.gather(*(pool.first_page(page, SITE) for page in pages)))

    found = with_pool(ask)
    alone = [each for each in found if each.verdict is not None]
    assert len(alone) > 20
    for page, first in zip(pages, found, strict=True):
        outcome = extract_page(to_page(page), family="news", site=sites()[SITE])
        if first.verdict is None:
            assert first.outcome == outcome
            continue
        assert not first.outcome.articles
        complete = Chain((page.capture,)).next(outcome.next_page, sites()[SITE])[0] == "complete"
        article = join_pages([outcome], complete=complete).articles[0]
        assert first.verdict == finish(deepcopy(article))
        assert PageTasks("news", sites(), Path("nowhere")).finish(article, SITE) == first.verdict


def test_what_takes_too_long_to_clean_is_that_article_s_reject() -> None:
    article = next(
        article
        for path in FIXTURES
        for article in extract_page(to_page(stored(0, path.read_bytes())), family="news", site=None).articles
    )

    async def ask(pool: Pool) -> list[Any]:
        return [await pool.finish(replace(article, title="spin"), SITE), await pool.finish(article, SITE)]

    slow, following = with_pool(ask, kind=SlowToFinish, seconds=0.5)
    assert (slow.reason, slow.detail) == ("broken", "took longer than 0.5 s")
    assert following == finish(deepcopy(article))


def test_a_record_that_is_gone_is_no_page_s_fault() -> None:
    capture = stored(1, TINY).capture
    for processes in (0, 1):
        with pytest.raises(ArchiveError, match="news-1"):
            with_pool(lambda pool: pool.outcome(capture, SITE), processes=processes)


def test_a_killed_crawl_leaves_none_behind() -> None:
    program = """
import asyncio
from pathlib import Path
from crawler.sandbox.pool import Pool
from crawler.sandbox.tasks import FirstPage, PageTasks
from tests.test_sandbox import SITE, TINY, page, sites
async def main():
    pool = Pool(PageTasks("news", sites(), Path("nowhere")), 1)
    await pool.outcome(page(TINY), SITE)
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


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_rows_are_the_same_wherever_they_are_made(processes: str, tmp_path: Path) -> None:
    with serve(Scaled(40)) as web:
        done = crawl("fanwen", web.write_sites(tmp_path / "sites"), tmp_path / "out", EXTRACT_PROCESSES=processes)
        assert done.returncode == 0, done.stderr
        truth = {article.title for article in web.sites["scaled"].truths()}  # type: ignore[attr-defined]
    found = rows(tmp_path / "out")
    assert len(found) == 40
    assert {row["title"] for row in found} == truth


async def stopped() -> None:
    """Returns when the newest child is."""
    while True:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        if children and Path(f"/proc/{children[-1]}/stat").read_text().rpartition(")")[2].split()[0] == "T":
            return
        await asyncio.sleep(0.01)


def child_of(pid: int) -> int:
    """The newest child."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[-1])
