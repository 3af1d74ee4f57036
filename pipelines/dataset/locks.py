"""Who is at work in an OUTPUT_DIR: advisory locks that the kernel drops when their process dies, kill -9 included.

`state/locks/run-<run>.lock` is held by a live run, `site-<name>.lock` by the run that crawls the site, and
`dataset.lock` shared by everything that adds parts, exclusively by what replaces the dataset as a whole.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class BusyError(Exception):
    """Another process holds the lock; the message says which."""


class Lock:
    """One advisory lock, held from construction to release(). Raises BusyError; OSError where nothing can be written.

    With `wait` it is for a name that only this process takes: what may hold it for a moment is a look by is_alive().
    """

    def __init__(self, output: Path, name: str, *, shared: bool = False, wait: bool = False) -> None:
        self.name = name
        self._path = output / "state" / "locks" / f"{name}.lock"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = _acquire(
            self._path, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        )
        if not shared:
            os.truncate(self._handle, 0)
            os.pwrite(self._handle, f"process {os.getpid()} on {os.uname().nodename}".encode(), 0)

    def release(self, *, remove: bool = False) -> None:
        """Give the lock back; `remove` its file too, which is safe only for a name that nobody takes twice."""
        if self._handle >= 0:
            if remove:
                self._path.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = -1


def _acquire(path: Path, how: int) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, how)
            # sweep() may have unlinked the file between open and flock: then this lock would guard nothing.
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except BlockingIOError:
            holder = os.pread(handle, 100, 0).decode(errors="replace").strip()
            os.close(handle)
            raise BusyError(f"{path.stem} is held by {holder or 'another process'}") from None
        os.close(handle)


def is_alive(output: Path, run_id: str) -> bool:
    """Whether a process holds the run's lock. Takes nothing and leaves no file behind."""
    path = output / "state" / "locks" / f"run-{run_id}.lock"
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)
