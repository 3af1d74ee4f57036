"""`scrapy crawl` over the frontier: rounds, resumption and honest second visits, over real sockets."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from tests.site.crawl import crawl, last_crawl, rows
from tests.site.scaled import Scaled
from tests.site.server import Web, serve


def wiring() -> dict[str, str]:
    """What crawler.settings says of the frontier, or is going to say."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    middlewares = dict(settings["DOWNLOADER_MIDDLEWARES"]) | {"crawler.frontier.held.HeldMiddleware": 10}
    return {
        "SCHEDULER": "crawler.frontier.scheduler.FrontierScheduler",
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "SPIDER_MIDDLEWARES": json.dumps({"crawler.frontier.middleware.FrontierMiddleware": 10}),
        "DOWNLOADER_MIDDLEWARES": json.dumps(middlewares),
    }


def table(output: Path, sql: str) -> list[Any]:
    """Rows of a query on the frontier's own database."""
    connection = sqlite3.connect(output / "state" / "frontier.sqlite3")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def asked(web: Web) -> Counter[str]:
    """Pages asked for, by path."""
    return Counter(hit.target for hit in web.hits if hit.target != "/robots.txt")


def test_a_crawl_fetches_each_page_once_and_the_next_one_only_the_lists(tmp_path: Path) -> None:
    with serve(Scaled(60)) as web:
        sites = web.write_sites(tmp_path / "sites")
        done = crawl("fanwen", sites, tmp_path, **wiring())
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        first = asked(web)
        assert set(first.values()) == {1}
        assert len(rows(tmp_path)) == 60
        assert dict(table(tmp_path, "SELECT state, count(*) FROM url GROUP BY state")) == {"done": len(first)}
        web.hits.clear()
        again = crawl("fanwen", sites, tmp_path, **wiring())
        assert again.returncode == 0, again.stderr
        assert all("list" in path or path.endswith("/") for path in asked(web))
        assert sum(asked(web).values()) == len([path for path in first if path.endswith("/") or "list" in path])
        assert len(rows(tmp_path)) == 60
