"""新华网 article pages (Xinhua News Agency)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "p-detail", "detailcontent") and named(
        doc, "h-info", "header-time", "h-news", "h-title", "div_currpage", "articleedit"
    )


SKIN = Skin(
    name="xinhua",
    vendor="新华网 article pages (Xinhua News Agency)",
    recognise=recognise,
    body=("#detailcontent", "#p-detail"),
    drop=("#articleedit", ".zan-wap", ".nextpage", "#div_currpage", ".video-player", ".xgxw", ".tadd"),
)
