"""`scrapy parse URL`: what the spider of its site makes of a page: the article or the reject, and the links."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.parse import Command as ScrapyParse

from crawler.commands.cli import language
from crawler.commands.standalone import OnePage
from crawler.language import message, words
from crawler.siteconfig.site import SiteError, load_sites, sites_folders
from crawler.status import Exit


class Command(OnePage, ScrapyParse):
    def start_parsing(self, url: str, opts: argparse.Namespace) -> None:
        super().start_parsing(url, opts)
        self.answered = self.first_response is not None

    def set_spidercls(self, url: str, opts: argparse.Namespace) -> None:
        """The spider that --spider names, or that of the site on whose hosts the URL is."""
        assert self.settings is not None
        if not opts.spider:
            try:
                sites = load_sites(sites_folders(self.settings["SITES_DIR"]))
            except SiteError as error:
                self._refuse(words(error))
                return
            owner = next((site for site in sites.values() if site.owns(url)), None)
            if owner is None:
                self._refuse(
                    message(
                        "{url}: on the hosts of no site in {folders}; add --spider NAME",
                        url=url,
                        folders=self.settings["SITES_DIR"],
                    )
                )
                return
            opts.spider = owner.family
            opts.spargs.setdefault("site", owner.name)
        super().set_spidercls(url, opts)
        if self.spidercls is None:
            self._refuse(message("no spider {name!r}", name=opts.spider))

    def _refuse(self, line: str) -> None:
        print(f"scrapy parse: {language(self.settings).say(line)}", file=sys.stderr)
        self.exitcode = Exit.USAGE
