"""Answers that a killed run had archived but not acknowledged: read from the archive, not requested again."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.archive.exchange import ArchiveError
from crawler.archive.reader import Stored, read_capture, to_page
from crawler.downloader.errors import CrawlEndsError
from crawler.extract.article import Capture
from crawler.frontier.scheduler import FrontierScheduler
from crawler.request_meta import BROKEN, CAPTURE, HANDED_OUT, HELD, SITE
from crawler.run import Run
from crawler.sandbox.errors import PageBrokenError, SandboxClosedError
from crawler.sandbox.extension import Sandbox

logger = logging.getLogger(__name__)

# A crawl that is killed again and again by somebody else is always looking at some page: that proves nothing against
# it, and the rehearsal beside the crawl is the judge. This many deaths end what not even the rehearsal explains.
MOST_TIMES = 100


class HeldMiddleware:
    """Outermost downloader middleware (lowest number): no robots.txt or delay applies to what it answers."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._crawler = crawler
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """The response as the handler had made it; its capture is that of the old record.

        An answer that was looked at when the crawl was killed is rehearsed beside the crawl; one that was so again and
        again is not looked at any more. Sets meta BROKEN where it ends there. Raises CrawlEndsError.
        """
        capture, times = HELD.pop(request.meta), HANDED_OUT.pop(request.meta) or 0
        if capture is None:
            return None
        try:
            if why := await self._trouble(capture, SITE.of(request.meta), times):
                BROKEN.set(request.meta, why)
                CAPTURE.set(request.meta, capture)
                return Response(request.url)
            stored = read_capture(Run.of(self._crawler).output / "warc", capture)
        except ArchiveError as error:
            # The archive was moved away since: the server still has the page.
            logger.warning("%s: asked for again: %s", request.url, error)
            return None
        except SandboxClosedError as error:
            raise CrawlEndsError(request.url) from error
        scheduler = self._crawler.engine.scheduler if self._crawler.engine else None
        if isinstance(scheduler, FrontierScheduler):
            scheduler.hand_out(request)
        self._stats.inc_value("frontier/from_archive")
        CAPTURE.set(request.meta, stored.capture)
        return _response(request.url, stored)

    async def _trouble(self, capture: Capture, site: str, times: int) -> str | None:
        if times >= MOST_TIMES:
            return f"the crawl ended {times} times while it looked at the page"
        sandbox = Sandbox.of(self._crawler)
        try:
            await (sandbox.rehearse(capture, site) if times else sandbox.ready())
        except PageBrokenError as error:
            return str(error)
        return None


def _response(url: str, stored: Stored) -> Response:
    headers = Headers()
    for name, value in stored.headers:
        headers.appendlist(name, value)
    headers.pop(b"Content-Encoding", None)  # undone, as the handler does it
    body = to_page(stored).body
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    return kind(url=url, status=stored.status, headers=headers, body=body)
