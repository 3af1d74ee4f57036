"""What the frontier does with links, visits, rounds, leases and failing storage. Databases are real files."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, update

from crawler.extract.article import Capture
from crawler.extract.url import article_id
from crawler.frontier import tables
from crawler.frontier.address import StorageError
from crawler.frontier.database import open_database
from crawler.frontier.elsewhere import MOST_STARTS
from crawler.frontier.entry import Entry, Held, Leased, Visit, further_key
from crawler.frontier.exclusion import exclude_articles, exclude_site, is_forgotten
from crawler.frontier.frontier import COMMIT_SECONDS, MANY_LISTS, POLL_SECONDS, REFILL_SECONDS, Frontier
from crawler.frontier.lease import hold, take_hosts
from crawler.frontier.policy import DAY, Budget, Policy
from crawler.frontier.tables import DONE, FAILED, GONE, PENDING, refusal, url
from crawler.frontier.traps import Limits
from crawler.navigation.chain import Chain
from tests.frontier_kit import Clock, done, drain, entry, frontier, query, statements

LIST = "http://h.test/list_1.html"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "frontier.sqlite3"


def states(path: Path) -> dict[str, str]:
    return {row.url: row.state for row in query(path, select(url))}


def capture(digest: str = "sha256:aa", record: str = "<urn:uuid:1>") -> Capture:
    return Capture(record, "w.warc.gz", 10, 20, "http://h.test/", digest, datetime(2026, 1, 2, tzinfo=UTC))


def test_links_are_fetched_once_whatever_form_they_come_in(path: Path) -> None:
    front = frontier(path)
    front.add(entry(LIST, "seed"))
    links = [entry(f"http://h.test/a/1.html{tail}") for tail in ("", "?utm_source=x", "#top")]
    assert drain(front, lambda leased: links if leased.entry.role == "seed" else ()) == [LIST, "http://h.test/a/1.html"]


def test_higher_priority_first_then_as_found(path: Path) -> None:
    front = frontier(path)
    for number, priority in enumerate([0, 10, 20, 10]):
        front.add(entry(f"http://h.test/{number}.html", priority=priority))
    assert [url[-6] for url in drain(front)] == ["2", "1", "3", "0"]


def test_hosts_take_turns(path: Path) -> None:
    front = frontier(path)
    for number in range(4):
        for host in "ab":
            front.add(entry(f"http://{host}.test/{number}.html"))
    assert [url[7] for url in drain(front)] == ["a", "b"] * 4


def test_no_host_is_asked_for_more_at_a_time_than_allowed(path: Path) -> None:
    front = frontier(path, policy=Policy(per_host=2))
    for number in range(5):
        front.add(entry(f"http://a.test/{number}.html"))
    leased = [front.next() for _ in range(3)]
    assert [one is not None for one in leased] == [True, True, False]
    assert leased[0] is not None
    front.visited(done(leased[0]))
    assert front.next() is not None


def test_many_sites_begin_and_end_by_as_many_statements_as_few(tmp_path: Path) -> None:
    def asked(sites: int, at: float) -> list[int]:
        names = [f"s{number}" for number in range(sites)]
        with statements() as begin:
            front = frontier(tmp_path / f"{sites}.sqlite3", f"at{at}", sites=names, clock=Clock(at))
        for name in names:
            front.add(entry(f"http://{name}.test/", "seed", site=name))
            front.add(entry(f"http://{name}.test/a/1.html", site=name))
        with statements() as seeds:
            front.flush()
        drain(front)
        front.flush()
        with statements() as end:
            front.close()
        return [len(begin), len(seeds), len(end)]

    for at in (1_800_000_000.0, 1_800_000_000.0 + 2 * DAY):
        assert asked(2, at) == asked(40, at)
    rounds = query(tmp_path / "40.sqlite3", select(tables.site_round))
    assert Counter((row.number, row.ended is None) for row in rounds) == {(2, False): 40}


def test_a_host_whose_answers_have_no_links_is_not_looked_through_again(path: Path) -> None:
    front = frontier(path)
    for number in range(40):
        front.add(entry(f"http://h.test/{number}.html"))
    front.flush()
    with statements() as asked:
        assert len(drain(front)) == 40
    assert sum("ORDER BY url.priority" in each for each in asked) == 1


def test_a_host_that_has_nothing_left_makes_room_at_once(path: Path) -> None:
    front = frontier(path, policy=Policy(hosts=4), clock=(clock := Clock()))
    for number in range(6):
        front.add(entry(f"http://{number}.test/1.html"))
    leased = [front.next() for _ in range(5)]
    assert [one is not None for one in leased] == [True] * 4 + [False]
    assert leased[0] is not None
    front.visited(done(leased[0]))
    clock.now += 2 * REFILL_SECONDS
    assert front.next() is not None


def test_what_was_not_flushed_is_fetched_again_and_what_was_is_not(path: Path) -> None:
    front = frontier(path)
    for number in range(3):
        front.add(entry(f"http://h.test/{number}.html"))
    first, second = front.next(), front.next()
    assert first is not None
    assert second is not None
    front.visited(done(first))
    front.flush()
    front.visited(done(second, entry("http://h.test/found.html")))
    front.abandon()  # killed
    assert sorted(drain(frontier(path, "two"))) == ["http://h.test/1.html", "http://h.test/2.html"]


def test_the_archive_is_synced_before_anything_is_committed(path: Path) -> None:
    def sync() -> None:
        seen.append(states(path))

    seen: list[dict[str, str]] = []
    front = frontier(path, sync=sync)
    front.add(entry(LIST, "seed"))
    leased = front.next()
    assert leased is not None
    front.visited(done(leased))
    front.flush()
    assert seen == [{}, {LIST: "leased"}]
    assert states(path) == {LIST: DONE}


def test_a_failing_sync_acknowledges_nothing(path: Path) -> None:
    broken: list[OSError] = []

    def sync() -> None:
        if broken:
            raise broken[0]

    front = frontier(path, sync=sync)
    front.add(entry(LIST, "seed"))
    leased = front.next()
    assert leased is not None
    front.visited(done(leased))
    broken.append(OSError(28, "No space left on device"))
    with pytest.raises(OSError, match="No space"):
        front.flush()
    front.abandon()
    assert states(path) == {LIST: "leased"}


def test_a_round_ends_when_it_is_drained_and_the_next_one_fetches_lists_only(path: Path) -> None:
    def crawl(owner: str) -> list[str]:
        front = frontier(path, owner)
        front.add(entry(LIST, "seed"))
        urls = drain(front, lambda leased: links if leased.entry.role == "seed" else ())
        front.close()
        return urls

    links = [entry("http://h.test/list_2.html", "list"), entry("http://h.test/a/1.html")]
    assert len(crawl("one")) == 3
    assert crawl("two") == [LIST, "http://h.test/list_2.html"]


def test_a_run_that_was_stopped_goes_on_with_its_round(path: Path) -> None:
    front = frontier(path)
    front.add(entry(LIST, "seed"))
    leased = front.next()
    assert leased is not None
    front.visited(done(leased, entry("http://h.test/a/1.html")))
    front.close()
    front = frontier(path, "two")
    front.add(entry(LIST, "seed"))
    assert drain(front) == ["http://h.test/a/1.html"]


def test_articles_come_back_when_they_are_due_with_what_is_known_of_them(path: Path) -> None:
    clock = Clock()
    page = entry("http://h.test/a/1.html")
    asked = []
    for day in (0.0, 0.5, 1.1, 1.2, 8.0, 31.0, 99.0):
        clock.now = 1_800_000_000.0 + day * DAY
        front = frontier(path, f"day {day}", clock=clock)
        front.add(page)
        leased = front.next()
        if leased is not None:
            asked.append(day)
            assert (leased.known is not None) == (leased.etag == '"v1"') == (day > 0)
            if day == 0.0:
                front.visited(done(leased, capture=capture(), record_id="<urn:uuid:1>", etag='"v1"', at=clock.now))
            else:
                front.visited(done(leased, reason="unchanged", record_id="<urn:uuid:2>", at=clock.now))
        front.close()
    assert asked == [0.0, 1.1, 8.0, 31.0]


def test_failures_wait_and_the_gone_stay_gone(path: Path) -> None:
    clock = Clock()
    pages = [entry(f"http://h.test/{name}.html") for name in ("bad", "gone")]
    asked = []
    for hours in (0.0, 0.5, 1.1, 6.0):
        clock.now = 1_800_000_000.0 + hours * 3600
        front = frontier(path, f"hour {hours}", clock=clock)
        for page in pages:
            front.add(page)
        while (leased := front.next()) is not None:
            asked.append((hours, leased.entry.url[14:-5]))
            if "bad" in leased.entry.url:
                front.visited(Visit(leased, FAILED, clock.now, retry=True, host_failed=True))
            else:
                front.visited(Visit(leased, GONE, clock.now))
        front.close()
    assert asked == [(0.0, "bad"), (0.0, "gone"), (1.1, "bad"), (6.0, "bad")]


def test_a_postponed_visit_stays_pending(path: Path) -> None:
    front = frontier(path)
    front.add(entry(LIST, "seed"))
    leased = front.next()
    assert leased is not None
    front.visited(Visit(leased, PENDING, 0.0, host_failed=None))
    front.close()
    assert states(path) == {LIST: PENDING}


def test_a_host_is_left_alone_for_a_while_and_does_not_keep_the_run_open_for_ever(path: Path) -> None:
    clock = Clock()
    front = frontier(path, clock=clock, policy=Policy(patience=600))
    for number in range(3):
        front.add(entry(f"http://h.test/{number}.html"))
    leased = front.next()
    assert leased is not None
    front.back_off(leased.host_id, clock.now + 300)
    front.visited(Visit(leased, PENDING, clock.now, host_failed=None))
    clock.now += 10
    assert front.next() is None
    assert front.has_pending()
    front.back_off(leased.host_id, clock.now + 3600)
    assert not front.has_pending()
    clock.now += 3601
    assert len(drain(front)) == 3


@pytest.mark.parametrize(
    ("role", "chain", "state", "due"),
    [
        ("article", False, DONE, True),
        ("article", True, DONE, False),  # it is asked for with its article's first page
        ("list", False, DONE, False),  # every run asks for lists
        ("article", False, GONE, False),
        ("article", False, FAILED, False),
    ],
)
def test_what_comes_back_by_itself_is_the_first_page_of_an_article(
    path: Path, role: str, chain: bool, state: str, due: bool
) -> None:
    front = frontier(path, clock=Clock())
    front.add(entry("http://h.test/a/1.html", role, chain=chain))
    leased = front.next()
    assert leased is not None
    front.visited(Visit(leased, state, 1_800_000_000.0))
    front.close()
    [row] = query(path, select(url))
    assert row.state == state
    assert (row.next_due is not None) is due


def test_a_rest_ends_at_its_end_and_patience_lasts_to_the_second(path: Path) -> None:
    clock = Clock()
    front = frontier(path, clock=clock, policy=Policy(patience=600))
    for number in range(2):
        front.add(entry(f"http://h.test/{number}.html"))
    leased = front.next()
    assert leased is not None
    front.visited(Visit(leased, PENDING, clock.now, host_failed=None))
    front.back_off(leased.host_id, clock.now + 600)
    assert front.has_pending()
    front.back_off(leased.host_id, clock.now + 600.5)
    assert not front.has_pending()
    clock.now += 600.5 - POLL_SECONDS
    assert front.next() is None
    clock.now += POLL_SECONDS
    assert front.next() is not None


def test_visits_wait_for_a_second_from_the_first_of_them_on(path: Path) -> None:
    clock = Clock()
    front = frontier(path, clock=clock)
    for number in range(3):
        front.add(entry(f"http://h.test/{number}.html"))
    front.flush()
    for _ in range(2):
        leased = front.next()
        assert leased is not None
        front.visited(done(leased, at=clock.now))
        front.tick()
        assert DONE not in states(path).values()
        clock.now += 0.6 * COMMIT_SECONDS
    front.tick()
    assert sorted(states(path).values()).count(DONE) == 2


def test_hosts_of_an_owner_that_is_no_worker_are_free(path: Path) -> None:
    """As in a table of which a part was restored: no crawl would ever end."""
    front = frontier(path)
    front.add(entry("http://h.test/a/1.html"))
    front.close()
    engine = open_database(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(update(tables.host).values(owner="nobody"))
    engine.dispose()
    assert drain(frontier(path, "two")) == ["http://h.test/a/1.html"]


@pytest.mark.parametrize(("record", "kept"), [("<urn:uuid:held>", True), ("<urn:uuid:new>", False), (None, False)])
def test_a_held_answer_stays_with_the_url_that_it_answered(path: Path, record: str | None, kept: bool) -> None:
    front = frontier(path)
    front.add(entry("http://h.test/a/1.html"))
    front.flush()
    engine = open_database(f"sqlite:///{path}")
    with engine.begin() as connection:
        hold(connection, 1, Held(capture(record="<urn:uuid:held>")))
    engine.dispose()
    leased = front.next()
    assert leased is not None
    assert leased.held is not None
    front.visited(done(leased, record_id=record))
    front.close()
    [row] = query(path, select(url))
    assert (row.state, row.held is not None) == (DONE, kept)


def test_a_host_that_does_not_answer_rests_by_itself(path: Path) -> None:
    clock = Clock()
    front = frontier(path, clock=clock)
    for number in range(20):
        front.add(entry(f"http://h.test/{number}.html"))
    asked = 0
    while (leased := front.next()) is not None:
        asked += 1
        front.visited(Visit(leased, FAILED, clock.now, retry=True, host_failed=True))
        front.flush()
    assert asked == 5
    assert front.stats["hosts_rested"] == 1


def test_a_dead_workers_lease_expires_when_it_has_run_out(path: Path) -> None:
    clock = Clock()
    one = frontier(path, "one", alive=lambda owner: True, clock=clock)
    one.add(entry(LIST, "seed"))
    assert one.next() is not None
    two = frontier(path, "two", alive=lambda owner: True, clock=clock)
    assert two.next() is None
    assert two.has_pending(), "the other one may still die"
    clock.now += 121
    assert drain(two) == [LIST]


def test_a_dead_workers_lease_expires_at_once_on_this_machine(path: Path) -> None:
    one = frontier(path, "one")
    one.add(entry(LIST, "seed"))
    assert one.next() is not None
    one.abandon()
    assert drain(frontier(path, "two", alive=lambda owner: owner != "one")) == [LIST]


def test_a_worker_that_stood_still_knows_that_its_leases_are_lost(path: Path) -> None:
    clock = Clock()
    one = frontier(path, "one", alive=lambda owner: True, clock=clock)
    for number in range(3):
        one.add(entry(f"http://h.test/{number}.html"))
    assert one.next() is not None
    clock.now += 121
    two = frontier(path, "two", alive=lambda owner: True, clock=clock)
    assert len(drain(two)) == 3
    one.tick()
    assert one.stats["leases_lost"] == 1


def test_further_pages_of_an_article_are_no_duplicates(path: Path) -> None:
    front = frontier(path)
    page = "http://h.test/a/1_2.html"
    chain = Entry(further_key(page, "<urn:uuid:1>", 2), page, "h.test", "s", "news", "article", chain=True)
    front.add(entry(page))
    front.add(chain)
    front.add(chain)
    assert drain(front) == [page, page]


def test_an_article_of_which_another_machine_has_the_first_page_is_asked_for_anew(path: Path) -> None:
    """It is asked for as if it were never seen: "unchanged" would mean a row that nobody makes."""
    page, further = "http://h.test/a/1.html", "http://h.test/a/1_2.html"
    first = replace(capture(), url=page)
    payload = json.dumps({"meta": {"article": Chain((first,)).further()}})
    chain = Entry(
        further_key(further, first.record_id, 2),
        further,
        "h.test",
        "s",
        "news",
        "article",
        20,
        payload=payload,
        chain=True,
    )
    one = frontier(path)
    one.add(entry(page))
    leased = one.next()
    assert leased is not None
    one.visited(done(leased, chain, record_id=first.record_id, capture=first, etag="a"))
    one.close()
    two = frontier(path, "two", is_here=lambda capture: capture.warc_file != first.warc_file)
    again = two.next()
    assert again is not None
    assert (again.entry.url, again.known, again.etag) == (page, None, None)
    two.visited(done(again))
    assert two.next() is None
    assert two.superseded("w.warc.gz") == [first.record_id]
    assert two.superseded("%.warc.gz") == []
    two.close()
    assert states(path) == {page: DONE, further: GONE}


@pytest.mark.parametrize(("role", "known"), [("list", False), ("feed", False), ("article", True)])
def test_a_list_that_another_folder_has_is_asked_for_as_a_new_one(path: Path, role: str, known: bool) -> None:
    """Its record here would be a revisit of what is not here. Of an article, as of its row, the other folder has it."""
    page = "http://h.test/l/"
    one = frontier(path, clock=Clock(1_000.0))
    one.add(entry(page, role))
    leased = one.next()
    assert leased is not None
    one.visited(done(leased, record_id=capture().record_id, capture=replace(capture(), url=page), at=1_000.0))
    one.close()
    two = frontier(path, "two", clock=Clock(1_000.0 + 40 * DAY), is_here=lambda capture: False)
    two.add(entry(page, role))
    again = two.next()
    assert again is not None
    assert (again.known is not None) is known
    two.close()


def test_an_article_is_not_sent_from_machine_to_machine_for_ever(path: Path) -> None:
    """The server of its second page fails, its host rests, and another machine takes it over: again and again."""
    page, further = "http://h.test/a/1.html", "http://h.test/a/1_2.html"
    made = frontier(path)
    made.add(entry(page))
    made.close()
    asked = Counter[str]()
    for turn in range(3 * MOST_STARTS):
        folder = f"{turn}.warc.gz"
        made = frontier(path, f"worker {turn}", is_here=lambda capture, here=folder: capture.warc_file == here)
        if (leased := made.next()) is None:
            break
        asked[leased.entry.url] += 1
        first = replace(capture(record=f"<urn:uuid:{turn}>"), url=page, warc_file=folder)
        payload = json.dumps({"meta": {"article": Chain((first,)).further()}})
        key = further_key(further, first.record_id, 2)
        chain = Entry(key, further, "h.test", "s", "news", "article", 20, payload=payload, chain=True)
        made.visited(done(leased, chain, record_id=first.record_id, capture=first))
        made.close()
    assert asked == {page: 1 + MOST_STARTS}
    assert made.stats["articles_given_up"] == 1
    made.close()
    # Of the last start the first page is in force: the folder that has it makes the row of what there is.
    rows = query(path, select(url.c.state, url.c.reason).where(url.c.chain).order_by(url.c.id))
    assert [tuple(row) for row in rows] == [(GONE, "superseded")] * MOST_STARTS + [(GONE, "started over too often")]


def test_a_site_that_is_taken_down_is_asked_nothing_more_and_no_other_site_loses_a_page(path: Path) -> None:
    front = frontier(path, sites=("s", "t"))
    for site in ("s", "t"):
        page = f"http://{site}.test/a/1_2.html"
        front.add(entry(page, site=site))
        front.add(
            Entry(further_key(page, "<urn:uuid:1>", 2), page, f"{site}.test", site, "news", "article", chain=True)
        )
    front.close()
    engine = open_database(f"sqlite:///{path}")
    exclude_site(engine, "s", ["s.test"])
    assert not any("s.test" in page for page in states(path))
    again = frontier(path, "two", sites=("s", "t"))
    again.add(entry("http://s.test/a/2.html"))
    assert drain(again) == ["http://t.test/a/1_2.html"] * 2
    assert is_forgotten(engine, "http://s.test/a/3.html")
    assert not is_forgotten(engine, "http://t.test/a/3.html")
    engine.dispose()


def test_an_article_that_is_taken_down_takes_its_further_pages_along(path: Path) -> None:
    front = frontier(path)
    for number in (1, 2):
        first, page = f"http://h.test/a/{number}.html", f"http://h.test/a/{number}_2.html"
        payload = json.dumps({"meta": {"article": {"earlier": [], "url": first}}})
        key = further_key(page, first, 2)
        front.add(Entry(key, page, "h.test", "s", "news", "article", payload=payload, chain=True))
    front.close()
    engine = open_database(f"sqlite:///{path}")
    exclude_articles(engine, {article_id("http://h.test/a/1.html")})
    engine.dispose()
    assert drain(frontier(path, "two")) == ["http://h.test/a/2_2.html"]


def endless(leased: Leased) -> Iterator[Entry]:
    """A list that shows the same two articles on every page, and a next page."""
    if leased.entry.role != "article":
        number = int(leased.entry.url.rpartition("=")[2])
        yield entry(f"http://h.test/list?page={number + 1}", "list")
        yield from (entry(f"http://h.test/a/{n}.html") for n in range(2))


@pytest.mark.parametrize("again", [False, True])
def test_endless_pagination_ends(path: Path, again: bool) -> None:
    for owner in ["one", "two"] if again else ["one"]:
        front = frontier(path, owner, policy=Policy(limits=Limits(barren=5)))
        front.add(entry("http://h.test/list?page=1", "seed"))
        asked = drain(front, endless)
        assert len([page for page in asked if "list" in page]) == 7
        front.close()
    [row] = query(path, select(refusal))
    assert (row.reason, row.count) == ("barren_chain", 2 if again else 1)


def test_a_calendar_that_branches_ends(path: Path) -> None:
    def calendar(leased: Leased) -> Iterator[Entry]:
        day = int(leased.entry.url.rpartition("/")[2])
        yield from (entry(f"http://h.test/day/{2 * day + n}", "list") for n in (0, 1))

    front = frontier(path, policy=Policy(limits=Limits(barren=1000, shape_barren=50)))
    front.add(entry("http://h.test/day/1", "seed"))
    assert 50 <= len(drain(front, calendar)) <= 120


def test_a_budget_ends_the_run_and_leaves_the_rest_for_the_next(path: Path) -> None:
    for owner in ("one", "two", "three"):
        front = frontier(path, owner, policy=Policy(budget=Budget(pages=4)))
        for number in range(10):
            front.add(entry(f"http://h.test/{number}.html"))
        asked = drain(front)
        assert len(asked) == (2 if owner == "three" else 4)
        assert not front.has_pending()
        front.close()
    assert set(states(path).values()) == {DONE}


def test_a_locked_database_is_a_storage_failure(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.frontier.database.BUSY_SECONDS", 0.05)
    front = frontier(path)
    front.add(entry(LIST, "seed"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="database is locked"):
        front.flush()
    other.execute("ROLLBACK")
    other.close()
    front.flush()
    assert states(path) == {LIST: PENDING}


@pytest.mark.parametrize("address", ["nonsense", "sqlite:////proc/no/such/frontier.sqlite3", "nosuch://host/db"])
def test_an_address_that_cannot_be_opened_is_one_line(address: str) -> None:
    with pytest.raises(StorageError) as caught:
        open_database(address)
    assert "\n" not in str(caught.value)


def test_a_database_of_another_version_is_refused(path: Path) -> None:
    open_database(f"sqlite:///{path}").dispose()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = '999'")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="schema 999"):
        open_database(f"sqlite:///{path}")


@pytest.mark.parametrize("drained", [0, 2_000])
def test_looking_for_free_hosts_costs_the_same_however_many_there_are(path: Path, drained: int) -> None:
    """In instructions of SQLite's. Hosts with nothing to fetch that stand before the others are passed once."""
    front = frontier(path)
    for number in range(drained + 3_000):
        front.add(entry(f"http://h{number}.test/1.html"))
    front.flush()
    front.abandon()
    engine = open_database(f"sqlite:///{path}")
    steps: Counter[int] = Counter()
    found = []
    with engine.begin() as connection:
        connection.execute(update(url).where(url.c.host_id <= drained).values(state=DONE))
        database = connection.connection.driver_connection
        assert isinstance(database, sqlite3.Connection)
        for look in range(4):
            database.set_progress_handler(partial(steps.update, [look]), 100)
            found += take_hosts(connection, "worker", ["s"], look + 1.0, 16)
    engine.dispose()
    assert found == list(range(drained + 1, drained + 65))
    assert max(steps[look] for look in range(1, 4)) < 30


