"""SiteServer CMS (百容千域)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, generator


def recognise(doc: Document) -> bool:
    return "/sitefiles/" in doc.loads or "siteserver" in generator(doc)


SKIN = Skin(
    name="siteserver",
    vendor="SiteServer CMS (百容千域)",
    recognise=recognise,
)
