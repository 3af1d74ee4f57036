"""`scrapy bench`: Scrapy's own measure of a machine, through the crawler's downloader, against a server on loopback."""

from __future__ import annotations

import argparse

from scrapy.commands.bench import Command as ScrapyBench
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.commands.standalone import StandAlone

_LOOPBACK = {
    "ALLOW_PRIVATE_ADDRESSES": True,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
}


class Command(StandAlone, ScrapyBench):
    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        for name, value in _LOOPBACK.items():  # a command's defaults would stand behind the project's
            if self.settings.getpriority(name) != SETTINGS_PRIORITIES["cmdline"]:
                self.settings.set(name, value, priority="cmdline")
        extensions = {**self.settings.getdict("EXTENSIONS"), "scrapy.extensions.logstats.LogStats": 0}
        self.settings.set("EXTENSIONS", extensions, priority="cmdline")  # it tells the pages a minute
