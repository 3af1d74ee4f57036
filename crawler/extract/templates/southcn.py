"""南方网 article pages (Southcn)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "articleouterbox", "m-article")


SKIN = Skin(
    name="southcn",
    vendor="南方网 article pages (Southcn)",
    recognise=recognise,
)
