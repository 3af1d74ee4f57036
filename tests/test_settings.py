"""crawler/settings.py is the wiring diagram: no setting is read that it, or Scrapy, does not state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scrapy.settings import Settings, default_settings

from crawler import settings
from crawler.commands.checks import check_settings
from crawler.commands.code import check_ours
from crawler.frontier.policy import Budget, Policy
from crawler.status import RefusedError

PROJECT = Path(__file__).parents[1]
_READ = re.compile(r"""settings(?:\.get\w*\(|\[)\s*"([A-Z_]+)\"""")


def test_every_setting_that_is_read_is_stated() -> None:
    sources = [path.read_text("utf-8") for name in ("crawler", "pipelines") for path in (PROJECT / name).rglob("*.py")]
    read = {name for source in sources for name in _READ.findall(source)}
    assert {"OUTPUT_DIR", "SITE_BUDGET", "CONTACT"} <= read
    assert read <= vars(settings).keys() | vars(default_settings).keys()


def test_what_it_states_is_what_the_frontier_does_by_itself() -> None:
    policy = Policy()
    assert policy.hosts == settings.FRONTIER_HOSTS
    assert list(policy.days) == settings.RECRAWL_DAYS
    assert policy.budget == Budget.of(settings.SITE_BUDGET)


@pytest.mark.parametrize(
    ("setting", "needed"),
    [
        ("EXTRACT_PROCESSES=99999999999999999999", "from 1 to 256"),
        ("EXTRACT_PROCESSES=0", "from 1 to 256"),
        ("DOWNLOAD_DELAY=nan", "from 0 to 86400"),
        ("DOWNLOAD_TIMEOUT=1e999", "a whole number"),
        ("DOWNLOAD_TIMEOUT=0", "from 0.1 to 86400"),
        ("FRONTIER_LEASE_SECONDS=-5", "from 1 to 86400"),
        ("CONCURRENT_REQUESTS=0", "from 1 to 10000"),
        ("RETRY_PRIORITY_ADJUST=" + "9" * 400, "finite"),
        ("RECRAWL_DAYS=1,nan", "such as 1,7,30"),
        ("RECRAWL_DAYS=-1", "such as 1,7,30"),
        ('SITE_BUDGET={"pages": 1e999}', "must be a number"),
        ('SITE_BUDGET={"pages": true}', "must be a number"),
        ("SITE_BUDGET=" + "[" * 9999, "SITE_BUDGET="),
        ("SCRAPER_SLOT_MAX_ACTIVE_SIZE=-1", "from 1 to"),
        ("DATASET_MEMORY=63", "megabytes from 64 on"),
        ("FRONTIER_URL=nonsense", "FRONTIER_URL 'nonsense'"),
        ("FRONTIER_URL=mysql://x/y", "sqlite:///FILE or postgresql+psycopg://… is needed"),
        ("METRICS_FILE=/dev/full", "the name of a file is needed"),
        ("CLOSESPIDER_TIMEOUT_NO_ITEM=-1", "finite and not below 0"),
        ("RETRY_HTTP_CODES=abc", "RETRY_HTTP_CODES=abc: a list of statuses such as 500,503 is needed"),
        ("LOG_FORMAT=x", "LOG_FORMAT=x: a format such as '%(levelname)s: %(message)s' is needed"),
        ("LOG_VERSIONS=nosuch", "LOG_VERSIONS=nosuch: a list of packages is needed"),
        ("LOG_ENCODING=nosuch", "the name of an encoding is needed"),
        ("FEED_EXPORT_ENCODING=hex", "the name of an encoding is needed"),
        ("SCHEDULER=no.such", "SCHEDULER=no.such: cannot be loaded: No module named 'no'"),
        ("STATS_CLASS=os.path.join", "a subclass of scrapy.statscollectors.StatsCollector is needed"),
        (
            "TWISTED_REACTOR=twisted.internet.selectreactor.SelectReactor",
            "a subclass of twisted.internet.asyncioreactor",
        ),
        ("HTTPCACHE_STORAGE=x", "not a full path"),
        ("DNS_RESOLVER=", "not a full path"),
        ("RETRY_EXCEPTIONS=OSError", "RETRY_EXCEPTIONS=OSError: cannot be loaded"),
        ("RUN=1", "-s RUN=…: no such setting"),
        ("REFERRER_POLICY=never", "not a full path"),
        ("ASYNCIO_EVENT_LOOP=a.b", "cannot be loaded"),
        ('ADDONS={"a.b": 1}', "ADDONS=a.b: cannot be loaded: No module named 'a'"),
        ('EXTENSIONS={"crawler.run.Nothing": 1}', "EXTENSIONS=crawler.run.Nothing: cannot be loaded"),
        ('EXTENSIONS={"crawler.run.CurrentRun": "x"}', "its place has to be a number or null"),
        ('FEED_STORAGES={"x": "a.b"}', "FEED_STORAGES=a.b: cannot be loaded"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_numbers_that_mean_nothing_are_refused(setting: str, needed: str) -> None:
    given = Settings()
    given.setmodule("crawler.settings")
    given.set(*setting.split("=", 1), priority="cmdline")
    with pytest.raises(RefusedError, match=re.escape(needed)):
        check_settings(given)


@pytest.mark.parametrize(
    ("setting", "needed"),
    [
        ("SCHEDULER=scrapy.core.scheduler.Scheduler", "a subclass of crawler.frontier.scheduler.FrontierScheduler"),
        ("STATS_CLASS=scrapy.statscollectors.MemoryStatsCollector", "a subclass of crawler.monitor.stats.Stats"),
        ("TWISTED_REACTOR_ENABLED=0", "the crawl needs Twisted's reactor"),
        ("HTTPCACHE_ENABLED=1", "not needed, the archive keeps every answer"),
        ("EXTENSIONS_BASE={}", "not to be replaced; add what you need in EXTENSIONS"),
        ('DOWNLOAD_HANDLERS={"https": null}', "DOWNLOAD_HANDLERS https=None: cannot be loaded"),
        (
            'DOWNLOAD_HANDLERS={"http": "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler"}',
            "a subclass of crawler.downloader.handler.WireHandler is needed",
        ),
    ],
)
def test_what_the_projects_spiders_need_is_not_replaced(setting: str, needed: str) -> None:
    """There would be a crawl without frontier, archive or address check, or none at all."""
    given = Settings()
    given.setmodule("crawler.settings")
    given.set(*setting.split("=", 1), priority="cmdline")
    check_settings(given)
    with pytest.raises(RefusedError, match=re.escape(needed)):
        check_ours(given)


def test_a_handler_of_ones_own_stands_beside_the_projects() -> None:
    given = Settings()
    given.setmodule("crawler.settings")
    own = "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler"
    given.set("DOWNLOAD_HANDLERS", f'{{"data": "{own}"}}', priority="cmdline")
    check_ours(given)
    assert given.getdict("DOWNLOAD_HANDLERS") == {**settings.DOWNLOAD_HANDLERS, "data": own}


ABSURD = [
    *("", " ", "-1", "0", "nan", "-inf", "1e999", "9" * 5000, "x", "x" * 5000, "中", "\x1b[31m", "{", "[]", "null", "/")
]


def refusal_of(name: str, value: str) -> str:
    """What the crawl command says of the setting; nothing where it takes it."""
    given = Settings()
    given.setmodule("crawler.settings")
    try:
        given.set(name, value, priority="cmdline")
    except (ValueError, TypeError):  # what is no JSON object: Scrapy's command line has a line for it
        return ""
    try:
        check_settings(given)
    except RefusedError as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("name", sorted(name for name in vars(settings) if name.isupper() and name[0] != "_"))
def test_an_absurd_value_of_any_setting_is_one_line_or_a_value(name: str) -> None:
    for value in ABSURD:
        assert len(refusal_of(name, value).splitlines()) <= 1, value[:20]
