"""A site that goes wrong must not go unseen: exit status 3 and a line that says which site and why."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.monitor.counts import SiteCounts, quantiles
from crawler.monitor.drift import Share, dropped, median, upper
from crawler.monitor.health import trouble
from crawler.monitor.run_report import sections
from tests.site import serve
from tests.site.crawl import crawl
from tests.site.reply import Ready, Reply
from tests.site.scaled import Scaled, ScaledSite
from tests.site.server import Web
from tests.site.website import Bases

pytestmark = pytest.mark.slow

GB = "gb18030"


@dataclass
class Nights:
    """A site that grows from night to night; articles that are new on a changed night are printed by `reskin`."""

    counts: tuple[int, ...]
    reskin: Callable[[str], str]
    changed: frozenset[int]
    lists: Callable[[str], str] = lambda html: html
    name: str = "scaled"
    family: str = "fanwen"
    night: int = 0
    sites: list[ScaledSite] = field(default_factory=list)

    def build(self, bases: Bases) -> Nights:
        self.sites = [Scaled(count).build(bases) for count in self.counts]
        return self

    @property
    def toml(self) -> str:
        return self.sites[0].toml + "expect = { min = 30, max = 500 }\n"

    def answer(self, target: str) -> Ready:
        reply = self.sites[self.night].answer(target)
        if self.night not in self.changed:
            return reply
        if not re.search(r"/\d+(_\d+)?\.html", target):
            return _printed(reply, self.lists)
        known = any(site.answer(target).reply.status == 200 for site in self.sites[: self.night])
        return reply if known else _printed(reply, self.reskin)


def _printed(ready: Ready, change: Callable[[str], str]) -> Ready:
    body, codec = ready.reply.body, GB if b"gb2312" in ready.reply.body[:400] else "utf-8"
    return Ready.of(Reply(change(body.decode(codec)).encode(codec), ready.reply.content_type))


def by_script(html: str) -> str:
    """The text comes by JavaScript now: what most relaunches do."""
    return html.partition("<body")[0] + "<body><div id='app'></div><script src='/app.js'></script></body></html>"


def undated(html: str) -> str:
    """The texts are there, dates and names of the byline are not."""
    return re.sub(r"\d{4}[-年/]\d{1,2}[-月/]\d{1,2}日?", "", html)


def captcha(html: str) -> str:
    return "<html><title>安全验证</title><body>请输入验证码后继续访问</body></html>"


@dataclass
class Told:
    """How a crawl ended."""

    status: int
    cause: str
    site: dict[str, Any]


def night(site: Nights, number: int, sites: Path, output: Path) -> Told:
    site.night = number
    done: CompletedProcess[str] = crawl("fanwen", sites, output, AUTOTHROTTLE_ENABLED="0")
    assert "Traceback" not in done.stderr, done.stderr
    report = json.loads(
        max((output / "state" / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns).read_bytes()
    )
    assert report["exit_status"] == done.returncode
    return Told(done.returncode, report["cause"], report["sites"]["scaled"])


def served(site: Nights, folder: Path) -> Iterator[tuple[Web, Path]]:
    with serve(site) as web:
        yield web, web.write_sites(folder / "sites")


def test_quiet_nights_are_no_trouble_and_a_changed_template_is_3_with_site_and_reason(tmp_path: Path) -> None:
    site = Nights((60, 60, 61, 100), by_script, frozenset({3}))
    for _, sites in served(site, tmp_path):
        first = night(site, 0, sites, tmp_path)
        assert first.status == 0
        says_what_an_operator_asks(first.site)
        for number, new in ((1, 0), (2, 1)):  # far below the 30 that are expected of a full round
            told = night(site, number, sites, tmp_path)
            assert (told.status, told.site["articles"]) == (0, new), told.cause
            assert told.site["frontier"]["standing"] == 60
            assert told.site["frontier"]["complete"]
        told = night(site, 3, sites, tmp_path)
    assert told.status == 3
    assert told.cause.startswith("scaled: 0 % of article pages became articles (most: ")
    assert told.cause.endswith("100 % in the last 2 runs: the template may have changed")


def says_what_an_operator_asks(told: dict[str, Any]) -> None:
    pages = told["articles"] + told["joined_pages"]
    assert told["responses"]["article"] == {"200": pages}
    assert told["requests"] == sum(sum(statuses.values()) for statuses in told["responses"].values())
    assert told["bytes"] > 1000 * pages
    assert told["requests_per_second"] == pytest.approx(told["requests"] / told["seconds"], rel=0.01)
    assert set(told["charsets"]) == {"utf-8", GB}
    assert sum(told["templates"].values()) == told["articles"] == 60
    characters = told["characters"]
    assert 0 < characters["min"] <= characters["p10"] <= characters["median"] <= characters["p90"] <= characters["max"]
    assert (told["rejects"], told["failures"], told["rests"], told["end"]) == ({}, {}, [], "drained")


def test_a_field_that_is_no_longer_found_is_3_though_every_page_becomes_an_article(tmp_path: Path) -> None:
    site = Nights((60, 130), undated, frozenset({1}))
    for _, sites in served(site, tmp_path):
        assert night(site, 0, sites, tmp_path).status == 0
        told = night(site, 1, sites, tmp_path)
    assert told.site["articles"] > 60
    assert told.status == 3
    assert "of articles have 'published', " in told.cause
    assert "became articles" not in told.cause


def test_lists_that_show_nothing_any_more_are_3(tmp_path: Path) -> None:
    site = Nights((60, 60), by_script, frozenset({1}), lists=lambda html: html.replace("/c", "/new/c"))
    for _, sites in served(site, tmp_path):
        assert night(site, 0, sites, tmp_path).status == 0
        told = night(site, 1, sites, tmp_path)
    assert told.status == 3
    assert "scaled: 0 articles, expected 30 to 500" in told.cause
    assert "scaled: its lists show 0 articles, 60 in the run before" in told.cause


def test_a_site_that_sends_block_pages_only_is_3_and_names_the_firewall(tmp_path: Path) -> None:
    site = Nights(
        (60, 130),
        lambda html: "<html><title>安全验证</title><body>请输入验证码后继续访问</body></html>",
        frozenset({1}),
    )
    for _, sites in served(site, tmp_path):
        assert night(site, 0, sites, tmp_path).status == 0
        told = night(site, 1, sites, tmp_path)
    assert told.status == 3
    assert re.search(r"scaled: left with \d+ URLs waiting: blocked by captcha, 3 times in a row", told.cause)
    assert told.site["end"].startswith("resting: blocked by captcha")


def test_a_few_bad_pages_are_chance_and_many_are_not() -> None:
    usual = [Share(96, 100)] * 7
    assert dropped(Share(2, 3), usual, factor=0.7) is None
    assert dropped(Share(80, 100), usual, factor=0.7) is None
    fall = dropped(Share(3, 100), usual, factor=0.7)
    assert fall is not None
    assert (fall.now, fall.before) == ("3 %", "96 % in the last 7 runs")


def test_a_site_of_two_articles_a_night_is_judged_by_several_nights() -> None:
    good, bad = Share(2, 2), Share(0, 2)
    assert dropped(bad, [good] * 20, factor=0.7) is None
    assert dropped(bad, [bad] * 9 + [good] * 20, factor=0.7) is not None


def test_a_dead_network_is_one_short_sentence_however_many_sites() -> None:
    counted = {f"s{number}": SiteCounts(rests=[f"host {number} cannot be reached"]) for number in range(1_000)}
    [sentence] = trouble([], sections(counted, {}, {}), {})
    assert sentence.startswith("nothing at all could be fetched: host 0 cannot be reached, host 1")
    assert sentence.endswith(" and 995 more")


def test_without_history_only_a_presumption_can_be_failed() -> None:
    assert dropped(Share(0, 100), [], factor=0.7) is None
    fall = dropped(Share(0, 100), [], factor=0.7, presumed=0.5)
    assert fall is not None
    assert fall.before is None
    assert dropped(Share(0, 0), [Share(9, 9)], factor=0.7, presumed=0.5) is None


SHARES = st.integers(1, 10_000).flatmap(lambda of: st.builds(Share, st.integers(0, of), st.just(of)))


@given(SHARES, st.lists(SHARES, max_size=40))
def test_what_is_no_worse_than_usual_never_is_a_drop(today: Share, past: list[Share]) -> None:
    assert 0 <= today.hits / today.of <= upper(today) <= 1
    if past and all(today.hits / today.of >= each.hits / each.of for each in past) and today.of >= 20:
        assert dropped(today, past, factor=1.0) is None


@given(st.dictionaries(st.integers(0, 10**6), st.integers(1, 50), min_size=1))
def test_quantiles_are_values_in_order(counts: dict[int, int]) -> None:
    found = quantiles(counts)
    assert found is not None
    assert set(found.values()) <= set(counts)
    assert list(found.values()) == sorted(found.values())
    assert found["median"] == median(list(counts.items()))
