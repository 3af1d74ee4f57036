"""The numbers that a browser prints before the items of an ordered list."""

from __future__ import annotations

import re

from lxml import etree

from crawler.extract.dom import Dom

_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,7})")
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:([^;]*)", re.IGNORECASE)
# "ol, ul { list-style: none }" in a sheet of the page.
_NO_NUMBERS = re.compile(
    r"(?:\b(?:ol|li)\b|\*)[^{}]{0,200}\{[^{}]{0,500}list-style(?:-type)?\s*:[^;}]{0,60}none", re.IGNORECASE
)
_STYLES = {
    "decimal": "1",
    "decimal-leading-zero": "01",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "cjk-ideographic": "一",
    "simp-chinese-informal": "一",
    "trad-chinese-informal": "一",
    "cjk-decimal": "一",
}
_UNNUMBERED = frozenset(("none", "disc", "circle", "square"))
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x")),
    *((9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_DIGITS = "零一二三四五六七八九"


class Numbering:
    """The numbers of one list, from the next item on."""

    def __init__(self, style: str, number: int, step: int) -> None:
        self._style = style
        self._number = number
        self._step = step

    def next(self, value: str | None) -> str:
        """The marker of the next item, such as "3. " or "三、"; `value` is the item's own number, if it has one."""
        number = _integer(value, self._number)
        self._number = number + self._step
        return _written(number, self._style)


def numbers_bare_lists(dom: Dom) -> bool:
    """Whether a browser prints numbers in lists that say nothing about them.

    Most sites have a style sheet that takes the numbers off their lists of links: with a sheet that is not part of the
    page, only the author's own word counts.
    """
    return ".css" not in dom.loads and not any(_NO_NUMBERS.search(sheet) for sheet in dom.sheets)


def numbering_of(element: etree._Element, *, bare: bool) -> Numbering | None:
    """The numbering of an <ol>; None where it has no numbers. `bare`: lists that say nothing have them."""
    style = element.get("type") or ""
    if match := _LIST_STYLE.search(element.get("style", "")):
        words = match[1].lower().split()
        if not _UNNUMBERED.isdisjoint(words):
            return None
        style = next((_STYLES[word] for word in words if word in _STYLES), style)
    told = (
        bool(style)
        or any(element.get(name) is not None for name in ("start", "reversed"))
        or any(item.get("value") for item in element.iterchildren("li"))
    )
    if not told and not bare:
        return None
    down = element.get("reversed") is not None
    first = sum(1 for _ in element.iterchildren("li")) if down else 1
    return Numbering(style, _integer(element.get("start"), first), -1 if down else 1)


def _integer(value: str | None, default: int) -> int:
    match = _INTEGER.match(value or "")
    return int(match[1]) if match else default


def _written(number: int, style: str) -> str:
    if style in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord(style) + rest) + letters
        return f"{letters}. "
    if style in ("i", "I") and 0 < number < 4000:
        letters = ""
        for value, letter in _ROMAN:
            times, number = divmod(number, value)
            letters += letter * times
        return f"{letters.upper() if style == 'I' else letters}. "
    if style == "一" and 0 < number < 100:
        tens, ones = divmod(number, 10)
        ten = (_DIGITS[tens] if tens > 1 else "") + "十" if tens else ""
        return f"{ten}{_DIGITS[ones] if ones else ''}、"
    return f"{number:02}. " if style == "01" else f"{number}. "
