"""What one process checks by itself: an archive file, a part, the rows of a row group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa

from crawler.archive.audit import audit
from crawler.siteconfig.site import Site, load_sites
from crawler.verify.crosscheck import RecordsWriter
from crawler.verify.parts import Trouble, groups_of, null_troubles, part_troubles, read_group, row_troubles
from crawler.verify.rows import reject_differences, row_differences
from pipelines.dataset.locks import is_alive
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.parts import Part, sha256
from pipelines.dataset.revision import kind_of, live_parts
from pipelines.dataset.schema import Row
from pipelines.process import RULES_VERSION


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


def alive_runs(output: Path) -> frozenset[str]:
    """Runs at work. To be asked before the manifests are read: a run that ends in between is in one of the two."""
    locks = (path.stem.removeprefix("run-") for path in (output / "state" / "locks").glob("run-*.lock"))
    return frozenset(run for run in locks if is_alive(output, run))


def archive_units(output: Path, manifests: Mapping[str, Manifest], alive: frozenset[str]) -> Iterator[Unit]:
    """A unit for each finished file but those of runs at work."""
    digests = {each.file: each.sha256 for manifest in manifests.values() for each in manifest.warc}
    ends = {run.rpartition("-")[2] for run in alive | alive_runs(output)}
    for number, path in enumerate(sorted((output / "warc").rglob("*.warc.gz"))):
        if path.name in digests or path.name.removesuffix(".warc.gz").rpartition("-")[2] not in ends:
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


def part_units(output: Path, manifests: Mapping[str, Manifest]) -> Iterator[Unit]:
    """For each part one unit, and one for each of its row groups."""
    for part in live_parts(manifests):
        yield Unit(partial(_part_file, part), part.bytes)
        groups = groups_of(output, part)
        for number in range(groups):
            # Rows cost more than bytes that are only read.
            yield Unit(partial(_rows, part, number), 30 * part.bytes // groups)


def _part_file(part: Part, setting: Setting) -> Found:
    return Found(list(part_troubles(setting.output, part)))


def _rows(part: Part, number: int, setting: Setting) -> Found:
    """One row group: each row against itself and, if it is of today's rules, against its records."""
    found, kind, sites = Found(), kind_of(part), load_sites(setting.sites_dir)
    try:
        rows = read_group(setting.output, part, number)
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        return Found([Trouble(part.path, f"row group {number} cannot be read: {' '.join(str(error).split())[:200]}")])
    for row in rows:
        lines = list(null_troubles(row))
        if kind == "articles" and not lines:
            lines += row_troubles(part, row)
        if row["rules_version"] != RULES_VERSION:
            found.older += 1
        elif setting.remake and not lines:
            lines += _differences(kind, row, setting.output / "warc", sites)
            found.remade += 1
        where = f"{part.path}: {row['url']}"
        found.troubles += [Trouble(where, line) for line in lines]
    found.rows = len(rows)
    return found


def _differences(kind: str, row: Row, archive: Path, sites: Mapping[str, Site]) -> Iterator[str]:
    check = row_differences if kind == "articles" else reject_differences
    return check(row, archive, sites)
