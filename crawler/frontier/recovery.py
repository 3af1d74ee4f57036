"""What is made of the archive that killed runs left, once there is any: see crawler/frontier/recover.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, or_, select, update

from crawler.archive.division import Piece
from crawler.archive.exchange import ArchiveError
from crawler.archive.reader import Stored, locate
from crawler.archive.superseded import set_aside
from crawler.archive.warcfile import run_suffix
from crawler.extract.article import Capture
from crawler.extract.url import article_id
from crawler.frontier.chains import Chains
from crawler.frontier.database import chunks, turn
from crawler.frontier.entry import Held, further_key, further_of, held_json, held_of
from crawler.frontier.tables import FINAL, IS_LEASED, IS_PENDING, LEASED, PENDING, superseded, url
from crawler.frontier.workers import forget
from crawler.language import message, words
from crawler.navigation.rendered import SERVED, captures_of, not_rendered
from crawler.output import new_run_id
from crawler.profiles import newest_profiles
from crawler.reextract.files import Extracted, Job, extract_files, join_files, readable
from crawler.sandbox.processor import Processor, ProcessorBeside
from crawler.siteconfig.site import Folders, load_sites
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import Manifest, covers
from pipelines.version import rules_versions

# Answers that say something of the page. A 5xx or 429 was the server's trouble of that moment: it is asked again.
_HOLDABLE = frozenset({*range(200, 300), 301, 302, 303, 307, 308, 404, 410})


@dataclass(slots=True)
class _Sorted:
    """The responses of one file: record ids to make rows of, and by key the answer to keep for an open URL, or None."""

    rows: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    held: dict[str, Capture | None] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)


class Recovery:
    def __init__(self, output: Path, connection: Connection, sites_dir: Folders, damage: list[str]) -> None:
        self._output = output
        self._damage = damage
        self._connection = connection
        started = datetime.now(UTC)
        profiles = newest_profiles(output, damage)
        self._job = Job(output, sites_dir, new_run_id("recovery", started), started, profiles)

    def run(self, files: list[Path], dead: list[str]) -> str:
        with ProcessorBeside() as processor:
            return self._run(files, dead, processor)

    def _run(self, files: list[Path], dead: list[str], processor: Processor) -> str:
        job, held = self._job, 0
        lock = Lock(self._output, f"run-{job.run_id}", wait=True)
        try:
            results: list[Extracted] = []
            unknown: set[str] = set()
            opened = self._open_articles()
            ended = sorted({*dead, *self._runs_of(files)})
            wanted = self._answered_again(ended, opened)
            for path in files:
                found = self._sort(path, opened)
                held += self._hold(found.held)
                set_aside(path.parent, job.run_id, found.aside)
                unknown |= found.unknown
                wanted.setdefault(path, set()).update(found.rows)
            for batch, path in enumerate(sorted(wanted)):
                results.append(extract_files([Piece(path)], job, batch, processor, partial(_is_in, wanted[path])))
            self._damage += [line for result in results for line in result.damage if line not in self._damage]
            pages = [page for result in results for page in result.pages if page.first in unknown]
            results.append(join_files(pages, job, len(wanted), processor))
            chains = Chains(self._output, self._connection, load_sites(job.sites_dir), job, processor, self._damage)
            results.append(chains.join(ended, opened, len(wanted) + 1))
            counts = sum((result.counts for result in results), Counter[str]())
            sites = set().union(*(result.sites for result in results))
            Manifest(
                run_id=job.run_id,
                family=",".join(sorted({family for family, _ in sites} or {path.parent.name for path in files})),
                sites=sorted(site for _, site in sites),
                started=job.started,
                finished=datetime.now(UTC),
                rules_version=",".join(rules_versions(job.profiles, (site for _, site in sites))),
                files=[part for result in results for part in result.parts],
                warc=covers(files),
                counts=dict(counts),
                supersedes=dead,
            ).write(self._output)
            with self._connection.begin():
                turn(self._connection)
                forget(self._connection, dead)
        finally:
            lock.release(remove=True)
        return message(
            "{run_id}: recovered {articles} articles and {rejects} rejects from {files} WARC files of killed runs; "
            "{held} answers kept for pages that were not acknowledged",
            run_id=job.run_id,
            articles=counts["articles"],
            rejects=counts["rejects"],
            files=len(files),
            held=held,
        )

    def _open_articles(self) -> set[str]:
        """First records of the articles whose further pages are still to come: the crawl will join them."""
        query = select(url.c.payload).where(url.c.chain, or_(IS_PENDING, IS_LEASED))
        with self._connection.begin():
            return {further_of(payload)["first"] for payload in self._connection.execute(query).scalars()}

    def _runs_of(self, files: list[Path]) -> list[str]:
        """The runs that the files are of: a run that ended well and lost its manifest is not among the dead ones."""
        theirs = {run_suffix(path) for path in files}
        with self._connection.begin():
            query = select(url.c.run).where(url.c.run.is_not(None), or_(url.c.chain, url.c.held.is_not(None)))
            runs = self._connection.execute(query.distinct()).scalars()
            return [run for run in runs if run.rpartition("-")[2] in theirs]

    def _answered_again(self, ended: list[str], opened: set[str]) -> dict[Path, set[str]]:
        """Records by file that these runs were given for an answer: of older runs, whose files are covered already."""
        wanted: dict[Path, set[str]] = {}
        query = select(url.c.url, url.c.held, url.c.payload, url.c.chain).where(
            url.c.held.is_not(None), url.c.run.in_(ended), url.c.state.in_(FINAL)
        )
        with self._connection.begin():
            for row in self._connection.execute(query):
                capture = held_of(row.held).capture
                first = further_of(row.payload)["first"] if row.chain else capture.record_id
                if first not in opened:
                    try:
                        path = locate(self._output / "warc", capture.warc_file)
                    except ArchiveError as error:
                        told = message("{url}: its row is not made: {error}", url=row.url, error=words(error))
                        self._damage.append(told)
                        continue
                    wanted.setdefault(path, set()).add(capture.record_id)
        return wanted

    def _sort(self, path: Path, opened: set[str]) -> _Sorted:
        """Judge each response by its URL's row in the frontier."""
        found = _Sorted()
        ids: dict[str, list[tuple[str, Capture, bool, str]]] = {}
        for stored in readable(Piece(path), self._damage):
            if stored.metadata.get("role") in (None, "robots", "resource"):
                continue
            if SERVED in stored.metadata:
                served = captures_of(stored.metadata, stored.capture)[0].record_id
                if stored.metadata["role"] != "article":
                    continue  # a list as a browser showed it: no row is made of it
                if not_rendered(stored.metadata) is None:
                    found.aside.add(served)
            try:
                key = _key(stored)
            except (ValueError, KeyError) as error:
                aside = message(
                    "{file}: the record at offset {offset} is set aside: {error}",
                    file=path.name,
                    offset=stored.capture.offset,
                    error=": ".join((type(error).__name__, str(error))),
                )
                self._damage.append(aside)
                continue
            first = stored.metadata.get("first-record", stored.capture.record_id)
            holdable = stored.status in _HOLDABLE and stored.resolved
            ids.setdefault(key, []).append((stored.capture.record_id, stored.capture, holdable, first))
        known = self._rows(ids)
        for key, captures in ids.items():
            row = known.get(key)
            for record_id, capture, holdable, first in captures:
                if row is None:
                    found.rows.add(record_id)
                    found.unknown.add(first)
                elif record_id in (row.last_record_id, row.record_id):
                    if first not in opened:
                        found.rows.add(record_id)
                elif row.state in (PENDING, LEASED):
                    found.held[key] = capture if holdable else None  # the last one counts
                    if not holdable:  # its page is asked for again, and has its row or reject then
                        found.aside.add(record_id)
                else:
                    found.aside.add(record_id)
        return found

    def _rows(self, keys: Iterable[str]) -> dict[str, Row[Any, Any, Any, Any]]:
        found: dict[str, Row[Any, Any, Any, Any]] = {}
        with self._connection.begin():
            for some in chunks(keys):
                query = select(url.c.key, url.c.state, url.c.last_record_id, url.c.record_id).where(url.c.key.in_(some))
                for row in self._connection.execute(query):
                    found[row.key] = row
        return found

    def _hold(self, held: dict[str, Capture | None]) -> int:
        rows = [
            {"of_key": key, "of_record": capture.record_id, "new_held": held_json(Held(capture))}
            for key, capture in held.items()
            if capture
        ]
        if rows:
            with self._connection.begin():
                turn(self._connection)
                self._connection.execute(_HOLD, rows)
        return len(rows)


# Meanwhile another worker may have begun to ask for the page again.
_HOLD = (
    update(url)
    .where(url.c.key == bindparam("of_key"), or_(IS_PENDING, IS_LEASED))
    .where(~exists().where(superseded.c.record_id == bindparam("of_record")))
    .values(held=bindparam("new_held"))
)


def _is_in(wanted: set[str], stored: Stored) -> bool:
    return stored.capture.record_id in wanted


def _key(stored: Stored) -> str:
    metadata = stored.metadata
    if "first-record" not in metadata:
        return article_id(stored.url)
    return further_key(stored.url, metadata["first-record"], int(metadata["page"]))
