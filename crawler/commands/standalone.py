"""Settings of Scrapy's own tools (shell, fetch, view, parse, runspider) inside the project.

They look at any URL as safely and politely as a crawl, and leave nothing behind: no frontier, no archive, no dataset.
"""

from __future__ import annotations

import argparse
import logging
import sys

from scrapy import Request
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings

from crawler import settings as project
from crawler.commands.checks import check_value, known_settings
from crawler.commands.cli import language
from crawler.commands.selection import contact_agent
from crawler.display import harmless
from crawler.language import message, words
from crawler.monitor.errors import in_one_line
from crawler.status import Exit, RefusedError

# What writes to OUTPUT_DIR or needs what does; the rest (addresses, robots.txt, pace, backing off) stays.
_WITHOUT = {
    "SPIDER_MIDDLEWARES": tuple(project.SPIDER_MIDDLEWARES),
    "DOWNLOADER_MIDDLEWARES": (
        "crawler.frontier.held.HeldMiddleware",
        "crawler.downloader.archive.ArchiveMiddleware",
    ),
    "ITEM_PIPELINES": tuple(project.ITEM_PIPELINES),
    "EXTENSIONS": (
        "crawler.run.CurrentRun",
        "crawler.sandbox.extension.Sandbox",
        "crawler.monitor.errors.ComponentErrors",
        "crawler.monitor.progress.Progress",
        "crawler.metrics.Metrics",
        "crawler.downloader.counter.ResponseCounter",
    ),
}


class StandAlone:
    """Mixed into a command of Scrapy's: its crawls use Scrapy's scheduler, in memory."""

    settings: Settings | None
    exitcode: int

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)  # type: ignore[misc]
        assert self.settings is not None
        try:
            known = known_settings()
            for name in map(str, self.settings):  # of any other a spider of somebody's own may know the meaning
                if name in known and self.settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]:
                    check_value(self.settings, name, known[name])
            stand_alone(self.settings)
        except RefusedError as refusal:
            raise UsageError(language(self.settings).say(refusal.args[0]), print_help=False) from refusal


class OnePage(StandAlone):
    """Of a tool for one page: where nothing came of its URL, one line says why and the exit status is FAILED."""

    answered = False

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        self.settings["DOWNLOADER_MIDDLEWARES"].set("crawler.downloader.unanswered.Unanswered", 1, "cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        for url in args:
            try:
                Request(url) if "://" in url else None
            except ValueError as error:  # http://[::1, http://x:port/
                told = message("{url}: no URL: {error}", url=url, error=words(error))
                print(f"scrapy: {harmless(language(self.settings).say(told))}", file=sys.stderr)
                self.exitcode = Exit.USAGE
                return
        super().run(args, opts)  # type: ignore[misc]
        self.exitcode = self.exitcode or (Exit.DONE if self.answered else Exit.FAILED)


def stand_alone(settings: BaseSettings) -> None:
    """Take out what a tool does not need; what was given on the command line stays. Raises RefusedError for CONTACT."""
    logging.getLogger("scrapy.core.scraper").addFilter(in_one_line)
    command = SETTINGS_PRIORITIES["cmdline"]
    for name, unwanted in _WITHOUT.items():
        given = settings.getdict(name) if settings.getpriority(name) == command else {}
        ours = {each: order for each, order in getattr(project, name).items() if each not in unwanted}
        settings.set(name, {**ours, **given}, priority=command)
    for name, value in (
        ("SCHEDULER", "scrapy.core.scheduler.Scheduler"),
        ("DUPEFILTER_CLASS", "scrapy.dupefilters.RFPDupeFilter"),
        ("USER_AGENT", contact_agent(settings)),
    ):
        if settings.getpriority(name) != command:
            settings.set(name, value, priority=command)
