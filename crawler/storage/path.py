"""Local paths that stand for objects: `SPOOL_DIR/…/s3:/bucket/prefix/…` is `s3://bucket/prefix/…`.

A file that lies there is what it is anywhere else. Where there is none, reading goes to the object: stat(), exists(),
open() for reading, glob(). So whatever knows paths works on both, and only what hands a name to compiled code (DuckDB,
mmap) needs the file itself.
"""

from __future__ import annotations

import io
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PosixPath
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from crawler.storage.address import Entry, bucket_and_key

if TYPE_CHECKING:
    from crawler.storage.bucket import Bucket

SCHEME = "s3:"
LISTING = ".listing.json"
_PUBLISHED = (".warc.gz", ".cdxj", ".parquet")
_RUNS, _VIEWS = "runs", "views"


class SpoolPath(PosixPath):
    """In the folder of a crawl: globs find what lies here. Names that are asked for are sought in the bucket, too."""

    @property
    def bucket(self) -> str:
        return self.parts[self.parts.index(SCHEME) + 1]

    @property
    def key(self) -> str:
        return "/".join(self.parts[self.parts.index(SCHEME) + 2 :])

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def remote(self) -> Entry | None:
        """The object that this path stands for, if there is one."""
        # Nothing else leaves the spool, and each question is a request that may wait for a store that is gone.
        return bucket(self.bucket).entry(self.key) if self.name.endswith(_PUBLISHED) else None

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        try:
            return super().stat(follow_symlinks=follow_symlinks)
        except FileNotFoundError:
            found = self.remote()
            if found is None:
                raise
            return _as_stat(stat.S_IFREG | 0o444, found)

    def exists(self, *, follow_symlinks: bool = True) -> bool:
        return self._mode(follow_symlinks) is not None

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        mode = self._mode(follow_symlinks)
        return mode is not None and stat.S_ISREG(mode)

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        mode = self._mode(follow_symlinks)
        return mode is not None and stat.S_ISDIR(mode)

    def open(  # type: ignore[override]
        self,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> IO[Any]:
        try:
            return super().open(mode, buffering, encoding, errors, newline)
        except FileNotFoundError:
            if mode not in ("r", "rt", "rb") or self.remote() is None:
                raise
        file = bucket(self.bucket).open(self.key)
        return file if mode == "rb" else io.TextIOWrapper(file, encoding, errors, newline)

    def _mode(self, follow_symlinks: bool) -> int | None:
        try:
            return self.stat(follow_symlinks=follow_symlinks).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None


class ViewPath(SpoolPath):
    """In the folder of a command: as if all objects lay here. They are those of the listing that checkout() has left,
    so that a command sees one state from its start to its end; without a listing the bucket is asked."""

    def remote(self) -> Entry | None:
        top, known = self._known()
        if known is None:
            return bucket(self.bucket).entry(self.key)
        return known.get(self.relative_to(top).as_posix())

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        try:
            return super().stat(follow_symlinks=follow_symlinks)
        except FileNotFoundError:
            if next(self._objects(), None) is None:
                raise
            return _as_stat(stat.S_IFDIR | 0o555, Entry(0, 0))

    def glob(self, pattern: str, **_options: Any) -> Iterator[ViewPath]:  # type: ignore[override]
        wanted = pattern.split("/")
        yield from (self / name for name, parts in self._names() if len(parts) == len(wanted) and _fits(parts, wanted))

    def rglob(self, pattern: str, **_options: Any) -> Iterator[ViewPath]:  # type: ignore[override]
        wanted = pattern.split("/")
        yield from (self / name for name, parts in self._names() if _fits(parts, wanted))

    def _names(self) -> Iterator[tuple[str, list[str]]]:
        """Files and folders that lie here, and objects; each with its parts."""
        here = {
            os.path.relpath(os.path.join(folder, name), self)
            for folder, folders, files in os.walk(self)
            for name in (*folders, *files)
        }
        yield from ((name, name.split("/")) for name in here.union(self._objects()))

    def _objects(self) -> Iterator[str]:
        """The names below this folder, relative to it."""
        top, known = self._known()
        if known is None:
            yield from bucket(self.bucket).listing(self.key)
            return
        inside = self.relative_to(top).as_posix()
        prefix = "" if inside == "." else f"{inside}/"
        yield from (name.removeprefix(prefix) for name in known if name.startswith(prefix))

    def _known(self) -> tuple[Path, Mapping[str, Entry] | None]:
        for folder in (self, *self.parents):
            if folder.name == SCHEME:
                break
            listing = os.path.join(folder, LISTING)
            if os.path.exists(listing):
                return folder, _read_listing(listing, os.stat(listing).st_mtime_ns)
        return self, None


@contextmanager
def here(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """The files under their own names on this disk, for a program that needs them so; objects are downloaded for it."""
    with TemporaryDirectory() as folder:
        files = []
        for path in paths:
            if isinstance(path, SpoolPath) and not os.path.exists(path):
                bucket(path.bucket).get(path.key, Path(folder) / path.name)
                files.append(Path(folder) / path.name)
            else:
                files.append(path)
        yield files


@cache
def bucket(name: str) -> Bucket:
    """The bucket, once a process."""
    from crawler.storage.bucket import Bucket  # noqa: PLC0415 - it brings pyarrow, and most paths are local

    return Bucket(name)


@cache
def _read_listing(path: str, _written: int) -> Mapping[str, Entry]:
    with open(path, encoding="utf-8") as file:
        return {name: Entry(*each) for name, each in json.load(file).items()}


def write_listing(top: ViewPath, entries: Mapping[str, Entry]) -> None:
    """What is below `top`, from now on and for all processes."""
    draft = os.path.join(top, f"{LISTING}.tmp")
    with open(draft, "w", encoding="utf-8") as file:
        json.dump({name: (each.size, each.changed) for name, each in entries.items()}, file)
    os.replace(draft, os.path.join(top, LISTING))


def spool_path(url: str, spool: str) -> SpoolPath:
    """The folder of the crawls that write to the URL. Raises AddressError."""
    return SpoolPath(Path(spool).absolute(), _RUNS, SCHEME, *_parts(url))


def view_path(url: str, spool: str) -> ViewPath:
    """The folder in which a command sees the URL. Raises AddressError."""
    return ViewPath(Path(spool).absolute(), _VIEWS, SCHEME, *_parts(url))


def spool_of(output: Path) -> Path:
    """Where the crawls of an OUTPUT_DIR keep what only they need, such as the frontier."""
    if not isinstance(output, ViewPath):
        return output
    at = output.parts.index(SCHEME)
    return SpoolPath(*output.parts[: at - 1], _RUNS, *output.parts[at:])


def _fits(parts: list[str], wanted: list[str]) -> bool:
    return len(parts) >= len(wanted) and all(map(fnmatchcase, parts[-len(wanted) :], wanted))


def _parts(url: str) -> list[str]:
    name, key = bucket_and_key(url)
    return [name, *key.split("/")] if key else [name]


def _as_stat(mode: int, entry: Entry) -> os.stat_result:
    seconds = entry.changed / 1e9
    times = (int(seconds), int(seconds), int(seconds), seconds, seconds, seconds)
    return os.stat_result((mode, 0, 0, 1, 0, 0, entry.size, *times, entry.changed, entry.changed, entry.changed))
