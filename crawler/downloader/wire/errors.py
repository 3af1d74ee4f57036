"""What an exchange can fail with. The client knows no Scrapy: crawler/downloader/handler.py translates, once."""

from __future__ import annotations


class WireError(Exception):
    """There is no reply to report; the message is one line."""


class ForbiddenAddressError(WireError):
    """The host's addresses are none that this crawl connects to."""


class UnresolvedHostError(WireError):
    """The name server knows no address of the host."""


class UnreachableError(WireError):
    """None of the host's addresses accepted a connection. `refused`: the last one said so, it did not time out."""

    def __init__(self, message: str, *, refused: bool) -> None:
        super().__init__(message)
        self.refused = refused


class NoSocketError(WireError):
    """This machine gives no socket (too many open files, no memory): nothing that the host has done."""


class NoReplyError(WireError):
    """The connection ended before a whole head had come. `untouched`: not one byte of it had."""

    def __init__(self, message: str, *, untouched: bool) -> None:
        super().__init__(message)
        self.untouched = untouched


class ReplyTimeoutError(WireError):
    """The deadline passed before a whole head had come."""


class BadHeadError(WireError):
    """What came first is no HTTP/1 status line, or the head is longer than any that is read."""
