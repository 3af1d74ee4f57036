"""What is done with a page, beside the crawl or in its own process. No Scrapy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from crawler.archive.exchange import ArchiveError
from crawler.archive.reader import Stored, read_capture, to_page
from crawler.extract.article import Article, Capture, Outcome, Reject
from crawler.extract.blocked import blocked
from crawler.extract.links import refresh_link
from crawler.extract.page import Page
from crawler.extract.profile import Profile
from crawler.extract.shell import is_shell
from crawler.language import words
from crawler.navigation.chain import Chain
from crawler.navigation.discover import Discovered, Discovery, discover
from crawler.sandbox.errors import PageBrokenError
from crawler.siteconfig.site import Site

Source: TypeAlias = Page | Stored | Capture
"""A page as it is at hand: itself, its record as read, or where its record lies."""


def alone(page: Page, *, family: str, site: Site | None) -> tuple[Outcome, tuple[Discovered, ...]]:
    """What a page gives by itself, cleaned and judged, and where it leads."""
    from pipelines.process import process_page  # noqa: PLC0415

    outcome = process_page(page, family=family, site=site)
    return outcome, tuple(discover(site, page).urls) if site else ()


@dataclass(frozen=True, slots=True)
class FirstPage:
    """`outcome`: what the page gives by itself. `verdict`: where it is a whole article, that article finished, or the
    Reject that finishing gave; it is not in `outcome` then.
    """

    outcome: Outcome
    verdict: Article | Reject | None = None


@dataclass(frozen=True, slots=True)
class PageTasks:
    """`sites` and their `profiles` by name, all of one `family`; `warc`: the folder of the archive.

    The rules (pipelines.process) are imported where a page is read by them: the crawl's own process hands these tasks
    on, and would take 0.2 s more to its first request.
    """

    family: str
    sites: Mapping[str, Site]
    warc: Path
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    def attempt(self, method: str, source: Source | Article | None, site: str) -> tuple[bool, Any]:
        """(True, what the method returns) or (False, an exception): ArchiveError for a record that cannot be read,
        PageBrokenError for everything else that the page made happen."""
        try:
            return True, getattr(self, method)(source, site)
        except OSError as error:
            return False, ArchiveError(words(error))
        except Exception as bug:  # one page's bug is that page's
            return False, PageBrokenError(f"{type(bug).__name__}: {bug}")

    def outcome(self, source: Source, site: str) -> Outcome:
        """What the page gives by itself, before it is cleaned."""
        from pipelines.process import extract_page  # noqa: PLC0415

        page, profile = self._page(source), self.profiles.get(site)
        return extract_page(page, family=self.family, site=self.sites[site], profile=profile)

    def first_page(self, source: Source, site: str) -> FirstPage:
        """As `outcome`, and the article finished where it has no further page."""
        from pipelines.process import join_pages  # noqa: PLC0415

        outcome = self.outcome(source, site)
        if outcome.reject is not None or not isinstance(source, Stored | Capture):
            return FirstPage(outcome)
        capture = source.capture if isinstance(source, Stored) else source
        step, _ = Chain((capture,)).next(outcome.next_page, self.sites[site])
        if step == "fetch":
            return FirstPage(outcome)
        joined = join_pages([outcome], complete=step == "complete")
        return FirstPage(replace(outcome, articles=[]), joined.reject or self.finish(joined.articles[0], site))

    def finish(self, article: Article, site: str) -> Article | Reject:
        """The article cleaned, judged and signed."""
        from pipelines.process import finish  # noqa: PLC0415

        return finish(article, self.profiles.get(site))

    def links(self, source: Source, site: str) -> Discovery:
        """Where a list page, feed or sitemap leads."""
        return discover(self.sites[site], self._page(source))

    def refresh(self, source: Source, site: str) -> str | None:
        """Where the page sends a browser by itself."""
        return refresh_link(self._page(source))

    def is_shell(self, source: Source, site: str) -> bool:
        """Whether the page as served is one that a browser has still to fill."""
        return is_shell(self._page(source))

    def blocked(self, source: Source, site: str) -> str | None:
        """What sent the page, with a status of success, in place of the site's: see crawler/extract/blocked.py."""
        return blocked(200, (), self._page(source).body)

    def ready(self, source: None, site: str) -> None:
        """Nothing: whoever asks wants to know that somebody answers."""

    def rehearse(self, source: Source, site: str) -> None:
        """All that the crawl does with a page, for nothing: the page has ended the crawl before."""
        from pipelines.process import process_page  # noqa: PLC0415

        page = self._page(source)
        process_page(page, family=self.family, site=self.sites[site], profile=self.profiles.get(site))
        discover(self.sites[site], page)

    def _page(self, source: Source) -> Page:
        stored = read_capture(self.warc, source) if isinstance(source, Capture) else source
        return to_page(stored) if isinstance(stored, Stored) else stored
