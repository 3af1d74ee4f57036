"""`scrapy shell [URL]`: Scrapy's console, with the crawler's downloader."""

from __future__ import annotations

import argparse
from typing import Any

from scrapy.commands.shell import Command as ScrapyShell

from crawler.commands.standalone import OnePage
from crawler.status import Exit


class _NoAnswerError(Exception):
    """There is no `response` for the code of -c."""


class Command(OnePage, ScrapyShell):
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self._needed = bool(args and opts.code)
        self.answered = not args
        try:
            super().run(args, opts)
        except _NoAnswerError:  # the line is printed
            self.exitcode = Exit.FAILED

    def update_vars(self, vars: dict[str, Any]) -> None:
        self.answered = self.answered or vars.get("response") is not None
        if self._needed and not self.answered:
            raise _NoAnswerError
