"""Fetches pages with the project's downloader, as a crawl does: python -m tests.crawl_pages < requests > outcomes

In: {"settings": {…}, "requests": [{"url": …, "meta": {…}}, …]}, fetched one after the other. Out, as JSON: what became
of each, the crawl's stats, and the delay of each download slot at the end. With the setting ALL_PUBLIC loopback counts
as the public internet.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.downloader.hosts import Hosts
from crawler.downloader.wire.address import AddressPolicy
from crawler.run import Run
from crawler.signals import host_backs_off

# The downloader of the project alone: Scrapy's own queue in place of the frontier, no rows.
PLAIN = {
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    "SPIDER_MIDDLEWARES": {},
    "ITEM_PIPELINES": {},
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
}
# What goes with the frontier, the sites and the extraction.
NOT_HERE = {
    "DOWNLOADER_MIDDLEWARES": ("crawler.frontier.held.HeldMiddleware",),
    "EXTENSIONS": (
        "crawler.monitor.progress.Progress",
        "crawler.downloader.counter.ResponseCounter",
        "crawler.sandbox.extension.Sandbox",
    ),
}
OUTCOMES: list[dict[str, Any]] = []
RESTS: list[str] = []
DELAYS: dict[str, float] = {}


class Pages(Spider):
    name = "news"
    custom_settings = {"HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012
    requests: list[dict[str, Any]]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Pages:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.ended, signals.spider_closed)
        crawler.signals.connect(spider.rested, host_backs_off)
        crawler.signals.connect(spider.opened, signals.spider_opened)
        return spider

    def opened(self) -> None:
        if self.settings.getbool("ALL_PUBLIC"):
            Hosts.of(self.crawler).addresses = AddressPolicy(private=True, public=True, refusal=lambda address: None)

    async def start(self) -> AsyncIterator[Request]:
        for request in self.next():
            yield request

    def next(self) -> Iterator[Request]:
        if self.requests:
            request = self.requests.pop(0)
            yield Request(request["url"], self.parse, meta=request.get("meta"), errback=self.failed, dont_filter=True)

    def parse(self, response: Response) -> Iterator[Request]:
        capture, meta = response.meta["capture"], response.meta
        outcome = {"status": response.status, "body": response.body.decode("latin-1"), "blocked": meta.get("blocked")}
        OUTCOMES.append(outcome | {"retries": meta.get("retry_times", 0), "capture": asdict(capture)})
        yield from self.next()

    def failed(self, failure: Failure) -> Iterator[Request]:
        assert failure.type is not None
        OUTCOMES.append({"error": failure.type.__name__, "message": failure.getErrorMessage()})
        yield from self.next()

    def rested(self, host: str, until: float, reason: str) -> None:
        RESTS.append(f"{host}: {reason}")

    def ended(self) -> None:
        assert self.crawler.engine is not None
        DELAYS.update({host: slot.delay for host, slot in self.crawler.engine.downloader.slots.items()})
        Run.of(self.crawler).close_archive()


def main() -> None:
    task = json.load(sys.stdin)
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict(PLAIN)
    settings.setdict(task["settings"])
    for table, names in NOT_HERE.items():
        assert set(names) < set(settings[table])
        settings.set(table, {**settings[table], **dict.fromkeys(names)})
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Pages)
    process.crawl(crawler, requests=task["requests"])
    process.start()
    assert crawler.stats is not None
    stats = {key: value for key, value in crawler.stats.get_stats().items() if isinstance(value, str | int | float)}
    json.dump({"outcomes": OUTCOMES, "stats": stats, "delays": DELAYS, "rests": RESTS}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
