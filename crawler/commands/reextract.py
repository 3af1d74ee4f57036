"""`scrapy reextract`: the archive is the log, the dataset a view of it; this makes the view again."""

from __future__ import annotations

import argparse
import multiprocessing
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.commands.outcome import add_processes, carried_out
from crawler.commands.rediff import check_options, rediff
from crawler.commands.status import Exit, RefusedError
from crawler.reextract import Extracted, Job, extract_files, join_files
from crawler.run import check_writable, new_run_id, output_folder, repair
from pipelines.locks import Lock
from pipelines.manifest import KINDS, Manifest, WarcRange, load_manifests
from pipelines.parts import Part
from pipelines.process import RULES_VERSION
from pipelines.remark import Marking, adopt, mark_parts
from pipelines.replace import replace_dataset
from pipelines.revision import check_archive

LARGEST_BATCH = 1 << 30  # bytes of WARC


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[WARC …] [--to DIR] [--processes N] | --diff [--html FILE] [--commit] [--processes N]"

    def short_desc(self) -> str:
        return "Make the dataset again from the archive, with today's rules"

    def long_desc(self) -> str:
        return (
            "Without arguments the whole archive below OUTPUT_DIR/warc becomes the new dataset, which takes the place "
            "of the old one when it is complete. With --to the rows go into a fresh folder and OUTPUT_DIR is only "
            "read; WARC files may be named then. Files that are not what the manifests say, and records that are not "
            "what their digests say, stop it before anything is replaced. --diff shows what today's rules would "
            "change and changes nothing; with --commit the parts with changed rows are replaced, all others stay as "
            "they are."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="DIR", type=Path, help="write the dataset there and replace nothing")
        parser.add_argument("--diff", action="store_true", help="compare today's rules with the stored rows")
        parser.add_argument("--html", metavar="FILE", type=Path, help="with --diff: the comparison as a page as well")
        parser.add_argument("--commit", action="store_true", help="with --diff: put the difference into the dataset")
        add_processes(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        named = [Path(each).absolute() for each in args]
        self.exitcode = carried_out("reextract", lambda: self._chosen(named, opts))

    def _chosen(self, named: Sequence[Path], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        check_options(named, opts)
        if opts.diff:
            rediff(self.settings, opts, extract_all, _mark)
        else:
            self._reextract(named, opts)

    def _reextract(self, named: Sequence[Path], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        source = output_folder(self.settings["OUTPUT_DIR"])
        target: Path = opts.to.absolute() if opts.to else source
        check_arguments(named, source, target)
        check_writable(target)
        started = datetime.now(UTC)
        run_id = new_run_id("reextract", started)
        locks = [Lock(target, "dataset"), Lock(target, f"run-{run_id}", wait=True)]
        try:
            for line in repair(target):
                print(line)
            files = sorted(named or (source / "warc").rglob("*.warc.gz"))
            if not files:
                raise RefusedError(f"{source / 'warc'}: no WARC files", Exit.NOT_STARTED)
            job = Job(target / "tmp" / run_id, Path(self.settings["SITES_DIR"]), run_id, started)
            recorded = load_manifests(source)
            if not named:
                check_complete(files, recorded)
            covered = check_archive(files, recorded)
            counts = remade(files, covered, job, target, opts.processes)
        finally:
            for lock in reversed(locks):
                lock.release(remove=lock.name.startswith("run-"))
        print(f"{run_id}: {', '.join(f'{number} {name}' for name, number in sorted(counts.items()))}")


def remade(files: Sequence[Path], covered: Sequence[WarcRange], job: Job, target: Path, processes: int) -> Counter[str]:
    """Make the rows of `files` the dataset of `target`, whose lock is held; what there was. Raises OSError."""
    extracted = extract_all(files, job, processes)
    marking = Marking(job.folder, job.run_id)
    parts = mark_parts(marking, extracted.parts, processes)
    adopt(target, marking)
    before = load_manifests(target)
    manifest = Manifest(
        run_id=job.run_id,
        family=",".join(sorted({family for family, _ in extracted.sites})),
        sites=sorted(site for _, site in extracted.sites),
        started=job.started,
        finished=datetime.now(UTC),
        rules_version=RULES_VERSION,
        files=parts,
        warc=covered,
        counts=dict(extracted.counts),
        supersedes=sorted(before.keys() | {run for each in before.values() for run in each.supersedes}),
    )
    replace_dataset(target, manifest)
    return extracted.counts


def check_arguments(named: Sequence[Path], source: Path, target: Path) -> None:
    """Raises RefusedError for what would lose rows or mix two datasets."""
    if named and target == source:
        raise RefusedError("some WARC files alone cannot replace the whole dataset; add --to DIR")
    if target != source and any((target / kind).exists() for kind in KINDS):
        raise RefusedError(f"--to {target}: there is a dataset already")
    for path in named:
        if not path.is_file():
            raise RefusedError(f"{path}: no such file")


def check_complete(files: Sequence[Path], manifests: Mapping[str, Manifest]) -> None:
    """Raises RefusedError where a file is not there that has rows: they would be gone without a word."""
    there = {path.name for path in files}
    gone = sorted({each.file for manifest in manifests.values() for each in manifest.warc} - there)
    if gone:
        more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
        raise RefusedError(f"{gone[0]}{more}: a manifest names it and it is not in the archive", Exit.STORAGE)


def batches(files: Sequence[Path], processes: int) -> Iterator[list[Path]]:
    """Files in order, together large enough for parts of a good size, small enough to keep all processes busy."""
    sizes = [path.stat().st_size for path in files]
    limit = min(LARGEST_BATCH, sum(sizes) // processes)
    batch: list[Path] = []
    held = 0
    for path, size in zip(files, sizes, strict=True):
        if batch and held + size > limit:
            yield batch
            batch, held = [], 0
        batch.append(path)
        held += size
    if batch:
        yield batch


def extract_all(files: Sequence[Path], job: Job, processes: int) -> Extracted:
    """The rows of all files, by so many processes. Raises OSError."""
    work = list(batches(files, processes))
    if processes == 1:
        return _joined([extract_files(batch, job, number) for number, batch in enumerate(work)], job)
    with ProcessPoolExecutor(min(processes, len(work)), multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(extract_files, batch, job, number) for number, batch in enumerate(work)]
        return _joined([future.result() for future in futures], job)


def _joined(results: list[Extracted], job: Job) -> Extracted:
    """The batches together, with the articles whose pages they hold between them."""
    pages = [page for result in results for page in result.pages]
    results.append(join_files(pages, job, len(results)))
    return Extracted(
        parts=[part for result in results for part in result.parts],
        counts=sum((result.counts for result in results), Counter()),
        sites=set().union(*(result.sites for result in results)),
    )


def _mark(extracted: Extracted, job: Job) -> list[Part]:
    return mark_parts(Marking(job.folder, job.run_id), extracted.parts)
