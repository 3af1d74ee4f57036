"""articles/ in every reader by its shortest idiom, after crawls, a crash and whatever rewrites the dataset.

Readers run in processes of their own, as users have them. `datasets` and `pyspark` are no dependency of the project:
they are asked in the environment that READERS_PYTHON names, else in .venv-readers, and skipped where there is none.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from bench.readers import PACKAGES, READERS
from pipelines.dataset.manifest import load_manifests
from pipelines.dataset.schema import SCHEMA
from tests import dataset_kit as kit
from tests.command_kit import scrapy_here
from tests.site import serve
from tests.site.crawl import PROJECT, SETTINGS, crawl, rows
from tests.test_dataset import article, full, write
from tests.test_reextract_diff import rewrite

pytestmark = pytest.mark.slow

READERS_PYTHON = Path(os.environ.get("READERS_PYTHON", PROJECT / ".venv-readers/bin/python"))
STATES = ("one run", "more runs", "a crash", "compaction", "re-extraction", "a committed difference", "a take-down")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The dataset in each of STATES, made by the commands over the demo web."""
    folder = tmp_path_factory.mktemp("readers")
    output = folder / "output"
    made = {}

    def keep(state: str) -> None:
        made[state] = folder / state
        shutil.copytree(output, made[state])

    with serve() as web:
        sites = web.write_sites(folder / "sites")
        assert crawl("news", sites, output).returncode == 0
        keep("one run")
        for family in ("wenku", "news"):  # the second time news has little that is new
            done = crawl(family, sites, output, LOG_LEVEL="WARNING")
            assert done.returncode in (0, 3), done.stderr
        keep("more runs")
        # What a killed run leaves: parts that no manifest names, a draft, an index nobody vouches for.
        (dead,) = write(output, article(1), run_id="20261120T120000Z-news-dddddd").parts
        (output / "tmp/20261120T120000Z-news-dddddd").mkdir(parents=True, exist_ok=True)
        (output / "tmp/20261120T120000Z-news-dddddd/articles-0001.parquet").write_bytes(b"PAR1 cut")
        done = crawl("fanwen", sites, output)
        assert done.returncode == 0, done.stderr
        assert not (output / dead.path).exists()
        keep("a crash")
        settings = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output)}

        def command(*words: str) -> str:
            done = scrapy_here(*words, settings=settings)
            assert done.returncode == 0, done.stderr
            return done.stdout

        fill_closed_months(output, sites)
        before = len(rows(output))
        assert "4 rows gave way to newer ones" in command("compact")
        assert len(rows(output)) == before - 4
        assert len(list(output.glob("articles/crawl_month=2026-08/*"))) == 1
        keep("compaction")
        command("reextract", "--processes", "1")
        assert len(rows(output)) == before, "the archive has the older versions still"
        keep("re-extraction")
        true = {row["id"]: row["text"] for row in rows(output)}
        part = max((output / "articles").rglob("*.parquet"))
        rewrite(part, lambda some: [some[0] | {"text": "旧规则所写。"}, *some[2:]], output)
        assert "1 new, 0 gone, 1 changed" in command("reextract", "--diff", "--commit", "--processes", "1")
        assert {row["id"]: row["text"] for row in rows(output)} == true
        keep("a committed difference")
        taken = rows(output)[0]["id"]
        command("forget", taken)
        assert taken not in {row["id"] for row in rows(output)}
        keep("a take-down")
    yield made
    shutil.rmtree(folder)


