"""`scrapy view URL`: a page as the crawler's downloader gets it, in a browser."""

from __future__ import annotations

from scrapy.commands.view import Command as ScrapyView

from crawler.commands.standalone import StandAlone


class Command(StandAlone, ScrapyView):
    pass
