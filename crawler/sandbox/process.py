"""The crawl's end of one process that parses pages. No Scrapy."""

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
from typing import Any

from crawler.extract.article import Article
from crawler.sandbox.tasks import PageTasks, Source
from crawler.sandbox.worker import LENGTH, PageLimits, message

_START_SECONDS = 60.0  # by the clock, on a machine that has much to do

Attempt = tuple[bool, Any]  # of PageTasks.attempt


def start(theirs: socket.socket) -> subprocess.Popen[bytes]:
    """A process at the other end of `theirs`. Raises OSError."""
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.sandbox.worker"],
        stdin=theirs.fileno(),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


class ProcessEndedError(Exception):
    """It ended before it answered. The message says how.

    `started`: it had come so far as to take pages. `guilty`: it had this page in hand, no other before it. `slow`: the
    page had used up its processor time.
    """

    def __init__(self, message: str, *, started: bool, guilty: bool, slow: bool) -> None:
        super().__init__(message)
        self.started = started
        self.guilty = guilty
        self.slow = slow


class Process:
    """`load` is the number of pages before it and in it."""

    def __init__(self, tasks: PageTasks, limits: PageLimits) -> None:
        """Starts it. Raises OSError where that is not possible."""
        self.load = 0
        self._first = message((tasks, limits))
        self._limits = limits
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._child = start(theirs)
        self._turn = asyncio.Lock()
        self._started = False
        self._stalled: float | None = None  # seconds without an answer
        self._asked: deque[asyncio.Future[Attempt]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def ask(self, method: str, source: Source | Article | None, site: str) -> Attempt:
        """What PageTasks.attempt returns. Raises ProcessEndedError."""
        self.load += 1
        try:
            async with self._turn:  # a page at a time on the way: bodies may be large
                answer = await self._send(message((method, source, site)))
            return await answer
        finally:
            self.load -= 1

    def kill(self) -> None:
        """End it at once, whatever state it is in. Those who wait for it get ProcessEndedError."""
        self._child.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # the kernel holds it: it ends when the kernel lets it
            self._child.wait(1)
        if self._writer is None:
            self._socket.close()
        else:
            self._writer.transport.abort()

    async def _send(self, question: bytes) -> asyncio.Future[Attempt]:
        if self._writer is None or self._reading is None:
            reader, self._writer = await asyncio.open_connection(sock=self._socket)
            self._writer.write(self._first)
            self._restart_timer(_START_SECONDS)
            self._reading = asyncio.ensure_future(self._read(reader))
        if self._reading.done():
            raise self._ended(guilty=False)
        answer: asyncio.Future[Attempt] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        if len(self._asked) == 1 and self._started:
            self._restart_timer(self._limits.stall)
        self._writer.write(question)
        with contextlib.suppress(OSError):  # _read sees the end, too, and says so to whoever waits
            await self._writer.drain()
        return answer

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            await _received(reader)
            self._started = True
            while True:
                self._restart_timer(self._limits.stall)
                answer = await _received(reader)
                asked = self._asked.popleft()
                if not asked.done():  # a crawl that is stopped waits no more
                    asked.set_result(answer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # it has ended
        finally:
            self._end()

    def _end(self) -> None:
        self._child.kill()
        if self._timer is not None:
            self._timer.cancel()
        guilty = True  # the first: the process had it in hand
        for asked in self._asked:
            if not asked.done():
                asked.set_exception(self._ended(guilty=guilty))
            guilty = False

    def _restart_timer(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._stall, seconds)

    def _stall(self, seconds: float) -> None:
        if self._asked:
            self._stalled = seconds
            self._child.kill()  # _read sees the end

    def _ended(self, *, guilty: bool) -> ProcessEndedError:
        status = self._child.wait()
        how = f"no answer within {self._stalled:g} s" if self._stalled else f"exit status {status}"
        slow = guilty and status == -signal.SIGPROF
        return ProcessEndedError(how, started=self._started, guilty=guilty, slow=slow)


async def _received(reader: asyncio.StreamReader) -> Any:
    length = int.from_bytes(await reader.readexactly(LENGTH))
    return pickle.loads(await reader.readexactly(length))
