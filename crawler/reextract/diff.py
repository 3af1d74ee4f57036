"""`scrapy reextract --diff [--html FILE] [--commit]`: today's rules against the stored rows."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from scrapy.settings import BaseSettings

from crawler.archive.reader import locate
from crawler.language import Language, counted, message
from crawler.output import changing, reading, revising, viewing, write_text
from crawler.profiles import newest_profiles
from crawler.reextract.dataset import extract_all, refuse_damage, work_on
from crawler.reextract.diff_report import as_page, as_text
from crawler.reextract.files import Job
from crawler.sandbox.units import Spread
from crawler.siteconfig.site import sites_folders
from crawler.status import RefusedError
from pipelines.dataset.compare import Files, compare
from pipelines.dataset.manifest import KINDS
from pipelines.dataset.part import Part
from pipelines.dataset.recommit import recommit
from pipelines.dataset.revision import check_archive, kind_of, whole_parts
from pipelines.dataset.scan import connect
from pipelines.dedup.mark_all import Marking, mark_parts
from pipelines.version import rules_versions

_NARROWEST = 120  # columns for two texts side by side, where there is no terminal to ask


def rediff(
    settings: BaseSettings,
    opts: argparse.Namespace,
    memory: int | None,
    processes: int,
    spread: Spread,
    speaks: Language,
) -> None:
    """Print what is different; with --commit put it into effect. `memory` is in bytes (default: see default_memory).

    Raises OSError, RefusedError, BusyError.
    """
    opened = changing if opts.commit else reading
    with (
        opened(settings["OUTPUT_DIR"], settings["SPOOL_DIR"], "reextract") as output,
        (revising if opts.commit else viewing)(output, "reextract") as (manifests, revision),
    ):
        folder = revision.spill / "fresh"
        told: list[str] = []
        profiles = newest_profiles(output, told)
        for line in told:
            print(speaks.say(line))
        job = Job(folder, sites_folders(settings["SITES_DIR"]), revision.run_id, revision.started, profiles)
        # Files that no manifest covers are those of killed runs: the next crawl makes their rows.
        names = sorted({each.file for manifest in manifests.values() for each in manifest.warc})
        if not names:
            raise RefusedError(
                message("{output}: a dataset without archive: there is nothing to make rows from", output=output)
            )
        files = [locate(output / "warc", name) for name in names]
        check_archive(files, manifests)
        extracted = extract_all(work_on(files, processes), job, processes, spread=spread)
        refuse_damage(extracted)
        parts = mark_parts(Marking(job.folder, job.run_id), extracted.parts) if opts.commit else extracted.parts
        fresh = _files(folder, parts)
        with connect(revision.spill / "duckdb", memory) as connection:
            found = compare(connection, _files(output, whole_parts(output, manifests)), fresh)
            console = Console(soft_wrap=False)
            if not console.is_terminal:
                console = Console(width=_NARROWEST)
            console.print(as_text(found, speaks))
            if opts.html:
                write_text(opts.html.absolute(), as_page(found, speaks))
                print(speaks.say(message("written: {path}", path=opts.html)))
            if opts.commit and found.anything:
                remarked = recommit(
                    connection,
                    output,
                    manifests,
                    revision,
                    fresh=fresh,
                    found=found,
                    rules=rules_versions(profiles, (site for _, site in extracted.sites)),
                )
                print(speaks.say(message("{run_id}: these rows are in the dataset now", run_id=revision.run_id)))
                if remarked:
                    print(
                        speaks.say(
                            counted(
                                "{number} row has other duplicate marks now",
                                "{number} rows have other duplicate marks now",
                                remarked,
                            )
                        )
                    )


def _files(folder: Path, parts: Sequence[Part]) -> Files:
    return Files(*([folder / part.path for part in parts if kind_of(part) == kind] for kind in KINDS))
