"""What a list page, feed or sitemap of a site leads to. Pure: page in, URLs with their roles out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from crawler.extract.feeds import feed_links, sitemap_links, sniff
from crawler.extract.links import MAX_LINKS, Link, html_links
from crawler.extract.list_pages import more_pages
from crawler.extract.page import Page
from crawler.extract.url import canonical_url
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
    more than MAX_LINKS links: those after them are not read.
    """

    urls: tuple[Discovered, ...]
    dropped: Counter[str]


def discover(site: Site, page: Page) -> Discovery:
    """What `page` leads to: articles, lists, further pages of this list, sitemaps.

    An `article` pattern goes before a `follow` pattern; a link to another host is never followed.
    """
    kind = sniff(page.body, page.content_type)
    lists: set[str] = set()
    if kind == "html":
        links = html_links(page)
        lists.update(map(canonical_url, more_pages(page.url, links)))
        lists.update(canonical_url(link.url) for link in links if link.rel == "refresh")
    else:
        read = feed_links if kind == "feed" else sitemap_links
        links = read(page.body, page.url, page.content_type)
    dropped: Counter[str] = Counter()
    if len(links) > MAX_LINKS:
        dropped["page_cut"] = 1
    urls: dict[str, Discovered | None] = {}
    for link in links[:MAX_LINKS]:
        url = canonical_url(link.url)
        if url not in urls:
            role = _role(site, url, link, lists)
            if role in DROPPED:
                dropped[role] += 1
            urls[url] = None if role in DROPPED else Discovered(link.url, role)
    return Discovery(tuple(each for each in urls.values() if each), dropped)


def _role(site: Site, url: str, link: Link, lists: Collection[str]) -> str:
    """What the link is for, or why it is not followed. `url`: its canonical URL."""
    if not site.owns(url):
        return "other_host"
    if link.rel == "sitemap":
        return "sitemap"
    if site.is_article(url):
        return "article"
    return "list" if url in lists or site.is_list(url) else "no_pattern"
