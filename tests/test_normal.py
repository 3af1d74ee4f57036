"""The one form in which patterns are written: equal for all spellings of a line, and as long as the line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.normal import key_of, spellings
from crawler.extract.traditional import SIMPLIFIED, TRADITIONAL


@given(st.text())
def test_a_span_in_the_key_is_the_span_in_the_text(text: str) -> None:
    assert len(key_of(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("來源：聯合報　發佈時間︰２０１９－０３－１６", "来源:联合报 发布时间:2019-03-16"),
        ("【責任編輯：王小明】", "(责任编辑:王小明)"),
        ("〔記者王小明／台北報導〕", "(记者王小明/台北报导)"),
        ("编辑｜张三", "编辑|张三"),
        ("编辑丨张三 [打印]", "编辑|张三 (打印)"),
        ("作者︱张三", "作者|张三"),
        ("首页 › 要闻 » 正文", "首页 > 要闻 > 正文"),
        ("① 10² 《後來》“說”…", "① 10² 《后来》“说”…"),
        ("[plain] a\tb", "(plain) a b"),
        ("plain text: 2019-03-16", "plain text: 2019-03-16"),
    ],
)
def test_spellings_of_one_line_have_one_key(text: str, key: str) -> None:
    assert key_of(text) == key


@given(st.text())
def test_a_class_of_spellings_has_what_the_key_has(text: str) -> None:
    assert bool(re.search(f"[{spellings('(:页')}]", text)) == bool(re.search("[(:页]", key_of(text)))


def test_brackets_of_all_kinds_are_spellings_of_one() -> None:
    assert re.findall(f"[{spellings('(')}]", "(（［[【〔)）") == list("(（［[【〔")


def test_the_table_of_characters_pairs_traditional_with_simplified() -> None:
    pairs = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))
    assert len(pairs) == len(TRADITIONAL)
    assert pairs["後"] == "后"
    assert pairs["麼"] == "么"
    assert key_of(TRADITIONAL) == SIMPLIFIED
