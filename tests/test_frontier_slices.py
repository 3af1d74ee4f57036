"""Links of a long list come to the frontier in slices, of which the last one comes with the end of the visit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.frontier.entry import Entry, Leased
from crawler.frontier.frontier import COMMIT_LINKS, Frontier
from crawler.frontier.tables import DONE, shape, url
from tests.frontier_kit import Clock, done, drain, entry, frontier, query

LIST = "http://h.test/list_1.html"
LISTS = [entry(f"http://h.test/list_{number}.html", "list") for number in range(2, 7)]
ARTICLES = [entry(f"http://h.test/a/{number}.html") for number in range(5)]
LINKS = [*LISTS, *ARTICLES]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "frontier.sqlite3"


def begin(front: Frontier, known: Sequence[Entry] = ()) -> Leased:
    """Visit a list, other URLs being known."""
    for each in (entry(LIST, "list"), *known):
        front.add(each)
    leased = front.next()
    assert leased is not None
    assert leased.entry.url == LIST
    return leased


def slices(size: int) -> list[list[Entry]]:
    return [LINKS[start : start + size] for start in range(0, len(LINKS), size)]


def table(path: Path) -> list[Any]:
    columns = (url.c.url, url.c.state, url.c.depth, url.c.barren)
    return [query(path, select(*columns).order_by(url.c.id)), query(path, select(shape))]


@pytest.mark.parametrize("known", [(), ARTICLES], ids=["fresh", "barren"])
@pytest.mark.parametrize("size", [1, 3])
def test_a_list_in_slices_is_judged_as_the_whole_is(tmp_path: Path, known: Sequence[Entry], size: int) -> None:
    tables = []
    for name in ("whole", "slices"):
        front = frontier(tmp_path / name, clock=Clock())
        leased = begin(front, known)
        if name == "whole":
            front.visited(done(leased, *LINKS))
        else:
            fresh = front.is_fresh(LINKS)
            *first, last = slices(size)
            for some in first:
                front.store_slice(leased, some, fresh=fresh)
            front.visited(done(leased, *last, fresh=fresh))
        front.close()
        tables.append(table(tmp_path / name))
    assert tables[0] == tables[1]
    [row] = tables[0][1]
    assert row.barren == (1 if known else 0)


def test_a_crash_between_two_slices_loses_and_doubles_nothing(path: Path) -> None:
    front = frontier(path)
    leased = begin(front)
    for some in slices(3)[:2]:
        front.store_slice(leased, some, fresh=True)
    front.abandon()
    assert len(query(path, select(url))) == 7
    front = frontier(path, "two")
    asked = drain(front, lambda leased: LINKS if leased.entry.url == LIST else ())
    front.flush()
    assert sorted(asked) == sorted([LIST, *(each.url for each in LINKS)])
    assert front.pending == 0
    assert {row.state for row in query(path, select(url))} == {DONE}


def test_the_page_is_done_in_the_transaction_of_its_last_slice(path: Path) -> None:
    front = frontier(path)
    leased = begin(front)
    for some in slices(3)[:-1]:
        front.store_slice(leased, some, fresh=True)
        front.flush()
    assert DONE not in {row.state for row in query(path, select(url))}
    front.visited(done(leased, *slices(3)[-1], fresh=True))
    assert len(query(path, select(url))) == len(LINKS)
    front.flush()
    assert len(query(path, select(url))) == len(LINKS) + 1
    assert [row.url for row in query(path, select(url).where(url.c.state == DONE))] == [LIST]


def test_no_slice_is_stored_without_the_lease(path: Path) -> None:
    clock = Clock()
    one = frontier(path, "one", alive=lambda owner: True, clock=clock, lease_seconds=100)
    leased = begin(one)
    one.store_slice(leased, LINKS[:1], fresh=True)
    clock.now += 101
    two = frontier(path, "two", alive=lambda owner: True, clock=clock, lease_seconds=100)
    assert two.next() is not None
    for some in LINKS[1:3], LINKS[3:]:
        one.store_slice(leased, some, fresh=True)
    assert len(query(path, select(url))) == 2


def test_links_that_wait_are_committed_when_they_are_many(path: Path) -> None:
    front = frontier(path)
    for number in range(4):
        front.add(entry(f"http://h{number}.test/", "seed"))
    for leased in [front.next() for _ in range(4)]:
        assert leased is not None
        assert len(query(path, select(url))) == 4
        front.visited(done(leased, *(entry(f"{leased.entry.url}{n}.html") for n in range(COMMIT_LINKS // 4))))
    assert len(query(path, select(url))) == 4 + COMMIT_LINKS
