"""`scrapy view URL`: a page as the crawler's downloader gets it, in a browser."""

from __future__ import annotations

import argparse

from scrapy.commands.view import Command as ScrapyView
from scrapy.http import Response

from crawler.commands.standalone import OnePage


class Command(OnePage, ScrapyView):
    def _print_response(self, response: Response, opts: argparse.Namespace) -> None:
        self.answered = True
        super()._print_response(response, opts)
