"""Hosts by number: the table names the host of each URL by the id of its queue."""

from __future__ import annotations

from sqlalchemy import Connection, select

from crawler.frontier.entry import Entry
from crawler.frontier.sql import upsert
from crawler.frontier.tables import host


class HostIds:
    """host.id by site and host, made on first use. Forget it when its transaction was rolled back."""

    LIMIT = 10_000

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}

    def of(self, connection: Connection, entry: Entry) -> int:
        """The id of the entry's host queue."""
        key = (entry.site, entry.host)
        if (known := self._ids.get(key)) is not None:
            return known
        if len(self._ids) >= self.LIMIT:
            self._ids.clear()
        find = select(host.c.id).where(host.c.site == entry.site, host.c.host == entry.host)
        found = connection.execute(find).scalar()
        if found is None:
            statement = upsert(connection, host).values(site=entry.site, host=entry.host).on_conflict_do_nothing()
            connection.execute(statement)
            found = connection.execute(find).scalar_one()
        self._ids[key] = int(found)
        return self._ids[key]

    def forget(self) -> None:
        """Drop what may have been rolled back."""
        self._ids.clear()
