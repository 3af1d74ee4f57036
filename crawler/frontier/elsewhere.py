"""Records that lie in another machine's folder: their pages are asked for again, and the table names the records.

The folder that has such a record sets it aside and removes its row from the table: when its crawl ends, or when the
next one starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, func, select, update

from crawler.extract.article import Capture
from crawler.extract.url import article_id
from crawler.frontier.database import upsert
from crawler.frontier.entry import Entry, Leased, further_key, further_of
from crawler.frontier.tables import FINAL, GONE, PENDING, superseded, url

MOST_STARTS = 3
"""Of one article, by all workers together."""

# What the table says of a page as it was last: an answer to be taken for "unchanged" has no row anywhere.
_UNKNOWN = ("etag", "last_modified", "last_record_id", "record_id", "warc_file", "offset", "length", "payload_digest")


def supersede(connection: Connection, captures: Iterable[Capture]) -> None:
    """Name records of which no row is to be made."""
    rows = [{"record_id": each.record_id, "warc_file": each.warc_file} for each in captures]
    if rows:
        connection.execute(upsert(connection, superseded).on_conflict_do_nothing(index_elements=["record_id"]), rows)


def superseded_of(connection: Connection, warc_files: str) -> list[str]:
    """Ids of superseded records in files whose names end like this."""
    named = superseded.c.warc_file.endswith(warc_files, autoescape=True)
    return list(connection.execute(select(superseded.c.record_id).where(named)).scalars())


def is_headless(entry: Entry, is_here: Callable[[Capture], bool]) -> bool:
    """Whether it is a further page of an article whose earlier pages cannot be read here."""
    return entry.chain and not all(map(is_here, _earlier(entry)))


def start_over(connection: Connection, leased: Sequence[Leased]) -> int:
    """Ask for the articles of these further pages again from their first page, which is of the same host.

    A server that fails at the second page sends an article from machine to machine: after MOST_STARTS its pages are
    left to the folder that has them. Returns the number of articles that were given up so.
    """
    given_up = 0
    for each in leased:
        assert each.entry.payload is not None
        first = article_id(further_of(each.entry.payload)["url"])
        started = [further_key(each.entry.url, first, -number) for number in range(MOST_STARTS)]
        done = connection.execute(select(func.count()).where(url.c.key.in_(started))).scalar_one()
        if done == MOST_STARTS:
            given_up += 1
            ended = {"state": GONE, "reason": "started over too often", "held": None}
            connection.execute(update(url).where(url.c.id == each.id).values(ended))
            continue
        supersede(connection, [*_earlier(each.entry), *([each.held.capture] if each.held else [])])
        # Its key says how often: the chain that it belonged to is never asked for again.
        ended = {"state": GONE, "reason": "superseded", "held": None, "key": started[done]}
        connection.execute(update(url).where(url.c.id == each.id).values(ended))
        again = {"state": PENDING, "reason": None, "next_due": None, "held": None, "captured_at": None}
        again |= dict.fromkeys(_UNKNOWN)
        connection.execute(update(url).where(url.c.key == first, url.c.state.in_(FINAL)).values(again))
    return given_up


def _earlier(entry: Entry) -> list[Capture]:
    return [Capture.of(fields) for fields in further_of(entry.payload)["earlier"]] if entry.payload else []
