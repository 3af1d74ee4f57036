"""Innermost middleware: every response becomes a record before anything else sees it.

A middleware and not a signal: an exception here stops the response, in a signal handler it would only be logged, and
an article without a record would come out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.archive.exchange import ArchiveError, Exchange
from crawler.archive.head import text
from crawler.archive.reader import as_stored
from crawler.run import STORAGE_FAILED, Run

logger = logging.getLogger(__name__)


class ArchiveMiddleware:
    """Takes request.meta["wire"], leaves meta["capture"] and, for articles, meta["stored"]: the record as read.

    A record that cannot be written ends the crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._failure: str | None = None
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Write the exchange. Raises ArchiveError, then and for every response that comes later."""
        wire: Exchange | None = request.meta.pop("wire", None)
        if wire is None:  # made by another middleware: it never was on the wire
            return response
        if self._failure is not None:
            raise ArchiveError(self._failure)
        # "known": the frontier's record of the page as it was last.
        exchange = replace(wire, metadata=tuple(_metadata(request)), known=request.meta.get("known"))
        try:
            capture = Run.of(self._crawler).archive.write(exchange)
        except Exception as error:
            self._stop(f"{wire.url}: cannot write its record: {error}")
            raise ArchiveError(self._failure) from error
        request.meta["capture"] = capture
        if exchange.known is None and request.meta.get("role") == "article":
            request.meta["stored"] = as_stored(exchange, capture)
        stats = self._crawler.stats
        assert stats is not None
        stats.inc_value("archive/records")
        stats.inc_value("archive/bytes", capture.length)
        if wire.truncated:
            stats.inc_value(f"archive/truncated/{wire.truncated}")
        return response

    def _stop(self, failure: str) -> None:
        self._failure = failure
        logger.critical("Storage failed: %s", failure)
        engine = self._crawler.engine
        assert engine is not None
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason=STORAGE_FAILED))


def _metadata(request: Request) -> Iterator[tuple[str, str]]:
    """Fields of the metadata record: what links a page to where it was found and to its article."""
    meta = request.meta
    if via := _via(request):
        yield "via", via
    for field in ("site", "family", "role"):
        if field in meta:
            yield field, str(meta[field])
    if article := meta.get("article"):
        yield "page", str(article["page"])
        yield "first-record", str(article["first"])
    if "tls-error" in meta:
        yield "tls-error", meta["tls-error"]
    for trailer in meta.get("trailers", ()):
        yield "trailer", trailer


def _via(request: Request) -> str | None:
    if redirects := request.meta.get("redirect_urls"):
        return str(redirects[-1])
    if via := request.meta.get("via"):
        return str(via)
    referer = request.headers.get(b"Referer")
    return text(referer) if referer else None
