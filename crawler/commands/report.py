"""`scrapy report`: was last night good? One page that says so."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, carried_out, language
from crawler.language import message
from crawler.output import reading, shown, tell_of_damage
from crawler.status import Exit, RefusedError


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        return "Write OUTPUT_DIR/reports/index.html: how the crawls went, site by site"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("report", lambda: self._report(args), self.settings)

    def _report(self, args: Sequence[str]) -> int:
        assert self.settings is not None
        if args:
            raise RefusedError(
                message("no argument {name!r}; usage: {usage}", name=args[0], usage="scrapy report [-s OUTPUT_DIR=…]")
            )
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from crawler.report.page import write_report  # noqa: PLC0415

        with reading(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "report") as output:
            print(shown(write_report(output, language(self.settings))))
            return Exit.STORAGE if tell_of_damage("report", output, language(self.settings).say) else Exit.DONE
