"""No URL, name server or redirect brings the crawl to an address that is not on the public internet."""

from __future__ import annotations

import asyncio
import time

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from crawler.downloader.errors import AddressRefusedError
from crawler.downloader.handler import WireHandler
from crawler.downloader.wire.address import AddressPolicy, Resolver, refusal
from crawler.downloader.wire.errors import ForbiddenAddressError
from crawler.downloader.wire.pool import ConnectionPool
from tests.raw_server import LOOPBACK, Answer, RawServer

REFUSED = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200",
    "168.63.129.16", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "203.0.113.9", "192.0.0.192",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo, of 127.0.0.1
]  # fmt: skip
ADMITTED = ["8.8.8.8", "114.114.114.114", "223.5.5.5", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]

PUBLIC = AddressPolicy(private=False, public=True)


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_off_the_public_internet_are_refused(address: str) -> None:
    assert refusal(address)
    with pytest.raises(ForbiddenAddressError, match="ALLOW_PRIVATE_ADDRESSES"):
        PUBLIC.admit("http://example.com/", [address])


@pytest.mark.parametrize("address", ADMITTED)
def test_public_addresses_are_admitted_but_not_anonymously(address: str) -> None:
    assert PUBLIC.admit("http://example.com/", [address]) == [address]
    with pytest.raises(ForbiddenAddressError, match="CONTACT"):
        LOOPBACK.admit("http://example.com/", [address])


def fetch(url: str, pool: ConnectionPool) -> None:
    async def main() -> None:
        handler = WireHandler(pool, maxsize=0, timeout=60)
        try:
            await handler.download_request(Request(url))
        finally:
            await handler.close()

    asyncio.run(main())


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_nothing_is_sent_to_a_loopback_server_under_any_name(host: str) -> None:
    async def main() -> None:
        async with RawServer([Answer([b"HTTP/1.1 200 OK\r\n\r\n"])]) as server:
            handler = WireHandler(ConnectionPool(PUBLIC), maxsize=0, timeout=60)
            with pytest.raises(AddressRefusedError, match=r"refused to connect to .*loopback"):
                await handler.download_request(Request(f"http://{host}:{server.port}/secret"))
            await handler.close()
            assert server.connections == 0

    asyncio.run(main())


@pytest.mark.slow
def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    """DNS rebinding: the second answer of the name server would be the server's own address."""

    async def main() -> None:
        async with RawServer([Answer([b"HTTP/1.1 200 OK\r\n\r\n"])] * 2) as server:
            answers = [["127.0.0.1"], ["127.0.0.2"]]
            asked = []

            async def resolve(host: str, port: int) -> list[str]:
                asked.append(host)
                return answers.pop(0)

            handler = WireHandler(ConnectionPool(LOOPBACK, resolve), maxsize=0, timeout=60)
            request = Request(f"http://rebind.invalid:{server.port}/")
            await handler.download_request(request)
            await handler.close()
            assert asked == ["rebind.invalid"]
            assert request.meta["wire"].ip == "127.0.0.1"
            assert b"Host: rebind.invalid:" in server.received[0]

    asyncio.run(main())


def test_of_several_addresses_only_the_public_ones_are_tried() -> None:
    assert PUBLIC.admit("http://example.com/", ["127.0.0.1", "8.8.8.8", "::1"]) == ["8.8.8.8"]


@pytest.mark.slow
def test_a_dead_address_gives_way_to_the_next() -> None:
    async def main() -> None:
        async with RawServer([Answer([b"HTTP/1.1 200 OK\r\n\r\n"])]) as server:

            async def resolve(host: str, port: int) -> list[str]:
                return ["::1", "127.0.0.1"]  # the server listens on IPv4 only

            handler = WireHandler(ConnectionPool(LOOPBACK, resolve), maxsize=0, timeout=60)
            await handler.download_request(Request(f"http://two.invalid:{server.port}/"))
            await handler.close()

    asyncio.run(main())


@pytest.mark.slow
def test_dead_servers_and_names_are_errors_that_scrapy_knows() -> None:
    with pytest.raises(DownloadConnectionRefusedError, match=r"127\.0\.0\.1"):
        fetch("http://127.0.0.1:1/", ConnectionPool(LOOPBACK))
    with pytest.raises(CannotResolveHostError, match=r"no\.\.where"):
        fetch("http://no..where/", ConnectionPool(LOOPBACK))


def test_a_name_is_looked_up_once_for_all_who_ask_at_the_same_time() -> None:
    async def main() -> None:
        resolver = Resolver()
        first, second = await asyncio.gather(resolver("localhost", 80), resolver("localhost", 80))
        assert first is second

    asyncio.run(main())


def test_a_name_is_looked_up_again_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        asked: list[object] = []
        look, monotonic = loop.getaddrinfo, time.monotonic

        async def counted(host: object, *rest: object, **more: object) -> object:
            asked.append(host)
            return await look(host, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(loop, "getaddrinfo", counted)
        resolver = Resolver()
        first = await resolver("localhost", 80)
        assert await resolver("localhost", 80) == first
        assert asked == ["localhost"]
        monkeypatch.setattr(time, "monotonic", lambda: monotonic() + 3600)
        assert await resolver("localhost", 80) == first
        assert asked == ["localhost"] * 2

    asyncio.run(main())
