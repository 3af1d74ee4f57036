"""Which of the skins a page has. Not in the package itself, which is not compiled."""

from __future__ import annotations

from typing import Final

from crawler.extract.dom import Dom
from crawler.extract.templates.skin import Skin
from crawler.extract.templates.skins import SKINS

# Skins by the names that their signs ask for first, and those with a sign without names.
_BY_NAME: Final[dict[str, list[int]]] = {}
_NAMELESS: Final[list[int]] = []
for _place, _skin in enumerate(SKINS):
    for _sign in _skin.signs:
        for _name in _sign.first:
            _BY_NAME.setdefault(_name, []).append(_place)
        if not _sign.first:
            _NAMELESS.append(_place)


def recognise(dom: Dom) -> Skin | None:
    """The first skin that recognises the page; None when none does."""
    possible = {place for name in _BY_NAME.keys() & dom.names.keys() for place in _BY_NAME[name]}
    return next((SKINS[place] for place in sorted(possible.union(_NAMELESS)) if SKINS[place].recognise(dom)), None)
