"""The known CMS skins. skins.py is their table."""

from __future__ import annotations

from crawler.extract.dom import Dom
from crawler.extract.templates.skin import Skin
from crawler.extract.templates.skins import SKINS

__all__ = ["SKINS", "Skin", "recognise"]


def recognise(dom: Dom) -> Skin | None:
    """The first skin that recognises the page; None when none does."""
    return next((skin for skin in SKINS if skin.recognise(dom)), None)
