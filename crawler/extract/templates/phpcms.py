"""PHPCMS v9 (酷溜网络)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return any(node.get("id") == "Article" for node in doc.named("article")) or named(doc, "switchbigclass")


SKIN = Skin(
    name="phpcms",
    vendor="PHPCMS v9 (酷溜网络)",
    recognise=recognise,
)
