"""Records that another record has superseded: they stay in the archive, and no row is made of them.

Where several machines share a frontier, a worker that is killed or stands still for longer than its lease leaves
records of pages that another worker fetches again. And where a browser has rendered a page, the row is made of the page
as rendered, not as served. `<run>.superseded`, beside the WARC files, names them, one record id
a line.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from crawler.durable import sync_folder

SUFFIX = ".superseded"


def superseded(folder: Path) -> frozenset[str]:
    """Record ids that the files of `folder` name. Raises OSError."""
    ids: set[str] = set()
    for path in folder.glob(f"*{SUFFIX}"):
        ids.update(path.read_text("utf-8", "replace").split())
    return frozenset(ids)


def set_aside(folder: Path, run_id: str, ids: Collection[str]) -> None:
    """Name further records, durable and in one step. Raises OSError."""
    if not ids:
        return
    path = folder / f"{run_id}{SUFFIX}"
    before = path.read_text("utf-8", "replace").split() if path.exists() else []
    draft = path.with_name(f"{path.name}.open")
    with draft.open("w", encoding="utf-8") as file:
        file.writelines(f"{each}\n" for each in sorted({*before, *ids}))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(folder)
