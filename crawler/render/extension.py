"""The browser of a crawl, as a Scrapy extension: what a page asks for goes through the crawl's downloader."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.archive.exchange import Rendered
from crawler.archive.head import text
from crawler.downloader.errors import AddressRefusedError, CrawlEndsError, DisallowedError, HostBackoffError
from crawler.extract.article import Capture
from crawler.extract.page import Page
from crawler.extract.url import absolute
from crawler.navigation.chain import FurtherPage
from crawler.navigation.redirect import REDIRECTS
from crawler.navigation.rendered import ERROR, RESOURCES, SERVED
from crawler.render.browser import VIEWPORT, Answer, Browser, Limits, NoBrowserError, RenderError, Rendering
from crawler.render.browser import RequestRefusedError as Refused
from crawler.render.policy import Asked, refused
from crawler.request_meta import DONT_REDIRECT, FAMILY, ROLE, SITE, VIA
from crawler.run import Run
from crawler.signals import crawl_ending
from crawler.siteconfig.site import Site

logger = logging.getLogger(__name__)

HTML = "text/html; charset=utf-8"
_REDIRECTS = 5
_KEPT_BYTES = 32 << 20  # of scripts and stylesheets: the pages of a site ask for the same ones
_LONGEST_NAMED = 1024  # characters of a URL that the page's metadata name
_JSON_BYTES = 2 << 20  # of one answer that is searched for links
_PRIORITY = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as rendered. `states` of the DOM, as HTML in UTF-8: one but for lists; `answers`: (URL, body) of what a
    list asked for; `error`: why there is nothing to read; `missing`: what it did not get now and may get another time;
    `fields` for the metadata record."""

    url: str
    at: datetime
    states: tuple[bytes, ...]
    answers: tuple[tuple[str, bytes], ...]
    error: str | None
    missing: str | None
    truncated: str | None
    fields: tuple[tuple[str, str], ...]

    @property
    def page(self) -> Page:
        """The last state."""
        return Page(self.url, self.states[-1], HTML, self.at)


