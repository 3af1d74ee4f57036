"""What a crawl knows about each host: how long it rests, and how slowly it is to be asked."""

from __future__ import annotations

import logging
import time
from collections import Counter
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler

from crawler.downloader.resting import HostRestingError, host_resting

logger = logging.getLogger(__name__)


class Hosts:
    """One for each crawler; hosts are named as in the URL, without port: that is Scrapy's download slot, too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rests: dict[str, HostRestingError] = {}
        self.refusals: Counter[str] = Counter()  # answers in a row that asked for quiet
        self.blocks: Counter[str] = Counter()  # pages in a row that were no pages of the site

    @staticmethod
    def of(crawler: Crawler) -> Hosts:
        if crawler not in _HOSTS:
            _HOSTS[crawler] = Hosts(crawler)
        return _HOSTS[crawler]

    def check(self, request: Request) -> None:
        """Raises HostRestingError while the request's host rests."""
        host = host_of(request)
        rest = self._rests.get(host)
        if rest is None:
            return
        if rest.until > time.time():
            raise HostRestingError(host, rest.until, rest.reason)
        del self._rests[host]

    def rest(self, request: Request, seconds: float, reason: str) -> HostRestingError:
        """Leave the request's host alone from now on; the error is the caller's to raise."""
        host = host_of(request)
        rest = self._rests[host] = HostRestingError(host, time.time() + seconds, reason)
        logger.warning("%s", rest)
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value("rest/hosts")
        if site := request.meta.get("site"):
            self._crawler.stats.inc_value(f"site/{site}/rests")
        self._crawler.signals.send_catch_log(host_resting, host=host, until=rest.until, reason=reason)
        return rest

    def pause(self, request: Request, seconds: float) -> None:
        """Let the host's queue of downloads stand still; for a few seconds only, an ending crawl has to wait for it."""
        slot = self._downloader.slots.get(host_of(request))
        if slot is not None:
            slot.delay = max(slot.delay, 0.001)  # without any delay, Scrapy does not look at lastseen
            slot.lastseen = time.monotonic() + seconds

    def slow_down(self, host: str, delay: float) -> None:
        """Never ask `host` more often than every `delay` seconds. Nothing makes a host faster again."""
        settings = self._downloader.per_slot_settings.setdefault(host, {})  # what Scrapy makes its slots from
        settings["delay"] = max(delay, settings.get("delay", self._downloader._delay))
        self.hold(host)

    def hold(self, host: str) -> None:
        """Undo what made the host's slot faster than its site, or its robots.txt, wants it."""
        slot = self._downloader.slots.get(host)
        if slot is not None:
            slot.delay = max(slot.delay, self._downloader.per_slot_settings.get(host, {}).get("delay", 0.0))

    @property
    def _downloader(self) -> Downloader:
        assert self._crawler.engine is not None
        return self._crawler.engine.downloader


def host_of(request: Request) -> str:
    return urlsplit(request.url).hostname or ""


_HOSTS: WeakKeyDictionary[Crawler, Hosts] = WeakKeyDictionary()
