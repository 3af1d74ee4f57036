"""Few large parts in the place of many small ones: same rows, newest of each id, whole at every moment."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from crawler.extract.article import Article, Reject, RejectedPage
from crawler.output import revising
from pipelines.dataset import parts, revision
from pipelines.dataset.compact import Compacted, compact
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import Manifest, load_manifests, sweep
from pipelines.dataset.part import sha256
from pipelines.dataset.parts import PartWriter
from pipelines.dataset.replace import finish_replacements
from pipelines.dataset.revision import DamagedError
from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, reject_row, row
from tests import dying
from tests.site import warm
from tests.test_dataset import article

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SEPTEMBER = datetime(2026, 9, 20, 12, tzinfo=UTC)
MONTH = timedelta(days=31)


def run(output: Path, number: int, *articles: Article) -> None:
    """A finished run of these articles and one reject, in parts of three rows."""
    run_id = f"20260920T12000{number}Z-news-aaaaaa"
    writers = [
        PartWriter(output, kind, schema, run_id=run_id, started=SEPTEMBER)
        for kind, schema in (("articles", SCHEMA), ("rejects", REJECT_SCHEMA))
    ]
    for at, each in enumerate(articles):
        writers[0].add(row(replace(each, run_id=run_id)))
        if at % 3 == 2:
            writers[0].flush()
    page = RejectedPage(f"http://demo.localhost/x{number}", "demo", "news", Reject("too_short"))
    writers[1].add(reject_row(page, run_id=run_id, rules_version="1"))
    for writer in writers:
        writer.close()
    files = [part for writer in writers for part in writer.parts]
    Manifest(run_id, "news", ["demo"], SEPTEMBER, SEPTEMBER, "1", files, []).write(output)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs over three months; articles 0 to 4 were met again in November with another text."""
    folder = tmp_path_factory.mktemp("made")
    first = [article(n, site=f"s{n % 2}", at=SEPTEMBER + timedelta(hours=n)) for n in range(12)]
    second = [article(n, at=SEPTEMBER + MONTH) for n in range(20, 27)]
    third = [article(n, text="新的一版。", at=SEPTEMBER + 2 * MONTH) for n in range(5)]
    for number, articles in enumerate((first, second, third)):
        run(folder, number, *articles)
    return folder


