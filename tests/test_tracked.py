"""text + removed = the body, character for character: for bodies of every kind and every rule there is."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import Article
from pipelines.process import extract_page, finish
from pipelines.text.clean import RULES, clean
from pipelines.text.tracked import TrackedText, restore
from tests.examples import times
from tests.test_demo_extraction import WEBS, page_of

_WORDS = [
    *("我们", "的工作", "，", "。", "（", "）", "1、", "2、", "\n", "\n\n", " ", "　", "附送：", "【", "】"),
    *("\u200b", "\ue5e5", "篇一", "网(wǎng)", "责任编辑：张三"),
]
_PROOFS = sorted({rule.proof[0] for rule in RULES})
_pieces = st.sampled_from(_WORDS) | st.sampled_from(_PROOFS) | st.text(max_size=5)
bodies = st.lists(_pieces, max_size=60).map("".join)


def article(text: str, title: str = "我们的工作") -> Article:
    return Article(id="", url="", canonical_url="", site="", family="", template="", title=title, text=text)


@given(bodies, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 20)), max_size=6))
def test_any_spans_taken_in_any_order_come_back(body: str, cuts: list[tuple[int, int]]) -> None:
    tracked = TrackedText(body)
    for start, length in cuts:
        tracked.remove("rule", [(min(start, len(tracked.text)), min(start + length, len(tracked.text)))])
    assert restore(tracked.text, tracked.removed()) == body


@given(bodies, st.lists(st.sets(st.integers(0, 30), max_size=8), max_size=3))
def test_lines_taken_come_back_and_nothing_else_goes(body: str, takes: list[set[int]]) -> None:
    tracked = TrackedText(body)
    for indices in takes:
        expected = [line for i, line in enumerate(tracked.text.split("\n")) if i not in indices]
        tracked.remove_lines("lines", indices)
        assert tracked.text == "\n".join(expected)
    assert restore(tracked.text, tracked.removed()) == body


def test_a_removed_span_says_rule_words_and_place() -> None:
    tracked = TrackedText("甲乙丙丁戊")
    tracked.remove_matches("first", re.compile("乙"))
    tracked.remove_matches("second", re.compile("丙丁"))
    assert tracked.text == "甲戊"
    assert [(span.rule, span.text, span.at) for span in tracked.removed()] == [
        ("first", "乙", 1),
        ("second", "丙丁", 1),
    ]


@times(3)
@given(bodies, st.sampled_from(["我们的工作", "附件", "x", ""]))
def test_cleaning_conserves_every_character(body: str, title: str) -> None:
    cleaned = clean(article(body, title))
    assert restore(cleaned.text, cleaned.removed) == body
    assert all(0 <= part.start <= part.end <= len(cleaned.text) for part in cleaned.parts)


def test_the_bodies_of_the_demo_pages_come_back() -> None:
    """One page a skin: every page would be a benchmark."""
    seen = set()
    for family, web in WEBS.items():
        for truth in web.truths.values():
            if truth.skin in seen:
                continue
            seen.add(truth.skin)
            for found in extract_page(page_of(web, truth.url), family=family).articles:
                body = found.text
                row = finish(found)
                if isinstance(row, Article):
                    assert restore(row.text, row.removed) == body, truth.url
    assert seen
