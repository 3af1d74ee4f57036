"""Pages per second of the download handlers over loopback, side by side: python bench/handler.py [seconds]

One server process, one page of 20 KB, 16 requests at a time, each handler called as Scrapy's downloader calls it.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import time
import warnings
from multiprocessing.connection import Connection
from typing import Any, Protocol

from scrapy import Request, Spider
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.downloader.handler import WireHandler

BODY = "<p>学习心得体会</p>".encode("gb18030") * 800
PAGE = (
    b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Fri, 20 Nov 2026 08:00:00 GMT\r\nContent-Type: text/html\r\n"
    b"Connection: keep-alive\r\nVary: Accept-Encoding\r\nContent-Length: %d\r\n\r\n" % len(BODY)
) + BODY
AT_ONCE = 16


class Handler(Protocol):
    async def download_request(self, request: Request) -> Response: ...

    async def close(self) -> None: ...


class _Page(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(PAGE * data.count(b"\r\n\r\n"))


def serve(pipe: Connection) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(_Page, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


async def pages_per_second(handler: Handler, url: str, seconds: float) -> float:
    async def client() -> int:
        pages = 0
        while time.monotonic() < end:
            headers = {"User-Agent": "bench", "Accept-Encoding": "gzip"}
            response = await handler.download_request(Request(url, headers=headers))
            assert len(response.body) == len(BODY)
            pages += 1
        return pages

    start = time.monotonic()
    end = start + seconds
    pages = await asyncio.gather(*(client() for _ in range(AT_ONCE)))
    await handler.close()
    return sum(pages) / (time.monotonic() - start)


def main(seconds: float) -> None:
    warnings.simplefilter("ignore")
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{here.recv()}/page.html"
    settings = {"ALLOW_PRIVATE_ADDRESSES": True, "CONCURRENT_REQUESTS": AT_ONCE, "TWISTED_REACTOR_ENABLED": False}
    for _ in range(3):
        for kind in (AiohttpDownloadHandler, WireHandler):

            async def run(kind: Any = kind) -> float:
                crawler = get_crawler(Spider, settings)
                return await pages_per_second(kind.from_crawler(crawler), url, seconds)

            print(f"{kind.__name__:24}{asyncio.run(run()):8.0f} pages/s")
    server.terminate()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3)
