"""Tags with more attributes than libxml2 gets over are left bare; what a tag holds cannot hide them."""

from __future__ import annotations

import pytest

from crawler.extract.attributes import limit_attributes

_BEFORE, _AFTER = "<p>正文。</p>" * 20_000, "><p>完。</p>"


@pytest.mark.parametrize(
    "hidden", ["", ' title="<p>"', " title='a > b'", ' title="\'<div>"', ' src="data:,' + "x" * 9_000 + '"']
)
def test_a_tag_of_three_thousand_attributes_is_left_bare(hidden: str) -> None:
    tag = "<div" + "".join(f" a{i}=it's{hidden if i % 100 == 0 else ''}" for i in range(3_000))
    assert limit_attributes(_BEFORE + tag + _AFTER) == _BEFORE + "<div" + _AFTER


@pytest.mark.parametrize(
    "tag",
    [
        "<div" + "".join(f" a{i}=1" for i in range(1_000)),
        '<img src="data:image/png;base64,' + "QUJD" * 50_000 + '"',
        "<script>" + "if (a < b && c > d) e = 'f';" * 3_000 + "</script",
    ],
)
def test_other_long_tags_stay(tag: str) -> None:
    page = _BEFORE + tag + _AFTER
    assert limit_attributes(page) == page