def test_commits_are_grouped(path: Path) -> None:
    clock = Clock()
    front: Frontier = frontier(path, clock=clock)
    for number in range(50):
        front.add(entry(f"http://h{number % 5}.test/{number}.html"))
    front.flush()
    before = front.stats["commits"]
    for _ in range(30):
        leased = front.next()
        assert leased is not None
        front.visited(done(leased))
        front.tick()
    assert front.stats["commits"] - before <= 1
    clock.now += 1.1
    front.tick()
    assert list(states(path).values()).count(DONE) == 30


def test_a_site_without_end_is_bounded_and_told(path: Path) -> None:
    """An index that names further indexes for ever, and lists that name further lists."""
    limits = Limits(sitemaps=5, urls=400, barren=10**6, shape_barren=10**6)
    front = frontier(path, policy=Policy(limits=limits))
    front.add(entry("http://h.test/", "seed"))
    numbers = count()

    def links(leased: Leased) -> list[Entry]:
        kinds = (("sitemap", "s"), ("list", "l"), ("article", "a"))
        return [entry(f"http://h.test/{name}{next(numbers)}", role) for role, name in kinds]

    urls = drain(front, links)
    front.close()
    assert len(urls) == 400
    assert sum("/s" in each for each in urls) == 5
    assert front.stats["site/s/dropped/many_sitemaps"] > 0
    assert front.stats["site/s/dropped/many_urls"] > 0
    reasons = {row.reason for row in query(path, select(refusal))}
    assert reasons == {"many_sitemaps", "many_urls"}


