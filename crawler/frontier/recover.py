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

from sqlalchemy import Connection, Engine, delete, select

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
