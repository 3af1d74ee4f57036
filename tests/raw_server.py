"""A server that sends exact bytes and logs what it received: the witness of the capture tests."""

from __future__ import annotations

import asyncio
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import SO_LINGER, SOL_SOCKET
from typing import Literal, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request
from scrapy.http import Response

from crawler.archive.exchange import Exchange
from crawler.downloader.handler import WireHandler
from crawler.downloader.wire.address import AddressPolicy
from crawler.downloader.wire.pool import ConnectionPool

LOOPBACK = AddressPolicy(private=True, public=False)
Then: TypeAlias = Literal["keep", "close", "reset", "hang", "drip"]


@dataclass(frozen=True)
class Answer:
    """`pieces` are flushed one by one, the loop given a turn in between; `then` is what happens to the connection."""

    pieces: Sequence[bytes]
    then: Then = "close"


NOT_FOUND = Answer([b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"], "keep")


class RawServer:
    """Gives the answers in order, one for each request: a list for all paths, or one for each path.

    A path without answers is not found; a connection that outlives the list for all paths is closed.
    """

    def __init__(
        self,
        answers: Sequence[Answer] | Mapping[str, Sequence[Answer]],
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._paths = {path: list(of) for path, of in answers.items()} if isinstance(answers, Mapping) else None
        self._answers = [] if isinstance(answers, Mapping) else list(answers)
        self._tls, self._host = tls, host
        self.received: list[bytes] = []
        self.connections = 0

    async def __aenter__(self) -> RawServer:
        self._server = await asyncio.start_server(self._serve, self._host, 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://{self._host}:{self.port}/"
        self._tasks: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, IndexError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        self.received.append(await reader.readuntil(b"\r\n\r\n"))
        if self._paths is None:
            answer = self._answers.pop(0)
        else:
            answers = self._paths.get(self.received[-1].split(b" ")[1].decode(), [])
            answer = answers.pop(0) if answers else NOT_FOUND
        for piece in answer.pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if answer.then == "reset":
            writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        if answer.then == "hang":
            await reader.read()  # until the client gives up
        while answer.then == "drip":
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)
        return answer.then == "keep"


@dataclass(frozen=True)
class Fetched:
    response: Response
    wire: Exchange
    meta: dict[str, object]


async def fetch(
    server: RawServer, *paths: str, method: str = "GET", maxsize: int = 0, seconds: float = 10
) -> list[Fetched]:
    """Fetch each of `paths` (default: the root), one after the other, through one handler."""
    handler = WireHandler(ConnectionPool(LOOPBACK, settle=0), maxsize=maxsize, timeout=seconds)
    fetched = []
    try:
        for path in paths or ("",):
            request = Request(server.url + path, method=method)
            response = await handler.download_request(request)
            fetched.append(Fetched(response, request.meta["wire"], request.meta))
    finally:
        await handler.close()
    return fetched


def fetch_raw(*pieces: bytes, then: Then = "close", **options: object) -> Fetched:
    """Fetch one page from a server that sends `pieces` and no more."""

    async def main() -> Fetched:
        async with RawServer([Answer(pieces, then)]) as server:
            (fetched,) = await fetch(server, **options)  # type: ignore[arg-type]
            assert fetched.wire.request == server.received[0]
            return fetched

    return asyncio.run(main())


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """The URL, without path, of a server that does with each connection what `serve` says."""
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with suppress(ConnectionError):
            await serve(reader, writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)


@contextmanager
def serving(answers: Mapping[str, Sequence[Answer]]) -> Iterator[RawServer]:
    """A RawServer in a thread, for clients in other processes."""
    with serving_all(RawServer(answers)) as [server]:
        yield server


@contextmanager
def serving_all(*servers: RawServer) -> Iterator[list[RawServer]]:
    """Several in one thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        for server in servers:
            asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        yield list(servers)
        for server in servers:
            asyncio.run_coroutine_threadsafe(server.__aexit__(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def self_signed(folder: Path, host: str = "example.invalid") -> ssl.SSLContext:
    """A server context with a certificate that no one signed, for a name that is not the server's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
