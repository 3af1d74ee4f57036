"""AutoThrottle that keeps the delay of a slow site: Scrapy's own knows one least delay for all hosts."""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from crawler.downloader.hosts import Hosts, host_of


class Throttle(AutoThrottle):
    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        Hosts.of(self.crawler).restore_delay(host_of(request))
