"""Docin and Baidu style viewers with hidden watermark spans."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "reader-txt-layer", "reader-word-layer", "docin_reader", "contentpage")


SKIN = Skin(
    name="docin",
    vendor="docin and Baidu style viewers with hidden watermark spans",
    recognise=recognise,
    drop=(".watermark", ".hidden-mark"),
)
