"""360docs: several documents behind one page."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "doc-list", "doc_list", "collection") and "合集下载" in doc.source


SKIN = Skin(
    name="docs360",
    vendor="360docs: several documents behind one page",
    recognise=recognise,
)
