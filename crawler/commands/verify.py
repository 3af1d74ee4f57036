"""`scrapy verify`: archive, dataset and manifests against each other."""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, add_ray, carried_out, memory_of, progress_bar, spread_by
from crawler.frontier.address import default_url
from crawler.language import message
from crawler.output import changing
from crawler.siteconfig.site import sites_folders
from crawler.status import Exit, RefusedError
from pipelines.dataset.manifest import ManifestError


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--quick] [--processes N] [--ray ADDRESS|local]"

    def short_desc(self) -> str:
        return "Check archive, dataset and manifests against each other; exit status 1 and a list when something is off"

    def long_desc(self) -> str:
        return (
            "Every byte of WARC, index, Parquet and manifest against its digest, every record against its row, every "
            "page against rows and rejects, and every row of today's rules made again from its records. --quick leaves "
            "the last one out. Nothing is changed; a crawl may be at work, what it writes is left out."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--quick", action="store_true", help="do not make the rows again")
        add_ray(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("verify", lambda: self._verify(args, opts), self.settings)

    def _verify(self, args: list[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        if args:
            raise RefusedError(message("it takes no arguments: all of OUTPUT_DIR is checked"))
        from crawler.verify import check  # noqa: PLC0415 - Scrapy imports all commands for each of them

        try:
            with (
                spread_by(opts) as (spread, processes),
                # Every byte is read from where it lies, also where it was downloaded before.
                changing(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "verify", (), fresh=True) as output,
                progress_bar("verify") as progress,
            ):
                checked = check.check_output(
                    output,
                    sites_folders(self.settings["SITES_DIR"]),
                    self.settings["FRONTIER_URL"] or default_url(output),
                    reextract=not opts.quick,
                    processes=processes,
                    memory=memory_of(self.settings),
                    progress=progress,
                    spread=spread,
                )
        except ManifestError as error:
            print(f"{error}; nothing else can be checked before it is put right")
            return Exit.FAILED
        findings = sorted(set(checked.findings), key=str)
        for finding in findings:
            print(finding)
        other = f", {checked.other_rules} of other rules" if checked.other_rules else ""
        again = "not made again" if opts.quick else f"{checked.reextracted} made again"
        verdict = f"{len(findings)} troubles" if findings else "all is well"
        aside = f" ({checked.superseded} superseded)" if checked.superseded else ""
        print(f"{checked.records} records{aside}, {checked.rows} rows and rejects ({again}{other}): {verdict}")
        return Exit.FAILED if findings else Exit.DONE
