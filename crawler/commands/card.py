"""`scrapy card`: what a stranger has to know before using the dataset, for people and for machines."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import carried_out
from crawler.output import dataset_folder
from crawler.status import RefusedError

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
        self.exitcode = carried_out("card", lambda: self._card(args, opts.name))

    def _card(self, args: Sequence[str], name: str) -> None:
        assert self.settings is not None
        if args:
            raise RefusedError(f"no argument {args[0]!r}; usage: scrapy card {self.syntax()}")
        # Bytes that the locale cannot read are surrogates here (LC_ALL=C); they are UTF-8.
        name = os.fsencode(name).decode("utf-8", "replace") if not name.isprintable() else name
        if not name.strip() or not name.isprintable():
            raise RefusedError(f"--name {name!r}: a name in one line is needed")
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from crawler.card.write import write_card  # noqa: PLC0415

        for path in write_card(dataset_folder(self.settings["OUTPUT_DIR"]), name, self.settings["CONTACT"]):
            print(path)
        if not self.settings["CONTACT"]:
            print("scrapy card: no CONTACT for take-down requests; add -s CONTACT=…", file=sys.stderr)
