"""Begins and ends the rounds of sites: see the package's docstring."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from crawler.frontier.database import chunks
from crawler.frontier.lease import has_open
from crawler.frontier.tables import DONE, FAILED, PENDING, host, site_round, url


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
    wanted = sorted(sites)
    numbers: dict[str, int] = {}
    for some in chunks(wanted):
        known = select(site_round.c.site, site_round.c.number).where(site_round.c.site.in_(some))
        numbers.update((site, number) for site, number in connection.execute(known))
    resumed = (_open(connection, numbers) | set(busy)) & numbers.keys()
    new = [{"site": site, "number": 1, "began": now} for site in wanted if site not in numbers]
    again = [{"of_site": site, "now": now} for site in wanted if site in numbers and site not in resumed]
    if new:
        connection.execute(insert(site_round), new)
    if again:
        connection.execute(_AGAIN, again)
    entered = {site: Entered(numbers.get(site, 0) + (site not in resumed), site in resumed, 0) for site in wanted}
    for some in chunks(wanted):
        is_due = and_(url.c.site.in_(some), url.c.next_due <= now, url.c.state.in_((DONE, FAILED)))
        due = connection.execute(select(url.c.site, func.count()).where(is_due).group_by(url.c.site)).all()
        entered.update((site, replace(entered[site], due=count)) for site, count in due)
        if due:
            number = select(site_round.c.number).where(site_round.c.site == url.c.site).scalar_subquery()
            connection.execute(update(url).where(is_due).values(_PENDING_AGAIN | {"round": number}))
    return entered


def leave(connection: Connection, sites: Iterable[str], now: float) -> None:
    """Note the end of the rounds that are drained."""
    wanted = set(sites)
    for some in chunks(wanted - _open(connection, wanted)):
        ended = update(site_round).where(site_round.c.site.in_(some), site_round.c.ended.is_(None))
        connection.execute(ended.values(ended=now))


def _open(connection: Connection, sites: Iterable[str]) -> set[str]:
    """The sites of which anything is pending or leased."""
    found: set[str] = set()
    for some in chunks(sites):
        query = select(host.c.site).where(host.c.site.in_(some), has_open()).distinct()
        found.update(connection.execute(query).scalars())
    return found


_PENDING_AGAIN = {"state": PENDING, "reason": None, "next_due": None, "held": None}
_AGAIN = (
    update(site_round)
    .where(site_round.c.site == bindparam("of_site"))
    .values(number=site_round.c.number + 1, began=bindparam("now"), ended=None)
)
