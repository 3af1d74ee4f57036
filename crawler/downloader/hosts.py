"""What a crawl knows about each host: until when it is left alone, and how slowly it is to be asked."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler

from crawler.downloader.errors import HostBackoffError
from crawler.downloader.wire.address import AddressPolicy, Resolver
from crawler.downloader.wire.errors import UnresolvedHostError
from crawler.language import message
from crawler.request_meta import BLOCKED, FRONTIER_KEY, SITE
from crawler.signals import host_backs_off

logger = logging.getLogger(__name__)

_BLOCKS = 3  # in a row; a single one may be the firewall's opinion of one URL
_BLOCKED_SECONDS = 3600.0


class Hosts:
    """Extension. Hosts are named as in the URL, without port, as Scrapy names its download slots.

    Settings: ALLOW_PRIVATE_ADDRESSES, CONTACT.
    """

    def __init__(self, crawler: Crawler) -> None:
        private, public = crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES"), bool(crawler.settings["CONTACT"])
        self.addresses = AddressPolicy(private=private, public=public)
        self.resolve = Resolver()
        # Whether the URL under a key of the frontier is still this crawl's to ask for; the frontier is put in here.
        self.has_lease: Callable[[str | None], bool] = lambda key: True
        self._crawler = crawler
        self._backoffs: dict[str, HostBackoffError] = {}
        self.waits: Counter[str] = Counter()  # answers in a row that asked to wait
        self._blocks: Counter[str] = Counter()  # pages in a row that were no pages of the site

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Hosts:
        hosts = crawler.get_extension(cls)
        if hosts is None:
            raise RuntimeError("EXTENSIONS lacks crawler.downloader.hosts.Hosts")
        return hosts

    async def is_public(self, request: Request) -> bool:
        """Whether any address of the request's host is on the public internet. False for one that has none."""
        parts = urlsplit(request.url)
        try:
            addresses = await self.resolve(parts.hostname or "", parts.port or 80)
        except (UnresolvedHostError, ValueError):  # no request to it will be sent
            return False
        return any(map(self.addresses.is_public, addresses))

    def check(self, request: Request) -> None:
        """Raises HostBackoffError while the request's host is left alone."""
        host = host_of(request)
        backoff = self._backoffs.get(host)
        if backoff is None:
            return
        if backoff.until > time.time():
            raise HostBackoffError(host, backoff.until, backoff.reason)
        del self._backoffs[host]

    def back_off(self, request: Request, seconds: float, reason: str) -> HostBackoffError:
        """Leave the request's host alone from now on. Returns the error, which the caller raises."""
        host = host_of(request)
        backoff = self._backoffs[host] = HostBackoffError(host, time.time() + seconds, reason)
        logger.warning("%s", backoff)
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value("rest/hosts")
        if site := SITE.get(request.meta):
            self._crawler.stats.inc_value(f"site/{site}/rests")
        self._crawler.signals.send_catch_log(host_backs_off, host=host, until=backoff.until, reason=reason)
        return backoff

    def judge(self, request: Request, firewall: str | None) -> None:
        """Take note of what blocked the page that `request` was answered with, None for a page of the site.

        Sets meta BLOCKED. A host that sends such pages in a row is left alone.
        """
        host = host_of(request)
        if firewall is None:
            self._blocks[host] = 0
            return
        BLOCKED.set(request.meta, firewall)
        self._blocks[host] += 1
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(f"blocked/{firewall}")
        if site := SITE.get(request.meta):
            self._crawler.stats.inc_value(f"site/{site}/blocked")
        logger.info("Blocked (%s): %s", firewall, request.url)
        if self._blocks[host] >= _BLOCKS:
            self._blocks[host] = 0
            why = message("blocked by {name}, {times} times in a row", name=firewall, times=_BLOCKS)
            self.back_off(request, _BLOCKED_SECONDS, why)

    def pause(self, request: Request, seconds: float) -> None:
        """Hold the host's download queue; for a few seconds only, since an ending crawl has to wait for it."""
        slot = self._downloader.slots.get(host_of(request))
        if slot is not None:
            slot.delay = max(slot.delay, 0.001)  # without any delay, Scrapy does not look at lastseen
            slot.lastseen = time.monotonic() + seconds

    def slow_down(self, host: str, delay: float) -> None:
        """From now on wait at least `delay` seconds between two requests to `host`. Nothing makes a host faster."""
        settings = self._downloader.per_slot_settings.setdefault(host, {})  # what Scrapy makes its slots from
        settings["delay"] = max(delay, settings.get("delay", self._downloader._delay))
        settings["jitter"] = 0.0  # Scrapy's 0.5 would halve it at times
        if slot := self._downloader.slots.get(host):
            slot.jitter = 0.0
        self.restore_delay(host)

    def restore_delay(self, host: str) -> None:
        """Undo what made the host's slot faster than its site, or its robots.txt, allows."""
        slot = self._downloader.slots.get(host)
        if slot is not None:
            slot.delay = max(slot.delay, self._downloader.per_slot_settings.get(host, {}).get("delay", 0.0))

    def may_ask(self, request: Request) -> bool:
        """Whether no other worker may be asking the host by now."""
        return self.has_lease(FRONTIER_KEY.get(request.meta))

    def pause_before_others(self, name: str) -> float:
        """Seconds for which nobody else may ask a host (with its port, as in URLs) after this crawl has."""
        host = urlsplit(f"//{name}").hostname or ""
        slot = self._downloader.slots.get(host)
        least: float = self._downloader.per_slot_settings.get(host, {}).get("delay", self._downloader._delay)
        return 1.5 * max(least, slot.delay if slot else 0.0)  # Scrapy waits for half to one and a half of it

    @property
    def _downloader(self) -> Downloader:
        assert self._crawler.engine is not None
        return self._crawler.engine.downloader


def host_of(request: Request) -> str:
    return urlsplit(request.url).hostname or ""
