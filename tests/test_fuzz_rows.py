"""Every field of a row with every unpleasant value: written, compacted, read by every reader, shown, reported."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from crawler.browse.room import ReadingRoom
from crawler.extract.article import Article, Capture, Reject, RejectedPage, TextPart
from pipelines.dataset.fit import UnfitError
from pipelines.dataset.manifest import KINDS, Manifest
from pipelines.dataset.parts import PartWriter
from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, reject_row, row
from pipelines.process import finish
from tests.command_kit import call
from tests.extract_kit import TEXT
from tests.test_dataset import full
from tests.test_fit import FIELDS, with_value

pytestmark = pytest.mark.slow

SEPTEMBER = datetime(2026, 9, 20, 12, tzinfo=UTC)
RUN = "20260920T120000Z-news-aaaaaa"
VALUES = [
    *(None, True, -1, 0, 2**31, -(2**63) - 1, 10**400, 0.5, float("nan"), float("inf"), -1e308),
    *(
        "",
        "\0",
        "\ud800",
        "\x1b[31m红",
        "\uffff\u202e",
        "字" * 3000,
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "%s{}",
    ),
    *(b"", b"\xff\x00", datetime(1, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC), timedelta(days=1)),
    *([], [None], ["", "a" * 3000], [[["x"]]], {}, {"a": {"b": []}}, object(), full(), Capture),
]
STEPS = ("title", "text", "lead", "source", "author", "editor", "category", "keywords", "notices", "parts")
"""What the steps between a page and its row read or change."""


def articles() -> Iterator[Article]:
    """One for each field and value, each an article of its own unless the value says otherwise."""
    for number, ((column, name), value) in enumerate(itertools.product(FIELDS, VALUES)):
        changed = with_value(column, name, value)
        own = {"id": f"{number:032x}", "run_id": RUN, "fetched_at": SEPTEMBER + timedelta(seconds=number)}
        yield dataclasses.replace(changed, **{key: held for key, held in own.items() if key != name or column})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of all rows that could be made."""
    folder = tmp_path_factory.mktemp("rows") / "out"
    writers = [
        PartWriter(folder, kind, schema, run_id=RUN, started=SEPTEMBER)
        for kind, schema in zip(KINDS, (SCHEMA, REJECT_SCHEMA), strict=True)
    ]
    for each in articles():
        try:
            writers[0].add(row(each))
        except UnfitError as refused:
            page = RejectedPage(full().url, "demo", "news", Reject("broken", str(refused)), full().captures[0])
            writers[1].add(reject_row(page, run_id=RUN, rules_version="1"))
    for writer in writers:
        writer.close()
    files = [part for writer in writers for part in writer.parts]
    Manifest(RUN, "news", ["demo"], SEPTEMBER, SEPTEMBER, "1", files, []).write(folder)
    (folder.parent / "sites").mkdir()
    return folder


def test_the_steps_between_page_and_row_take_any_text() -> None:
    kept = 0
    for name, value in itertools.product(STEPS, [each for each in VALUES if isinstance(each, str)]):
        many = name in ("category", "keywords", "notices", "parts")
        listed = [TextPart(value, value, 0, 9)] if name == "parts" else [value]
        whole = dataclasses.replace(full(), text=TEXT, parts=[], removed=[])
        ended = finish(dataclasses.replace(whole, **{name: listed if many else value}))  # type: ignore[arg-type]
        if isinstance(ended, Article):
            kept += 1
            row(ended)
    assert kept > 60


def test_each_is_a_row_or_a_reject(output: Path) -> None:
    made, refused = (pq.read_table(output / kind).num_rows for kind in KINDS)
    assert made + refused == len(FIELDS) * len(VALUES)
    assert made > 500
    assert refused > 500


def test_every_reader_reads_them_after_compaction_too(output: Path) -> None:
    counts = []
    for _ in range(2):
        number = pq.read_table(output / "articles").num_rows
        assert len(pd.read_parquet(output / "articles")) == number
        assert pl.read_parquet(output / "articles").height == number
        assert duckdb.sql(f"SELECT count(*) FROM '{output}/articles/**/*.parquet'").fetchall() == [(number,)]
        assert duckdb.sql(f"SELECT max(fetched_at)::VARCHAR FROM '{output}/articles/**/*.parquet'").fetchall()
        counts.append(number)
        done = call("compact", output)
        assert done.status == 0, done.err
    assert counts[0] - counts[1] < len(VALUES)  # newer versions of one id


def test_report_card_and_show_take_them(output: Path) -> None:
    for words in (("report",), ("card", "--name", "x")):
        done = call(words[0], output, *words[1:])
        assert done.status == 0, done.err
    for identity in pq.read_table(output / "articles", columns=["id"])["id"].to_pylist()[::37]:
        done = call("show", output, identity)
        assert done.status == 0, done.err
        assert "\x1b[31m红" not in done.out


def test_the_reading_room_shows_each(output: Path) -> None:
    room = ReadingRoom(output)
    for page in range(0, 60, 9):
        for kind in KINDS:
            assert room.answer("", {"page": str(page), "kind": kind, "q": "'%_\\"}).status == 200
            assert room.answer("", {"page": str(page), "kind": kind}).status == 200
    for identity in pq.read_table(output / "articles", columns=["id"])["id"].to_pylist()[::7]:
        answer = room.answer("row", {"id": identity})
        assert answer.status in (200, 404)
        assert "<script>alert" not in answer.body
