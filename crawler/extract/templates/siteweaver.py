"""动易 SiteWeaver table skins (动易网络)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "main_articletitle", "main_tdbg_760", "linkprevarticle")


SKIN = Skin(
    name="siteweaver",
    vendor="动易 SiteWeaver table skins (动易网络)",
    recognise=recognise,
    title=(".main_articletitle",),
    body=("#fontzoom",),
)
