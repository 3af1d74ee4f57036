"""Put a whole new dataset in the place of the old one, so that a reader sees the one or the other.

The new parts are written under tmp/<run>/. The manifest that names them and the runs they supersede is the moment of
decision: before it nothing has happened, after it what is left to do is done at the next start if not now. Then each
folder is exchanged with its successor in one step of the file system. A reader who had listed the old parts and opens
one after the exchange finds it missing and has to read again; only a lock that every reader takes could avoid that.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from pathlib import Path

from crawler.durable import sync_folder
from pipelines.dataset.locks import is_alive
from pipelines.dataset.manifest import KINDS, Manifest, load_manifests, run_of

RENAME_EXCHANGE = 2  # of renameat2(2)
_AT_FDCWD = -100


def replace_dataset(output: Path, manifest: Manifest) -> None:
    """Make the parts below tmp/<run>/ the dataset. The caller holds the lock "dataset" exclusively. Raises OSError."""
    for kind in KINDS:
        (output / "tmp" / manifest.run_id / kind).mkdir(parents=True, exist_ok=True)
    manifest.write(output)
    _roll_forward(output, manifest)


def finish_replacements(output: Path) -> list[str]:
    """Finish what a dead run had decided. One line on each for the log; a second call finds nothing to do."""
    lines = []
    for manifest in load_manifests(output, damaged={}).values():
        staged = output / "tmp" / manifest.run_id
        # Of other runs there are drafts at most, never whole folders.
        if any((staged / kind).is_dir() for kind in KINDS) and not is_alive(output, manifest.run_id):
            _roll_forward(output, manifest)
            lines.append(f"finished the replacement of the dataset by {manifest.run_id}")
    return lines


def _roll_forward(output: Path, manifest: Manifest) -> None:
    staged = output / "tmp" / manifest.run_id
    for kind in KINDS:
        named = {part.path for part in manifest.files if part.path.startswith(f"{kind}/")}
        parts = [path for path in (output / kind).glob("*/*.parquet") if run_of(path)]
        if {path.relative_to(output).as_posix() for path in parts} != named and (staged / kind).is_dir():
            _exchange(staged / kind, output / kind)
        _keep_strangers(staged / kind, output / kind)
    for run in manifest.supersedes:
        (output / "manifests" / f"{run}.json").unlink(missing_ok=True)
    sync_folder(output / "manifests")
    shutil.rmtree(staged)


def _keep_strangers(old: Path, new: Path) -> None:
    """Files that no run has written are somebody's own: they stay where they are."""
    for path in sorted(old.rglob("*")):
        there = new / path.relative_to(old)
        if path.is_file() and not run_of(path) and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            path.rename(there)


def _exchange(new: Path, old: Path) -> None:
    """Swap two folders; where the file system cannot, there is nothing in `old` for the time of two renames."""
    old.mkdir(parents=True, exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = (_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), RENAME_EXCHANGE)
    if libc.renameat2(*arguments) != 0:
        number = ctypes.get_errno()
        if number not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise OSError(number, os.strerror(number), str(old))
        aside = new.with_name(f"{new.name}-old")
        old.rename(aside)
        new.rename(old)
    sync_folder(old.parent)
    sync_folder(new.parent)
