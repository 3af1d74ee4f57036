"""Why a response is no page, for the crawl and for re-extraction from the archive alike. Pure."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from crawler.extract.article import Reject
from crawler.extract.blocked import blocked
from crawler.extract.page import Page


def refused(status: int, page: Page) -> Reject:
    """The Reject for a response of this status, which is neither 200 nor a redirect: blocked by a firewall, or an error."""
    name = blocked(status, page.headers, page.body)
    return Reject("blocked", f"status {status} by {name}") if name else Reject("http_error", f"status {status}")


def asks_to_wait(status: int, retry_after: str | None) -> bool:
    """Whether the response only asks for the request to be repeated later, which is no failure of the page.

    A 503 without a valid Retry-After is a failure like any other.
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
