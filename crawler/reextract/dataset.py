"""The rows of all files, by several processes, and the dataset that they replace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.archive.division import Piece, divide
from crawler.language import message
from crawler.output import check_writable, new_run_id, repair
from crawler.profiles import newest_profiles
from crawler.reextract.files import Extracted, Fetched, Job, extract_files, join_files
from crawler.reextract.journal import Journal, started_at, stopped_run
from crawler.reextract.visits import Answer
from crawler.sandbox.processor import Processor
from crawler.sandbox.units import Spread, carried_out
from crawler.sandbox.worker import PageLimits
from crawler.siteconfig.site import Folders, Site
from crawler.status import Exit, RefusedError
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import KINDS, Manifest, WarcRange, load_manifests
from pipelines.dataset.part import Part
from pipelines.dataset.replace import replace_dataset
from pipelines.dataset.revision import DamagedError, check_archive
from pipelines.dedup.mark_all import Marking, adopt, mark_parts
from pipelines.version import rules_versions

LARGEST_BATCH = 1 << 30  # bytes of WARC
_SLACK = 1.05  # a piece ends at a record: that it is a little larger makes no batch of its own

Progress = Callable[[int, int], None]
"""Called with the bytes of WARC that are done, and of all."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One unit of work: `number` decides the names of its parts."""

    number: int
    pieces: Sequence[Piece]

    def __str__(self) -> str:
        return ", ".join(map(str, self.pieces))


@dataclass(frozen=True, slots=True)
class _Rest:
    """What all batches have handed out: one unit of work, the last."""

    number: int
    pages: Sequence[Fetched]
    archived: Mapping[str, Site]
    answers: Sequence[tuple[Path, Answer]]

    def __str__(self) -> str:
        return f"{len(self.pages)} pages"


def remake(
    source: Path,
    target: Path,
    named: Sequence[Path],
    sites_dir: Folders,
    *,
    processes: int,
    report: Callable[[str], None],
    spread: Spread = carried_out,
    progress: Progress = lambda done, total: None,
) -> tuple[str, Extracted]:
    """The dataset of `target` made again from `named` WARC files or, without any, from the whole archive of `source`.

    Returns the run id and what was read. `report` gets a line on each thing that was repaired before. A run
    that was stopped is gone on with, under its id. Raises RefusedError, BusyError, SiteError, OSError.
    """
    check_arguments(named, source, target)
    check_writable(target)
    locks = [Lock(target, "dataset")]
    try:
        run_id = stopped_run(target) or new_run_id("reextract", datetime.now(UTC))
        started = started_at(run_id)
        locks.append(Lock(target, f"run-{run_id}", wait=True))
        for line in repair(target):
            report(line)
        files = sorted(named or (source / "warc").rglob("*.warc.gz"))
        if not files:
            raise RefusedError(message("{folder}: no WARC files", folder=source / "warc"), Exit.FAILED)
        damaged: dict[str, str] = {}
        recorded = load_manifests(source, damaged)
        for line in damaged.values():
            report(message("{line}; its rows are made again from the archive", line=line))
        if not named:
            check_complete(files, recorded)
        told: list[str] = []
        job = Job(target / "tmp" / run_id, sites_dir, run_id, started, newest_profiles(source, told))
        for line in told:
            report(line)
        covered = check_archive(files, recorded)
        return run_id, replace_all(files, covered, job, target, processes, spread, progress)
    finally:
        for lock in reversed(locks):
            lock.release(remove=lock.name.startswith("run-"))


def replace_all(
    files: Sequence[Path],
    covered: Sequence[WarcRange],
    job: Job,
    target: Path,
    processes: int,
    spread: Spread = carried_out,
    progress: Progress = lambda done, total: None,
) -> Extracted:
    """Make the rows of `files` the dataset of `target`, whose lock is held; what there was. Raises OSError, and
    RefusedError where all responses are of other tools: it is this crawler's metadata that says of which site they are.

    Where `target` has rows already and a record cannot be read, its row would be gone: then DamagedError is raised and
    nothing is replaced.
    """
    work = work_on(files, processes)
    journal = Journal(job, files, work)
    extracted = extract_all(work, job, processes, spread=spread, journal=journal, progress=progress)
    damaged: dict[str, str] = {}
    before = load_manifests(target, damaged)
    if before or damaged:
        refuse_damage(extracted)
    if not extracted.responses and not extracted.damage:
        raise RefusedError(
            message("no responses in {names}", names=", ".join(path.name for path in files[:3])), Exit.FAILED
        )
    if extracted.foreign and extracted.foreign == extracted.responses:
        raise RefusedError(
            message("{foreign} responses, none made by this crawler: use scrapy extract", foreign=extracted.foreign),
            Exit.FAILED,
        )
    marking = Marking(job.folder, job.run_id)
    parts = mark_parts(marking, extracted.parts, partial(_each, spread, processes))
    journal.close()
    adopt(target, marking)
    gone = {run for each in before.values() for run in each.supersedes}
    manifest = Manifest(
        run_id=job.run_id,
        family=",".join(sorted({family for family, _ in extracted.sites})),
        sites=sorted(site for _, site in extracted.sites),
        started=job.started,
        finished=datetime.now(UTC),
        rules_version=",".join(rules_versions(job.profiles, (site for _, site in extracted.sites))),
        files=parts,
        warc=covered,
        counts=dict(extracted.counts),
        supersedes=sorted({*before, *damaged, *gone}),
    )
    replace_dataset(target, manifest)
    return extracted


