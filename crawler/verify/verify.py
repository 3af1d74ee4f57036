"""All of OUTPUT_DIR against itself: units of work for many processes, then one look over all of them."""

from __future__ import annotations

import fcntl
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from crawler.archive.warcfile import OPEN
from crawler.takedown.execute import FOLDER
from crawler.verify.crosscheck import coverage
from crawler.verify.parts import Trouble
from crawler.verify.units import Found, Setting, Unit, archive_units, part_units
from pipelines.dataset.locks import is_alive
from pipelines.dataset.manifest import KINDS, Manifest
from pipelines.dataset.revision import kind_of, live_parts
from pipelines.dataset.scan import connect

Progress = Callable[[int, int], None]
"""(bytes done, bytes in all)"""


def verify(
    setting: Setting,
    manifests: Mapping[str, Manifest],
    pending: tuple[set[str], set[str]],
    *,
    alive: frozenset[str],
    processes: int,
    progress: Progress = lambda done, all_of_it: None,
) -> Found:
    """Everything that is off. Raises OSError where it could not be looked at.

    `alive`: the runs that were at work when the manifests were read; `pending`: see coverage().
    """
    setting.scratch.mkdir(parents=True, exist_ok=True)
    found = Found(list(_listing(setting.output, manifests, alive)))
    units = [*archive_units(setting.output, manifests, alive), *part_units(setting.output, manifests)]
    weight, done = sum(unit.weight for unit in units), 0
    for unit, result in _carried_out(units, setting, processes):
        found.add(result)
        done += unit.weight
        progress(done, weight)
    parts = [part for part in live_parts(manifests) if (setting.output / part.path).is_file()]
    files = {kind: [setting.output / part.path for part in parts if kind_of(part) == kind] for kind in KINDS}
    damaged = {trouble.where for trouble in found.troubles}
    readable = {kind: [path for path in files[kind] if _name(setting, path) not in damaged] for kind in KINDS}
    with connect(setting.scratch / "spill") as connection:
        records = sorted(setting.scratch.glob("records-*.parquet"))
        found.troubles += coverage(connection, records, readable["articles"], readable["rejects"], pending)
    return found


def _name(setting: Setting, path: Path) -> str:
    return path.relative_to(setting.output).as_posix()


def _carried_out(units: Sequence[Unit], setting: Setting, processes: int) -> Iterator[tuple[Unit, Found]]:
    if processes == 1:
        yield from ((unit, unit.work(setting)) for unit in units)
        return
    # The heavy ones first, so that no process is left alone with the last one.
    order = sorted(units, key=lambda unit: -unit.weight)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(unit.work, setting): unit for unit in order}
        try:
            for future in as_completed(futures):
                yield futures.pop(future), future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _listing(output: Path, manifests: Mapping[str, Manifest], alive: frozenset[str]) -> Iterator[Trouble]:
    """What the folders hold and no manifest knows, or the other way round."""
    named = {part.path for part in live_parts(manifests)}
    for kind in KINDS:
        for path in sorted((output / kind).rglob("*")):
            name = path.relative_to(output).as_posix()
            run = path.stem.rpartition("-")[0]
            if path.is_file() and name not in named and run not in alive and not is_alive(output, run):
                yield Trouble(name, "no manifest names it (left by a killed run; the next crawl removes it)")
    for path in sorted((output / "warc").rglob(f"*{OPEN}")):
        if not _is_locked(path):
            yield Trouble(path.name, "left open by a killed run; the next crawl makes it good")
    there = {path.name for path in (output / "warc").rglob("*.warc.gz")}
    for manifest in manifests.values():
        for each in manifest.warc:
            if each.file not in there:
                yield Trouble(each.file, f"the manifest of {manifest.run_id} names it, and it is not there")
        for kind in KINDS:
            rows = sum(part.rows for part in manifest.files if kind_of(part) == kind)
            if manifest.counts.get(kind, rows) != rows:
                yield Trouble(f"manifests/{manifest.run_id}.json", f"counts {manifest.counts[kind]} {kind}, not {rows}")
    for path in sorted((output / FOLDER).glob("*.json")):
        yield Trouble(f"{FOLDER}/{path.name}", "a take-down that was interrupted; scrapy forget finishes it")


def _is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
