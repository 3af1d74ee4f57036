"""`scrapy crawl fanwen|news|wenku`: a mistake is one line, each cause has its exit status, each run its report."""

from __future__ import annotations

import argparse
import gc
import logging
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Spider
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import BaseSettings

from crawler.commands.checks import check_settings, merge_components
from crawler.commands.cli import OneLineErrors, language
from crawler.commands.code import check_ours
from crawler.commands.selection import agent, check_browser, is_ours, refuse_forgotten, select, spider_class
from crawler.commands.standalone import stand_alone
from crawler.display import harmless
from crawler.frontier.address import StorageError, default_url, without_password
from crawler.language import Language, counted, message, words
from crawler.metrics import port_is_taken
from crawler.monitor import one_page, run_report, summary
from crawler.monitor.errors import ComponentErrors
from crawler.monitor.health import HISTORY, of_site, outdated, trouble
from crawler.monitor.metrics import Reading, of_counts, of_reports, write_textfile
from crawler.monitor.seen import evidence
from crawler.output import OutputError, output_folder
from crawler.profiles import switch_off
from crawler.run import STORAGE_FAILED, Run
from crawler.sandbox.worker import COLLECTED
from crawler.shutdown import ShutdownDeadline
from crawler.siteconfig.site import Site, sites_folders
from crawler.status import Exit, RefusedError
from crawler.storage.path import SpoolPath
from pipelines.dataset.locks import BusyError
from pipelines.dataset.manifest import ManifestError

if TYPE_CHECKING:
    from crawler.frontier.census import Census

logger = logging.getLogger(__name__)