class Renderer:
    """Settings: RENDER_BROWSER (path of Chromium), RENDER_TABS, RENDER_SECONDS, RENDER_REQUESTS (both a page).

    Nothing is started before the first page that needs it.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self.limits = Limits(settings.getfloat("RENDER_SECONDS"), settings.getint("RENDER_REQUESTS"))
        self._browser: Browser | None = None
        self._ending = False
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._kept_bytes = 0
        self._closing: asyncio.Task[None] | None = None
        crawler.signals.connect(self._end, crawl_ending)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Renderer:
        renderer = crawler.get_extension(cls)
        if renderer is None:
            raise RuntimeError("EXTENSIONS lacks crawler.render.extension.Renderer")
        return renderer

    async def render(self, site: Site, response: Response) -> Shown:
        """The page that `response` is as a browser shows it. Raises NoBrowserError, and CrawlEndsError where
        a request of the page was put off: the visit is, too."""
        page = _Page(self, site, response)
        why: str | None = None
        try:
            is_list = page.role != "article"
            rendering = await self._started().render(response.url, page.served, page.fetch, is_list=is_list)
        except RenderError as error:
            if self._ending:
                raise CrawlEndsError(response.url) from error
            if isinstance(error, NoBrowserError):
                raise  # nothing of the page's doing: the visit is tried again
            self._count("failed")
            logger.warning("Not rendered: %s: %s", response.url, error)
            rendering, why = Rendering(states=[b""]), str(error)
        if page.put_off:
            raise CrawlEndsError(response.url)
        self._count("pages")
        for reason, number in rendering.refused.items():
            self._count(f"refused/{reason}", number)
        return Shown(
            url=response.url,
            at=datetime.now(UTC),
            states=tuple(rendering.states),
            answers=tuple(page.answers),
            error=why,
            missing=page.missing,
            truncated="time" if rendering.condition == "time" else None,
            fields=(*page.fields(), *_described(rendering), (RESOURCES, json.dumps(list(page.resources)))),
        )

    def store(self, shown: Shown, served: Capture, further: FurtherPage | None) -> list[Capture]:
        """Archive the states of a page, of whose response `served` is the record. Raises ArchiveError."""
        fields = [*shown.fields, (SERVED, json.dumps(served.as_json()))]
        if further:
            fields += [("page", str(further["page"])), ("first-record", further["first"])]
        if shown.error is not None:
            fields.append((ERROR, shown.error))
        archive = Run.of(self._crawler).archive
        return [
            archive.write_rendered(Rendered(served, state, shown.at, tuple(fields), shown.truncated))
            for state in shown.states
        ]

    async def fetch(self, asked: Asked, page: Response) -> Answer:
        """Answer a request of `page`, redirects followed by who asks. Raises Refused, or what the downloader raises."""
        kept = self._kept.get(asked.url) if asked.method == "GET" else None
        if kept is not None:
            self._kept.move_to_end(asked.url)
            return kept
        meta: dict[str, Any] = {"dont_retry": True, "allow_offsite": True, "download_timeout": asked.seconds}
        ROLE.set(meta, "resource")
        SITE.set(meta, SITE.of(page.meta))
        FAMILY.set(meta, FAMILY.of(page.meta))
        VIA.set(meta, page.url)
        DONT_REDIRECT.set(meta, True)
        request = Request(
            asked.url,
            method=asked.method,
            headers=asked.passed_headers,
            body=asked.body,
            callback=NO_CALLBACK,
            dont_filter=True,
            priority=_PRIORITY,
            meta=meta,
        )
        engine = self._crawler.engine
        assert engine is not None
        try:
            response = await engine.download_async(request)
        except DisallowedError as error:
            raise Refused("robots.txt") from error
        except AddressRefusedError as error:
            raise Refused("address") from error
        headers = tuple((text(name), text(value)) for name, values in response.headers.items() for value in values)
        answer = Answer(response.status, headers, response.body)
        if asked.kind in ("script", "stylesheet") and asked.method == "GET" and answer.status == 200:
            self._keep(asked.url, answer)
        return answer

    def _keep(self, url: str, answer: Answer) -> None:
        self._kept[url] = answer
        self._kept_bytes += len(answer.body)
        while self._kept_bytes > _KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.body)

    def _started(self) -> Browser:
        if self._ending:
            raise NoBrowserError("the crawl ends")
        if self._browser is None:
            settings = self._crawler.settings
            self._browser = Browser(
                settings["RENDER_BROWSER"],
                settings["USER_AGENT"],
                tabs=settings.getint("RENDER_TABS"),
                limits=self.limits,
            )
        return self._browser

    def _end(self) -> None:
        """The signal is sent to plain functions."""
        self._ending = True
        self._closing = asyncio.ensure_future(self._close())

    async def _close(self) -> None:
        self._ending = True
        browser, self._browser = self._browser, None
        if browser is not None:
            await browser.close()

    def _count(self, name: str, number: int = 1) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(f"render/{name}", number)


class _Page:
    """One page and what it asks for."""

    def __init__(self, renderer: Renderer, site: Site, response: Response) -> None:
        self.role = "article" if ROLE.get(response.meta) == "article" else "list"
        self.answers: list[tuple[str, bytes]] = []
        self.resources: dict[str, None] = {}
        self.put_off = False  # the crawl ends, or the host asks to be left alone: what the page shows is not all
        self.missing: str | None = None  # of another host, or that failed
        headers = (("Content-Type", text(response.headers.get("Content-Type") or b"text/html")),)
        self.served = Answer(200, headers, response.body)
        self._renderer = renderer
        self._site = site
        self._response = response

    def fields(self) -> Iterator[tuple[str, str]]:
        meta = self._response.meta
        if via := VIA.get(meta):
            yield "via", via
        yield "site", self._site.name
        yield "family", self._site.family
        yield "role", self.role

    async def fetch(self, asked: Asked, number: int) -> Answer:
        renderer = self._renderer
        for _ in range(_REDIRECTS):
            if why := refused(asked, self._site, number, renderer.limits.requests):
                raise Refused(why)
            try:
                answer = await renderer.fetch(asked, self._response)
            except HostBackoffError as error:
                # Not for another host: nothing would keep the page from being tried again at once.
                own = urlsplit(self._response.url).hostname
                self.put_off = self.put_off or isinstance(error, CrawlEndsError) or error.host == own
                self.missing = self.missing or f"{error.host} rests"
                raise Refused("host rests") from error
            except Refused:
                raise
            except Exception as error:
                self.missing = self.missing or f"{urlsplit(asked.url).hostname}: {type(error).__name__}"
                raise
            if answer.status >= 500:
                self.missing = self.missing or f"{urlsplit(asked.url).hostname}: status {answer.status}"
            if answer.status not in REDIRECTS:
                break
            location = next((value for name, value in answer.headers if name.lower() == "location"), "")
            url = absolute(asked.url, location)
            if not url:
                break
            asked = replace(asked, url=url, method="GET", body=b"")
        if asked.kind in ("xhr", "fetch", "document") and len(asked.url) <= _LONGEST_NAMED:
            self.resources[asked.url] = None
        if self.role == "list" and asked.kind in ("xhr", "fetch") and len(answer.body) <= _JSON_BYTES:
            self.answers.append((asked.url, answer.body))
        return answer


def _described(rendering: Rendering) -> Iterator[tuple[str, str]]:
    width, height = VIEWPORT
    yield "browser", rendering.browser
    yield "viewport", f"{width}x{height}"
    yield "condition", rendering.condition
    yield "milliseconds", str(rendering.milliseconds)
    yield "requests", str(rendering.made)
    yield "refused", ", ".join(f"{reason} {number}" for reason, number in sorted(rendering.refused.items())) or "0"
    yield "failed", str(rendering.failed)
