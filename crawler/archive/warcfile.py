"""One archive file while it is written: `.open` and locked until it is finished, whole records only."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from crawler.archive import cdxj
from crawler.archive.exchange import ArchiveError
from crawler.durable import sync_folder
from crawler.language import message, why

OPEN = ".open"


def run_suffix(path: Path) -> str:
    """The end of the run's id, "3f9a2c", which the names of its WARC files carry."""
    return path.name.removesuffix(".warc.gz").rpartition("-")[2]


class WarcFile:
    """Appends whole records to `<name>.open`; `finish` gives it its name, with its index beside it.

    The lock (flock) tells recovery in another process that this `.open` file has a living writer; the kernel gives it
    back however the writer ends.
    """

    def __init__(self, path: Path) -> None:
        """Creates the file. Raises FileExistsError when the name is taken, else ArchiveError."""
        self.path = path
        self.size = 0
        self._open_path = Path(f"{path}{OPEN}")
        self._lines = cdxj.Lines()
        self._broken = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                message("{folder}: cannot be created: {why}", folder=path.parent, why=why(error))
            ) from error
        if os.path.exists(path):  # here: to ask an object store would take time, and names are unique
            raise FileExistsError(path)
        try:
            self._fd = os.open(
                self._open_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644
            )
            if not lock(self._fd, self._open_path):
                os.close(self._fd)
                raise FileExistsError(path)
        except FileExistsError:
            raise
        except OSError as error:
            raise ArchiveError(
                message("{file}: cannot be created: {why}", file=self._open_path, why=why(error))
            ) from error

    def append(self, *members: bytes, line: str | None = None) -> list[int]:
        """Write the members at once, unbuffered, and return their offsets.

        A killed process loses nothing that was appended, and readers see it immediately. After an error the file is cut
        back to the last whole record and takes no more. Raises ArchiveError.
        """
        if self._broken:
            raise ArchiveError(
                message("{file}: an earlier write failed, nothing more is written", file=self._open_path)
            )
        offsets = []
        end = self.size
        for packed in members:
            offsets.append(end)
            end += len(packed)
        try:
            left = memoryview(b"".join(members))
            while left:
                left = left[os.write(self._fd, left) :]
        except OSError as error:
            self._broken = True
            with suppress(OSError):  # where not even that is possible, recovery cuts at the next start
                os.ftruncate(self._fd, self.size)
            raise ArchiveError(message("{file}: write failed: {why}", file=self._open_path, why=why(error))) from error
        self.size = end
        if line is not None:
            self._lines.append(line)
        return offsets

    def sync(self) -> None:
        """fsync, never repeated after a failure: what the disk holds is unknown then (https://lwn.net/Articles/752063/)."""
        try:
            os.fsync(self._fd)
        except OSError as error:
            self._broken = True
            raise ArchiveError(message("{file}: fsync failed: {why}", file=self._open_path, why=why(error))) from error

    def finish(self) -> Path:
        """Write the index, give the file its final name, sync both; returns the path. Raises ArchiveError."""
        if self._fd < 0:
            raise ArchiveError(message("{file}: could not be finished; the next start will", file=self._open_path))
        try:
            self.sync()
            publish(self._open_path, self.path, self._lines)
        except ArchiveError:
            raise
        except OSError as error:
            raise ArchiveError(
                message("{file}: cannot be finished: {why}", file=self._open_path, why=why(error))
            ) from error
        finally:
            self._broken = True
            os.close(self._fd)
            self._fd = -1
        return self.path


def lock(fd: int, path: Path) -> bool:
    """Take the lock; False where another process has it, or `path` no longer names this file (finished or removed)."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.stat(path), os.fstat(fd))
    except (BlockingIOError, FileNotFoundError):
        return False


def publish(open_path: Path, path: Path, lines: Iterable[str]) -> None:
    """Write the index of these lines, which are sorted, rename the file and sync the folder.

    `open_path` is on the disk already.
    """
    cdxj.write(path, lines)
    open_path.rename(path)
    sync_folder(path.parent)
