"""`scrapy learn`: what the pages of a site have in common, for the next crawl to read them better."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, add_ray, carried_out, language, spread_by
from crawler.display import harmless
from crawler.language import message
from crawler.output import changing
from crawler.siteconfig.site import sites_folders
from crawler.status import Exit, RefusedError


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--site NAME,NAME] [--processes N] [--ray ADDRESS|local]"

    def short_desc(self) -> str:
        return "Learn from the archive what the pages of each site have in common"

    def long_desc(self) -> str:
        return (
            "Reads the newest articles of each site, always by the rules alone, and writes "
            "state/profiles/<site>/<date>.json: where text and title stand, the lines that end the texts, texts that "
            "are none. A site needs 50 articles. The next crawl reads its pages with the newest profile; scrapy "
            "reextract --diff shows what it would change in the rows that are there."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--site", metavar="NAME", default="", help="only these sites, with commas between them")
        add_ray(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("learn", lambda: self._learn(args, opts), self.settings)

    def _learn(self, args: list[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        if args:
            raise RefusedError(
                message(
                    "no argument {argument!r}; usage: scrapy learn {syntax}", argument=args[0], syntax=self.syntax()
                )
            )
        say = language(self.settings).say
        named = [name for name in opts.site.split(",") if name]
        with (
            spread_by(opts, "crawler.learn.command") as (spread, processes),
            changing(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "learn", ()) as output,
        ):
            # Scrapy imports all commands for each of them: what only this one needs comes here.
            from crawler.learn.command import learn_sites  # noqa: PLC0415

            damage = learn_sites(
                output,
                sites_folders(self.settings["SITES_DIR"]),
                named,
                processes,
                lambda line: print(harmless(say(line))),
                spread,
            )
        for line in damage:
            print(say(message("not read: {line}", line=line)), file=sys.stderr)
        return Exit.UNHEALTHY if damage else Exit.DONE
