"""The workers: one row a process, renewed while it lives, and how the leases of dead ones expire."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from crawler.frontier.database import upsert
from crawler.frontier.tables import host, worker

_NOT_EXPIRED = worker.c.lease_until.is_not(None)


@dataclass(frozen=True, slots=True)
class Worker:
    """This process. `owner` is the run id; `node` names machine and folder, within which `is_alive` knows who lives.

    A worker of the same node is dead as soon as `is_alive(owner)` is false, one of another node when its lease of
    `lease_seconds` has run out: its clock and ours must agree within that time.
    """

    owner: str
    node: str
    sites: frozenset[str]
    is_alive: Callable[[str], bool]
    lease_seconds: float = 120.0


def are_others(connection: Connection, me: Worker) -> bool:
    """Whether other workers have a lease."""
    others = select(worker.c.owner).where(worker.c.owner != me.owner, _NOT_EXPIRED).limit(1)
    return connection.execute(others).first() is not None


def expire(connection: Connection, me: Worker, now: float) -> list[str]:
    """End the leases of dead workers and return their owners. Their URLs become pending when a host is leased again.

    Their rows stay until recover.py has handled what they left in the archive of their node.
    """
    dead = [
        row.owner
        for row in connection.execute(select(worker).where(worker.c.owner != me.owner, _NOT_EXPIRED))
        if row.lease_until <= now or (row.node == me.node and not me.is_alive(row.owner))
    ]
    if dead:
        connection.execute(update(host).where(host.c.owner.in_(dead)).values(owner=None))
        connection.execute(update(worker).where(worker.c.owner.in_(dead)).values(lease_until=None))
    return dead


def free_unowned(connection: Connection) -> int:
    """End the leases of owners that are no workers, as a damaged or restored table may have them; how many hosts.

    Nobody else would: every crawl would wait for these hosts for ever.
    """
    known = select(worker.c.owner)
    unowned = update(host).where(host.c.owner.is_not(None), host.c.owner.not_in(known)).values(owner=None)
    return int(connection.execute(unowned).rowcount)


def holds_lease(connection: Connection, me: Worker) -> bool:
    """Whether no other worker has ended the lease of this one; its hosts are still its own then."""
    mine = select(worker.c.owner).where(worker.c.owner == me.owner, _NOT_EXPIRED)
    return connection.execute(mine).first() is not None


def renew(connection: Connection, me: Worker, now: float) -> bool:
    """Extend the lease of this worker. Returns False when it had expired or is new: it holds no host then."""
    until = now + me.lease_seconds
    mine = worker.c.owner == me.owner
    if connection.execute(update(worker).where(mine, _NOT_EXPIRED).values(lease_until=until)).rowcount:
        return True
    row = {"owner": me.owner, "node": me.node, "sites": json.dumps(sorted(me.sites)), "lease_until": until}
    statement = upsert(connection, worker).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["owner"], set_={"lease_until": until}))
    return False


def resign(connection: Connection, me: Worker) -> None:
    """Remove the row of this worker. Its hosts must have been given back."""
    forget(connection, [me.owner])


def forget(connection: Connection, owners: Collection[str]) -> None:
    """Remove the rows of these workers and free the hosts that they hold."""
    connection.execute(update(host).where(host.c.owner.in_(owners)).values(owner=None))
    connection.execute(delete(worker).where(worker.c.owner.in_(owners)))


def sites_of_others(connection: Connection, me: Worker) -> Collection[str]:
    """Names of the sites that other live workers crawl."""
    rows = connection.execute(select(worker.c.sites).where(worker.c.owner != me.owner, _NOT_EXPIRED)).scalars()
    return {site for row in rows for site in json.loads(row)}
