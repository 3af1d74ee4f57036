"""What a crawl tells: its log begins with what it does and ends with what came, and the card is written at its end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from crawler.frontier.address import without_password
from crawler.monitor.summary import table
from tests.site import serve
from tests.site.crawl import crawl
from tests.site.scaled import Scaled

pytestmark = pytest.mark.slow


def said(stderr: str) -> list[str]:
    """What stands behind time, module and level on each line."""
    return [re.sub(r"^\S+ \S+ \[\S+\] [A-Z]+: ", "", line) for line in stderr.splitlines()]


def test_the_log_begins_with_what_it_does_and_ends_with_a_table_and_where_the_rows_lie(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with serve(Scaled(10)) as web:
        sites = web.write_sites(tmp_path / "sites")
        done = crawl("fanwen", sites, output)
        loud = crawl("fanwen", sites, output, LOG_LEVEL="DEBUG")
    lines = said(done.stderr)
    run = min((output / "manifests").iterdir()).stem
    assert lines[0] == f"Run {run}: 1 fanwen site: scaled"
    assert lines[1] == f"Output: {output}; frontier: sqlite:///{output}/state/frontier.sqlite3"
    names, site, rows, report, end = lines[-5:]
    assert names.split() == ["site", "pages", "articles", "joined", "rejects", "received", "ended"]
    assert re.fullmatch(r"scaled +\d+ +10 +\d+  none +[\d.]+ kB  drained", site)
    assert rows == f"Rows: {output}/articles; rejects: {output}/rejects; archive: {output}/warc/fanwen"
    assert report == f"Report of the run: {output}/state/runs/{run}.json"
    assert end == "Exit status 0: finished"
    assert not [line for line in lines if line.startswith(("Scrapy ", "Overridden", "Enabled ", "Spider "))]
    for usual in ("Scrapy 2", "Overridden settings", "Enabled item pipelines", "Spider opened"):
        assert any(line.startswith(usual) for line in said(loud.stderr)), usual


def test_the_card_is_there_when_a_run_has_ended_and_keeps_the_name_that_it_was_given(tmp_path: Path) -> None:
    output = tmp_path / "out"
    with serve(Scaled(6)) as web:
        sites = web.write_sites(tmp_path / "sites")
        crawl("fanwen", sites, output, CONTACT="takedown@example.org")
        card = output / "README.md"
        assert "path: articles/**/*.parquet" in card.read_text()
        described = json.loads((output / "croissant.json").read_bytes()) | {"name": "Six essays"}
        (output / "croissant.json").write_text(json.dumps(described))
        crawl("fanwen", sites, output)
        assert card.read_text().startswith('---\npretty_name: "Six essays"\n')
        assert "takedown@example.org" in card.read_text().replace("\\", "")
        card.write_text("mine")
        done = crawl("fanwen", sites, output)
    assert done.returncode == 0
    assert "no dataset card" in done.stderr
    assert card.read_text() == "mine"


def test_a_password_is_not_in_the_log() -> None:
    assert "secret" not in without_password("postgresql+psycopg://me:secret@db.example/frontier")
    assert "secret" not in without_password("postgresql//me:secret@db")


def test_chinese_names_are_two_columns_wide() -> None:
    assert list(table(("site", "rows"), [("范文网", "7"), ("news", "12")], ("site",))) == [
        "site    rows",
        "范文网     7",
        "news      12",
    ]