def _each(spread: Spread, processes: int, mark: Callable[[Part], Part], parts: Sequence[Part]) -> Iterator[Part]:
    done = spread(partial(_mark, mark), parts, max(1, min(processes, len(parts))))
    return (marked for _, marked in done)


def _mark(mark: Callable[[Part], Part], part: Part, processor: Processor) -> Part:
    return mark(part)


def refuse_damage(extracted: Extracted) -> None:
    """Raises DamagedError where something could not be read."""
    if extracted.damage:
        number = len(extracted.damage) - 1
        more = message(" and {number} more", number=number) if number else ""
        raise DamagedError(message("{line}{more}", line=extracted.damage[0], more=more))


def check_arguments(named: Sequence[Path], source: Path, target: Path) -> None:
    """Raises RefusedError for what would lose rows or mix two datasets."""
    if named and target == source:
        raise RefusedError(message("some WARC files alone cannot replace the whole dataset; add --to DIR"))
    if target != source and any((target / kind).exists() for kind in KINDS):
        raise RefusedError(message("--to {target}: there is a dataset already", target=target))
    for path in named:
        if not path.is_file():
            raise RefusedError(message("{path}: no such file", path=path))


def check_complete(files: Sequence[Path], manifests: Mapping[str, Manifest]) -> None:
    """Raises RefusedError where a file is not there that has rows: they would be gone without a word."""
    there = {path.name for path in files}
    gone = sorted({each.file for manifest in manifests.values() for each in manifest.warc} - there)
    if gone:
        more = message(" and {number} more", number=len(gone) - 1) if len(gone) > 1 else ""
        raise RefusedError(
            message("{gone}{more}: a manifest names it and it is not in the archive", gone=gone[0], more=more),
            Exit.STORAGE,
        )


def batches(files: Sequence[Path], processes: int) -> Iterator[list[Piece]]:
    """Files or pieces of them in order, together large enough for parts of a good size, small enough to keep all
    processes busy."""
    limit = max(1, min(LARGEST_BATCH, -(-sum(path.stat().st_size for path in files) // processes)))
    batch: list[Piece] = []
    held = 0
    for path in files:
        for piece in divide(path, limit):
            if batch and held + piece.size > limit * _SLACK:
                yield batch
                batch, held = [], 0
            batch.append(piece)
            held += piece.size
    if batch:
        yield batch


def work_on(files: Sequence[Path], processes: int) -> list[Batch]:
    """The units of work for so many processes."""
    return [Batch(number, batch) for number, batch in enumerate(batches(files, processes))]


def extract_all(
    work: Sequence[Batch],
    job: Job,
    processes: int,
    limits: PageLimits | None = None,
    *,
    spread: Spread = carried_out,
    journal: Journal | None = None,
    progress: Progress = lambda done, total: None,
) -> Extracted:
    """The rows of all files, by so many processes; each page has the limits of a crawl. Raises OSError."""
    results = journal.done() if journal else {}
    sizes = {batch.number: sum(piece.size for piece in batch.pieces) for batch in work}
    total, done = sum(sizes.values()), sum(sizes[number] for number in results)
    progress(done, total)
    todo = [batch for batch in work if batch.number not in results]
    for batch, extracted in spread(partial(_extract_batch, job), todo, max(1, min(processes, len(todo))), limits):
        if journal:
            journal.add(batch.number, extracted)
        results[batch.number] = extracted
        done += sizes[batch.number]
        progress(done, total)
    return _joined([results[batch.number] for batch in work], job, limits, spread)


def _extract_batch(job: Job, batch: Batch, processor: Processor) -> Extracted:
    return extract_files(batch.pieces, job, batch.number, processor)


def _joined(results: list[Extracted], job: Job, limits: PageLimits | None, spread: Spread) -> Extracted:
    """The batches together, with the articles whose pages they hold between them."""
    rest = _Rest(
        len(results),
        [page for result in results for page in result.pages],
        {name: site for result in results for name, site in result.archived.items()},
        [answer for result in results for answer in result.answers],
    )
    if rest.pages or rest.answers:
        results.extend(joined for _, joined in spread(partial(_join, job), [rest], 1, limits))
    return Extracted(
        parts=[part for result in results for part in result.parts],
        counts=sum((result.counts for result in results), Counter()),
        sites=set().union(*(result.sites for result in results)),
        damage=[line for result in results for line in result.damage],
        responses=sum(result.responses for result in results),
        foreign=sum(result.foreign for result in results),
    )


def _join(job: Job, rest: _Rest, processor: Processor) -> Extracted:
    return join_files(rest.pages, job, rest.number, processor, rest.archived, rest.answers)
