"""Articles are extracted beside the crawl: their outcome comes with the response."""

from __future__ import annotations

import logging
import os
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.downloader.extractor import Extractor, ExtractorError
from crawler.request_meta import OUTCOME, SITE, STORED_PAGE

logger = logging.getLogger(__name__)


class ExtractionMiddleware:
    """Leaves meta OUTCOME where meta STORED_PAGE is: what the spider would get from extract_page.

    EXTRACT_PROCESSES says in how many processes; 0 leaves it to the spider.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        wanted = crawler.settings.get("EXTRACT_PROCESSES")
        self._number = min(1, len(os.sched_getaffinity(0)) - 1) if wanted is None else int(wanted)
        self._extractors: list[Extractor] = []
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        stored = STORED_PAGE.get(request.meta)
        if stored is None or response.status != 200 or not self._number:
            return response
        try:
            OUTCOME.set(request.meta, await self._extractor().extract(stored, SITE.of(request.meta)))
        except (ExtractorError, OSError) as error:
            if self._number:
                logger.warning("Extraction goes on in the crawl's own process; the one beside it ended: %s", error)
            self._number = 0
        return response

    def _extractor(self) -> Extractor:
        """The one with the least to do; another one while all have something to do and there may be more."""
        if len(self._extractors) < self._number and all(one.load for one in self._extractors):
            spider = self._crawler.spider
            assert spider is not None
            self._extractors.append(Extractor(spider.family, spider.sites))  # type: ignore[attr-defined]
        return min(self._extractors, key=lambda one: one.load)

    def _close(self) -> None:
        for extractor in self._extractors:
            extractor.close()
