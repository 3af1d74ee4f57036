"""Scrapy's item pipelines: each wraps one pure step. They stand in settings.ITEM_PIPELINES in the order of the flow.

The articles of the project's spiders come finished from the process beside the crawl (crawler/sandbox/tasks.py), where
a deadline holds for them: cleaning, judging and signing are done here for those that other code makes.

Items are an Article, a RejectedPage, or the list of RejectedPage that a rejected article of several pages becomes.

What a step needs is imported with the first item that takes it: numpy and pyarrow would keep the first request waiting
for 0.2 s, the rules for as long again, and the items of most crawls are finished.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.defer import deferred_from_coro

from crawler.extract.article import Article, RejectedPage
from crawler.language import words
from crawler.run import STORAGE_FAILED, Run
from pipelines.dataset.manifest import Manifest, covers
from pipelines.dedup.account import is_current
from pipelines.version import rules_version, rules_versions

if TYPE_CHECKING:
    from pipelines.dataset.parts import PartWriter
    from pipelines.dedup.index import DupIndex
    from pipelines.process import Step

logger = logging.getLogger(__name__)

Item = Article | RejectedPage | Sequence[RejectedPage]


def _after(step: Step, item: Item) -> Item:
    """The article after `step`, or its rejects; rejects stay as they are."""
    if not isinstance(item, Article):
        return item
    from pipelines.dataset.schema import rejected  # noqa: PLC0415
    from pipelines.process import attempt  # noqa: PLC0415

    verdict = attempt(step, item)
    return verdict if isinstance(verdict, Article) else rejected(item, verdict)


def _finished(item: Item) -> bool:
    """Whether the article was cleaned and judged beside the crawl, as those of the project's spiders are."""
    return isinstance(item, Article) and bool(item.rules_version)


class CleanPipeline:
    def __init__(self, crawler: Crawler) -> None:
        self._run = Run.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CleanPipeline:
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        if not isinstance(item, Article) or _finished(item):
            return item
        from pipelines.text.clean import clean  # noqa: PLC0415

        return _after(partial(clean, profile=self._run.profiles.get(item.site)), item)


class QualityPipeline:
    def process_item(self, item: Item) -> Item:
        if _finished(item):
            return item
        from pipelines.text.quality import judge  # noqa: PLC0415

        return _after(judge, item)


