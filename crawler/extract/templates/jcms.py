"""大汉 jcms/JPAAS of government sites (大汉软件)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "zoom") and named(doc, "barrierfree_container", "hiddenlocation", "con-title")


SKIN = Skin(
    name="jcms",
    vendor="大汉 jcms/JPAAS of government sites (大汉软件)",
    recognise=recognise,
    title=(".con-title",),
    body=("#zoom",),
)
