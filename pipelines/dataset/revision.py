"""A new state of the whole dataset: most parts as they are, some made anew, exchanged in one step (replace.py).

Staged below tmp/<run>/, where sweep() takes it away if the process dies before commit(). Parts that stay are hard
links: they cost no space and keep name, bytes and digest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.durable import sync_folder
from crawler.language import message
from pipelines.dataset.manifest import KINDS, Manifest, WarcRange, covers
from pipelines.dataset.part import Part, sha256
from pipelines.dataset.parts import parquet_options
from pipelines.dataset.query import is_part
from pipelines.dataset.replace import replace_dataset
from pipelines.dataset.schema import SCHEMAS


class DamagedError(OSError):
    """A file is not what its manifest says; the message names it. What is damaged is never written again as good."""


class Revision:
    """Call keep() or write() for every part of the new state, then commit(). All methods raise OSError."""

    def __init__(self, output: Path, run_id: str, started: datetime) -> None:
        self.parts: list[Part] = []
        self.run_id = run_id
        self.started = started
        self._output = output
        self._staged = output / "tmp" / run_id
        self._made = 0
        self._decided = False

    @property
    def spill(self) -> Path:
        """A folder for what does not fit into memory; it goes with the staged files."""
        return self._staged / "spill"

    def keep(self, part: Part) -> None:
        """The part stays as it is."""
        target = self._staged / part.path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self._output / part.path, target)
        except OSError:  # a file system without hard links
            shutil.copyfile(self._output / part.path, target)
            _sync(target)
        self.parts.append(part)

    def write(self, kind: str, month: str, tables: Iterable[pa.Table], *, rows: int, limit: int | None = None) -> None:
        """New parts of `month` ("2026-11"): one row group a table, in the order given; none where there is no row.

        `rows` is about how many; a file that has reached `limit` bytes is followed by another.
        """
        writer: pq.ParquetWriter | None = None
        name, count = "", 0
        for table in tables:
            if writer is None:
                name = f"{kind}/crawl_month={month}/{self.run_id}-{self._made:04d}.parquet"
                (self._staged / name).parent.mkdir(parents=True, exist_ok=True)
                schema = SCHEMAS[kind]
                writer = pq.ParquetWriter(self._staged / name, schema, **parquet_options(kind, schema, rows))
                self._made += 1
                count = 0
            writer.write_table(table)
            count += table.num_rows
            if limit is not None and (self._staged / name).stat().st_size >= limit:
                writer.close()
                self._finish(name, count)
                writer = None
        if writer is not None:
            writer.close()
            self._finish(name, count)

    def commit(
        self, before: Mapping[str, Manifest], warc: Sequence[WarcRange] | None = None, rules: Sequence[str] = ()
    ) -> Manifest:
        """Make this the dataset, under one manifest in the place of all of `before`. The lock "dataset" is held.

        `warc`: the ranges it stands for, those of `before` when not given. `rules`: versions that have come in.
        """
        shutil.rmtree(self.spill, ignore_errors=True)
        manifests = list(before.values())
        ranges = {each.file: each for manifest in manifests for each in manifest.warc}
        manifest = Manifest(
            run_id=self.run_id,
            family=",".join(sorted({name for each in manifests for name in each.family.split(",")})),
            sites=sorted({site for each in manifests for site in each.sites}),
            started=self.started,
            finished=datetime.now(UTC),
            rules_version=",".join(
                sorted({name for each in manifests for name in each.rules_version.split(",")} | {*rules})
            ),
            files=sorted(self.parts, key=lambda part: part.path),
            warc=[ranges[name] for name in sorted(ranges)] if warc is None else warc,
            counts={kind: sum(part.rows for part in self.parts if kind_of(part) == kind) for kind in KINDS},
            supersedes=sorted(before.keys() | {run for each in manifests for run in each.supersedes}),
        )
        for folder in sorted({(self._staged / part.path).parent for part in self.parts}):
            for each in (folder, folder.parent, self._staged):
                sync_folder(each)
        self._decided = True
        replace_dataset(self._output, manifest)
        return manifest

    def abandon(self) -> None:
        """Nothing is to change after all. Once commit() has begun, what is staged is left to the next start."""
        if not self._decided:
            shutil.rmtree(self._staged, ignore_errors=True)

    def _finish(self, name: str, rows: int) -> None:
        path = self._staged / name
        _sync(path)
        self.parts.append(Part(name, rows, path.stat().st_size, sha256(path)))


def check(output: Path, part: Part) -> None:
    """Raises DamagedError where the part is not the one that its manifest names: to be asked before it is rewritten."""
    path = output / part.path
    if not path.is_file():
        raise DamagedError(message("{file}: not there; scrapy verify says what else", file=part.path))
    if sha256(path) != part.sha256:
        raise DamagedError(message("{file}: not what its manifest says; scrapy verify says what else", file=part.path))


def check_archive(files: Sequence[Path], manifests: Mapping[str, Manifest]) -> list[WarcRange]:
    """What the WARC files cover. Raises DamagedError where one is not what its manifest says: to be asked before rows
    are made of it, since a file that lost its end reads as well as a whole one. No manifest names another tool's."""
    digests = {each.file: each.sha256 for manifest in manifests.values() for each in manifest.warc}
    ranges = covers(files)
    for each in ranges:
        if digests.get(each.file, each.sha256) != each.sha256:
            raise DamagedError(
                message("{file}: not what its manifest says; scrapy verify says what else", file=each.file)
            )
    return ranges


def whole_parts(output: Path, manifests: Mapping[str, Manifest]) -> list[Part]:
    """All parts of the dataset. Raises DamagedError where one is not there, cut or of another schema, by its footer."""
    parts = live_parts(manifests)
    for part in parts:
        if not is_part(output / part.path, SCHEMAS[kind_of(part)]):
            raise DamagedError(
                message("{file}: not there, cut or of another schema; scrapy verify says what else", file=part.path)
            )
    return parts


def live_parts(manifests: Mapping[str, Manifest]) -> list[Part]:
    """All parts of the dataset, in the order of their paths."""
    return sorted((part for each in manifests.values() for part in each.files), key=lambda part: part.path)


def kind_of(part: Part) -> str:
    """The part's folder below OUTPUT_DIR: "articles" or "rejects"."""
    return part.path.partition("/")[0]


def month_of(part: Part) -> str:
    """The part's path key, "2026-11"."""
    return part.path.split("/")[1].partition("=")[2]


def renewed(ranges: Iterable[WarcRange], digests: Mapping[str, str]) -> list[WarcRange]:
    """The ranges with the new digests of the files that were rewritten."""
    return [replace(each, sha256=digests.get(each.file, each.sha256)) for each in ranges]


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