class Command(OneLineErrors, ScrapyCrawl):
    # The process starts to log as soon as it is made: mistakes are found before.
    requires_crawler_process = False

    def syntax(self) -> str:
        return "fanwen|news|wenku [-a site=NAME,NAME] [-a url=URL] [-s OUTPUT_DIR=…] [-s CONTACT=…]"

    def short_desc(self) -> str:
        return "Crawl the sites of one family: pages into WARC, articles into Parquet"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        say: Callable[[str], str] = str
        try:
            speaks = language(self.settings)
            say = speaks.say
            self.exitcode = self._crawl(args, opts, speaks)
        except RefusedError as refusal:
            print(f"scrapy crawl: {harmless(' '.join(say(refusal.args[0]).split()))}", file=sys.stderr)
            self.exitcode = refusal.status

    def _crawl(self, args: Sequence[str], opts: argparse.Namespace, speaks: Language) -> int:
        settings, say = self.settings, speaks.say
        assert settings is not None
        if len(args) != 1:
            raise RefusedError(message("usage: scrapy crawl {syntax}", syntax=self.syntax()))
        check_settings(settings)
        merge_components(settings)
        spider = spider_class(args[0], settings)
        if settings["FEEDS"]:
            from crawler.feeds import check_feeds  # noqa: PLC0415 - it brings Scrapy's exporters

            check_feeds(spider, settings)
        if not is_ours(spider):
            return self._crawl_alone(spider, opts, speaks)
        check_ours(settings)
        sites = select(spider, opts.spargs, sites_folders(settings["SITES_DIR"]))
        settings.set("USER_AGENT", agent(sites, settings), priority="command")
        check_browser(sites, settings)
        if "url" in opts.spargs:
            _check_forgotten(settings, opts.spargs["url"])
        host = settings["METRICS_HOST"]
        if (port := settings.getint("METRICS_PORT")) and port_is_taken(host, port):
            taken = message("METRICS_PORT={port}: that port of {host} is taken", port=port, host=host)
            raise RefusedError(taken, Exit.FAILED)
        run = _begin(settings, spider.family, sites)
        if "url" not in opts.spargs:  # which has a frontier of its own, in memory
            _check_frontier(settings, run)
        summary.quieten_scrapy(settings["LOG_LEVEL"])
        process = _Process(settings)
        # Scrapy makes two records for every page before its handler drops them.
        for name in ("", "scrapy"):
            logging.getLogger(name).setLevel(str(settings["LOG_LEVEL"]).upper())
        frontier = without_password(_frontier(settings, run.output))
        for line in summary.opening(run.run_id, run.family, run.sites, run.output, frontier):
            logger.info(say(line))
        crawler = process.create_crawler(spider)
        crawler.settings.set("RUN", run, priority="cmdline")  # after Scrapy has copied the settings: it is an object
        for line in run.repaired:
            logger.warning(say(line))
        task = process.crawl(crawler, **opts.spargs)
        gc.set_threshold(*COLLECTED)
        process.start()
        process.deadline.watch()  # the event loop has taken its descriptor away
        error = task.exception() if task.done() and not task.cancelled() else None
        outcome = _outcome(crawler, process.signum, error)
        if process.signum is None and (failed := _not_published(run, outcome[0])):
            outcome = Exit.STORAGE, failed
        try:
            status, causes = _write_report(crawler, run, sites, opts.spargs, outcome, speaks)
            # Its report too; after a signal as much as there is time for, and the next crawl sends the rest.
            if failed := _not_published(run, status):
                status, causes = Exit.STORAGE, [failed]
        except OSError as failure:
            status, causes = Exit.STORAGE, [words(failure)]
        finally:
            run.release()
        if settings["METRICS_FILE"]:
            _write_metrics(Path(settings["METRICS_FILE"]), args[0], run, status)
        # The card of a bucket is made of all that is in it: by scrapy card.
        if run.finished and status in (Exit.DONE, Exit.UNHEALTHY) and not isinstance(run.output, SpoolPath):
            # Scrapy imports all commands for each of them, and the card needs DuckDB.
            from crawler.card.write import renew_card  # noqa: PLC0415

            if why := renew_card(run.output, settings["CONTACT"]):
                logger.warning(say(why))
        cause = speaks.join(causes)
        last = message("Exit status {status}: {cause}", status=int(status), cause=cause)
        logger.log(logging.INFO if status == Exit.DONE else logging.ERROR, say(last))
        if status != Exit.DONE and settings["LOG_FILE"]:  # cron mails what stands on stderr, and nothing else does
            last = message("exit status {status}: {cause}", status=int(status), cause=cause)
            print(f"scrapy crawl {args[0]}: {say(last)}", file=sys.stderr)
        return status

    def _crawl_alone(self, spider: type[Spider], opts: argparse.Namespace, speaks: Language) -> int:
        """A spider that is none of the project's kind: as Scrapy runs it, and with no frontier, archive or dataset."""
        settings = self.settings
        assert settings is not None
        stand_alone(settings)
        settings["EXTENSIONS"].set("crawler.monitor.errors.ComponentErrors", 0, "cmdline")
        process = _Process(settings)
        crawler = process.create_crawler(spider)
        task = process.crawl(crawler, **opts.spargs)
        process.start()
        error = task.exception() if task.done() and not task.cancelled() else None
        status, cause = _outcome(crawler, process.signum, error)
        causes = [cause]
        if status == Exit.DONE and (found := _wrong_alone(crawler)):
            status, causes = Exit.UNHEALTHY, found
        if status != Exit.DONE:
            last = message("exit status {status}: {cause}", status=int(status), cause=speaks.join(causes))
            print(f"scrapy crawl {spider.name}: {speaks.say(last)}", file=sys.stderr)
        return status


def _wrong_alone(crawler: Crawler) -> list[str]:
    """What Scrapy only logs of a crawl that ended as if all were well."""
    stats = _stats(crawler)
    errors = crawler.get_extension(ComponentErrors) or ComponentErrors()
    rules = sum(number for name, number in stats.items() if name.startswith("robotstxt/status/"))
    if stats.get("scheduler/dequeued", 0) and stats.get("response_received_count", 0) <= rules:
        return [message("no page came; the log says why"), *run_report.failed_alone({}, (), errors)]
    return run_report.failed_alone({}, (), errors)


class _Process(AsyncCrawlerProcess):
    """Remembers which signal ended it: Scrapy closes the spider with "shutdown" for all of them."""

    signum: int | None = None

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.deadline = ShutdownDeadline()

    def start(self, stop_after_crawl: bool = True, install_signal_handlers: bool = True) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - there is none before the settings are known

        loop: Any = reactor
        loop.addSystemEventTrigger("after", "startup", self.deadline.watch)
        super().start(stop_after_crawl, install_signal_handlers)

    def _signal_shutdown(self, signum: int, frame: Any) -> None:
        self.signum = signum
        super()._signal_shutdown(signum, frame)


