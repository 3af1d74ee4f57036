"""What a request of ours carries in `request.meta`: each key once, with its type, who sets it and who reads it.

    CAPTURE.set(request.meta, capture)      CAPTURE.get(response.meta)      SITE.of(request.meta)

Only the keys of STORED are kept when a request waits in the frontier; everything else, Scrapy's own keys and those of
other components included, belongs to one attempt and ends with it.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from crawler.archive.exchange import Exchange
from crawler.archive.reader import Stored
from crawler.extract.article import Capture
from crawler.navigation.chain import FurtherPage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """A key of request.meta whose values are a T."""

    name: str

    def of(self, meta: Mapping[str, Any]) -> T:
        """Raises KeyError where it is missing."""
        value: T = meta[self.name]
        return value

    def get(self, meta: Mapping[str, Any]) -> T | None:
        value: T | None = meta.get(self.name)
        return value

    def pop(self, meta: MutableMapping[str, Any]) -> T | None:
        """Take it out: what comes later does not see it."""
        value: T | None = meta.pop(self.name, None)
        return value

    def set(self, meta: MutableMapping[str, Any], value: T) -> None:
        meta[self.name] = value


# What the request is for. Set by the spider, or from the frontier's columns of these names; read by everyone.
SITE: Key[str] = Key("site")  # name of the site file
FAMILY: Key[str] = Key("family")
ROLE: Key[str] = Key("role")  # "seed", "list", "feed", "sitemap" or "article"; "robots", "resource" for what these need

# Where it comes from. Set and read by the spider; the archive writes the first two into the metadata record.
VIA: Key[str] = Key("via")  # URL of the page it was found on
ARTICLE: Key[FurtherPage] = Key("article")  # the pages before it, for a further page of an article
REDIRECTED: Key[list[str]] = Key("redirected")  # URLs before this one, in a chain of redirects

# How Scrapy is to treat it. Set by the spider.
DONT_REDIRECT: Key[bool] = Key("dont_redirect")  # the spider follows redirects itself
VERBATIM_URL: Key[bool] = Key("verbatim_url")  # the URL is asked for as it was linked

# What the frontier adds to a request that it gives out; read by the frontier unless said otherwise.
FRONTIER_KEY: Key[str] = Key("frontier")  # under it the frontier waits for the end of this request
DEPTH: Key[int] = Key("depth")
KNOWN: Key[Capture] = Key("known")  # the page as it was last; the archive makes a revisit of the same page
HELD: Key[Capture] = Key("held")  # the answer that is archived already; HeldMiddleware gives it
HANDED_OUT: Key[int] = Key("handed_out")  # how often the crawl was killed while it looked at that answer
BROKEN: Key[str] = Key("broken")  # HeldMiddleware's: why the answer is not looked at; read by the spider

# What one exchange over the wire leaves, in the order in which it comes.
WIRE: Key[Exchange] = Key("wire")  # the download handler's; ResponseCounter reads it, the archive takes it out
TLS_ERROR: Key[str] = Key("tls-error")  # the handler's, for the metadata record
TRAILERS: Key[list[str]] = Key("trailers")  # the handler's, for the metadata record
CAPTURE: Key[Capture] = Key("capture")  # the archive's: where the record lies; read by spider and frontier
EARLIER: Key[Capture] = Key("earlier")  # the frontier's: the page as it was rendered last, instead of KNOWN
STORED_PAGE: Key[Stored] = Key("stored")  # the archive's, of articles: the record as it would be read back
BLOCKED: Key[str] = Key("blocked")  # Hosts': which firewall sent the page; read by the frontier
NOT_RENDERED: Key[str] = Key("not_rendered")  # the spider's: why a browser did not show the page; read by the frontier
ROBOTS_PERMITS: Key[bool] = Key("robots_permits")  # RobotsMiddleware's; the handler asks no public host without it
SITEMAPS: Key[list[str]] = Key("sitemaps")  # RobotsMiddleware's, of a seed: what robots.txt names; read by the spider

STORED: tuple[Key[Any], ...] = (VIA, ARTICLE, REDIRECTED, DONT_REDIRECT, VERBATIM_URL)


def stored(meta: Mapping[str, Any]) -> dict[str, Any]:
    """What the frontier keeps of `meta` as JSON; what has a column of its own (site, family, role, depth) is not in."""
    return {key.name: meta[key.name] for key in STORED if key.name in meta}
