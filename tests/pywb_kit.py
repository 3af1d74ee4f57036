"""pywb, the playback software of web archives, in an environment of its own: it pins old versions of what we use."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from crawler.archive.playback import collect


@contextmanager
def playing(python: str, warcs: Sequence[Path], folder: Path) -> Iterator[str]:
    """The base URL of a pywb of the interpreter `python` that serves `warcs` by our index, not by one it made."""
    collect(warcs, folder / "collections" / "crawl")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [python, "-W", "ignore", "-m", "pywb.apps.cli", "-b", "127.0.0.1", "-p", str(port), "-d", str(folder)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _await(port, process, folder / "log")
            yield f"http://127.0.0.1:{port}/crawl"
        finally:
            process.terminate()


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, log.read_text()
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)  # another program starts: nothing else tells when
        else:
            return
