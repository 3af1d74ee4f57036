"""Marks for a whole new dataset at once: the same rows get the same marks, in whatever order they were made.

First all signatures become an index, then every part is written again with its marks. Earlier means fetched earlier.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.durable import sync_folder
from pipelines.dataset.part import Part, sha256
from pipelines.dataset.parts import ROWS_PER_GROUP, parquet_options
from pipelines.dataset.schema import SCHEMA
from pipelines.dedup.index import DupIndex, read_part, signed
from pipelines.dedup.mark import Match, choose_all, enter_all


@dataclass(frozen=True, slots=True)
class Marking:
    """The parts of `run_id` lie below `folder`, tmp/<run>, which no reader sees; its index too, until adopt()."""

    folder: Path
    run_id: str

    @property
    def index(self) -> DupIndex:
        return DupIndex(self.folder / "duplicates", self.folder / "drafts", self.run_id)


Each = Callable[[Callable[[Part], Part], Sequence[Part]], Iterable[Part]]
"""Like map(), in any order, by whatever processes or machines."""


def mark_parts(marking: Marking, parts: Sequence[Part], each: Each = map) -> list[Part]:
    """Write the parts of articles/ again with their marks; the others are handed through. Raises OSError."""
    articles = [part for part in parts if part.path.startswith("articles/")]
    index = marking.index
    for part in articles:
        read_part(index, marking.folder / part.path, marking.run_id)
    index.flush()
    index.merge(lambda segment: True)
    index.close()
    marked = {part.path: part for part in each(partial(_mark_part, marking), articles)}
    return [marked.get(part.path, part) for part in parts]


def mark_new(index: DupIndex, folder: Path, parts: Sequence[Part], run_id: str) -> list[Part]:
    """The parts of a run below `folder`, marked by what the index holds and added to it, as a crawl does row by row.

    Only parts with a mark are written again. Raises OSError.
    """
    marked = []
    for part in parts:
        if part.path.startswith("articles/"):
            table = pq.read_table(folder / part.path, partitioning=None)
            columns = (table.column(name).to_pylist() for name in ("id", "signature", "fetched_at"))
            matches = list(enter_all(index, zip(*columns, strict=True), run_id))
            if any(matches):
                marked.append(_replace(folder / part.path, part, _with_marks(table, matches)))
                continue
        marked.append(part)
    index.merge(lambda segment: True)
    return marked


def adopt(output: Path, marking: Marking) -> None:
    """Move the index of the parts to the dataset's. Call it before the manifest, without which it is not read."""
    target = output / "state" / "duplicates"
    target.mkdir(parents=True, exist_ok=True)
    for segment in marking.index.segments:
        segment.folder.rename(target / segment.folder.name)
    sync_folder(target)


def _mark_part(marking: Marking, part: Part) -> Part:
    index = marking.index
    table = pq.read_table(marking.folder / part.path, partitioning=None)
    matches: list[Match | None] = [None] * table.num_rows
    entered = {place: row for place, row in enumerate(signed(table)) if None not in row}
    if entered:
        for place, match in zip(entered, choose_all(index, *zip(*entered.values(), strict=True)), strict=True):
            matches[place] = match
    return _replace(marking.folder / part.path, part, _with_marks(table, matches))


def _with_marks(table: pa.Table, matches: Sequence[Match | None]) -> pa.Table:
    marks = {
        "duplicate_of": [match.article if match and match.exact else None for match in matches],
        "near_duplicate_of": [match.article if match and not match.exact else None for match in matches],
        "similarity": [match.similarity if match else None for match in matches],
    }
    for name, values in marks.items():
        position = SCHEMA.get_field_index(name)
        table = table.set_column(position, SCHEMA.field(name), pa.array(values, SCHEMA.field(name).type))
    return table


def _replace(place: Path, part: Part, table: pa.Table) -> Part:
    draft = place.with_name(f".{place.name}.draft")
    with draft.open("wb") as file:
        options = parquet_options("articles", SCHEMA, part.rows)
        pq.write_table(table, file, row_group_size=ROWS_PER_GROUP, **options)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(place)
    sync_folder(place.parent)
    return Part(part.path, part.rows, place.stat().st_size, sha256(place))
