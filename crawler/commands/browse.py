"""`scrapy browse`: the reading room, where a person judges what extraction and cleaning did."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, carried_out, language
from crawler.language import message
from crawler.output import reading, tell_of_damage
from crawler.status import RefusedError

PORT = 8765


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--port N]"

    def short_desc(self) -> str:
        return "Search the articles and see each beside its archived page, in a browser on this machine"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port", metavar="N", type=int, default=PORT, help="on 127.0.0.1; 0: any free one (default: %(default)s)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("browse", lambda: self._browse(args, opts.port), self.settings)

    def _browse(self, args: Sequence[str], port: int) -> None:
        assert self.settings is not None
        if args:
            usage = f"scrapy browse {self.syntax()}"
            raise RefusedError(message("no argument {name!r}; usage: {usage}", name=args[0], usage=usage))
        if not 0 <= port <= 65535:
            raise RefusedError(message("--port {port}: a number from 0 to 65535 is needed", port=port))
        # Scrapy imports all commands for each of them: what only this one needs, and the reactor, come here.
        from crawler.browse.server import serve  # noqa: PLC0415

        with reading(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "browse") as output:
            tell_of_damage("browse", output, language(self.settings).say)
            serve(output, port, language(self.settings))
