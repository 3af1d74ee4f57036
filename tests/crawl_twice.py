"""Runs a spider twice in one process, as a script of the operator's would: python -m tests.crawl_twice NAME=VALUE …"""

from __future__ import annotations

import sys
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.defer import deferred_f_from_coro_f
from scrapy.utils.reactor import install_reactor
from twisted.internet.task import react


async def twice(_reactor: Any, *pairs: str) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.setdict(dict(pair.split("=", 1) for pair in pairs))
    runner = AsyncCrawlerRunner(settings)
    for _ in range(2):
        await runner.crawl("fanwen")


if __name__ == "__main__":
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    react(deferred_f_from_coro_f(twice), sys.argv[1:])
