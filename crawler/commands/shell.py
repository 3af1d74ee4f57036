"""`scrapy shell [URL]`: Scrapy's console, with the crawler's downloader."""

from __future__ import annotations

from scrapy.commands.shell import Command as ScrapyShell

from crawler.commands.standalone import StandAlone


class Command(StandAlone, ScrapyShell):
    pass
