"""`scrapy export`: which rows come out, in which form, and that a file is there when it is whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.article import Article
from pipelines.dataset.choice import COPY, Choice, choose
from pipelines.dataset.export import ShardSize, layout, shard_size, write_file, write_shards, write_stream
from pipelines.dataset.manifest import Manifest, load_manifests
from pipelines.dataset.parts import PartWriter
from pipelines.dataset.schema import SCHEMA, row
from pipelines.dedup.index import STRICT
from tests.command_kit import call
from tests.report_kit import article
from tests.site import serve
from tests.site.crawl import crawl, rows, scrapy
from tests.site.scaled import Scaled

DAY = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def made(output: Path, key: str, articles: Sequence[Article], day: int = 0, *, manifest: bool = True) -> str:
    """One run with these rows: its part and, unless it died before, its manifest."""
    started = DAY + timedelta(days=day)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-news-{key}"
    writer = PartWriter(output, "articles", SCHEMA, run_id=run_id, started=started)
    for number, each in enumerate(articles):
        fetched = started + timedelta(minutes=number)
        writer.add(row(replace(each, run_id=run_id, fetched_at=fetched)))
    writer.close()
    if manifest:
        end = started + timedelta(hours=1)
        Manifest(run_id, "news", ["lanjiang"], started, end, "2026.11.1", writer.parts, []).write(output)
    return run_id


def titles(output: Path, **wanted: Any) -> list[str]:
    chosen = choose(output, load_manifests(output), Choice(**wanted), spill=output / "spill")
    return [title for table in chosen.tables(["title"]) for title in table["title"].to_pylist()]


def story(number: int, **changed: Any) -> Article:
    return replace(article("lanjiang", number), **changed)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Two nights: the second has a new version of 1, a copy of 2 and near copies; a third one is still at work."""
    folder = tmp_path / "out"
    first = [story(1, title="one"), story(2, title="two"), story(3, title="three", site="qinghe")]
    again = [
        story(1, title="one, changed", text="另一篇文章。"),
        story(4, title="copy", text=first[1].text, duplicate_of=first[1].id),
        story(5, title="near", near_duplicate_of=first[2].id, similarity=0.9),
        story(6, title="family", near_duplicate_of=first[0].id, similarity=0.5),
    ]
    made(folder, "aaaaaa", first)
    made(folder, "bbbbbb", again, 1)
    made(folder, "cccccc", [story(7, title="not there yet")], 2, manifest=False)
    return folder


def test_rows_of_manifests_in_the_order_of_the_runs(output: Path) -> None:
    assert titles(output) == ["one", "two", "three", "one, changed", "copy", "near", "family"]


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"newest": True}, ["two", "three", "one, changed", "copy", "near", "family"]),
        ({"where": "site = 'qinghe' OR title LIKE 'near%'"}, ["three", "near"]),
        ({"where": "quality.characters > 0 AND title = 'two' -- the second"}, ["two"]),
        ({"where": "crawl_month = '2026-11' AND list_contains(category, '要闻') AND id IS NULL"}, []),
        ({"newest": True, "where": "title LIKE 'one%'"}, ["one, changed"]),
        ({"dedup": "strict"}, ["one", "two", "three", "one, changed", "family"]),
        ({"dedup": "loose"}, ["one", "two", "three", "one, changed"]),
        ({"dedup": "loose", "where": "title NOT IN ('three', 'two')"}, ["one", "one, changed", "copy", "near"]),
        ({"since": "2026-11-02"}, ["one, changed", "copy", "near", "family"]),
        ({"since": "2026-11-02T02:02:00+00:00"}, ["near", "family"]),
        ({"since": "20261101T020000Z-news-aaaaaa"}, ["one, changed", "copy", "near", "family"]),
        ({"since": "20261102T020000Z-news-bbbbbb"}, []),
    ],
)  # fmt: skip
def test_a_choice(output: Path, wanted: Mapping[str, Any], left: list[str]) -> None:
    assert titles(output, **wanted) == left


def test_the_level_of_copies_is_that_of_the_marks() -> None:
    assert COPY == STRICT


