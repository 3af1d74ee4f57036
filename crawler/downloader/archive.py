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

from crawler.archive.exchange import ArchiveError
from crawler.archive.head import text
from crawler.archive.reader import as_stored
from crawler.downloader.errors import MachineError
from crawler.request_meta import (
    ARTICLE,
    CAPTURE,
    FAMILY,
    KNOWN,
    ROLE,
    SITE,
    STORED_PAGE,
    TLS_ERROR,
    TRAILERS,
    VIA,
    WIRE,
)
from crawler.run import STORAGE_FAILED, Run

logger = logging.getLogger(__name__)


class ArchiveMiddleware:
    """Takes WIRE out of request.meta, leaves CAPTURE and, for articles, STORED_PAGE: the record as it would be read.

    A record that cannot be written ends the crawl, and so does a machine without sockets.
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
        wire = WIRE.pop(request.meta)
        if wire is None:  # made by another middleware: it never was on the wire
            return response
        if self._failure is not None:
            raise ArchiveError(self._failure)
        exchange = replace(wire, metadata=tuple(_metadata(request)), known=KNOWN.get(request.meta))
        try:
            capture = Run.of(self._crawler).archive.write(exchange)
        except Exception as error:
            self._stop(f"{wire.url}: cannot write its record: {error}")
            raise ArchiveError(self._failure) from error
        CAPTURE.set(request.meta, capture)
        if exchange.known is None and ROLE.get(request.meta) == "article":
            STORED_PAGE.set(request.meta, as_stored(exchange, capture))
        stats = self._crawler.stats
        assert stats is not None
        stats.inc_value("archive/records")
        stats.inc_value("archive/bytes", capture.length)
        if wire.truncated:
            stats.inc_value(f"archive/truncated/{wire.truncated}")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """What this machine cannot do for one request it cannot do for the next."""
        if isinstance(exception, MachineError) and self._failure is None:
            self._stop(str(exception))

    def _stop(self, failure: str) -> None:
        self._failure = failure
        logger.critical("Storage failed: %s", failure)
        engine, stats = self._crawler.engine, self._crawler.stats
        assert engine is not None
        assert stats is not None
        stats.set_value("storage/failure", failure)
        self._closing = asyncio.ensure_future(engine.close_spider_async(reason=STORAGE_FAILED))


def _metadata(request: Request) -> Iterator[tuple[str, str]]:
    """Fields of the metadata record: what links a page to where it was found and to its article."""
    meta = request.meta
    if via := _via(request):
        yield "via", via
    for key in (SITE, FAMILY, ROLE):
        if value := key.get(meta):
            yield key.name, value
    if further := ARTICLE.get(meta):
        yield "page", str(further["page"])
        yield "first-record", further["first"]
    if error := TLS_ERROR.get(meta):
        yield "tls-error", error
    for trailer in TRAILERS.get(meta) or ():
        yield "trailer", trailer


def _via(request: Request) -> str | None:
    if redirects := request.meta.get("redirect_urls"):  # of Scrapy's own redirects, which a script's spider may have
        return str(redirects[-1])
    if via := VIA.get(request.meta):
        return via
    referer = request.headers.get(b"Referer")
    return text(referer) if referer else None
