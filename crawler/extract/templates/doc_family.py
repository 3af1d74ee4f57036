"""The 文库 family behind "ImageVerifierCode 换一换": bdocx, bingdoc, 31doc, 31ppt, wenkunet."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin


def recognise(doc: Document) -> bool:
    return "ImageVerifierCode" in doc.source or "珍藏版" in doc.title


SKIN = Skin(
    name="doc_family",
    vendor='the 文库 family behind "ImageVerifierCode 换一换": bdocx, bingdoc, 31doc, 31ppt, wenkunet',
    recognise=recognise,
    body=(".article_body", ".inner_text"),
)
