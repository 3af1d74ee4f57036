"""An extension that measures how long the event loop of a crawl works at one thing."""

from __future__ import annotations

import asyncio
import time
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

_SECONDS = 0.01


class Ticker:
    """Stat: loop/longest_gap, milliseconds of the loop's own processor time between two ticks."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._begin, signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _begin(self) -> None:
        self._tick(time.thread_time())

    def _tick(self, before: float) -> None:
        now = time.thread_time()
        assert self._crawler.stats is not None
        self._crawler.stats.max_value("loop/longest_gap", int(1000 * (now - before)))
        asyncio.get_running_loop().call_later(_SECONDS, self._tick, now)
