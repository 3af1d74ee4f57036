"""A few pages fetched as safely and politely as a crawl does, and nothing written anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.extract.page import Page
from crawler.extract.url import host_of
from crawler.language import message, words
from crawler.siteconfig.site import Site
from crawler.spiders.base import page_of


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of a request: a page with its status, after redirects, or an error in words."""

    url: str
    status: int = 0
    page: Page | None = None
    error: str = ""


def site_of_hosts(urls: Iterable[str]) -> Site:
    """A site that owns the hosts of `urls` and knows no more of them."""
    hosts = tuple(dict.fromkeys(host for url in urls if (host := host_of(url))))
    return Site("", "", hosts, tuple(urls), ())


def fetch_pages(settings: Settings, urls: Sequence[str]) -> list[Fetched]:
    """Fetch `urls` in a Scrapy process of its own kind; once a process. `settings`: those of stand_alone()."""
    found: dict[str, Fetched] = {}
    process = AsyncCrawlerProcess(settings)
    process.crawl(_Fetch, urls=list(urls), found=found)
    process.start()
    return [found.get(url, Fetched(url, error=message("not fetched; the log says why"))) for url in urls]


class _Fetch(Spider):
    name = "fetch"
    custom_settings = {"HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012 - Scrapy declares it as an instance variable

    def __init__(self, *, urls: list[str], found: dict[str, Fetched], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._urls, self._found = urls, found

    async def start(self) -> AsyncIterator[Request]:
        for url in self._urls:
            yield Request(url, self.parse, errback=self.failed, dont_filter=True, cb_kwargs={"asked": url})

    def parse(self, response: Response, asked: str) -> None:
        self._found[asked] = Fetched(asked, response.status, page_of(response))

    def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        asked = request.cb_kwargs["asked"]
        self._found[asked] = Fetched(asked, error=words(failure.value) if failure.value else str(failure.type))
