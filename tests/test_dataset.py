"""The Parquet folder: frozen schema, whole files only, and every reader's shortest idiom."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.article import Article, Capture, Document, Quality, Reject, RejectedPage, Removed, TextPart
from pipelines.dataset.part import SCHEMA_VERSION
from pipelines.dataset.parts import PartWriter
from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, reject_row, row, to_table

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def article(number: int, *, site: str = "demo", at: datetime = NOON, **columns: object) -> Article:
    url = f"http://demo.localhost/{number}.html"
    values: dict[str, object] = {
        "id": f"{number:032x}",
        "url": url,
        "canonical_url": url,
        "site": site,
        "family": "news",
        "template": "generic",
        "title": f"第{number}篇",
        "text": "春风又绿江南岸。\n明月何时照我还？",
        "charset": "gb18030",
        "text_digest": "0" * 64,
        "fetched_at": at,
        "captures": [Capture(f"<urn:uuid:{number}>", "news/a.warc.gz", 10 * number, 9, url, "sha1:A", at)],
        "run_id": "r",
        "rules_version": "1",
    }
    return Article(**{**values, **columns})  # type: ignore[arg-type]


def full() -> Article:
    """Every column that may be null holds a value."""
    return article(
        7,
        lead="导语",
        published="2011-10-15T10:19:00",
        published_at=datetime(2011, 10, 15, 2, 19, tzinfo=UTC),
        source="临汾新闻网",
        author="张三",
        editor="李四",
        category=["新闻"],
        keywords=["春"],
        parts=[TextPart("part", "篇一", 0, 8)],
        document=Document("docx", 3, 27730, "9", "3 金币", "某", "2020-01-01"),
        notices=["转载请注明"],
        removed=[Removed("watermark", "www", 3)],
        language="zh",
        script="Hans",
        quality=Quality(17, 0.9, 1.0, 0.0, [0.1, 0.2], 0, 0, 0.5, 0),
        signature=b"\x00\xff",
        duplicate_of="a",
        near_duplicate_of="b",
        similarity=0.9,
    )


def write(output: Path, *articles: Article, run_id: str = "20261120T120000Z-news-aaaaaa") -> PartWriter:
    writer = PartWriter(output, "articles", SCHEMA, run_id=run_id, started=NOON)
    for each in articles:
        writer.add(row(each))
    writer.flush()
    return writer


def test_the_columns_are_the_fields_of_article_in_order() -> None:
    assert SCHEMA.names == [field.name for field in dataclasses.fields(Article)]
    for column, kind in (("document", Document), ("quality", Quality)):
        assert [f.name for f in SCHEMA.field(column).type] == [f.name for f in dataclasses.fields(kind)]
    for column, kind in (("parts", TextPart), ("removed", Removed), ("captures", Capture)):
        assert [f.name for f in SCHEMA.field(column).type.value_type] == [f.name for f in dataclasses.fields(kind)]


def test_the_schema_of_this_version_is_frozen() -> None:
    """What users' queries rely on. CONTRIBUTING.md, "A column", says what a change would take."""
    schemas = {"articles": SCHEMA, "rejects": REJECT_SCHEMA}
    lines = [f"{kind}.{field.name}: {field.type}" for kind, schema in schemas.items() for field in schema]
    pinned = (Path(__file__).parent / "fixtures" / "schema.txt").read_text("utf-8").splitlines()
    assert [f"version {SCHEMA_VERSION}", *lines] == pinned


def test_a_row_comes_back_as_it_went_in(tmp_path: Path) -> None:
    write(tmp_path, full())
    (stored,) = pq.read_table(next(tmp_path.rglob("articles/**/*.parquet")), partitioning=None).to_pylist()
    assert stored == row(full())


def test_the_schema_on_disk_is_the_frozen_one_even_when_every_optional_column_is_null(tmp_path: Path) -> None:
    write(tmp_path, article(1))
    stored = pq.read_schema(next(tmp_path.rglob("articles/**/*.parquet")))
    assert stored.equals(SCHEMA, check_metadata=False)
    assert stored.metadata[b"crawler.schema_version"] == b"1"
    assert "crawl_month" not in stored.names


def test_rejects_keep_reason_and_capture(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path, "rejects", REJECT_SCHEMA, run_id="r", started=NOON)
    capture = article(1).captures[0]
    for held in (capture, None):
        page = RejectedPage("http://demo.localhost/x", "demo", "news", Reject("too_short", "12 字"), held)
        writer.add(reject_row(page, run_id="r", rules_version="1"))
    writer.flush()
    stored = ds.dataset(tmp_path / "rejects", partitioning="hive").to_table().to_pylist()
    assert [line["reason"] for line in stored] == ["too_short", "too_short"]
    assert {line["crawl_month"] for line in stored} == {"2026-11"}


def test_rows_lie_in_the_month_of_their_first_page_and_are_sorted_by_site_and_time(tmp_path: Path) -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC)
    write(
        tmp_path,
        article(1, site="b"),
        article(2, site="a", at=NOON + timedelta(hours=1)),
        article(3, site="a"),
        article(4, at=december),
        article(5, at=december - timedelta(microseconds=1)),
    )
    months = {path.parent.name: pq.ParquetFile(path) for path in tmp_path.glob("articles/*/*.parquet")}
    assert sorted(months) == ["crawl_month=2026-11", "crawl_month=2026-12"]
    november = months["crawl_month=2026-11"].read()
    assert november.column("title").to_pylist() == ["第3篇", "第2篇", "第1篇", "第5篇"]
    group = months["crawl_month=2026-11"].metadata.row_group(0)
    assert [column.column_index for column in group.sorting_columns] == [
        SCHEMA.get_field_index("site"),
        next(i for i in range(group.num_columns) if group.column(i).path_in_schema == "fetched_at"),
        SCHEMA.get_field_index("id"),
    ]


