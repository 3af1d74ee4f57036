"""request.meta: what a request keeps while it waits in the frontier, and what ends with one attempt."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest

from crawler import request_meta
from crawler.downloader.errors import DisallowedError
from crawler.extract import Capture
from crawler.frontier.endings import of_exception
from crawler.frontier.entry import Leased
from crawler.frontier.requests import entry_of, request_of
from crawler.navigation.chain import Chain
from crawler.request_meta import ARTICLE, FAMILY, ROLE, SITE, STORED, VIA, Key

URL = "http://h.test/a/1.html"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
CAPTURE = Capture("<urn:uuid:1>", "w.warc.gz", 10, 20, URL, "sha256:x", NOW)
KEYS = {key.name for key in vars(request_meta).values() if isinstance(key, Key)}


def request(**more: Any) -> Request:
    meta: dict[str, Any] = {}
    SITE.set(meta, "s")
    FAMILY.set(meta, "news")
    ROLE.set(meta, "article")
    return Request(URL, meta=meta | more)


def again(first: Request) -> Request:
    """As the frontier gives it out later."""
    return request_of(Leased(entry_of(first), id=1, host_id=1, attempts=0, discovered=0.0), Spider("any"))


@given(st.text(min_size=1), st.text())
def test_an_unknown_key_is_not_stored(name: str, value: str) -> None:
    if name in KEYS:
        return
    payload = entry_of(request(**{name: value})).payload
    assert payload is not None
    assert json.loads(payload) == {"meta": {}}
    assert name not in again(request(**{name: value})).meta


def test_what_belongs_to_one_attempt_is_not_stored_even_where_json_could_hold_it() -> None:
    attempt = KEYS - {key.name for key in STORED} - {"site", "family", "role"}
    first = request(**dict.fromkeys(attempt, "left by the last attempt"))
    assert json.loads(entry_of(first).payload or "") == {"meta": {}}


def test_where_a_request_comes_from_is_stored() -> None:
    first, further = request(), Chain((CAPTURE,)).further()
    VIA.set(first.meta, "http://h.test/list")
    ARTICLE.set(first.meta, further)
    later = again(first).meta
    assert (VIA.get(later), ARTICLE.get(later), SITE.of(later), ROLE.of(later)) == (
        "http://h.test/list",
        further,
        "s",
        "article",
    )


def test_a_capture_is_the_same_after_its_way_through_json_and_through_a_row() -> None:
    assert Capture.of(json.loads(json.dumps(CAPTURE.as_json()))) == CAPTURE
    row = {**CAPTURE.as_json(), "fetched_at": NOW, "a later column": 1}
    assert Capture.of(row) == CAPTURE


def test_only_the_word_of_robots_txt_makes_a_url_gone() -> None:
    leased = Leased(entry_of(request()), id=1, host_id=1, attempts=0, discovered=0.0)
    said = of_exception(leased, DisallowedError(f"{URL}: disallowed"), (), 0.0)
    other = of_exception(leased, IgnoreRequest("a component read robots.txt and is unhappy"), (), 0.0)
    assert said is not None
    assert other is not None
    assert (said.state, said.reason, other.state) == ("gone", "robots", "failed")
