"""网易 article pages (NetEase)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "endtext", "post_body") and named(
        doc, "post_title", "post_main", "epcontentleft", "ep-content-main", "post_info", "ne_wrap"
    )


SKIN = Skin(
    name="netease",
    vendor="网易 article pages (NetEase)",
    recognise=recognise,
    title=("h1.post_title",),
    body=("#endtext", ".post_body", ".post_text"),
    drop=(
        ".post_btmshare",
        ".ep-source",
        ".gg200x300",
        ".otitle",
        ".post_end_ad",
        ".post_recommend",
        ".post_statement",
        ".special_tag_wrap",
    ),
)
