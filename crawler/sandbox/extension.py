"""The pool of processes of a crawl, as a Scrapy extension."""

from __future__ import annotations

from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.run import Run
from crawler.sandbox.pool import Pool
from crawler.sandbox.tasks import PageTasks
from crawler.signals import crawl_ending


class Sandbox:
    """Setting: EXTRACT_PROCESSES, the number of processes, at least one. From spider_opened on there is a pool."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._pool: Pool | None = None
        crawler.signals.connect(self._open, signals.spider_opened)
        crawler.signals.connect(self._close, crawl_ending)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Pool:
        """The crawl's pool."""
        sandbox = crawler.get_extension(cls)
        if sandbox is None or sandbox._pool is None:
            raise RuntimeError("EXTENSIONS lacks crawler.sandbox.extension.Sandbox, or the spider is not open")
        return sandbox._pool

    def _open(self, spider: Spider) -> None:
        run = Run.of(self._crawler)
        tasks = PageTasks(spider.name, getattr(spider, "sites", {}), run.output / "warc", run.profiles)
        self._pool = Pool(tasks, self._crawler.settings.getint("EXTRACT_PROCESSES"))
        self._pool.begin()

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.close()
