"""凤凰网 article pages before 2019 (Phoenix New Media)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "artical_real", "artical_topic")


SKIN = Skin(
    name="ifeng",
    vendor="凤凰网 article pages before 2019 (Phoenix New Media)",
    recognise=recognise,
    title=("#artical_topic",),
    body=("#main_content", "#artical_real"),
    drop=("#embed_hzh_div", ".ifenglogo"),
)
