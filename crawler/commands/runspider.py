"""`scrapy runspider FILE`: a spider of somebody's own, with the crawler's downloader and nothing in OUTPUT_DIR."""

from __future__ import annotations

from scrapy.commands.runspider import Command as ScrapyRunspider

from crawler.commands.standalone import StandAlone


class Command(StandAlone, ScrapyRunspider):
    pass
