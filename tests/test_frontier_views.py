"""What is read out of a frontier at the end of a run, and what is put into one that was lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine, insert, select

from crawler.extract.article import Capture
from crawler.frontier.census import Census, census
from crawler.frontier.database import open_database
from crawler.frontier.entry import Entry, Held, held_json
from crawler.frontier.open_work import open_work
from crawler.frontier.policy import DAY, RECRAWL_DAYS
from crawler.frontier.recall import last_capture
from crawler.frontier.restored import restore
from crawler.frontier.rounds import enter
from crawler.frontier.tables import site_round, url
from crawler.navigation.chain import Chain
from tests.dataset_kit import FAMILY, NAME, crawl, places, scaled, write_site
from tests.frontier_kit import entry, query

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
RUN = "20261120T080000Z-news-000001"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_database(f"sqlite:///{tmp_path / 'frontier.sqlite3'}")
    yield made
    made.dispose()


def put(engine: Engine, *rows: dict[str, Any]) -> None:
    """Into the table of URLs: each a visited article of site "s" that its list has shown in round 2."""
    usual = {
        **{"host_id": 1, "site": "s", "family": "news", "role": "article", "state": "done", "reason": None},
        **{"depth": 1, "priority": 0, "barren": 0, "chain": False, "round": 1, "met": 2, "discovered": 0.0},
        **{"run": "another", "held": None, "payload": None, "next_due": None},
    }
    with engine.begin() as connection:
        names = [{"key": str(number), "url": f"http://h.test/{number}.html"} for number in range(len(rows))]
        connection.execute(insert(url), [usual | name | row for name, row in zip(names, rows, strict=True)])


def begin(engine: Engine, **ended: float | None) -> None:
    with engine.begin() as connection:
        rows = [{"site": site, "number": 2, "began": 0.0, "ended": at} for site, at in ended.items()]
        connection.execute(insert(site_round), rows)


@pytest.mark.parametrize(
    ("row", "counted"),
    [
        ({}, {"done": 1, "standing": 1}),
        ({"run": None}, {"done": 1, "standing": 1}),
        ({"run": RUN}, {"done": 1}),  # its row is of this run
        ({"run": RUN, "reason": "unchanged"}, {"done": 1, "unchanged": 1, "standing": 1}),
        ({"reason": "unchanged"}, {"done": 1, "standing": 1}),
        ({"reason": "redirect"}, {"done": 1}),
        ({"met": 1}, {"done": 1}),
        ({"role": "list"}, {"done": 1}),
        ({"chain": True}, {"done": 1}),
        ({"state": "pending"}, {"pending": 1}),
        ({"state": "leased"}, {"pending": 1}),
        ({"state": "failed"}, {"failed": 1}),
        ({"state": "gone"}, {"gone": 1}),
    ],
)
def test_the_urls_of_a_site_are_counted(engine: Engine, row: dict[str, Any], counted: dict[str, int]) -> None:
    begin(engine, s=None, other=1.0)
    put(engine, row, {"site": "other"})
    address = engine.url.render_as_string()
    assert census(address, ["s"], RUN) == {"s": Census(2, complete=False, **counted)}
    assert census(address, ["other", "never"], RUN) == {"other": Census(2, complete=True, done=1, standing=1)}


def test_states_of_one_name_are_added(engine: Engine) -> None:
    begin(engine, s=None)
    put(engine, {"state": "pending"}, {"state": "leased"}, {"state": "leased"}, {}, {})
    found = census(engine.url.render_as_string(), ["s"], RUN)["s"]
    assert (found.pending, found.done, found.standing) == (3, 2, 2)


def test_what_is_open_are_pages_to_visit_their_answers_and_the_pages_before_them(engine: Engine) -> None:
    def capture(record: str) -> Capture:
        return Capture(record, "w.warc.gz", 0, 1, "http://h.test/0.html", "d", AT)

    further = json.dumps({"meta": {"article": Chain((capture("first"), capture("second"))).further()}})
    held = held_json(Held(capture("held")))
    put(
        engine,
        {"state": "pending"},
        {"state": "leased", "held": held},
        {"state": "pending", "chain": True, "payload": further},
        {"state": "pending", "chain": True},
        {"state": "pending", "payload": json.dumps({"meta": {}})},
        *({"state": state, "held": held_json(Held(capture(state)))} for state in ("done", "failed", "gone")),
    )
    urls, records = open_work(engine)
    assert urls == {f"http://h.test/{number}.html" for number in range(5)}
    assert records == {"held", "first", "second"}


def test_a_round_brings_back_what_is_due_of_its_own_site(engine: Engine) -> None:
    put(
        engine,
        {"next_due": 10.0, "reason": "unchanged", "held": "{}"},
        {"next_due": 10.0, "state": "failed"},
        {"next_due": 10.5},
        {},
        {"next_due": 10.0, "state": "gone"},
        {"next_due": 10.0, "site": "other"},
    )
    with engine.begin() as connection:
        entered = enter(connection, ["s"], (), 10.0)["s"]
        found = connection.execute(select(url.c.state, url.c.next_due, url.c.reason, url.c.held)).all()
    assert (entered.number, entered.resumed, entered.due) == (1, False, 2)
    assert [tuple(each) for each in found[:2]] == [("pending", None, None, None)] * 2
    assert [each.state for each in found[2:]] == ["done", "done", "gone", "done"]


@pytest.mark.parametrize(("busy", "number", "resumed"), [((), 3, False), (("s",), 2, True), (("other",), 3, False)])
def test_a_round_that_another_worker_has_just_begun_is_joined(
    engine: Engine, busy: tuple[str, ...], number: int, resumed: bool
) -> None:
    begin(engine, s=1.0)
    with engine.begin() as connection:
        entered = enter(connection, ["s"], busy, 10.0)["s"]
        assert (entered.number, entered.resumed) == (number, resumed)
        assert connection.execute(select(site_round.c.ended)).scalar_one() == (1.0 if resumed else None)


def page(site: str, address: str) -> Entry:
    return entry(address, site=site, priority=5)


def test_a_lost_frontier_knows_the_articles_of_the_dataset_again(tmp_path: Path, engine: Engine) -> None:
    site = scaled(12)
    output, sites, some = tmp_path / "out", write_site(tmp_path / "sites", site), places(site)
    crawl(output, sites, some[:4], 1, AT)
    crawl(output, sites, some[:8], 2, AT + timedelta(days=2))
    rows = [row for part in sorted(output.glob("articles/**/*.parquet")) for row in pq.read_table(part).to_pylist()]
    newest = {row["id"]: Capture.of(row["captures"][0]) for row in sorted(rows, key=lambda row: row["fetched_at"])}
    assert len(rows) > len(newest) > 4
    damage: list[str] = []
    said = restore(engine, output, [NAME], page, RECRAWL_DAYS, damage)
    told = f"it knows again what the dataset has (articles: {len(newest)}, rejected pages: 4)"
    assert (damage, said) == ([], f"the frontier was lost: {told}")
    known = {row.key: row for row in query(engine.url.render_as_string(), select(url))}
    for key, capture in newest.items():
        row, at = known[key], capture.fetched_at.timestamp()
        assert (row.state, row.depth, row.barren, row.chain, row.round, row.met) == ("done", 1, 0, False, 0, 0)
        assert (row.discovered, row.fetched, row.next_due, row.reason) == (at, at, at + DAY, None)
        assert (row.role, row.priority, row.captured_at) == ("article", 5, at)
        assert row.record_id == row.last_record_id == capture.record_id
        assert last_capture(output, replace(page(NAME, capture.url), key=key)) == capture
    rejected = [row for key, row in known.items() if key not in newest]
    assert [(row.state, row.reason) for row in rejected] == [("gone", "status 404"), ("done", None)] * 2
    for row in rejected:
        assert (row.next_due is None) is (row.record_id is None) is (row.state == "gone")
        assert row.last_record_id is not None
    assert restore(engine, output, [NAME], page, RECRAWL_DAYS, damage) is None  # nothing more to do


def test_a_frontier_that_has_begun_or_has_no_dataset_was_not_lost(tmp_path: Path, engine: Engine) -> None:
    site, damage = scaled(3), list[str]()
    output, sites = tmp_path / "out", write_site(tmp_path / "sites", site)
    assert restore(engine, output, [NAME], page, RECRAWL_DAYS, damage) is None
    manifest = crawl(output, sites, places(site)[:2], 1, AT)
    assert manifest.family == FAMILY
    assert restore(engine, output, ["other"], page, RECRAWL_DAYS, damage) is None
    begin(engine, **{NAME: 1.0})
    assert restore(engine, output, [NAME], page, RECRAWL_DAYS, damage) is None
    assert query(engine.url.render_as_string(), select(url)) == []
    assert restore(engine, output, [NAME, "other"], page, RECRAWL_DAYS, damage) is None  # its articles are known
    assert damage == []


def test_only_an_articles_first_page_is_looked_up_in_the_dataset(tmp_path: Path) -> None:
    address = "http://h.test/1.html"
    assert last_capture(tmp_path, entry(address)) is None
    site = scaled(3)
    crawl(tmp_path, write_site(tmp_path / "sites", site), places(site)[:1], 1, AT)
    [part] = tmp_path.glob("articles/**/*.parquet")
    row, *_ = pq.read_table(part).to_pylist()
    assert last_capture(tmp_path, entry(row["url"])) == Capture.of(row["captures"][0])
    assert last_capture(tmp_path, entry(address)) is None
    assert last_capture(tmp_path, entry(row["url"], "list")) is None
    assert last_capture(tmp_path, entry(row["url"], chain=True)) is None
