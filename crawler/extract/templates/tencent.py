"""腾讯新闻 article pages, old and new (Tencent)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "cnt-main-article-qq", "articlecnt", "content-article")


SKIN = Skin(
    name="tencent",
    vendor="腾讯新闻 article pages, old and new (Tencent)",
    recognise=recognise,
    body=("#cnt-main-article-qq", "#articlecnt", ".content-article"),
    drop=("#sharebtn", ".rv-root-v2", ".rv-middle", ".videoplayerwrap", "#relinfo", ".split", "#invideocon"),
    published=(".a_time",),
    source=("span.a_source", ".media-name"),
)
