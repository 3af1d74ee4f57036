"""A frontier that was lost would ask for every page again, and each would have a second row: the dataset knows them.

Done where the table has never had a round of a site that manifests name. Done twice it finds nothing more to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from crawler.extract.article import Capture
from crawler.frontier.admit import HostIds
from crawler.frontier.database import storage, turn, upsert
from crawler.frontier.entry import Entry, record_columns
from crawler.frontier.policy import next_visit
from crawler.frontier.tables import DONE, GONE, site_round, url
from crawler.language import about, message, words
from pipelines.dataset.manifest import manifests_in_force

_AT_ONCE = 500
_COLUMNS = {
    "articles": ("site", "truncated", "document", "captures"),
    "rejects": ("site", "reason", "detail", "capture"),
}
_STATUS = re.compile(r"status ([0-9]+)")


@dataclass(frozen=True, slots=True)
class _Page:
    """How the last visit of a page ended, by its row or reject."""

    site: str
    capture: Capture
    state: str = DONE
    reason: str | None = None


def restore(
    engine: Engine,
    output: Path,
    sites: Collection[str],
    entry_of: Callable[[str, str], Entry],
    days: Sequence[float],
    damage: list[str],
) -> str | None:
    """One line for the log, None where nothing was lost. `entry_of`: for a site and the URL of an article's first page.

    A part that cannot be read is told in `damage`: its pages are asked for again. Raises StorageError.
    """
    with storage("restored"), engine.connect() as connection:
        with connection.begin():
            begun = set(connection.execute(select(site_round.c.site)).scalars())
        if begun.issuperset(sites):
            return None
        lost = set(sites) - begun
        manifests = [each for each in manifests_in_force(output).values() if not lost.isdisjoint(each.sites)]
        # The newest first: of a page with several rows the last one counts, and an article is no reject.
        names = [part.path for each in reversed(manifests) for part in each.files]
        paths = sorted((path for path in names if (output / path).is_file()), key=_is_of_rejects)
        if not paths:
            return None  # a first start: numpy and pyarrow are imported with its first row
        hosts, numbers = HostIds(), [0, 0]
        for path in paths:
            for some in _pages(output / path, lost, damage):
                with connection.begin():
                    turn(connection)
                    pages = [(entry_of(page.site, page.capture.url), page) for page in some]
                    numbers[_is_of_rejects(path)] += _insert(connection, pages, hosts, days)
    articles, rejected = numbers
    if not articles + rejected:
        return None
    return message(
        "the frontier was lost: it knows again what the dataset has (articles: {articles}, rejected pages: {rejected})",
        articles=articles,
        rejected=rejected,
    )


def _is_of_rejects(path: str) -> bool:
    return path.startswith("rejects/")


def _pages(path: Path, sites: Collection[str], damage: list[str]) -> Iterator[list[_Page]]:
    """Of each article the first page, and each rejected page, some at a time."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - nobody else needs it before there is a row to write

    kind = path.parent.parent.name
    made = _of_article if kind == "articles" else _of_reject
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_AT_ONCE, columns=list(_COLUMNS[kind])):
                rows = (row for row in batch.to_pylist() if row["site"] in sites)
                yield [page for page in map(made, rows) if page is not None]
    except Exception as error:  # bytes of any kind: of one part
        damage.append(about(path.name, words(error)))


def _of_article(row: Mapping[str, Any]) -> _Page | None:
    """None where pages are missing: it is asked for again, unless it is a document, which shows no more."""
    if not row["captures"] or (row["truncated"] and not row["document"]):
        return None
    return _Page(row["site"], Capture.of(row["captures"][0]))


def _of_reject(row: Mapping[str, Any]) -> _Page | None:
    """None where the server refused, or failed: it is asked for again, as it would have been."""
    if row["capture"] is None or row["reason"] == "blocked":
        return None
    capture = Capture.of(row["capture"])
    if row["reason"] != "http_error":
        return _Page(row["site"], capture)
    if status := _STATUS.fullmatch(row["detail"]):
        return _Page(row["site"], capture, GONE, row["detail"]) if status[1] in ("404", "410") else None
    return _Page(row["site"], capture, reason="redirect")


def _insert(connection: Connection, pages: Sequence[tuple[Entry, _Page]], hosts: HostIds, days: Sequence[float]) -> int:
    rows: dict[str, dict[str, Any]] = {}
    ids = hosts.of(connection, [entry for entry, _ in pages])
    for (entry, page), host_id in zip(pages, ids, strict=True):
        capture, at = page.capture, page.capture.fetched_at.timestamp()
        is_page = page.state == DONE and page.reason is None
        rows.setdefault(
            entry.key,
            {
                "key": entry.key,
                "host_id": host_id,
                "url": entry.url,
                "site": entry.site,
                "family": entry.family,
                "role": entry.role,
                "state": page.state,
                "reason": page.reason,
                "depth": 1,
                "priority": entry.priority,
                "barren": 0,
                "chain": False,
                "payload": entry.payload,
                "round": 0,
                "met": 0,
                "discovered": at,
                "fetched": at,
                "next_due": next_visit(at, at, days) if page.state == DONE else None,
                "last_record_id": capture.record_id,
                **{name: value if is_page else None for name, value in record_columns(capture).items()},
            },
        )
    known = set(connection.execute(select(url.c.key).where(url.c.key.in_(rows))).scalars())
    new = [row for key, row in rows.items() if key not in known]
    if new:
        connection.execute(upsert(connection, url).on_conflict_do_nothing(index_elements=["key"]), new)
    return len(new)
