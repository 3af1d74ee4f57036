"""What a re-extraction that was stopped had done: the same command again goes on behind it.

Beside the parts of the run, tmp/<run>/units/ has a file for each unit whose parts are finished. They count only while
the files, the rules, the site files and the profiles are those that the unit was made of.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.archive.superseded import SUFFIX
from crawler.durable import sync_folder
from crawler.native import digest
from crawler.reextract.files import Extracted, Job
from crawler.siteconfig.site import Folders
from pipelines.dataset.locks import is_alive
from pipelines.version import RULES_VERSION

_UNITS = "units"
_RUN = re.compile(r"(\d{8}T\d{6}Z)-reextract-[0-9a-f]{6}")


class Journal:
    """The units of a run that are done. Raises OSError."""

    def __init__(self, job: Job, files: Sequence[Path], units: Sequence[Any]) -> None:
        """Of a run that began with other input nothing counts: what it left is removed."""
        self._folder = job.folder / _UNITS
        key = _key(job, files, units)
        self._path = self._folder / key
        if job.folder.exists() and not self._path.is_dir():
            shutil.rmtree(job.folder)
        self._path.mkdir(parents=True, exist_ok=True)
        for begun in ("duplicates", "drafts"):  # marks are made for all rows at once
            shutil.rmtree(job.folder / begun, ignore_errors=True)

    def done(self) -> dict[int, Extracted]:
        """By the number of the unit."""
        return {int(path.stem): pickle.loads(path.read_bytes()) for path in self._path.glob("*.pickle")}

    def add(self, number: int, extracted: Extracted) -> None:
        """A unit in which something could not be read is done again: it may have been put right by then."""
        if extracted.damage:
            return
        draft = self._path / f"{number}.open"
        with draft.open("wb") as file:
            pickle.dump(extracted, file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(draft.with_suffix(".pickle"))
        sync_folder(self._path)

    def close(self) -> None:
        """From here on the run is finished, or made anew."""
        shutil.rmtree(self._folder)


def stopped_run(target: Path) -> str | None:
    """The id of the newest run whose journal is in `target`; its manifest has not been written."""
    for folder in sorted((target / "tmp").glob(f"*/{_UNITS}"), reverse=True):
        run = folder.parent.name
        written = (target / "manifests" / f"{run}.json").exists()
        if _RUN.fullmatch(run) and not written and not is_alive(target, run):
            return run
    return None


def started_at(run_id: str) -> datetime:
    """The second at which the run began."""
    return datetime.strptime(run_id.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _key(job: Job, files: Sequence[Path], units: Sequence[Any]) -> str:
    """Of all that rows are made of."""
    aside = [path for folder in sorted({path.parent for path in files}) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    made_of = [RULES_VERSION, digest(), repr(units)]
    made_of += [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in [*files, *aside]]
    made_of += [f"{site} {profile.digest}" for site, profile in sorted(job.profiles.items())]
    made_of += [f"{path} {path.read_text('utf-8', 'replace')}" for path in _site_files(job.sites_dir)]
    return hashlib.sha256("\n".join(made_of).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _site_files(folders: Folders) -> list[Path]:
    return sorted(
        path for each in ((folders,) if isinstance(folders, Path) else folders) for path in each.glob("*.toml")
    )
