"""Answers that are no page: what they say, to the crawl and, from the archive, to re-extraction alike. Pure."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from crawler.extract.article import Reject
from crawler.extract.blocked import blocked
from crawler.extract.page import Page


def refused(status: int, page: Page) -> Reject:
    """Why the page of this status, neither 200 nor a redirect, is no article: a firewall's doing or an error."""
    name = blocked(status, page.headers, page.body)
    return Reject("blocked", f"status {status} by {name}") if name else Reject("http_error", f"status {status}")


def asks_to_wait(status: int, retry_after: str | None) -> bool:
    """Whether the answer says nothing but that the request is to be made again later: it is no failure of the page.

    A 503 that names no time is a failure like any other.
    """
    return status == 429 or (status == 503 and seconds(retry_after, 0.0) is not None)


def seconds(retry_after: str | None, now: float) -> float | None:
    """From a number or a date (RFC 9110 section 10.2.3), `now` in Unix time; None for anything else."""
    text = (retry_after or "").strip()
    if text.isdecimal() and text.isascii():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
