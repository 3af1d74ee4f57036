"""Character decoding of a page: the only decoder of the project.

A tenth of real pages declare gb2312 and are UTF-8, or the reverse, so the bytes decide: a byte order mark, then strict
UTF-8, then the declared encodings, then the legacy encoding whose text reads as Chinese, and for damaged bytes
resiliparse's detector. Text that a site itself stored garbled (mojibake) is repaired where that loses nothing.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import numpy as np
from resiliparse.parse.encoding import detect_encoding

_META = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,20})""", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,20})", re.I)

# A superset decodes its subset: pages that declare gb2312 hold GBK and GB18030 characters, Big5 pages hold HKSCS ones.
_SUPERSET = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "hz", "gb_2312-80", "x-gbk", "cp936", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950", "x-x-big5", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("utf8", "utf-8", "utf_8", "unicode-1-1-utf-8"), "utf-8"),
}
# Beside these, what browsers read (WHATWG's Encoding Standard), by Python's names. Python has codecs that are no text
# encodings of pages: rot13 and hex turn bytes into bytes, idna and punycode raise on ordinary pages.
_OTHERS = frozenset(
    {
        *("ascii", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp866", "cp874", "tis-620"),
        *("euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949", "johab"),
        *(f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))),
        *(f"cp125{number}" for number in range(9)),
    }
)
_LEGACY = ("gb18030", "big5hkscs")

# Some fifty of the most frequent characters of both scripts: a right decoding is full of them, a wrong one is not.
_FREQUENT = np.zeros(0x10000, bool)
_FREQUENT[
    [*map(ord, "的一是不了在有人这中大来上个国到说们为和地出时年会作发生以要就可也后家学這個國來為們說時會發後學對與")]
] = True

# How "，" and "。" of a UTF-8 page look after it was read as GBK and saved again; such a page is full of them.
_GBK_MOJIBAKE = ("锛", "銆")
_LATIN_MOJIBAKE = re.compile("[ãäåæçèé][\x80-\xff\u0152-\u2122]{2}")
_HAN = re.compile("[\u4e00-\u9fff]")

# A short GBK page can be valid UTF-8 when every pair happens to form a two-byte sequence; a Han character takes three.
_THREE_BYTE = re.compile("[\u0800-\U0010ffff]")

# Right decodings of real pages have 8 to 25 % of _FREQUENT among their wide characters, wrong ones below 2 %.
_CHINESE = 0.06


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A decoded page: `text`, the `charset` that gave it, and `replaced`, how many U+FFFD stand for undecodable bytes.

    `utf8` is the page's own bytes when they are valid UTF-8.
    """

    text: str
    charset: str
    replaced: int = 0
    utf8: bytes | None = None


def declared(body: bytes, content_type: str | None) -> list[str]:
    """Python codec names declared by the HTTP header and by meta tags anywhere in the page, most trusted first."""
    names = _HEADER.findall(content_type or "")
    # Most pages declare it in their first lines. Some put the meta tag behind 40 KB of script; more than 256 KB was never
    # seen.
    metas = _META.findall(body, 0, 2048) or _META.findall(body, 0, 262144)
    names += [name.decode("ascii", "replace") for name in metas]
    found = []
    for name in names:
        codec = _codec(name)
        if codec and codec not in found:
            found.append(codec)
    return found


def _codec(name: str) -> str | None:
    name = name.lower()
    if name in _SUPERSET:
        return _SUPERSET[name]
    try:
        found = codecs.lookup(name).name
    except (LookupError, TypeError, ValueError):
        return None
    # UTF-16 cannot be declared in ASCII; WHATWG reads such a declaration as UTF-8, Latin ones as windows-1252.
    if found.startswith(("utf-16", "utf-32", "utf-7")):
        return "utf-8"
    return found if found in _OTHERS else None


def decode(body: bytes, content_type: str | None = None) -> DecodedText:
    """The page as text. Never raises. The order of evidence is in the module's docstring."""
    if body.startswith(codecs.BOM_UTF8):
        return _utf8(body[3:]) or _replaced(body[3:], "utf-8")
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _replaced(body, "utf-16")
    wide = _bare_utf16(body)
    if wide:
        return _replaced(body, wide)
    if body.isascii():
        return DecodedText(body.decode("ascii"), "ascii", utf8=body)
    utf8 = _utf8(body)
    if utf8 and _THREE_BYTE.search(utf8.text):
        return _heal(utf8)
    names = declared(body, content_type)
    if utf8 and ("utf-8" in names or len(_LATIN_MOJIBAKE.findall(utf8.text)) > 20):
        return _heal(utf8)
    return _legacy(body, names) or utf8 or _damaged(body, names)


def _utf8(body: bytes) -> DecodedText | None:
    try:
        return DecodedText(body.decode("utf-8"), "utf-8", utf8=body)
    except UnicodeDecodeError:
        return None


def _bare_utf16(body: bytes) -> str | None:
    # A page begins with "<", of which one byte is NUL in UTF-16.
    start = body.lstrip()[:2]
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(start)


def _legacy(body: bytes, names: list[str]) -> DecodedText | None:
    """The strict decoding that reads most like Chinese, declared encodings first; None when all of them fail."""
    candidates = [name for name in names if name != "utf-8"]
    candidates += [name for name in _LEGACY if name not in candidates]
    best, best_share = None, -1.0
    for name in candidates:
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        share = _chinese_share(text)
        if share > best_share:
            best, best_share = DecodedText(text, name), share
        if share > _CHINESE:
            break
    return best


def _chinese_share(text: str) -> float:
    first = _HAN.search(text)
    sample = text[first.start() : first.start() + 16384] if first else text
    units = np.frombuffer(sample.encode("utf-16-le", "replace"), "<u2")
    wide = units[units > 0x7F][:8192]
    return np.count_nonzero(_FREQUENT[wide]) / len(wide) if len(wide) else 0.0


def _damaged(body: bytes, names: list[str]) -> DecodedText:
    """The best decoding of bytes that no encoding decodes strictly: of the declared and the three usual encodings, and
    of the detector's guess where none of those reads like Chinese.
    """
    tried = dict.fromkeys([*names, "utf-8", "gb18030", "big5hkscs"])
    best = max((_replaced(body, name) for name in tried), key=_readability)
    guess = None if _readability(best) > _CHINESE else _codec(detect_encoding(body) or "")
    return max(best, _replaced(body, guess), key=_readability) if guess and guess not in tried else best


def _readability(page: DecodedText) -> float:
    return _chinese_share(page.text) - 4 * page.replaced / (len(page.text) or 1)


def _replaced(body: bytes, name: str) -> DecodedText:
    text = body.decode(name, "replace")
    return DecodedText(text, name, text.count("\ufffd"))


def _heal(page: DecodedText) -> DecodedText:
    """The page without mojibake that the site itself stored, when undoing it loses nothing."""
    if _GBK_MOJIBAKE[0] in page.text and sum(map(page.text.count, _GBK_MOJIBAKE)) > 20:
        return _back(page, "gb18030")
    if _HAN.search(page.text) or len(_LATIN_MOJIBAKE.findall(page.text)) < 20:
        return page
    healed = _back(page, "cp1252")
    return healed if healed is not page else _back(page, "latin-1")


def _back(page: DecodedText, wrong: str) -> DecodedText:
    try:
        text = page.text.encode(wrong).decode("utf-8")
    except UnicodeError:
        return page
    return DecodedText(text, f"utf-8 stored as {wrong}") if _chinese_share(text) > _chinese_share(page.text) else page