def fill_closed_months(output: Path, sites: Path) -> None:
    """Three runs of earlier months, the last of which met four articles again with another text."""
    site = kit.scaled(105)
    kit.write_site(sites, site)
    everything = kit.places(site)
    anew = [(replace(batch, site="anew"), number) for batch, number in everything[:4]]
    for number, some in enumerate((everything[:15], everything[15:40], [*everything[40:50], *anew])):
        kit.crawl(output, sites, some, number, datetime(2026, 8 + number // 2, 20, number, tzinfo=UTC))


@pytest.fixture(scope="module")
def answers(folders: dict[str, Path]) -> Callable[[str], dict[str, dict[str, Any]]]:
    """By the name of a reader: what it says about articles/ in each of STATES."""
    return cache(partial(ask, folders))


ASK = "import json, readers, sys; [print(json.dumps(readers.READERS[sys.argv[1]](each))) for each in sys.argv[2:]]"


def ask(folders: dict[str, Path], reader: str) -> dict[str, dict[str, Any]]:
    package = PACKAGES.get(reader, reader)
    python = Path(sys.executable) if reader in ("pyarrow", "pandas", "polars", "duckdb") else READERS_PYTHON
    if not python.exists() or subprocess.run([python, "-c", f"import {package}"], check=False).returncode:
        pytest.skip(f"{package} is not installed in {python}")
    command = [python, "-c", ASK, reader, *(str(folder / "articles") for folder in folders.values())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT / "bench")
    assert done.returncode == 0, done.stderr
    return dict(zip(folders, map(json.loads, done.stdout.splitlines()), strict=True))


def expected(folder: Path) -> dict[str, Any]:
    """The same, from the manifests and file by file."""
    parts = [part for each in load_manifests(folder).values() for part in each.files if part.path[:3] == "art"]
    stored = [row for part in parts for row in pq.read_table(folder / part.path, partitioning=None).to_pylist()]
    return {
        "rows": sum(part.rows for part in parts),
        "first": min(row["id"] for row in stored),
        "characters": sum(row["quality"]["characters"] for row in stored),
        "unpublished": sum(row["published_at"] is None for row in stored),
        "latest": max(row["fetched_at"] for row in stored).timestamp(),
        "captures": sum(len(row["captures"]) for row in stored),
        "months": sorted({part.path.split("/")[1].partition("=")[2] for part in parts}),
    }


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("state", STATES)
def test_every_reader_says_the_same(folders: dict[str, Path], answers: Any, state: str, reader: str) -> None:
    truth = expected(folders[state])
    if reader == "datasets":
        truth["months"] = []  # it makes no columns of the path
    assert answers(reader)[state] == truth


def test_marks_name_articles_that_are_there_and_no_circle(folders: dict[str, Path]) -> None:
    for state in STATES[:-1]:  # marks that name what was taken down stay behind it
        found = rows(folders[state])
        source = {row["id"]: row["duplicate_of"] or row["near_duplicate_of"] for row in found}
        assert all(row["signature"] for row in found)
        assert any(source.values()), "the demo's texts share sentences: some are of one family"
        assert {name for name in source.values() if name} <= source.keys()
        for start in source:
            name, seen = start, set[str]()
            while (above := source[name]) is not None:
                assert name not in seen
                seen.add(name)
                name = above


# The traps that docs/design.md names, each shown to be one, and not to be ours.


def test_trap_a_column_of_nulls_has_the_type_it_always_has(tmp_path: Path) -> None:
    inferred = pa.Table.from_pylist([{"similarity": None}])
    assert inferred.schema.field("similarity").type == pa.null()
    write(tmp_path, article(1), run_id="a")
    write(tmp_path, full(), run_id="b")
    types = {pq.read_schema(path).field("similarity").type for path in tmp_path.glob("articles/*/*.parquet")}
    assert types == {pa.float64()}
    assert pl.read_parquet(tmp_path / "articles")["similarity"].null_count() == 1


def test_trap_files_of_all_runs_have_the_same_columns_in_the_same_order(tmp_path: Path) -> None:
    """A column that is added later is missing in Polars' and DuckDB's view of the older files, or an error."""
    write(tmp_path, article(1), run_id="a")
    write(tmp_path, full(), article(9, at=full().fetched_at, lead=None), run_id="b")
    names = {tuple(pq.read_schema(path).names) for path in tmp_path.glob("articles/*/*.parquet")}
    assert names == {tuple(SCHEMA.names)}


def test_trap_instants_are_microseconds_everywhere(tmp_path: Path) -> None:
    write(tmp_path, full())
    schema = ds.dataset(tmp_path / "articles", format="parquet").schema
    instants = [field.type for field in schema if pa.types.is_timestamp(field.type)]
    instants.append(schema.field("captures").type.value_type.field("fetched_at").type)
    assert set(instants) == {pa.timestamp("us", tz="UTC")}


def test_trap_the_path_key_is_no_column_of_the_files(tmp_path: Path) -> None:
    twice = tmp_path / "twice" / "crawl_month=2026-11"
    twice.mkdir(parents=True)
    pq.write_table(pa.table({"id": ["a"], "crawl_month": ["2026-11"]}), twice / "a.parquet")
    with pytest.raises(Exception, match="crawl_month"):
        pd.read_parquet(tmp_path / "twice")
    write(tmp_path, full())
    assert "crawl_month" not in SCHEMA.names
    assert list(pd.read_parquet(tmp_path / "articles")["crawl_month"]) == ["2026-11"]
    assert {"site", "family"} <= set(SCHEMA.names)  # also where a file is read by itself


def test_trap_nothing_but_parquet_lies_below_articles(tmp_path: Path) -> None:
    write(tmp_path, full())
    other = tmp_path / "articles" / "_manifest.json"
    other.write_text("{}")
    with pytest.raises(pl.exceptions.PolarsError):
        pl.read_parquet(tmp_path / "articles")
    with pytest.raises(duckdb.Error):
        duckdb.sql(f"FROM read_parquet('{tmp_path}/articles/**')")
    other.unlink()
    assert len(pl.read_parquet(tmp_path / "articles")) == 1
    assert [path.suffix for path in (tmp_path / "articles").rglob("*") if path.is_file()] == [".parquet"]


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # as in test_dataset.py: DuckDB's to mend
def test_trap_a_null_struct_and_an_empty_list_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, article(1), full())
    query = f"SELECT document IS NULL, len(parts) FROM '{tmp_path}/articles/**/*.parquet' ORDER BY title"
    assert duckdb.sql(query).fetchall() == [(True, 0), (False, 1)]


def test_statistics_let_a_reader_skip_files_and_groups(tmp_path: Path) -> None:
    write(tmp_path, *(article(n, site=f"site{n % 3}") for n in range(60)))
    write(tmp_path, *(article(n, site="other") for n in range(60, 90)), run_id="b")
    dataset = ds.dataset(tmp_path / "articles", format="parquet", partitioning="hive")
    assert len(list(dataset.get_fragments())) == 2
    (kept,) = [
        fragment
        for fragment in dataset.get_fragments()
        if fragment.subset(filter=ds.field("site") == "other").row_groups
    ]
    assert kept.count_rows() == 30
