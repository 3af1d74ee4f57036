"""起点 chapters (阅文)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "chapterwrapper", "read-content") or "qidian.com" in doc.meta.get("og:url", [""])[0]


SKIN = Skin(
    name="qidian",
    vendor="起点 chapters (阅文)",
    recognise=recognise,
)
