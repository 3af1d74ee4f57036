"""Prometheus metrics of a crawl while it runs, on METRICS_HOST:METRICS_PORT/metrics; nothing where the port is 0."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.monitor.metrics import Reading, exposition, of_counts, of_reports
from crawler.monitor.progress import Counted
from crawler.run import Run

logger = logging.getLogger(__name__)


class Metrics:
    """A Scrapy extension."""

    def __init__(self, crawler: Crawler, host: str, port: int) -> None:
        self._crawler = crawler
        self._host = host
        self._port = port
        self._listening: Any = None
        self._before: list[Reading] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        port = crawler.settings.getint("METRICS_PORT")
        if not port:
            raise NotConfigured
        metrics = cls(crawler, crawler.settings["METRICS_HOST"], port)
        crawler.signals.connect(metrics.opened, signals.spider_opened)
        crawler.signals.connect(metrics.closed, signals.spider_closed)
        return metrics

    def opened(self) -> None:
        """Raises twisted.internet.error.CannotListenError when the port is taken."""
        from twisted.internet import reactor as installed  # noqa: PLC0415  importing it installs it
        from twisted.web.resource import Resource  # noqa: PLC0415
        from twisted.web.server import Site  # noqa: PLC0415

        run = Run.of(self._crawler)
        self._before = of_reports(run.output, self._crawler.spidercls.name, run.family, run.sites)
        reactor: Any = installed
        root: Any = Resource()  # type: ignore[no-untyped-call]
        page: Any = Resource()  # type: ignore[no-untyped-call]
        page.isLeaf, page.render_GET = True, self._answer
        root.putChild(b"metrics", page)
        site: Any = Site(root)  # type: ignore[no-untyped-call]
        site.log, site.displayTracebacks = (lambda request: None), False
        self._listening = reactor.listenTCP(self._port, site, interface=self._host)
        logger.info("Metrics: http://%s:%d/metrics", self._host, self._port)

    def closed(self) -> None:
        if self._listening is not None:
            self._listening.stopListening()

    def readings(self) -> Iterator[Reading]:
        """What is counted by now."""
        spider, run = self._crawler.spidercls.name, Run.of(self._crawler)
        yield from of_counts(spider, {site: run.counts(site) for site in run.sites})
        yield from self._before
        yield Reading("crawler_run_start_timestamp_seconds", (spider,), run.started.timestamp())
        engine = self._crawler.engine
        if engine is not None and isinstance(engine.scheduler, Counted):
            yield Reading("crawler_queue_urls", (spider,), engine.scheduler.pending)

    def _answer(self, request: Any) -> bytes:
        request.setHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        return exposition(self.readings())


def port_is_taken(host: str, port: int) -> bool:
    """Whether nobody can listen there; asked before a crawl begins, so that a mistake is one line."""
    with socket.socket() as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            ours.bind((host, port))
        except (OSError, UnicodeError):  # no name of a host has more than 63 letters between two dots
            return True
    return False
