"""A bucket as a folder for one command: everything but WARC files is downloaded, those are read where they are.

The folder, SPOOL_DIR/views/s3:/bucket/prefix, stays and is brought up to date by the next command. It shows one state
of the dataset: what finished runs have, and nothing that no manifest names yet. What a command changes goes up with
push(): archive files and parts, then the manifest, then what it supersedes is taken away. Whoever reads the bucket
meanwhile by its folders may see rows twice, never none; a command that dies in between is finished or undone by the
next one that changes the dataset.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.storage.address import Entry
from crawler.storage.lock import BucketLock
from crawler.storage.path import ViewPath, bucket, view_path, write_listing
from crawler.storage.publish import CRAWLS
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import Manifest, load_manifests

if TYPE_CHECKING:
    from crawler.storage.bucket import Bucket

DATASET = "dataset"  # the lock of what replaces parts of the dataset
TAKE_DOWN = (DATASET, CRAWLS)
ORPHANED = 7 * 86_400e9  # nanoseconds after which a part that no manifest names is that of a dead run
_FOLDERS = ("warc", "articles", "rejects", "manifests", "reports", "state/profiles", "state/runs", "state/takedowns")
_FILES = ("README.md", "croissant.json")
_KNOWN = ".objects.json"
_AT_ONCE = 8
_TRIES = 3

_State = tuple[int, int]


@dataclass(slots=True)
class _Checkout:
    """`objects`: what the bucket has, by name; `files`: what was here then. `locks` are those in the bucket."""

    objects: dict[str, Entry]
    files: dict[str, _State]
    locks: Sequence[BucketLock]


_open: dict[str, _Checkout] = {}


@contextmanager
def checkout(url: str, spool: str, owner: str, locks: Iterable[str] = (), *, fresh: bool = False) -> Iterator[ViewPath]:
    """The folder in which the command `owner` sees the URL while it works. `locks`: of the bucket, held alone.

    `fresh`: read every object again, also those that have not changed. Raises AddressError, BucketError, BusyError.
    """
    top = view_path(url, spool)
    os.makedirs(top, exist_ok=True)
    with ExitStack() as stack:
        here = Lock(top, "view")
        stack.callback(here.release)
        store = bucket(top.bucket)
        store.check()
        held = []
        for name in locks:
            held.append(BucketLock(store, top.key, name, f"{owner}-{os.getpid()}-{os.uname().nodename}"))
            stack.callback(held[-1].release)
        _open[str(top)] = _pulled(top, store, held, fresh)
        stack.callback(_open.pop, str(top))
        yield top


def push(output: Path) -> None:
    """Let the bucket have what was changed in the folder of a checkout; nothing to do for any other. Raises OSError."""
    state = _open.get(str(output))
    if state is None or not isinstance(output, ViewPath):
        return
    store, now = bucket(output.bucket), _files(output)
    changed = [name for name, each in now.items() if state.files.get(name) != each]
    for folder in (*_FOLDERS[:3], "state", "reports", "", "manifests"):
        names = [name for name in changed if (name.startswith(f"{folder}/") if folder else "/" not in name)]
        if names:
            _check(state.locks)
        for name in names:
            _put(output, store, state, name)
    gone = [name for name in state.files if name not in now]
    if gone:
        _check(state.locks)
    for name in sorted(gone, key=lambda name: not name.startswith("manifests/")):
        store.delete(_key(output, name))
        state.objects.pop(name, None)
    state.files = now
    _remember(output, state.objects)


def push_file(output: Path, name: str) -> None:
    """As push(), of one file alone and at once."""
    state = _open.get(str(output))
    if state is not None and isinstance(output, ViewPath):
        _put(output, bucket(output.bucket), state, name)
        state.files[name] = _files(output)[name]


def _check(locks: Iterable[BucketLock]) -> None:
    """Uploads of what nobody names yet may have taken hours. Raises BucketError where a lock was lost meanwhile."""
    for lock in locks:
        lock.check()


def _put(top: ViewPath, store: Bucket, state: _Checkout, name: str) -> None:
    key = _key(top, name)
    store.put(top / name, key)
    entry = store.entry(key)
    assert entry is not None
    state.objects[name] = entry


def _pulled(top: ViewPath, store: Bucket, locks: Sequence[BucketLock], fresh: bool) -> _Checkout:
    """One state of the dataset. Where another machine takes objects away meanwhile, it is the next one."""
    for _ in range(_TRIES - 1):
        with suppress(FileNotFoundError):
            return _pull(top, store, locks, fresh)
    return _pull(top, store, locks, fresh)


def _pull(top: ViewPath, store: Bucket, locks: Sequence[BucketLock], fresh: bool) -> _Checkout:
    before = {} if fresh else _known(top)
    listed = store.listing(top.key)
    shown = {name: entry for name, entry in listed.items() if name in _FILES or name.startswith(_AS_FOLDERS)}
    shutil.rmtree(top / "tmp", ignore_errors=True)
    manifests = {name: entry for name, entry in shown.items() if name.startswith("manifests/")}
    _clear(top, lambda name: name.startswith("manifests/") and manifests.get(name) != before.get(name))
    _fetch(top, store, manifests, before)
    damaged: dict[str, str] = {}
    found = load_manifests(top, damaged)
    hidden = set() if damaged else _hidden(shown, found)
    if DATASET in {lock.name for lock in locks}:
        now = max((entry.changed for entry in listed.values()), default=0)
        for name in sorted(hidden, key=lambda name: not name.startswith("manifests/")):
            if name.startswith("manifests/") or _is_leftover(name, shown[name], found, now):
                store.delete(_key(top, name))
    shown = {name: entry for name, entry in shown.items() if name not in hidden}
    _clear(top, lambda name: name not in shown or shown[name] != before.get(name))
    _fetch(top, store, {name: entry for name, entry in shown.items() if not name.endswith(".warc.gz")}, before)
    _remember(top, shown)
    return _Checkout(shown, _files(top), locks)


def _hidden(shown: Iterable[str], found: Mapping[str, Manifest]) -> set[str]:
    """Superseded manifests, and parts and WARC files that no other names: on their way, or left by a dead process."""
    gone = {run for manifest in found.values() for run in manifest.supersedes}
    live = [manifest for run, manifest in found.items() if run not in gone]
    named = {part.path for manifest in live for part in manifest.files}
    archived = {each.file.removesuffix(".warc.gz") for manifest in live for each in manifest.warc}
    hidden = {f"manifests/{run}.json" for run in gone & found.keys()}
    for name in shown:
        if name.startswith(("articles/", "rejects/")) and name not in named:
            hidden.add(name)
        if name.startswith("warc/") and name.endswith((".warc.gz", ".cdxj")):
            stem = name.rpartition("/")[2].removesuffix(".warc.gz").removesuffix(".cdxj")
            if stem not in archived:
                hidden.add(name)
    return hidden


def _is_leftover(name: str, entry: Entry, found: Mapping[str, Manifest], now: float) -> bool:
    """A part that a superseded manifest names, or that no run will name any more."""
    if not name.startswith(("articles/", "rejects/")):
        return False
    return now - entry.changed > ORPHANED or any(part.path == name for each in found.values() for part in each.files)


def _fetch(top: ViewPath, store: Bucket, wanted: Mapping[str, Entry], before: Mapping[str, Entry]) -> None:
    missing = [name for name, entry in wanted.items() if before.get(name) != entry or not _here(top, name)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(lambda name: store.get(_key(top, name), top / name), missing):
            pass


def _clear(top: ViewPath, outdated: Callable[[str], bool]) -> None:
    for name in _files(top):
        if outdated(name):
            os.unlink(os.path.join(top, name))


def _files(top: ViewPath) -> dict[str, _State]:
    """The files that lie here and are or will be objects, with size and time."""
    found = {}
    for folder in (*_FOLDERS, *_FILES):
        start = os.path.join(top, folder)
        paths = (
            [start]
            if os.path.isfile(start)
            else [os.path.join(at, n) for at, _, names in os.walk(start) for n in names]
        )
        for path in paths:
            status = os.stat(path)
            found[os.path.relpath(path, top)] = (status.st_size, status.st_mtime_ns)
    return found


def _here(top: ViewPath, name: str) -> bool:
    return os.path.isfile(os.path.join(top, name))


def _key(top: ViewPath, name: str) -> str:
    return f"{top.key}/{name}".lstrip("/")


def _known(top: ViewPath) -> dict[str, Entry]:
    try:
        with open(os.path.join(top, _KNOWN), encoding="utf-8") as file:
            return {name: Entry(*each) for name, each in json.load(file).items()}
    except (OSError, ValueError, TypeError):
        return {}


def _remember(top: ViewPath, objects: Mapping[str, Entry]) -> None:
    draft = os.path.join(top, f"{_KNOWN}.tmp")
    with open(draft, "w", encoding="utf-8") as file:
        json.dump({name: (each.size, each.changed) for name, each in objects.items()}, file)
    os.replace(draft, os.path.join(top, _KNOWN))
    write_listing(top, {name: each for name, each in objects.items() if name.endswith(".warc.gz")})


_AS_FOLDERS = tuple(f"{folder}/" for folder in _FOLDERS)