@pytest.fixture
def output(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


def compacted(output: Path, **options: Any) -> Compacted | None:
    with revising(output, "compact") as (manifests, made):
        return compact(output, manifests, made, month="2026-11", **options)


def texts(output: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in pq.read_table(output / "articles").to_pylist():
        found.setdefault(each["id"], []).append(each["text"])
    return found


def test_closed_months_become_one_file_each_and_the_newest_row_of_each_id_stays(output: Path) -> None:
    before = texts(output)
    assert sum(map(len, before.values())) == 24
    done = compacted(output)
    assert done is not None
    assert (done.superseded, done.files) == (5, 1 + 1 + 2 + 1)  # November is open: its two parts of articles stay
    after = texts(output)
    assert after.keys() == before.keys()
    assert all(len(versions) == 1 for versions in after.values())
    assert [after[f"{n:032x}"] for n in range(5)] == [["新的一版。"]] * 5
    names = sorted(path.parent.name for path in (output / "articles").rglob("*.parquet"))
    assert names == ["crawl_month=2026-09", "crawl_month=2026-10", "crawl_month=2026-11", "crawl_month=2026-11"]
    assert len(list((output / "rejects").rglob("*.parquet"))) == 1
    assert pq.read_table(output / "rejects").num_rows == 3


def test_the_manifest_names_what_is_there_and_nothing_is_swept(output: Path) -> None:
    old = load_manifests(output)
    compacted(output)
    [manifest] = load_manifests(output).values()
    assert sorted(manifest.supersedes) == sorted(old)
    assert manifest.counts == {"articles": 19, "rejects": 3}
    there = sorted(path.relative_to(output).as_posix() for path in output.rglob("*.parquet"))
    assert there == [part.path for part in manifest.files]
    assert all(sha256(output / part.path) == part.sha256 for part in manifest.files)
    assert sweep(output) is None
    assert list(output.glob("tmp/*")) == []


def test_a_second_time_there_is_nothing_to_do(output: Path) -> None:
    compacted(output)
    manifests = load_manifests(output)
    assert compacted(output) is None
    assert load_manifests(output) == manifests
    assert not list((output / "tmp").iterdir())


def test_files_of_compaction_have_the_frozen_schema_sort_order_statistics_and_bloom_filter(output: Path) -> None:
    done = compacted(output)
    assert done is not None
    [path] = (output / "articles" / "crawl_month=2026-09").iterdir()
    stored = pq.ParquetFile(path)
    assert stored.schema_arrow.equals(SCHEMA, check_metadata=True)
    rows = stored.read(["site", "fetched_at", "id"]).to_pylist()
    assert rows == sorted(rows, key=lambda one: (one["site"], one["fetched_at"], one["id"]))
    group = stored.metadata.row_group(0)
    assert [each.column_index for each in group.sorting_columns] == [
        stored.schema.to_arrow_schema().names.index("site"),
        *(each.column_index for each in group.sorting_columns[1:]),
    ]
    assert group.column(0).statistics.has_min_max
    assert group.column(0).has_offset_index
    found = duckdb.sql(f"SELECT bloom_filter_offset FROM parquet_metadata('{path}') WHERE path_in_schema = 'id'")
    assert found.fetchall()[0][0] is not None


def test_rows_are_the_same_to_the_last_column(output: Path) -> None:
    newest = {one["id"]: one for one in sorted(pq.read_table(output / "articles").to_pylist(), key=_fetched)}
    compacted(output)
    assert {one["id"]: one for one in pq.read_table(output / "articles").to_pylist()} == newest


def _fetched(one: dict[str, Any]) -> datetime:
    found: datetime = one["fetched_at"]
    return found


def test_every_reader_still_loads_it(output: Path) -> None:
    compacted(output)
    assert len(pd.read_parquet(output / "articles")) == 19
    assert pl.read_parquet(output / "articles").height == 19
    assert duckdb.sql(f"SELECT count(*) FROM '{output}/articles/**/*.parquet'").fetchall() == [(19,)]


def test_large_files_are_cut_at_the_limit_and_not_merged_again(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (parts, sys.modules["pipelines.dataset.compact"]):
        monkeypatch.setattr(module, "ROWS_PER_GROUP", 2)
    done = compacted(output, largest=20_000, smallest=4)
    assert done is not None
    names = sorted(path.name for path in (output / "articles" / "crawl_month=2026-09").iterdir())
    assert len(names) > 1
    assert compacted(output, largest=20_000, smallest=4) is None


def test_a_damaged_part_is_never_written_again_as_good(output: Path) -> None:
    path = next((output / "articles" / "crawl_month=2026-09").iterdir())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    manifests = load_manifests(output)
    with pytest.raises((DamagedError, duckdb.Error)):
        compacted(output)
    assert load_manifests(output) == manifests


MOMENTS = 7


@pytest.fixture(scope="module")
def moments(made: Path, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    copy = tmp_path_factory.mktemp("moments") / "out"
    shutil.copytree(made, copy)
    return dying.moments("tests.test_compact:compacted", copy, MOMENTS)


@pytest.mark.parametrize("at", range(MOMENTS))
def test_killed_at_any_step_it_is_done_or_not_begun(output: Path, moments: list[int], at: int) -> None:
    assert dying.dies(moments[at], "tests.test_compact:compacted", output)
    at_once = texts(output)  # as a reader finds it before anything is repaired
    assert len(at_once) == 19
    assert sum(map(len, at_once.values())) in (19, 24)
    finish_replacements(output)
    sweep(output)
    repaired = texts(output)
    assert sum(map(len, repaired.values())) == (24 if len(load_manifests(output)) == 3 else 19)
    compacted(output)
    assert sum(map(len, texts(output).values())) == 19
    assert len(load_manifests(output)) == 1


def newest(output: Path) -> str:
    return max(load_manifests(output))


# At the command line.


def scrapy(output: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return warm.run([*words, "-s", f"OUTPUT_DIR={output}"])


def test_mistakes_are_one_line(output: Path, tmp_path: Path) -> None:
    held = Lock(output, "dataset", shared=True)  # as a crawl holds it
    refusals = [
        (scrapy(output, "compact"), 5, "at work"),
        (scrapy(output, "compact", "2026-09"), 2, "no arguments"),
        (scrapy(tmp_path / "nowhere", "compact"), 2, "no such folder"),
    ]
    held.release()
    for done, status, words in refusals:
        assert (done.returncode, done.stderr.count("\n")) == (status, 1), done.stderr
        assert words in done.stderr


def test_the_command_says_what_it_did(output: Path) -> None:
    done = scrapy(output, "compact")
    assert done.returncode == 0, done.stderr
    assert "rows gave way to newer ones" in done.stdout
    again = scrapy(output, "compact")
    assert (again.returncode, again.stdout) == (0, "nothing to compact\n")


def test_the_revision_links_what_stays(output: Path) -> None:
    before = {path.name: path.stat().st_ino for path in (output / "articles" / "crawl_month=2026-11").iterdir()}
    compacted(output)
    after = {path.name: path.stat().st_ino for path in (output / "articles" / "crawl_month=2026-11").iterdir()}
    assert before == after
    assert revision.SCHEMAS["articles"] is SCHEMA
