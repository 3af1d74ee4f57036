"""OUTPUT_DIR may be called anything, and what the terminal's encoding cannot hold is printed some other way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from pipelines.dataset import query
from pipelines.dataset.manifest import Manifest, covers
from pipelines.dataset.scan import parquet
from pipelines.dataset.schema import SCHEMA
from tests.command_kit import scrapy_here
from tests.site import serve
from tests.site.crawl import PROJECT, crawl, rows
from tests.site.scaled import Scaled
from tests.test_dataset import NOON, article, write

NAMES = [
    "a b",
    "a[1]",
    "a?b",
    "a*b",
    "a%41#b",
    "it's",
    "中文",
    "a\x1b[31mb",
    "**",
    "[!a]",
    "{a,b}",
    "a[[]1]",
    "a1",
    "axb",
]
ODD = "早 a?b*[1]%41#'&+"
COMMANDS = (
    ("verify",),
    ("report",),
    ("card",),
    ("reextract", "--diff", "--processes", "1"),
    ("show", "URL"),
    ("compact",),
    ("verify", "--quick"),
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part with its folder's name in it, in each of the folders."""
    base = tmp_path_factory.mktemp("named")
    for name in NAMES:
        part = base / name / "articles" / "crawl_month=2026-11" / "run-0000.parquet"
        part.parent.mkdir(parents=True)
        values = [pa.array([name] if each.name == "id" else [None], each.type) for each in SCHEMA]
        pyarrow.parquet.write_table(pa.table(values, schema=SCHEMA), part)
    return base


@pytest.mark.parametrize("name", NAMES)
def test_queries_read_the_files_of_their_folder_and_no_others(folders: Path, name: str) -> None:
    files = list((folders / name).rglob("*.parquet"))
    assert duckdb.sql(f"SELECT id, filename FROM {parquet(files)}").fetchall() == [(name, str(files[0]))]
    with query.connect(folders / name) as connection:
        assert connection.sql("SELECT id FROM articles").fetchall() == [(name,)]
        for other in NAMES:
            if other != name:
                [file] = (folders / other).rglob("*.parquet")
                with pytest.raises(duckdb.Error, match="disabled by configuration"):
                    connection.sql(f"FROM {parquet([file])}")


@pytest.mark.slow
def test_everything_is_inside_a_folder_with_an_odd_name(tmp_path: Path) -> None:
    output = tmp_path / "base" / ODD
    output.parent.mkdir()
    with serve(Scaled(10)) as web:
        sites = web.write_sites(tmp_path / "sites")
        for _ in range(2):
            done = crawl("fanwen", sites, output)
            assert done.returncode == 0, done.stderr
    url = min(row["url"] for row in rows(output))
    for command in COMMANDS:
        words = [url if word == "URL" else word for word in command]
        done = scrapy_here(*words, settings={"OUTPUT_DIR": str(output), "SITES_DIR": str(sites)})
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert len(rows(output)) == 10
    assert [path.name for path in output.parent.iterdir()] == [ODD]
    assert (output / "state" / "frontier.sqlite3").is_file()


ENCODINGS = [
    {"PYTHONIOENCODING": "gbk"},
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    {},  # as cron starts it
]


@pytest.mark.slow
@pytest.mark.parametrize("environment", ENCODINGS, ids=str)
def test_a_terminal_of_any_encoding_is_written_to(tmp_path: Path, environment: dict[str, str]) -> None:
    written = write(tmp_path, article(1, title="♫龑的歌", text="他姓㐱，唱的是café里的♫。"))
    warc = tmp_path / "warc" / "news" / "a.warc.gz"
    warc.parent.mkdir(parents=True)
    warc.touch()
    Manifest("r", "news", ["demo"], NOON, NOON, "1", written.parts, covers([warc])).write(tmp_path)
    whole = () if environment else (("verify",), ("report",))  # they print no text of a page
    for words in (("show", f"{1:032x}"), ("card", "--name", "早市♫"), *whole):
        command = [sys.executable, "-m", "scrapy", *words, "-s", f"OUTPUT_DIR={tmp_path}"]
        done = subprocess.run(
            command, cwd=PROJECT, env={"PATH": os.environ["PATH"], **environment}, capture_output=True, check=False
        )
        assert done.returncode == (1 if words == ("verify",) else 0), done.stderr.decode()
        assert done.stdout
        assert b"Traceback" not in done.stderr
        if words[0] == "show" and environment:
            assert rb"\u266b" in done.stdout


@pytest.mark.slow
def test_a_folder_that_the_locale_cannot_name_is_refused_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scrapy", "show", "x", "-s", f"OUTPUT_DIR={tmp_path / '早市'}"]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"LC_ALL=C.UTF-8 helps" in done.stderr
