"""织梦 DedeCMS, stock, varied and mobile skins (卓卓网络)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return (
        named(doc, "arcbody", "viewbox", "dede_pages")
        or (named(doc, "thisclass") and named(doc, "pagelist", "pagebreak", "page", "pages", "dede_pages"))
        or "/plus/count.php" in doc.loads
    )


SKIN = Skin(
    name="dedecms",
    vendor="织梦 DedeCMS, stock, varied and mobile skins (卓卓网络)",
    recognise=recognise,
)