def test_a_copy_of_a_copy_goes_and_the_newer_version_of_the_first_one_stays(tmp_path: Path) -> None:
    first, second, third = (story(number, title=str(number)) for number in (1, 2, 3))
    made(tmp_path, "aaaaaa", [first])
    copies = [
        replace(second, near_duplicate_of=first.id, similarity=0.9),
        replace(third, near_duplicate_of=second.id, similarity=0.9),
    ]
    made(tmp_path, "bbbbbb", copies, 1)
    made(tmp_path, "cccccc", [replace(first, title="1, changed", text="改了。")], 2)
    assert titles(tmp_path, newest=True, dedup="strict") == ["1, changed"]
    assert titles(tmp_path, newest=True, dedup="strict", where="title != '1, changed'") == ["2"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--where", "nosuch = 1"], ["--where nosuch = 1", '"nosuch" not found', "id, url, canonical_url"]),
        (["--where", "title = '\udcff'"], ["an SQL condition on"]),
        (["--where", "\x1b[31m"], ["--where \N{SYMBOL FOR ESCAPE}[31m"]),
        (["--where", "title ="], ["--where title =", "syntax error", "an SQL condition on"]),
        (["--where", "true); DROP TABLE files; SELECT (1"], ["one condition is needed"]),
        (["--where", "id IN (SELECT content FROM read_text('/etc/passwd'))"], ["--where", "disabled"]),
        (["--columns", "id,nosuch"], ["--columns nosuch: no such column; there are id, url"]),
        (["--columns", "quality.nosuch"], ["no such column"]),
        (["--columns", "id,id"], ["each once only"]),
        (["--columns", "signature"], ["binary, which only parquet can hold"]),
        (["--columns", "captures", "--format", "txt"], ["columns of text only"]),
        (["--since", "yesterday"], ["neither a date such as 2026-11-01 nor a run", "20261102T020000Z-news-bbbbbb"]),
        (["--since", "20261101T020000Z-news-zzzzzz"], ["nor a run"]),
        (["--shard-size", "1000"], ["add -o FOLDER"]),
        (["--shard-size", "many", "-o", "x"], ["100000", "256MB"]),
        (["--shard-size", "0", "-o", "x"], ["100000", "256MB"]),
        (["-o", "rows.xls"], ["add --format", ".jsonl, .csv, .txt, .parquet"]),
        (["-o", "no/rows.csv"], ["no such folder"]),
        (["--bom"], ["--bom is for csv"]),
        (["rows.csv"], ["no argument 'rows.csv'"]),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_allowed(output: Path, words: list[str], said: list[str]) -> None:
    call("export", output, *words).says(2, *said)
    assert not [path for path in output.parent.iterdir() if path != output]


def test_what_is_no_dataset_or_no_place_for_an_export(output: Path, tmp_path: Path) -> None:
    call("export", tmp_path / "nowhere").says(2, "no such folder")
    (tmp_path / "empty").mkdir()
    call("export", tmp_path / "empty").says(2, "no dataset there")
    call("export", output, "-o", str(output / "articles" / "x.jsonl")).says(2, "among the dataset's own files")
    call("export", output, "-o", str(tmp_path), "--format", "csv").says(2, "is a folder; add --shard-size")
    call("export", output, "-o", str(tmp_path), "--shard-size", "5").says(2, "is there already")
    (next((output / "manifests").iterdir())).write_text("{}")
    call("export", output).says(4, "is no manifest")


def test_a_part_that_is_cut_is_told_and_the_others_are_exported(output: Path, tmp_path: Path) -> None:
    part = min((output / "articles").rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    done = call("export", output, "--columns", "title", "-o", str(tmp_path / "rows.jsonl"))
    done.says(4, str(part), "left out")
    assert len((tmp_path / "rows.jsonl").read_text("utf-8").splitlines()) == 4


ODD = 'He said "不", then\nleft,\u2028\r\nand = 1 + 1'


def exported(tmp_path: Path, format: str, columns: str | None = None, *, bom: bool = False) -> bytes:
    folder = tmp_path / "out"
    made(folder, "aaaaaa", [story(1, title="一", text="第一段。\n第二段。", author=ODD), story(2, title="二")])
    chosen = choose(folder, load_manifests(folder), Choice(), spill=tmp_path / "spill")
    wanted, file = layout(format, columns, bom=bom), io.BytesIO()  # type: ignore[arg-type]
    assert write_stream(chosen.tables(wanted.needed), file, wanted) == 2
    return file.getvalue()


def test_json_lines_hold_everything_but_what_is_binary(tmp_path: Path) -> None:
    first, second = map(json.loads, exported(tmp_path, "jsonl").decode().rstrip("\n").split("\n"))
    assert list(first) == [name for name in SCHEMA.names if name != "signature"]
    assert (first["text"], first["author"]) == ("第一段。\n第二段。", ODD)
    assert second["fetched_at"] == "2026-11-01T02:01:00+00:00"
    assert second["captures"][0]["offset"] == 2000


def test_columns_and_fields_of_structs_by_name(tmp_path: Path) -> None:
    [line, _] = exported(tmp_path, "jsonl", "title, quality.characters").decode().splitlines()
    assert json.loads(line) == {"title": "一", "quality.characters": 240}


def test_csv_is_read_back_as_it_was_and_has_a_mark_for_excel_on_request(tmp_path: Path) -> None:
    written = exported(tmp_path, "csv", bom=True)
    assert written.startswith(b"\xef\xbb\xbfid,url,")
    first, second = csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    assert (first["author"], first["text"]) == (ODD, "第一段。\n第二段。")
    assert json.loads(second["category"]) == ["要闻"]
    assert second["lead"] == ""


def test_text_is_one_document_a_record(tmp_path: Path) -> None:
    documents = exported(tmp_path, "txt").decode().split("\n\n")
    assert documents == ["一\n第一段。\n第二段。", f"二\n{story(2).text}", ""]


def test_parquet_is_read_back_as_it_was(tmp_path: Path) -> None:
    table = pq.read_table(io.BytesIO(exported(tmp_path, "parquet")))
    assert table.schema.equals(SCHEMA, check_metadata=False)
    stored = pq.read_table(tmp_path / "out" / "articles", partitioning=None)
    assert table.to_pylist() == stored.to_pylist()


@given(
    sizes=st.lists(st.integers(0, 40), max_size=6),
    most=st.integers(1, 30),
    by_bytes=st.booleans(),
    format=st.sampled_from(["jsonl", "csv", "txt", "parquet"]),
)
def test_shards_hold_every_row_once_in_order(
    tmp_path_factory: Any, sizes: list[int], most: int, by_bytes: bool, format: Any
) -> None:
    folder = tmp_path_factory.mktemp("shards") / "out"
    numbers = iter(range(1000))
    stream = [pa.table({"title": [f"t{next(numbers)}" for _ in range(size)]}, schema=TITLES) for size in sizes]
    size = ShardSize(bytes=40 * most) if by_bytes else ShardSize(rows=most)
    written, files = write_shards(iter(stream), folder, layout(format, "title"), size)
    shards = [read(path, format) for path in sorted(folder.iterdir())]
    assert (written, files) == (sum(sizes), len(shards))
    assert [title for shard in shards for title in shard] == [f"t{number}" for number in range(sum(sizes))]
    if not by_bytes:
        assert all(len(shard) == most for shard in shards[:-1])


TITLES = pa.schema([("title", pa.string())])


def read(path: Path, format: str) -> list[str]:
    if format == "parquet":
        found: list[str] = pq.read_table(path)["title"].to_pylist()
        return found
    text = path.read_text("utf-8")
    if format == "csv":
        return text.splitlines()[1:]
    return [json.loads(line)["title"] for line in text.splitlines()] if format == "jsonl" else text.split()


def test_a_file_is_replaced_when_all_is_written_and_not_before(tmp_path: Path) -> None:
    target, wanted = tmp_path / "rows.jsonl", layout("jsonl", "title")
    target.write_text("the old one")

    def stream() -> Any:
        yield pa.table({"title": ["t"]}, schema=TITLES)
        assert target.read_text() == "the old one"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_file(stream(), target, wanted)
    with pytest.raises(OSError, match="full"):
        write_shards(stream(), tmp_path / "shards", wanted, ShardSize(rows=1))
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]
    assert target.read_text() == "the old one"


@pytest.mark.parametrize(
    ("given", "size"),
    [("100", ShardSize(rows=100)), ("1KB", ShardSize(bytes=1000)), ("256mb", ShardSize(bytes=256 * 10**6))],
)
def test_sizes_of_shards(given: str, size: ShardSize) -> None:
    assert shard_size(given) == size


@pytest.mark.slow
def test_the_rows_of_a_crawl_come_out_of_standard_output(tmp_path: Path) -> None:
    with serve(Scaled(12)) as web:
        assert crawl("fanwen", web.write_sites(tmp_path / "sites"), tmp_path / "out").returncode == 0
    done = scrapy("export", "--columns", "id,text", settings={"OUTPUT_DIR": str(tmp_path / "out")})
    assert (done.returncode, done.stderr) == (0, "")
    found = {each["id"]: each["text"] for each in map(json.loads, done.stdout.splitlines())}
    assert found == {each["id"]: each["text"] for each in rows(tmp_path / "out")}
    assert len(found) == 12
