"""A host that asks to be left alone is: Retry-After, 429, and pages that a firewall sends in place of the site's."""

from __future__ import annotations

import logging
import time

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.archive.head import text
from crawler.downloader.hosts import Hosts, host_of
from crawler.extract.blocked import blocked
from crawler.extract.refusal import LONGEST_WAIT, asks_to_wait, is_page, seconds
from crawler.language import message
from crawler.request_meta import CAPTURE, STORED_PAGE

logger = logging.getLogger(__name__)

_SHORT = 8.0  # seconds; up to here the download queue waits, beyond it the frontier does (SIGTERM ends within 10 s)
_FIRST = 60.0  # a 429 that names no time: a minute, then two, four …
_WAITS = 5  # in a row: short waits are not believed any more


class BackoffMiddleware:
    """Stands between decompression and Scrapy's retries: what is handled here is not retried there."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._hosts = Hosts.of(crawler)
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BackoffMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises HostBackoffError while the host is left alone."""
        self._hosts.check(request)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Raises HostBackoffError where the host asked for a long wait; returns the request again for a short one.

        Has the page judged for whether a firewall sent it, but for an article just archived: that the spider judges.
        """
        host = host_of(request)
        wait = wait_for(response, self._hosts.waits[host], time.time())
        if wait is not None:
            return self._wait(request, response, wait)
        self._hosts.waits[host] = 0
        is_success = is_page(response.status)
        if is_success and STORED_PAGE.get(request.meta) is not None:
            return response  # after its extraction: to look at each page here takes a tenth of the loop's time
        name = blocked(response.status, () if is_success else _headers(response), response.body)
        self._hosts.judge(request, name)
        if name is not None:
            request.meta["dont_retry"] = True
        return response

    def _wait(self, request: Request, response: Response, wait: float) -> Request:
        host = host_of(request)
        self._hosts.waits[host] += 1
        self._stats.inc_value(f"quiet/{response.status}")
        if self._hosts.waits[host] > _WAITS:
            wait = max(wait, _FIRST * 2 ** min(self._hosts.waits[host] - _WAITS, 10))
        if wait > _SHORT:
            why = message("status {status}, asked to wait {wait:.0f} s", status=response.status, wait=wait)
            raise self._hosts.back_off(request, wait, why)
        self._hosts.pause(request, wait)
        again = request.copy()
        again.dont_filter = True
        CAPTURE.pop(again.meta)
        STORED_PAGE.pop(again.meta)
        return again


def _headers(response: Response) -> list[tuple[str, str]]:
    """As re-extraction reads them from the record; blocked() looks at none of a page with status 2xx."""
    return [(text(name), text(b", ".join(values))) for name, values in response.headers.items()]


def wait_for(response: Response, before: int, now: float) -> float | None:
    """Seconds that `response` asks the crawl to wait. `before`: how many answers in a row have asked to wait already.

    Returns None where it does not ask: what to do then is Scrapy's retry middleware's to say.
    """
    retry_after = text(b", ".join(response.headers.getlist(b"Retry-After")))
    if not asks_to_wait(response.status, retry_after):
        return None
    named = seconds(retry_after, now)
    return min(_FIRST * 2 ** min(before, 20) if named is None else max(named, 1.0), LONGEST_WAIT)
