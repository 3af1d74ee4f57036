"""A frontier into another database, SQLite or PostgreSQL, with everything that it knows."""

from __future__ import annotations

from collections.abc import Callable
from time import time

from sqlalchemy import Connection, Engine, func, insert, or_, select, text

from crawler.frontier.database import storage, turn
from crawler.frontier.tables import LEASED, PENDING, host, meta, metadata, url, worker
from crawler.language import message

_BATCH = 2_000


class MoveError(Exception):
    """The frontier cannot be moved; the message is one line for the operator."""


def move(source: Engine, target: Engine, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Copy all tables in one transaction: all of it is there afterwards, or nothing. Returns the number of URLs.

    Validators, due times, rounds, resting hosts and URLs that were taken down come along; leases do not. The source is
    only read. Raises MoveError where the target holds URLs or a worker of the source is at work, StorageError.
    """
    names = [each.url.render_as_string(hide_password=True) for each in (source, target)]
    with storage(names[0]), source.connect() as old, old.begin():
        turn(old)  # nobody writes to it meanwhile
        if old.execute(select(worker.c.owner).where(worker.c.lease_until > time())).first():
            raise MoveError(
                message("{address}: a crawl is at work; scrapy frontier status says which", address=names[0])
            )
        total = old.execute(select(func.count()).select_from(url)).scalar_one()
        with storage(names[1]), target.connect() as new, new.begin():
            turn(new)
            if any(new.execute(select(table).limit(1)).first() for table in (url, host, worker)):
                raise MoveError(message("{address}: there is a frontier already", address=names[1]))
            _copy(old, new, lambda done: progress(done, total))
    return int(total)


def _copy(old: Connection, new: Connection, progress: Callable[[int], None]) -> None:
    done = 0
    for table in metadata.sorted_tables:
        if table is meta:
            continue
        rows = old.execution_options(yield_per=_BATCH).execute(select(table)).mappings()
        for some in rows.partitions(_BATCH):
            new.execute(insert(table), [dict(row) for row in some])
            if table is url:
                done += len(some)
                progress(done)
    new.execute(url.update().where(url.c.state == LEASED).values(state=PENDING))
    new.execute(host.update().where(or_(host.c.owner.is_not(None))).values(owner=None))
    new.execute(worker.update().values(lease_until=None))
    if new.dialect.name == "postgresql":  # what counts up goes on behind the numbers that came along
        for table in (host, url):
            last = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
            new.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last}, false)"))
