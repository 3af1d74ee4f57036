"""A crawl that is told to end, ends: Scrapy by itself waits for each request it has begun, delays and all."""

from __future__ import annotations

import time

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from crawler.downloader.errors import CrawlEndsError
from crawler.signals import crawl_ending

_LOOK = 0.25  # seconds; Scrapy has no signal for the beginning of the end
_PATIENCE = 4.0  # seconds for the exchanges that are under way: most need one


class Drain:
    """Extension. On SIGTERM, or when the storage fails, queued requests are put off at once, hung ones after 4 s."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._since: float | None = None
        self._looking = create_looping_call(self._look)
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Drain:
        return cls(crawler)

    def _opened(self) -> None:
        self._looking.start(_LOOK, now=False)

    def _closed(self) -> None:
        if self._looking.running:
            self._looking.stop()

    def _look(self) -> None:
        engine = self._crawler.engine
        if engine is None or engine._slot is None or engine._slot.closing is None:
            return
        if self._since is None:
            self._since = time.monotonic()
        for slot in engine.downloader.slots.values():
            while slot.queue:
                request, waiting = slot.queue.popleft()
                waiting.errback(CrawlEndsError(request.url))
        if time.monotonic() - self._since >= _PATIENCE:
            self._crawler.signals.send_catch_log(crawl_ending)
