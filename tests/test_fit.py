"""The border of the dataset: whatever value a field has, its row is stored, or refused by itself and by name."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.article import Article, Capture, Document, Quality, Reject, RejectedPage, Removed, TextPart
from pipelines.dataset.fit import LONGEST, LONGEST_OF, MOST_OF, UnfitError
from pipelines.dataset.schema import NULLABLE, REJECT_SCHEMA, SCHEMA, reject_row, row, to_table
from tests.test_dataset import article, full

UNPLEASANT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**31, -(2**31) - 1, 2**63, -(2**63) - 1, 10**400, 99999999999999999999 * 1024]),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.sampled_from(["\0", "\x1b[2J", "\x9b2J", "\ud800", "a\udfff\0b", "字" * (LONGEST + 1), ""]),
    st.binary(max_size=5),
    st.datetimes(),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])),
    st.lists(st.one_of(st.none(), st.integers(), st.text(st.characters(), max_size=5)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.builds(object),
)
STRUCTS = {"document": Document, "quality": Quality, "parts": TextPart, "removed": Removed, "captures": Capture}
FIELDS = [(None, name) for name in SCHEMA.names] + [
    (column, field.name) for column, kind in STRUCTS.items() for field in dataclasses.fields(kind)
]


CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def texts(value: object) -> Iterator[str]:
    """All strings in a row, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def stored(rows: list[dict[str, Any]], schema: pa.Schema) -> list[dict[str, Any]]:
    sink = pa.BufferOutputStream()
    pq.write_table(to_table(rows, schema), sink)
    found: list[dict[str, Any]] = pq.read_table(pa.BufferReader(sink.getvalue())).to_pylist()
    return found


def with_value(column: str | None, name: str, value: object) -> Article:
    whole = full()
    if column is None:
        return dataclasses.replace(whole, **{name: value})  # type: ignore[arg-type]
    held = getattr(whole, column)
    inner = dataclasses.replace(held[0] if isinstance(held, list) else held, **{name: value})
    return dataclasses.replace(whole, **{column: [inner] if isinstance(held, list) else inner})  # type: ignore[arg-type]


@pytest.mark.parametrize(("column", "name"), FIELDS)
@given(value=UNPLEASANT)
def test_whatever_a_field_holds_the_row_is_stored_or_refused(column: str | None, name: str, value: object) -> None:
    refused, made = None, None
    try:
        made = row(with_value(column, name, value))
    except UnfitError as error:
        refused = str(error)
    if made is None:
        assert (column or name) in str(refused)
        assert not {name, column, f"{column}.{name}"} & NULLABLE
    else:
        assert stored([made], SCHEMA) == [made]
        assert not [text for text in texts(made) if CONTROLS.search(text)]


@given(st.text(st.characters(), max_size=30))
def test_controls_become_marks_and_every_offset_stays_true(text: str) -> None:
    kept = row(with_value(None, "text", text))["text"]
    assert len(kept) == len(text)
    assert all(
        one == other or (other == "\ufffd" and CONTROLS.match(one)) for one, other in zip(text, kept, strict=True)
    )


@given(
    st.lists(UNPLEASANT, min_size=5, max_size=5), st.one_of(st.none(), st.builds(object), st.just(full().captures[0]))
)
def test_whatever_a_reject_holds_it_is_stored_or_refused(values: list[Any], capture: Any) -> None:
    url, site, family, reason, detail = values
    try:
        made = reject_row(
            RejectedPage(url, site, family, Reject(reason, detail), capture), run_id="r", rules_version="1"
        )
    except UnfitError:
        return
    assert stored([made], REJECT_SCHEMA) == [made]


def test_what_cannot_be_stored_is_null_where_it_may_be() -> None:
    size = 99999999999999999999 * 1024
    odd = row(article(1, document=Document("docx", 2**40, size, "9"), author="名" * 5000, similarity=float("nan")))
    assert odd["document"]["size_bytes"] is None
    assert odd["document"]["pages"] is None
    assert odd["document"]["id"] == "9"
    assert odd["author"] is None
    assert odd["similarity"] is None


def test_a_title_is_cut_and_a_text_is_not() -> None:
    assert row(article(1, title="题" * 5000))["title"] == "题" * LONGEST_OF["title"]
    with pytest.raises(UnfitError, match="'text': 32000001 characters"):
        row(article(1, text="字" * (LONGEST_OF["text"] + 1)))


def test_keywords_that_cannot_be_stored_are_left_out_and_captures_are_not() -> None:
    assert row(article(1, keywords=["春", "长" * 5000, None, "夏"]))["keywords"] == ["春", "夏"]
    assert len(row(article(1, keywords=["词"] * 5000))["keywords"]) == MOST_OF["keywords"]
    with pytest.raises(UnfitError, match=r"captures\.offset"):
        row(article(1, captures=[dataclasses.replace(full().captures[0], offset=2**63)]))


def test_instants_are_those_that_every_reader_can_hold() -> None:
    for year, kept in ((1, False), (1699, False), (1700, True), (2199, True), (2200, False), (9999, False)):
        instant = datetime(year, 1, 1, tzinfo=UTC)
        assert row(article(1, published_at=instant))["published_at"] == (instant if kept else None)
    with pytest.raises(UnfitError, match="fetched_at"):
        row(article(1, fetched_at=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)))


def test_a_reject_whose_capture_cannot_be_stored_is_told_without_it() -> None:
    page = RejectedPage(
        "http://a/", "s", "news", Reject("broken", "x" * 9000), dataclasses.replace(full().captures[0], length=-(2**70))
    )
    made = reject_row(page, run_id="r", rules_version="1")
    assert made["capture"] is None
    assert made["detail"] == "x" * LONGEST_OF["detail"]
