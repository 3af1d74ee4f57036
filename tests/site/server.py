"""The server of the demo web: asyncio on loopback in one thread, one port a site, every request written down."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections import UserDict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from tests.site.truth import Truth
from tests.site.webs import OUTLINES
from tests.site.website import Bases, Served, Website

LOOPBACK = "127.0.0.1"
_MAX_HEAD = 64 << 10


class Plan(Protocol):
    """What becomes a site once its address is known."""

    @property
    def name(self) -> str: ...

    def build(self, bases: Bases) -> Served: ...


class Hit(NamedTuple):
    """One request as it came in. `at`: seconds of the monotonic clock."""

    site: str
    method: str
    target: str
    headers: Mapping[bytes, bytes]
    at: float


class Web(UserDict[str, str]):
    """Site name -> base URL ("http://127.0.0.1:PORT"), and what stands behind: `sites`, `hits`, `truth()`."""

    def __init__(self, bases: Bases, sites: Mapping[str, Served]) -> None:
        super().__init__(bases)
        self.sites = sites
        self.hits: list[Hit] = []

    def truth(self) -> dict[str, Truth]:
        """Every article of every site that has one, by the URL of its first page."""
        built = [site for site in self.sites.values() if isinstance(site, Website)]
        return {url: truth for site in built for url, truth in site.truths.items()}

    def rejects(self) -> dict[str, str]:
        """URL -> reason of the pages that look like articles by URL and are none."""
        built = [site for site in self.sites.values() if isinstance(site, Website)]
        return {url: reason for site in built for url, reason in site.rejects.items()}

    def write_sites(self, folder: Path) -> Path:
        """NAME.toml for each site into `folder`, for SITES_DIR."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, site in self.sites.items():
            (folder / f"{name}.toml").write_text(site.toml, "utf-8")
        return folder


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive and pipelining: GET and HEAD, no bodies."""

    def __init__(self, site: Served, hits: list[Hit], open_transports: set[asyncio.Transport]) -> None:
        self._site, self._hits, self._open, self._buffer = site, hits, open_transports, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
            self._answer(head)
        if len(self._buffer) > _MAX_HEAD:
            self._transport.close()

    def _answer(self, head: bytes) -> None:
        lines = head.split(b"\r\n")
        method, _, rest = lines[0].partition(b" ")
        target = rest.rpartition(b" ")[0].decode("latin-1")
        fields = (line.partition(b":") for line in lines[1:])
        headers = {name.strip().lower(): value.strip() for name, _, value in fields}
        self._hits.append(Hit(self._site.name, method.decode("latin-1"), target, headers, time.monotonic()))
        self._transport.write(self._site.answer(target).answer(method, headers))
        if headers.get(b"connection", b"").lower() == b"close":
            self._transport.close()


@contextlib.contextmanager
def serve(*plans: str | Plan, ports: Sequence[int] = (), addresses: Sequence[str] = ()) -> Iterator[Web]:
    """The sites named (default: all three) until the block ends; ports: given or ephemeral; addresses: 127.0.0.1."""
    chosen = [_plan(plan) for plan in plans or tuple(OUTLINES)]
    places = zip(addresses or [LOOPBACK] * len(chosen), ports or [0] * len(chosen), strict=True)
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(listen(port, address)) for address, port in places]
        names = ["{}:{}".format(*bound.getsockname()) for bound in sockets]
        bases = {plan.name: f"http://{name}" for plan, name in zip(chosen, names, strict=True)}
        # A redirect to a site that is not served leads to a host that does not exist.
        known = {name: bases.get(name, f"http://{name}.invalid") for name in (*OUTLINES, *bases)}
        web = Web(bases, {plan.name: plan.build(known) for plan in chosen})
        started = threading.Event()
        loop = asyncio.new_event_loop()
        halt = asyncio.Event()
        bound = dict(zip(web.sites, sockets, strict=True))
        thread = threading.Thread(
            target=loop.run_until_complete, args=(_serve(web, bound, started, halt),), daemon=True
        )
        thread.start()
        started.wait()
        try:
            yield web
        finally:
            loop.call_soon_threadsafe(halt.set)
            thread.join()
            loop.close()


async def _serve(web: Web, bound: Mapping[str, socket.socket], started: threading.Event, halt: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    transports: set[asyncio.Transport] = set()
    servers = [
        await loop.create_server(partial(_Connection, site, web.hits, transports), sock=bound[name])
        for name, site in web.sites.items()
    ]
    started.set()
    await halt.wait()
    for server in servers:
        server.close()
    for transport in tuple(transports):
        transport.abort()
    await asyncio.sleep(0)  # connection_lost runs before the loop ends


def _plan(plan: str | Plan) -> Plan:
    return OUTLINES[plan] if isinstance(plan, str) else plan


def listen(port: int, address: str = LOOPBACK) -> socket.socket:
    """A socket bound to `port` of a loopback address; 0: any free one. OSError when it is taken."""
    # With the protocol named, asyncio switches Nagle's algorithm off: without, pipelined answers wait 40 ms for an ACK.
    bound = socket.socket(proto=socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((address, port))
    return bound
