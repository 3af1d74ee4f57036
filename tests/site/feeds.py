"""What machines read: sitemap, sitemap index, gzipped sitemap, RSS, Atom, robots.txt."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.site.reply import Reply
from tests.site.view import Link

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(urls: Sequence[str], *, packed: bool = False) -> Reply:
    """A sitemap; `packed`: the gzipped file that sitemaps.org allows, which is no content coding."""
    rows = "".join(f"<url><loc>{escape(url)}</loc><changefreq>weekly</changefreq></url>" for url in urls)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_SITEMAP}">{rows}</urlset>'.encode()
    return Reply(gzip.compress(body, mtime=0), "application/x-gzip") if packed else Reply(body, "text/xml")


def sitemap_index(urls: Sequence[str]) -> Reply:
    rows = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in urls)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_SITEMAP}">{rows}</sitemapindex>'
    return Reply(body.encode(), "application/xml")


def rss(base: str, site: str, links: Sequence[Link], codec: str = "utf-8") -> Reply:
    """RSS 2.0. Its links are written without escaping "&", as many sites do, inside CDATA."""
    rows = "".join(
        f"<item><title>{escape(one.text)}</title><link><![CDATA[{base}{one.url}]]></link><description>…</description></item>"
        for one in links
    )
    body = f'<?xml version="1.0" encoding="{codec}"?>\n<rss version="2.0"><channel><title>{site}</title><link>{base}/</link>{rows}</channel></rss>'  # noqa: E501
    return Reply(body.encode(codec), "application/rss+xml")


def atom(base: str, site: str, links: Sequence[Link]) -> Reply:
    rows = "".join(
        f'<entry><title>{escape(one.text)}</title><link rel="alternate" href="{escape(base + one.url)}"/>'
        f"<id>{escape(base + one.url)}</id><updated>2021-03-05T10:12:00+08:00</updated></entry>"
        for one in links
    )
    body = f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{site}</title><link href="{base}/atom.xml" rel="self"/>{rows}</feed>'  # noqa: E501
    return Reply(body.encode(), "application/atom+xml")


def robots(disallowed: Sequence[str], sitemap_url: str | None = None) -> Reply:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in disallowed)]
    if sitemap_url:
        lines.append(f"Sitemap: {sitemap_url}")
    return Reply("\n".join([*lines, ""]).encode(), "text/plain")
