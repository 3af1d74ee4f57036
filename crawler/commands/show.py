"""`scrapy show ID|URL`: one row, where each part of it came from, and its raw record."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, article_key, carried_out, language
from crawler.display import harmless
from crawler.language import message
from crawler.output import reading, shown, tell_of_damage
from crawler.status import RefusedError


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "ID|URL [--record]"

    def short_desc(self) -> str:
        return "Show one row: its columns, what each rule removed, its captures; with --record its pages as archived"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--record", action="store_true", help="the raw records: headers and the decoded page")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("show", lambda: self._show(args, opts.record), self.settings)

    def _show(self, args: Sequence[str], record: bool) -> None:
        assert self.settings is not None
        if len(args) != 1:
            raise RefusedError(message("usage: scrapy show {syntax}", syntax=self.syntax()))
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from crawler.browse.terminal import (  # noqa: PLC0415
            article_lines,
            find_article,
            find_rejects,
            record_lines,
            reject_lines,
        )

        with reading(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "show") as output:
            key = article_key(args[0])
            say = language(self.settings).say
            tell_of_damage("show", output, say)
            versions = find_article(output, key)
            rejects = [] if versions else find_rejects(output, key)
            if not versions and not rejects:
                raise RefusedError(
                    message(
                        "{argument}: neither a row nor a reject in {output}", argument=args[0], output=shown(output)
                    )
                )
            row = (versions or rejects)[0]
            if record:
                _put("\n".join(record_lines(row, output)), untouched=True)
            elif versions:
                _put("\n".join(article_lines(row, versions[1:], output, say)))
            else:
                _put("\n".join(reject_lines(row, output, say)))


def _put(text: str, *, untouched: bool = False) -> None:
    """To $PAGER on a terminal, else to stdout; there a record may be `untouched`, on a terminal nothing is."""
    if sys.stdout.isatty():
        import pydoc  # noqa: PLC0415 - as above

        pydoc.pager(harmless(text) if untouched else text)
        return
    try:
        print(text, flush=True)
    except BrokenPipeError:  # head has seen enough
        sys.stderr.close()
