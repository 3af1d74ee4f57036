"""The live line of a terminal and the line a minute of a log."""

from __future__ import annotations

import os
import pty
import re
from pathlib import Path

import pytest

from crawler.monitor.progress import Snapshot
from tests.test_cli_status import ARTICLES, Web, end, start, web

pytestmark = pytest.mark.slow

__all__ = ["web"]


def test_a_snapshot_reads_as_a_sentence() -> None:
    assert Snapshot(12, 8, 1, 3.14159, 40).line() == "12 pages, 8 articles, 1 rejects, 3.1 pages/s, 40 in the queue"
    assert Snapshot(0, 0, 0, 0.0, None).line() == "0 pages, 0 articles, 0 rejects, 0.0 pages/s"


def test_a_log_gets_whole_lines_and_no_terminal_codes(web: Web, tmp_path: Path) -> None:
    _, stderr = end(start(web, tmp_path))
    lines = [line for line in stderr.splitlines() if "[crawler.monitor.progress]" in line]
    assert len(lines) == 1  # less than a minute: only the last word
    assert f"{ARTICLES + 2} pages, {ARTICLES} articles, 0 rejects" in lines[0]
    assert "\x1b" not in stderr


def test_a_terminal_gets_one_live_line_and_the_log_above_it_whole(web: Web, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    os.set_blocking(theirs, True)
    process = start(web, tmp_path, delay=0.2, stderr=theirs)
    os.close(theirs)
    written = b""
    while True:
        try:
            written += os.read(ours, 4096)
        except OSError:  # how a terminal says that the other side has closed
            break
    os.close(ours)
    assert process.wait(300) == 0
    screen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "\n", written.decode())
    live = [line for line in screen.splitlines() if line.startswith("news: ")]
    counts = [int(re.findall(r"\d+", line)[0]) for line in live]
    assert len(set(counts)) > 2
    assert counts == sorted(counts)
    assert f"{ARTICLES} articles" in live[-1]
    log = [line for line in screen.splitlines() if re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert log[-1].endswith("Exit status 0: finished")
    assert not any("[crawler.monitor.progress]" in line for line in log)
