"""The crawl of a survey: archived and polite like any other, its records in the archive, no rows.

Its samples have the role "sample": they are a site's pages, but of no site file yet, so that no row is made of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler import settings as project
from crawler.drafting.fetch import Fetched
from crawler.drafting.survey import Survey
from crawler.language import message, words
from crawler.request_meta import FAMILY, ROLE, SITE, SITEMAPS
from crawler.run import Run
from crawler.spiders.base import page_of

# What writes archive and manifest, on top of what Scrapy's own tools have (crawler/commands/standalone.py).
_WITH = {
    "DOWNLOADER_MIDDLEWARES": ("crawler.downloader.archive.ArchiveMiddleware",),
    "ITEM_PIPELINES": ("pipelines.stages.DatasetPipeline",),
    "EXTENSIONS": ("crawler.run.CurrentRun",),
}


class SurveyError(OSError):
    """The archive could not be written."""


def crawl(survey: Survey, settings: Settings, run: Run) -> float:
    """Ask for what the survey wants until it wants nothing more. `settings`: those of stand_alone().

    Returns the Crawl-delay of the start page's host in seconds, 0.0 without any. Raises SurveyError.
    """
    for name, components in _WITH.items():
        ours = getattr(project, name)
        settings.set(name, settings.getdict(name) | {each: ours[each] for each in components}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(_Surveyor)
    crawler.settings.set("RUN", run, priority="cmdline")
    process.crawl(crawler, survey=survey)
    process.start()
    if not run.finished:
        raise SurveyError(message("no manifest was written; the log says why"))
    return getattr(crawler.spider, "delay", 0.0)


class _Surveyor(Spider):
    name = "newsite"
    custom_settings = {"HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012 - Scrapy declares it as an instance variable

    def __init__(self, *, survey: Survey, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._survey = survey
        self._open = 0
        self.delay = 0.0

    async def start(self) -> AsyncIterator[Request]:
        for request in self._further():
            yield request

    def parse(self, response: Response, asked: str) -> Iterator[Request]:
        sitemaps = SITEMAPS.get(response.meta) or ()
        self._survey.take(Fetched(asked, response.status, page_of(response)), sitemaps)
        if ROLE.get(response.meta) == "seed":
            self.delay = self._crawl_delay(response.url)
        yield from self._ended()

    def failed(self, failure: Failure) -> Iterator[Request]:
        request: Request = failure.request  # type: ignore[attr-defined]
        error = words(failure.value) if failure.value else str(failure.type)
        self._survey.take(Fetched(request.cb_kwargs["asked"], error=error), SITEMAPS.get(request.meta) or ())
        yield from self._ended()

    def _ended(self) -> Iterator[Request]:
        self._open -= 1
        if not self._open:
            yield from self._further()

    def _further(self) -> Iterator[Request]:
        run = Run.of(self.crawler)
        for url, role in self._survey.wanted():
            meta: dict[str, Any] = {}
            SITE.set(meta, run.sites[0])
            FAMILY.set(meta, run.family)
            ROLE.set(meta, role)
            self._open += 1
            yield Request(url, self.parse, errback=self.failed, dont_filter=True, meta=meta, cb_kwargs={"asked": url})

    def _crawl_delay(self, url: str) -> float:
        """What robots.txt has made the pace of the host, where it is slower than the crawler's own."""
        assert self.crawler.engine is not None
        slots = self.crawler.engine.downloader.per_slot_settings
        return float(slots.get(urlsplit(url).hostname or "", {}).get("delay", 0.0))
