"""The `# seen:` and `# like:` lines of a site file: URLs that were seen, and what the file has to say of them."""

from __future__ import annotations

import re

from crawler.extract.url import canonical_url, host_of
from crawler.language import message
from crawler.siteconfig.site import Site

_LINE = re.compile(r"^# (seen|like): (\S+) (\S.*)$", re.MULTILINE)
KINDS = ("article", "list", "other")


def seen_lines(text: str) -> list[tuple[str, str, str]]:
    """Mark ("seen", or "like" for a URL of another site with the same software), URL and kind of each line."""
    return _LINE.findall(text)


def contradictions(site: Site, text: str) -> list[str]:
    """What the site's file says of itself and does not keep, a line each; `text`: the file."""
    found: list[str] = []
    for mark, url, kind in seen_lines(text):
        canonical = canonical_url(url)
        if kind not in KINDS:
            allowed = ", ".join(KINDS)
            found.append(
                message("# {mark}: {url} {kind}; allowed: {allowed}", mark=mark, url=url, kind=kind, allowed=allowed)
            )
        elif not host_of(canonical):
            found.append(message("# {mark}: {url}: no http(s) URL", mark=mark, url=url))
        elif site.owns(canonical) != (mark == "seen"):
            if mark == "seen":
                found.append(message("# {mark}: {url}: its host is not in domains", mark=mark, url=url))
            else:
                found.append(message("# {mark}: {url}: its host is in domains", mark=mark, url=url))
        elif (is_kind := kind_of(site, canonical)) != kind:
            found.append(
                message(
                    "# {mark}: {url} {kind}: by the patterns it is {other}",
                    mark=mark,
                    url=url,
                    kind=kind,
                    other=is_kind,
                )
            )
    return found


def kind_of(site: Site, canonical: str) -> str:
    """ "article", "list" or "other": what the patterns say of a canonical URL."""
    return "article" if site.is_article(canonical) else "list" if site.is_list(canonical) else "other"
