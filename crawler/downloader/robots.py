"""robots.txt: read once a day, archived like any page, and "unreachable" means "keep away".

Scrapy's own middleware takes a server error for a permission and knows no Crawl-delay.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.archive.exchange import ArchiveError
from crawler.downloader.errors import AddressRefusedError, DisallowedError, HostBackoffError, MachineError
from crawler.downloader.hosts import Hosts
from crawler.downloader.robots_rules import MAX_BYTES, RobotsRules
from crawler.extract.url import absolute
from crawler.language import about, message, words
from crawler.request_meta import FAMILY, ROBOTS_PERMITS, ROLE, SITE, SITEMAPS

logger = logging.getLogger(__name__)

_DAY = 86400.0
_UNREACHABLE_SECONDS = 3600.0
_PRIORITY = 1000
_ORIGINS = 1000  # whose rules are kept: a crawl is at FRONTIER_HOSTS at a time, of as many hosts as there are
_ROBOTS = "robots"


@dataclass(frozen=True, slots=True)
class _Fetched:
    rules: RobotsRules
    expires: float  # monotonic


class RobotsMiddleware:
    """Stands in for Scrapy's RobotsTxtMiddleware. ROBOTSTXT_OBEY=0 is for hosts with private addresses only.

    Stats: robotstxt/forbidden, robotstxt/status/<status>, robotstxt/unreachable.
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._crawler = crawler
        self._stats = crawler.stats
        self._hosts = Hosts.of(crawler)
        self._obey = crawler.settings.getbool("ROBOTSTXT_OBEY")
        self._agent: str = crawler.settings["USER_AGENT"]
        self._fetched: dict[str, asyncio.Task[_Fetched]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises DisallowedError for a URL that is disallowed, HostBackoffError where robots.txt cannot be had.

        Sets meta ROBOTS_PERMITS on others, and on a seed SITEMAPS: the URLs of the Sitemap lines, of any host.
        """
        if ROLE.get(request.meta) == _ROBOTS:
            ROBOTS_PERMITS.set(request.meta, True)
            return
        self._hosts.check(request)
        if not self._obey and not await self._hosts.is_public(request):
            return
        rules = await self._rules_for(request)
        if ROLE.get(request.meta) == "seed":
            named = (absolute(urljoin(request.url, "/robots.txt"), line) for line in rules.sitemaps)
            SITEMAPS.set(request.meta, [url for url in named if url])
        if not rules.permits(request.url):
            self._stats.inc_value("robotstxt/forbidden")
            raise DisallowedError(about(request.url, message("disallowed by robots.txt")))
        ROBOTS_PERMITS.set(request.meta, True)

    async def _rules_for(self, request: Request) -> RobotsRules:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        task = self._fetched.pop(origin, None)
        if task is None or (task.done() and (_failed(task) or task.result().expires < time.monotonic())):
            task = asyncio.ensure_future(self._fetch(origin, request))
            while len(self._fetched) >= _ORIGINS:  # whoever waits for one of them has it
                del self._fetched[next(iter(self._fetched))]
        self._fetched[origin] = task  # behind all others: the first is the one that was asked for longest ago
        return (await asyncio.shield(task)).rules

    async def _fetch(self, origin: str, request: Request) -> _Fetched:
        meta: dict[str, Any] = {"download_maxsize": MAX_BYTES, "allow_offsite": True}
        ROLE.set(meta, _ROBOTS)
        for key in (SITE, FAMILY):
            if value := key.get(request.meta):
                key.set(meta, value)
        robots = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, priority=_PRIORITY, dont_filter=True, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(robots)
        except (HostBackoffError, AddressRefusedError, ArchiveError, MachineError):  # none is the host's doing
            raise
        except Exception as error:
            self._stats.inc_value("robotstxt/unreachable")
            why = message("robots.txt unreachable: {error}", error=words(error))
            raise self._hosts.back_off(request, _UNREACHABLE_SECONDS, why) from error
        self._stats.inc_value(f"robotstxt/status/{response.status}")
        if response.status >= 500 or response.status == 429:
            self._stats.inc_value("robotstxt/unreachable")
            why = message("robots.txt answered {status}", status=response.status)
            raise self._hosts.back_off(request, _UNREACHABLE_SECONDS, why)
        rules = RobotsRules(_body(response), self._agent)
        if rules.delay:
            self._hosts.slow_down(urlsplit(origin).hostname or "", rules.delay)
        return _Fetched(rules, time.monotonic() + _DAY)


def _body(response: Response) -> bytes:
    """Any other answer than 200, redirects that lead nowhere included, sets no rules (RFC 9309 section 2.3.1.3)."""
    return response.body if response.status == 200 else b""


def _failed(task: asyncio.Task[_Fetched]) -> bool:
    return task.cancelled() or task.exception() is not None
