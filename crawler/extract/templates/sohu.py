"""搜狐号 article pages (Sohu)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "mp-editor")


SKIN = Skin(
    name="sohu",
    vendor="搜狐号 article pages (Sohu)",
    recognise=recognise,
    accounts=True,
    body=("#mp-editor",),
    drop=(".editor-name", ".backsohu", "#backsohucom"),
)
