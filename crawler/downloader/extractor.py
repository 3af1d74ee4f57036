"""Extraction in a process of its own, so that the crawl's event loop goes on meanwhile. No Scrapy.

    python -m crawler.downloader.extractor      the other end, with a socket as standard input; Extractor starts it

Both ends write a length of eight bytes and a pickle. The first message is a family's sites; then every Stored is
answered by its Outcome, in order. The child ends when the socket does: a killed crawl leaves none behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from typing import Any, BinaryIO

from crawler.archive.reader import Stored, to_page
from crawler.extract.article import Outcome
from crawler.siteconfig.site import Site
from pipelines.process import extract_page

_LENGTH = 8


class ExtractorError(Exception):
    """The process has ended; what it was given has no outcome. Says how it ended."""


class Extractor:
    """One process. `load` is the number of pages before it and in it."""

    def __init__(self, family: str, sites: Mapping[str, Site]) -> None:
        """Starts it. Raises OSError where that is not possible."""
        self.load = 0
        self._first = (family, dict(sites))
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "crawler.downloader.extractor"],
                stdin=theirs.fileno(),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self._turn = asyncio.Lock()
        self._asked: deque[asyncio.Future[Outcome]] = deque()
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def extract(self, stored: Stored, site: str) -> Outcome:
        """What `extract_page` gives for the page. Raises ExtractorError."""
        self.load += 1
        try:
            async with self._turn:  # a page at a time on the way: bodies may be large
                outcome = await self._ask(stored, site)
            return await outcome
        finally:
            self.load -= 1

    def close(self) -> None:
        """End it. Waits for the page in hand."""
        if self._reading is not None:
            self._reading.cancel()
        with contextlib.suppress(OSError):  # it is gone already
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._writer is not None:
            self._writer.close()
        self._socket.close()
        self._process.wait()

    async def _ask(self, stored: Stored, site: str) -> asyncio.Future[Outcome]:
        if self._writer is None or self._reading is None:
            reader, self._writer = await asyncio.open_connection(sock=self._socket)
            self._writer.write(_message(self._first))
            self._reading = asyncio.ensure_future(self._read(reader))
        if self._reading.done():
            raise self._gone()
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._asked.append(outcome)
        self._writer.write(_message((stored, site)))
        with contextlib.suppress(OSError):  # _read sees the end, too, and says so to whoever waits
            await self._writer.drain()
        return outcome

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                length = int.from_bytes(await reader.readexactly(_LENGTH))
                outcome = pickle.loads(await reader.readexactly(length))
                asked = self._asked.popleft()
                if not asked.done():  # a crawl that is stopped waits no more
                    asked.set_result(outcome)
        for asked in self._asked:
            if not asked.done():
                asked.set_exception(self._gone())

    def _gone(self) -> ExtractorError:
        return ExtractorError(f"exit status {self._process.wait()}")


def _message(content: Any) -> bytes:
    data = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(_LENGTH) + data


def _received(stream: BinaryIO) -> Any:
    """The next message. Raises EOFError where there is none."""
    length = stream.read(_LENGTH)
    if len(length) < _LENGTH:
        raise EOFError
    return pickle.loads(stream.read(int.from_bytes(length)))


def main() -> None:
    # A terminal's Ctrl-C and a service manager's SIGTERM are for the crawl: it still has pages to finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with socket.socket(fileno=os.dup(0)) as end, end.makefile("rb") as stream:
        try:
            family, sites = _received(stream)
            while True:
                stored, site = _received(stream)
                end.sendall(_message(extract_page(to_page(stored), family=family, site=sites[site])))
        except (EOFError, ConnectionError, pickle.UnpicklingError):
            return


if __name__ == "__main__":
    main()
