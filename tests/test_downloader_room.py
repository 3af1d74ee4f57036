"""Few large bodies are in memory at a time; small ones never wait for them."""

from __future__ import annotations

import asyncio
import gzip
import time

import pytest
from scrapy import Request

from crawler.downloader.errors import CrawlEndsError
from crawler.downloader.handler import WireHandler
from crawler.downloader.wire.pool import ConnectionPool
from crawler.downloader.wire.room import SMALL, Room
from tests.raw_server import LOOPBACK, Answer, RawServer

pytestmark = pytest.mark.slow

BODY = bytes(range(256)) * (3 * SMALL // 256)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PLAIN = Answer([HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY], "keep")
PACKED = Answer([HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(3 * SMALL))])
SMALL_ONE = Answer([HEAD + b"Content-Length: 2\r\n\r\nok"], "keep")
LONG = 60.0


def _handler(patience: float) -> WireHandler:
    return WireHandler(ConnectionPool(LOOPBACK, settle=0, room=Room(1, patience)), maxsize=0, timeout=LONG)


async def _both(first: Answer, second: Answer, patience: float, *, let_go: bool) -> tuple[int, float]:
    """Size of the second body, and how long it took while the first was kept, or was let go in the meantime."""
    async with RawServer({"/1": [first], "/2": [second], "/small": [SMALL_ONE]}) as server:
        handler = _handler(patience)
        kept = await handler.download_request(Request(server.url + "1"))
        assert len(kept.body) > SMALL
        began = time.monotonic()
        waiting = asyncio.ensure_future(handler.download_request(Request(server.url + "2")))
        small = await handler.download_request(Request(server.url + "small"))
        assert small.body == b"ok"
        if let_go:
            del kept
        response = await waiting
        await handler.close()
        return len(response.body), time.monotonic() - began


def test_a_large_body_waits_for_the_one_before_it_but_not_for_ever() -> None:
    for second in (PLAIN, PACKED):
        size, seconds = asyncio.run(_both(PLAIN, second, 1.0, let_go=False))
        assert size == len(BODY)
        assert seconds >= 1.0


def test_it_goes_on_when_the_one_before_is_let_go() -> None:
    for first, second in ((PLAIN, PACKED), (PACKED, PLAIN)):
        size, seconds = asyncio.run(_both(first, second, LONG, let_go=True))
        assert size == len(BODY)
        assert seconds < LONG / 2


def test_the_wait_is_not_the_servers_time() -> None:
    async def main() -> None:
        async with RawServer({"/1": [PLAIN], "/2": [PLAIN]}) as server:
            handler = _handler(5.5)
            kept = await handler.download_request(Request(server.url + "1"))
            slow = await handler.download_request(Request(server.url + "2", meta={"download_timeout": 5.0}))
            await handler.close()
            assert kept.body == slow.body == BODY
            assert slow.flags == []

    asyncio.run(main())


@pytest.mark.parametrize("second", [PLAIN, PACKED])
def test_a_body_that_waits_ends_with_its_crawl(second: Answer) -> None:
    async def main() -> None:
        async with RawServer({"/1": [PLAIN], "/2": [second], "/small": [SMALL_ONE]}) as server:
            room = Room(1, LONG)
            handler = WireHandler(ConnectionPool(LOOPBACK, settle=0, room=room), maxsize=0, timeout=LONG)
            kept = await handler.download_request(Request(server.url + "1"))
            waiting = asyncio.ensure_future(handler.download_request(Request(server.url + "2")))
            await handler.download_request(Request(server.url + "small"))
            handler.end_exchanges()
            with pytest.raises(CrawlEndsError):
                await waiting
            del kept
            assert await room.place() is not None  # nobody holds one for a body that never came
            await handler.close()

    asyncio.run(main())
