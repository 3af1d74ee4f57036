"""The download handler for http and https: what goes over the wire is kept to the byte.

Every reply, whole or cut, is put into request.meta as WIRE, an Exchange, before Scrapy makes a Response of it, and
what is recorded is what is delivered: content coding undone, nothing else; a body that was cut comes with the flags
"dataloss" and "truncated:<reason>". HttpCompressionMiddleware finds nothing to do.
An own client over asyncio, because aiohttp rewrites URLs and refuses heads that it cannot parse: they would be lost.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from ipaddress import ip_address

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.archive.coding import LIMIT, DecodedBody, decode
from crawler.archive.exchange import Exchange
from crawler.archive.head import text
from crawler.downloader.errors import AddressRefusedError, CrawlEndsError, LeaseLostError, MachineError
from crawler.downloader.hosts import Hosts
from crawler.downloader.request import WireRequest, wire_request
from crawler.downloader.wire import tls
from crawler.downloader.wire.connection import Connection, Reply
from crawler.downloader.wire.errors import (
    ForbiddenAddressError,
    NoSocketError,
    ReplyTimeoutError,
    UnreachableError,
    UnresolvedHostError,
    WireError,
)
from crawler.downloader.wire.pool import ConnectionPool
from crawler.downloader.wire.room import SMALL
from crawler.language import about, message, words
from crawler.request_meta import ROBOTS_PERMITS, TLS_ERROR, TRAILERS, WIRE
from crawler.signals import crawl_ending


class WireHandler:
    """Settings: DOWNLOAD_TIMEOUT (seconds, all of it), DOWNLOAD_MAXSIZE (bytes)."""

    lazy = True

    def __init__(
        self,
        pool: ConnectionPool,
        *,
        maxsize: int,
        timeout: float,
        may_ask: Callable[[Request], bool] = lambda request: True,
    ) -> None:
        self._pool = pool
        self._may_ask = may_ask
        self._maxsize = maxsize
        self._timeout = timeout
        self._stops: set[asyncio.Timeout] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WireHandler:
        settings = crawler.settings
        maxsize, timeout = settings.getint("DOWNLOAD_MAXSIZE"), settings.getfloat("DOWNLOAD_TIMEOUT")
        hosts = Hosts.of(crawler)
        pool = ConnectionPool(hosts.addresses, hosts.resolve)
        handler = cls(pool, maxsize=maxsize, timeout=timeout, may_ask=hosts.may_ask)
        crawler.signals.connect(handler.end_exchanges, crawl_ending)
        return handler

    async def download_request(self, request: Request) -> Response:
        """Fetch `request`. Sets meta WIRE, "download_latency" and, where TLS was not trustworthy, TLS_ERROR.

        Raises Scrapy's download exceptions, AddressRefusedError, CrawlEndsError, LeaseLostError and MachineError.
        """
        if not self._may_ask(request):  # here and not earlier: it may have waited long for its turn
            raise LeaseLostError(request.url)
        meta = request.meta
        # A retry carries a copy of the old meta. Its CAPTURE stays until there is another: it may remain the last.
        for stale in (WIRE, TLS_ERROR, TRAILERS):
            stale.pop(meta)
        if meta.get("proxy"):
            raise DownloadCancelledError(
                about(request.url, message("no proxies: the record would name the wrong peer"))
            )
        try:
            wire = wire_request(request)
        except ValueError as error:
            raise DownloadCancelledError(words(error)) from error
        timeout: float = meta.get("download_timeout", self._timeout)
        maxsize: int = meta.get("download_maxsize", self._maxsize)
        stop = asyncio.timeout(None)
        self._stops.add(stop)
        try:
            async with stop:
                reply, connection = await self._pool.exchange(
                    wire.origin,
                    wire.data,
                    method=request.method,
                    maxsize=maxsize,
                    seconds=timeout,
                    robots=ROBOTS_PERMITS.get(meta) is True,
                )
                place, decoded = reply.place, _decoded(reply, SMALL)
                if decoded.truncated:  # by that limit, or damaged somewhere
                    place = place or await self._pool.room.place()
                    decoded = _decoded(reply, LIMIT)
        except WireError as error:
            raise _translated(error)(about(wire.url, words(error))) from error
        except TimeoutError as error:
            raise CrawlEndsError(wire.url) from error
        finally:
            self._stops.discard(stop)
        meta["download_latency"] = reply.latency
        WIRE.set(meta, _exchange(wire, reply, connection))
        if connection.tls_error:
            TLS_ERROR.set(meta, connection.tls_error)
        if reply.trailers:
            TRAILERS.set(meta, [text(line.strip()) for line in reply.trailers])
        response = _response(request.url, reply, decoded, connection)
        if place is not None:
            weakref.finalize(response, place.release).atexit = False
        return response

    def end_exchanges(self) -> None:
        """End every exchange that is under way with CrawlEndsError; nothing of it is recorded."""
        now = asyncio.get_running_loop().time()
        for stop in self._stops:
            stop.reschedule(now)

    async def close(self) -> None:
        self._pool.close()


def _translated(error: WireError) -> type[Exception]:
    """What Scrapy calls it: its retry middleware goes by the class."""
    match error:
        case ForbiddenAddressError():
            return AddressRefusedError
        case NoSocketError():
            return MachineError
        case UnresolvedHostError():
            return CannotResolveHostError
        case UnreachableError(refused=True):
            return DownloadConnectionRefusedError
        case ReplyTimeoutError():
            return DownloadTimeoutError
    return DownloadFailedError


def _exchange(wire: WireRequest, reply: Reply, connection: Connection) -> Exchange:
    major, minor = reply.head.version
    version, cipher = connection.tls or (None, None)
    return Exchange(
        url=wire.url,
        fetched_at=reply.sent_at,
        request=wire.data,
        response_head=reply.head.raw,
        body=reply.body,
        ip=connection.ip,
        protocols=(f"http/{major}.{minor}", *([tls.protocol(version)] if version else [])),
        cipher=tls.suite(cipher) if cipher else None,
        truncated=reply.truncated,
        metadata=(),
    )


def _decoded(reply: Reply, limit: int) -> DecodedBody:
    """By what reads the archive back: the crawl and a later re-extraction see the same bytes."""
    return decode(reply.body, text(b",".join(reply.head.values(b"content-encoding"))), limit)


def _response(url: str, reply: Reply, decoded: DecodedBody, connection: Connection) -> Response:
    headers = Headers(reply.head.headers)
    headers.pop(b"Content-Encoding", None)
    kind = responsetypes.from_args(headers=headers, url=url, body=decoded.body)
    cut = reply.truncated or decoded.truncated
    major, minor = reply.head.version
    return kind(
        url=url,
        status=reply.head.status,
        headers=headers,
        body=decoded.body,
        flags=["dataloss", f"truncated:{cut}"] if cut else [],
        ip_address=ip_address(connection.ip) if connection.ip else None,
        protocol=f"HTTP/{major}.{minor}",
    )
