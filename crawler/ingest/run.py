"""All inputs of a command into one dataset: a manifest for each input, so that a second start goes on with the rest."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.archive.division import Piece, divide
from crawler.ingest.extract import Options, Share, extract_share, join_shares
from crawler.ingest.inputs import Input
from crawler.output import new_run_id, repair
from crawler.reextract.files import Extracted, Fetched, Job
from crawler.sandbox.processor import Processor
from crawler.sandbox.units import Spread, carried_out
from crawler.siteconfig.site import Folders
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import Manifest, WarcRange, load_manifests
from pipelines.dataset.part import sha256
from pipelines.dedup.index import open_index
from pipelines.dedup.mark_all import mark_new
from pipelines.version import RULES_VERSION

LEAST = 8 << 20  # bytes of a WARC file, of 200 pages and more: what another process needs to start is not worth fewer


@dataclass(slots=True)
class Told:
    """What a command did. `known` inputs had their rows from an earlier start; those in `empty` hold no page."""

    counts: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    known: int = 0


def ingest(
    inputs: Sequence[Input],
    target: Path,
    sites_dir: Folders,
    options: Options,
    processes: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    spread: Spread = carried_out,
    least: int = LEAST,
) -> Told:
    """Make the rows of `inputs` below `target`. Raises OSError, BusyError, ManifestError, SiteError.

    `progress` is called with the bytes done and in all. WARC files are divided into pieces of at least `least` bytes
    where that keeps all processes at work.
    """
    told, started = Told(), datetime.now(UTC)
    # Nobody else sweeps or writes here meanwhile; parts of a process that died are swept by the next start.
    lock = Lock(target, "dataset")
    try:
        repair(target)
        there = load_manifests(target)
        jobs = [(each, Job(target, sites_dir, run_id_of(each), started)) for each in inputs]
        todo = [(each, job) for each, job in jobs if job.run_id not in there]
        told.known = len(jobs) - len(todo)
        total, done = sum(each.size for each, _ in todo), 0
        work = list(shares(todo, processes, least))
        done_with = spread(partial(_extract, options), work, max(1, min(processes, len(work))))
        index = open_index(target, new_run_id("extract", started))
        for (each, job), extracted in _whole(work, done_with, partial(_together, options, spread)):
            extracted.parts = mark_new(index, target, extracted.parts, job.run_id)
            _manifest(each, job, extracted).write(target)
            told.counts.update(extracted.counts)
            told.counts["pages"] += extracted.responses
            told.damage += extracted.damage
            told.empty += extracted.empty
            done += each.size
            progress(done, total)
        index.close()
    finally:
        lock.release()
    return told


def run_id_of(given: Input) -> str:
    """The same for the same file, so that it is known again; another when the file has changed."""
    stat = given.path.stat()
    known = f"{given.path.resolve()}\n{given.name}\n{stat.st_size}\n{stat.st_mtime_ns}"
    key = hashlib.sha256(known.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{datetime.fromtimestamp(stat.st_mtime, UTC):%Y%m%dT%H%M%SZ}-extract-{key[:12]}"


def shares(todo: Sequence[tuple[Input, Job]], processes: int, least: int = LEAST) -> Iterator[Share]:
    """The units of work, those of one input one behind the other: none larger than what each process has to do."""
    largest = max(least, -(-sum(each.size for each, _ in todo) // processes))
    for each, job in todo:
        pieces = divide(each.path, largest) if each.kind == "warc" else [Piece(each.path)]
        for number, piece in enumerate(pieces):
            yield Share(each, job, piece, number)


def _extract(options: Options, share: Share, processor: Processor) -> Extracted:
    return extract_share(share, options, processor)


def _whole(
    work: Sequence[Share],
    done_with: Iterable[tuple[Share, Extracted]],
    together: Callable[[list[Extracted], Input, Job], Extracted],
) -> Iterator[tuple[tuple[Input, Job], Extracted]]:
    """Each input with what its shares gave, as soon as the last of them is there."""
    numbers = Counter(share.job.run_id for share in work)
    there: dict[str, dict[int, Extracted]] = defaultdict(dict)
    for share, extracted in done_with:
        given, job = share.given, share.job
        found = there[job.run_id]
        found[share.number] = extracted
        if len(found) < numbers[job.run_id]:
            continue
        there.pop(job.run_id)
        results = [found[number] for number in sorted(found)]
        yield (given, job), results[0] if len(results) == 1 else together(results, given, job)


def _together(options: Options, spread: Spread, results: list[Extracted], given: Input, job: Job) -> Extracted:
    pages = [page for result in results for page in result.pages]
    if pages:
        results.extend(joined for _, joined in spread(partial(_join, options, job, len(results)), [pages], 1))
    damage, responses = [line for result in results for line in result.damage], sum(each.responses for each in results)
    return Extracted(
        parts=[part for result in results for part in result.parts],
        counts=sum((result.counts for result in results), Counter()),
        sites=set().union(*(result.sites for result in results)),
        damage=damage,
        empty=[] if responses or damage else [given.name],
        responses=responses,
    )


def _join(options: Options, job: Job, number: int, pages: Sequence[Fetched], processor: Processor) -> Extracted:
    return join_shares(pages, job, number, options, processor)


def _manifest(given: Input, job: Job, extracted: Extracted) -> Manifest:
    return Manifest(
        run_id=job.run_id,
        family="extract",
        sites=sorted({site for _, site in extracted.sites}),
        started=job.started,
        finished=datetime.now(UTC),
        rules_version=RULES_VERSION,
        files=extracted.parts,
        warc=[WarcRange(given.name, 0, given.size, sha256(given.path))],
        counts=dict(extracted.counts),
    )
