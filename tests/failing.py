"""Components of somebody else's that raise, for tests: named in settings by their import path."""

from __future__ import annotations

import os
import signal
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler


class FailsInClose:
    def process_item(self, item: Any) -> Any:
        return item

    def close_spider(self) -> None:
        raise RuntimeError("closing failed")


class FailsForOneItem:
    def process_item(self, item: Any) -> Any:
        if "/a/3.html" in item.url:
            raise RuntimeError("this one item")
        return item


class DiesOfOneItem:
    def process_item(self, item: Any) -> Any:
        if "/a/3.html" in item.url:
            os.kill(os.getpid(), signal.SIGKILL)
        return item


class FailsAtTheEnd:
    """An extension."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.closed, signals.spider_closed)
        return extension

    def closed(self) -> None:
        raise RuntimeError("an extension failed")
