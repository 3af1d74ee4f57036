"""百家号 articles of baijiahao.baidu.com (Baidu)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "article-content", "maincontent") and named(doc, "author-name", "author-txt")


SKIN = Skin(
    name="baijiahao",
    vendor="百家号 articles of baijiahao.baidu.com (Baidu)",
    recognise=recognise,
    accounts=True,
    author=("p.author-name", ".author-name"),
)
