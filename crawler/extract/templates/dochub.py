"""DocHub open-source 文库: the text is in a block of no height, the visible pages are pictures."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "zero-height")


SKIN = Skin(
    name="dochub",
    vendor="DocHub open-source 文库: the text is in a block of no height, the visible pages are pictures",
    recognise=recognise,
    body=(".zero-height",),
)
