"""Scrapy's feed exports (`scrapy crawl … -o rows.jsonl`) of rows in the frozen schema's names.

Instants are ISO 8601 in UTC. `signature`, which is binary, is left out; nested columns are JSON text in csv and xml.
Rejects are no rows: a feed has them only when its options name RejectFilter.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.exporters import CsvItemExporter, JsonItemExporter, JsonLinesItemExporter, XmlItemExporter
from scrapy.extensions.feedexport import FeedExporter, ItemFilter
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings
from w3lib.url import file_uri_to_path

from crawler.extract.article import Article, RejectedPage
from crawler.language import message
from crawler.status import RefusedError


def check_feeds(spider: type[Spider], settings: Settings) -> None:
    """Raises RefusedError for a feed that Scrapy would leave out with a line in the log and exit status 0."""
    heard: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger(FeedExporter.__module__)
    logger.addHandler(handler)
    try:
        for uri in FeedExporter(Crawler(spider, settings.copy())).feeds:
            _check_file(str(uri))
    except NotConfigured:
        raise RefusedError(message("FEEDS: {why}", why=" ".join(heard))) from None
    except Exception as error:  # for options, components or addresses that are wrong in any way
        why = f"{type(error).__name__}: {error}"
        raise RefusedError(message("FEEDS: {why}", why=why)) from error
    finally:
        logger.removeHandler(handler)


def _check_file(uri: str) -> None:
    """Raises OSError for a local file that cannot be written: Scrapy opens it with the first row, or at the end."""
    if "://" in uri and not uri.startswith("file:"):
        return
    path = Path(file_uri_to_path(uri) if uri.startswith("file:") else uri).absolute()
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))  # not to wait for somebody who reads a pipe
    except FileNotFoundError:
        there = next(folder for folder in path.parents if folder.exists())
        os.close(os.open(there, os.O_RDONLY | os.O_DIRECTORY))


class RowFilter(ItemFilter):
    """Articles, and whatever items own code makes."""

    def accepts(self, item: Any) -> bool:
        return not isinstance(item, RejectedPage | list)


class RejectFilter(ItemFilter):
    """Rejects alone: FEEDS = {"rejects.csv": {"format": "csv", "item_filter": "crawler.feeds.RejectFilter"}}."""

    def accepts(self, item: Any) -> bool:
        return isinstance(item, RejectedPage | list)


def rows_of(item: Any) -> Iterator[Any]:
    """An item as a feed has it: plain values; one of own code as it is."""
    # With the first item: a crawl without feeds has no need of these, and no crawl has before its first page.
    from pipelines.dataset.plain import plain  # noqa: PLC0415
    from pipelines.dataset.schema import reject_row, row  # noqa: PLC0415
    from pipelines.version import RULES_VERSION  # noqa: PLC0415

    if isinstance(item, Article):
        yield plain(row(item))
    elif isinstance(item, RejectedPage):
        made = plain(reject_row(item, run_id="", rules_version=RULES_VERSION))
        del made["run_id"]
        yield made
    elif isinstance(item, list):
        for each in item:
            yield from rows_of(each)
    else:
        yield item


def _flat_rows_of(item: Any) -> Iterator[Any]:
    from pipelines.dataset.plain import flat  # noqa: PLC0415

    for each in rows_of(item):
        yield flat(each) if isinstance(each, dict) else each


class RowJsonLines(JsonLinesItemExporter):
    def export_item(self, item: Any) -> None:
        for each in rows_of(item):
            super().export_item(each)


class RowJson(JsonItemExporter):
    def export_item(self, item: Any) -> None:
        for each in rows_of(item):
            super().export_item(each)


class RowCsv(CsvItemExporter):
    def export_item(self, item: Any) -> None:
        for each in _flat_rows_of(item):
            super().export_item(each)


class RowXml(XmlItemExporter):
    def export_item(self, item: Any) -> None:
        for each in _flat_rows_of(item):
            super().export_item(each)


def prepare_feeds(settings: BaseSettings) -> None:
    """Each feed of FEEDS takes rows only, unless its own options say otherwise, in UTF-8."""
    feeds = {
        uri: {"item_filter": RowFilter, "encoding": "utf-8", **options}
        for uri, options in settings.getdict("FEEDS").items()
    }
    if feeds:
        # Above the command line: Scrapy puts its process's settings over a crawler's once more when the crawl begins.
        settings.set("FEEDS", feeds, priority=SETTINGS_PRIORITIES["cmdline"] + 1)
