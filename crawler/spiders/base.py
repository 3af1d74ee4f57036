"""What the three spiders share: from seeds through lists, feeds and sitemaps to articles, page by page."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.archive.head import text
from crawler.archive.reader import Stored, read_capture, to_page
from crawler.contact import user_agent
from crawler.downloader.hosts import Hosts
from crawler.extract.article import Article, Capture, Outcome, Reject, RejectedPage
from crawler.extract.feeds import sniff
from crawler.extract.links import MAX_LINKS
from crawler.extract.page import Page
from crawler.extract.refusal import is_page, refused
from crawler.extract.url import absolute, canonical_url
from crawler.feeds import prepare_feeds
from crawler.language import message
from crawler.navigation.chain import Chain, FurtherPage
from crawler.navigation.redirect import REDIRECTS, target
from crawler.navigation.rendered import ERROR, captures_of, json_links, pages_of
from crawler.render.extension import Renderer
from crawler.request_meta import (
    ARTICLE,
    BROKEN,
    CAPTURE,
    DONT_REDIRECT,
    EARLIER,
    FAMILY,
    NOT_RENDERED,
    REDIRECTED,
    ROLE,
    SITE,
    SITEMAPS,
    STORED_PAGE,
    VERBATIM_URL,
    VIA,
)
from crawler.run import Run
from crawler.sandbox.errors import PageBrokenError
from crawler.sandbox.extension import Sandbox
from crawler.sandbox.pool import Pool
from crawler.sandbox.tasks import Source, alone
from crawler.siteconfig.site import Site, choose, load_sites, sites_folders

# Articles before lists keeps the frontier short; the next page of an article before other articles.
LIST_PRIORITY, ARTICLE_PRIORITY, NEXT_PAGE_PRIORITY = 0, 10, 20

Result = Request | Article | RejectedPage


class TemplateSpider(Spider):
    """`-a site=NAME,NAME` takes only those sites, `-a url=URL` only that page (and the further pages of its article).

    What its requests carry in meta: see crawler/request_meta.py.
    """

    family: ClassVar[str]
    custom_settings = {"HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012 - Scrapy declares it as an instance variable

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """What each of our crawls has, from the command line, a script or scrapyd: CONTACT in the user agent, feeds."""
        super().update_settings(settings)
        settings.set("USER_AGENT", user_agent(settings.get("CONTACT")), priority="spider")
        prepare_feeds(settings)

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
        sites = choose(load_sites(sites_folders(crawler.settings["SITES_DIR"])), cls.family, site, url)
        spider = cls(sites=sites, url=url)
        spider._set_crawler(crawler)
        crawler.settings.set("DOWNLOAD_SLOTS", _slots(crawler, sites), priority="spider")
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for site in self.sites.values():
            if self.url is not None:
                yield self._request(site, absolute(self.url, "") or self.url, "article")
                continue
            for seed in site.seeds:
                yield self._request(site, seed, "seed")

    def parse(self, response: Response) -> Iterator[Result]:
        """What one page gives by itself: its article or reject, and its links. For `scrapy parse` and the shell.

        A crawl calls parse_list and parse_article, whose rows are functions of the archive.
        """
        from crawler.sandbox.processor import ProcessorBeside  # noqa: PLC0415 - no crawl needs the rules here

        page = page_of(response)
        site = next((each for each in self.sites.values() if each.owns(page.url)), None)
        name = site.name if site else ""
        with ProcessorBeside() as processor:
            found = processor.result(alone, page, family=self.family, site=site)
        outcome, links = (Outcome(reject=found), ()) if isinstance(found, Reject) else found
        reject = outcome.reject if response.status == 200 else refused(response.status, page)
        if reject is not None:
            yield RejectedPage(page.url, name, self.family, reject)
        else:
            yield from outcome.articles
        if site is not None:
            for link in links:
                yield self._request(site, link.url, link.role, via=page.url)

    async def parse_list(self, response: Response) -> AsyncIterator[Result]:
        """Follow the links of a seed, list, feed or sitemap; its bytes tell which of them it is."""
        site = self.sites[SITE.of(response.meta)]
        for request in self._sitemaps(site, response.url, response.meta):
            yield request
        if response.status in REDIRECTS:
            for result in await self._redirected(site, response):
                yield result
            return
        self._count("pages/list")
        if why := BROKEN.pop(response.meta):
            self._lost(site, response, why)
        elif is_page(response.status):
            page, articles = page_of(response), 0
            async for request in self._found(site, response, page):
                articles += ROLE.of(request.meta) == "article"
                yield request
            if await self._shows_more(site, page, articles):
                async for request in self._shown_list(site, response):
                    yield request
        else:
            self._lost(site, response, f"status {response.status}")

    async def parse_article(self, response: Response) -> AsyncIterator[Result]:
        """Take one page of an article; the article is yielded with its last page."""
        site = self.sites[SITE.of(response.meta)]
        if response.status in REDIRECTS:
            for result in await self._redirected(site, response):
                yield result
            return
        chain, capture = Chain.of(ARTICLE.get(response.meta)), CAPTURE.get(response.meta)
        if capture is None:  # a middleware of somebody's own answers by itself
            raise LookupError(f"{response.url}: rows are made of answers that are in the archive, and this one is not")
        captures = [capture]
        # As reextract will read it: a row is a function of the record alone.
        stored = STORED_PAGE.pop(response.meta)
        record = stored or capture
        verdict: Article | Reject | None = None
        if why := BROKEN.pop(response.meta):
            outcome = Outcome(reject=Reject("broken", why))
        elif not is_page(response.status):
            outcome = Outcome(reject=refused(response.status, to_page(self._stored(record))))
        else:
            if chain.pages or site.render != "never":
                outcome = await self._sandbox().outcome(record, site.name)
            else:
                page = await self._sandbox().first_page(record, site.name)
                outcome, verdict = page.outcome, page.verdict
            if stored is not None:
                await self._judge(site, response, stored, outcome)
            if site.render != "never":
                shown = await self._shown(site, response, record, outcome)
                if shown is None:
                    self._count("pages/unchanged")
                    return
                outcome, captures = shown
        if outcome.reject is not None:
            for result in await self._broken_off(site, chain, captures[-1], outcome.reject):
                yield result
            if not chain.pages:
                async for request in self._followed(site, response, record, outcome.reject):
                    yield request
            return
        self._count("pages/article")
        self._count_reading(site, outcome)
        chain = chain.add(*captures)
        step, url = chain.next(outcome.next_page, site)
        if step == "fetch":
            yield self._request(site, url, "article", via=capture.url, further=chain.further())
        elif verdict is not None:
            for result in self._finished(site, chain.pages, verdict):
                yield result
        else:
            for result in await self._joined(site, chain.pages, last=outcome, complete=step == "complete"):
                yield result

    async def _judge(self, site: Site, response: Response, stored: Stored, outcome: Outcome) -> None:
        """Whether a firewall sent the page: none sends one that is an article."""
        firewall = None
        if outcome.reject is not None and outcome.reject.reason != "broken":
            with suppress(PageBrokenError):
                firewall = await self._sandbox().blocked(stored, site.name)
        assert response.request is not None
        Hosts.of(self.crawler).judge(response.request, firewall)

    def _count_reading(self, site: Site, outcome: Outcome) -> None:
        """Whether layout and profile still fit the site's pages, for the run's report."""
        counts = Run.of(self.crawler).counts(site.name)
        if site.layouts:
            counts.lay_out(outcome.selected)
        if outcome.covered is not None:
            counts.cover(outcome.covered)

    async def fetch_failed(self, failure: Failure) -> AsyncIterator[Result]:
        """Handle a request without a response (DNS, connection, timeout, robots.txt): the earlier pages are kept.

        Where an earlier attempt had an error answer, that is the page's reject, as re-extraction will find it.
        """
        request: Request = failure.request  # type: ignore[attr-defined]
        kind = failure.type.__name__ if failure.type else "unknown"
        self._count(f"fetch_failed/{kind}")
        site = self.sites[SITE.of(request.meta)]
        if not isinstance(failure.value, IgnoreRequest):  # robots.txt says no: nothing has failed
            Run.of(self.crawler).counts(site.name).fail(kind, request.url)
        level = logging.INFO if isinstance(failure.value, IgnoreRequest) else logging.WARNING
        why = failure.getErrorMessage().removeprefix(f"{request.url}: ")
        self.logger.log(level, "Not fetched: %s: %s", request.url, why)
        if ROLE.of(request.meta) == "seed":
            Run.of(self.crawler).counts(site.name).lose(request.url, why or kind)
        for sitemap in self._sitemaps(site, request.url, request.meta):
            yield sitemap
        chain, capture = Chain.of(ARTICLE.get(request.meta)), CAPTURE.get(request.meta)
        if capture is not None and ROLE.of(request.meta) == "article":
            answer = self._stored(capture)
            results = await self._broken_off(site, chain, capture, refused(answer.status, to_page(answer)))
        else:
            results = await self._joined(site, chain.pages, complete=False)
        for result in results:
            yield result

    async def _shown(
        self, site: Site, response: Response, record: Stored | Capture, outcome: Outcome
    ) -> tuple[Outcome, list[Capture]] | None:
        """The article page as a browser shows it, where it has to be asked, and the records of the page.

        Null where a browser shows the text that it showed before.
        """
        meta, sandbox = response.meta, self._sandbox()
        stored = self._stored(record)
        captures = captures_of(stored.metadata, stored.capture)
        if len(captures) == 2:  # rendered by a run that was killed then
            if error := stored.metadata.get(ERROR):
                NOT_RENDERED.set(meta, error)
            return outcome, captures
        if site.render == "auto" and (outcome.reject is None or not await self._is_shell(site, stored)):
            return outcome, captures
        renderer = Renderer.of(self.crawler)
        rendering = await renderer.render(site, response)
        if rendering.error is None:
            outcome = await sandbox.outcome(rendering.page, site.name)
            if outcome.reject is not None and rendering.missing is not None:
                rendering = replace(rendering, error=rendering.missing)
            earlier = EARLIER.get(meta)
            if earlier is not None and _same(outcome, await sandbox.outcome(earlier, site.name)):
                Run.of(self.crawler).rendered.add(stored.capture.record_id)
                CAPTURE.set(meta, earlier)
                return None
        further = ARTICLE.get(meta)
        [rendered] = renderer.store(rendering, stored.capture, further)
        Run.of(self.crawler).rendered.add(stored.capture.record_id)
        CAPTURE.set(meta, rendered)
        # Once more from the record: a row is a function of the archive.
        if rendering.error is None:
            outcome = await sandbox.outcome(rendered, site.name)
        else:
            outcome = Outcome(reject=Reject("broken", message("not rendered: {error}", error=rendering.error)))
            NOT_RENDERED.set(meta, rendering.error)
        return outcome, [stored.capture, rendered]

    async def _shows_more(self, site: Site, page: Page, articles: int) -> bool:
        """Whether a browser is asked for the list, of which `articles` links are known as served."""
        if site.render == "never" or sniff(page.body, page.content_type) != "html":
            return False
        return site.render == "always" or (not articles and await self._is_shell(site, page))

    async def _is_shell(self, site: Site, page: Source) -> bool:
        try:
            return await self._sandbox().is_shell(page, site.name)
        except PageBrokenError:
            return False

    async def _shown_list(self, site: Site, response: Response) -> AsyncIterator[Request]:
        """What a list leads to as a browser shows it: the links of each state it was in, and URLs in its answers."""
        renderer = Renderer.of(self.crawler)
        rendering = await renderer.render(site, response)
        if rendering.error is not None:
            self._lost(site, response, f"not rendered: {rendering.error}")
            return
        found = False
        for rendered in renderer.store(rendering, CAPTURE.of(response.meta), None):
            async for request in self._found(site, response, self._stored(rendered)):
                found = True
                yield request
        for url, body in rendering.answers:
            for link in json_links(site, url, body):
                found = True
                yield self._request(site, link.url, link.role, via=response.url)
        if rendering.missing is not None and not found:
            self._lost(site, response, f"not rendered: {rendering.missing}")

    async def _found(self, site: Site, response: Response, page: Source) -> AsyncIterator[Request]:
        """Requests for what a list leads to; none, and a line in the log, for one that cannot be parsed in time."""
        try:
            discovery = await self._sandbox().links(page, site.name)
        except PageBrokenError as error:
            self._lost(site, response, str(error))
            return
        Run.of(self.crawler).counts(site.name).discover(discovery)
        for reason, number in discovery.dropped.items():
            self._count(f"site/{site.name}/dropped/{reason}", number)
        if "page_cut" in discovery.dropped:
            self.logger.warning("Only the first %d links are read: %s", MAX_LINKS, page.url)
        for link in discovery.urls:  # one by one: 50,000 requests take a second, and the middleware lets others in
            yield self._request(site, link.url, link.role, via=page.url)

    async def _followed(self, site: Site, response: Response, page: Source, reject: Reject) -> AsyncIterator[Request]:
        """What a page that is no article leads to: its links where it is a list, else where its refresh sends to."""
        if reject.reason == "list_page" and site.is_list(canonical_url(page.url)):
            async for request in self._found(site, response, page):
                yield request
            return
        if reject.reason == "broken":
            return
        try:
            refresh = await self._sandbox().refresh(page, site.name)
        except PageBrokenError:
            return
        url = target(site, "article", [page.url], refresh.encode()) if refresh else None
        if isinstance(url, str):
            yield self._request(site, url, "article", via=page.url)

    def _sitemaps(self, site: Site, url: str, meta: Mapping[str, Any]) -> Iterator[Request]:
        """The sitemaps that robots.txt names, which RobotsMiddleware adds to the request for a seed."""
        for sitemap in SITEMAPS.get(meta) or ():
            if site.owns(sitemap):
                yield self._request(site, sitemap, "sitemap", via=absolute(url, "/robots.txt"))

    async def _redirected(self, site: Site, response: Response) -> list[Result]:
        self._count("pages/redirect")
        meta, trail = response.meta, [*(REDIRECTED.get(response.meta) or ()), response.url]
        role, further = ROLE.of(meta), ARTICLE.get(meta)
        # Of several the first, as re-extraction reads them; Scrapy's get() takes the last.
        location = next(iter(response.headers.getlist("Location")), b"")
        sets_cookie = "Set-Cookie" in response.headers
        url = target(site, role, trail, location, sets_cookie=sets_cookie)
        if isinstance(url, str) and canonical_url(url) == canonical_url(response.url):
            return [self._again(response, url, trail)]
        if isinstance(url, str):
            return [self._request(site, url, role, via=response.url, further=further, redirected=trail)]
        if role == "article":
            return await self._broken_off(site, Chain.of(further), CAPTURE.of(meta), url)
        self._lost(site, response, url.detail)
        return []

    def _again(self, response: Response, url: str, trail: list[str]) -> Request:
        """The same request for the same page under another form of its URL: the frontier goes on with the visit."""
        assert response.request is not None
        request = response.request.replace(url=url)
        STORED_PAGE.pop(request.meta)
        VIA.set(request.meta, response.url)
        REDIRECTED.set(request.meta, trail)
        return request

    def _lost(self, site: Site, response: Response, why: str) -> None:
        """Log a list without links. Where it is a seed the site may stay empty."""
        role = ROLE.of(response.meta)
        if role == "seed":
            Run.of(self.crawler).counts(site.name).lose(response.url, why)
        self._count(f"lost/{role}")
        level = logging.ERROR if role == "seed" else logging.WARNING
        self.logger.log(level, "A %s is lost: %s: %s", role, response.url, why)

    async def _broken_off(self, site: Site, chain: Chain, capture: Capture, reject: Reject) -> list[Result]:
        """Reject a page, and yield the article of the pages before it."""
        self._count("pages/article")
        rejected = RejectedPage(url=capture.url, site=site.name, family=self.family, reject=reject, capture=capture)
        return [rejected, *await self._joined(site, chain.pages, complete=False)]

    async def _joined(
        self, site: Site, pages: Sequence[Capture], *, last: Outcome | None = None, complete: bool
    ) -> list[Result]:
        """The article of `pages`, if there are any; those before `last` are read back and extracted again."""
        if not pages:
            return []
        read = pages_of(pages)
        again = read if last is None else read[:-1]
        outcomes = [await self._sandbox().outcome(capture, site.name) for capture in again]
        if last is not None:
            outcomes.append(last)
        from pipelines.process import join_pages  # noqa: PLC0415 - with the first article of several pages

        joined = join_pages(outcomes, complete=complete)
        verdict = joined.reject or await self._sandbox().finish(joined.articles[0], site.name)
        return self._finished(site, pages, verdict)

    def _finished(self, site: Site, captures: Sequence[Capture], verdict: Article | Reject) -> list[Result]:
        """The article of the pages with these records, or their rejects."""
        pages = pages_of(captures)
        self._count("articles/joined_pages", len(pages) - 1)
        if isinstance(verdict, Reject):
            return [RejectedPage(capture.url, site.name, self.family, verdict, capture) for capture in pages]
        verdict.captures = list(captures)
        self._count("articles")
        return [verdict]

    def asks_for(self, name: str, url: str) -> Request:
        """The request for an article of the site `name`, as a link to it would make it."""
        return self._request(self.sites[name], url, "article")

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
        meta: dict[str, Any] = {}
        SITE.set(meta, site.name)
        FAMILY.set(meta, self.family)
        ROLE.set(meta, role)
        DONT_REDIRECT.set(meta, True)
        VERBATIM_URL.set(meta, True)
        if via:
            VIA.set(meta, via)
        if further:
            ARTICLE.set(meta, further)
        if redirected:
            REDIRECTED.set(meta, redirected)
        return Request(
            url,
            callback=self.parse_article if role == "article" else self.parse_list,
            errback=self.fetch_failed,
            meta=meta,
            priority=priority,
            # A next page may have been found on a list as well: as part of its article it is fetched all the same.
            dont_filter=further is not None,
        )

    def _stored(self, record: Stored | Capture) -> Stored:
        if isinstance(record, Stored):
            return record
        return read_capture(Run.of(self.crawler).output / "warc", record)

    def _sandbox(self) -> Pool:  # a method: feed exports read every attribute, before the spider is open
        return Sandbox.of(self.crawler)

    def _count(self, name: str, number: int = 1) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name, number)


def _same(new: Outcome, old: Outcome) -> bool:
    """Whether both are articles whose rows would be the same; how the DOM came to it does not count."""
    if not (new.articles and old.articles) or new.next_page != old.next_page:
        return False
    ours, theirs = (replace(each.articles[0], fetched_at=None) for each in (new, old))
    return ours == theirs


def page_of(response: Response) -> Page:
    """A list page, for its links; articles of a crawl come from the archive."""
    headers = tuple((text(name), text(value)) for name, values in response.headers.items() for value in values)
    content_type = text(response.headers.get("Content-Type") or b"")
    return Page(response.url, response.body, content_type or None, datetime.now(UTC), headers=headers)


def _slots(crawler: Crawler, sites: dict[str, Site]) -> dict[str, dict[str, Any]]:
    """DOWNLOAD_SLOTS with the delay of each site that is slower than DOWNLOAD_DELAY; Scrapy's slots have no ports."""
    slots: dict[str, dict[str, Any]] = crawler.settings.getdict("DOWNLOAD_SLOTS")
    for site in sites.values():
        if site.delay > crawler.settings.getfloat("DOWNLOAD_DELAY"):
            for domain in site.domains:
                slots[domain.partition(":")[0]] = {"delay": site.delay}
    return slots
