"""robots.txt as RFC 9309 has it: read once a day, archived like any page, and "unreachable" means "keep away".

Scrapy's own middleware takes a server error for a permission and knows no Crawl-delay.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.downloader.errors import AddressRefusedError, HostBackoffError
from crawler.downloader.hosts import Hosts
from crawler.extract.url import absolute

logger = logging.getLogger(__name__)

_DAY = 86400.0
_UNREACHABLE_SECONDS = 3600.0
_LONGEST_DELAY = 60.0  # a Crawl-delay of days, seen on template sites, would mean never
_MAXSIZE = 500 * 1024  # bytes; RFC 9309 section 2.5: at least this much is to be read
_PRIORITY = 1000
_ROBOTS = "robots"


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Protego
    expires: float  # monotonic


class RobotsMiddleware:
    """Stands in for Scrapy's RobotsTxtMiddleware; obeys ROBOTSTXT_OBEY and the crawl's USER_AGENT.

    Stats: robotstxt/forbidden, robotstxt/status/<status>, robotstxt/unreachable.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        assert crawler.stats is not None
        self._crawler = crawler
        self._stats = crawler.stats
        self._hosts = Hosts.of(crawler)
        self._agent: str = crawler.settings["USER_AGENT"]
        self._rules: dict[str, asyncio.Task[_Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest for a URL that is disallowed, HostBackoffError where robots.txt cannot be had.

        Sets meta "sitemaps" on a seed: the URLs of the Sitemap lines, whatever host they name.
        """
        if request.meta.get("role") == _ROBOTS:
            return
        self._hosts.check(request)
        rules = await self._rules_for(request)
        if request.meta.get("role") == "seed":
            named = (absolute(urljoin(request.url, "/robots.txt"), line) for line in rules.parsed.sitemaps)
            request.meta["sitemaps"] = [url for url in named if url]
        if not rules.parsed.can_fetch(request.url, self._agent):
            self._stats.inc_value("robotstxt/forbidden")
            raise IgnoreRequest(f"{request.url}: disallowed by robots.txt")

    async def _rules_for(self, request: Request) -> _Rules:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        task = self._rules.get(origin)
        if task is None or (task.done() and (_failed(task) or task.result().expires < time.monotonic())):
            task = self._rules[origin] = asyncio.ensure_future(self._fetch(origin, request))
        return await asyncio.shield(task)

    async def _fetch(self, origin: str, request: Request) -> _Rules:
        meta: dict[str, Any] = {"role": _ROBOTS, "download_maxsize": _MAXSIZE, "allow_offsite": True}
        meta |= {key: request.meta[key] for key in ("site", "family") if key in request.meta}
        robots = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, priority=_PRIORITY, dont_filter=True, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(robots)
        except (HostBackoffError, AddressRefusedError):
            raise
        except Exception as error:
            self._stats.inc_value("robotstxt/unreachable")
            raise self._hosts.back_off(request, _UNREACHABLE_SECONDS, f"robots.txt unreachable: {error}") from error
        self._stats.inc_value(f"robotstxt/status/{response.status}")
        if response.status >= 500 or response.status == 429:
            self._stats.inc_value("robotstxt/unreachable")
            raise self._hosts.back_off(request, _UNREACHABLE_SECONDS, f"robots.txt answered {response.status}")
        rules = _Rules(_parse(response), time.monotonic() + _DAY)
        delay = rules.parsed.crawl_delay(self._agent)
        if delay:
            self._hosts.slow_down(urlsplit(origin).hostname or "", min(float(delay), _LONGEST_DELAY))
        return rules


def _parse(response: Response) -> Protego:
    """Any other answer than 200, redirects that lead nowhere included, sets no rules (RFC 9309 section 2.3.1.3)."""
    text = response.body.decode("utf-8-sig", "replace") if response.status == 200 else ""
    return Protego.parse(text)


def _failed(task: asyncio.Task[_Rules]) -> bool:
    return task.cancelled() or task.exception() is not None
