"""All inputs of a command into one dataset: a manifest for each input, so that a second start goes on with the rest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.ingest.extract import Options, extract_input
from crawler.ingest.inputs import Input
from crawler.output import new_run_id, repair
from crawler.reextract.files import Extracted, Job
from crawler.sandbox.processor import Processor
from crawler.sandbox.units import Spread, carried_out
from crawler.siteconfig.site import Folders
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import Manifest, WarcRange, load_manifests
from pipelines.dataset.part import sha256
from pipelines.dedup.index import open_index
from pipelines.dedup.mark_all import mark_new
from pipelines.version import RULES_VERSION


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
) -> Told:
    """Make the rows of `inputs` below `target`. Raises OSError, BusyError, ManifestError, SiteError.

    `progress` is called with the bytes done and in all.
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
        done_with = spread(partial(_extract, options), todo, max(1, min(processes, len(todo))))
        index = open_index(target, new_run_id("extract", started))
        for (each, job), extracted in done_with:
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


def _extract(options: Options, given: tuple[Input, Job], processor: Processor) -> Extracted:
    each, job = given
    return extract_input(each, job, options, processor)


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
