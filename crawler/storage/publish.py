"""What crawls have finished in their spool becomes objects: in a thread while they run, and the rest at their end.

The spool, SPOOL_DIR/runs/s3:/bucket/prefix, is an OUTPUT_DIR as any other. A WARC file goes up when it is finished.
When a run has its manifest, its archive files are uploaded, then its parts, then the manifest, by which its rows exist
for everybody else; each object is read again and has to have the digest of the file. Only then files leave the spool.
Manifests, the index of texts and the frontier stay. Killed at any moment, the next crawl does what is left: what is in
the bucket already is found to be the same, and not sent again.

A crawl begins with the bucket's profiles and manifests; by these its index of texts is that of the whole bucket.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from crawler.archive.cdxj import index_path
from crawler.durable import sync_folder
from crawler.storage.address import BucketError
from crawler.storage.lock import STALE, BucketLock
from crawler.storage.path import SpoolPath
from pipelines.dataset.locks import BusyError, Lock
from pipelines.dataset.manifest import IN_BUCKET, Manifest, load_manifests

logger = logging.getLogger(__name__)

CRAWLS = "crawls"  # the lock that crawls share, and that a take-down takes for itself
GIVE_UP = 300.0  # seconds without a working bucket after which a crawl ends
_ROUND = 2.0
_AT_ONCE = 8
_TRY = 20.0  # seconds for one upload that fails; the next round begins it anew
_MARKS = "state/published"
_REPORTS = "state/runs/*.json"
_PROFILES = "state/profiles"  # learnt in the bucket, and read by crawls


class Publisher:
    """Begins with a look at the bucket: raises BucketError where nothing can be written, BusyError.

    `failed` is called, in the thread, once: when the bucket has not worked for GIVE_UP seconds, or never will, or when
    this process stood still for so long that its lock is lost (`stale` is that of the lock): nothing is sent any more.
    """

    def __init__(self, spool: SpoolPath, owner: str, *, stale: float = STALE) -> None:
        from crawler.storage.bucket import Bucket  # noqa: PLC0415 - it brings pyarrow, and few crawls have a bucket

        self.failed: Callable[[BucketError], None] = lambda error: None
        self._spool = spool
        self._owner = owner
        self._bucket = Bucket(spool.bucket, _TRY)
        self._bucket.check()
        self._sent: dict[str, tuple[int, int]] = {}
        self._left: set[str] = set()  # runs whose files have left the spool
        self._finished = False
        self._lock = BucketLock(self._bucket, spool.key, CRAWLS, owner, shared=True, stale=stale)
        self._copy(_PROFILES, self._spool / _PROFILES)
        manifests = self._spool / IN_BUCKET / "manifests"
        there = self._copy("manifests", manifests)
        for path in manifests.glob("*.json"):
            if path.name not in there:
                path.unlink()
        self._end = Event()
        self._thread = Thread(target=self._run, daemon=True, name="publisher")
        self._thread.start()

    def finish(self) -> None:
        """Publish all that is finished. Raises BucketError, OSError; what is not sent then stays in the spool.

        The files leave it with release(): until then the crawl may look at its own rows.
        """
        self._end.set()
        self._thread.join()
        lock = Lock(self._spool, "publish", wait=True)
        try:
            self._publish()
        finally:
            lock.release()
        self._finished = True

    def release(self) -> None:
        """End the thread and give the lock back; whether the bucket works or not."""
        self._end.set()
        self._thread.join(_TRY)
        if self._finished:
            self._leave()
        with suppress(BucketError):
            self._lock.release()

    def _copy(self, name: str, folder: Path) -> Collection[str]:
        """Bring what lies below `name` in the bucket, and never changes, into `folder`; the names of all of it."""
        names = self._bucket.listing(self._key(name)).keys()

        def bring(each: str) -> None:
            with suppress(FileNotFoundError):  # removed meanwhile
                self._bucket.get(self._key(f"{name}/{each}"), folder / each)

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(bring, (each for each in names if not _is_here(folder / each))))
        return names

    def _run(self) -> None:
        working = time.monotonic()
        while not self._end.is_set():
            try:
                lock = Lock(self._spool, "publish")
                try:
                    self._publish()
                    self._leave()
                finally:
                    lock.release()
                working = time.monotonic()
            except BusyError:  # another crawl on this machine is sending
                working = time.monotonic()
            except OSError as error:
                logger.warning("Not uploaded yet: %s", error)
                failure = error if isinstance(error, BucketError) else BucketError(str(error))
                if failure.lasting or time.monotonic() - working > GIVE_UP:
                    self.failed(failure)
                    return
            self._end.wait(_ROUND)

    def _publish(self) -> None:
        for warc in sorted((self._spool / "warc").rglob("*.warc.gz")):
            self._send(warc)
        for manifest in self._manifests():
            mark = self._mark(manifest)
            if not mark.exists():
                for file in (*self._archived(manifest), *self._set_aside(), *self._parts(manifest)):
                    self._send(file)
                self._send(self._spool / "manifests" / f"{manifest.run_id}.json")
                mark.parent.mkdir(parents=True, exist_ok=True)
                mark.touch()
                sync_folder(mark.parent)
        for other in (*self._set_aside(), *self._spool.glob(_REPORTS)):
            self._send(other)

    def _leave(self) -> None:
        """Take away what is in the bucket: archive files and parts of the runs that have their mark."""
        for manifest in self._manifests():
            is_mine = manifest.run_id == self._owner and not self._finished
            if self._mark(manifest).exists() and not is_mine:
                for file in (*self._archived(manifest), *self._parts(manifest)):
                    file.unlink(missing_ok=True)
                self._left.add(manifest.run_id)

    def _manifests(self) -> list[Manifest]:
        """Those of runs whose files are here, as far as this process knows."""
        names = {path.stem for path in (self._spool / "manifests").glob("*.json")}
        found = load_manifests(self._spool, damaged={}) if names - self._left else {}
        return [manifest for run, manifest in found.items() if run not in self._left]

    def _mark(self, manifest: Manifest) -> Path:
        """The file that says that a run is published."""
        return self._spool / _MARKS / manifest.run_id

    def _archived(self, manifest: Manifest) -> Iterator[Path]:
        """The run's WARC files and their indexes, as far as they lie here."""
        names = {each.file for each in manifest.warc}
        for warc in sorted((self._spool / "warc").rglob("*.warc.gz")):
            if warc.name in names:
                yield warc
                if _is_here(index := index_path(warc)):
                    yield index

    def _parts(self, manifest: Manifest) -> list[Path]:
        paths = [self._spool / part.path for part in manifest.files]
        return [path for path in paths if _is_here(path)]

    def _set_aside(self) -> list[Path]:
        return sorted((self._spool / "warc").glob("*/*.superseded"))

    def _key(self, name: str) -> str:
        return f"{self._spool.key}/{name}".lstrip("/")

    def _send(self, path: Path) -> None:
        found = path.stat()
        name, state = path.relative_to(self._spool).as_posix(), (found.st_size, found.st_mtime_ns)
        if self._sent.get(name) != state:
            self._lock.hold()  # of a crawl that stood still a page may have been taken down meanwhile
            self._bucket.put(path, self._key(name))
            self._sent[name] = state


def _is_here(path: Path) -> bool:
    """Whether the file itself lies in the spool, not only its object in the bucket."""
    return os.path.isfile(path)
