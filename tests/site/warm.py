"""Commands in processes forked from one that has imported their libraries: to do so takes longer than most of them.

Of the project nothing is imported before the fork. `python -m tests.site.warm` reads a line of JSON for each command
and prints its exit status; run() starts it, once for this process.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LIBRARIES = ("pyarrow.dataset", "pyarrow.parquet", "pandas", "duckdb", "numpy", "rensa", "lxml.html", "fastwarc.warc")
LIBRARIES += ("warcio", "isal.igzip", "sqlalchemy.dialects.sqlite", "rich.live", "jinja2.ext", "cryptography.x509")
LIBRARIES += ("scrapy.cmdline", "scrapy.crawler", "scrapy.core.engine", "scrapy.downloadermiddlewares.redirect")
LIBRARIES += ("twisted.internet.asyncioreactor", "protego")
_one_at_a_time = threading.Lock()


def run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """`scrapy WORDS` in the project, with its output as text. Another at the same time is a process of its own."""
    if not _one_at_a_time.acquire(blocking=False):
        command = [sys.executable, "-m", "scrapy", *words]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    try:
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
            asked = {"words": words, "environment": dict(os.environ), "out": out.name, "err": err.name}
            forking = _forking()
            assert forking.stdin is not None
            assert forking.stdout is not None
            forking.stdin.write(json.dumps(asked) + "\n")
            forking.stdin.flush()
            status = int(forking.stdout.readline())
            said = [Path(file.name).read_text() for file in (out, err)]
        return subprocess.CompletedProcess(["scrapy", *words], status, *said)
    finally:
        _one_at_a_time.release()


@cache
def _forking() -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-m", "tests.site.warm"], cwd=PROJECT, text=True, **pipes)
    atexit.register(process.communicate)  # its input ends, and so does it
    return process


def main() -> None:
    for name in LIBRARIES:
        with suppress(ImportError):  # pandas is there for some tests only
            importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            return _command(asked["words"], asked["environment"], asked["out"], asked["err"])
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    return None


def _command(words: Sequence[str], environment: dict[str, str], out: str, err: str) -> None:
    from scrapy.cmdline import execute  # noqa: PLC0415

    files = [os.open(os.devnull, os.O_RDONLY), os.open(out, os.O_WRONLY), os.open(err, os.O_WRONLY)]
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.argv = ["scrapy", *words]
    execute(sys.argv)


if __name__ == "__main__":
    main()
