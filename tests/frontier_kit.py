"""What the frontier's tests share: entries, workers and frontiers without Scrapy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, event

from crawler.extract.article import Capture
from crawler.extract.url import article_id, host_of
from crawler.frontier.database import open_database
from crawler.frontier.entry import Entry, Leased, Visit
from crawler.frontier.frontier import Frontier
from crawler.frontier.policy import Policy
from crawler.frontier.tables import DONE
from crawler.frontier.workers import Worker


class Clock:
    """Time that passes only when told to."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def entry(url: str, role: str = "article", *, site: str = "s", **more: Any) -> Entry:
    return Entry(article_id(url), url, host_of(url), site, "news", role, **more)


def frontier(
    address: str | Path,
    owner: str = "one",
    *,
    sites: Iterable[str] = ("s",),
    alive: Callable[[str], bool] = lambda owner: False,
    policy: Policy | None = None,
    clock: Callable[[], float] | None = None,
    sync: Callable[[], object] = lambda: None,
    lease_seconds: float = 120.0,
    void: Callable[[str], None] = lambda record_id: None,
    pause: Callable[[str], float] = lambda name: 0.0,
    is_here: Callable[[Capture], bool] = lambda capture: True,
) -> Frontier:
    """Opened; `address` is a database URL or the path of a SQLite file."""
    url = f"sqlite:///{address}" if isinstance(address, Path) else address
    worker = Worker(owner, "here", frozenset(sites), alive, lease_seconds)
    more = {"clock": clock} if clock else {}
    made = Frontier(
        open_database(url), worker, policy or Policy(), sync=sync, void=void, pause=pause, is_here=is_here, **more
    )
    made.open()
    return made


def done(leased: Leased, *links: Entry, at: float = 1_800_000_000.0, **more: Any) -> Visit:
    return Visit(leased, DONE, at, links=links, **more)


def drain(front: Frontier, links: Callable[[Leased], Iterable[Entry]] = lambda leased: ()) -> list[str]:
    """Visit all there is, one by one; the URLs in order."""
    urls = []
    while (leased := front.next()) is not None:
        urls.append(leased.entry.url)
        front.visited(done(leased, *links(leased)))
    return urls


def query(address: str | Path, statement: Select[Any]) -> list[Any]:
    """Rows of the table as another process would see them."""
    engine = open_database(f"sqlite:///{address}" if isinstance(address, Path) else address)
    try:
        with engine.connect() as connection:
            return list(connection.execute(statement))
    finally:
        engine.dispose()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What any database is asked within the block: each is a round trip to a server."""

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    asked: list[str] = []
    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
