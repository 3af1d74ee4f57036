"""Small parts of closed months into files of 200 to 500 MB; of each id the newest row stays.

Older versions leave the dataset wherever a newer one is, be it in another month; the archive still has their pages.
Only files that are small or hold such rows are written again. The new state replaces the old one in one step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.language import message
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.merge import Source, merge, regroup
from pipelines.dataset.part import Part
from pipelines.dataset.parts import ORDER, ROWS_PER_GROUP
from pipelines.dataset.revision import Revision, check, kind_of, month_of, whole_parts
from pipelines.dataset.scan import connect, default_memory, parquet
from pipelines.dataset.schema import SCHEMAS

SMALLEST = 200 << 20  # bytes: a file of at least this size is not merged any more
LARGEST = 500 << 20


@dataclass(frozen=True, slots=True)
class Compacted:
    """Files and bytes of the dataset before and after, and how many rows gave way to newer ones."""

    files_before: int
    files: int
    bytes_before: int
    bytes: int
    superseded: int


def compact(
    output: Path,
    before: Mapping[str, Manifest],
    revision: Revision,
    *,
    month: str,
    smallest: int = SMALLEST,
    largest: int = LARGEST,
    memory: int | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> Compacted | None:
    """Compact the months before `month` ("2026-11"); null where there was nothing to do. The lock "dataset" is held.

    `smallest` and `largest` are bytes of a file, `memory` bytes to work in (default: see default_memory).
    Raises OSError: DamagedError where a part is not what its manifest says, and nothing has changed then.
    """
    memory = memory or default_memory()
    parts = whole_parts(output, before)
    folders: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in parts:
        folders[kind_of(part), month_of(part)].append(part)
    stale = _find_stale(output, [part for part in parts if kind_of(part) == "articles"], revision.spill, memory)
    dropped = 0
    for (kind, each), some in sorted(folders.items()):
        chosen = _chosen(some, stale, smallest) if each < month else []
        for part in some:
            if part not in chosen:
                revision.keep(part)
        if chosen:
            report(message("{kind} {month}: {number} files", kind=kind, month=each, number=len(chosen)))
            dropped += sum(len(stale.get(part.path, ())) for part in chosen)
            _merge(output, revision, chosen, stale, largest, memory)
    if {part.path for part in revision.parts} == {part.path for part in parts}:
        revision.abandon()
        return None
    made = revision.commit(before)
    return Compacted(len(parts), len(made.files), _bytes(parts), _bytes(made.files), dropped)


def _find_stale(output: Path, parts: list[Part], spill: Path, memory: int) -> dict[str, list[int]]:
    """Where the rows are that are not the newest of their id: path of a part -> positions in it."""
    stale: dict[str, list[int]] = defaultdict(list)
    if not parts:
        return stale
    with connect(spill, memory) as connection:
        answer = connection.execute(
            f"""
            SELECT filename, file_row_number FROM {parquet(output / part.path for part in parts)}
            QUALIFY row_number() OVER (
                PARTITION BY id ORDER BY fetched_at DESC, run_id DESC, filename DESC, file_row_number DESC
            ) > 1
            """
        )
        while some := answer.fetchmany(10_000):
            for name, position in some:
                stale[Path(name).relative_to(output).as_posix()].append(int(position))
    return stale


def _chosen(parts: list[Part], stale: Mapping[str, Sequence[int]], smallest: int) -> list[Part]:
    """What is written again: files with rows to drop, and small ones if there are several to merge."""
    chosen = [part for part in parts if part.path in stale or part.bytes < smallest]
    return chosen if len(chosen) > 1 or any(part.path in stale for part in chosen) else []


def _merge(
    output: Path, revision: Revision, parts: list[Part], stale: Mapping[str, Sequence[int]], largest: int, memory: int
) -> None:
    """The parts, all of one kind and month, as few large ones, without the stale rows."""
    kind, month = kind_of(parts[0]), month_of(parts[0])
    for part in parts:
        check(output, part)
    sources = [Source(output / part.path, stale.get(part.path, ())) for part in parts]
    merged = merge(sources, ORDER[kind], memory=memory, scratch=revision.spill / f"{kind}-{month}")
    size = _bytes(parts)
    files = -(-size // largest)
    tables = regroup((table.cast(SCHEMAS[kind]) for table in merged), rows=ROWS_PER_GROUP)
    revision.write(kind, month, tables, rows=sum(part.rows for part in parts), limit=-(-size // files))


def _bytes(parts: Iterable[Part]) -> int:
    return sum(part.bytes for part in parts)
