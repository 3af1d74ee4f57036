"""Discuz! portal articles (Comsenz)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "article_content") and named(doc, "bm", "vw", "ct", "wp")


SKIN = Skin(
    name="discuz",
    vendor="Discuz! portal articles (Comsenz)",
    recognise=recognise,
    title=("h1.ph",),
    body=("#article_content",),
)
