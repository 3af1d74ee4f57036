"""Did the run go as it should? Each sentence that trouble() returns makes `scrapy crawl` exit with 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crawler.site import Site


def trouble(sites: Sequence[Site], stats: Mapping[str, Any]) -> list[str]:
    """One sentence a site whose article count is outside its `expect`; `stats` are those of the finished crawl."""
    if not stats.get("archive/records"):
        return ["nothing at all could be fetched; see the log"]
    found = []
    for site in sites:
        articles = stats.get(f"site/{site.name}/articles", 0)
        if site.expect and not site.expect.min <= articles <= site.expect.max:
            found.append(f"{site.name}: {articles} articles, expected {site.expect.min} to {site.expect.max}")
    return found
