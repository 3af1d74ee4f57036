"""How a visit ends, judged from the answer or the exception alone, and how a page is asked for again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.archive.exchange import ArchiveError
from crawler.downloader.errors import CrawlEndsError, HostBackoffError, LeaseLostError, MachineError
from crawler.extract.article import Capture
from crawler.frontier.endings import is_unchanged, of_bug, of_exception, of_interruption, of_response
from crawler.frontier.entry import Held, Leased, Visit
from crawler.frontier.requests import entry_of, errback_name, request_of
from crawler.request_meta import (
    ARTICLE,
    BLOCKED,
    CAPTURE,
    FAMILY,
    HANDED_OUT,
    HELD,
    KNOWN,
    NOT_RENDERED,
    ROLE,
    SITE,
    Key,
)
from tests.frontier_kit import entry

PAGE = "http://h.test/a/1.html"
NOW = 1_800_000_000.0
FIRST = Capture("<urn:uuid:1>", "w.warc.gz", 10, 20, PAGE, "sha256:aa", datetime(2026, 1, 2, tzinfo=UTC))
SAME = replace(FIRST, record_id="<urn:uuid:2>", length=21)
OTHER = replace(SAME, payload_digest="sha256:bb")


def leased(role: str = "article", *, known: Capture | None = FIRST, held: Held | None = None, **more: Any) -> Leased:
    return Leased(entry(PAGE, role, **more), id=1, host_id=1, attempts=0, discovered=0.0, known=known, held=held)


def answer(
    status: int = 200, capture: Capture | None = SAME, keys: dict[Key[Any], Any] | None = None, **headers: Any
) -> Response:
    request = Request(PAGE)
    for key, value in {CAPTURE: capture, **(keys or {})}.items():
        if value is not None:
            key.set(request.meta, value)
    return Response(PAGE, status=status, headers=headers, request=request)


@pytest.mark.parametrize(
    ("before", "response", "unchanged"),
    [
        (leased(), answer(), True),
        (leased(), answer(capture=OTHER), False),
        (leased(), answer(capture=None), False),
        (leased(known=None), answer(), False),
        (leased(known=None), answer(capture=None), False),
        (leased("list"), answer(), False),
        (leased("feed"), answer(), False),
        (leased(chain=True), answer(), False),
        (leased(), answer(404), False),
        (leased(), answer(302), False),
        (leased(), answer(206), True),
        (leased(), answer(304), True),
        (leased("feed"), answer(304), True),
        (leased("list"), answer(304), False),
        (leased(known=None), answer(304), False),
    ],
)
def test_an_article_is_as_it_was_where_the_server_or_its_bytes_say_so(
    before: Leased, response: Response, unchanged: bool
) -> None:
    assert is_unchanged(before, response) is unchanged


@pytest.mark.parametrize(
    ("response", "state", "reason", "retry", "page"),
    [
        (answer(capture=OTHER), "done", None, False, True),
        (answer(), "done", "unchanged", False, False),
        (answer(304), "done", "unchanged", False, False),
        (answer(299, OTHER), "done", None, False, True),
        (answer(300, OTHER), "done", "redirect", False, False),
        (answer(301, OTHER), "done", "redirect", False, False),
        (answer(399, OTHER), "done", "redirect", False, False),
        (answer(400, OTHER), "failed", "status 400", True, False),
        (answer(403, OTHER), "failed", "status 403", True, False),
        (answer(404, OTHER), "gone", "status 404", False, False),
        (answer(410, OTHER), "gone", "status 410", False, False),
        (answer(411, OTHER), "failed", "status 411", True, False),
        (answer(500, OTHER), "failed", "status 500", True, False),
        (answer(200, OTHER, {BLOCKED: "a wall"}), "failed", "blocked: a wall", True, False),
        (answer(404, OTHER, {BLOCKED: "a wall"}), "failed", "blocked: a wall", True, False),
        (answer(200, OTHER, {NOT_RENDERED: "no time"}), "failed", "not rendered: no time", True, False),
    ],
)
def test_an_answer_ends_a_visit(response: Response, state: str, reason: str | None, retry: bool, page: bool) -> None:
    visit = of_response(leased(), response, (), NOW)
    assert (visit.state, visit.reason, visit.retry, visit.at) == (state, reason, retry, NOW)
    assert visit.capture == (OTHER if page else None)
    assert (visit.record_id, visit.size, visit.host_failed) == ("<urn:uuid:2>", 21, False)


def test_not_modified_is_a_failure_where_nobody_asked() -> None:
    visit = of_response(leased(known=None), answer(304), (), NOW)
    assert (visit.state, visit.reason, visit.retry, visit.capture) == ("failed", "status 304", True, None)


def test_an_answer_without_a_record_has_no_size_and_no_page() -> None:
    visit = of_response(leased(), answer(capture=None, ETag='"v1"'), (), NOW)
    assert (visit.state, visit.record_id, visit.size, visit.capture, visit.etag) == ("done", None, 0, None, None)


@pytest.mark.parametrize(
    ("value", "kept"),
    [('"v1"', '"v1"'), (b"\xe9", "é"), ("x" * 1024, "x" * 1024), ("x" * 1025, None), ("", None), (b"a\x00b", None)],
)
def test_validators_are_kept_as_received_where_they_can_be_sent_back(value: str | bytes, kept: str | None) -> None:
    headers: dict[str, Any] = {"ETag": value, "Last-Modified": value}
    visit = of_response(leased(), answer(200, OTHER, **headers), (), NOW)
    assert (visit.etag, visit.last_modified) == (kept, kept)
    errors = of_response(leased(), answer(500, OTHER, **headers), (), NOW)
    assert (errors.etag, errors.last_modified) == (None, None)


@pytest.mark.parametrize("error", [ArchiveError("disk full"), MachineError("no socket left")])
def test_nothing_is_known_of_a_url_where_the_machine_failed(error: Exception) -> None:
    assert of_exception(leased(), error, (), NOW) is None


@pytest.mark.parametrize(
    ("error", "state", "reason", "retry", "host_failed", "keeps"),
    [
        (HostBackoffError("h.test", NOW, "it said so"), "pending", "resting", False, None, False),
        (LeaseLostError(PAGE), "pending", "resting", False, None, False),
        (CrawlEndsError(PAGE), "pending", "resting", False, None, True),
        (IgnoreRequest("not this one"), "failed", "ignored: not this one", False, None, False),
        (ValueError("bad answer"), "failed", "ValueError: bad answer", True, True, False),
    ],
)
def test_an_exception_ends_a_visit(
    error: Exception, state: str, reason: str, retry: bool, host_failed: bool | None, keeps: bool
) -> None:
    held = Held(FIRST, 1)
    visit = of_exception(leased(held=held), error, (), NOW, "<urn:uuid:9>")
    assert visit is not None
    assert (visit.state, visit.reason, visit.retry, visit.host_failed) == (state, reason, retry, host_failed)
    assert visit.held == (held if keeps else None)
    assert visit.record_id == ("<urn:uuid:9>" if retry else None)


@pytest.mark.parametrize(
    ("before", "response", "held"),
    [
        (None, None, None),
        (None, answer(), Held(SAME)),
        (None, answer(500), None),
        (None, answer(capture=None), None),
        (Held(FIRST, 2), None, Held(FIRST, 2)),
        (Held(SAME, 2), answer(), Held(SAME, 2)),  # how often it was handed out is not forgotten
        (Held(FIRST, 2), answer(), Held(SAME)),
        (Held(FIRST, 2), answer(500), Held(FIRST, 2)),
    ],
)
def test_an_answer_that_the_crawl_had_no_time_for_is_held(
    before: Held | None, response: Response | None, held: Held | None
) -> None:
    visit = of_interruption(leased(held=before), response, NOW)
    assert (visit.state, visit.reason, visit.host_failed, visit.held) == ("pending", "interrupted", None, held)


@pytest.mark.parametrize(("capture", "record"), [(SAME, "<urn:uuid:2>"), (None, None)])
def test_a_callback_that_raised_fails_the_visit_and_its_page_is_archived(
    capture: Capture | None, record: str | None
) -> None:
    visit = of_bug(leased(), answer(capture=capture), KeyError("x"), NOW)
    assert (visit.state, visit.retry, visit.record_id) == ("failed", True, record)
    assert visit.reason == "callback: KeyError: 'x'"


def test_a_visit_ends_in_a_state_that_is_none_of_a_lease() -> None:
    with pytest.raises(ValueError, match="leased"):
        Visit(leased(), "leased", NOW)


class Pages(Spider):
    def seen(self, response: Response) -> None: ...

    def unseen(self, failure: object) -> None: ...


@pytest.mark.parametrize(
    ("role", "known", "asked"),
    [("article", FIRST, True), ("feed", FIRST, True), ("list", FIRST, False), ("article", None, False)],
)
def test_a_known_article_is_asked_for_on_condition(role: str, known: Capture | None, asked: bool) -> None:
    one = replace(leased(role, known=known), etag='"é"', last_modified="Fri, 02 Jan 2026 00:00:00 GMT")
    request = request_of(one, Pages("any"))
    assert request.headers.get("If-None-Match") == ('"é"'.encode("latin-1") if asked else None)
    assert request.headers.get("If-Modified-Since") == (b"Fri, 02 Jan 2026 00:00:00 GMT" if asked else None)
    assert KNOWN.get(request.meta) == known
    assert request.dont_filter
    bare = request_of(leased(role, known=known), Pages("any"))
    assert [name for name in bare.headers if name.startswith(b"If-")] == []


def test_a_held_answer_goes_with_its_request_and_nothing_is_asked_on_condition() -> None:
    request = request_of(replace(leased(held=Held(SAME, 2)), etag='"v1"'), Pages("any"))
    assert (HELD.get(request.meta), HANDED_OUT.get(request.meta)) == (SAME, 2)
    assert "If-None-Match" not in request.headers
    assert HELD.get(request_of(leased(), Pages("any")).meta) is None


def test_callbacks_are_kept_by_name() -> None:
    spider, meta = Pages("any"), {SITE.name: "s", FAMILY.name: "news", ROLE.name: "list"}
    plain, whole = Request(PAGE, meta=meta), Request(PAGE, spider.seen, errback=spider.unseen, meta=meta, priority=7)
    kept = [replace(leased(), entry=entry_of(each)) for each in (plain, whole)]
    assert [json.loads(each.entry.payload or "") for each in kept] == [
        {"meta": {}},
        {"meta": {}, "callback": "seen", "errback": "unseen"},
    ]
    assert [errback_name(each) for each in kept] == [None, "unseen"]
    again = request_of(kept[1], spider)
    assert (again.callback, again.priority) == (spider.seen, 7)
    assert request_of(kept[0], spider).callback is None
    assert ARTICLE.get(again.meta) is None
    assert errback_name(leased()) is None  # an entry without a payload
    assert request_of(leased(), spider).callback is None
