"""The process beside the crawl: python -m crawler.sandbox.worker, with a socket as standard input. No Scrapy.

Both ends write a length of eight bytes and a pickle. The first message is (PageTasks, PageLimits), answered by None;
then every (method, source, site) is answered, in order, by what PageTasks.attempt returns.

The kernel ends the process (SIGPROF) where a page takes more processor time than the limit, in whatever code it is, and
refuses it more memory. It ends by itself when the socket does: a killed crawl leaves none behind.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import resource
import signal
import socket
from dataclasses import dataclass
from typing import Any, BinaryIO

LENGTH = 8
COLLECTED = (20_000, 20, 20)
"""For gc.set_threshold() where pages are handled: each makes some thousand objects and hardly a cycle, and Python's own
threshold, 700, costs a tenth of the time."""
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class PageLimits:
    """For one page: `seconds` of processor time, `stall` seconds by the clock, bytes of private `memory`.

    An ordinary page takes some milliseconds. By the clock only a process that was stopped, or that gets no processor,
    takes long.
    """

    seconds: float = 10.0
    stall: float = 30.0
    memory: int = 512 << 20


def message(content: Any) -> bytes:
    data = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(LENGTH) + data


def _received(stream: BinaryIO) -> Any:
    """The next message. Raises EOFError where there is none."""
    length = stream.read(LENGTH)
    if len(length) < LENGTH:
        raise EOFError
    return pickle.loads(stream.read(int.from_bytes(length)))


def _answer(tasks: Any, limits: PageLimits, *question: Any) -> bytes:
    signal.setitimer(signal.ITIMER_PROF, limits.seconds)
    answer = message(tasks.attempt(*question))
    signal.setitimer(signal.ITIMER_PROF, 0)
    return answer


def _end_with_parent() -> None:
    """Also where this process is stopped, and cannot see the end of its socket."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    _end_with_parent()
    # A terminal's Ctrl-C and a service manager's SIGTERM are for the crawl: it still has pages to finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # Before the first page, whose time would pay for it, and while the crawl is still on its way to it.
    import pipelines.process  # noqa: F401, PLC0415

    gc.set_threshold(*COLLECTED)
    with socket.socket(fileno=os.dup(0)) as end, end.makefile("rb") as stream:
        try:
            tasks, limits = _received(stream)
            resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, limits.memory))
            end.sendall(message(None))
            while True:
                end.sendall(_answer(tasks, limits, *_received(stream)))
        except (EOFError, ConnectionError, pickle.UnpicklingError):
            return


if __name__ == "__main__":
    main()
