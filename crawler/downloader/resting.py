"""Requests that are put off, and not failed: what the downloader says and the frontier hears."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.exceptions import IgnoreRequest

host_resting = object()
"""Signal, sent once for each rest. Arguments: host (as in the URL, without port), until (Unix time), reason."""


crawl_ending = object()
"""Signal, no arguments: the crawl was told to end some seconds ago; whatever still waits for a server must let go."""


class HostRestingError(IgnoreRequest):
    """The request was not answered, or not even sent, because its host rests. Not a failure of the URL: it stays due.

    `until` is Unix time; `reason` one line for a person.
    """

    def __init__(self, host: str, until: float, reason: str) -> None:
        super().__init__(f"{host} rests until {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M:%SZ}: {reason}")
        self.host = host
        self.until = until
        self.reason = reason


class CrawlEndsError(HostRestingError):
    """The crawl ends before the request could be answered. `until` is 0.0: the next run may ask at once."""

    def __init__(self, url: str) -> None:
        IgnoreRequest.__init__(self, f"{url}: the crawl ends first")
        self.host = ""
        self.until = 0.0
        self.reason = "the crawl ends"
