"""Connections to origins: opened to checked addresses, kept while they are good, given out again."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterator
from typing import NamedTuple

from crawler.downloader.wire import tls
from crawler.downloader.wire.address import AddressPolicy, Resolve, Resolver
from crawler.downloader.wire.connection import Connection, Reply
from crawler.downloader.wire.errors import BadHeadError, NoReplyError, UnreachableError

_CONNECT_SECONDS = 15.0  # for each address of a host
_IDLE_SECONDS = 15.0  # shorter than the keep-alive timeout of common servers (Apache 5-15, nginx 75, IIS 120)
_MOST_IDLE = 64


class Origin(NamedTuple):
    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/"


class Pool:
    def __init__(self, policy: AddressPolicy, resolve: Resolve | None = None) -> None:
        self._policy = policy
        self._resolve = resolve or Resolver()
        self._idle: dict[Origin, list[tuple[float, Connection]]] = {}
        self._untrusted: dict[Origin, str] = {}  # what was wrong with an origin's TLS, so that it is met only once

    async def exchange(
        self, origin: Origin, request: bytes, *, method: str, maxsize: int, deadline: float
    ) -> tuple[Reply, Connection]:
        """Send `request`, over a kept connection where there is one. The connection returned is for its facts only.

        Raises WireError.
        """
        for connection in self._kept(origin):
            try:
                reply = await connection.exchange(request, method=method, maxsize=maxsize, deadline=deadline)
            except NoReplyError as error:
                # The server closed the idle connection just now: this request was never looked at.
                if not error.untouched:
                    raise
            except BadHeadError:
                # The tail of the reply before, longer than its Content-Length said.
                pass
            else:
                self._keep(origin, connection)
                return reply, connection
        connection = await self._open(origin, deadline)
        reply = await connection.exchange(request, method=method, maxsize=maxsize, deadline=deadline)
        self._keep(origin, connection)
        return reply, connection

    def close(self) -> None:
        for kept in self._idle.values():
            for _, connection in kept:
                connection.close()
        self._idle.clear()

    def _kept(self, origin: Origin) -> Iterator[Connection]:
        oldest = time.monotonic() - _IDLE_SECONDS
        while kept := self._idle.get(origin):
            since, connection = kept.pop()
            if connection.reusable and since >= oldest:
                yield connection
            else:
                connection.close()

    def _keep(self, origin: Origin, connection: Connection) -> None:
        if not connection.reusable:
            return
        # Re-inserted last: the dict's order is the order of use, so its first origin is the one to give up.
        kept = self._idle.pop(origin, [])
        kept.append((time.monotonic(), connection))
        self._idle[origin] = kept
        while sum(map(len, self._idle.values())) > _MOST_IDLE:
            longest_unused = next(iter(self._idle))
            for _, idle in self._idle.pop(longest_unused):
                idle.close()

    async def _open(self, origin: Origin, deadline: float) -> Connection:
        addresses = self._policy.admit(origin.url, await self._resolve(origin.host, origin.port))
        failure: OSError | None = None
        for address in addresses:
            try:
                return await self._connect(origin, address, deadline)
            except OSError as error:  # TimeoutError and ssl.SSLError are OSErrors
                failure = error
        message = f"cannot connect to {', '.join(addresses)}: {failure or 'timed out'}"
        raise UnreachableError(message, refused=isinstance(failure, ConnectionRefusedError)) from failure

    async def _connect(self, origin: Origin, address: str, deadline: float) -> Connection:
        if origin.scheme == "http":
            return await self._dial(origin, address, deadline, None, None)
        complaint = self._untrusted.get(origin)
        if complaint is None:
            try:
                return await self._dial(origin, address, deadline, tls.strict(), None)
            except ssl.SSLError as error:
                complaint = self._untrusted[origin] = tls.describe(error)
            except ConnectionResetError:  # what some old servers have for a protocol they do not speak
                complaint = "connection reset in the handshake"
        return await self._dial(origin, address, deadline, tls.lenient(), complaint)

    async def _dial(
        self, origin: Origin, address: str, deadline: float, context: ssl.SSLContext | None, complaint: str | None
    ) -> Connection:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout_at(min(deadline, loop.time() + _CONNECT_SECONDS)):
            # The address, not the name: between the check and the connection nothing is looked up again.
            _, connection = await loop.create_connection(
                lambda: Connection(tls_error=complaint),
                address,
                origin.port,
                ssl=context,
                server_hostname=origin.host if context else None,
            )
        return connection
