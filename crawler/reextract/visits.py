"""The responses of a file as the visits that they were parts of: redirects followed, retries waited for. Pure.

What a response says of its visit is an Answer, which is small: where a file is read in pieces, the answers of all of
them come together here, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from crawler.archive.head import bytes_of, value_of
from crawler.archive.reader import Stored, to_page
from crawler.extract.article import Reject, RejectedPage
from crawler.extract.refusal import asks_to_wait, is_page, refused
from crawler.extract.url import canonical_url
from crawler.navigation.redirect import REDIRECTS, target
from crawler.siteconfig.site import Site


@dataclass(frozen=True, slots=True)
class Moved:
    """A redirect. `page`: the page that leads elsewhere, rejected where it must not be followed."""

    page: RejectedPage
    via: str | None
    location: bytes
    sets_cookie: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """`failed`: the reject that the visit ends with, if nothing better comes; without either, it went well."""

    url: str
    failed: RejectedPage | None = None
    moved: Moved | None = None


def answer_of(stored: Stored, site: Site | None) -> Answer:
    """What a response for an article says of its visit."""
    if is_unchanged(stored):
        return Answer(stored.url)
    if stored.status in REDIRECTS and site is not None:
        page = rejected_response(stored, Reject("http_error"))
        cookie = value_of(stored.headers, "set-cookie") is not None
        return Answer(
            stored.url, moved=Moved(page, stored.metadata.get("via"), bytes_of(stored.headers, "location"), cookie)
        )
    # One that asks to wait goes on, perhaps in another run.
    if asks_to_wait(stored.status, value_of(stored.headers, "retry-after")) or is_page(stored.status):
        return Answer(stored.url)
    return Answer(stored.url, failed=rejected_response(stored, refused(stored.status, to_page(stored))))


class Visits:
    """The answers of one file, in order. `sites` by name."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self._sites = sites
        self._failures: dict[str, RejectedPage] = {}  # URL -> the error that its visit ended with, so far
        self._trails: dict[str, list[str]] = {}  # canonical URL -> the redirects that led there

    def take(self, answer: Answer) -> Iterator[RejectedPage]:
        """The next answer; the rejects that it makes certain."""
        trail = self._trails.pop(canonical_url(answer.url), []) if self._trails or answer.moved else []
        if answer.moved:
            yield from self._moved(answer.url, answer.moved, trail)
        elif answer.failed:
            self._failures[answer.url] = answer.failed
        else:
            self._failures.pop(answer.url, None)  # a retry went well

    def end(self) -> Iterable[RejectedPage]:
        """The file is read: errors that no retry made good are rejects."""
        return self._failures.values()

    def _moved(self, url: str, moved: Moved, trail: list[str]) -> Iterator[RejectedPage]:
        if trail and moved.via != trail[-1]:
            trail = []  # the link that was followed here was another
        trail = [*trail, url]
        page = moved.page
        led_to = target(self._sites[page.site], "article", trail, moved.location, sets_cookie=moved.sets_cookie)
        if isinstance(led_to, Reject):
            yield RejectedPage(page.url, page.site, page.family, led_to, page.capture)
        else:
            self._trails[canonical_url(led_to)] = trail


def rejects_of(answers: Iterable[tuple[Path, Answer]], sites: Mapping[str, Site]) -> Iterator[RejectedPage]:
    """The rejects of files whose answers come piece by piece: those of one file one behind the other."""
    for _, those in groupby(answers, key=lambda each: each[0]):
        visits = Visits(sites)
        for _, answer in those:
            yield from visits.take(answer)
        yield from visits.end()


def is_unchanged(stored: Stored) -> bool:
    """A 304 that was asked for, or a first page that revisits its payload: an older row holds.

    Further pages are always read: theirs may be the old payload of an article whose first page is new.
    """
    if stored.refers is None:
        return False
    return stored.refers.unchanged or (is_page(stored.status) and "first-record" not in stored.metadata)


def rejected_response(stored: Stored, reject: Reject) -> RejectedPage:
    return RejectedPage(stored.url, *origin(stored), reject, stored.capture)


def origin(stored: Stored) -> tuple[str, str]:
    """Site and family that the response was fetched for."""
    return stored.metadata.get("site", ""), stored.metadata.get("family", "")
