"""Progress of the crawl: a live line on a terminal, one line a minute in a log."""

from __future__ import annotations

import logging
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TextIO, runtime_checkable

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import AsyncioLoopingCall, create_looping_call
from twisted.internet.task import LoopingCall

from crawler.language import language_of, message

if TYPE_CHECKING:
    from rich.live import Live

logger = logging.getLogger(__name__)

LIVE_SECONDS = 0.5
LOG_SECONDS = 60.0


@runtime_checkable
class Counted(Protocol):
    """A scheduler that knows how many URLs wait, as FrontierScheduler does."""

    @property
    def pending(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Counts since the start; `rate` in pages a second since the last snapshot; `queue` None where it is not known."""

    pages: int
    articles: int
    rejects: int
    rate: float
    queue: int | None

    def line(self) -> str:
        """The counts for a person."""
        return message(
            "{pages} pages, {articles} articles, {rejects} rejects, {rate:.1f} pages/s{queue}",
            pages=self.pages,
            articles=self.articles,
            rejects=self.rejects,
            rate=self.rate,
            queue="" if self.queue is None else message(", {number} in the queue", number=self.queue),
        )


class Progress:
    """A Scrapy extension that reads the counters twice a second."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._say = language_of(crawler.settings["UI_LANGUAGE"]).say
        self._live: Live | None = None
        self._redirected: list[logging.StreamHandler[TextIO]] = []
        self._call: AsyncioLoopingCall | LoopingCall | None = None
        self._start = time.monotonic()
        self._last = (self._start, 0)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        progress = cls(crawler)
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self) -> None:
        self._start, self._last = time.monotonic(), (time.monotonic(), 0)
        if sys.stderr.isatty() and not self._crawler.settings["LOG_FILE"]:
            self._show_live()
        self._call = create_looping_call(self._show_progress)
        self._call.start(LIVE_SECONDS if self._live else LOG_SECONDS, now=False)

    def closed(self) -> None:
        if self._call is not None and self._call.running:
            self._call.stop()
        self._last = self._start, 0  # the last line gives the rate of the whole crawl
        self._show_progress()
        if self._live is not None:
            self._live.stop()
            for handler in self._redirected:
                handler.setStream(sys.stderr)

    def snapshot(self) -> Snapshot:
        stats, engine = self._crawler.stats, self._crawler.engine
        assert stats is not None
        assert engine is not None
        pages = stats.get_value("response_received_count", 0)
        now, (then, before) = time.monotonic(), self._last
        self._last = now, pages
        scheduler = engine.scheduler
        return Snapshot(
            pages=pages,
            articles=stats.get_value("dataset/articles", 0),
            rejects=stats.get_value("dataset/rejects", 0),
            rate=(pages - before) / max(now - then, 1e-6),
            queue=scheduler.pending if isinstance(scheduler, Counted) else None,
        )

    def _show_progress(self) -> None:
        line = self._say(self.snapshot().line())
        if self._live is None:
            logger.info(line)
        else:
            from rich.text import Text  # noqa: PLC0415

            self._live.update(Text(f"{self._crawler.spidercls.name}: {line}", no_wrap=True, overflow="ellipsis"))
            self._live.refresh()

    def _show_live(self) -> None:
        """Log handlers write through the live line, so that log lines appear above it."""
        from rich.console import Console  # noqa: PLC0415 - no log has a need of it
        from rich.live import Live  # noqa: PLC0415

        before = sys.stderr
        self._live = Live(console=Console(stderr=True), auto_refresh=False)
        self._live.start()
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is before:
                handler.setStream(sys.stderr)
                self._redirected.append(handler)