def test_a_worker_that_stood_still_past_its_lease_settles_nothing(path: Path) -> None:
    clock = Clock()
    void: list[str] = []
    one = frontier(path, "one", alive=lambda owner: True, clock=clock, lease_seconds=100, void=void.append)
    one.add(entry("http://h.test/list.html", "seed"))
    seed = one.next()
    assert seed is not None
    one.visited(done(seed, *(entry(f"http://h.test/{n}.html") for n in range(3))))
    one.flush()
    first, second = one.next(), one.next()
    assert first is not None
    assert second is not None
    one.visited(done(first, entry("http://h.test/late.html"), record_id="first"))
    clock.now += 101
    two = frontier(path, "two", alive=lambda owner: True, clock=clock, lease_seconds=100)
    taken = drain(two)
    two.flush()
    assert sorted(taken) == [f"http://h.test/{n}.html" for n in range(3)]
    one.tick()
    one.visited(done(second, record_id="second"))
    one.flush()
    assert void == ["first", "second"]
    assert one.next() is None
    rows = {row.url: (row.state, row.run) for row in query(path, select(url.c.url, url.c.state, url.c.run))}
    assert "http://h.test/late.html" not in rows
    assert {rows[each] for each in taken} == {(DONE, "two")}


def test_a_site_that_lists_more_and_more_is_told_once(path: Path) -> None:
    front = frontier(path)
    front.add(entry("http://h.test/", "seed"))
    asked = drain(front, lambda leased: many_lists(leased.entry.url))
    front.flush()
    assert len(asked) == 1 + 2 * MANY_LISTS
    assert front.stats["site/s/many_lists"] == MANY_LISTS
    front.add(entry("http://h.test/l/more", "list"))
    front.flush()
    assert front.stats["site/s/many_lists"] == MANY_LISTS


def many_lists(page: str) -> list[Entry]:
    """The seed shows one list; each list the next one and an article, up to twice as many as are told of."""
    number = int(page.rpartition("/")[2] or 0)
    if "/a/" in page or number >= MANY_LISTS:
        return []
    return [entry(f"http://h.test/l/{number + 1}", "list"), entry(f"http://h.test/a/{number + 1}")]


def test_the_log_of_a_frontier_that_was_removed_is_named(path: Path) -> None:
    """SQLite said "disk I/O error" at every start from then on."""
    engine = open_database(f"sqlite:///{path}")
    with engine.connect():
        kept = {ending: Path(f"{path}{ending}").read_bytes() for ending in ("-wal", "-shm")}
    engine.dispose()
    path.unlink()
    for ending, remains in kept.items():
        Path(f"{path}{ending}").write_bytes(remains)
    with pytest.raises(StorageError) as caught:
        open_database(f"sqlite:///{path}")
    assert str(caught.value) == (
        f"frontier {path} is gone: remove what is left of it, too: frontier.sqlite3-wal, frontier.sqlite3-shm"
    )
    for ending in kept:
        Path(f"{path}{ending}").unlink()
    open_database(f"sqlite:///{path}").dispose()
