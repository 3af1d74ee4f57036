"""博达 VSB, site builder of universities and offices (博达软件)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "vsb_content", "vsb_content_2", "vsb_content_4", "vsb_content_501", "v_news_content")


SKIN = Skin(
    name="visionsite",
    vendor="博达 VSB, site builder of universities and offices (博达软件)",
    recognise=recognise,
    body=(".v_news_content", "#vsb_content", "#vsb_content_2", "#vsb_content_4", "#vsb_content_501"),
)
