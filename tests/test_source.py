"""Repairs of the source: long tags, control characters, end tags and references that browsers read otherwise."""

from __future__ import annotations

import pytest

from crawler.extract.source import limit_attributes

_BEFORE, _AFTER = "<p>正文。</p>" * 20_000, "><p>完。</p>"


@pytest.mark.parametrize(
    "hidden", ["", ' title="<p>"', " title='a > b'", ' title="\'<div>"', ' src="data:,' + "x" * 9_000 + '"']
)
def test_a_tag_of_three_thousand_attributes_keeps_the_first(hidden: str) -> None:
    attributes = [f" a{i}=it's{hidden if i % 400 == 0 else ''}" for i in range(3_000)]
    read = limit_attributes(_BEFORE + "<div" + "".join(attributes) + _AFTER)
    assert read.startswith(_BEFORE + "<div a0=it's")
    assert read.endswith(_AFTER)
    assert 100 < read[len(_BEFORE) : -len(_AFTER)].count("=it's") <= 200


@pytest.mark.parametrize(
    "tag",
    [
        "<div" + "".join(f" a{i}=1" for i in range(90)),
        '<img src="data:image/png;base64,' + "QUJD" * 50_000 + '"',
        "<script>" + "if (a < b && c > d) e = 'f';" * 3_000 + "</script",
    ],
)
def test_other_long_tags_stay(tag: str) -> None:
    page = _BEFORE + tag + _AFTER
    assert limit_attributes(page) == page
