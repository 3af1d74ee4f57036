"""`scrapy verify`: archive, dataset and manifests against each other."""

from __future__ import annotations

import argparse

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, add_ray, carried_out, memory_of, progress_bar, spread_by, teller
from crawler.frontier.address import default_url
from crawler.language import counted, message, words
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
        tell = teller(self.settings)
        try:
            with (
                spread_by(opts, "crawler.verify.check") as (spread, processes),
                # Every byte is read from where it lies, also where it was downloaded before.
                changing(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "verify", (), fresh=True) as output,
                progress_bar("verify") as progress,
            ):
                from crawler.verify import check  # noqa: PLC0415 - Scrapy imports all commands for each of them

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
            tell(message("{error}; nothing else can be checked before it is put right", error=words(error)))
            return Exit.FAILED
        findings = sorted(set(checked.findings), key=str)
        for finding in findings:
            tell(finding.line())
        found = counted("{number} trouble", "{number} troubles", len(findings))
        again = message("not made again") if opts.quick else message("{number} made again", number=checked.reextracted)
        tell(
            message(
                "{records} records{aside}, {rows} rows and rejects ({again}{other}): {verdict}",
                records=checked.records,
                aside=message(" ({number} superseded)", number=checked.superseded) if checked.superseded else "",
                rows=checked.rows,
                again=again,
                other=message(", {number} of other rules", number=checked.other_rules) if checked.other_rules else "",
                verdict=found if findings else message("all is well"),
            )
        )
        return Exit.FAILED if findings else Exit.DONE
