"""kill -9 at ten moments of one crawl: nothing is lost, nothing comes twice. The long form is bench/kill9.py."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from signal import SIGKILL

import pytest

from tests.kill9 import IN_FLIGHT, command, kill, run
from tests.site.crawl import crawl, rows
from tests.site.scaled import Scaled
from tests.site.server import serve

pytestmark = pytest.mark.slow

KILLS = 10


def test_a_crawl_survives_ten_kills(tmp_path: Path) -> None:
    figures = run(tmp_path, 200, KILLS, 1)
    assert len(figures.kills) == KILLS
    assert figures.articles == 200
    assert (figures.lost, figures.doubled, figures.open) == (0, 0, 0)
    assert figures.twice <= KILLS * IN_FLIGHT
    assert figures.wrong == []


def test_hosts_whose_answers_are_odd_change_nothing(tmp_path: Path) -> None:
    figures = run(tmp_path, 20, 2, 3, odd=True)
    assert (figures.articles, figures.lost, figures.doubled, figures.open) == (20, 0, 0, 0)
    assert figures.odd > 0
    assert figures.wrong == []


def test_rows_of_a_run_that_died_behind_its_manifest_are_not_made_again(tmp_path: Path) -> None:
    """Some of its answers came from the archive of the run before, which recovery had covered already."""
    with serve(Scaled(60)) as web:
        sites, output = web.write_sites(tmp_path / "sites"), tmp_path / "out"
        for step, number, status in (
            ("before fsync", 5, -SIGKILL),
            ("manifest in place", 2, -SIGKILL),
            ("never", 0, 0),
        ):
            assert kill(web, command(sites, output, "fanwen", {}, step, number), None)[0] == status
        assert set(Counter(row["url"] for row in rows(output)).values()) == {1}
        assert len(rows(output)) == 60


def test_rows_of_a_run_whose_manifest_is_gone_are_made_again(tmp_path: Path) -> None:
    with serve(Scaled(110)) as web:
        sites, output = web.write_sites(tmp_path / "sites"), tmp_path / "out"
        assert crawl("fanwen", sites, output).returncode == 0
        before = pages_of(output)
        assert max(before.values()) > 1  # articles of several pages are among them
        [manifest] = (output / "manifests").iterdir()
        manifest.unlink()
        assert crawl("fanwen", sites, output).returncode == 0
        assert pages_of(output) == before
        assert len(rows(output)) == 110


def pages_of(output: Path) -> dict[str, int]:
    return {row["url"]: row["page_count"] for row in rows(output)}
