"""Character decoding of a page: the only decoder of the project.

A tenth of real pages declare gb2312 and are UTF-8, or the reverse, so the bytes decide: a byte order mark, then strict
UTF-8, then the declared encodings, then the legacy encoding whose text reads as Chinese, and for damaged bytes
resiliparse's detector. Text that a site itself stored garbled (mojibake) is repaired where that loses nothing.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from resiliparse.parse.encoding import detect_encoding

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_META = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,20})""", re.I)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,20})", re.I)

# A superset decodes its subset: pages that declare gb2312 hold GBK and GB18030 characters, Big5 pages hold HKSCS ones.
_SUPERSET = {
    **dict.fromkeys(
        ("gb2312", "gbk", "gb18030", "hz", "gb_2312-80", "x-gbk", "cp936", "euc-cn", "windows-936"), "gb18030"
    ),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950", "x-x-big5", "big5hkscs", "cn-big5"), "big5hkscs"),
    **dict.fromkeys(("utf8", "utf-8", "utf_8", "unicode-1-1-utf-8"), "utf-8"),
    # As browsers do. UTF-16 cannot be declared in ASCII.
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "ascii", "us-ascii"), "cp1252"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "utf-32"), "utf-8"),
}
# The other encodings of web pages (WHATWG), as Python names them. Every other codec is refused: "idna", "punycode" and
# "rot13" are no encodings, and UTF-7 hides markup.
_ENCODINGS = frozenset(
    (
        *("shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949", "tis-620", "koi8-r", "koi8-u", "cp866"),
        *(f"iso8859-{part}" for part in (*range(2, 12), *range(13, 17))),
        *(f"cp{page}" for page in (874, *range(1250, 1259))),
        *("mac-roman", "mac-cyrillic"),
    )
)
_LEGACY = ("gb18030", "big5hkscs")

# Some fifty of the most frequent characters of both scripts: a right decoding is full of them, a wrong one is not.
_FREQUENT = "的一是不了在有人这中大来上个国到说们为和地出时年会作发生以要就可也后家学這個國來為們說時會發後學對與"

# How "，" and "。" of a UTF-8 page look after it was read as GBK and saved again; such a page is full of them.
_GBK_MOJIBAKE = ("锛", "銆")
_LATIN_MOJIBAKE = re.compile("[ãäåæçèé][\x80-\xff\u0152-\u2122]{2}")
_HAN = re.compile("[\u4e00-\u9fff]")

# GB18030-2000 had private-use characters for these; they have code points since (GB18030-2022 and WHATWG).
_CODE_POINTS = str.maketrans(
    "\ue5e5\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864"
    "\ue816\ue817\ue818\ue831\ue83b\ue855",
    "\u3000\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\u1e3f\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb"
    "\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
)
_PRIVATE_LEAD = b"\xee"  # the first byte of U+E000 to U+EFFF in UTF-8

# A short GBK page can be valid UTF-8 when every pair happens to form a two-byte sequence; a Han character takes three.
_THREE_BYTE = re.compile("[\u0800-\U0010ffff]")

# Right decodings of real pages have 8 to 25 % of _FREQUENT among their wide characters, wrong ones below 2 %.
_CHINESE = 0.06


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A decoded page: `text`, the `charset` that gave it, and `replaced`, how many U+FFFD stand for undecodable bytes.

    `utf8` is `text` in UTF-8 where it was at hand.
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
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _SUPERSET.get(codec) or (codec if codec in _ENCODINGS else None)


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
    else:
        best = _with_euro(body) or best
    return best and _with_code_points(best)


def _with_euro(body: bytes) -> DecodedText | None:
    """The page in GBK as Windows has it, where the byte 0x80 is "€"; None when it does not read like Chinese."""
    if b"\x80" not in body:
        return None
    try:
        text = body.decode("gb18030", "gbk_euro")
    except UnicodeDecodeError:
        return None
    return DecodedText(text, "gb18030") if _chinese_share(text) > _CHINESE else None


def _euro(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == 0x80:
        return "€", error.start + 1
    raise error


codecs.register_error("gbk_euro", _euro)


def _with_code_points(page: DecodedText) -> DecodedText:
    """A GB18030 page with the characters that Python's codec, of the standard's first edition, has for private use."""
    if page.charset != "gb18030":
        return page
    utf8 = page.text.encode("utf-8", "replace")
    if _PRIVATE_LEAD in utf8:
        return DecodedText(page.text.translate(_CODE_POINTS), page.charset, page.replaced)
    return DecodedText(page.text, page.charset, page.replaced, utf8)


def _chinese_share(text: str) -> float:
    import numpy as np  # noqa: PLC0415 - the crawl's own process imports this module long before it has a page

    first = _HAN.search(text)
    sample = text[first.start() : first.start() + 16384] if first else text
    units = np.frombuffer(sample.encode("utf-16-le", "replace"), "<u2")
    wide = units[units > 0x7F][:8192]
    return np.count_nonzero(_frequent()[wide]) / len(wide) if len(wide) else 0.0


@cache
def _frequent() -> npt.NDArray[np.bool_]:
    """Of each code unit whether it is one of _FREQUENT."""
    import numpy as np  # noqa: PLC0415

    table = np.zeros(0x10000, bool)
    table[[*map(ord, _FREQUENT)]] = True
    return table


def _damaged(body: bytes, names: list[str]) -> DecodedText:
    """The best decoding of bytes that no encoding decodes strictly: of the declared and the three usual encodings, and
    of the detector's guess where none of those reads like Chinese.
    """
    tried = dict.fromkeys([*names, "utf-8", "gb18030", "big5hkscs"])
    best = max((_replaced(body, name) for name in tried), key=_readability)
    guess = None if _readability(best) > _CHINESE else _codec(detect_encoding(body) or "")
    if guess and guess not in tried:
        best = max(best, _replaced(body, guess), key=_readability)
    return _with_code_points(best)


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
