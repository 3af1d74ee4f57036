"""What the three spiders share: from seeds through lists, feeds and sitemaps to articles, page by page."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.archive.reader import Stored, read_capture, to_page
from crawler.extract.article import Article, Capture, Outcome, Reject, RejectedPage
from crawler.extract.page import Page
from crawler.extract.refusal import refused
from crawler.extract.url import absolute, canonical_url
from crawler.navigation.chain import Chain, FurtherPage
from crawler.navigation.discover import discover
from crawler.navigation.redirect import REDIRECTS, target
from crawler.request_meta import (
    ARTICLE,
    CAPTURE,
    DONT_REDIRECT,
    FAMILY,
    OUTCOME,
    REDIRECTED,
    ROLE,
    SITE,
    SITEMAPS,
    STORED_PAGE,
    VIA,
)
from crawler.run import Run
from crawler.siteconfig.site import Site, choose, load_sites
from pipelines.process import extract_page, join_pages

# Articles before lists keeps the frontier short; the next page of an article before other articles.
LIST_PRIORITY, ARTICLE_PRIORITY, NEXT_PAGE_PRIORITY = 0, 10, 20

Result = Request | Article | RejectedPage


class TemplateSpider(Spider):
    """`-a site=NAME,NAME` takes only those sites, `-a url=URL` only that page (and the further pages of its article).

    What its requests carry in meta: see crawler/request_meta.py.
    """

    family: ClassVar[str]
    custom_settings = {"HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012 - Scrapy declares it as an instance variable

    def __init__(self, *, sites: dict[str, Site], url: str | None = None) -> None:
        super().__init__()
        self.sites = sites
        self.url = url

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, site: str | None = None, url: str | None = None, _job: str | None = None
    ) -> Self:
        """`_job` is what scrapyd calls the run; nothing depends on it.

        Raises SiteError, one line, when `site` or `url` name nothing of this family or a site file is wrong.
        """
        sites = choose(load_sites(Path(crawler.settings["SITES_DIR"])), cls.family, site, url)
        spider = cls(sites=sites, url=url)
        spider._set_crawler(crawler)
        crawler.settings.set("DOWNLOAD_SLOTS", _slots(crawler, sites), priority="spider")
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for site in self.sites.values():
            if self.url is not None:
                yield self._request(site, canonical_url(self.url), "article")
                continue
            for seed in site.seeds:
                yield self._request(site, seed, "seed")

    def parse_list(self, response: Response) -> Iterator[Result]:
        """Follow the links of a seed, list, feed or sitemap; its bytes tell which of them it is."""
        site = self.sites[SITE.of(response.meta)]
        yield from self._sitemaps(site, response.url, response.meta)
        if response.status in REDIRECTS:
            yield from self._redirected(site, response)
            return
        self._count("pages/list")
        if response.status == 200:
            yield from self._found(site, _page(response))
        elif response.status != 304:
            self._lost(response, f"status {response.status}")

    def parse_article(self, response: Response) -> Iterator[Result]:
        """Take one page of an article; the article is yielded with its last page."""
        site = self.sites[SITE.of(response.meta)]
        if response.status in REDIRECTS:
            yield from self._redirected(site, response)
            return
        if response.status == 304:
            self._count("pages/unchanged")
            return
        chain, capture = Chain.of(ARTICLE.get(response.meta)), CAPTURE.of(response.meta)
        # As reextract will read it: a row is a function of the record alone.
        stored = STORED_PAGE.pop(response.meta) or self._stored(capture)
        if response.status != 200:
            yield from self._broken_off(site, chain, capture, refused(response.status, to_page(stored)))
            return
        outcome = OUTCOME.pop(response.meta) or extract_page(to_page(stored), family=self.family, site=site)
        if outcome.reject is not None:
            yield from self._broken_off(site, chain, capture, outcome.reject)
            if outcome.reject.reason == "list_page" and site.is_list(canonical_url(stored.url)):
                yield from self._found(site, to_page(stored))
            return
        self._count("pages/article")
        chain = chain.add(capture)
        step, url = chain.next(outcome.next_page, site)
        if step == "fetch":
            yield self._request(site, url, "article", via=stored.url, further=chain.further())
        else:
            yield from self._joined(site, chain.pages, last=outcome, complete=step == "complete")

    def fetch_failed(self, failure: Failure) -> Iterator[Result]:
        """Handle a request without a response (DNS, connection, timeout, robots.txt): the earlier pages are kept.

        Where an earlier attempt had an error answer, that is the page's reject, as re-extraction will find it.
        """
        request: Request = failure.request  # type: ignore[attr-defined]
        kind = failure.type.__name__ if failure.type else "unknown"
        self._count(f"fetch_failed/{kind}")
        site = self.sites[SITE.of(request.meta)]
        if not isinstance(failure.value, IgnoreRequest):  # robots.txt says no: nothing has failed
            Run.of(self.crawler).counts(site.name).failures[kind] += 1
        level = logging.INFO if isinstance(failure.value, IgnoreRequest) else logging.WARNING
        self.logger.log(level, "Not fetched: %s: %s", request.url, failure.getErrorMessage())
        yield from self._sitemaps(site, request.url, request.meta)
        chain, capture = Chain.of(ARTICLE.get(request.meta)), CAPTURE.get(request.meta)
        if capture is not None and ROLE.of(request.meta) == "article":
            answer = self._stored(capture)
            yield from self._broken_off(site, chain, capture, refused(answer.status, to_page(answer)))
        else:
            yield from self._joined(site, chain.pages, complete=False)

    def _found(self, site: Site, page: Page) -> Iterator[Request]:
        for found in discover(site, page):
            yield self._request(site, found.url, found.role, via=page.url)

    def _sitemaps(self, site: Site, url: str, meta: Mapping[str, Any]) -> Iterator[Request]:
        """The sitemaps that robots.txt names, which RobotsMiddleware adds to the request for a seed."""
        for sitemap in map(canonical_url, SITEMAPS.get(meta) or ()):
            if site.owns(sitemap):
                yield self._request(site, sitemap, "sitemap", via=absolute(url, "/robots.txt"))

    def _redirected(self, site: Site, response: Response) -> Iterator[Result]:
        self._count("pages/redirect")
        meta, trail = response.meta, [*(REDIRECTED.get(response.meta) or ()), response.url]
        role, further = ROLE.of(meta), ARTICLE.get(meta)
        url = target(site, role, trail, response.headers.get("Location") or b"")
        if isinstance(url, str):
            yield self._request(site, url, role, via=response.url, further=further, redirected=trail)
        elif role == "article":
            yield from self._broken_off(site, Chain.of(further), CAPTURE.of(meta), url)
        else:
            self._lost(response, url.detail)

    def _lost(self, response: Response, why: str) -> None:
        """Log a list without links. Where it is a seed the site may stay empty, and only the log says why."""
        role = ROLE.of(response.meta)
        self._count(f"lost/{role}")
        level = logging.ERROR if role == "seed" else logging.WARNING
        self.logger.log(level, "A %s is lost: %s: %s", role, response.url, why)

    def _broken_off(self, site: Site, chain: Chain, capture: Capture, reject: Reject) -> Iterator[Result]:
        """Reject a page, and yield the article of the pages before it."""
        self._count("pages/article")
        yield RejectedPage(url=capture.url, site=site.name, family=self.family, reject=reject, capture=capture)
        yield from self._joined(site, chain.pages, complete=False)

    def _joined(
        self, site: Site, pages: Sequence[Capture], *, last: Outcome | None = None, complete: bool
    ) -> Iterator[Result]:
        """The article of `pages`, if there are any; those before `last` are read back and extracted again."""
        if not pages:
            return
        again = pages if last is None else pages[:-1]
        outcomes = [extract_page(self._archived(capture), family=self.family, site=site) for capture in again]
        if last is not None:
            outcomes.append(last)
        outcome = join_pages(outcomes, complete=complete)
        self._count("articles/joined_pages", len(pages) - 1)
        for article in outcome.articles:
            article.captures = list(pages)
            self._count("articles")
            yield article
        if outcome.reject is not None:
            for capture in pages:
                yield RejectedPage(capture.url, site.name, self.family, outcome.reject, capture)

    def _request(
        self,
        site: Site,
        url: str,
        role: str,
        *,
        via: str | None = None,
        further: FurtherPage | None = None,
        redirected: list[str] | None = None,
    ) -> Request:
        priority = LIST_PRIORITY if role != "article" else NEXT_PAGE_PRIORITY if further else ARTICLE_PRIORITY
        request = Request(
            url,
            callback=self.parse_article if role == "article" else self.parse_list,
            errback=self.fetch_failed,
            priority=priority,
            # A next page may have been found on a list as well: as part of its article it is fetched all the same.
            dont_filter=further is not None,
        )
        meta = request.meta
        SITE.set(meta, site.name)
        FAMILY.set(meta, self.family)
        ROLE.set(meta, role)
        DONT_REDIRECT.set(meta, True)
        if via:
            VIA.set(meta, via)
        if further:
            ARTICLE.set(meta, further)
        if redirected:
            REDIRECTED.set(meta, redirected)
        return request

    def _archived(self, capture: Capture) -> Page:
        return to_page(self._stored(capture))

    def _stored(self, capture: Capture) -> Stored:
        return read_capture(Run.of(self.crawler).output / "warc", capture)

    def _count(self, name: str, number: int = 1) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name, number)


def _page(response: Response) -> Page:
    """A list page, for its links; articles come from the archive."""
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return Page(response.url, response.body, content_type or None, captured_at=datetime.now(UTC))


def _slots(crawler: Crawler, sites: dict[str, Site]) -> dict[str, dict[str, Any]]:
    """DOWNLOAD_SLOTS with the delay of each site that is slower than DOWNLOAD_DELAY; Scrapy's slots have no ports."""
    slots: dict[str, dict[str, Any]] = crawler.settings.getdict("DOWNLOAD_SLOTS")
    for site in sites.values():
        if site.delay > crawler.settings.getfloat("DOWNLOAD_DELAY"):
            for domain in site.domains:
                slots[domain.partition(":")[0]] = {"delay": site.delay}
    return slots
