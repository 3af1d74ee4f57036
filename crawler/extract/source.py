"""Repairs of a page's source before libxml2 parses it, so that the tree has the text that a browser shows."""

from __future__ import annotations

import re

MAX_CHARS = 12_000_000

_CONTROL = bytes(b for b in (*range(32), 127) if b not in b"\t\n\v\f\r")
_WIDE_CONTROL = re.compile(rb"\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]")  # U+0080 to U+009F, U+FFFE and U+FFFF in UTF-8
_SHORT_REFERENCE = re.compile(
    rb"&#(?:0*+(?P<decimal>[0-9]{1,3}+)(?![0-9])|[xX]0*+(?P<hex>[0-9a-fA-F]{1,2}+|[fF]{3}[eEfF])(?![0-9a-fA-F]));?"
)
# "</br>" is read as "<br>" by browsers, and "</p>" without a "<p>" ends a paragraph; libxml2 ignores both.
_BR_END = re.compile(rb"</br\s*+>", re.IGNORECASE)
_P_END = re.compile(rb"</p\s*+>", re.IGNORECASE)
# Behind "</html>" browsers read on, and libxml2 stops: some pages are put together from pages, each with an end of its own.
_HTML_END = re.compile(rb"</html[^>]{0,40}>", re.IGNORECASE)
# "<style type="text/css" />" is closed for libxml2, which shows the rules as text; browsers read on to "</style>".
_OPEN_STYLE = re.compile(rb"(<style\b[^<>]{0,200}?)/>(?=[^<]{0,20000}</style)")
_LEAST_REST = 100  # bytes behind an end that may hold text
# "&amp;ldquo;" is shown as "&ldquo;": the site escaped its text twice.
_TYPOGRAPHIC = (
    r"nbsp|ensp|emsp|[lr][ds]quo|hellip|mdash|ndash|middot|bull|times|deg|yen|#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}"
)
_MARKUP = "quot|apos|lt|gt|amp"
_SHOWN_REFERENCE = re.compile(f"&(?:amp;)*(?:{_TYPOGRAPHIC}|{_MARKUP});")
_ESCAPED_TYPOGRAPHIC = re.compile(f"&(?:amp;)+(?=(?:{_TYPOGRAPHIC});)".encode())
_ESCAPED_REFERENCE = re.compile(f"&(?:amp;)+(?=(?:{_TYPOGRAPHIC}|{_MARKUP});)".encode())
# A page about references shows them, and one about HTML those of markup.
_ABOUT_REFERENCES = re.compile("转义|轉義|(?:字符|HTML|html) ?(?:实体|實體)|字符引用")
_ABOUT_MARKUP = re.compile("HTML|html|XML|xml|代码|标签|網頁|网页|前端|编程|JavaScript|PHP")

# Names and values as HTML's tokenizer reads them, so that no "<" or ">" in a value hides the tag's length. Every repeat
# is possessive: one pass, whatever the page holds.
_S = r" \t\r\n\f"
_VALUE = rf"""(?:"[^"]*+"|'[^']*+'|[^{_S}>"'][^{_S}>]*+)"""
_ATTRIBUTE = rf"[{_S}/]*+[^{_S}>/][^{_S}=>/]*+(?:[{_S}]*+=[{_S}]*+{_VALUE}?+)?+"
_MANY_ATTRIBUTES = 200
_LONG_TAG = re.compile(rf"(<[a-zA-Z][^{_S}/>]*+(?:{_ATTRIBUTE}){{{_MANY_ATTRIBUTES}}}+)(?:{_ATTRIBUTE})++")
# Characters. A shorter page cannot have attributes enough to matter: 40,000 of them take a second or two.
_SHORT_PAGE = 200_000


def parsable(text: str, utf8: bytes | None = None) -> bytes:
    """The source `text` in UTF-8, cut after 12 million characters, with nothing that stops or slows libxml2.

    `utf8` is the same in UTF-8, where the caller has it.
    """
    read = limit_attributes(text[:MAX_CHARS])
    source = read.encode("utf-8", "replace") if utf8 is None or read is not text else utf8
    if any(byte in source for byte in _CONTROL):  # faster than to always copy
        source = source.translate(None, _CONTROL)
    source = _OPEN_STYLE.sub(rb"\1>", source)
    ending = _HTML_END.search(source)
    return source if ending is None or len(source) - ending.end() < _LEAST_REST else _HTML_END.sub(b"", source)


def without_controls(source: bytes) -> bytes:
    """`source` without the control characters beyond ASCII and without references to any."""
    return _SHORT_REFERENCE.sub(_without_control, _WIDE_CONTROL.sub(b"", source))


def _without_control(reference: re.Match[bytes]) -> bytes:
    """Nothing for a reference to a control character, "&#27;"; those that browsers read as windows-1252 stay."""
    decimal = reference["decimal"]
    code = int(decimal) if decimal else int(reference["hex"], 16)
    control = code < 32 or code in (127, 129, 141, 143, 144, 157, 0xFFFE, 0xFFFF)
    return b"" if control and code not in (9, 10, 13) else reference[0]


def limit_attributes(text: str) -> str:
    """`text` with the first 200 attributes of each tag; real ones have some dozens.

    libxml2 2.14 looks for each attribute among all the ones before it: a tag of 500,000 attributes (5 MB) keeps it busy
    for minutes. Long values, such as pictures in data: URIs, cost nothing and stay.
    """
    return text if len(text) < _SHORT_PAGE else _LONG_TAG.sub(r"\1", text)


def with_line_breaks(source: bytes) -> bytes:
    """`source` with a <br> for each end tag that browsers read as one."""
    return _P_END.sub(b"</p><br>", _BR_END.sub(b"<br>", source))


def shows_references(text: str) -> bool:
    """Whether a line shows what was meant as a character, such as "&ldquo;"."""
    return _SHOWN_REFERENCE.search(text) is not None


def unescaped(source: bytes, text: str) -> bytes:
    """`source` without the second escape of a text that was escaped twice, unless `text` is about such references."""
    if _ABOUT_REFERENCES.search(text):
        return source
    escaped = _ESCAPED_TYPOGRAPHIC if _ABOUT_MARKUP.search(text) else _ESCAPED_REFERENCE
    return without_controls(escaped.sub(b"&", source))
