"""`scrapy fetch URL`: a page as the crawler's downloader gets it."""

from __future__ import annotations

import argparse

from scrapy.commands.fetch import Command as ScrapyFetch
from scrapy.http import Response

from crawler.commands.standalone import OnePage


class Command(OnePage, ScrapyFetch):
    def _print_response(self, response: Response, opts: argparse.Namespace) -> None:
        self.answered = True
        super()._print_response(response, opts)
