"""All of OUTPUT_DIR against itself: units of work for many processes, then one look over all of them."""

from __future__ import annotations

import fcntl
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa

from crawler.archive.audit import audit
from crawler.archive.warcfile import OPEN
from crawler.coverage import RecordsWriter, coverage
from crawler.remake import reject_differences, row_differences
from crawler.site import Site, load_sites
from crawler.takedown import FOLDER
from pipelines.dataset import Row
from pipelines.locks import is_alive
from pipelines.manifest import KINDS, Manifest
from pipelines.parts import Part, sha256
from pipelines.process import RULES_VERSION
from pipelines.revision import kind_of, live_parts
from pipelines.scan import connect
from pipelines.verify import Trouble, groups_of, part_troubles, read_group, row_troubles

Progress = Callable[[int, int], None]
"""(bytes done, bytes in all)"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What every unit of work needs. `scratch`: a folder for what they hand on; `remake`: make each row again."""

    output: Path
    sites_dir: Path
    scratch: Path
    remake: bool


@dataclass(slots=True)
class Found:
    """What a unit of work, or all of them, came upon. `remade` rows were made again, `older` are of other rules."""

    troubles: list[Trouble] = field(default_factory=list)
    rows: int = 0
    records: int = 0
    remade: int = 0
    older: int = 0

    def add(self, other: Found) -> None:
        self.troubles += other.troubles
        self.rows += other.rows
        self.records += other.records
        self.remade += other.remade
        self.older += other.older


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that one process checks by itself; `weight` in bytes, for the progress."""

    work: Callable[[Setting], Found]
    weight: int


def verify(
    setting: Setting,
    manifests: Mapping[str, Manifest],
    pending: tuple[set[str], set[str]],
    *,
    processes: int,
    progress: Progress = lambda done, all_of_it: None,
) -> Found:
    """Everything that is off. Raises OSError where it could not be looked at."""
    setting.scratch.mkdir(parents=True, exist_ok=True)
    found = Found(list(_listing(setting.output, manifests)))
    units = [*_archive_units(setting.output, manifests), *_part_units(setting.output, manifests)]
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


def _listing(output: Path, manifests: Mapping[str, Manifest]) -> Iterator[Trouble]:
    """What the folders hold and no manifest knows, or the other way round."""
    named = {part.path for part in live_parts(manifests)}
    for kind in KINDS:
        for path in sorted((output / kind).rglob("*")):
            name = path.relative_to(output).as_posix()
            if path.is_file() and name not in named and not is_alive(output, path.stem.rpartition("-")[0]):
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


def _archive_units(output: Path, manifests: Mapping[str, Manifest]) -> Iterator[Unit]:
    digests = {each.file: each.sha256 for manifest in manifests.values() for each in manifest.warc}
    locks = (path.stem.removeprefix("run-") for path in (output / "state" / "locks").glob("run-*.lock"))
    alive = {run.rpartition("-")[2] for run in locks if is_alive(output, run)}
    for number, path in enumerate(sorted((output / "warc").rglob("*.warc.gz"))):
        if path.name.removesuffix(".warc.gz").rpartition("-")[2] not in alive:
            yield Unit(partial(_archive_file, path, number, digests.get(path.name)), path.stat().st_size)


def _archive_file(path: Path, number: int, digest: str | None, setting: Setting) -> Found:
    troubles = []
    if digest is None:
        troubles.append(Trouble(path.name, "no manifest covers it (a run was killed; the next crawl makes its rows)"))
    elif sha256(path) != digest:
        troubles.append(Trouble(path.name, "its bytes are not those that its manifest names"))
    writer = RecordsWriter(setting.scratch / f"records-{number:06d}.parquet", covered=digest is not None)
    troubles += [Trouble(path.name, line) for line in audit(path, writer.add)]
    writer.close()
    return Found(troubles, records=writer.count)


def _part_units(output: Path, manifests: Mapping[str, Manifest]) -> Iterator[Unit]:
    for part in live_parts(manifests):
        yield Unit(partial(_part_file, part), part.bytes)
        groups = groups_of(output, part)
        for number in range(groups):
            # Rows cost more than bytes that are only read.
            yield Unit(partial(_rows, part, number), 30 * part.bytes // groups)


def _part_file(part: Part, setting: Setting) -> Found:
    return Found(list(part_troubles(setting.output, part)))


_SITES: dict[Path, dict[str, Site]] = {}


def _rows(part: Part, number: int, setting: Setting) -> Found:
    """One row group: each row against itself and, if it is of today's rules, against its records."""
    if setting.sites_dir not in _SITES:
        _SITES[setting.sites_dir] = load_sites(setting.sites_dir)
    found, kind = Found(), kind_of(part)
    try:
        rows = read_group(setting.output, part, number)
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        return Found([Trouble(part.path, f"row group {number} cannot be read: {' '.join(str(error).split())[:200]}")])
    for row in rows:
        lines = list(row_troubles(part, row)) if kind == "articles" else []
        if row["rules_version"] != RULES_VERSION:
            found.older += 1
        elif setting.remake and not lines:
            lines += _differences(kind, row, setting)
            found.remade += 1
        where = f"{part.path}: {row['url']}"
        found.troubles += [Trouble(where, line) for line in lines]
    found.rows = len(rows)
    return found


def _differences(kind: str, row: Row, setting: Setting) -> Iterator[str]:
    check = row_differences if kind == "articles" else reject_differences
    return check(row, setting.output / "warc", _SITES[setting.sites_dir])
