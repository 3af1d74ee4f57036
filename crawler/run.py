"""One crawl from start to end: its id, folder, locks, archive and counts, shared by all components that need them."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro

from crawler.archive.exchange import ArchiveError
from crawler.archive.superseded import set_aside
from crawler.archive.writer import WarcWriter
from crawler.language import message
from crawler.monitor.counts import SiteCounts
from crawler.output import check_writable, damaged_manifests, new_run_id, output_folder, repair
from crawler.profiles import newest_profiles
from crawler.siteconfig.archived import site_fields
from crawler.siteconfig.site import sites_folders
from crawler.storage.address import BucketError
from crawler.storage.path import SpoolPath
from crawler.storage.publish import Publisher
from pipelines.dataset.locks import BusyError, Lock, SiteLocks

logger = logging.getLogger(__name__)

STORAGE_FAILED = "storage_failed"  # the close reason of a crawl whose disk or database gave up


class Run:
    """Raises OutputError when OUTPUT_DIR cannot be written, BusyError when another run holds one of the sites."""

    def __init__(
        self, output: Path, family: str, sites: Iterable[str] = (), info: Mapping[str, str] | None = None
    ) -> None:
        self.started = datetime.now(UTC)
        self.family = family
        self.sites = sorted(sites)
        self.output = output
        self.run_id = new_run_id(family, self.started)
        self._info = dict(info or {})
        self._archive: WarcWriter | None = None
        self._counts = defaultdict(SiteCounts, {name: SiteCounts() for name in self.sites})
        # Called before the manifest names the rows; the frontier, where there is one, puts itself in here.
        self.acknowledge: Callable[[], None] = lambda: None
        # Called after each commit of the frontier; the pipeline that holds rows until then puts itself in here.
        self.write_rows: Callable[[], None] = lambda: None
        self.group_commits = False  # whether there is a frontier that calls committed()
        self.voided: set[str] = set()  # records of visits that do not count: no row is made of them
        self.rendered: set[str] = set()  # records of pages as served: the row is made of the page as rendered
        self.publisher: Publisher | None = None  # where OUTPUT_DIR is a bucket
        self.finished = False  # whether the manifest is written, and with it every row is there
        self._locks: list[Lock] = []
        self._site_locks: SiteLocks | None = None
        check_writable(output)
        try:
            self._locks.append(Lock(output, "dataset", shared=True))
            self._site_locks = SiteLocks(output, self.sites)
            self._locks.append(Lock(output, f"run-{self.run_id}", wait=True))
            if isinstance(output, SpoolPath):
                self.publisher = Publisher(output, self.run_id)
        except (BusyError, BucketError):
            self.release()
            raise
        self.repaired = repair(output)
        self.recovered = False  # whether the rows of dead runs are made
        self.damage = damaged_manifests(output)
        # What the crawl reads its pages with, whatever is learnt meanwhile.
        self.profiles = newest_profiles(output, self.damage, self.sites)
        for name, profile in self.profiles.items():
            self._counts[name].profile = profile.digest

    @staticmethod
    def of(crawler: Crawler) -> Run:
        """The crawl's one Run, from the extension that holds it. Raises what begin() raises where it begins here."""
        holder = crawler.get_extension(CurrentRun)
        if holder is None:
            raise RuntimeError("EXTENSIONS lacks crawler.run.CurrentRun")
        return holder.run

    @staticmethod
    def begin(settings: BaseSettings, family: str, sites: Iterable[str]) -> Run:
        """Begin a crawl over `sites` (names), whose locks it holds until release() or the end of the process."""
        names = list(sites)
        info = {
            "operator": settings["CONTACT"] or "",
            "http-header-user-agent": settings["USER_AGENT"],
            "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
            **(site_fields(sites_folders(named), names) if (named := settings["SITES_DIR"]) else {}),
        }
        return Run(output_folder(settings["OUTPUT_DIR"], settings["SPOOL_DIR"]), family, names, info)

    def counts(self, site: str) -> SiteCounts:
        """The counts of `site`, to be added to by everyone who handles its pages."""
        return self._counts[site]

    @property
    def archive(self) -> WarcWriter:
        """The writer, made with the first record, so that a crawl without any leaves no empty file."""
        if self._archive is None:
            info = {"description": f"{self.family}: {', '.join(self.sites)}", **self._info}
            folder = self.output / "warc" / self.family
            self._archive = WarcWriter(folder, prefix=self.family, run_id=self.run_id, info=info)
        return self._archive

    def committed(self) -> None:
        """All visits so far are committed, or void: their rows may be written."""
        self.write_rows()

    def void(self, record_id: str) -> None:
        """The visit that wrote this record does not count: its lease had expired, or another worker fetched it anew."""
        self.voided.add(record_id)

    def close_archive(self) -> list[Path]:
        """Finish the WARC files of the run and return their paths; empty when nothing was fetched.

        Raises ArchiveError when one stays unfinished, whatever the reason: a manifest that does not cover its records
        would have their rows made twice.
        """
        if self._archive is None:
            return []
        set_aside(self._archive.folder, self.run_id, self.voided | self.rendered)
        files = self._archive.close()
        unfinished = [path.name for path in self._archive.folder.glob(f"*{self.file_ending}.open")]
        if unfinished:
            raise ArchiveError(message("{files}: not finished", files=", ".join(unfinished)))
        return files

    @property
    def file_ending(self) -> str:
        """How the names of the WARC files of this run end."""
        return f"-{self.run_id[-6:]}.warc.gz"

    def release(self) -> None:
        """Release all locks, the run's own last: until then no other process removes its parts."""
        if self.publisher is not None:
            self.publisher.release()
            self.publisher = None
        if self._site_locks is not None:
            self._site_locks.release()
        for lock in self._locks:
            lock.release(remove=lock.name.startswith("run-"))
        self._locks.clear()


class CurrentRun:
    """Scrapy extension that holds the Run of its crawler.

    The crawl command begins the Run before the crawler starts and hands it over in the setting RUN; it also releases
    it, after the report. For a script that runs a spider the Run begins when it is first asked for, and its locks are
    released when the spider closes: the next crawl of the same process can take them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run: Run | None = crawler.settings["RUN"]
        crawler.signals.connect(self._opened, signals.spider_opened)
        if self._run is None:
            crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def run(self) -> Run:
        if self._run is None:
            crawler = self._crawler
            spider = crawler.spidercls
            family = getattr(spider, "family", spider.name)
            self._run = Run.begin(crawler.settings, family, getattr(crawler.spider, "sites", ()))
        return self._run

    def _opened(self) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - there is none before the settings are known

        loop: Any = reactor
        if self._run is not None and self._run.publisher is not None:
            self._run.publisher.failed = lambda error: loop.callFromThread(self._stop, str(error))

    def _stop(self, failure: str) -> None:
        """The bucket is gone: everything is in the spool, and stays there for the next crawl."""
        assert self._crawler.stats is not None
        assert self._crawler.engine is not None
        self._crawler.stats.set_value("storage/failure", failure)
        logger.critical("Storage failed, stopping: %s", failure)
        deferred_from_coro(self._crawler.engine.close_spider_async(reason=STORAGE_FAILED))

    def _closed(self) -> None:
        if self._run is None:
            return
        try:
            if self._run.publisher is not None:
                self._run.publisher.finish()
        finally:
            self._run.release()
