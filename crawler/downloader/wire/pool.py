"""Connections to origins: opened to checked addresses, kept while they are good, given out again.

A host with a public address has one exchange at a time, and one begun every PUBLIC_INTERVAL seconds at most, whatever
the settings of the crawl are.
"""

from __future__ import annotations

import asyncio
import errno
import ssl
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from crawler.downloader.wire import tls
from crawler.downloader.wire.address import AddressPolicy, Resolve, Resolver
from crawler.downloader.wire.connection import Connection, Reply
from crawler.downloader.wire.errors import (
    BadHeadError,
    ForbiddenAddressError,
    NoReplyError,
    NoSocketError,
    UnreachableError,
)
from crawler.downloader.wire.room import Room
from crawler.language import message, why, words

PUBLIC_INTERVAL = 0.5  # seconds

_CONNECT_SECONDS = 15.0  # for each address of a host
_IDLE_SECONDS = 15.0  # shorter than the keep-alive timeout of common servers (Apache 5-15, nginx 75, IIS 120)
# Bytes that a server sends too much may come late. On a connection that rests they are seen, and it is given up; in the
# next exchange they would be taken for the reply.
_SETTLE_SECONDS = 0.25
_MOST_IDLE = 128
_OF_THIS_MACHINE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Origin(NamedTuple):
    scheme: str
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/"


class Turn:
    """A host's exchanges, one after the other."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._next = 0.0  # monotonic: when the next one may begin

    @asynccontextmanager
    async def taken(self, interval: float) -> AsyncIterator[None]:
        async with self._lock:
            await asyncio.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + interval
            yield


class ConnectionPool:
    """`settle`: seconds for which a connection rests before it carries another exchange."""

    def __init__(
        self,
        policy: AddressPolicy,
        resolve: Resolve | None = None,
        *,
        settle: float = _SETTLE_SECONDS,
        room: Room | None = None,
    ) -> None:
        self._policy = policy
        self._resolve = resolve or Resolver()
        self._settle = settle
        self.room = room or Room()
        self._idle: dict[Origin, deque[tuple[float, Connection]]] = {}  # the longest idle first
        self._unclean: set[Origin] = set()  # they sent more than was asked for: their connections are not kept
        self._turns: defaultdict[str, Turn] = defaultdict(Turn)
        self._untrusted: dict[Origin, str] = {}  # what was wrong with an origin's TLS, so that it is met only once

    async def exchange(
        self, origin: Origin, request: bytes, *, method: str, maxsize: int, seconds: float, robots: bool
    ) -> tuple[Reply, Connection]:
        """Send `request`, over a kept connection where there is one, and wait up to `seconds` for all of the reply.

        `robots`: the host's robots.txt permits the request, or it is the request for robots.txt; without it nothing is
        sent to a public address. The connection returned is for its facts only. Raises WireError.
        """
        addresses = self._policy.admit(origin.url, await self._resolve(origin.host, origin.port))
        if not any(map(self._policy.is_public, addresses)):
            return await self._exchange(origin, addresses, request, method, maxsize, seconds)
        if not robots:
            raise ForbiddenAddressError(message("the host is public, and its robots.txt was not asked"))
        async with self._turns[origin.host].taken(PUBLIC_INTERVAL):
            return await self._exchange(origin, addresses, request, method, maxsize, seconds)

    def close(self) -> None:
        for kept in self._idle.values():
            for _, connection in kept:
                connection.close()
        self._idle.clear()

    async def _exchange(
        self, origin: Origin, addresses: list[str], request: bytes, method: str, maxsize: int, seconds: float
    ) -> tuple[Reply, Connection]:
        deadline = asyncio.get_running_loop().time() + seconds
        while connection := await self._kept(origin):
            try:
                reply = await connection.exchange(request, method=method, maxsize=maxsize, deadline=deadline)
            except NoReplyError as error:
                # The server closed the idle connection just now: this request was never looked at.
                if not error.untouched:
                    raise
            except BadHeadError:
                # The tail of the reply before, longer than its Content-Length said.
                self._unclean.add(origin)
            else:
                self._keep(origin, connection)
                return reply, connection
        connection = await self._open(origin, addresses, deadline)
        reply = await connection.exchange(request, method=method, maxsize=maxsize, deadline=deadline)
        self._keep(origin, connection)
        return reply, connection

    async def _kept(self, origin: Origin) -> Connection | None:
        """A connection to `origin` that has rested and is clean, if there is one."""
        while kept := self._idle.get(origin):
            rested = time.monotonic() - kept[0][0]
            if rested < self._settle:
                return None
            _, connection = kept.popleft()
            if rested < _IDLE_SECONDS and await connection.is_quiet() and origin not in self._unclean:
                return connection
            if connection.unsolicited:
                self._unclean.add(origin)
            connection.close()
        return None

    def _keep(self, origin: Origin, connection: Connection) -> None:
        if connection.unsolicited:
            self._unclean.add(origin)
        if not connection.reusable or origin in self._unclean:
            connection.close()
            return
        # Re-inserted last: the dict's order is the order of use, so its first origin is the one to give up.
        kept = self._idle.pop(origin, None) or deque()
        kept.append((time.monotonic(), connection))
        self._idle[origin] = kept
        while sum(map(len, self._idle.values())) > _MOST_IDLE:
            self._give_up(next(iter(self._idle)))  # the one that was longest unused

    def _give_up(self, origin: Origin) -> None:
        for _, idle in self._idle.pop(origin):
            idle.close()

    async def _open(self, origin: Origin, addresses: list[str], deadline: float) -> Connection:
        failure: OSError | None = None
        for address in addresses:
            try:
                try:
                    return await self._connect(origin, address, deadline)
                except OSError as error:
                    if error.errno not in _OF_THIS_MACHINE or not self._idle:
                        raise
                    for each in list(self._idle):
                        self._give_up(each)
                    await asyncio.sleep(0)  # in which they are closed
                    return await self._connect(origin, address, deadline)
            except OSError as error:  # TimeoutError and ssl.SSLError are OSErrors
                failure = error
        if failure is not None and failure.errno in _OF_THIS_MACHINE:
            raise NoSocketError(message("no socket to connect with: {why}", why=why(failure))) from failure
        refused = isinstance(failure, ConnectionRefusedError)
        # Python says "Connect call failed" of every error.
        reason = message("Connection refused") if refused else words(failure) if failure else message("timed out")
        where = ", ".join(addresses)
        raise UnreachableError(
            message("cannot connect to {addresses}: {why}", addresses=where, why=reason), refused=refused
        ) from failure

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
                lambda: Connection(self.room, tls_error=complaint),
                address,
                origin.port,
                ssl=context,
                server_hostname=origin.host if context else None,
            )
        return connection
