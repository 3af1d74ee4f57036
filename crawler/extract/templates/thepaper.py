"""澎湃新闻 article pages (The Paper)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "news_txt", "news_part")


SKIN = Skin(
    name="thepaper",
    vendor="澎湃新闻 article pages (The Paper)",
    recognise=recognise,
    title=("h1.news_title",),
    body=(".news_txt", ".news_part"),
    drop=(".go_news", ".zan_ding", ".infor_item"),
)
