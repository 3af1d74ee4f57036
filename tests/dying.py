"""Calls a function in a process that kills itself with SIGKILL: python -m tests.dying STEP NUMBER FUNCTION FOLDER

STEP is the name of a function ("pipelines.dataset.replace._exchange"): before its NUMBER-th call the process is gone.
FUNCTION ("tests.test_compact:compacted") is called with FOLDER as a Path.
"""

from __future__ import annotations

import os
import pkgutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.site.crawl import PROJECT


def dies(step: str, number: int, function: str, folder: Path) -> bool:
    """Whether it was killed; False: it came to its end before. What else goes wrong is raised."""
    command = [sys.executable, "-m", "tests.dying", step, str(number), function, str(folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def _wrap(step: str, number: int) -> None:
    owner, _, name = step.rpartition(".")
    holder, left = pkgutil.resolve_name(owner), [number]
    original = getattr(holder, name)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(holder, name, wrapper)


def main() -> None:
    step, number, function, folder = sys.argv[1:]
    target = pkgutil.resolve_name(function)
    _wrap(step, int(number))
    target(Path(folder))


if __name__ == "__main__":
    main()
