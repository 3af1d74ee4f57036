"""What a take-down has excluded (crawler/exclude.py), asked for one URL."""

from __future__ import annotations

from sqlalchemy import Engine, exists, or_, select

from crawler.extract.url import article_id, host_of
from crawler.frontier.database import storage
from crawler.frontier.tables import host, url

FORGOTTEN = "forgotten"
NEVER = 253402300800.0  # the year 10000: a host that rests until then is not asked any more


def is_forgotten(engine: Engine, page: str) -> bool:
    """Whether the URL `page` or its whole host was taken down. Raises StorageError."""
    article = exists().where(url.c.key == article_id(page), url.c.reason == FORGOTTEN)
    whole_host = exists().where(host.c.host == host_of(page), host.c.rest_until == NEVER)
    with storage("exclusion"), engine.connect() as connection, connection.begin():
        return bool(connection.execute(select(or_(article, whole_host))).scalar())
