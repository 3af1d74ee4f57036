"""Why a response is no page, for the crawl and for re-extraction from the archive alike. Pure."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from crawler.extract.article import Reject
from crawler.extract.blocked import blocked
from crawler.extract.page import Page
from crawler.language import message

LONGEST_WAIT = 86400.0
"""Seconds. What asks for more is asked again after a day."""

# "120", and what is seen beside it: "2.5", "120, 120" of two headers, "-1" of clocks that are wrong.
_NUMBERS = re.compile(r"[+-]?\d+(?:\.\d*)?(?:\s*,\s*[+-]?\d+(?:\.\d*)?)*", re.ASCII)


def refused(status: int, page: Page) -> Reject:
    """The Reject for a response of this status, which is neither 200 nor a redirect: blocked by a firewall, or an error."""
    name = blocked(status, page.headers, page.body)
    if name:
        return Reject("blocked", message("status {status} by {name}", status=status, name=name))
    return Reject("http_error", message("status {status}", status=status))


def is_page(status: int) -> bool:
    """Whether an answer of this status brings the page: 200, and also 203 of a proxy or 206 of a careless server."""
    return 200 <= status < 300


def asks_to_wait(status: int, retry_after: str | None) -> bool:
    """Whether the response only asks for the request to be repeated later, which is no failure of the page.

    A 503 without a valid Retry-After is a failure like any other.
    """
    return status == 429 or (status == 503 and seconds(retry_after, 0.0) is not None)


def seconds(retry_after: str | None, now: float) -> float | None:
    """From a number or a date (RFC 9110 section 10.2.3), `now` in Unix time; the longest where there are several.

    Not negative, at most LONGEST_WAIT. None for anything else.
    """
    text = (retry_after or "").strip()
    if _NUMBERS.fullmatch(text):
        wait = max(map(float, text.split(",")))
        return min(max(wait, 0.0), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(text)
        wait = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT)
