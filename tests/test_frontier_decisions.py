"""The pure decisions: when to come back, what is a trap, when a budget is spent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.policy import DAY, MAX_ATTEMPTS, Budget, Budgets, host_backoff, next_attempt, next_visit
from crawler.frontier.traps import Candidate, Limits, link_depth, shape, verdict


@pytest.mark.parametrize(
    ("age", "due"),
    [(0.0, 1.0), (0.9, 1.0), (1.0, 7.0), (3.0, 7.0), (7.5, 30.0), (29.0, 30.0), (30.0, None), (400.0, None)],
)
def test_an_article_is_visited_less_and_less_and_then_never(age: float, due: float | None) -> None:
    found = next_visit(1000.0, 1000.0 + age * DAY)
    assert found == (None if due is None else 1000.0 + due * DAY)


@given(st.lists(st.floats(0.1, 100), max_size=5), st.floats(0, 200))
def test_the_next_visit_is_always_to_come(days: list[float], age: float) -> None:
    found = next_visit(0.0, age * DAY, days)
    assert found is None or found > age * DAY


def test_failures_are_tried_again_later_and_later_and_then_given_up() -> None:
    waits = [next_attempt(attempts, 0.0) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert waits == [3600.0, 4 * 3600.0, 16 * 3600.0, 64 * 3600.0, None]


def test_a_host_that_fails_rests_up_to_an_hour() -> None:
    assert [host_backoff(failures, 0.0) for failures in (1, 4, 5, 6, 99)] == [0.0, 0.0, 60.0, 120.0, 3600.0]


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (Candidate("http://h.cn/news/2024/11/11/11.html", "article"), None),
        (Candidate("http://h.cn/a/b/a/b/c.html", "list"), None),
        (Candidate("http://h.cn/a/b/a/b/a/b/", "list"), "repeated_segments"),
        (Candidate("http://h.cn/list/list/list/1.html", "article"), "repeated_segments"),
        (Candidate("http://h.cn/" + "x/" * 2 + "/".join(f"s{n}" for n in range(20)), "list"), "many_segments"),
        (Candidate("http://h.cn/" + "/".join(f"s{n}" for n in range(20)), "list"), None),
        (Candidate("http://h.cn/" + "/".join(f"s{n}" for n in range(21)), "list"), "many_segments"),
        (Candidate("http://h.cn/?q=" + "x" * (2083 - 15), "list"), None),
        (Candidate("http://h.cn/?q=" + "x" * (2084 - 15), "list"), "long_url"),
        (Candidate("http://h.cn/a/b/a/b/x/", "list"), None),
        (Candidate("http://h.cn/0/a/b/a/b/a/b", "list"), "repeated_segments"),
        (Candidate("http://h.cn/2024/11/2024/11/2024/11/", "list"), None),
        (Candidate("http://h.cn/x.html", "list", depth=30), None),
        (Candidate("http://h.cn/calendar/2031/7/", "list", shape_barren=200), None),
        (Candidate("http://h.cn/calendar/2031/7/", "feed", shape_barren=201), "barren_shape"),
        (Candidate("http://h.cn/x.html", "list", depth=31), "depth"),
        (Candidate("http://h.cn/x.html", "article", depth=31), "depth"),
        (Candidate("http://h.cn/?page=99", "list", barren=20), None),
        (Candidate("http://h.cn/?page=99", "list", barren=21), "barren_chain"),
        (Candidate("http://h.cn/a/99.html", "article", barren=21), None),
        (Candidate("http://h.cn/calendar/2031/7/", "list", shape_barren=201), "barren_shape"),
    ],
)
def test_traps_are_told_from_sites(candidate: Candidate, reason: str | None) -> None:
    assert verdict(candidate, Limits()) == reason


@given(st.text(max_size=200), st.sampled_from(["list", "article", "seed", "feed", "sitemap"]))
def test_no_url_breaks_the_decision(path: str, role: str) -> None:
    verdict(Candidate("http://h.cn/" + path.replace("[", "").replace("]", ""), role), Limits())


def test_sister_pages_have_one_shape_and_are_no_deeper() -> None:
    assert shape("http://h.cn/list_1_2.html?page=3") == shape("http://h.cn/list_10_27.html?page=4")
    assert link_depth("http://h.cn/list_2.html", 3, "http://h.cn/list_3.html") == 3
    assert link_depth("http://h.cn/list_2.html", 3, "http://h.cn/a/3.html") == 4
    assert shape("http://h.cn/a/1.html?page=2") == "/a/0.html?page=0"
    assert shape("http://h.cn/a/1.html") == "/a/0.html"


@pytest.mark.parametrize(
    ("budget", "pages", "received", "seconds", "over"),
    [
        (Budget(), 10**9, 10**12, 10**9, None),
        (Budget(pages=2), 1, 10**12, 10**9, None),
        (Budget(pages=2), 2, 0, 0, "pages"),
        (Budget(bytes=100), 10**9, 99, 10**9, None),
        (Budget(bytes=100), 0, 100, 0, "bytes"),
        (Budget(seconds=60.0), 10**9, 10**12, 59.9, None),
        (Budget(seconds=60.0), 0, 0, 60.0, "seconds"),
        (Budget(pages=2, bytes=100, seconds=60.0), 2, 100, 60.0, "pages"),
        (Budget(pages=2, bytes=100, seconds=60.0), 1, 100, 60.0, "bytes"),
    ],
)
def test_a_budget_names_the_limit_that_was_reached(
    budget: Budget, pages: int, received: int, seconds: float, over: str | None
) -> None:
    budgets = Budgets(budget, began=1000.0)
    budgets.of("s").pages, budgets.of("s").bytes = pages, received
    assert budgets.over("s", 1000.0 + seconds) == over


def test_each_site_has_a_budget_of_its_own() -> None:
    budgets = Budgets(Budget(pages=2), began=0.0)
    budgets.of("s").pages = 2
    assert [budgets.over(site, 1.0) for site in ("s", "other")] == ["pages", None]


@pytest.mark.parametrize(
    "table",
    [{"page": 1}, {"pages": -1}, {"pages": "many"}, {"pages": True}, {"pages": 1 << 60}, {"pages": float("nan")}],
)
def test_a_wrong_budget_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="page"):
        Budget.of(table)


def test_a_budget_is_a_table_of_numbers_and_0_means_no_limit() -> None:
    largest = (1 << 60) - 1
    assert Budget.of({"pages": 0, "seconds": 0.5, "bytes": largest}) == Budget(0, largest, 0.5)
