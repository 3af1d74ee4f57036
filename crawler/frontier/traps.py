"""Crawler traps: pure decisions on one link. The counts they need are kept in the tables (url.barren, shape).

After Heritrix's PathologicalPathDecideRule, TooManyPathSegmentsDecideRule and TooManyHopsDecideRule, and for what those
miss: pages that list nothing new for ever (calendars, `?page=99999`, soft 404s that show the home page).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LISTS = frozenset({"seed", "list", "feed", "sitemap"})

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Limits:
    """`barren`: list pages in a row without a new article; `shape_barren`: the same, over all lists of one shape.

    `sitemaps`, `urls`: new ones of one site that one run takes in. A sitemap index that names other indexes without
    end gave 345,828 waiting URLs after 173 requests.
    """

    barren: int = 20
    shape_barren: int = 200
    depth: int = 30
    repeats: int = 3
    segments: int = 20
    length: int = 2083
    sitemaps: int = 10_000
    urls: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a link before it is fetched. `barren` and `shape_barren` count up to the page that shows it."""

    url: str
    role: str
    depth: int = 0
    barren: int = 0
    shape_barren: int = 0


def verdict(link: Candidate, limits: Limits) -> str | None:
    """Why the link is not followed, as a short name for the counts; None when it is followed."""
    if len(link.url) > limits.length:
        return "long_url"
    segments = [segment for segment in urlsplit(link.url).path.split("/") if segment]
    if len(segments) > limits.segments:
        return "many_segments"
    if repeated(segments, limits.repeats):
        return "repeated_segments"
    if link.depth > limits.depth:
        return "depth"
    if link.role in LISTS:
        # Lists only: an article that was found is fetched wherever it was found.
        if link.barren > limits.barren:
            return "barren_chain"
        if link.shape_barren > limits.shape_barren:
            return "barren_shape"
    return None


def repeated(segments: list[str], times: int) -> bool:
    """Whether a run of segments stands `times` times in a row: /a/b/a/b/a/b, what a relative link on a soft 404 makes.

    Runs of digits only are let through: /2024/11/11/11.html is a date.
    """
    for width in range(1, len(segments) // times + 1):
        for start in range(len(segments) - width * times + 1):
            run = segments[start : start + width]
            if run * times == segments[start : start + width * times] and not all(s.isdigit() for s in run):
                return True
    return False


def shape(url: str) -> str:
    """What URLs of one kind have in common: path and query with every number as 0, at most 200 characters."""
    parts = urlsplit(url)
    return _DIGITS.sub("0", parts.path + (f"?{parts.query}" if parts.query else ""))[:200]


def link_depth(parent_url: str, parent_depth: int, url: str) -> int:
    """One more than its parent's, unless both have the same shape: page 400 of a list is as deep as page 1."""
    return parent_depth + (shape(url) != shape(parent_url))