def _frontier(settings: BaseSettings, output: Path) -> str:
    return str(settings["FRONTIER_URL"] or default_url(output))


def _check_forgotten(settings: BaseSettings, page: str) -> None:
    try:
        output = output_folder(settings["OUTPUT_DIR"], settings["SPOOL_DIR"])
        refuse_forgotten(page, _frontier(settings, output))
    except OSError as error:
        raise RefusedError(words(error), Exit.STORAGE) from error


def _check_frontier(settings: BaseSettings, run: Run) -> None:
    """Make good what dead runs left, by what the frontier knows of it.

    Raises RefusedError where that cannot be opened or read: within the crawl, Scrapy would say so in a hundred lines.
    """
    from crawler.frontier.database import open_database  # noqa: PLC0415 - Scrapy imports all commands
    from crawler.frontier.recover import recover  # noqa: PLC0415 - as above

    try:
        engine = open_database(_frontier(settings, run.output))
        run.repaired += recover(run.output, engine, sites_folders(settings["SITES_DIR"]), run.damage)
        run.recovered = True
        engine.dispose()
    except (StorageError, OSError) as error:
        run.release()
        raise RefusedError(words(error), Exit.STORAGE) from error


def _begin(settings: BaseSettings, family: str, sites: Sequence[Site]) -> Run:
    try:
        return Run.begin(settings, family, [site.name for site in sites])
    except (OutputError, ManifestError) as error:
        raise RefusedError(words(error), Exit.STORAGE) from error
    except OSError as error:  # what dead runs left cannot be made good: the disk is still full
        raise RefusedError(
            message("OUTPUT_DIR={output}: {why}", output=settings["OUTPUT_DIR"], why=words(error)), Exit.STORAGE
        ) from error
    except BusyError as error:
        raise RefusedError(message("another run is at work: {error}", error=words(error)), Exit.LOCKED) from error


def _outcome(crawler: Crawler, signum: int | None, error: BaseException | None) -> tuple[int, str]:
    stats = _stats(crawler)
    reason = stats.get("finish_reason")
    failure = stats.get("storage/failure")
    if failure or reason == STORAGE_FAILED:
        return Exit.STORAGE, failure or message("the archive could not be written")
    if isinstance(error, OSError):
        return Exit.STORAGE, words(error)
    if error is not None:
        logger.error("The crawl could not start", exc_info=error)
        return Exit.FAILED, f"{type(error).__name__}: {error}"
    if signum is not None:
        return Exit.INTERRUPTED + signum, message("interrupted by {signal}", signal=signal.Signals(signum).name)
    if reason is None or reason == "start_error":
        return Exit.FAILED, message("the spider could not start; see the log")
    return Exit.DONE, run_report.ended(str(reason))


def _write_metrics(path: Path, spider: str, run: Run, status: int) -> None:
    readings = [
        *of_counts(spider, {name: run.counts(name) for name in run.sites}),
        *of_reports(run.output, spider, run.family, run.sites),
        Reading("crawler_run_start_timestamp_seconds", (spider,), run.started.timestamp()),
        Reading("crawler_run_end_timestamp_seconds", (spider,), time.time()),
        Reading("crawler_run_exit_status", (spider,), status),
    ]
    try:
        write_textfile(path, readings)
    except OSError as error:
        logger.warning("METRICS_FILE=%s: %s", path, error.strerror)


def _not_published(run: Run, status: int) -> str:
    """Send all that is finished to the bucket, if OUTPUT_DIR is one: why that failed, "" where it did not."""
    if run.publisher is None or status == Exit.STORAGE:
        return ""
    try:
        run.publisher.finish()
    except OSError as error:
        return message(
            "{error}; what is not uploaded stays in {spool}, and the next crawl sends it",
            error=words(error),
            spool=str(run.output),
        )
    return ""


def _stats(crawler: Crawler) -> dict[str, Any]:
    """The crawl's stats; empty where it ended before they were made."""
    try:
        stats = crawler.stats
    except RuntimeError:
        return {}
    return stats.get_stats() if stats else {}


