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
from crawler.navigation.chain import Chain
from crawler.navigation.discover import discover
from crawler.navigation.redirect import REDIRECTS, target
from crawler.run import Run
from crawler.siteconfig.site import Site, choose, load_sites
from pipelines.process import extract_page, join_pages

# Articles before lists keeps the frontier short; the next page of an article before other articles.
LIST, ARTICLE, NEXT_PAGE = 0, 10, 20

Result = Request | Article | RejectedPage


class TemplateSpider(Spider):
    """`-a site=NAME,NAME` takes only those sites, `-a url=URL` only that page (and the further pages of its article).

    Every request carries meta: site, family, role ("seed", "list", "feed", "sitemap" or "article") and dont_redirect;
    where they apply via (the page it was found on), article (see chain.py) and redirected (URLs before this one).
    """

    family: ClassVar[str]
    custom_settings = {"HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012 - Scrapy declares it as an instance variable

    def __init__(self, *, sites: dict[str, Site], url: str | None = None) -> None:
        super().__init__()
        self.sites = sites
        self.url = url

    @classmethod
    def from_crawler(cls, crawler: Crawler, site: str | None = None, url: str | None = None) -> Self:
        """Raises SiteError, one line, when `site` or `url` name nothing of this family or a site file is wrong."""
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
        """A seed, list, feed or sitemap: which of them, the bytes say."""
        site = self.sites[response.meta["site"]]
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
        """One page of an article; the article is yielded with its last page."""
        site = self.sites[response.meta["site"]]
        if response.status in REDIRECTS:
            yield from self._redirected(site, response)
            return
        if response.status == 304:
            self._count("pages/unchanged")
            return
        chain, capture = Chain.of(response.meta), response.meta["capture"]
        # As reextract will read it: a row is a function of the record, not of what went by.
        stored = response.meta.pop("stored", None) or self._stored(capture)
        if response.status != 200:
            yield from self._broken_off(site, chain, capture, refused(response.status, to_page(stored)))
            return
        outcome = response.meta.pop("outcome", None) or extract_page(to_page(stored), family=self.family, site=site)
        if outcome.reject is not None:
            yield from self._broken_off(site, chain, capture, outcome.reject)
            if outcome.reject.reason == "list_page" and site.is_list(canonical_url(stored.url)):
                yield from self._found(site, to_page(stored))
            return
        self._count("pages/article")
        chain = chain.add(capture)
        step, url = chain.next(outcome.next_page, site)
        if step == "fetch":
            yield self._request(site, url, "article", via=stored.url, article=chain.meta(), priority=NEXT_PAGE)
        else:
            yield from self._joined(site, chain.pages, last=outcome, complete=step == "complete")

    def fetch_failed(self, failure: Failure) -> Iterator[Result]:
        """No response at all: name server, connection, timeout, robots.txt. An article's earlier pages are kept.

        An attempt before may have had one, an error: with it the article is broken off, as the archive has it.
        """
        request: Request = failure.request  # type: ignore[attr-defined]
        kind = failure.type.__name__ if failure.type else "unknown"
        self._count(f"fetch_failed/{kind}")
        if not isinstance(failure.value, IgnoreRequest):  # robots.txt says no: nothing has failed
            Run.of(self.crawler).account(request.meta["site"]).failures[kind] += 1
        level = logging.INFO if isinstance(failure.value, IgnoreRequest) else logging.WARNING  # robots.txt
        self.logger.log(level, "Not fetched: %s: %s", request.url, failure.getErrorMessage())
        site = self.sites[request.meta["site"]]
        yield from self._sitemaps(site, request.url, request.meta)
        chain, capture = Chain.of(request.meta), request.meta.get("capture")
        if capture is not None and request.meta["role"] == "article":
            answer = self._stored(capture)
            yield from self._broken_off(site, chain, capture, refused(answer.status, to_page(answer)))
        else:
            yield from self._joined(site, chain.pages, complete=False)

    def _found(self, site: Site, page: Page) -> Iterator[Request]:
        for found in discover(site, page):
            yield self._request(site, found.url, found.role, via=page.url)

    def _sitemaps(self, site: Site, url: str, meta: Mapping[str, Any]) -> Iterator[Request]:
        """The sitemaps that robots.txt names to who asks for a seed; see crawler/downloader/robots.py."""
        for sitemap in map(canonical_url, meta.get("sitemaps", ())):
            if site.owns(sitemap):
                yield self._request(site, sitemap, "sitemap", via=absolute(url, "/robots.txt"))

    def _redirected(self, site: Site, response: Response) -> Iterator[Result]:
        self._count("pages/redirect")
        meta, trail = response.meta, [*response.meta.get("redirected", []), response.url]
        url = target(site, meta["role"], trail, response.headers.get("Location") or b"")
        if isinstance(url, str):
            chain, priority = meta.get("article"), NEXT_PAGE if "article" in meta else None
            yield self._request(
                site, url, meta["role"], via=response.url, article=chain, priority=priority, redirected=trail
            )
        elif meta["role"] == "article":
            yield from self._broken_off(site, Chain.of(meta), meta["capture"], url)
        else:
            self._lost(response, url.detail)

    def _lost(self, response: Response, why: str) -> None:
        """A list that leads nowhere. Without its seeds a site stays empty, which only the log tells the reason of."""
        role = response.meta["role"]
        self._count(f"lost/{role}")
        level = logging.ERROR if role == "seed" else logging.WARNING
        self.logger.log(level, "A %s is lost: %s: %s", role, response.url, why)

    def _broken_off(self, site: Site, chain: Chain, capture: Capture, reject: Reject) -> Iterator[Result]:
        """A page that is no article, and what its article has up to there."""
        self._count("pages/article")
        yield RejectedPage(url=capture.url, site=site.name, family=self.family, reject=reject, capture=capture)
        yield from self._joined(site, chain.pages, complete=False)

    def _joined(
        self, site: Site, pages: Sequence[Capture], *, last: Outcome | None = None, complete: bool
    ) -> Iterator[Result]:
        """The article of `pages`; those before `last` are read back and extracted again. No pages, no article."""
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
        article: dict[str, Any] | None = None,
        redirected: list[str] | None = None,
        priority: int | None = None,
    ) -> Request:
        optional = {"via": via, "article": article, "redirected": redirected}
        return Request(
            url,
            callback=self.parse_article if role == "article" else self.parse_list,
            errback=self.fetch_failed,
            meta={"site": site.name, "family": self.family, "role": role, "dont_redirect": True}
            | {key: value for key, value in optional.items() if value},
            priority=(ARTICLE if role == "article" else LIST) if priority is None else priority,
            # A next page may have been found on a list as well: as part of its article it is fetched all the same.
            dont_filter=article is not None,
        )

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
