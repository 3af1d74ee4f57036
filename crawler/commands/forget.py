"""`scrapy forget URL|ID … | --site S`: a take-down, out of archive, dataset and indexes, and out of later crawls."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, article_key, card_renewed, carried_out, memory_of, teller
from crawler.frontier.address import default_url
from crawler.language import message
from crawler.output import changing
from crawler.siteconfig.site import sites_folders
from crawler.status import RefusedError
from crawler.storage.checkout import TAKE_DOWN
from crawler.takedown.journal import open_plans


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "URL|ID … | --site NAME"

    def short_desc(self) -> str:
        return "Take down articles or a whole site: rows, records and indexes; never fetched again"

    def long_desc(self) -> str:
        return (
            "Removes the rows, the rejects and every record of the page (and of the further pages of its article). In "
            "the archive a tombstone says when something was removed, not what; offsets of other records stay. The "
            "URL is kept as a hash only, so that no later crawl fetches it. List pages that name the article stay. "
            "No crawl may be at work. Killed at any moment, the same command or `scrapy forget` alone finishes it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--site", metavar="NAME", help="everything that came from this site")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("forget", lambda: self._forget(args, opts.site), self.settings)

    def _forget(self, args: Sequence[str], site: str | None) -> None:
        assert self.settings is not None
        keys = sorted({article_key(each) for each in args})
        if keys and site:
            raise RefusedError(message("either articles or --site NAME, not both"))
        from crawler.takedown.forget import forget  # noqa: PLC0415 - Scrapy imports all commands for each of them

        with changing(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "forget", TAKE_DOWN) as output:
            if not keys and not site and not any(open_plans(output)):
                raise RefusedError(message("usage: scrapy forget {syntax}", syntax=self.syntax()))
            forget(
                output,
                sites_folders(self.settings["SITES_DIR"]),
                self.settings["FRONTIER_URL"] or default_url(output),
                keys=keys,
                site=site,
                memory=memory_of(self.settings),
                report=teller(self.settings),
            )
            card_renewed("forget", output, self.settings)
