"""Hostile answers in a crawl that is killed: no row is lost, doubled or another one when made again. Long: bench."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.fuzz_answers import GOOD, draw, shown, smallest, trial
from bench.hostile import Page
from tests.raw_server import Answer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [1, 2])
def test_all_is_well_after_hostile_answers(tmp_path: Path, number: int) -> None:
    hosts = draw(number, 6, 8)
    found = trial(tmp_path, hosts, 20 * number)
    assert found.wrong == [], shown(hosts)
    assert found.rows >= GOOD
    assert found.asked > 40


FOUND = [
    b"HTTP/1.1 302 Found\r\nLocation: http://x.invalid/\r\nLocation: http://[/\r\nContent-Length: 0\r\n\r\n",
]
"""Answers that the bench found, after each of which something was not well."""


def test_what_was_found_is_well(tmp_path: Path) -> None:
    hosts = [[Page("/a/1.html", Answer([answer], "close"))] for answer in FOUND]
    found = trial(tmp_path, hosts, GOOD)
    assert found.wrong == []
    assert found.rows >= GOOD


def test_of_many_answers_those_that_it_takes_are_left() -> None:
    hosts = [[Page(f"/{host}/{at}", Answer([b""])) for at in range(9)] for host in range(3)]
    guilty = hosts[1][4]
    assert smallest(hosts, lambda part: any(page is guilty for _, page in part)) == [[guilty]]
    assert smallest(hosts, lambda part: len(part) == 27) == hosts
