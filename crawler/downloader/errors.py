"""The downloader's exceptions, as Scrapy knows them: requests that are put off, and requests that are refused."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from crawler.language import about, message


class HostBackoffError(IgnoreRequest):
    """The request was not answered, or not even sent, because its host is left alone for now.

    It is no failure of the URL, which stays due. `until` is Unix time; `reason` is one line for a person.
    """

    def __init__(self, host: str, until: float, reason: str) -> None:
        when = f"{datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M:%SZ}"
        super().__init__(message("{host} is left alone until {when}: {why}", host=host, when=when, why=reason))
        self.host = host
        self.until = until
        self.reason = reason


class CrawlEndsError(HostBackoffError):
    """The crawl ends before the request could be answered. `until` is 0.0: the next run may ask at once."""

    def __init__(self, url: str) -> None:
        IgnoreRequest.__init__(self, about(url, message("the crawl ends first")))
        self.host = ""
        self.until = 0.0
        self.reason = "the crawl ends"


class LeaseLostError(HostBackoffError):
    """This process stood still for longer than its lease: another worker may be asking the host by now."""

    def __init__(self, url: str) -> None:
        IgnoreRequest.__init__(self, about(url, message("the lease of its host has run out")))
        self.host = ""
        self.until = 0.0
        self.reason = "the lease has run out"


class DisallowedError(IgnoreRequest):
    """robots.txt does not allow this agent to ask for the URL."""


class AddressRefusedError(DownloadCancelledError):
    """The URL leads to an address that this crawl does not connect to. Never retried."""


class MachineError(Exception):
    """This machine failed, not the URL or its host: the crawl ends as it does when the disk is full."""
