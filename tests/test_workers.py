"""Three machines at one frontier, through everything that can happen to them. The long form is bench/workers.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgresql_kit import postgresql
from tests.workers import run

pytestmark = pytest.mark.slow


def test_three_machines_lose_nothing_and_stay_polite(tmp_path: Path) -> None:
    with postgresql(tmp_path) as server:
        figures = run(tmp_path, server, hosts=8, per_host=20, delay=0.4, lease=4.0)
    assert figures.wrong == []
    assert len(figures.events) == 6
    assert (figures.articles, figures.lost, figures.doubled) == (160, 0, 0)
    assert figures.takeovers > 0
    assert figures.too_close == []
