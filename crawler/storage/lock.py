"""Locks in a bucket, for commands and crawls on several machines.

A lock is a folder, `state/locks/<name>/`, and who wants it puts an object there and then looks who else is in it. Since
a store shows every object that was put before it is listed, of two who come at once at least one sees the other, and
whoever sees another gives way. Conditional writes are not needed: pyarrow cannot make them, and not all stores can.
An object that was not written again for STALE seconds (the store's clock) is that of a dead process.
"""

from __future__ import annotations

import os
import time
from threading import Event, Thread

from crawler.storage.bucket import Bucket, BucketError
from pipelines.dataset.locks import BusyError

STALE = 600.0
_BEAT = 60.0
_FOLDER = "state/locks"


class BucketLock:
    """Held from construction to release(). Raises BusyError, BucketError. `shared`: with others that share it."""

    def __init__(self, bucket: Bucket, prefix: str, name: str, owner: str, *, shared: bool = False) -> None:
        self.name = name
        self._bucket = bucket
        self._folder = "/".join(part for part in (prefix, _FOLDER, name) if part)
        self._mine = f"{'shared' if shared else 'alone'}-{owner}"
        self._note = f"process {os.getpid()} on {os.uname().nodename}".encode()
        self._end = Event()
        self._write()
        try:
            self._give_way(shared)
        except BaseException:
            self._bucket.delete(f"{self._folder}/{self._mine}")
            raise
        self._thread = Thread(target=self._beat, daemon=True, name=f"lock {name}")
        self._thread.start()

    def check(self) -> None:
        """Raises BucketError where others may take it for that of a dead process by now."""
        if time.monotonic() - self._written > STALE / 2:
            raise BucketError(f"the lock {self.name} was lost: it could not be renewed for {STALE / 2:.0f} seconds")

    def release(self) -> None:
        """Give it back."""
        self._end.set()
        self._thread.join()
        self._bucket.delete(f"{self._folder}/{self._mine}")

    def _write(self) -> None:
        began = time.monotonic()
        self._bucket.put_bytes(self._note, f"{self._folder}/{self._mine}")
        self._written = began

    def _give_way(self, shared: bool) -> None:
        found = self._bucket.listing(self._folder)
        if self._mine not in found:
            raise BucketError(f"s3://{self._bucket.name}/{self._folder}: what was written is not listed")
        now = found[self._mine].changed
        for name, entry in found.items():
            if now - entry.changed >= STALE * 1e9:
                self._bucket.delete(f"{self._folder}/{name}")
            elif name != self._mine and not (shared and name.startswith("shared-")):
                holder = (self._bucket.read(f"{self._folder}/{name}") or b"another process").decode(errors="replace")
                raise BusyError(f"{self.name} is held by {holder[:100]} ({name.partition('-')[2]})")

    def _beat(self) -> None:
        while not self._end.wait(_BEAT):
            try:
                self._write()
            except BucketError:  # check() says how long that has been so
                continue
