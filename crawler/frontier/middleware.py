"""Spider middleware: the requests that a response yields go to the frontier together with the end of its visit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.downloader.errors import CrawlEndsError
from crawler.frontier.scheduler import SLICE, FrontierScheduler
from crawler.sandbox.errors import SandboxClosedError


class UnchangedError(IgnoreRequest):
    """The page has not changed since its row was made: the spider does not see it."""


class FrontierMiddleware:
    """Outermost spider middleware (lowest number): it sees the requests as the other middlewares have left them."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_spider_input(self, response: Response) -> None:
        """Raises UnchangedError for an article that is as it was."""
        if self._scheduler.is_unchanged(response):
            self._scheduler.answered(response, [])
            raise UnchangedError(f"{response.url} is unchanged")

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Hands the visit over, then passes the items on: no row is made before its visit has ended."""
        items: list[Any] = []
        requests: list[Request] = []
        try:
            async for each in result:
                if isinstance(each, Request):
                    requests.append(each)
                    if len(requests) % SLICE == 0:
                        await asyncio.sleep(0)
                else:
                    items.append(each)
            requests, fresh = await self._scheduler.store_slices(response, requests)
        except Exception as error:
            if self._ended(response, error):
                return
            raise
        if self._scheduler.is_late(response):
            if items or requests:
                self._scheduler.void(response)
            return
        self._scheduler.answered(response, requests, fresh)
        for item in items:
            yield item

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        """Ends the visit of a callback that raised: Scrapy asks here first for what it raised before all output."""
        return [] if self._ended(response, exception) else None

    def _ended(self, response: Response, error: Exception) -> bool:
        """Whether the visit only waits for the next run; otherwise its callback has failed."""
        if isinstance(error, (SandboxClosedError, CrawlEndsError)):
            self._scheduler.interrupted(response)
            return True
        self._scheduler.broke(response, error)
        return False

    @property
    def _scheduler(self) -> FrontierScheduler:
        engine = self._crawler.engine
        assert engine is not None
        scheduler = engine.scheduler
        assert isinstance(scheduler, FrontierScheduler), "FrontierMiddleware works with FrontierScheduler only"
        return scheduler
