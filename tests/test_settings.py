"""crawler/settings.py is the wiring diagram: no setting is read that it, or Scrapy, does not state."""

from __future__ import annotations

import re
from pathlib import Path

from scrapy.settings import default_settings

from crawler import settings
from crawler.frontier.policy import Budget, Policy

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
