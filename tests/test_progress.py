"""The live line of a terminal and the line a minute of a log."""

from __future__ import annotations

from pathlib import Path

from crawler.progress import Snapshot
from tests.test_cli_status import ARTICLES, Web, end, start, web

__all__ = ["web"]


def test_a_snapshot_reads_as_a_sentence() -> None:
    assert str(Snapshot(12, 8, 1, 3.14159, 40)) == "12 pages, 8 articles, 1 rejects, 3.1 pages/s, 40 in the queue"
    assert str(Snapshot(0, 0, 0, 0.0, None)) == "0 pages, 0 articles, 0 rejects, 0.0 pages/s"


def test_a_log_gets_whole_lines_and_no_terminal_codes(web: Web, tmp_path: Path) -> None:
    _, stderr = end(start(web, tmp_path))
    lines = [line for line in stderr.splitlines() if "[crawler.progress]" in line]
    assert len(lines) == 1  # less than a minute: only the last word
    assert f"{ARTICLES + 2} pages, {ARTICLES} articles, 0 rejects" in lines[0]
    assert "\x1b" not in stderr
