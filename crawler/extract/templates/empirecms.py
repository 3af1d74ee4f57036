"""帝国 EmpireCMS (帝国软件)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, generator, named


def recognise(doc: Document) -> bool:
    return (
        named(doc, "diggnum", "pl-520am", "ecmsinfo", "showpage_ecms")
        or "/e/public/viewclick" in doc.loads
        or "empirecms" in generator(doc)
    )


SKIN = Skin(
    name="empirecms",
    vendor="帝国 EmpireCMS (帝国软件)",
    recognise=recognise,
)