def test_a_part_has_statistics_a_page_index_and_a_bloom_filter_on_id(tmp_path: Path) -> None:
    write(tmp_path, *(article(n) for n in range(100)))
    path = next(tmp_path.glob("articles/*/*.parquet"))
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    assert column.path_in_schema == "id"
    assert column.statistics.has_min_max
    assert column.has_column_index
    assert column.has_offset_index
    query = "SELECT bloom_filter_length FROM parquet_metadata(?) WHERE path_in_schema = 'id'"
    assert duckdb.execute(query, [str(path)]).fetchall() != [(None,)]


def test_memory_is_bounded_a_part_is_written_when_the_buffer_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.dataset.parts.MAX_ROWS", 10)
    writer = write(tmp_path, *(article(n) for n in range(25)))
    assert [part.rows for part in writer.parts] == [10, 10, 5]
    monkeypatch.setattr("pipelines.dataset.parts.MAX_BYTES", 1 << 20)
    writer = write(tmp_path, *(article(n, text="字" * 200_000) for n in range(6)), run_id="s")
    assert [part.rows for part in writer.parts] == [3, 3]


@pytest.mark.parametrize("count", [199, 200, 201, 400])
def test_rows_that_wait_packed_are_all_written(tmp_path: Path, count: int) -> None:
    [part] = write(tmp_path, *(article(n) for n in range(count))).parts
    assert part.rows == count
    table = pq.read_table(tmp_path / part.path, partitioning=None)
    assert table.to_pylist() == sorted((row(article(n)) for n in range(count)), key=lambda each: each["id"])


def test_the_part_describes_its_file(tmp_path: Path) -> None:
    (part,) = write(tmp_path, article(1)).parts
    content = (tmp_path / part.path).read_bytes()
    assert (part.rows, part.bytes, part.sha256) == (1, len(content), hashlib.sha256(content).hexdigest())


def test_a_lone_surrogate_costs_one_character_not_the_part(tmp_path: Path) -> None:
    broken = article(1, text="前\ud800后", keywords=["\udfff"], removed=[Removed("r", "\udc00x", 1)])
    write(tmp_path, broken, article(2))
    first, second = ds.dataset(tmp_path / "articles").to_table().sort_by("id").to_pylist()
    assert (first["text"], first["keywords"], first["removed"][0]["text"]) == ("前\ufffd后", ["\ufffd"], "\ufffdx")
    assert second == row(article(2))


@given(st.lists(st.text(st.characters(), max_size=30), min_size=7, max_size=7))
def test_whatever_characters_a_page_holds_a_row_comes_back_the_same(strings: list[str]) -> None:
    title, text, lead, keyword, notice, span, price = strings
    odd = article(
        1,
        title=title,
        text=text,
        lead=lead,
        keywords=[keyword],
        notices=[notice],
        removed=[Removed("r", span, 0)],
        document=Document(price=price),
    )
    sink = pa.BufferOutputStream()
    pq.write_table(to_table([row(odd)], SCHEMA), sink)
    (stored,) = pq.read_table(pa.BufferReader(sink.getvalue())).to_pylist()
    assert len(stored["text"]) == len(text)
    assert stored["text_digest"] == hashlib.sha256(stored["text"].encode()).hexdigest()
    if not re.search("[\ud800-\udfff]", "".join(strings)):
        assert stored == row(odd)


def test_nothing_but_whole_parts_lies_below_articles_when_the_storage_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.dataset.parts.os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path, article(1))
    assert [path for path in (tmp_path / "articles").rglob("*") if path.is_file()] == []


# One line for each reader, on a folder of two runs and two months where some columns are null throughout.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, article(1), article(2), run_id="first")
    write(tmp_path, full(), article(4, at=datetime(2026, 12, 2, tzinfo=UTC)), run_id="second")
    return tmp_path / "articles"


def test_pyarrow_reads_the_folder(folder: Path) -> None:
    table = pq.read_table(folder)
    assert table.num_rows == 4
    assert table.select(SCHEMA.names).schema.equals(SCHEMA, check_metadata=False)


def test_pandas_reads_the_folder(folder: Path) -> None:
    frame = pd.read_parquet(folder)
    assert len(frame) == 4
    assert str(frame["fetched_at"].dtype) == "datetime64[us, UTC]"
    assert sorted(frame["crawl_month"].unique()) == ["2026-11", "2026-12"]


def test_polars_reads_the_folder(folder: Path) -> None:
    frame = pl.read_parquet(folder)
    assert len(frame) == 4
    assert frame.schema["similarity"] == pl.Float64
    assert pl.scan_parquet(folder).filter(pl.col("title") == "第7篇").collect()["author"].to_list() == ["张三"]


# DuckDB 2.0 calls DataFrame.drop(inplace=True), which pandas 3.1 deprecates: theirs to mend.
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_duckdb_reads_the_folder(folder: Path) -> None:
    assert len(duckdb.sql(f"SELECT * FROM '{folder}/**/*.parquet'").df()) == 4
    query = f"SELECT title FROM '{folder}/**/*.parquet' WHERE quality.han_ratio >= 0.9 AND crawl_month = '2026-11'"
    assert duckdb.sql(query).fetchall() == [("第7篇",)]
