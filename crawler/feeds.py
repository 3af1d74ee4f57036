"""Scrapy's feed exports (`scrapy crawl … -o rows.jsonl`) of rows in the frozen schema's names.

Instants are ISO 8601 in UTC. `signature`, which is binary, is left out; nested columns are JSON text in csv and xml.
Rejects are no rows: a feed has them only when its options name RejectFilter.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.exporters import CsvItemExporter, JsonItemExporter, JsonLinesItemExporter, XmlItemExporter
from scrapy.extensions.feedexport import FeedExporter, ItemFilter
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, Settings

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
        FeedExporter(Crawler(spider, settings.copy()))
    except NotConfigured:
        raise RefusedError(message("FEEDS: {why}", why=" ".join(heard))) from None
    except Exception as error:  # for options, components or addresses that are wrong in any way
        why = f"{type(error).__name__}: {error}"
        raise RefusedError(message("FEEDS: {why}", why=why)) from error
    finally:
        logger.removeHandler(handler)


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
