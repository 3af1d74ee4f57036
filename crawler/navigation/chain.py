"""The pages of one article so far. The chain travels in request.meta as JSON: nothing is kept in memory between pages,
the archive holds them, and a crawl that is killed between two pages goes on where it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypedDict

from crawler.extract.article import Capture
from crawler.extract.url import canonical_url, host_of
from crawler.navigation.rendered import pages_of
from crawler.siteconfig.site import Site

MAX_PAGES = 200
MAX_BYTES = 64 << 20  # of the records of one article, compressed

Step = Literal["fetch", "complete", "incomplete"]


class FurtherPage(TypedDict):
    """What a request for a further page of an article says of the pages before it. JSON can hold it."""

    first: str  # record id of page 1
    url: str  # URL of page 1
    page: int  # number of the page requested, from 2
    earlier: list[dict[str, Any]]  # the captures of the pages before it, as Capture.as_json gives them


@dataclass(frozen=True, slots=True)
class Chain:
    """`pages` in reading order; of a page that a browser has shown both records, as served and as rendered."""

    pages: tuple[Capture, ...] = ()

    @classmethod
    def of(cls, further: FurtherPage | None) -> Chain:
        """The chain that a request for a further page carries; an empty one for a first page, which carries none."""
        return cls(tuple(map(Capture.of, further["earlier"]))) if further else cls()

    def add(self, *captures: Capture) -> Chain:
        """With the record of one more page, or its two records."""
        return replace(self, pages=(*self.pages, *captures))

    def further(self) -> FurtherPage:
        """For the request for the next page."""
        first = pages_of(self.pages)[0]
        return {
            "first": first.record_id,
            "url": first.url,
            "page": len(pages_of(self.pages)) + 1,
            "earlier": [capture.as_json() for capture in self.pages],
        }

    def next(self, url: str | None, site: Site) -> tuple[Step, str]:
        """What to do about the next page `url` that the last page names: fetch it, or the article ends here.

        A last page whose 下一页 leads to itself or back to an earlier page is complete. One that leads to another host
        or past MAX_PAGES or MAX_BYTES is not: there was more to read.
        """
        if url is None:
            return "complete", ""
        if canonical_url(url) in {canonical_url(page.url) for page in self.pages}:
            return "complete", ""
        same_host = host_of(url) == host_of(self.pages[-1].url) and site.owns(url)
        room = len(self.pages) < MAX_PAGES and sum(page.length for page in self.pages) < MAX_BYTES
        return ("fetch", url) if same_host and room else ("incomplete", "")
