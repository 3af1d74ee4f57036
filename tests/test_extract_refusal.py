"""What a status says of the page, and how long a server asks to wait."""

from __future__ import annotations

import pytest

from crawler.extract.refusal import LONGEST_WAIT, asks_to_wait, is_page, refused, seconds
from tests.extract_kit import page

NOON = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT


@pytest.mark.parametrize(("status", "is_one"), [(199, False), (200, True), (206, True), (299, True), (300, False)])
def test_a_page_comes_with_success(status: int, is_one: bool) -> None:
    assert is_page(status) is is_one


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        ("2.5", 2.5),
        ("120, 7", 120.0),
        ("-1", 0.0),
        ("0", 0.0),
        ("86400", LONGEST_WAIT),
        ("86401", LONGEST_WAIT),
        ("9" * 400, LONGEST_WAIT),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60.0),
        ("Sun, 06 Nov 1994 08:50:37", 60.0),
        ("Sun, 06 Nov 1994 16:50:37 +0800", 60.0),
        ("Sun, 06 Nov 1994 08:48:37 GMT", 0.0),
        ("Sun, 06 Nov 2094 08:48:37 GMT", LONGEST_WAIT),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_server_asks_for_seconds_or_names_a_date(value: str | None, wait: float | None) -> None:
    assert seconds(value, NOON) == wait


@pytest.mark.parametrize(
    ("status", "after", "asks"),
    [(429, None, True), (429, "x", True), (503, "7", True), (503, None, False), (503, "x", False), (500, "7", False)],
)
def test_who_asks_to_wait_has_not_failed(status: int, after: str | None, asks: bool) -> None:
    assert asks_to_wait(status, after) is asks


def test_an_error_is_a_reject_and_a_firewalls_is_blocked() -> None:
    error = refused(500, page("<p>Oops</p>"))
    assert (error.reason, error.detail) == ("http_error", "status 500")
