"""光明网 article pages (Guangming Online)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "u-maintext", "m_tips") or (
        named(doc, "contentmain") and named(doc, "contentliability", "articletitle")
    )


SKIN = Skin(
    name="gmw",
    vendor="光明网 article pages (Guangming Online)",
    recognise=recognise,
    title=("h1.u-title", "#articletitle"),
    body=(".u-maintext", "#contentmain"),
    drop=(".m-zbtool", "#contentliability"),
)
