"""Hosts and their URLs to this worker and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, exists, func, or_, select, update

from crawler.frontier.database import chunks
from crawler.frontier.entry import Entry, Held, Leased, held_json, held_of, record_of
from crawler.frontier.tables import IS_LEASED, IS_PENDING, LEASED, PENDING, host, url


def take_hosts(connection: Connection, owner: str, sites: Collection[str], now: float, limit: int) -> dict[int, int]:
    """Lease up to `limit` hosts of `sites` that nobody holds, that may be asked now and that have something to fetch.

    The longest waiting come first. Returns how often in a row each failed, by id. What a dead owner had leased of them
    is pending again.
    """
    # Concatenated, so that SQLite walks the index host_free and does not sort all hosts of the sites.
    site = host.c.site.concat("").in_(sorted(sites))
    free = and_(host.c.owner.is_(None), site, host.c.rest_until <= now)
    rows = list(
        connection.execute(select(host).where(free, has_open()).order_by(host.c.served, host.c.id).limit(limit))
    )
    taken = {row.id: row.failures for row in rows}
    if taken:
        connection.execute(update(host).where(host.c.id.in_(taken)).values(owner=owner, served=now))
        connection.execute(_pending_again(taken))
    if taken and len(taken) == limit:
        # Those that stood before the last one have nothing to fetch: the next look would pass all of them again.
        last = rows[-1]
        for passed in (host.c.served < last.served, and_(host.c.served == last.served, host.c.id < last.id)):
            connection.execute(update(host).where(free, passed).values(served=now))
    return taken


def take_urls(connection: Connection, host_ids: Iterable[int], limit: int) -> dict[int, list[Leased]]:
    """Lease the next `limit` URLs of each host, which this worker holds: highest priority first, then as found."""
    taken = {
        host_id: [_leased(row) for row in connection.execute(_NEXT, {"of_host": host_id, "most": limit})]
        for host_id in host_ids
    }
    for ids in chunks(leased.id for urls in taken.values() for leased in urls):
        connection.execute(update(url).where(url.c.id.in_(ids)).values(state=LEASED))
    return taken


def hold(connection: Connection, url_id: int, held: Held) -> None:
    """Keep the answer of a URL that this worker holds."""
    connection.execute(update(url).where(url.c.id == url_id).values(held=held_json(held)))


def put_back(connection: Connection, leases: Collection[Leased]) -> None:
    """End the leases of URLs that were not asked for; their host stays leased."""
    ids = [leased.id for leased in leases]
    if ids:
        connection.execute(update(url).where(url.c.id.in_(ids), IS_LEASED).values(state=PENDING))


def give_back(
    connection: Connection,
    owner: str,
    host_ids: Collection[int] | None = None,
    rest_until: Callable[[str], float] = lambda name: 0.0,
) -> None:
    """End the leases of `owner`, of all its hosts or of `host_ids`; what was not settled is pending again.

    `rest_until`: when the next worker may ask the host of that name.
    """
    mine: ColumnElement[bool] = host.c.owner == owner
    if host_ids is not None:
        mine = and_(mine, host.c.id.in_(host_ids))
    rows = list(connection.execute(select(host.c.id, host.c.host, host.c.rest_until).where(mine)))
    if rows:
        connection.execute(_pending_again([row.id for row in rows]))
        rests = [{"of_id": row.id, "rest": max(row.rest_until, rest_until(row.host))} for row in rows]
        connection.execute(_FREE, rests)


def back_off(connection: Connection, host_id: int, failures: int, until: float) -> None:
    """Note how often in a row the host failed, and leave it alone until then."""
    connection.execute(update(host).where(host.c.id == host_id).values(failures=failures, rest_until=until))


def is_open(connection: Connection, sites: Collection[str], now: float, patience: float) -> bool:
    """Whether anything of `sites` is pending or leased, but for hosts that rest for longer than `patience` seconds."""
    waiting = host.c.rest_until <= now + patience
    query = select(exists(_hosts_of(sites).where(waiting, has_open()).correlate(None)))
    return bool(connection.execute(query).scalar())


def count_open(connection: Connection, sites: Collection[str]) -> int:
    """How many URLs of `sites` wait or are being fetched."""
    hosts = _hosts_of(sites)
    counts = (
        connection.execute(select(func.count()).select_from(url).where(url.c.host_id.in_(hosts), state)).scalar_one()
        for state in (IS_PENDING, IS_LEASED)
    )
    return sum(map(int, counts))


def _hosts_of(sites: Collection[str]) -> Select[Any]:
    return select(host.c.id).where(host.c.site.in_(sorted(sites)))


def has_open() -> ColumnElement[bool]:
    """Whether a host has anything pending or leased: a condition."""
    # Two probes and not one IN: each is answered by its own partial index. And LIMIT instead of EXISTS, which
    # PostgreSQL answers by reading everything that is pending first.
    probes = (
        select(url.c.id).where(url.c.host_id == host.c.id, state).limit(1).correlate(host).scalar_subquery()
        for state in (IS_PENDING, IS_LEASED)
    )
    return or_(*(probe.is_not(None) for probe in probes))


def _pending_again(host_ids: Collection[int]) -> Any:
    return update(url).where(url.c.host_id.in_(host_ids), IS_LEASED).values(state=PENDING)


_NEXT = (
    select(url)
    .where(url.c.host_id == bindparam("of_host"), IS_PENDING)
    .order_by(url.c.priority.desc(), url.c.id)
    .limit(bindparam("most"))
)
_FREE = update(host).where(host.c.id == bindparam("of_id")).values(owner=None, rest_until=bindparam("rest"))


def _leased(row: Row[Any]) -> Leased:
    return Leased(
        entry=Entry(
            key=row.key,
            url=row.url,
            host="",  # the queue's: host_id
            site=row.site,
            family=row.family,
            role=row.role,
            priority=row.priority,
            depth=row.depth,
            barren=row.barren,
            payload=row.payload,
            chain=row.chain,
        ),
        id=row.id,
        host_id=row.host_id,
        attempts=row.attempts,
        discovered=row.discovered,
        etag=row.etag,
        last_modified=row.last_modified,
        known=record_of(row),
        held=held_of(row.held) if row.held else None,
    )
