"""kill -9 at ten moments of one crawl: nothing is lost, nothing comes twice. The long form is bench/kill9.py."""

from __future__ import annotations

from pathlib import Path

from tests.kill9 import IN_FLIGHT, run

KILLS = 10


def test_a_crawl_survives_ten_kills(tmp_path: Path) -> None:
    figures = run(tmp_path, 200, KILLS, 1)
    assert len(figures.kills) == KILLS
    assert figures.articles == 200
    assert (figures.lost, figures.doubled, figures.open) == (0, 0, 0)
    assert figures.twice <= KILLS * IN_FLIGHT
    assert figures.wrong == []
