"""What an inline style says of a text: hidden, white, on a ground of its own, with its own line breaks."""

from __future__ import annotations

import pytest

from crawler.extract.style import BACKED, HIDDEN, LINES, LOWERED, RAISED, WHITE, is_white, style_flags


@pytest.mark.parametrize(
    ("style", "flags"),
    [
        ("", 0),
        ("margin: 0", 0),
        ("display: none", HIDDEN),
        ("DISPLAY : NONE !important", HIDDEN),
        ("display: block", 0),
        ("visibility: hidden", HIDDEN),
        ("visibility: collapse", HIDDEN),
        ("font-size: 0", HIDDEN),
        ("font-size: 1px", HIDDEN),
        ("font-size: 1pt", HIDDEN),
        ("font-size: 1.1px", 0),
        ("font-size: 1em", 0),
        ("font-size: 0em", HIDDEN),
        ("font-size: large", 0),
        ("opacity: 0", HIDDEN),
        ("opacity: 0.0", HIDDEN),
        ("opacity: 0.1", 0),
        ("position: absolute; left: -100px", HIDDEN),
        ("position: absolute; left: -99px", 0),
        ("top: -9999px", HIDDEN),
        ("text-indent: -9999px", HIDDEN),
        ("text-indent: 2em", 0),
        ("clip: rect(0 0 0 0)", HIDDEN),
        ("clip: rect(0, 0, 0, 0)", HIDDEN),
        ("clip: rect(1px, 1px, 1px, 1px)", HIDDEN),
        ("clip: rect(0px, 0px, 0px, 0px)", HIDDEN),
        ("clip: rect(0, 9px, 9px, 0)", 0),
        ("overflow: hidden; height: 1px", HIDDEN),
        ("overflow: hidden; height: 0", HIDDEN),
        ("overflow: hidden; height: 2px", 0),
        ("overflow-x: hidden; width: 0", HIDDEN),
        ("overflow-y: hidden; max-height: 0", HIDDEN),
        ("overflow: hidden; max-width: 1px", HIDDEN),
        ("overflow: visible; height: 0; color: red", 0),
        ("color: #fff", WHITE),
        ("color: white", WHITE),
        ("color: transparent", WHITE),
        ("color: rgba(0, 0, 0, 0)", WHITE),
        ("color: rgba(0, 0, 0, 0.5)", 0),
        ("color: rgb(0, 0, 0)", 0),
        ("color: #333", 0),
        ("color: #333; background: #333", HIDDEN | BACKED),
        ("color: #fff; background-color: #c00", WHITE | BACKED),
        ("color: #fff; background: #fff", HIDDEN | WHITE),
        ("background: none", 0),
        ("background: transparent", 0),
        ("background-color: inherit", 0),
        ("background: white", 0),
        ("background: rgba(9, 9, 9, 0)", 0),
        ("background: #eee", BACKED),
        ("background-image: none", 0),
        ("background-image: url(a.png)", BACKED),
        ("background-color: red; background: none", BACKED),
        ("white-space: pre-wrap", LINES),
        ("white-space: pre", LINES),
        ("white-space: break-spaces; color: red", LINES),
        ("white-space: nowrap; color: red", 0),
        ("vertical-align: super", RAISED),
        ("vertical-align: sub", LOWERED),
        ("vertical-align: middle; color: red", 0),
        ("color: red; " * 59 + "display: none", HIDDEN),
        ("color: red; " * 60 + "display: none", 0),
    ],
)
def test_flags_of_a_style(style: str, flags: int) -> None:
    assert style_flags(style) == flags


@pytest.mark.parametrize(
    ("colour", "white"),
    [
        ("white", True),
        ("#fff", True),
        ("fff", True),
        ("#ffe", False),
        ("#f8f8f8", True),
        ("#f8f8f7", False),
        ("#f7f8f8", False),
        ("rgb(248,248,248)", True),
        ("rgb(248,247,248)", False),
        ("rgba(255,255,255,0.5)", True),
        ("#ff", False),
        ("black", False),
        ("", False),
    ],
)
def test_nearly_white_is_white(colour: str, white: bool) -> None:
    assert is_white(colour) is white