class DedupPipeline:
    """Signs articles and marks those whose text is in the dataset already."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._stats = crawler.stats
        self._run = Run.of(crawler)
        self._index: DupIndex | None = None
        self._opened = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DedupPipeline:
        return cls(crawler)

    def open_spider(self) -> None:
        # After a compaction the index is read anew, at some 10,000 rows a second: before the first request. Otherwise
        # it is opened with the first article, since numpy and pyarrow take longer to import than all else here.
        if not is_current(self._run.output):
            self._open()

    def process_item(self, item: Item) -> Item:
        if isinstance(item, Article) and item.signature is None:
            from pipelines.dedup.signature import sign  # noqa: PLC0415

            item = _after(sign, item)
        if not isinstance(item, Article):
            return item
        if not self._opened:
            self._open()
        if self._index is not None:
            from pipelines.dedup.mark import mark  # noqa: PLC0415

            with self._unmarked():
                self._count(mark(item, self._index))
        return item

    def _open(self) -> None:
        from pipelines.dedup.index import open_index  # noqa: PLC0415

        self._opened = True
        with self._unmarked():
            self._index = open_index(self._run.output, self._run.run_id)

    def close_spider(self) -> None:
        if self._index is not None:
            with self._unmarked():
                self._index.close()

    def _count(self, item: Article) -> None:
        from pipelines.dedup.index import STRICT  # noqa: PLC0415

        if item.duplicate_of:
            self._stats.inc_value("dedup/same")
        elif item.similarity is not None:
            self._stats.inc_value("dedup/copy" if item.similarity >= STRICT else "dedup/family")

    @contextmanager
    def _unmarked(self) -> Iterator[None]:
        """A full disk, an old part that is damaged: rows go on without marks, and the index heals at the next start."""
        try:
            yield
        except Exception as error:  # marks can be made again from the rows, and rows come first
            self._index = None
            self._stats.set_value("dedup/failure", str(error))
            logger.error("Duplicates are not marked from here on: %s", error)


class DatasetPipeline:
    """Writes rows and, when the spider closes, the manifest. A storage failure stops the crawl at once.

    Rows wait until the frontier has committed their visits: those of a visit that does not count are never written.
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self._crawler = crawler
        self._stats = crawler.stats
        self._run = run = Run.of(crawler)
        self._writers: dict[str, PartWriter] = {}
        self._counts = {"articles": 0, "captures": 0, "rejects": 0}
        self._failed = False
        self._waiting: list[Article | RejectedPage] = []
        run.write_rows = self._write_waiting

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DatasetPipeline:
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        if self._failed:
            raise DropItem("the storage failed")
        self._waiting += [item] if isinstance(item, Article | RejectedPage) else item
        if not self._run.group_commits:
            self._write_waiting()
        if self._failed:
            raise DropItem("the storage failed")
        return item

    def _write_waiting(self) -> None:
        """All visits whose rows wait have been committed, or are void."""
        items, self._waiting = self._waiting, []
        try:
            for item in items:
                captures = item.captures if isinstance(item, Article) else [item.capture] if item.capture else []
                if not self._run.voided.isdisjoint(capture.record_id for capture in captures):
                    self._stats.inc_value("dataset/void")
                elif isinstance(item, Article):
                    self._keep(item)
                else:
                    self._reject(item)
        except Exception as error:  # a disk or a bug: no row may be missing from a run that goes on
            self._stop(error)

    def close_spider(self) -> None:
        """Write the last parts, finish the archive, then the manifest, so that it names only what is there."""
        if self._failed:
            return
        run = self._run
        try:
            run.acknowledge()
            self._write_waiting()
            if self._failed:
                return
            for writer in self._writers.values():
                writer.close()
            files = run.close_archive()
            Manifest(
                run_id=run.run_id,
                family=run.family,
                sites=run.sites,
                started=run.started,
                finished=datetime.now(UTC),
                rules_version=",".join(rules_versions(run.profiles, run.sites)),
                files=[part for writer in self._writers.values() for part in writer.parts],
                warc=covers(files),
                counts=self._counts,
            ).write(run.output)
            run.finished = True
        except Exception as error:  # Scrapy would log it and end as if all were well
            self._stop(error)

    def _keep(self, article: Article) -> None:
        from pipelines.dataset.fit import UnfitError  # noqa: PLC0415
        from pipelines.dataset.schema import rejected, row  # noqa: PLC0415

        article.run_id = self._run.run_id
        article.rules_version = rules_version(self._run.profiles.get(article.site))
        try:
            made = row(article)
        except UnfitError as unfit:
            from pipelines.process import broken  # noqa: PLC0415

            for page in rejected(article, broken(unfit)):
                self._reject(page)
            return
        self._writer("articles").add(made)
        self._run.counts(article.site).keep(article)
        self._count("articles", 1)
        self._count("captures", len(article.captures))

    def _reject(self, page: RejectedPage) -> None:
        from pipelines.dataset.schema import reject_row  # noqa: PLC0415

        version = rules_version(self._run.profiles.get(page.site))
        self._writer("rejects").add(reject_row(page, run_id=self._run.run_id, rules_version=version))
        self._count("rejects", 1)
        self._stats.inc_value(f"reject/{page.reject.reason}")
        self._run.counts(page.site).reject(page)

    def _writer(self, kind: str) -> PartWriter:
        """The writer of parts of that kind, made with the first row."""
        writer = self._writers.get(kind)
        if writer is None:
            import pyarrow as pa  # noqa: PLC0415

            from pipelines.dataset.parts import PartWriter  # noqa: PLC0415
            from pipelines.dataset.schema import SCHEMAS  # noqa: PLC0415

            pa.set_memory_pool(pa.system_memory_pool())  # pyarrow's own keeps 30 MB that it used for the last part
            run = self._run
            writer = PartWriter(run.output, kind, SCHEMAS[kind], run_id=run.run_id, started=run.started)
            self._writers[kind] = writer
        return writer

    def _count(self, name: str, number: int) -> None:
        self._counts[name] += number
        self._stats.inc_value(f"dataset/{name}", number)

    def _stop(self, error: Exception) -> None:
        self._failed = True
        if self._stats.get_value("storage/failure") is None:  # what failed first says why
            self._stats.set_value("storage/failure", words(error) or type(error).__name__)
        import pyarrow as pa  # noqa: PLC0415

        known = isinstance(error, OSError | pa.ArrowException)
        logger.critical("Storage failed, stopping: %s", error, exc_info=None if known else error)
        engine = self._crawler.engine
        assert engine is not None
        deferred_from_coro(engine.close_spider_async(reason=STORAGE_FAILED))
