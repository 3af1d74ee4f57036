"""Which requests of a page are made for it. Pure. What is allowed here still has to pass the downloader: addresses,
robots.txt and the pace of its host are judged there, as for any request of the crawl."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.extract.url import host_of
from crawler.siteconfig.site import Site

KINDS = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
"""Playwright's resource types that a text can depend on: no images, media, fonts, beacons or event streams."""

LARGEST_BODY = 64 << 10  # bytes of a request: lists ask with some parameters, uploads have no place here
LONGEST_URL = 8 << 10

# The client's own, credentials, and what tells the browser from the crawler.
_NOT_PASSED = frozenset(
    {"host", "connection", "content-length", "cookie", "authorization", "proxy-authorization", "user-agent"}
    | {"accept-encoding", "upgrade-insecure-requests", "accept-language"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that the page makes. `kind` is Playwright's resource type; header names are in lower case."""

    url: str
    method: str
    kind: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 30.0  # that the page waits for it

    @property
    def passed_headers(self) -> dict[str, str]:
        """The headers that go out: those of the page's own making, and what a server needs to read a body."""
        return {name: value for name, value in self.headers if _passes(name)}


def _passes(name: str) -> bool:
    return name not in _NOT_PASSED and not name.startswith(("sec-", "proxy-", ":"))


def refused(asked: Asked, site: Site, number: int, most: int) -> str | None:
    """Why the request is not made; null where it is. `number` is how many the page has made before."""
    parts = urlsplit(asked.url)
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme or 'no'} scheme"
    if len(asked.url) > LONGEST_URL:
        return "URL too long"
    if asked.kind not in KINDS:
        return asked.kind
    if not (site.owns(asked.url) or host_of(asked.url) in site.render_hosts):
        return "other host"
    if asked.method not in ("GET", "POST") or (asked.method == "POST" and asked.kind not in ("xhr", "fetch")):
        return f"method {asked.method}"
    if len(asked.body) > LARGEST_BODY:
        return "body too long"
    if number >= most:
        return "too many requests"
    return None
