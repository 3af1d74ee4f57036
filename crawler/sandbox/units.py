"""Work in units that have many pages each (WARC files, row groups), by several processes that a page may end."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.forkserver import ensure_running
from threading import Thread
from typing import Protocol, TypeVar

from crawler.language import message
from crawler.sandbox.processor import Processor, ProcessorBeside, TimedProcessor
from crawler.sandbox.worker import COLLECTED, PageLimits

Unit = TypeVar("Unit")
Result = TypeVar("Result")


class Spread(Protocol):
    """Who carries out units: carried_out(), by processes of this machine, or those of a cluster in the same way."""

    def __call__(
        self,
        work: Callable[[Unit, Processor], Result],
        units: Iterable[Unit],
        processes: int,
        limits: PageLimits | None = None,
    ) -> Iterator[tuple[Unit, Result]]: ...


# Processes are forked from one that has nothing but imported modules: a pool begins at once, however often.
_FORKED = multiprocessing.get_context("forkserver")
_QUEUED = 2  # units a process that are handed out ahead: there may be a million of them


def prepare(*modules: str) -> None:
    """Start the process that those of carried_out() are forked from. It imports `modules` meanwhile, once for all."""
    _FORKED.set_forkserver_preload(["__main__", *modules])
    path = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))  # Python 3.11 does not hand it on otherwise
    try:
        ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if path is not None:
            os.environ["PYTHONPATH"] = path


def carried_out(
    work: Callable[[Unit, Processor], Result],
    units: Iterable[Unit],
    processes: int,
    limits: PageLimits | None = None,
) -> Iterator[tuple[Unit, Result]]:
    """Each unit with what `work` gives for it, as it is ready. `work` and units have to be picklable.

    Where a page takes too long or ends its process, the units in hand are done once more behind all others, their pages
    in processes beside: that page is rejected, every other one has the row that it would have had. Work that is done
    once more has to take the place of what was left of the first time. Raises what `work` raises, and behind all others
    OSError for units whose process ends by itself.
    """
    left, ended = iter(units), list[Unit]()
    while (yield from _until_one_ends(work, left, processes, ended, TimedProcessor(limits))):
        pass
    again, lost = iter(ended), list[Unit]()
    yield from _until_one_ends(work, again, processes, lost, ProcessorBeside(limits))
    gone = list[Unit]()
    for unit in lost:  # each alone: it ends nobody else's process
        yield from _until_one_ends(work, iter([unit]), 1, gone, ProcessorBeside(limits))
    if gone:
        raise OSError(
            message(
                "{number} times a process ended with no page in hand: has the machine too little memory?",
                number=len(gone),
            )
        )


def _until_one_ends(
    work: Callable[[Unit, Processor], Result],
    left: Iterator[Unit],
    processes: int,
    ended: list[Unit],
    processor: Processor,
) -> Generator[tuple[Unit, Result], None, bool]:
    """Whether a process ended; then the units that the processes had in hand are added to `ended`."""
    running: dict[Future[Result], Unit] = {}
    broken = False
    with ProcessPoolExecutor(processes, _FORKED, _begin, (dict(os.environ),)) as pool:
        try:
            while True:
                for unit in itertools.islice(left, 0 if broken else processes * _QUEUED - len(running)):
                    try:
                        running[pool.submit(_work, work, unit, processor)] = unit
                    except BrokenProcessPool:
                        ended.append(unit)
                        broken = True
                        break
                if not running:
                    return broken
                for ready in wait(running, return_when=FIRST_COMPLETED).done:
                    unit = running.pop(ready)
                    if isinstance(ready.exception(), BrokenProcessPool):
                        ended.append(unit)
                        broken = True
                    else:
                        yield unit, ready.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _work(work: Callable[[Unit, Processor], Result], unit: Unit, processor: Processor) -> Result:
    with processor:  # a copy, in this process
        return work(unit, processor)


def _begin(environ: dict[str, str]) -> None:
    """`environ` is that of now; the process that this one was forked from has that of its start, of which a bucket's
    address and credentials may be missing.
    """
    os.environ.clear()
    os.environ.update(environ)
    gc.set_threshold(*COLLECTED)
    _end_with_parent()


def _end_with_parent() -> None:
    """Also where it was killed: a pool's processes would do what is in the queue, beside those of the next start."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()
