"""Numbers and text of pages, made readable and safe for a terminal or an HTML page."""

from __future__ import annotations

import unicodedata

# What a terminal acts on: control characters, and those that change the direction of writing.
_CONTROLS: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(32) if code not in (9, 10)},
    **dict.fromkeys(
        (0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\N{SYMBOL FOR DELETE}"
    ),
}


def size(number: float) -> str:
    """A number of bytes with its unit, in powers of 1000: "999 B", "1.2 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: a Chinese character is two wide."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def padded(text: str, width: int) -> str:
    """The text with spaces behind it, up to `width` columns of a terminal."""
    return text + " " * (width - columns(text))


def harmless(text: str) -> str:
    """The text with visible signs in the place of control characters and changes of writing direction."""
    return text.translate(_CONTROLS)
