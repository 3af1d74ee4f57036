"""Scrapy's SCHEDULER: requests come from the frontier's table and their ends go back into it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.defer import deferred_from_coro, ensure_awaitable
from scrapy.utils.spider import iterate_spider_output
from twisted.python.failure import Failure

from crawler.archive.exchange import ArchiveError
from crawler.downloader.errors import CrawlEndsError
from crawler.frontier import endings
from crawler.frontier.address import StorageError
from crawler.frontier.configure import configure
from crawler.frontier.entry import Leased, Visit
from crawler.frontier.frontier import Frontier
from crawler.frontier.requests import entry_of, errback_name, request_of
from crawler.frontier.tables import FAILED, PENDING
from crawler.frontier.traps import LISTS
from crawler.language import message, words
from crawler.request_meta import CAPTURE, FRONTIER_KEY, HELD, ROLE, SITE
from crawler.run import STORAGE_FAILED, Run
from crawler.sandbox.errors import SandboxClosedError
from crawler.signals import crawl_ending

logger = logging.getLogger(__name__)

SLICE = 1000  # links of one page that are stored at a time


class FrontierScheduler(BaseScheduler):
    """Settings: FRONTIER_URL, FRONTIER_HOSTS, FRONTIER_LEASE_SECONDS, RECRAWL_DAYS, SITE_BUDGET; see configure.py.

    When the storage fails the crawl ends with the reason STORAGE_FAILED: what was not acknowledged is done again.
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._crawler = crawler
        self._stats = crawler.stats
        self._again: deque[Request] = deque()  # retries, whose visit goes on, and requests that no site owns
        self._met: set[bytes] = set()  # fingerprints of the latter
        self._suspects: set[str] = set()
        self._failed = self._ending = False
        crawler.signals.connect(self._end, crawl_ending)
        self._ticking = create_looping_call(self._tick)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Raises StorageError, which keeps the crawl from starting."""
        self._spider = spider
        run = Run.of(self._crawler)
        self._frontier: Frontier = configure(self._crawler, spider, run)
        run.acknowledge = self.acknowledge
        for site, entered in self._frontier.open().items():
            doing = "goes on with" if entered.resumed else "begins"
            logger.info("%s: %s round %d, %d URLs due again", site, doing, entered.number, entered.due)
        self._ticking.start(1.0, now=False)

    def close(self, reason: str) -> None:
        if self._ticking.running:
            self._ticking.stop()
        if self._failed:
            self._frontier.abandon()
            return
        try:
            if Run.of(self._crawler).finished:
                self._frontier.close()
            else:  # a worker that resigned is not looked for: this one's rows are to be made from the archive
                self._frontier.flush()
                self._frontier.abandon()
        except (StorageError, ArchiveError) as error:
            self._fail(error)
            self._frontier.abandon()
        self._count()

    @property
    def pending(self) -> int:
        """The approximate number of URLs that wait, for the progress line."""
        return self._frontier.pending

    def has_pending_requests(self) -> bool:
        """Called when the engine is idle. What is in flight at two calls in a row was dropped without an errback."""
        if self._failed:
            return False
        if self._again:
            return True
        try:
            flying = self._frontier.lost()
            lost = [leased for leased in flying if leased.entry.key in self._suspects]
            self._suspects = {leased.entry.key for leased in flying}
            for leased in lost:
                logger.warning("%s: dropped by a component without an errback", leased.entry.url)
                self._frontier.visited(Visit(leased, FAILED, time.time(), reason="dropped", host_failed=None))
            return bool(flying) or self._frontier.has_pending()
        except (StorageError, ArchiveError) as error:
            self._fail(error)
            return False

    def enqueue_request(self, request: Request) -> bool:
        """A seed, another attempt at a request that is in flight, or a request of somebody's own code.

        The last has no site: it waits in memory, as in Scrapy, and a later run does not know of it.
        """
        if self._failed:
            return False
        if self._leased(request.meta):
            HELD.pop(request.meta)
            self._again.append(request)
        elif SITE.get(request.meta) is not None:
            self._frontier.add(entry_of(request))
        else:
            fingerprint = self._fingerprint(request)
            if fingerprint in self._met and not request.dont_filter:
                return False
            self._met.add(fingerprint)
            self._again.append(request)
        return True

    def _fingerprint(self, request: Request) -> bytes:
        assert self._crawler.request_fingerprinter is not None
        return self._crawler.request_fingerprinter.fingerprint(request)

    def next_request(self) -> Request | None:
        if self._again:
            return self._again.popleft()
        if self._failed:
            return None
        try:
            leased = self._frontier.next()
        except (StorageError, ArchiveError) as error:
            self._fail(error)
            return None
        if leased is None:
            return None
        request = request_of(leased, self._spider)
        return request.replace(errback=partial(self._unanswered, FRONTIER_KEY.of(request.meta)))

    def hand_out(self, request: Request) -> None:
        """Count that the answer held for the request is looked at."""
        leased = self._leased(request.meta)
        if leased is None or self._failed:
            return
        try:
            self._frontier.hand_out(leased)
        except (StorageError, ArchiveError) as error:
            self._fail(error)

    def is_unchanged(self, response: Response) -> bool:
        """Whether the response says that the page is as it was when last visited."""
        leased = self._leased(response.meta)
        return leased is not None and endings.is_unchanged(leased, response)

    async def store_slices(self, response: Response, requests: list[Request]) -> tuple[list[Request], bool | None]:
        """Commit the links of a long list, SLICE by SLICE, while the crawl goes on with other pages.

        Returns the rest of the requests and `fresh`, both for answered(). Raises CrawlEndsError when the crawl has no
        time for it.
        """
        leased = self._leased(response.meta)
        if leased is None or len(requests) <= SLICE:
            return requests, None
        links: list[Request] = []
        others: list[Request] = []
        for each in requests:
            is_link = SITE.get(each.meta) is not None and FRONTIER_KEY.get(each.meta) is None
            (links if is_link else others).append(each)
        if len(links) <= SLICE:
            return requests, None
        # Lists first: how they are judged depends on the articles, which after a crash are not new any more.
        links.sort(key=lambda each: ROLE.of(each.meta) not in LISTS)
        slices = [links[start : start + SLICE] for start in range(0, len(links), SLICE)]
        fresh = False
        try:
            for some in reversed(slices):
                await self._pause(response)
                articles = [entry_of(each) for each in some if ROLE.of(each.meta) not in LISTS]
                if articles and (fresh := self._frontier.is_fresh(articles)):
                    break
            for some in slices[:-1]:
                await self._pause(response)
                self._frontier.store_slice(leased, [*map(entry_of, some)], fresh=fresh)
            await self._pause(response)
        except (StorageError, ArchiveError) as error:
            self._fail(error)
        if self._leased(response.meta) is not leased:  # the lease was lost: these slices may not all be stored
            return requests, None
        return others + slices[-1], fresh

    async def _pause(self, response: Response) -> None:
        """Let others have the loop."""
        await asyncio.sleep(0)
        if self._ending or self._failed:
            raise CrawlEndsError(response.url)

    def _end(self) -> None:
        self._ending = True

    def answered(self, response: Response, requests: Collection[Request], fresh: bool | None = None) -> None:
        """Take the end of a visit that has an answer, with the requests that the spider made of it.

        The visit goes on where one of them is for the same page: a redirect to another form of its URL.
        `fresh`: what store_slices returned with them.
        """
        leased = self._leased(response.meta)
        if leased is None:
            if FRONTIER_KEY.get(response.meta) is None:
                for request in requests:
                    self.enqueue_request(request)
            return
        made = list(requests)
        again = [request for request in made if self._leased(request.meta) is leased]
        for request in again:
            HELD.pop(request.meta)
            self._again.append(request.replace(errback=partial(self._unanswered, leased.entry.key)))
        if not again:
            links = tuple(entry_of(each) for each in made if SITE.get(each.meta) is not None)
            for request in made:
                if SITE.get(request.meta) is None:
                    self.enqueue_request(request)
            self._visited(endings.of_response(leased, response, links, time.time(), fresh))

    def is_late(self, response: Response) -> bool:
        """Whether the visit has ended already: its lease was lost, and the page was leased again and answered."""
        return FRONTIER_KEY.get(response.meta) is not None and self._leased(response.meta) is None

    def void(self, response: Response) -> None:
        """Make no row of this answer, now or later."""
        if capture := CAPTURE.get(response.meta):
            Run.of(self._crawler).void(capture.record_id)

    def broke(self, response: Response, error: Exception) -> None:
        """Take the end of a visit whose callback raised."""
        leased = self._leased(response.meta)
        if leased is not None:
            self._visited(endings.of_bug(leased, response, error, time.time()))

    def interrupted(self, response: Response) -> None:
        """Take the end of a visit for whose answer the crawl had no time."""
        leased = self._leased(response.meta)
        if leased is not None:
            self._visited(endings.of_interruption(leased, response, time.time()))

    def acknowledge(self) -> None:
        """Commit everything so far; called before a manifest names the rows. Raises StorageError, ArchiveError."""
        if self._failed:
            raise StorageError(message("the frontier's storage had failed before"))
        self._frontier.flush()
        run = Run.of(self._crawler)
        for record_id in self._frontier.superseded(run.file_ending):
            run.void(record_id)

    def _leased(self, meta: Mapping[str, Any]) -> Leased | None:
        """The visit that a request, or a response to it, belongs to, while it is in flight."""
        return self._frontier.in_flight(FRONTIER_KEY.get(meta) or "")

    def _unanswered(self, key: str, failure: Failure) -> Iterable[Any] | AsyncIterator[Any]:
        """The errback of every request: end the visit, with the requests that the spider's own errback makes."""
        leased = self._frontier.in_flight(key)
        error = failure.value
        if leased is None:  # handed over already: an unchanged page
            return []
        assert error is not None
        visit = endings.of_exception(leased, error, (), time.time())
        if visit is None or visit.state == PENDING:
            if visit is not None:
                self._visited(visit)
                self._back_off(leased.host_id, error)
            return []
        errback = errback_name(leased)
        if errback is None:
            self._visited(visit)
            failure.raiseException()
        return self._errback_results(leased, getattr(self._spider, errback), failure)

    async def _errback_results(
        self, leased: Leased, errback: Callable[[Failure], Any], failure: Failure
    ) -> AsyncIterator[Any]:
        try:
            results = await _collected(errback(failure))
        except SandboxClosedError:
            self._visited(endings.of_interruption(leased, None, time.time()))
            return
        links = tuple(entry_of(each) for each in results if isinstance(each, Request))
        answered = CAPTURE.get(failure.request.meta)  # type: ignore[attr-defined]
        record_id = answered.record_id if answered else None
        assert failure.value is not None
        ending = endings.of_exception(leased, failure.value, links, time.time(), record_id)
        assert ending is not None
        self._visited(ending)
        for each in results:
            if not isinstance(each, Request):
                yield each

    def _back_off(self, host_id: int, error: BaseException) -> None:
        until = getattr(error, "until", 0.0)
        if not self._failed and until:
            try:
                self._frontier.back_off(host_id, until)
            except StorageError as failure:
                self._fail(failure)

    def _visited(self, visit: Visit) -> None:
        if self._failed:
            return
        try:
            self._frontier.visited(visit)
        except (StorageError, ArchiveError) as error:
            self._fail(error)

    def _tick(self) -> None:
        if self._failed:
            return
        try:
            self._frontier.tick()
        except (StorageError, ArchiveError) as error:
            self._fail(error)
        self._count()

    def _count(self) -> None:
        for name, number in self._frontier.stats.items():
            if name == "visits_void":
                logger.warning(
                    "This process stood still for longer than its lease: %d visits do not count, their pages are "
                    "another worker's",
                    number,
                )
            if name.endswith("/many_lists"):
                site = name.split("/")[1]
                logger.warning(
                    "%s: %d list pages found in this run, and more to come. If the site has no end (a calendar, a "
                    "generator of pages), -s SITE_BUDGET='{\"pages\": 10000}' bounds what a run takes from it",
                    site,
                    number,
                )
            self._stats.inc_value(name if name.startswith("site/") else f"frontier/{name}", number)
        self._frontier.stats.clear()

    def _fail(self, error: OSError) -> None:
        self._failed = True
        self._stats.set_value("storage/failure", words(error))
        logger.critical("Storage failed, stopping: %s", error)
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None:
            deferred_from_coro(engine.close_spider_async(reason=STORAGE_FAILED))


async def _collected(output: Any) -> list[Any]:
    """All that a spider's method yields, synchronous or not."""
    results = await ensure_awaitable(iterate_spider_output(output))
    return [each async for each in results] if isinstance(results, AsyncIterable) else list(results)
