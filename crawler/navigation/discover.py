"""What a list page, feed or sitemap of a site leads to. Pure: page in, URLs with their roles out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.extract.feeds import Kind, feed_links, sitemap_links, sniff
from crawler.extract.links import MAX_LINKS, Link, html_links
from crawler.extract.list_pages import more_pages
from crawler.extract.page import Page
from crawler.extract.url import canonical_url
from crawler.navigation.shapes import Unmatched
from crawler.siteconfig.site import Site

DROPPED = frozenset({"other_host", "no_pattern"})


class Discovered(NamedTuple):
    """A URL of the site as it was linked, and "article", "list" or "sitemap"."""

    url: str
    role: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """`urls`: those of the site, each once, in order. `dropped`: links that are not followed, by reason.

    "other_host", "no_pattern" (neither `article` nor `follow` matches), and "page_cut", which is 1 where the page has
    more than MAX_LINKS links: those after them are not read. `unmatched`: what the first two look like. `matched`:
    links that each pattern of the site's file took, by key and pattern: ("follow", "^/c-\\d+").
    """

    urls: tuple[Discovered, ...]
    dropped: Counter[str]
    unmatched: Unmatched = field(default_factory=Unmatched)
    matched: Counter[tuple[str, str]] = field(default_factory=Counter)


def links_of(page: Page) -> tuple[Kind, list[Link]]:
    """What the bytes are, and the links in them: MAX_LINKS, and one more where there are more."""
    kind = sniff(page.body, page.content_type)
    if kind == "html":
        return kind, html_links(page)
    return kind, (feed_links if kind == "feed" else sitemap_links)(page.body, page.url, page.content_type)


def discover(site: Site, page: Page) -> Discovery:
    """What `page` leads to: articles, lists, further pages of this list, sitemaps.

    An `article` pattern goes before a `follow` pattern; a link to another host is never followed.
    """
    kind, links = links_of(page)
    lists: set[str] = set()
    if kind == "html":
        lists.update(map(canonical_url, more_pages(page.url, links)))
        lists.update(canonical_url(link.url) for link in links if link.rel == "refresh")
    dropped: Counter[str] = Counter()
    unmatched = Unmatched()
    matched: Counter[tuple[str, str]] = Counter()
    if len(links) > MAX_LINKS:
        dropped["page_cut"] = 1
    urls: dict[str, Discovered | None] = {}
    for link in links[:MAX_LINKS]:
        url = canonical_url(link.url)
        if url not in urls:
            role, pattern = _role(site, url, link, lists)
            if pattern is not None:
                matched[pattern] += 1
            if role in DROPPED:
                dropped[role] += 1
            if role == "no_pattern":
                unmatched.shapes.add(url)
            elif role == "other_host":
                unmatched.leave(url)
            urls[url] = None if role in DROPPED else Discovered(link.url, role)
    return Discovery(tuple(each for each in urls.values() if each), dropped, unmatched, matched)


def _role(site: Site, url: str, link: Link, lists: Collection[str]) -> tuple[str, tuple[str, str] | None]:
    """What the link is for, or why it is not followed, and the pattern that says so. `url`: its canonical URL."""
    if not site.owns(url):
        return "other_host", None
    if link.rel == "sitemap":
        return "sitemap", None
    if (article := site.article_pattern(url)) is not None:
        return "article", ("article", article)
    if (follow := site.follow_pattern(url)) is not None:
        return "list", ("follow", follow)
    return "list" if url in lists else "no_pattern", None
