"""Several processes on one database: no URL twice, and a killed one's hosts are taken over. SQLite and PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.frontier.tables import DONE, url
from tests.frontier_kit import done, drain, entry, frontier, query
from tests.postgresql_kit import postgresql

pytestmark = pytest.mark.slow

HOSTS, PAGES = 12, 60


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'frontier.sqlite3'}"
        return
    with postgresql() as server:
        yield server.address


def filled(address: str) -> set[str]:
    """A frontier with something to do for everybody."""
    front = frontier(address, "filler")
    urls = {f"http://h{host}.test/{page}.html" for host in range(HOSTS) for page in range(PAGES)}
    for each in sorted(urls):
        front.add(entry(each))
    front.close()
    return urls


def worker(address: str, owner: str, log: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.frontier_worker", address, owner, str(log)])


def test_three_processes_fetch_each_url_once_and_take_over_from_the_killed(address: str, tmp_path: Path) -> None:
    urls = filled(address)
    logs = [tmp_path / f"{owner}.log" for owner in "abc"]
    processes = [worker(address, owner, log) for owner, log in zip("abc", logs, strict=True)]
    while not (logs[0].exists() and len(logs[0].read_text().splitlines()) >= 20):
        assert processes[0].poll() is None
    processes[0].kill()
    processes[0].wait()
    (tmp_path / "a.dead").touch()
    for process in processes:
        process.wait(300)
    assert [process.returncode for process in processes] == [-9, 0, 0]
    asked = [log.read_text().split() for log in logs]
    assert all(len(each) > PAGES for each in asked[1:]), "the work is shared"
    counts = Counter(each for some in asked for each in some)
    assert set(counts) == urls
    # What the killed one had asked for and not committed is asked for again, by one of the others, and nothing else.
    again = {each for each, number in counts.items() if number > 1}
    assert again <= set(asked[0])
    assert max(counts.values()) <= 2
    assert not set(asked[1]) & set(asked[2])
    assert {row.state for row in query(address, select(url.c.state))} == {DONE}


def test_links_that_two_workers_find_at_once_are_fetched_once(address: str) -> None:
    one = frontier(address, "one", alive=lambda owner: True)
    two = frontier(address, "two", alive=lambda owner: True)
    links = [entry(f"http://h{n}.test/found.html") for n in range(20)]
    one.add(entry("http://a.test/list.html", "seed"))
    first = one.next()
    two.add(entry("http://b.test/list.html", "seed"))
    second = two.next()
    assert first is not None
    assert second is not None
    one.visited(done(first, *links))
    two.visited(done(second, *reversed(links)))
    one.flush()
    two.flush()
    assert len(drain(one) + drain(two)) == 20
    one.close()
    two.close()
