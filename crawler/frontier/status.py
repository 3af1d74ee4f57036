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
    yield f"{shown}: {sum(number for *_, number in states):,} URLs, {forgotten:,} of them taken down"
    for site in sorted(counts.keys() - {""} | numbers.keys()):
        found, number = counts.get(site, {}), numbers.get(site)
        which = "no round" if number is None else f"round {number.number} {'ended' if number.ended else 'under way'}"
        told = ", ".join(f"{found.get(state, 0):,} {state}" for state in (PENDING, LEASED, DONE, FAILED, GONE))
        yield f"  {site}: {which}; {told}; {due.get(site, 0):,} due again"
    for row in workers:
        sites = ", ".join(json.loads(row.sites)[:5])
        if row.lease_until is None:
            how = "dead, its archive not yet recovered"
        elif row.lease_until <= now:
            how = f"silent, its lease ran out at {_clock(row.lease_until)}"
        else:
            how = f"at work, lease until {_clock(row.lease_until)}"
        yield f"worker {row.owner} ({row.node}): {how}; {held.get(row.owner, 0)} hosts; {sites}"
    if not workers:
        yield "no worker"
    yield f"{count:,} hosts rest"
    for row in resting:
        yield f"  {row.host} ({row.site}): until {_clock(row.rest_until)}, {row.failures} failures in a row"


def _by_name(rows: Iterable[Any]) -> dict[str, int]:
    return {name: int(number) for name, number in rows}


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%SZ}"
