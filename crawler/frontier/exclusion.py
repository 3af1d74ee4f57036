"""What was taken down stays out of later crawls: kept in the frontier as hashes, without URL, record or payload."""

from __future__ import annotations

from collections.abc import Collection
from time import time
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, exists, or_, select, update

from crawler.extract.url import article_id, host_of
from crawler.frontier.database import chunks, storage, turn, upsert
from crawler.frontier.entry import further_of
from crawler.frontier.tables import GONE, host, refusal, shape, url

FORGOTTEN = "forgotten"
NEVER = 253402300800.0  # the year 10000: a host that is left alone until then is never asked again
_LAST_ROUND = 2**31 - 1  # lists are visited again in a later round, and no round comes after this one

_EMPTY = {
    "state": GONE,
    "reason": FORGOTTEN,
    "url": "",
    "round": _LAST_ROUND,
    "met": _LAST_ROUND,
    **dict.fromkeys(
        (
            *("payload", "next_due", "etag", "last_modified", "last_record_id", "held"),
            *("record_id", "warc_file", "offset", "length", "payload_digest", "captured_at"),
        )
    ),
}


def is_forgotten(engine: Engine, page: str) -> bool:
    """Whether the URL `page` or its whole host was taken down. Raises StorageError."""
    article = exists().where(url.c.key == article_id(page), url.c.reason == FORGOTTEN)
    whole_host = exists().where(host.c.host == host_of(page), host.c.rest_until == NEVER)
    with storage("exclusion"), engine.connect() as connection, connection.begin():
        return bool(connection.execute(select(or_(article, whole_host))).scalar())


def exclude_articles(engine: Engine, keys: Collection[str]) -> None:
    """Never visit the URLs of these article ids again, known or not. Raises StorageError."""
    with storage("exclusion"), engine.begin() as connection:
        turn(connection)
        _cut_chains(connection, keys)
        now = time()
        rows = [
            {"key": key, "host_id": 0, "site": "", "family": "", "role": "article", "depth": 0, "priority": 0}
            | {"barren": 0, "chain": False, "attempts": 0, "discovered": now}
            | _EMPTY
            for key in sorted(keys)
        ]
        statement = upsert(connection, url)
        connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=_EMPTY), rows)
        for row in connection.execute(select(refusal)).all():
            if article_id(row.example) in keys:
                same = (refusal.c.site == row.site, refusal.c.reason == row.reason)
                connection.execute(update(refusal).where(*same).values(example=""))


def exclude_site(engine: Engine, site: str, hosts: Collection[str]) -> None:
    """Never ask a host of the site again. Raises StorageError."""
    with storage("exclusion"), engine.begin() as connection:
        turn(connection)
        connection.execute(delete(url).where(url.c.site == site, url.c.chain))
        connection.execute(update(url).where(url.c.site == site).values(_EMPTY))
        for table in (refusal, shape):
            connection.execute(delete(table).where(table.c.site == site))
        rows = [{"site": site, "host": name, "rest_until": NEVER} for name in sorted(hosts)]
        if rows:
            statement = upsert(connection, host).on_conflict_do_nothing(index_elements=["site", "host"])
            connection.execute(statement, rows)
        connection.execute(update(host).where(host.c.site == site).values(rest_until=NEVER, owner=None))


def hosts_of(engine: Engine, site: str) -> list[str]:
    """The hosts at which the site was met. Raises StorageError."""
    with storage("exclusion"), engine.connect() as connection, connection.begin():
        return list(connection.execute(select(host.c.host).where(host.c.site == site)).scalars())


def _cut_chains(connection: Connection, keys: Collection[str]) -> None:
    """Further pages of these articles that wait or were visited: rows of their own, under keys of their own."""
    rows = connection.execute(select(url.c.id, url.c.url, url.c.payload).where(url.c.chain))
    ids = [str(row.id) for row in rows if not _articles(row).isdisjoint(keys)]
    for some in chunks(ids):
        connection.execute(delete(url).where(url.c.id.in_(map(int, some))))


def _articles(row: Row[Any, Any, Any]) -> set[str]:
    """The ids of the page and of its article."""
    first = further_of(row.payload)["url"] if row.payload else row.url
    return {article_id(row.url), article_id(first)}
