"""央视网 article pages (CCTV)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "content_area", "cnt_bd")


SKIN = Skin(
    name="cctv",
    vendor="央视网 article pages (CCTV)",
    recognise=recognise,
    body=("#content_area", ".content_area", ".cnt_bd"),
)
