"""Which patterns a text may have, without trying them: none that is found is ever left out."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.memo import remember
from crawler.extract.needles import Needles, needles
from crawler.extract.normal import key_of
from crawler.extract.site_talk import FEATURES

_PATTERNS = [feature.pattern for feature in FEATURES]
_ALL = Needles(_PATTERNS)
_WORDS = sorted({word for words in _ALL.words() for word in words or ()})


def _words(pattern: str) -> set[str] | None:
    found = needles(re.compile(pattern))
    return found and set(found)


def test_the_words_of_a_pattern() -> None:
    assert _words("早市|晚市") == {"早市", "晚市"}
    assert _words("本[站网]的?(?:声明)?") == {"本站", "本网"}
    assert _words(r"^\W{0,4}(?:投稿|征稿)?须知$") == {"须知"}  # what may be missing tells nothing
    assert _words("(?:请|欢迎)+关注(?!度)") == {"关注"}  # one word rather than two
    assert _words("(?:a|b)(?:cd){2}") == {"cd"}
    assert _words(r"网站|\d{4}") is None  # the second has no word
    assert _words("x*") is None
    assert needles(re.compile("word", re.I)) is None


def test_one_look_tells_what_may_be_found() -> None:
    few = Needles([re.compile("早市|晚市"), re.compile(r"\d"), re.compile("报$")])
    assert few.possible("早市报") == 0b111
    assert few.possible("市报纸") == 0b110
    assert few.possible("") == 0b010


def test_nearly_all_features_have_words() -> None:
    assert _ALL.words().count(None) <= len(FEATURES) // 10


def test_the_sample_of_each_feature_is_possible() -> None:
    for index, feature in enumerate(FEATURES):
        assert _ALL.possible(key_of(feature.sample).lower()) >> index & 1, feature.name


@given(
    st.lists(st.one_of(st.sampled_from(_WORDS), st.text("的本站网，。：（）0123456789 abAB", max_size=4)), max_size=8)
)
def test_what_is_found_was_possible(pieces: list[str]) -> None:
    text = "".join(pieces)
    possible = _ALL.possible(text)
    assert all(possible >> index & 1 for index, pattern in enumerate(_PATTERNS) if pattern.search(text))


def test_a_full_memo_begins_anew() -> None:
    memo: dict[str, int] = {}
    assert [remember(memo, key, value, 2) for value, key in enumerate("abc")] == [0, 1, 2]
    assert memo == {"c": 2}
