"""TRS WCM, pages made in its editor (拓尔思)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "trs_editor", "trs_ueditor", "trs_editor_view")


SKIN = Skin(
    name="trs",
    vendor="TRS WCM, pages made in its editor (拓尔思)",
    recognise=recognise,
    body=(".trs_editor", ".trs_editor_view", ".trs_ueditor"),
)
