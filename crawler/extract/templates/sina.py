"""新浪 article pages since 2009 (Sina)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return (named(doc, "artibody") and named(doc, "artinfo", "page-info", "artibodytitle", "blkcontainersblk")) or (
        named(doc, "date-source") and named(doc, "main-title", "artibody")
    )


SKIN = Skin(
    name="sina",
    vendor="新浪 article pages since 2009 (Sina)",
    recognise=recognise,
    title=("h1.main-title", "#artibodytitle"),
    body=("#artibody", "#article"),
    drop=(
        ".appendqr_wrap",
        ".show_statement",
        ".ct_hqimg",
        ".xb_new_finance_app",
        ".finance_app_zqtg",
        ".app-kaihu-qr",
        ".othercontent_01",
        ".othercontentsina",
        "#left_hzh_ad",
        ".quotation",
        ".artical-player-wrap",
    ),
    source=("span.source", "a.source", ".ent-source"),
)
