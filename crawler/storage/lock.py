"""Locks in a bucket, for commands and crawls on several machines.

A lock is a folder, `state/locks/<name>/`, and who wants it puts an object there and then looks who else is in it. Since
a store lists every object whose put has ended before, of two who come at once at least one sees the other, and whoever
sees another gives way: at most one holds it, and of two at the same moment it may be neither. Conditional writes would
let one of these two win and are not needed for more: pyarrow cannot make them, and not all stores honour them.

An object that was not written again for STALE seconds is that of a dead process, and the next one removes it. A holder
that stood still for so long finds out by check(): between two writes of its own object is too much time. All times are
the store's, so that neither the machines' clocks count nor whether a clock goes on while a machine sleeps.
"""

from __future__ import annotations

import os
import time
from threading import Event, Thread
from threading import Lock as Mutex
from typing import TYPE_CHECKING

from crawler.language import message
from crawler.storage.address import BucketError
from pipelines.dataset.locks import BusyError

if TYPE_CHECKING:
    from crawler.storage.bucket import Bucket

STALE = 600.0
_BEATS = 10  # writes within that time
_FOLDER = "state/locks"


class BucketLock:
    """Held from construction to release(). Raises BusyError, BucketError. `shared`: with others that share it.

    `stale` is the same for all who want the lock, in seconds.
    """

    def __init__(
        self, bucket: Bucket, prefix: str, name: str, owner: str, *, shared: bool = False, stale: float = STALE
    ) -> None:
        self.name = name
        self._bucket = bucket
        self._folder = "/".join(part for part in (prefix, _FOLDER, name) if part)
        self._mine = f"{'shared' if shared else 'alone'}-{owner}"
        self._stale = stale
        self._end = Event()
        self._writing = Mutex()
        self._checked = _now()
        self._write()
        try:
            self._written = self._give_way(shared)
        except BaseException:
            self._remove(self._mine)
            raise
        self._thread = Thread(target=self._beat, daemon=True, name=f"lock {name}")
        self._thread.start()

    def check(self) -> None:
        """Renew it. Raises BucketError where that fails, or where others may have taken it for a dead process's.

        Who has got through may change the dataset for `stale` seconds from now.
        """
        with self._writing:
            began = _now()
            self._write()
            found = self._bucket.entry(f"{self._folder}/{self._mine}")
            if found is None or found.changed - self._written > self._stale * 1e9 / 2:
                self._remove(self._mine)
                raise BucketError(
                    message(
                        "the lock {name} was lost: it was not renewed for {seconds:.0f} seconds",
                        name=self.name,
                        seconds=self._stale / 2,
                    ),
                    lasting=True,
                )
            self._written, self._checked = found.changed, began

    def hold(self) -> None:
        """check(), unless that was a moment ago: before each of many changes."""
        if _now() - self._checked > self._stale / _BEATS:
            self.check()

    def release(self) -> None:
        """Give it back."""
        self._end.set()
        self._thread.join()
        self._remove(self._mine)

    def _write(self) -> None:
        note = f"process {os.getpid()} on {os.uname().nodename}"
        self._bucket.put_bytes(note.encode(), f"{self._folder}/{self._mine}")

    def _remove(self, name: str) -> None:
        self._bucket.delete(f"{self._folder}/{name}")

    def _give_way(self, shared: bool) -> int:
        """The moment of the own object, where nobody else is there. Raises BusyError, BucketError."""
        found = self._bucket.listing(self._folder)
        if self._mine not in found:
            raise BucketError(
                message(
                    "s3://{bucket}/{folder}: what was written is not listed",
                    bucket=self._bucket.name,
                    folder=self._folder,
                )
            )
        now = found[self._mine].changed
        for name, entry in found.items():
            if now - entry.changed >= self._stale * 1e9:
                self._remove(name)
            elif name != self._mine and not (shared and name.startswith("shared-")):
                holder = (self._bucket.read(f"{self._folder}/{name}") or b"another process").decode(errors="replace")
                raise BusyError(
                    message(
                        "{name} is held by {holder} ({which})",
                        name=self.name,
                        holder=holder[:100],
                        which=name.partition("-")[2],
                    )
                )
        return now

    def _beat(self) -> None:
        while not self._end.wait(self._stale / _BEATS):
            try:
                self.check()
            except BucketError:  # the next check() says so, too
                continue


def _now() -> float:
    """Seconds that go on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
