"""`scrapy reextract`: make the dataset again from the archive."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import (
    OneLineErrors,
    add_ray,
    card_renewed,
    carried_out,
    check_target,
    language,
    memory_of,
    progress_bar,
    spread_by,
    teller,
)
from crawler.language import about, listed, message
from crawler.output import changing, located
from crawler.siteconfig.site import sites_folders
from crawler.status import Exit, RefusedError
from crawler.storage.checkout import DATASET

_WORK = "crawler.reextract.dataset"
_COUNTED: dict[str, str] = {
    each: each
    for each in (
        message("articles"),
        message("broken"),
        message("captures"),
        message("headless"),
        message("rejects"),
        message("warc_files"),
    )
}


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[WARC … --to DIR | --diff [--html FILE] [--commit]] [--processes N] [--ray ADDRESS|local]"

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
        add_ray(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("reextract", lambda: self._chosen(args, opts), self.settings)

    def _chosen(self, args: Sequence[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        named = [located(each, self.settings["SPOOL_DIR"]) for each in args]
        _check_options(named, opts)
        if opts.diff:
            with spread_by(opts, _WORK) as (spread, processes):
                from crawler.reextract.diff import rediff  # noqa: PLC0415

                rediff(self.settings, opts, memory_of(self.settings), processes, spread, language(self.settings))
            return Exit.DONE
        return self._reextract(named, opts)

    def _reextract(self, named: Sequence[Path], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        sites = sites_folders(self.settings["SITES_DIR"])
        tell, complain = teller(self.settings), teller(self.settings, stderr=True)
        locks = () if opts.to else (DATASET,)
        with (
            spread_by(opts, _WORK) as (spread, processes),
            changing(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "reextract", locks) as source,
        ):
            from crawler.reextract.dataset import remake  # noqa: PLC0415

            if not named and not source.is_dir():
                raise RefusedError(message("OUTPUT_DIR={source}: no such folder", source=source))
            target: Path = opts.to.absolute() if opts.to else source
            with progress_bar("reextract") as progress:
                run_id, extracted = remake(
                    source, target, named, sites, processes=processes, report=tell, spread=spread, progress=progress
                )
            card_renewed("reextract", target, self.settings)
        counts = sorted(extracted.counts.items())
        told = listed(
            message("{number} {name}", number=number, name=_COUNTED.get(name, name)) for name, number in counts
        )
        tell(about(run_id, told))
        for line in extracted.damage:
            complain(message("not read: {line}", line=line))
        if extracted.foreign:
            complain(
                message(
                    "{foreign} of {responses} responses were made by other tools and are left out: use scrapy extract",
                    foreign=extracted.foreign,
                    responses=extracted.responses,
                )
            )
        return Exit.UNHEALTHY if extracted.damage or extracted.counts["broken"] else Exit.DONE


def _check_options(named: Sequence[Path], opts: argparse.Namespace) -> None:
    """Raises RefusedError for options that do not go together."""
    if not opts.diff and (opts.html or opts.commit):
        raise RefusedError(message("--html and --commit go with --diff; without it the whole dataset is replaced"))
    if opts.diff and (named or opts.to):
        raise RefusedError(message("--diff compares the dataset with all of its archive: no WARC files, no --to"))
    if opts.html:
        check_target("--html", opts.html)
        if not opts.html.absolute().parent.is_dir():
            raise RefusedError(message("{option} {path}: no such folder", option="--html", path=opts.html))
