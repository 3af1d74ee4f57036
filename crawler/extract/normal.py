"""One form for the spellings of one line, so that a pattern is written once: "來源：" and "来源:" are the same.

The form has a character for each of the text's, so the span of a match in it is the span in the text, from which values
are cut as they were printed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from crawler.extract.memo import remember
from crawler.extract.traditional import SIMPLIFIED, TRADITIONAL

# What stands for each mark of its kind. Quotation marks and 《》 are no brackets here: they belong to a title or a sentence.
_MARKS = {
    "(": "（﹙［[｛{【〔〖〘〚﹝",
    ")": "）﹚］]｝}】〕〗〙〛﹞",
    ":": "：︰﹕∶꞉",
    "-": "—–－‐‑‒―−﹣─━",
    "/": "／╱∕⁄",
    "|": "｜︱︳∣丨│┃¦",
    "·": "•・‧∙･⋅",
    ">": "›»＞",
    "<": "‹«＜",
    " ": "\u3000\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f",
}
# Where Unicode has compatibility characters: "０", "ａ", "㎡", "⼈".
_COMPATIBLE = (range(0xA0, 0x3400), range(0xF900, 0x10000))


def _table() -> list[int]:
    """The form of each character of the Basic Multilingual Plane, as code points: str.translate() indexes it by them."""
    marks = {mark: sign for sign, marks in _MARKS.items() for mark in marks}  # "︱" is a bar, for NFKC a dash
    forms = list(map(chr, range(0x10000)))
    for code in (code for codes in _COMPATIBLE for code in codes):
        wide = unicodedata.normalize("NFKC", forms[code])
        # The numbers "①" and "²" stay: they are no digits of a date.
        if len(wide) == 1 and unicodedata.category(forms[code]) != "No" and forms[code] not in marks:
            forms[code] = wide
    simple = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True)) | marks
    return [ord(simple.get(form, form)) for form in forms]


_TABLE: Final = _table()
_FOLDED_ASCII: Final = re.compile(r"[\[\]{}\t]")
_LINE: Final = 400  # characters
_KEYS: Final[dict[str, str]] = {}  # a dozen steps ask for the same line, and the pages of a site have the same lines


def characters(forms: str) -> str:
    """Every character whose form is one of `forms`: a line without any needs no key to be told."""
    codes = frozenset(map(ord, forms))
    return "".join([chr(code) for code, form in enumerate(_TABLE) if form in codes])


def spellings(forms: str) -> str:
    """Every character whose form is one of `forms`, for a class of re."""
    return re.escape(characters(forms))


def key_of(text: str) -> str:
    """`text` with one form for each kind of character, as long as `text`: compatibility characters as in NFKC, Han
    simplified, brackets round, colons, dashes, bars, dots and spaces of one kind each.
    """
    if len(text) > _LINE:
        return text.translate(_TABLE)
    key = _KEYS.get(text)
    if key is None:
        same = text.isascii() and not _FOLDED_ASCII.search(text)
        key = remember(_KEYS, text, text if same else text.translate(_TABLE), 4096)
    return key
