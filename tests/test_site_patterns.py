"""Patterns of a site file cannot keep a crawl busy: what may take exponential time is refused when the file is read."""

from __future__ import annotations

import re
import time
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.siteconfig.backtracking import TooLargeError, degree
from crawler.siteconfig.site import LONGEST_URL, SiteError, load_site

EXPONENTIAL = [
    r"^/(a+)+$",
    r"^/(ab|a|b)*$",
    r"^/(a|aa)+$",
    r"^/([a-z]+)*\d$",
    r"(x+x+)+y",
    r"^/(.*)*$",
    r"^/(?:[a-z0-9]+-?)+\.html$",
    r"^/(\w+\s?)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"((ab)*)*c",
    r"(\d+\d+)+x",
    r"(?=(a+)+$)a",
    r"(a{2,3}){5,}b",
    r"(?i:(ab|AB)+)c",
    r"(?i)(ab|AB)+c",
    r"([a-z]{1,100})+",
    r"(?:[^/]|\w)+/",
]
POWERS = {
    r"^/([a-z0-9]+/)+\d+\.html?$": 0,
    r"(?:/[^/]+)+/$": 0,
    r"(\d{6,8}-)+x": 0,
    r"/[a-z]+/[a-z]+/[a-z]+/\d+": 0,
    r"^/(\d+)/\1\.shtml$": 0,
    r"(?:a?)*b": 0,
    r"([a-z]+\d)+x": 0,
    r"^/a+b+c+(?!d)": 0,
    r"^/c-\d+(-p\d+)?\.html$": 0,
    r"\d+\d+$": 1,
    r"/.*-.*_.*html": 2,
    r"(.*a){11}": 10,
}
FILE = """
family = "news"
domains = ["a.example"]
seeds = ["http://a.example/"]
article = ['{}']
"""


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_a_pattern_that_may_try_exponentially_many_ways_is_refused(tmp_path: Path, pattern: str) -> None:
    assert degree(pattern) == inf
    (tmp_path / "a.toml").write_text(FILE.format(pattern))
    with pytest.raises(SiteError, match=r"a\.toml: article: .*time exponential"):
        load_site(tmp_path / "a.toml")


@pytest.mark.parametrize("pattern", POWERS)
def test_the_power_of_the_length_is_told(tmp_path: Path, pattern: str) -> None:
    assert degree(pattern) == POWERS[pattern]
    (tmp_path / "a.toml").write_text(FILE.format(pattern))
    if POWERS[pattern] <= 2:
        assert load_site(tmp_path / "a.toml").article[0].pattern == pattern
    else:
        with pytest.raises(SiteError, match="time a power of 10 in the length"):
            load_site(tmp_path / "a.toml")


@pytest.mark.parametrize("pattern", [r"a{100000}", r"(a{1000}){1000}", "(.*a){20}", "(" * 5000 + ")" * 5000])
def test_a_pattern_that_is_too_large_to_judge_is_refused_at_once(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "a.toml").write_text(FILE.format(pattern))
    began = time.process_time()
    with pytest.raises(SiteError, match=r"a\.toml: article"):
        load_site(tmp_path / "a.toml")
    assert time.process_time() - began < 5


def test_a_url_longer_than_any_sitemaps_is_matched_by_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(FILE.format(r"^/[a-z]+$"))
    site = load_site(tmp_path / "a.toml")
    assert site.is_article(f"http://a.example/{'a' * (LONGEST_URL - 1)}")
    assert not site.is_article(f"http://a.example/{'a' * LONGEST_URL}")


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "a+", "b*", "(?:ab)?", r"\w", "a{1,3}"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from("*+?")).map(lambda two: f"(?:{two[0]}){two[1]}"),
    ),
    max_leaves=6,
)


@given(PATTERNS, st.text("ab", min_size=1, max_size=3))
def test_what_is_let_through_is_fast_on_every_text(pattern: str, pumped: str) -> None:
    try:
        power = degree(pattern)
    except TooLargeError:
        return
    if power <= 2:
        began = time.process_time()
        re.compile(pattern + "c").match(pumped * (120 // len(pumped)))
        assert time.process_time() - began < 1  # 2 to the power of 120 ways would take for ever
