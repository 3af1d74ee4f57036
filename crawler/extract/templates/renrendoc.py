"""人人文库 renrendoc."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return (
        named(doc, "doc-content", "detail-content", "doc_content", "p_main", "detail_content")
        and "renrendoc" in doc.source
    )


SKIN = Skin(
    name="renrendoc",
    vendor="人人文库 renrendoc",
    recognise=recognise,
)
