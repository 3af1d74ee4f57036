"""`scrapy card`: what a stranger has to know before using the dataset, for people and for machines."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, carried_out, language
from crawler.language import message
from crawler.output import reading, shown
from crawler.status import RefusedError


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--name NAME] [-s CONTACT=…]"

    def short_desc(self) -> str:
        return "Write OUTPUT_DIR/README.md (a dataset card) and croissant.json from the data"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--name", metavar="NAME", help="of the dataset; default: the name that its card has")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("card", lambda: self._card(args, opts.name), self.settings)

    def _card(self, args: Sequence[str], name: str | None) -> None:
        assert self.settings is not None
        if args:
            raise RefusedError(
                message("no argument {argument!r}; usage: scrapy card {syntax}", argument=args[0], syntax=self.syntax())
            )
        # Bytes that the locale cannot read are surrogates here (LC_ALL=C); they are UTF-8.
        if name is not None and not name.isprintable():
            name = os.fsencode(name).decode("utf-8", "replace")
        if name is not None and not (name.strip() and name.isprintable()):
            raise RefusedError(message("--name {name!r}: a name in one line is needed", name=name))
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from crawler.card.write import said_before, write_card  # noqa: PLC0415

        with reading(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "card") as output:
            for path in write_card(output, name, self.settings["CONTACT"]):
                print(shown(path))
            known = said_before(output)[1] is not None
        if not known:
            missing = message("no CONTACT for take-down requests; add -s CONTACT=…")
            print(f"scrapy card: {language(self.settings).say(missing)}", file=sys.stderr)