def _page_by_hand(sections: Mapping[str, Mapping[str, Any]], unchanged: int) -> list[str]:
    """Why -a url=URL gave no row; nothing where it gave one, or the page is as it was when it got its row."""
    if unchanged or any(section["articles"] for section in sections.values()):
        return []
    return [*one_page.why_none(sections)] or [message("no row: robots.txt forbids the page, or the log says why")]


def _unmarked(stats: Mapping[str, Any]) -> list[str]:
    if why := stats.get("dedup/failure"):
        return [message("copies are not marked in rows of this run ({why}): scrapy reextract marks them", why=str(why))]
    return []


def _out_of_memory(settings: BaseSettings) -> str:
    return message(
        "ended early: more memory than MEMUSAGE_LIMIT_MB={limit}; the next run goes on",
        limit=settings.getint("MEMUSAGE_LIMIT_MB"),
    )


def _write_report(
    crawler: Crawler,
    run: Run,
    sites: Sequence[Site],
    arguments: Mapping[str, str],
    outcome: tuple[int, str],
    speaks: Language,
) -> tuple[int, Sequence[str]]:
    """Judge the sites' health and write the run's report: the exit status and its causes. Raises OSError."""
    from crawler.frontier.census import census  # noqa: PLC0415 - Scrapy imports all commands, and it brings SQLAlchemy

    stats = _stats(crawler)
    status, cause = outcome
    here: dict[str, Census] = {}
    # One page by hand is not what a run of the site brings, and a database that failed is not asked again.
    whole = "url" not in arguments and status not in (Exit.STORAGE, Exit.FAILED)
    if whole:
        try:
            here = census(_frontier(crawler.settings, run.output), run.sites, run.run_id)
        except StorageError as failure:
            status, cause, whole = Exit.STORAGE, words(failure), False
    unchanged = int(stats.get("frontier/unchanged", 0))
    told = run_report.sections(
        {name: run.counts(name) for name in run.sites}, stats, {name: asdict(each) for name, each in here.items()}
    )
    for name, section in told.items():
        if dropped := section["dropped_links"]:
            reasons = ", ".join(f"{number} {reason}" for reason, number in dropped.items())
            lost = counted(
                "{number} link not followed: {reasons}",
                "{number} links not followed: {reasons}",
                sum(dropped.values()),
                reasons=reasons,
            )
            logger.info(speaks.say(of_site(name, lost)))
        if cut := sum(section["cut"].values()):
            logger.info(
                speaks.say(of_site(name, message("pages cut by DOWNLOAD_MAXSIZE or DOWNLOAD_TIMEOUT: {cut}", cut=cut)))
            )
    for site in sites:
        told[site.name]["seen"] = evidence(site, told[site.name])
    if status == Exit.DONE and not run.finished:
        status = Exit.STORAGE
        cause = message("no manifest was written; the log says why, and the next run makes the rows")
    errors = crawler.get_extension(ComponentErrors) or ComponentErrors()
    alone = run_report.failed_alone(told, [*run.damage, *_unmarked(stats)], errors)
    causes = [cause]
    if status == Exit.DONE:
        earlier = run_report.history(run.output, run.family, run.run_id, HISTORY)
        ended = [_out_of_memory(crawler.settings)] if stats.get("memusage/limit_reached") else []
        troubles = [*ended, *(trouble(sites, told, earlier) if whole else _page_by_hand(told, unchanged)), *alone]
        for name, section in told.items() if whole else ():
            if why := outdated(section, earlier.get(name, ())):
                switch_off(run.output, name, run.started.date(), why)
        for site in sites:
            if any(sentence.startswith(f"{site.name}: ") for sentence in troubles):
                for line in told[site.name]["seen"]:
                    logger.warning(speaks.say(of_site(site.name, line)))
        if troubles:
            status, causes = Exit.UNHEALTHY, troubles
    elif alone:
        causes = [cause, message("and {line}", line=alone[0]), *alone[1:]]
    run_report.write(
        run.output,
        run_id=run.run_id,
        family=run.family,
        started=run.started,
        repaired=run.repaired,
        failed_alone=alone,
        status=status,
        causes=causes,
        stats=stats,
        sites=told,
        arguments=arguments,
    )
    if not whole and run.finished:
        for line in one_page.outcome(run.output, run.run_id, told, unchanged, speaks):
            print(line)
    for line in summary.closing(told, run.output, run.run_id, run.family, speaks):
        logger.info(line)
    return status, causes
