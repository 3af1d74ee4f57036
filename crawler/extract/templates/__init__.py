"""The CMS skins that are known by name: skins.py is their table."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin
from crawler.extract.templates.skins import SKINS

__all__ = ["SKINS", "Skin", "recognise"]


def recognise(doc: Document) -> Skin | None:
    """The first skin that says yes; None for a page of no known skin."""
    return next((skin for skin in SKINS if skin.recognise(doc)), None)
