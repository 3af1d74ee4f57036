"""`scrapy crawl` over the frontier: rounds, resumption and honest second visits, over real sockets."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.frontier.database import open_database
from tests.site.crawl import PROJECT, SETTINGS, crawl, last_crawl, rows, scrapy
from tests.site.scaled import Scaled, ScaledSite
from tests.site.server import Web, serve

pytestmark = pytest.mark.slow


def table(output: Path, sql: str) -> list[Any]:
    """Rows of a query on the frontier's own database."""
    connection = sqlite3.connect(output / "state" / "frontier.sqlite3")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def write(output: Path, sql: str) -> None:
    """Change the frontier's database between two crawls."""
    connection = sqlite3.connect(output / "state" / "frontier.sqlite3")
    try:
        connection.execute(sql)
        connection.commit()
    finally:
        connection.close()


def asked(web: Web) -> Counter[str]:
    """Pages asked for, by path."""
    return Counter(hit.target for hit in web.hits if hit.target != "/robots.txt")


def test_a_crawl_fetches_each_page_once_and_the_next_one_only_the_lists(tmp_path: Path) -> None:
    with serve(Scaled(60)) as web:
        sites = web.write_sites(tmp_path / "sites")
        done = crawl("fanwen", sites, tmp_path)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        first = asked(web)
        assert set(first.values()) == {1}
        assert len(rows(tmp_path)) == 60
        assert dict(table(tmp_path, "SELECT state, count(*) FROM url GROUP BY state")) == {"done": len(first)}
        web.hits.clear()
        again = crawl("fanwen", sites, tmp_path)
        assert again.returncode == 0, again.stderr
        assert all("list" in path or path.endswith("/") for path in asked(web))
        assert sum(asked(web).values()) == len([path for path in first if path.endswith("/") or "list" in path])
        assert len(rows(tmp_path)) == 60


def test_unchanged_articles_cost_no_row_and_changed_ones_give_a_new_version(tmp_path: Path) -> None:
    with serve(Scaled(40)) as web:
        sites = web.write_sites(tmp_path / "sites")
        assert crawl("fanwen", sites, tmp_path).returncode == 0
        before = {row["url"]: row for row in rows(tmp_path)}
        changed = f"{web['scaled']}/c0/3.html"
        # As if a day had passed, and one page had been another.
        write(tmp_path, "UPDATE url SET next_due = 1 WHERE role = 'article' AND NOT chain")
        other = "payload_digest = 'sha256:other', etag = NULL, last_modified = NULL"
        write(tmp_path, f"UPDATE url SET {other} WHERE url = '{changed}'")
        web.hits.clear()
        done = crawl("fanwen", sites, tmp_path)
        assert done.returncode == 0, done.stderr
        again = Counter(row["url"] for row in rows(tmp_path))
        assert again == Counter([*before, changed])
        versions = [row for row in rows(tmp_path) if row["url"] == changed]
        assert len({row["id"] for row in versions}) == len({row["text_digest"] for row in versions}) == 1
        stat = last_crawl("fanwen", tmp_path).stat
        assert stat("frontier/unchanged") == 39
        assert stat("pages/article") == 1
        further = [path for path in asked(web) if "_" in path and "list" not in path]
        assert not further, "the further pages of an unchanged article are not asked for"


def test_a_crawl_that_is_told_to_stop_goes_on_where_it_was(tmp_path: Path) -> None:
    with serve(Scaled(150)) as web:
        sites = web.write_sites(tmp_path / "sites")
        command = [sys.executable, "-m", "scrapy", "crawl", "fanwen"]
        for name, value in (SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(tmp_path)}).items():
            command += ["-s", f"{name}={value}"]
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as process:
            while len(web.hits) < 60:
                assert process.poll() is None
            process.terminate()
            assert process.wait(60) == 143
        assert table(tmp_path, "SELECT count(*) FROM url WHERE state = 'leased'") == [(0,)]
        assert table(tmp_path, "SELECT count(*) FROM worker") == [(0,)]
        assert crawl("fanwen", sites, tmp_path).returncode == 0
        assert set(asked(web).values()) == {1}
        assert Counter(row["url"] for row in rows(tmp_path)) == Counter(
            truth.pages[0] for site in web.sites.values() if isinstance(site, ScaledSite) for truth in site.truths()
        )


def test_one_page_by_hand_leaves_no_trace_in_the_table(tmp_path: Path) -> None:
    with serve(Scaled(10)) as web:
        sites = web.write_sites(tmp_path / "sites")
        command = ("crawl", "fanwen", "-a", f"url={web['scaled']}/c0/1.html")
        settings = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(tmp_path)}
        done = scrapy(*command, settings=settings)
        assert done.returncode == 0, done.stderr
        assert len(rows(tmp_path)) == 1
        assert not (tmp_path / "state" / "frontier.sqlite3").exists()


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("sqlite:////proc/nowhere/f.sqlite3", 4, "nowhere"),
        ("nonsense", 2, "nonsense"),
        ("postgresql+psycopg://crawler:secret@127.0.0.1:9/frontier", 4, "***@127.0.0.1"),
        ("sqlite:///{folder}/newer.sqlite3", 4, "made by a newer version: schema 999"),
    ],
)
def test_a_frontier_that_cannot_be_opened_is_one_line(tmp_path: Path, address: str, status: int, word: str) -> None:
    newer = tmp_path / "newer.sqlite3"
    open_database(f"sqlite:///{newer}").dispose()
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE meta SET value = '999'")
    with serve(Scaled(10)) as web:
        sites = web.write_sites(tmp_path / "sites")
        done = crawl("fanwen", sites, tmp_path / "out", FRONTIER_URL=address.format(folder=tmp_path))
        assert not web.hits
    assert (done.returncode, len(done.stderr.splitlines())) == (status, 1), done.stderr
    assert word in done.stderr
    assert "secret" not in done.stderr
    left = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert left <= {"dataset.lock", "sites.lock", "site-scaled.lock"}


def test_a_database_that_goes_away_stops_the_crawl_at_once(tmp_path: Path) -> None:
    with serve(Scaled(200)) as web:
        sites = web.write_sites(tmp_path / "sites")
        assert crawl("fanwen", sites, tmp_path, CLOSESPIDER_PAGECOUNT="20").returncode == 0
        write(tmp_path, "CREATE TRIGGER full BEFORE UPDATE ON url BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
        done = crawl("fanwen", sites, tmp_path)
        assert done.returncode == 4, done.stderr
        assert re.search("Exit status 4: .*disk is full", done.stderr), done.stderr
        assert "Traceback" not in done.stderr
        write(tmp_path, "DROP TRIGGER full")
        assert crawl("fanwen", sites, tmp_path).returncode == 0
        assert set(Counter(row["url"] for row in rows(tmp_path)).values()) == {1}
        assert len(rows(tmp_path)) == 200
