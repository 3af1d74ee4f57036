"""SIGTERM and SIGINT end a crawl within ten seconds, whatever it is doing.

Most of the time it ends by itself (crawler/downloader/drain.py). Where it cannot, because its only thread waits for a
locked database, a full pipe or a long query, the process is ended as kill -9 would end it: nothing acknowledged is lost
by that, and the same command goes on.
"""

from __future__ import annotations

import atexit
import logging
import os
import select
import signal
import sys
import time
from contextlib import suppress
from threading import Thread

SECONDS = 9.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class ShutdownDeadline:
    """Begins to count with the first of the signals after watch().

    A thread of its own hears of them by the wake-up descriptor, which the interpreter writes to at once; the handlers
    of Python run in the main thread, when that comes to it. What cannot be ended so is compiled code in the main thread
    that does not return.
    """

    def __init__(self) -> None:
        self._heard, self._wakeup = os.pipe()
        os.set_blocking(self._wakeup, False)
        self._status = 0  # of the process, once a signal was heard
        atexit.register(self._leave)
        self._others = -1  # the descriptor that was there before: the event loop's
        Thread(target=self._listen, daemon=True, name="shutdown deadline").start()

    def watch(self) -> None:
        """To be called in the main thread, and again whenever something else may have taken the descriptor."""
        before = signal.set_wakeup_fd(self._wakeup, warn_on_full_buffer=False)
        if before != self._wakeup:
            self._others = before

    def _leave(self) -> None:
        """Taking the interpreter apart is seconds on a busy machine, in which no thread could end it any more."""
        if self._status:
            logging.shutdown()
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError, ValueError):  # nobody reads it, or it is closed
                    stream.flush()
            os._exit(self._status)

    def _listen(self) -> None:
        deadline, status = None, 0
        while True:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self._heard], [], [], left)[0]:
                os._exit(status)
            numbers = os.read(self._heard, 64)
            if self._others >= 0:
                try:
                    os.write(self._others, numbers)
                except OSError:  # full, which is as good; or closed with its loop
                    self._others = -1
            heard = [number for number in numbers if number in _SIGNALS]
            if heard and deadline is None:
                deadline, status = time.monotonic() + SECONDS, 128 + heard[0]
                self._status = status
