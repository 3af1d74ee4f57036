"""PHPCMS v9 (酷溜网络)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "switchbigclass") or (named(doc, "article") and 'id="Article"' in doc.source)


SKIN = Skin(
    name="phpcms",
    vendor="PHPCMS v9 (酷溜网络)",
    recognise=recognise,
)
