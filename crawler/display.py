"""Numbers and text of pages as a person at a terminal or a page may see them."""

from __future__ import annotations

# What a terminal would obey: control characters, and those that turn the direction of writing.
_OBEYED: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(32) if code not in (9, 10)},
    **dict.fromkeys(
        (0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\N{SYMBOL FOR DELETE}"
    ),
}


def size(number: float) -> str:
    """Bytes: "999 B", "1.2 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def harmless(text: str) -> str:
    """Text of a page as a terminal may see it: no escape sequence, no turned writing."""
    return text.translate(_OBEYED)
