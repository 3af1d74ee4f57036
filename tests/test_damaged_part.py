"""A part that is cut, or an index with damaged lines, costs its own rows and no others: in report, show and search."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler.browse.search import Question, search
from pipelines.dataset.manifest import sweep
from pipelines.dataset.query import connect, damaged_parts, rows
from tests import dataset_kit as kit
from tests.command_kit import call

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, so that there are two parts of articles."""
    folder = tmp_path_factory.mktemp("made")
    site = kit.scaled(105)
    sites = kit.write_site(folder / "sites", site)
    kit.crawl(folder / "out", sites, kit.places(site)[15:25], 1, NOON)
    kit.crawl(folder / "out", sites, kit.places(site)[30:40], 2, NOON)
    return folder


@pytest.fixture
def output(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy" / "out"


@pytest.mark.slow
@pytest.mark.parametrize("left", [0, 3, 11, 400, -1])
def test_a_part_that_is_cut_is_left_out_and_told(output: Path, left: int) -> None:
    whole = search(output, Question()).total
    [bad, *_] = sorted((output / "articles").rglob("*.parquet"))
    content = bad.read_bytes()
    bad.write_bytes(content[:left])
    assert damaged_parts(output) == [bad]
    found = search(output, Question())
    assert 0 < found.total < whole
    done = call("report", output)
    assert done.status == 4, "the page is written, and somebody has to look"
    assert done.out.strip().endswith("index.html")
    assert f"{bad} is no part of this dataset, or cut" in done.err
    done = call("show", output, str(found.rows[0]["id"]))
    assert done.status == 0
    call("card", output).says(4, f"{bad} is no part of this dataset, or cut")
    assert call("verify", output, "--quick").status == 1


@pytest.mark.slow
@pytest.mark.parametrize("line", [b"x" * (3 << 20), b"\xff\xfe{", b"\0\0", b"{" * 1000])
def test_a_damaged_line_of_an_index_costs_nothing_else(output: Path, line: bytes) -> None:
    with connect(output) as db:
        [before] = rows(db, "SELECT count(asked) AS n FROM exchanges")
    path = sorted((output / "warc").rglob("*.cdxj"))[0]
    path.write_bytes(line + b"\n" + path.read_bytes())
    with connect(output) as db:
        assert rows(db, "SELECT count(asked) AS n FROM exchanges") == [before]
    assert call("report", output).status == 0
    done = call("verify", output, "--quick")
    assert done.status == 1
    assert f"{path.name}: line 1 is that of no record" in done.out


def _foreign(path: Path, how: str) -> None:
    whole = pq.read_table(path)
    path.unlink()
    match how:
        case "other columns":
            pq.write_table(pa.table({"a": [1]}), path)
        case "other types":
            pq.write_table(pa.table({name: [0] * len(whole) for name in whole.column_names}), path)
        case "a column more":
            pq.write_table(whole.append_column("more", pa.nulls(len(whole))), path)
        case "a folder":
            path.mkdir()
        case "a broken link":
            path.symlink_to("nowhere")


@pytest.mark.parametrize("how", ["other columns", "other types", "a column more", "a folder", "a broken link"])
def test_a_part_of_another_schema_is_left_out_and_told(output: Path, how: str) -> None:
    """DuckDB takes the schema of the first file for that of all: one such part ended every query in its own words."""
    whole = search(output, Question()).total
    [bad, *_] = sorted((output / "articles").rglob("*.parquet"))
    _foreign(bad, how)
    assert 0 < search(output, Question()).total < whole
    call("card", output).says(4, f"{bad} is no part of this dataset, or cut")
    assert f"{bad} is no part of this dataset" in call("report", output).err
    exported = call("export", output, "--format", "jsonl", "-o", str(output.parent / "rows.jsonl"))
    exported.says(4, f"{bad} is no part of this dataset")
    for name, *words in (("compact",), ("forget", "http://h.test/1.html")):
        call(name, output, *words).says(4, bad.name, "scrapy verify says what else")


@pytest.mark.slow
def test_a_file_that_no_run_has_written_is_told_and_never_removed(output: Path) -> None:
    [part, *_] = sorted((output / "articles").rglob("*.parquet"))
    own = part.with_name("mine.parquet")
    shutil.copy(part, own)
    assert sweep(output) is None
    assert own.exists()
    assert "mine.parquet: no manifest names it, and no run has written it" in call("verify", output, "--quick").out
