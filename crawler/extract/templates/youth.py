"""中国青年网 article pages (China Youth Network)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "rdwz", "rdwz_fh", "pwz")


SKIN = Skin(
    name="youth",
    vendor="中国青年网 article pages (China Youth Network)",
    recognise=recognise,
    drop=(".rdwz_fh", ".fy"),
)
