"""What a list page, feed or sitemap of a site leads to. Pure: page in, URLs with their roles out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crawler.extract.feeds import feed_links, sitemap_links, sniff
from crawler.extract.links import html_links
from crawler.extract.page import Page
from crawler.extract.paging import more_pages
from crawler.extract.url import canonical_url
from crawler.siteconfig.site import Site


class Discovered(NamedTuple):
    """A canonical URL of the site, and "article", "list" or "sitemap"."""

    url: str
    role: str


def discover(site: Site, page: Page) -> Iterator[Discovered]:
    """The site's own URLs on `page`, each once, in order: articles, lists, further pages of this list, sitemaps.

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
    seen: set[str] = set()
    for link in links:
        url = canonical_url(link.url)
        if url in seen or not site.owns(url):
            continue
        seen.add(url)
        if link.rel == "sitemap":
            yield Discovered(url, "sitemap")
        elif site.is_article(url):
            yield Discovered(url, "article")
        elif url in lists or site.is_list(url):
            yield Discovered(url, "list")
