"""Makes the frontier of a crawl from Scrapy's settings."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from typing import TypedDict

from scrapy import Spider
from scrapy.crawler import Crawler

from crawler.archive.exchange import ArchiveError
from crawler.archive.reader import locate
from crawler.downloader.hosts import Hosts
from crawler.extract.article import Capture
from crawler.frontier.address import default_url
from crawler.frontier.database import open_database, open_existing
from crawler.frontier.entry import Entry
from crawler.frontier.exclusion import is_forgotten
from crawler.frontier.frontier import Frontier
from crawler.frontier.policy import RECRAWL_DAYS, Budget, Policy
from crawler.frontier.recall import last_capture
from crawler.frontier.recover import recover
from crawler.frontier.requests import entry_of
from crawler.frontier.restored import restore
from crawler.frontier.traps import Limits
from crawler.frontier.workers import Worker
from crawler.run import Run
from crawler.siteconfig.site import sites_folders
from pipelines.dataset.locks import is_alive

logger = logging.getLogger(__name__)

MEMORY = "sqlite://"


class _Ends(TypedDict):
    """What the frontier calls of the crawl."""

    sync: Callable[[], object]
    committed: Callable[[], None]
    void: Callable[[str], None]
    is_here: Callable[[Capture], bool]
    pause: Callable[[str], float]


def configure(crawler: Crawler, spider: Spider, run: Run) -> Frontier:
    """The frontier of this run, not yet open. What dead runs left is recovered first.

    Raises StorageError; ValueError names a setting that is wrong.
    """
    settings = crawler.settings
    # -a url=… is no round of its site: the page is fetched whether it is due or not, and the table is not changed.
    alone = getattr(spider, "url", None) is not None
    address = settings.get("FRONTIER_URL") or default_url(run.output)
    budget = Budget.of(settings.getdict("SITE_BUDGET"))
    policy = Policy(
        hosts=settings.getint("FRONTIER_HOSTS"),
        # One more than Scrapy asks at a time: while a page is parsed the next one is on its way.
        per_host=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") + 1,
        days=[float(day) for day in settings.getlist("RECRAWL_DAYS") or RECRAWL_DAYS],
        limits=Limits(depth=budget.depth) if budget.depth else Limits(),
        budget=budget,
    )
    worker = Worker(
        owner=run.run_id,
        node=f"{os.uname().nodename}:{run.output}",
        sites=frozenset(sites_of(spider)),
        is_alive=lambda owner: is_alive(run.output, owner),
        lease_seconds=settings.getfloat("FRONTIER_LEASE_SECONDS"),
    )
    hosts = Hosts.of(crawler)
    ends: _Ends = {
        "sync": partial(_sync, run),
        "committed": run.committed,
        "void": run.void,
        "is_here": partial(_is_here, run),
        "pause": hosts.pause_before_others,
    }
    run.group_commits = True
    if alone:
        recalls = partial(last_capture, run.output)
        return Frontier(open_database(MEMORY), worker, policy, refuses=_exclusions(address), recalls=recalls, **ends)
    engine = open_database(address)
    if not run.recovered:  # a script's crawl, which no command has begun
        for line in recover(run.output, engine, sites_folders(settings["SITES_DIR"]), run.damage):
            logger.warning(line)
    if callable(asks := getattr(spider, "asks_for", None)):
        known = restore(
            engine, run.output, worker.sites, lambda name, page: entry_of(asks(name, page)), policy.days, run.damage
        )
        if known:
            logger.warning(known)
    frontier = Frontier(engine, worker, policy, **ends)
    hosts.has_lease = frontier.has_lease
    return frontier


def _exclusions(address: str) -> Callable[[Entry], bool]:
    """Whether the frontier at `address` excludes a URL: a redirect may lead to one that was taken down."""
    engine = open_existing(address)
    return lambda entry: engine is not None and not entry.chain and is_forgotten(engine, entry.url)


def _is_here(run: Run, capture: Capture) -> bool:
    try:
        locate(run.output / "warc", capture.warc_file)
    except ArchiveError:
        return False
    return True


def _sync(run: Run) -> None:
    run.archive.sync()


def sites_of(spider: Spider) -> list[str]:
    """Names of the sites that the spider crawls."""
    return sorted(getattr(spider, "sites", None) or [spider.name])
