"""Damage to an OUTPUT_DIR is named by verify or healed by the next crawl. All kinds: python -m bench.damage."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.damage import KINDS, Kind, identities, made, tried
from crawler.frontier.database import open_database
from tests import dataset_kit as kit
from tests.site.crawl import crawl

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    with made(tmp_path_factory.mktemp("damage")) as folders:
        yield folders


@pytest.mark.parametrize("kind", KINDS[::8], ids=lambda kind: f"{kind.what} {kind.how}")
def test_damage_is_noticed(whole: tuple[Path, Path], kind: Kind) -> None:
    output, sites = whole
    copy = output.parent / kind.how / "out"
    shutil.copytree(output, copy)
    line = tried(kind, copy, sites, identities(output))
    assert not line.startswith(("NOT NOTICED", "WRONG")), line
    assert kind.healed is ("healed" in line)


def test_a_frontier_that_cannot_be_read_where_a_dead_run_left_pages_is_one_line(tmp_path: Path) -> None:
    """It can be opened: what is damaged is met when the rows of the dead run are made."""
    site, output = kit.scaled(3), tmp_path / "out"
    sites = kit.write_site(tmp_path / "sites", site)
    kit.archive(output, kit.places(site)[:1], kit.run_id(1, datetime.now(UTC)), datetime.now(UTC))
    (output / "state").mkdir()
    open_database(f"sqlite:///{output}/state/frontier.sqlite3").dispose()
    with closing(sqlite3.connect(output / "state" / "frontier.sqlite3")) as connection:
        connection.execute("ALTER TABLE url RENAME COLUMN last_record_id TO gone")
    before = sorted(output.rglob("*.gz"))
    done = crawl(kit.FAMILY, sites, output)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "scrapy crawl: frontier recovery: no such column: url.last_record_id\n"
    assert sorted(output.rglob("*.gz")) == before
    for path in (output / "state").glob("frontier.sqlite3*"):
        path.unlink()
    assert "recovered 1 articles" in crawl(kit.FAMILY, sites, output).stderr
