"""Rows <-> Scrapy requests. A request in the frontier is a GET of a URL with meta that JSON can hold: nothing else."""

from __future__ import annotations

import json
from typing import Any

from scrapy import Request, Spider

from crawler import request_meta
from crawler.archive.reader import is_rendered
from crawler.extract.article import Capture
from crawler.extract.url import article_id, host_of
from crawler.frontier.entry import Entry, Leased, further_key
from crawler.request_meta import ARTICLE, DEPTH, EARLIER, FAMILY, FRONTIER_KEY, HANDED_OUT, HELD, KNOWN, ROLE, SITE
from crawler.run import Run


def entry_of(request: Request) -> Entry:
    """What the frontier keeps of a request. Raises KeyError for one without site, family and role."""
    meta = request.meta
    further = ARTICLE.get(meta)
    payload: dict[str, Any] = {"meta": request_meta.stored(meta)}
    for end in ("callback", "errback"):
        function = getattr(request, end)
        if function is not None:
            payload[end] = function.__name__
    return Entry(
        key=further_key(request.url, further["first"], further["page"]) if further else article_id(request.url),
        url=request.url,
        host=host_of(request.url),
        site=SITE.of(meta),
        family=FAMILY.of(meta),
        role=ROLE.of(meta),
        priority=request.priority,
        payload=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
        chain=further is not None,
    )


def request_of(leased: Leased, spider: Spider) -> Request:
    """The request that entry_of was given, conditional where the page is known. `errback` is left to the scheduler."""
    entry = leased.entry
    payload = json.loads(entry.payload or "{}")
    meta: dict[str, Any] = request_meta.stored(payload.get("meta", {}))
    SITE.set(meta, entry.site)
    FAMILY.set(meta, entry.family)
    ROLE.set(meta, entry.role)
    DEPTH.set(meta, entry.depth)
    FRONTIER_KEY.set(meta, entry.key)
    headers = {}
    known = leased.known
    if known is not None and _was_rendered(known, spider, entry.site):
        # What the server says of the page as it serves it says nothing of what a browser shows.
        EARLIER.set(meta, known)
        known = None
    if known is not None:
        KNOWN.set(meta, known)
    if leased.held is not None:
        HELD.set(meta, leased.held.capture)
        HANDED_OUT.set(meta, leased.held.handed_out)
    elif known is not None and entry.role in ("article", "feed"):
        # Not for lists: a 304 there would hide what stands on their further pages.
        if leased.etag:
            headers["If-None-Match"] = leased.etag.encode("latin-1")  # as it was received
        if leased.last_modified:
            headers["If-Modified-Since"] = leased.last_modified.encode("latin-1")
    callback = getattr(spider, payload["callback"]) if "callback" in payload else None
    return Request(entry.url, callback=callback, headers=headers, meta=meta, priority=entry.priority, dont_filter=True)


def _was_rendered(known: Capture, spider: Spider, name: str) -> bool:
    site = getattr(spider, "sites", {}).get(name)
    if site is None or site.render == "never":
        return False
    return is_rendered(Run.of(spider.crawler).output / "warc", known)


def errback_name(leased: Leased) -> str | None:
    """The name of the spider's method that hears of a request without a response."""
    name = json.loads(leased.entry.payload or "{}").get("errback")
    return None if name is None else str(name)
