"""A host that asks for quiet gets it: Retry-After, 429, and pages that a firewall sends in place of the site's."""

from __future__ import annotations

import logging
import time

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.downloader.hosts import Hosts, host_of
from crawler.extract.blocked import blocked
from crawler.extract.refusal import asks_to_wait, seconds

logger = logging.getLogger(__name__)

_SHORT = 8.0  # seconds; up to here the download queue waits, beyond it the frontier does (SIGTERM ends within 10 s)
_FIRST = 60.0  # a 429 that names no time: a minute, then two, four …
_LONGEST = 86400.0
_REFUSALS = 5  # in a row: short waits are not believed any more
_BLOCKS = 3  # in a row; a single one may be the firewall's opinion of one URL
_BLOCKED_REST = 3600.0


class QuietMiddleware:
    """Stands between decompression and Scrapy's retries: what is handled here is not retried there."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._hosts = Hosts.of(crawler)
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> QuietMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises HostRestingError while the host rests."""
        self._hosts.check(request)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Sets meta "blocked" on a page that a firewall sent. Raises HostRestingError where the host now rests."""
        host = host_of(request)
        wait = wait_for(response, self._hosts.refusals[host], time.time())
        if wait is not None:
            return self._wait(request, response, wait)
        self._hosts.refusals[host] = 0
        name = blocked(response.status, _headers(response), response.body)
        if name is None:
            self._hosts.blocks[host] = 0
            return response
        return self._blocked(request, response, name)

    def _wait(self, request: Request, response: Response, wait: float) -> Request:
        host = host_of(request)
        self._hosts.refusals[host] += 1
        self._stats.inc_value(f"quiet/{response.status}")
        if self._hosts.refusals[host] > _REFUSALS:
            wait = max(wait, _FIRST * 2 ** min(self._hosts.refusals[host] - _REFUSALS, 10))
        if wait > _SHORT:
            raise self._hosts.rest(request, wait, f"status {response.status}, asked to wait {wait:.0f} s")
        self._hosts.pause(request, wait)
        again = request.copy()
        again.dont_filter = True
        again.meta.pop("capture", None)
        again.meta.pop("stored", None)
        return again

    def _blocked(self, request: Request, response: Response, name: str) -> Response:
        host = host_of(request)
        request.meta["blocked"] = name
        self._hosts.blocks[host] += 1
        self._stats.inc_value(f"blocked/{name}")
        if site := request.meta.get("site"):
            self._stats.inc_value(f"site/{site}/blocked")
        logger.info("Blocked (%s): %s", name, request.url)
        if self._hosts.blocks[host] >= _BLOCKS:
            self._hosts.blocks[host] = 0
            self._hosts.rest(request, _BLOCKED_REST, f"blocked by {name}, {_BLOCKS} times in a row")
        request.meta["dont_retry"] = True
        return response


def _headers(response: Response) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), b", ".join(values).decode("latin-1")) for name, values in response.headers.items()]


def wait_for(response: Response, before: int, now: float) -> float | None:
    """Seconds that `response` asks the crawl to wait, None when it does not; `before` answers like it came just now.

    What does not is Scrapy's to retry.
    """
    retry_after = b", ".join(response.headers.getlist(b"Retry-After")).decode("latin-1")
    if not asks_to_wait(response.status, retry_after):
        return None
    named = seconds(retry_after, now)
    return min(_FIRST * 2**before if named is None else max(named, 1.0), _LONGEST)
