"""`scrapy frontier`: what it says, how a frontier moves between databases, and how its tables come up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, insert, select, text

from crawler.extract.article import Capture
from crawler.frontier import tables
from crawler.frontier.address import StorageError
from crawler.frontier.database import begun, open_database, storage
from crawler.frontier.exclusion import exclude_articles, exclude_site, is_forgotten
from crawler.frontier.move import MoveError, move
from crawler.frontier.schema import upgrade_sql
from crawler.frontier.tables import DONE, LEASED, PENDING, host, metadata, url
from tests.command_kit import Done, call
from tests.frontier_kit import Clock, done, drain, entry, frontier, query
from tests.postgresql_kit import PostgreSQL, postgresql

LINKS = [f"http://h{n % 3}.test/{n}.html" for n in range(30)]
GONE = "http://h0.test/taken-down.html"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with postgresql() as made:
        yield made


@pytest.fixture
def empty(server: PostgreSQL) -> str:
    """A database without tables."""
    engine = create_engine(server.address)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server.address


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """A frontier with visited URLs, with some that wait, and with a take-down."""
    address = f"sqlite:///{tmp_path / 'frontier.sqlite3'}"
    front = frontier(address, "first", clock=Clock())
    for each in LINKS:
        front.add(entry(each))
    for _ in range(10):
        leased = front.next()
        assert leased is not None
        page = Capture(
            "<urn:uuid:1>", "a.warc.gz", 0, 100, leased.entry.url, "sha1:A", datetime(2026, 9, 1, tzinfo=UTC)
        )
        front.visited(done(leased, etag='"1"', last_modified="yesterday", record_id=page.record_id, capture=page))
    front.close()
    engine = open_database(address)
    exclude_articles(engine, [entry(GONE).key])
    exclude_site(engine, "other", ["other.test"])
    with engine.begin() as connection:
        connection.execute(host.update().where(host.c.host == "h1.test").values(rest_until=1.9e9, failures=3))
    engine.dispose()
    return address


def content(address: str) -> dict[str, list[Any]]:
    """All rows of all tables, but for who holds what."""
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(select(table))))
                for table in metadata.sorted_tables
                if table.name != "meta"
            }
    finally:
        engine.dispose()


@pytest.mark.slow
def test_a_frontier_moves_to_postgresql_and_back(sqlite: str, empty: str, tmp_path: Path) -> None:
    says = call("frontier", tmp_path, "migrate", sqlite, empty)
    assert (says.status, "31 URLs" in says.out) == (0, True), says.err
    assert content(empty) == content(sqlite)
    back = f"sqlite:///{tmp_path / 'back.sqlite3'}"
    assert call("frontier", tmp_path, "migrate", empty, back).status == 0
    assert content(back) == content(sqlite)
    for address in (empty, back):
        engine = open_database(address)
        assert is_forgotten(engine, GONE)
        assert is_forgotten(engine, "http://other.test/1.html")
        engine.dispose()
        # It goes on where it was: 10 are done, h1 rests, and new URLs get numbers of their own.
        front = frontier(address, "next", clock=Clock())
        front.add(entry("http://h0.test/new.html"))
        found = drain(front)
        front.close()
        assert "http://h0.test/new.html" in found
        assert not any("h1.test" in each for each in found)
        assert set(found) <= {*LINKS, "http://h0.test/new.html"}
    waiting = query(back, select(url.c.etag, url.c.last_modified).where(url.c.etag.is_not(None)))
    assert [tuple(row) for row in waiting] == [('"1"', "yesterday")] * 10


def test_leases_stay_behind(tmp_path: Path) -> None:
    front = frontier(tmp_path / "one.sqlite3", "dying", clock=Clock(1.0))  # its lease ran out long ago
    for each in LINKS[:3]:
        front.add(entry(each))
    assert front.next() is not None
    front.abandon()
    source, target = (open_database(f"sqlite:///{tmp_path / name}") for name in ("one.sqlite3", "two.sqlite3"))
    assert move(source, target) == 3
    with target.connect() as connection:
        assert set(connection.execute(select(url.c.state)).scalars()) == {PENDING}
        assert set(connection.execute(select(host.c.owner)).scalars()) == {None}
    with source.connect() as connection:
        assert LEASED in set(connection.execute(select(url.c.state)).scalars())
    source.dispose()
    target.dispose()


def test_a_frontier_is_moved_whole_or_not_at_all(tmp_path: Path, sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = open_database(sqlite), open_database(f"sqlite:///{tmp_path / 'two.sqlite3'}")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(source, target, stop)
    with target.connect() as connection:
        assert connection.execute(select(url.c.id)).first() is None
        assert connection.execute(select(host.c.id)).first() is None
    assert move(source, target) == 31
    with pytest.raises(MoveError, match="a frontier already"):
        move(source, target)
    source.dispose()
    target.dispose()


def test_a_frontier_at_work_is_not_moved(tmp_path: Path) -> None:
    front = frontier(tmp_path / "one.sqlite3", "living")
    says = call("frontier", tmp_path, "migrate", f"sqlite:///{tmp_path}/one.sqlite3", f"sqlite:///{tmp_path}/2.sqlite3")
    says.says(2, "a crawl is at work")
    front.close()


def test_status_says_what_waits_who_works_and_what_rests(tmp_path: Path, sqlite: str) -> None:
    front = frontier(sqlite, "night-shift")
    said = status(tmp_path, sqlite).out
    front.close()
    assert "31 URLs, 1 of them taken down" in said
    assert "s: round 1 under way; 20 pending" in said
    assert "10 done" in said
    assert "worker night-shift (here): at work, lease until" in said
    assert "1 hosts rest" in said
    assert "h1.test (s): until 2030-03-17" in said
    assert "no worker" in status(tmp_path, sqlite).out
    status(tmp_path, f"sqlite:///{tmp_path}/none.sqlite3").says(2, "no frontier there")


def status(folder: Path, address: str) -> Done:
    return call("frontier", folder, "status", settings={"FRONTIER_URL": address})


def test_a_newer_frontier_is_refused_in_one_line(tmp_path: Path, sqlite: str) -> None:
    with sqlite3.connect(sqlite.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE meta SET value = '77'")
    status(tmp_path, sqlite).says(4, "newer version", "schema 77")


@pytest.mark.parametrize("value", ["x", "", "-1", "0", "9" * 5000, "\u0663"])
def test_a_frontier_without_a_number_is_refused_in_one_line(tmp_path: Path, sqlite: str, value: str) -> None:
    with sqlite3.connect(sqlite.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE meta SET value = ?", (value,))
    status(tmp_path, sqlite).says(4, "its table meta is damaged")


def test_a_frontier_that_has_lost_a_table_is_refused_in_one_line(tmp_path: Path, sqlite: str) -> None:
    """It was met inside the crawl, as three tracebacks."""
    with sqlite3.connect(sqlite.removeprefix("sqlite:///")) as connection:
        connection.execute("DROP TABLE round")
    status(tmp_path, sqlite).says(4, "its table round is gone")


def as_first_released(engine: Engine) -> None:
    """The tables and the version of the first release, by its own statements."""
    with engine.begin() as connection:
        for statement in upgrade_sql(None, engine.dialect.name).split("\n-- Running upgrade 1")[0].split(";\n"):
            if "CREATE" in statement or "INSERT" in statement:
                connection.execute(text("\n".join(line for line in statement.splitlines() if line[:2] != "--")))


def is_as_new(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found = connection.execute(select(tables.meta.c.value).where(tables.meta.c.name == "schema")).scalar()
        assert found == tables.SCHEMA


def test_an_old_frontier_is_brought_up_to_date(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    engine = create_engine(address)
    as_first_released(engine)
    with engine.begin() as connection:
        connection.execute(insert(tables.site_round).values(site="s", number=7, began=1.0))
    engine.dispose()
    upgraded = open_database(address)
    is_as_new(upgraded)
    with upgraded.connect() as connection:
        assert connection.execute(select(tables.site_round.c.number)).scalar() == 7
    upgraded.dispose()


@pytest.mark.slow
def test_an_old_frontier_in_postgresql_too_and_by_hand(empty: str) -> None:
    engine = create_engine(empty)
    as_first_released(engine)
    open_database(empty).dispose()
    is_as_new(engine)
    assert _vacuum(engine) == _fresh(engine, empty)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        by_hand = upgrade_sql(None, "postgresql").replace("BEGIN;", "").replace("COMMIT;", "")
        connection.exec_driver_sql(by_hand)
    is_as_new(engine)
    open_database(empty).dispose()
    engine.dispose()


def _vacuum(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.execute(text("SELECT reloptions FROM pg_class WHERE relname = 'url'")).scalar()


def _fresh(engine: Engine, address: str) -> Any:
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    open_database(address).dispose()
    return _vacuum(engine)


@pytest.mark.slow
def test_a_connection_that_is_lost_between_transactions_is_made_anew(server: PostgreSQL, empty: str) -> None:
    engine = open_database(empty)
    with engine.connect() as connection:
        for lose in (server.cut_connections, server.stop):
            with begun(connection):
                connection.execute(select(url.c.id))
            lose()
            if server.process is None:
                server.start()
            with begun(connection):
                assert connection.execute(select(url.c.id)).first() is None
        with pytest.raises(StorageError, match="terminat"):
            _cut_within(connection, server)
    engine.dispose()


def _cut_within(connection: Connection, server: PostgreSQL) -> None:
    with storage("test"), begun(connection):
        server.cut_connections()
        connection.execute(select(url.c.id))


def test_a_host_that_is_given_back_rests_while_others_are_at_work(tmp_path: Path) -> None:
    clock = Clock()
    address = tmp_path / "frontier.sqlite3"
    one = frontier(address, "one", alive=lambda owner: True, clock=clock, pause=lambda name: 5.0)
    two = frontier(address, "two", alive=lambda owner: True, clock=clock, pause=lambda name: 5.0)
    one.add(entry("http://h.test/1.html"))
    assert drain(one) == ["http://h.test/1.html"]
    one.flush()
    two.add(entry("http://h.test/2.html"))
    two.flush()
    assert two.next() is None
    clock.now += 5.1
    assert drain(two) == ["http://h.test/2.html"]
    two.close()
    one.add(entry("http://h.test/3.html"))
    clock.now += 5.1
    assert drain(one) == ["http://h.test/3.html"]
    one.flush()
    one.add(entry("http://h.test/4.html"))  # nobody else is there: its own pace is enough
    assert drain(one) == ["http://h.test/4.html"]
    one.close()
    assert {row.state for row in query(address, select(url.c.state))} == {DONE}


def test_a_lease_that_has_run_out_is_none(tmp_path: Path) -> None:
    clock = Clock()
    front = frontier(tmp_path / "frontier.sqlite3", "one", clock=clock, lease_seconds=10.0)
    assert front.has_lease()
    clock.now += 10.0
    assert not front.has_lease()
    front.tick()
    assert front.has_lease()
    front.close()
