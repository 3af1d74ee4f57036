"""What Scrapy only logs: an exception in a pipeline, an extension, a callback, or while one of them closes.

Scrapy goes on and ends as if all were well. Exit status 0 means that every row is there, so each of these is counted.
"""

from __future__ import annotations

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)

EXAMPLES = 10  # messages kept

# How a download fails; the frontier and the run's report tell of it.
_OF_DOWNLOADS = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)


def in_one_line(record: logging.LogRecord) -> bool:
    """A filter of Scrapy's scraper: how a download failed is a line, without the way through the downloader."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, _OF_DOWNLOADS):
        record.msg, record.args = " ".join(f"{record.getMessage()}: {error}".split()), ()
        record.exc_info = None
    return True


class ComponentErrors(logging.Handler):
    """A Scrapy extension. `number` errors so far; `examples` are the first of them, a line each.

    It listens to Scrapy's own loggers, since what close_spider() of a pipeline raises is told nowhere else.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.number = 0
        self.examples: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        handler = cls()
        logger = logging.getLogger("scrapy")
        logger.addHandler(handler)
        # Not at spider_closed: what raises there is to be heard, too.
        crawler.signals.connect(lambda: logger.removeHandler(handler), signals.engine_stopped, weak=False)
        return handler

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or isinstance(error, _OF_DOWNLOADS):
            return
        self.number += 1
        if len(self.examples) < EXAMPLES:
            said = " ".join(record.getMessage().split())
            self.examples.append(f"{said[:200]}: {type(error).__name__}: {error}"[:400])
