"""今日头条 articles (ByteDance)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "article-sub", "syl-page-article", "syl-article-base", "tt-article-content")


SKIN = Skin(
    name="toutiao",
    vendor="今日头条 articles (ByteDance)",
    recognise=recognise,
    accounts=True,
    body=(".syl-page-article", ".article-content", ".tt-article-content"),
)
