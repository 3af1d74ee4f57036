"""A frontier that was lost would ask for every article again, and each would have a second row: the dataset knows them.

Done where the table has never had a round of a site that manifests name. Done twice it finds nothing more to do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from crawler.extract.article import Capture
from crawler.frontier.admit import HostIds
from crawler.frontier.database import storage, turn, upsert
from crawler.frontier.entry import Entry, record_columns
from crawler.frontier.policy import next_visit
from crawler.frontier.tables import DONE, site_round, url
from crawler.language import about, message, words
from pipelines.dataset.manifest import manifests_in_force

_COLUMNS = ("site", "truncated", "document", "captures")
_AT_ONCE = 500


def restore(
    engine: Engine,
    output: Path,
    sites: Collection[str],
    entry_of: Callable[[str, str], Entry],
    days: Sequence[float],
    damage: list[str],
) -> str | None:
    """One line for the log, None where nothing was lost. `entry_of`: for a site and the URL of an article's first page.

    A part that cannot be read is told in `damage`: its articles are asked for again. Raises StorageError.
    """
    with storage("restored"), engine.connect() as connection:
        with connection.begin():
            begun = set(connection.execute(select(site_round.c.site)).scalars())
        if begun.issuperset(sites):
            return None
        lost = set(sites) - begun
        manifests = [each for each in manifests_in_force(output).values() if not lost.isdisjoint(each.sites)]
        # The newest first: of an article with several rows the last one counts.
        names = [part.path for each in reversed(manifests) for part in each.files if part.path.startswith("articles/")]
        paths = [output / name for name in names if (output / name).is_file()]
        if not paths:
            return None  # a first start: numpy and pyarrow are imported with its first row
        hosts, number = HostIds(), 0
        for some in _articles(paths, lost, damage):
            with connection.begin():
                turn(connection)
                number += _insert(connection, [(entry_of(site, page.url), page) for site, page in some], hosts, days)
    if not number:
        return None
    return message("the frontier was lost: {number} articles are known to it again, from the dataset", number=number)


def _articles(paths: Sequence[Path], sites: Collection[str], damage: list[str]) -> Iterator[list[tuple[str, Capture]]]:
    """Site and first page of each article, some at a time.

    Without those of which pages are missing: they are asked for again, unless they are documents, which show no more.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - nobody else needs it before there is a row to write

    for path in paths:
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_AT_ONCE, columns=list(_COLUMNS)):
                    rows = [row for row in batch.to_pylist() if row["site"] in sites and row["captures"]]
                    whole = [row for row in rows if row["document"] or not row["truncated"]]
                    yield [(row["site"], Capture.of(row["captures"][0])) for row in whole]
        except Exception as error:  # bytes of any kind: of one part
            damage.append(about(path.name, words(error)))


def _insert(
    connection: Connection, articles: Sequence[tuple[Entry, Capture]], hosts: HostIds, days: Sequence[float]
) -> int:
    rows: dict[str, dict[str, Any]] = {}
    for entry, page in articles:
        at = page.fetched_at.timestamp()
        rows.setdefault(
            entry.key,
            {
                "key": entry.key,
                "host_id": hosts.of(connection, entry),
                "url": entry.url,
                "site": entry.site,
                "family": entry.family,
                "role": entry.role,
                "state": DONE,
                "depth": 1,
                "priority": entry.priority,
                "barren": 0,
                "chain": False,
                "payload": entry.payload,
                "round": 0,
                "met": 0,
                "discovered": at,
                "fetched": at,
                "next_due": next_visit(at, at, days),
                "last_record_id": page.record_id,
                **record_columns(page),
            },
        )
    known = set(connection.execute(select(url.c.key).where(url.c.key.in_(rows))).scalars())
    new = [row for key, row in rows.items() if key not in known]
    if new:
        connection.execute(upsert(connection, url).on_conflict_do_nothing(index_elements=["key"]), new)
    return len(new)
