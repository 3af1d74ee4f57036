"""What is kept over pages stays small, whatever the pages have."""

from __future__ import annotations

from crawler.extract.memo import remember
from crawler.extract.style import HIDDEN, style_flags


def test_a_full_memo_begins_anew() -> None:
    memo: dict[str, int] = {}
    for number in range(10):
        assert remember(memo, str(number), number, 4) == number
    assert memo == {"8": 8, "9": 9}


def test_long_texts_are_not_kept() -> None:
    memo: dict[str, int] = {}
    for number in range(50):
        style = f"background: url(data:{'A' * 2000}{number}); display: none"
        assert remember(memo, style, style_flags(style) & HIDDEN) == HIDDEN
    assert memo == {}
