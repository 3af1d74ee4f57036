"""A command that kills itself with SIGKILL at a chosen step: python -m tests.killed STEP NUMBER crawl fanwen -s …

STEP is a name of STEPS, or anything else for none; NUMBER counts from 1. Archive files and parts are small, so that
rotation and part writing happen often.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from scrapy.cmdline import execute

from crawler.archive import recover, warcfile, writer
from crawler.frontier import frontier
from crawler.frontier import recover as recovery
from pipelines import stages
from pipelines.dataset import manifest, parts

ROTATE = 60_000  # bytes
ROWS = 40


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("survived")


def before(owner: Any, name: str) -> Callable[[int], None]:
    return lambda number: _wrap(owner, name, number, early=True)


def after(owner: Any, name: str) -> Callable[[int], None]:
    return lambda number: _wrap(owner, name, number, early=False)


def _wrap(owner: Any, name: str, number: int, *, early: bool) -> None:
    original, left = getattr(owner, name), [number]

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and early:
            die()
        result = original(*args, **kwargs)
        if left[0] == 0:
            die()
        return result

    setattr(owner, name, wrapper)


def torn(number: int) -> None:
    """A record of which one half has reached the kernel."""
    original, left = warcfile.WarcFile.append, [number]

    def append(self: Any, *members: bytes, line: str | None = None) -> list[int]:
        left[0] -= 1
        if left[0] == 0:
            whole = b"".join(members)
            os.write(self._fd, whole[: len(whole) // 2])
            die()
        return original(self, *members, line=line)

    warcfile.WarcFile.append = append  # type: ignore[method-assign]


STEPS: dict[str, Callable[[int], None]] = {
    "torn record": torn,
    "record written": after(warcfile.WarcFile, "append"),
    "before fsync": before(writer.WarcWriter, "sync"),
    "fsynced": after(writer.WarcWriter, "sync"),
    "in the transaction": after(frontier, "settle"),
    "committed": before(frontier.Frontier, "_clear"),
    "leased": after(frontier.Frontier, "_refill"),
    "before rotation": before(warcfile.WarcFile, "finish"),
    "in rotation": before(warcfile, "publish"),
    "rotated": after(warcfile.WarcFile, "finish"),
    "part drafted": after(parts, "sha256"),
    "part in place": after(parts.PartWriter, "_write"),
    "archive recovered": after(recover, "publish"),
    "rows recovered": after(recovery, "extract_files"),
    "recovered": after(recovery.Manifest, "write"),
}
LATE = ("before rotation", "rotated", "part in place", "archive closed", "manifest in place")
EARLY = tuple(STEPS)
STEPS |= {"archive closed": before(stages, "Manifest"), "manifest in place": after(manifest.Manifest, "write")}


def main() -> None:
    step, number, *arguments = sys.argv[1:]
    original = writer.WarcWriter.__init__
    writer.WarcWriter.__init__ = lambda *a, **k: original(*a, **k | {"max_bytes": ROTATE})  # type: ignore[method-assign]
    parts.MAX_ROWS = ROWS
    if step in STEPS:
        STEPS[step](int(number))
    execute(["scrapy", *arguments])


if __name__ == "__main__":
    main()
