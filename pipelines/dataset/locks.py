"""Who is at work in an OUTPUT_DIR: advisory locks that the kernel drops when their process dies, kill -9 included.

`state/locks/run-<run>.lock` is held by a live run, and `dataset.lock` shared by everything that adds parts, exclusively
by what replaces the dataset as a whole. A run that crawls a site holds a byte of `sites.lock`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from crawler.language import message


class BusyError(Exception):
    """Another process holds the lock; the message says which."""


class Lock:
    """One advisory lock, held from construction to release(). Raises BusyError; OSError where nothing can be written.

    `wait` is for a name that only this process takes, and that is_alive() of another process may hold for a moment.
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
            os.pwrite(self._handle, _this_process().encode(), 0)

    def release(self, *, remove: bool = False) -> None:
        """Release the lock; `remove` its file too, which is safe only for a name that no process takes again."""
        if self._handle >= 0:
            if remove:
                self._path.unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = -1


class SiteLocks:
    """The sites that a run crawls, held from construction to release(). Raises BusyError that names one, OSError.

    Each site is a byte of one file: a thousand lock files would be a thousand open files, which is the usual limit of a
    process. `site-<name>.lock` is not locked; it says who locked the site last.
    """

    def __init__(self, output: Path, sites: Iterable[str]) -> None:
        folder = output / "state" / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(folder / "sites.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            for site in sites:
                self._hold(site, folder / f"site-{site}.lock")
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Give them back."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _hold(self, site: str, note: Path) -> None:
        byte = int.from_bytes(hashlib.sha256(site.encode()).digest()[:7])
        # struct flock: type, whence, start, length, process (0 for locks of an open file, as flock's are).
        one_byte = struct.pack("hhqqq", fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0)
        try:
            fcntl.fcntl(self._handle, fcntl.F_OFD_SETLK, one_byte)
        except (BlockingIOError, PermissionError):
            holder = note.read_text(errors="replace")[:100].strip() if note.exists() else ""
            raise BusyError(
                message("site-{site} is held by {holder}", site=site, holder=holder or message("another process"))
            ) from None
        note.write_text(_this_process())


def _this_process() -> str:
    return f"process {os.getpid()} on {os.uname().nodename}"


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
            raise BusyError(
                message("{name} is held by {holder}", name=path.stem, holder=holder or message("another process"))
            ) from None
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
