"""What a frontier holds, for a person: what waits, who works, what rests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, and_, func, select

from crawler.frontier.database import storage
from crawler.frontier.exclusion import FORGOTTEN, NEVER
from crawler.frontier.tables import DONE, FAILED, GONE, LEASED, PENDING, host, site_round, url, worker
from crawler.language import message

_SHOWN = 10  # resting hosts that are named


def status_lines(engine: Engine, now: float) -> Iterator[str]:
    """Lines on sites, workers and resting hosts. `now` is Unix time. Raises StorageError.

    Two to three seconds for each million URLs.
    """
    shown = engine.url.render_as_string(hide_password=True)
    with storage(shown), engine.connect() as connection, connection.begin():
        states = connection.execute(
            select(url.c.site, url.c.state, func.count()).group_by(url.c.site, url.c.state)
        ).all()
        again = select(url.c.site, func.count()).where(url.c.next_due <= now).group_by(url.c.site)
        due = _by_name(connection.execute(again))
        forgotten = connection.execute(select(func.count()).where(url.c.reason == FORGOTTEN)).scalar_one()
        numbers = {row.site: row for row in connection.execute(select(site_round))}
        workers = connection.execute(select(worker).order_by(worker.c.owner)).all()
        owned = select(host.c.owner, func.count()).where(host.c.owner.is_not(None)).group_by(host.c.owner)
        held = _by_name(connection.execute(owned))
        rests = and_(host.c.rest_until > now, host.c.rest_until < NEVER)
        count = connection.execute(select(func.count()).select_from(host).where(rests)).scalar_one()
        resting = connection.execute(select(host).where(rests).order_by(host.c.rest_until.desc()).limit(_SHOWN)).all()
    counts: dict[str, dict[str, int]] = {}
    for site, state, number in states:
        counts.setdefault(site, {})[state] = number
    yield message(
        "{address}: {number:,} URLs, {forgotten:,} of them taken down",
        address=shown,
        number=sum(number for *_, number in states),
        forgotten=forgotten,
    )
    for site in sorted(counts.keys() - {""} | numbers.keys()):
        found, number = counts.get(site, {}), numbers.get(site)
        yield message(
            "  {site}: {round}; {pending:,} pending, {leased:,} leased, {done:,} done, {failed:,} failed, "
            "{gone:,} gone; {due:,} due again",
            site=site,
            round=_round(number),
            due=due.get(site, 0),
            **{state: found.get(state, 0) for state in (PENDING, LEASED, DONE, FAILED, GONE)},
        )
    for row in workers:
        sites = ", ".join(json.loads(row.sites)[:5])
        if row.lease_until is None:
            how = message("dead, its archive not yet recovered")
        elif row.lease_until <= now:
            how = message("silent, its lease ran out at {when}", when=_clock(row.lease_until))
        else:
            how = message("at work, lease until {when}", when=_clock(row.lease_until))
        yield message(
            "worker {owner} ({node}): {how}; {number} hosts; {sites}",
            owner=row.owner,
            node=row.node,
            how=how,
            number=held.get(row.owner, 0),
            sites=sites,
        )
    if not workers:
        yield message("no worker")
    yield message("{number:,} hosts rest", number=count)
    for row in resting:
        yield message(
            "  {host} ({site}): until {when}, {failures} failures in a row",
            host=row.host,
            site=row.site,
            when=_clock(row.rest_until),
            failures=row.failures,
        )


def _round(found: Any) -> str:
    if found is None:
        return message("no round")
    if found.ended:
        return message("round {number} ended", number=found.number)
    return message("round {number} under way", number=found.number)


def _by_name(rows: Iterable[Any]) -> dict[str, int]:
    return {name: int(number) for name, number in rows}


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%SZ}"
