"""`scrapy fetch URL`: a page as the crawler's downloader gets it."""

from __future__ import annotations

from scrapy.commands.fetch import Command as ScrapyFetch

from crawler.commands.standalone import StandAlone


class Command(StandAlone, ScrapyFetch):
    pass
