"""What the frontier has not finished: archived answers that will become rows when their URL's turn comes."""

from __future__ import annotations

from sqlalchemy import Engine, or_, select

from crawler.frontier.database import storage
from crawler.frontier.entry import further_of, held_of
from crawler.frontier.tables import IS_LEASED, IS_PENDING, url
from crawler.navigation.chain import Chain


def open_work(engine: Engine) -> tuple[set[str], set[str]]:
    """URLs that are still to be visited; record ids of answers held for them and of earlier pages of their articles.

    Raises StorageError.
    """
    urls: set[str] = set()
    records: set[str] = set()
    with storage("open work"), engine.connect() as connection, connection.begin():
        query = select(url.c.url, url.c.held, url.c.chain, url.c.payload).where(or_(IS_PENDING, IS_LEASED))
        for row in connection.execute(query):
            urls.add(row.url)
            if row.held:
                records.add(held_of(row.held).capture.record_id)
            if row.chain and row.payload:
                records.update(page.record_id for page in Chain.of(further_of(row.payload)).pages)
    return urls, records
