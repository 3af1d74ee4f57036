"""Pages that a browser has shown: two records each, as served and as rendered, of which the second is read. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from crawler.extract.article import Capture, Reject
from crawler.extract.url import absolute, canonical_url
from crawler.language import message
from crawler.navigation.discover import Discovered
from crawler.siteconfig.site import Site

SERVED = "served"
"""Field of the metadata record: where the record of the page as served lies, as JSON."""

ERROR = "render-error"
"""Field of the metadata record: why the page could not be rendered; its record is empty then."""

RESOURCES = "resources"
"""Field of the metadata record: URLs of the answers that the page's scripts had, which may hold its text, as JSON."""

MOST_LINKS = 5_000  # of one JSON answer
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\.){1,2048})"')


def captures_of(metadata: Mapping[str, str], capture: Capture) -> list[Capture]:
    """The records of one web page, the one that is read last. `metadata`, `capture`: of that one."""
    try:
        return [Capture.of(json.loads(metadata[SERVED])), capture]
    except (ValueError, KeyError, TypeError, RecursionError):
        return [capture]


def resources_of(metadata: Mapping[str, str]) -> list[str]:
    """The URLs that RESOURCES names."""
    try:
        found = json.loads(metadata[RESOURCES])
    except (ValueError, KeyError, RecursionError):
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def pages_of(captures: Sequence[Capture]) -> list[Capture]:
    """The records that are read, one a web page: without those as served where the rendered one follows."""
    pages: dict[str, Capture] = {canonical_url(each.url): each for each in captures}
    return list(pages.values())


def not_rendered(metadata: Mapping[str, str]) -> Reject | None:
    """The reject of a page that could not be rendered; null for all others."""
    error = metadata.get(ERROR)
    return None if error is None else Reject("broken", message("not rendered: {error}", error=error))


def json_links(site: Site, url: str, body: bytes) -> Iterator[Discovered]:
    """URLs of the site that a JSON answer carries in its strings. `url`: what relative ones refer to."""
    seen: set[str] = set()
    for number, match in enumerate(_STRING.finditer(body.decode("utf-8", "replace"))):
        if number >= MOST_LINKS * 10 or len(seen) >= MOST_LINKS:
            return
        if "/" not in match[1]:
            continue
        try:
            link = absolute(url, str(json.loads(match[0])))
        except ValueError:
            continue
        if link is None or not site.owns(link) or (key := canonical_url(link)) in seen:
            continue
        role = "article" if site.is_article(key) else "list" if site.is_list(key) else None
        if role is not None:
            seen.add(key)
            yield Discovered(link, role)
