"""Rows <-> Scrapy requests. A request in the frontier is a GET of a URL with meta that JSON can hold: nothing else."""

from __future__ import annotations

import json
from typing import Any

from scrapy import Request, Spider

from crawler.extract.url import host_of
from crawler.frontier.entry import Entry, Leased, key_of

KEY = "frontier"  # meta: the key under which the frontier waits for the end of this request
KNOWN = "known"  # meta: the Capture of the page as it was last; the same page again becomes a revisit of it
HELD = "held"  # meta: the Capture of the answer that a killed run had archived already

# Columns of their own, or what belongs to one attempt and not to the URL.
_NOT_STORED = frozenset(
    {
        *("site", "family", "role", "depth", KEY, KNOWN, HELD, "capture", "stored", "wire", "unchanged", "blocked"),
        *("is_start_request", "dont_retry", "retry_times", "max_retry_times", "tls-error", "trailers"),
        *("download_slot", "download_latency", "download_timeout", "referrer_policy"),
        *("redirect_times", "redirect_ttl", "redirect_urls", "redirect_reasons"),
    }
)


def entry_of(request: Request) -> Entry:
    """What the frontier keeps of a request. Raises TypeError for meta that JSON cannot hold, KeyError for one without
    site, family and role."""
    meta = request.meta
    article = meta.get("article")
    payload: dict[str, Any] = {"meta": {name: value for name, value in meta.items() if name not in _NOT_STORED}}
    for end in ("callback", "errback"):
        function = getattr(request, end)
        if function is not None:
            payload[end] = function.__name__
    return Entry(
        key=key_of(request.url, article),
        url=request.url,
        host=host_of(request.url),
        site=meta["site"],
        family=meta["family"],
        role=meta["role"],
        priority=request.priority,
        payload=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
        chain=article is not None,
    )


def request_of(leased: Leased, spider: Spider) -> Request:
    """The request that entry_of was given, conditional where the page is known. `errback` is left to the scheduler."""
    entry = leased.entry
    payload = json.loads(entry.payload or "{}")
    meta = payload.get("meta", {}) | {
        "site": entry.site,
        "family": entry.family,
        "role": entry.role,
        "depth": entry.depth,
        KEY: entry.key,
    }
    headers = {}
    if leased.known is not None:
        meta[KNOWN] = leased.known
    if leased.held is not None:
        meta[HELD] = leased.held
    elif leased.known is not None and entry.role in ("article", "feed"):
        # Not for lists: a 304 there would hide what stands on their further pages.
        if leased.etag:
            headers["If-None-Match"] = leased.etag.encode("latin-1")  # as it was received
        if leased.last_modified:
            headers["If-Modified-Since"] = leased.last_modified.encode("latin-1")
    callback = getattr(spider, payload["callback"]) if "callback" in payload else None
    return Request(entry.url, callback=callback, headers=headers, meta=meta, priority=entry.priority, dont_filter=True)


def errback_name(leased: Leased) -> str | None:
    """The name of the spider's method that hears of a request without a response."""
    name = json.loads(leased.entry.payload or "{}").get("errback")
    return None if name is None else str(name)
