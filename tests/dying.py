"""Calls a function in a process that is killed before one of its steps: python -m tests.dying NUMBER FUNCTION FOLDER

A step is a change of a file or folder below FOLDER (created, renamed, linked or removed) or an fsync. FUNCTION
("tests.test_compact:compacted") is called with FOLDER as a Path; SIGKILL comes before its NUMBER-th step. With 0 it
comes to its end and prints how many steps there were.
"""

from __future__ import annotations

import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.site.crawl import PROJECT

_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.link", "os.mkdir", "os.truncate", "shutil.rmtree")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def moments(function: str, folder: Path, number: int) -> list[int]:
    """Calls it to its end; `number` of its steps (or all), the first and the last among them, evenly spread."""
    last = int(_run(0, function, folder).stdout.split()[-1])
    return sorted({1 + round(at * (last - 1) / (number - 1)) for at in range(number)})


def dies(number: int, function: str, folder: Path) -> bool:
    """Whether it was killed; False: it came to its end before. What else goes wrong is raised."""
    return _run(number, function, folder).returncode != 0


def _run(number: int, function: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.dying", str(number), function, str(folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done


def before_each_step(folder: str, act: Callable[[], None]) -> None:
    """`act` is called before each step of this process below `folder`; there is no way back."""
    fsync = os.fsync

    def announced(descriptor: Any) -> None:
        act()
        fsync(descriptor)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "ctypes.dlsym" and arguments[1] == "renameat2":  # two folders exchanged, by the C library
            act()
        if event == "open" and not arguments[2] & _WRITING:
            return
        if event in _CHANGES or event == "open":
            name = arguments[1] if event == "os.link" else arguments[0]
            if isinstance(name, str | bytes | os.PathLike) and os.fsdecode(name).startswith(folder):
                act()

    os.fsync = announced
    sys.addaudithook(hook)


def main() -> None:
    number, function, folder = sys.argv[1:]
    target, left = pkgutil.resolve_name(function), [int(number)]

    def act() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    before_each_step(folder, act)
    target(Path(folder))
    print(-left[0])


if __name__ == "__main__":
    main()
