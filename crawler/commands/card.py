"""`scrapy card`: what a stranger has to know before using the dataset, for people and for machines."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand

from crawler.output import dataset_folder
from crawler.status import Exit, RefusedError

NAME = "Articles of Chinese template sites"


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--name NAME] [-s CONTACT=…]"

    def short_desc(self) -> str:
        return "Write OUTPUT_DIR/README.md (a dataset card) and croissant.json from the data"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--name", metavar="NAME", default=NAME, help="of the dataset (default: %(default)s)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            if args:
                raise RefusedError(f"no argument {args[0]!r}; usage: scrapy card {self.syntax()}")
            if not opts.name.strip() or not opts.name.isprintable():
                raise RefusedError(f"--name {opts.name!r}: a name in one line is needed")
            # Scrapy imports all commands for each of them: what only this one needs comes here.
            from crawler.card.write import write_card  # noqa: PLC0415

            for path in write_card(dataset_folder(self.settings["OUTPUT_DIR"]), opts.name, self.settings["CONTACT"]):
                print(path)
            if not self.settings["CONTACT"]:
                print("scrapy card: no CONTACT for take-down requests; add -s CONTACT=…", file=sys.stderr)
        except RefusedError as refusal:
            print(f"scrapy card: {refusal}", file=sys.stderr)
            self.exitcode = refusal.status
        except OSError as error:
            print(f"scrapy card: {error}", file=sys.stderr)
            self.exitcode = Exit.STORAGE
