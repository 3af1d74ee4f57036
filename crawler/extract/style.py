"""Inline styles: what they say about the visibility of a text and about its line breaks."""

from __future__ import annotations

import re
from typing import Final

from crawler.extract.memo import remember

HIDDEN: Final = 1  # the browser shows nothing of the element
WHITE: Final = 2  # the text has the colour of a white page
BACKED: Final = 4  # the element has a background of its own
LINES: Final = 8  # line breaks in the source are line breaks in the text
RAISED: Final = 16  # as <sup> is
LOWERED: Final = 32  # as <sub> is

_LENGTH = re.compile(r"(-?[0-9]*\.?[0-9]+)(?:px|pt|em|rem|%)?$")
_RGB = re.compile(r"rgba?\(([0-9]{1,3}),([0-9]{1,3}),([0-9]{1,3})(?:,([0-9]*\.?[0-9]+)%?)?\)$")
_HEX = re.compile(r"#?(?:([0-9a-f])([0-9a-f])([0-9a-f])|([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2}))$")
_LEAST_WHITE = 0xF8  # of each channel: "#fefefe" is as invisible as "#fff"
# One of these is in every style that has a flag.
_TELLING = (
    "none",
    "hidden",
    "collapse",
    "size",
    "opacity",
    "color",
    "background",
    "left",
    "top",
    "indent",
    "pre",
    "clip",
    "super",
    "sub",
)


_FLAGS: Final[dict[str, int]] = {}  # a page repeats its styles


def style_flags(style: str) -> int:
    """The flags of a style attribute: HIDDEN, WHITE, BACKED, LINES, RAISED, LOWERED."""
    flags = _FLAGS.get(style)
    return remember(_FLAGS, style, _flags(style), 4096) if flags is None else flags


def _flags(style: str) -> int:
    style = style.lower()
    if not any(word in style for word in _TELLING):
        return 0
    said = {}
    for declaration in style.split(";")[:60]:
        name, _, value = declaration.partition(":")
        said[name.strip()] = "".join(value.replace("!important", "").split())
    flags = 0
    if _is_hidden(said):
        flags |= HIDDEN
    ground = said.get("background-color") or said.get("background") or ""
    if (ground and not _is_unpainted(ground)) or said.get("background-image", "none") != "none":
        flags |= BACKED
    colour = said.get("color", "")
    if colour and colour == ground:
        flags |= HIDDEN
    if is_white(colour) or _is_transparent(colour):
        flags |= WHITE
    if said.get("white-space", "").startswith(("pre", "break-spaces")):
        flags |= LINES
    flags |= {"super": RAISED, "sub": LOWERED}.get(said.get("vertical-align", ""), 0)
    return flags


def _is_hidden(said: dict[str, str]) -> bool:
    if said.get("display") == "none" or said.get("visibility") in ("hidden", "collapse"):
        return True
    # A font of one pixel or point is read by nobody; "1em" is the parent's size.
    if _length(said, "font-size") <= (1 if said.get("font-size", "").endswith(("px", "pt")) else 0):
        return True
    if _length(said, "opacity") <= 0:
        return True
    if any(_length(said, name) <= -100 for name in ("left", "top", "text-indent")):
        return True
    if said.get("clip", "").startswith(("rect(0,0,0,0", "rect(0000", "rect(1px,1px,1px,1px", "rect(0px,0px,0px,0px")):
        return True
    cut = "hidden" in (said.get("overflow"), said.get("overflow-x"), said.get("overflow-y"))
    return cut and any(_length(said, name) <= 1 for name in ("height", "max-height", "width", "max-width"))


def _length(said: dict[str, str], name: str) -> float:
    """The number of a length whatever its unit; a large one where none is given."""
    match = _LENGTH.match(said.get(name, ""))
    return float(match[1]) if match else 1e9


def is_white(colour: str) -> bool:
    """Whether a CSS colour in lower case without white space, or that of <font>, is white or nearly so."""
    if colour == "white":
        return True
    if match := _HEX.match(colour):
        return all(int(channel * (3 - len(channel)), 16) >= _LEAST_WHITE for channel in match.groups() if channel)
    if match := _RGB.match(colour):
        return all(int(channel) >= _LEAST_WHITE for channel in match.groups()[:3])
    return False


def _is_transparent(colour: str) -> bool:
    match = _RGB.match(colour)
    return colour == "transparent" or bool(match and match[4] and float(match[4]) == 0)


def _is_unpainted(ground: str) -> bool:
    return (
        ground in ("none", "transparent", "inherit", "initial", "unset") or is_white(ground) or _is_transparent(ground)
    )
