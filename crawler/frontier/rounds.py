"""Begins and ends the rounds of sites: see the package's docstring."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, exists, insert, or_, select, update

from crawler.frontier.tables import DONE, FAILED, IS_LEASED, IS_PENDING, PENDING, host, site_round, url


@dataclass(frozen=True, slots=True)
class Entered:
    """The round a site is in now; `resumed`: it had begun before; `due`: how many old URLs it brings back."""

    number: int
    resumed: bool
    due: int


def enter(connection: Connection, sites: Iterable[str], busy: Collection[str], now: float) -> dict[str, Entered]:
    """Begin a new round of each site or take part in its current one; bring back what is due.

    `busy` are the sites that another live worker is at: it may have begun the round a moment ago, with nothing
    pending yet.
    """
    return {site: _enter(connection, site, site in busy, now) for site in sorted(sites)}


def leave(connection: Connection, sites: Iterable[str], now: float) -> None:
    """Note the end of the rounds that are drained."""
    for site in sites:
        if not is_open(connection, site):
            ended = update(site_round).where(site_round.c.site == site, site_round.c.ended.is_(None))
            connection.execute(ended.values(ended=now))


def is_open(connection: Connection, site: str) -> bool:
    """Whether anything of the site is pending or leased."""
    hosts = select(host.c.id).where(host.c.site == site)
    probes = (exists().where(url.c.host_id.in_(hosts), state) for state in (IS_PENDING, IS_LEASED))
    return bool(connection.execute(select(or_(*probes))).scalar())


def _enter(connection: Connection, site: str, busy: bool, now: float) -> Entered:
    number = connection.execute(select(site_round.c.number).where(site_round.c.site == site)).scalar()
    resumed = number is not None and (busy or is_open(connection, site))
    if number is None:
        number = 1
        connection.execute(insert(site_round).values(site=site, number=number, began=now))
    elif not resumed:
        number += 1
        again = update(site_round).where(site_round.c.site == site)
        connection.execute(again.values(number=number, began=now, ended=None))
    due = connection.execute(
        update(url)
        .where(url.c.site == site, url.c.next_due <= now, url.c.state.in_((DONE, FAILED)))
        .values(state=PENDING, round=number, reason=None, next_due=None, held=None)
    )
    return Entered(int(number), resumed, due.rowcount)
