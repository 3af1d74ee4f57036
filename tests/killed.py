"""A command that kills itself with SIGKILL at a chosen step: python -m tests.killed STEP NUMBER crawl fanwen -s …

STEP is a name of STEPS, or anything else for none; NUMBER counts from 1. A step is what every way of storing comes
down to: a write, an fsync or a rename of one kind of file, or a commit of the frontier. Archive files and parts are
small, so that rotation and part writing happen often.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from typing import Any, NoReturn

from scrapy.cmdline import execute
from sqlalchemy import Engine, event

from crawler.archive import writer
from crawler.frontier.scheduler import SLICE
from pipelines.dataset import parts

ROTATE = 60_000  # bytes
ROWS = 40
RECORDS = "*.warc.gz.open"
ARCHIVE = "*.warc.gz"
INDEX = "*.cdxj"
PART = "*.parquet"
MANIFEST = "*/manifests/*.json"


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("survived")


def _call(name: str, files: str, number: int, act: Callable[..., Any]) -> None:
    """`act(original, *arguments)` in the place of the NUMBER-th call of os.NAME on a file whose path is like `files`.

    Of two names the second counts; an open file is known by its number.
    """
    original, left = getattr(os, name), [number]

    def wrapper(*arguments: Any, **more: Any) -> Any:
        file = arguments[-1] if name in ("rename", "replace") else os.readlink(f"/proc/self/fd/{arguments[0]}")
        if fnmatch(os.fsdecode(file), files):
            left[0] -= 1
            if left[0] == 0:
                return act(original, *arguments)
        return original(*arguments, **more)

    setattr(os, name, wrapper)


def before(name: str, files: str) -> Callable[[int], None]:
    return lambda number: _call(name, files, number, lambda *_: die())


def after(name: str, files: str) -> Callable[[int], None]:
    def act(original: Callable[..., Any], *arguments: Any) -> NoReturn:
        original(*arguments)
        die()

    return lambda number: _call(name, files, number, act)


def torn(number: int) -> None:
    """Of the record one half has reached the kernel."""

    def act(original: Callable[..., Any], descriptor: int, data: memoryview) -> NoReturn:
        original(descriptor, data[: len(data) // 2])
        die()

    _call("write", RECORDS, number, act)


def commit(number: int) -> None:
    """All of the transaction is done but its end."""
    _database("commit", number)


def committed(number: int) -> None:
    """Before the next transaction begins."""
    _database("begin", number + 1)


def sliced(number: int) -> None:
    """The NUMBER-th slice of a long list is stored: before the next transaction begins."""
    left = [number]

    @event.listens_for(Engine, "before_cursor_execute")
    def count(_: object, cursor: object, statement: str, parameters: Sequence[Any], *more: object) -> None:
        left[0] -= statement.startswith("INSERT INTO url ") and len(parameters) == SLICE

    @event.listens_for(Engine, "begin")
    def begin(_: object) -> None:
        if left[0] <= 0:
            die()


def _database(name: str, number: int) -> None:
    left = [number]

    @event.listens_for(Engine, name)
    def count(_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            die()


STEPS: dict[str, Callable[[int], None]] = {
    "torn record": torn,
    "record written": after("write", RECORDS),
    "before fsync": before("fsync", RECORDS),
    "fsynced": after("fsync", RECORDS),
    "in the transaction": commit,
    "committed": committed,
    "before rotation": before("rename", INDEX),
    "in rotation": after("rename", INDEX),
    "rotated": after("rename", ARCHIVE),
    "part drafted": before("rename", PART),
    "part in place": after("rename", PART),
}
EARLY = tuple(STEPS)
LATE = ("before rotation", "rotated", "part in place", "archive closed", "manifest in place")
STEPS |= {
    "archive closed": before("replace", MANIFEST),
    "manifest in place": after("replace", MANIFEST),
    "slice stored": sliced,
}


def main() -> None:
    step, number, *arguments = sys.argv[1:]
    writer.MAX_BYTES = ROTATE
    parts.MAX_ROWS = ROWS
    if step in STEPS:
        STEPS[step](int(number))
    execute(["scrapy", *arguments])


if __name__ == "__main__":
    main()
