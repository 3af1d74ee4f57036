"""`scrapy crawl fanwen|news|wenku`: one line for a mistake, one exit status for each cause, one report for each run."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import BaseSettings

from crawler.commands.selection import agent, select
from crawler.commands.status import Exit, RefusedError
from crawler.health import trouble
from crawler.run import STORAGE_FAILED, OutputError, Run
from crawler.site import Site
from pipelines.locks import BusyError
from pipelines.manifest import write_json

logger = logging.getLogger(__name__)


class Command(ScrapyCrawl):
    # The process starts to log as soon as it is made: mistakes are found before.
    requires_crawler_process = False

    def syntax(self) -> str:
        return "fanwen|news|wenku [-a site=NAME,NAME] [-a url=URL] [-s OUTPUT_DIR=…] [-s CONTACT=…]"

    def short_desc(self) -> str:
        return "Crawl the sites of one family: pages into WARC, articles into Parquet"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.exitcode = self._crawl(args, opts)
        except RefusedError as refusal:
            print(f"scrapy crawl: {refusal}", file=sys.stderr)
            self.exitcode = refusal.status

    def _crawl(self, args: Sequence[str], opts: argparse.Namespace) -> int:
        settings = self.settings
        assert settings is not None
        if len(args) != 1:
            raise RefusedError(f"usage: scrapy crawl {self.syntax()}")
        sites = select(args[0], opts.spargs, Path(settings["SITES_DIR"]))
        settings.set("USER_AGENT", agent(sites, settings), priority="command")
        run = _begin(settings, args[0], sites)
        process = _Process(settings)
        crawler = process.create_crawler(args[0])
        run.serve(crawler)
        for line in run.repaired:
            logger.warning(line)
        task = process.crawl(crawler, **opts.spargs)
        process.start()
        error = task.exception() if task.done() and not task.cancelled() else None
        expected = () if "url" in opts.spargs else sites  # one page by hand is not what a run of the site brings
        status, cause = _outcome(crawler, process.signum, error, expected)
        try:
            _report(crawler, run, status, cause)
        except OSError as failure:
            status, cause = Exit.STORAGE, str(failure)
        finally:
            run.release()
        logger.log(logging.INFO if status == Exit.DONE else logging.ERROR, "Exit status %d: %s", status, cause)
        return status


class _Process(AsyncCrawlerProcess):
    """Remembers which signal ended it: Scrapy closes the spider with "shutdown" for all of them."""

    signum: int | None = None

    def _signal_shutdown(self, signum: int, frame: Any) -> None:
        self.signum = signum
        super()._signal_shutdown(signum, frame)


def _begin(settings: BaseSettings, family: str, sites: Sequence[Site]) -> Run:
    try:
        return Run.begin(settings, family, [site.name for site in sites])
    except OutputError as error:
        raise RefusedError(str(error), Exit.STORAGE) from error
    except BusyError as error:
        raise RefusedError(f"another run is at work: {error}", Exit.LOCKED) from error


def _outcome(
    crawler: Crawler, signum: int | None, error: BaseException | None, sites: Sequence[Site]
) -> tuple[int, str]:
    assert crawler.stats is not None
    stats = crawler.stats.get_stats()
    reason = stats.get("finish_reason")
    failure = stats.get("storage/failure")
    if failure or reason == STORAGE_FAILED:
        return Exit.STORAGE, failure or "the archive could not be written"
    if isinstance(error, OSError):
        return Exit.STORAGE, str(error)
    if error is not None:
        logger.error("The crawl could not start", exc_info=error)
        return Exit.NOT_STARTED, f"{type(error).__name__}: {error}"
    if signum is not None:
        return Exit.INTERRUPTED + signum, f"interrupted by {signal.Signals(signum).name}"
    if reason is None or reason == "start_error":
        return Exit.NOT_STARTED, "the spider could not start; see the log"
    if troubles := trouble(sites, stats):
        return Exit.UNHEALTHY, "; ".join(troubles)
    return Exit.DONE, str(reason)


def _report(crawler: Crawler, run: Run, status: int, cause: str) -> None:
    """state/runs/<run>.json: for people, for the health check of later runs and for `scrapy report`."""
    assert crawler.stats is not None
    report = {
        "run_id": run.run_id,
        "family": run.family,
        "sites": run.sites,
        "started": run.started,
        "finished": datetime.now(UTC),
        "exit_status": int(status),
        "cause": cause,
        "stats": dict(sorted(crawler.stats.get_stats().items())),
    }
    write_json(run.output, f"state/runs/{run.run_id}.json", report)
