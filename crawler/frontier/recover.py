"""What killed runs left in the archive: rows for what they had acknowledged, answers kept for what they had not.

A run's rows exist when its manifest does, so a killed run has none. Its WARC files, finished by archive.recover, are
those that no manifest covers. Of each response in them the frontier knows whether it was acknowledged:

- acknowledged, or unknown to the frontier: re-extracted into parts, under a manifest that covers the files;
- not acknowledged, its URL still open: the capture is kept with the URL, and the next visit is answered by it; an error
  of the server's is set aside, the page is asked for again;
- superseded by a later record, perhaps of another worker: set aside, that one has its row.

Articles of several pages are joined where their last page was acknowledged; those still open are joined by the crawl
itself. Done again, after a crash in here too, recovery finds nothing left or does the same once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

<<<<<<< HEAD
from sqlalchemy import Connection, Engine, Row, bindparam, delete, exists, or_, select, update
=======
from sqlalchemy import Connection, Engine, delete, select
>>>>>>> 8dc4c2e (Commands and crawls start without what they do not need yet: pyarrow, DuckDB, numpy, SQLAlchemy, rich come with the first use)

from crawler.archive.exchange import ArchiveError
from crawler.archive.reader import locate
from crawler.archive.superseded import set_aside
from crawler.archive.warcfile import run_suffix
from crawler.frontier.database import storage, turn
from crawler.frontier.tables import superseded, worker
from crawler.frontier.workers import forget
from crawler.output import new_run_id
from crawler.siteconfig.site import Folders
from pipelines.dataset.locks import Lock, is_alive
from pipelines.dataset.manifest import load_manifests


def recover(output: Path, engine: Engine, sites_dir: Folders, damage: list[str] | None = None) -> list[str]:
    """Make good what dead runs left below `output`; one line for the log, none when there was nothing.

    To be called before a frontier is opened: it is the dead workers' rows that tell whose visits ended. A record or row
    that cannot be read is set aside with a line in `damage`, and the rest goes on. Raises StorageError, OSError where
    the disk fails, SiteError.
    """
    damage = [] if damage is None else damage
    lock = Lock(output, "recover", wait=True)
    try:
        damaged: dict[str, str] = {}
        manifests = load_manifests(output, damaged)
        if damaged:
            return ["rows of killed runs are not made before the damaged manifest is put right (scrapy reextract)"]
        covered = {part.file for manifest in manifests.values() for part in manifest.warc}
        files = [path for path in _finished(output) if path.name not in covered]
        # A run may die between its manifest and its resignation; a recovery as well.
        handled = manifests.keys() | {run for manifest in manifests.values() for run in manifest.supersedes}
        with storage("recovery"), engine.connect() as connection:
            with connection.begin():
                turn(connection)
                found = set(_dead(connection, output))
                forget(connection, sorted(found & handled))
            dead = sorted(found - handled)
            _set_aside_refetched(output, connection)
            if not files and not dead:
                return []
            # Most starts find nothing, and have no need of what makes rows.
            from crawler.frontier.recovery import Recovery  # noqa: PLC0415

            return [Recovery(output, connection, sites_dir, damage).run(files, dead)]
    finally:
        lock.release()


<<<<<<< HEAD
@dataclass(slots=True)
class _Sorted:
    """The responses of one file: record ids to make rows of, and by key the answer to keep for an open URL, or None."""

    rows: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    held: dict[str, Capture | None] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)


class _Recovery:
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
        return (
            f"{job.run_id}: recovered {counts['articles']} articles and {counts['rejects']} rejects from {len(files)} "
            f"WARC files of killed runs; {held} answers kept for pages that were not acknowledged"
        )

    def _open_articles(self) -> set[str]:
        """First records of the articles whose further pages are still to come: the crawl will join them."""
        query = select(url.c.payload).where(url.c.chain, or_(IS_PENDING, IS_LEASED))
        with self._connection.begin():
            return {further_of(payload)["first"] for payload in self._connection.execute(query).scalars()}

    def _runs_of(self, files: list[Path]) -> list[str]:
        """The runs that the files are of: a run that ended well and lost its manifest is not among the dead ones."""
        theirs = {_suffix_of(path) for path in files}
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
                        told = message("{url}: its row is not made: {error}", url=row.url, error=str(error))
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


=======
>>>>>>> 8dc4c2e (Commands and crawls start without what they do not need yet: pyarrow, DuckDB, numpy, SQLAlchemy, rich come with the first use)
def _set_aside_refetched(output: Path, connection: Connection) -> None:
    """Records here whose pages another worker has fetched instead: their own files are not at its place."""
    with connection.begin():
        turn(connection)
        for row in connection.execute(select(superseded)).all():
            try:
                path = locate(output / "warc", row.warc_file)
            except ArchiveError:
                continue  # another folder's
            # A name of this folder's own: several may meet in one bucket.
            set_aside(path.parent, new_run_id("held", datetime.now(UTC)), {row.record_id})
            connection.execute(delete(superseded).where(superseded.c.record_id == row.record_id))


<<<<<<< HEAD
# Meanwhile another worker may have begun to ask for the page again.
_HOLD = (
    update(url)
    .where(url.c.key == bindparam("of_key"), or_(IS_PENDING, IS_LEASED))
    .where(~exists().where(superseded.c.record_id == bindparam("of_record")))
    .values(held=bindparam("new_held"))
)


=======
>>>>>>> 8dc4c2e (Commands and crawls start without what they do not need yet: pyarrow, DuckDB, numpy, SQLAlchemy, rich come with the first use)
def _finished(output: Path) -> Iterator[Path]:
    """Finished WARC files, but for those of runs that live: their manifests are still to come."""
    locks = (path.stem.removeprefix("run-") for path in (output / "state" / "locks").glob("run-*.lock"))
    alive = {run.rpartition("-")[2] for run in locks if is_alive(output, run)}
    for path in sorted((output / "warc").rglob("*.warc.gz")):
        if run_suffix(path) not in alive:
            yield path


def _dead(connection: Connection, output: Path) -> Iterator[str]:
    """Workers of this folder that died without resigning."""
    for row in connection.execute(select(worker)):
        # Asked by the lock alone: the row of a worker that stood still for long looks dead and is not.
        if row.node.partition(":")[2] == str(output) and not is_alive(output, row.owner):
            yield row.owner
