"""Numbers for persons."""

from __future__ import annotations


def size(number: float) -> str:
    """Bytes: "999 B", "1.2 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
