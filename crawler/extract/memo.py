"""What the pages of a site ask again and again, kept in a dict: asking it costs compiled code a third of what
functools.lru_cache does.
"""

from __future__ import annotations

from typing import Final, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

MOST: Final = 16_384
_LONGEST: Final = (
    1000  # characters: a style attribute may hold a picture, and pages of one site must not fill the memory
)


def remember(memo: dict[Key, Value], key: Key, value: Value, most: int = MOST) -> Value:
    """`value`, which `memo` has for `key` from now on, unless the key is a long text. A memo of `most` values begins anew."""
    if isinstance(key, str) and len(key) > _LONGEST:
        return value
    if len(memo) >= most:
        memo.clear()
    memo[key] = value
    return value
