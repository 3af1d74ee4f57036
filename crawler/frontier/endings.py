"""How a visit ends: a response or an exception, judged."""

from __future__ import annotations

import re

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.archive.exchange import ArchiveError
from crawler.downloader.errors import CrawlEndsError, DisallowedError, HostBackoffError, MachineError
from crawler.extract.refusal import is_page
from crawler.frontier.entry import Entry, Held, Leased, Visit
from crawler.frontier.tables import DONE, FAILED, GONE, PENDING
from crawler.request_meta import BLOCKED, CAPTURE, NOT_RENDERED

_GONE = (404, 410)
_LONGEST_VALIDATOR = 1024  # bytes of an ETag or a date
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")  # PostgreSQL holds no NUL, and no request a line end


def is_unchanged(leased: Leased, response: Response) -> bool:
    """Whether an article is as it was: the server says so (304), or the payload is the same to the bit.

    The archive says the same by a revisit record, for re-extraction.
    """
    if response.status == 304:
        return leased.known is not None and leased.entry.role in ("article", "feed")  # no other is asked so
    capture = CAPTURE.get(response.meta)
    return (
        is_page(response.status)
        and leased.entry.role == "article"
        and not leased.entry.chain
        and None not in (leased.known, capture)
        and capture.payload_digest == leased.known.payload_digest  # type: ignore[union-attr]
    )


def of_response(
    leased: Leased, response: Response, links: tuple[Entry, ...], now: float, fresh: bool | None = None
) -> Visit:
    """The end of a visit that brought an answer, of whatever status. `links`, `fresh`: as in Visit."""
    state, reason, retry = _judge(response)
    capture = CAPTURE.get(response.meta)
    unchanged = is_unchanged(leased, response)
    if response.status == 304 and not unchanged:  # nobody asked whether it has changed
        state, reason, retry = FAILED, "status 304", True
    page = capture if state == DONE and is_page(response.status) and not unchanged else None
    return Visit(
        leased,
        state,
        now,
        reason="unchanged" if unchanged else reason,
        retry=retry,
        links=links,
        record_id=capture.record_id if capture else None,
        capture=page,
        size=capture.length if capture else 0,
        etag=_header(response, b"ETag") if page else None,
        last_modified=_header(response, b"Last-Modified") if page else None,
        fresh=fresh,
    )


def of_exception(
    leased: Leased, error: BaseException, links: tuple[Entry, ...], now: float, record_id: str | None = None
) -> Visit | None:
    """The end of a visit that brought no answer; None when storage or machine failed: nothing is known of the URL.

    `record_id` is that of an error answer which an earlier attempt of the same visit had.
    """
    if isinstance(error, ArchiveError | MachineError):
        return None
    if isinstance(error, HostBackoffError):
        held = leased.held if isinstance(error, CrawlEndsError) else None
        return Visit(leased, PENDING, now, reason="resting", host_failed=None, held=held)
    if isinstance(error, DisallowedError):
        return Visit(leased, GONE, now, reason="robots", links=links, host_failed=None)
    if isinstance(error, IgnoreRequest):
        return Visit(leased, FAILED, now, reason=f"ignored: {error}", links=links, host_failed=None)
    name = type(error).__name__
    reason = f"{name}: {error}"
    return Visit(leased, FAILED, now, reason, links, record_id, retry=True, host_failed=True)


def of_interruption(leased: Leased, response: Response | None, now: float) -> Visit:
    """The end of a visit that the crawl had no time for: its answer, if it has one, is held for the next run."""
    held, capture = leased.held, CAPTURE.get(response.meta) if response is not None else None
    if capture is not None and response is not None and is_page(response.status):
        held = held if held is not None and held.capture.record_id == capture.record_id else Held(capture)
    return Visit(leased, PENDING, now, reason="interrupted", host_failed=None, held=held)


def of_bug(leased: Leased, response: Response, error: BaseException, now: float) -> Visit:
    """The end of a visit whose callback raised. The page is archived; its links come with the next attempt."""
    capture = CAPTURE.get(response.meta)
    return Visit(
        leased,
        FAILED,
        now,
        reason=f"callback: {type(error).__name__}: {error}",
        retry=True,
        record_id=capture.record_id if capture else None,
    )


def _judge(response: Response) -> tuple[str, str | None, bool]:
    if firewall := BLOCKED.get(response.meta):
        return FAILED, f"blocked: {firewall}", True
    if error := NOT_RENDERED.get(response.meta):
        return FAILED, f"not rendered: {error}", True  # the network or the browser: the page may be whole next time
    if response.status in _GONE:
        return GONE, f"status {response.status}", False
    if response.status >= 400:
        return FAILED, f"status {response.status}", True
    if 300 <= response.status < 400 and response.status != 304:
        return DONE, "redirect", False
    return DONE, None, False


def _header(response: Response, name: bytes) -> str | None:
    """A validator to be sent back, each character a byte as received; null for what no server means as one."""
    value = response.headers.get(name)
    if not value or len(value) > _LONGEST_VALIDATOR or _CONTROL.search(value):
        return None
    return value.decode("latin-1")
