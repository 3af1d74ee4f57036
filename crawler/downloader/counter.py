"""Counts what comes over the wire, site by site, into the run's counts. The pipelines count what is made of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.extract.refusal import is_page
from crawler.request_meta import ROLE, SITE, WIRE
from crawler.run import Run
from crawler.signals import host_backs_off
from crawler.siteconfig.site import Site

_OUR_LIMITS = {"truncated:length", "truncated:time"}  # DOWNLOAD_MAXSIZE and what may be unpacked, DOWNLOAD_TIMEOUT


class ResponseCounter:
    """Extension. It hears of every answer, also of those that the downloader keeps to itself (429)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.downloaded, signals.response_downloaded)
        crawler.signals.connect(self.backed_off, host_backs_off)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def downloaded(self, response: Response, request: Request) -> None:
        site = SITE.get(request.meta)
        wire = WIRE.get(request.meta)  # the archive takes it next
        if site is not None and wire is not None:
            size = len(wire.response_head) + len(wire.body)
            role = str(ROLE.get(request.meta))
            counts = Run.of(self._crawler).counts(site)
            counts.answer(role, response.status, size, time.monotonic())
            if is_page(response.status) and not _OUR_LIMITS.isdisjoint(response.flags):
                counts.cut_off(role, request.url)

    def backed_off(self, host: str, reason: str) -> None:
        sites: Mapping[str, Site] = getattr(self._crawler.spider, "sites", {})
        for name, site in sites.items():
            if any(domain.partition(":")[0] == host for domain in site.domains):
                Run.of(self._crawler).counts(name).rests.append(reason)
