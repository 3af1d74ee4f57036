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
from crawler.request_meta import CAPTURE, HELD
from crawler.run import Run

logger = logging.getLogger(__name__)


class HeldMiddleware:
    """Outermost downloader middleware (lowest number): no robots.txt or delay applies to what it answers."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._crawler = crawler
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Response | None:
        """The response as the handler had made it; its capture is that of the old record."""
        capture = HELD.pop(request.meta)
        if capture is None:
            return None
        try:
            stored = read_capture(Run.of(self._crawler).output / "warc", capture)
        except ArchiveError as error:
            # The archive was moved away since: the server still has the page.
            logger.warning("%s: asked for again: %s", request.url, error)
            return None
        self._stats.inc_value("frontier/from_archive")
        CAPTURE.set(request.meta, stored.capture)
        return _response(request.url, stored)


def _response(url: str, stored: Stored) -> Response:
    headers = Headers()
    for name, value in stored.headers:
        headers.appendlist(name, value)
    headers.pop(b"Content-Encoding", None)  # undone, as the handler does it
    body = to_page(stored).body
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    return kind(url=url, status=stored.status, headers=headers, body=body)
