"""Where a redirect may lead. The spider follows redirects itself, so that each is archived and none leaves the site."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.article import Reject
from crawler.extract.url import absolute, canonical_url
from crawler.language import message
from crawler.siteconfig.site import LONGEST_URL, Site

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 10

_HOME = re.compile(r"(?:(?:index|default)\.(?:s?html?|php|aspx?|jsp))?\Z", re.IGNORECASE)
_OF_TRAIL = re.compile(r"(?:a cookie is wanted: )?redirect in a circle|more than \d+ redirects")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def target(site: Site, role: str, trail: Sequence[str], location: bytes, *, sets_cookie: bool = False) -> str | Reject:
    """The URL to go on with, or why not. `trail`: the URLs requested so far, the one that redirects last.

    `location` as received: bytes beyond ASCII, GBK or UTF-8, go back to the server as they came. `sets_cookie`: whether
    the answer has a Set-Cookie; no cookie is ever sent back.

    An article that leads to the home page or to a list is a soft 404: that is how these sites delete.
    """
    linked = led_to(trail[-1], location)
    url = canonical_url(linked)
    if len(linked) > LONGEST_URL:
        return Reject("http_error", message("redirect to a URL of {number} characters", number=len(linked)))
    if not site.owns(url):
        return Reject("http_error", message("redirect to another host: {url}", url=url))
    # By the URLs as requested: a server may add or drop parameters that the canonical URL does not have.
    if linked in trail:
        if sets_cookie:
            return Reject("blocked", message("a cookie is wanted: redirect in a circle that sets one: {url}", url=url))
        return Reject("http_error", message("redirect in a circle: {url}", url=url))
    if len(trail) > MAX_REDIRECTS:
        return Reject(
            "http_error",
            message("more than {number} redirects, the last to {url}", number=MAX_REDIRECTS, url=url),
        )
    if role == "article" and not site.is_article(url) and _is_entrance(site, url):
        return Reject("soft_404", message("redirect to {url}", url=url))
    return linked


def depends_on_trail(reject: Reject) -> bool:
    """Whether the redirects before decided on this reject of target(): the last one alone does not give it."""
    return bool(_OF_TRAIL.match(reject.detail))


def led_to(url: str, location: bytes) -> str:
    """The absolute URL that a redirect of `url` names; its Location as it stands where that is no URL.

    A Location with raw bytes beyond ASCII is no URL as it stands: it is repaired, into its canonical form.
    """
    href = _BEYOND_ASCII.sub(lambda m: b"%%%02X" % m[0][0], location).decode("ascii")
    linked = absolute(url, href) or href
    return canonical_url(linked) if len(href) != len(location) else linked


def _is_entrance(site: Site, url: str) -> bool:
    return bool(_HOME.match(url.split("/", 3)[3])) or url in map(canonical_url, site.seeds) or site.is_list(url)
