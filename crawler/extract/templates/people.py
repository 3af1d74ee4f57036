"""人民网 article pages (People’s Daily Online)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "rwb_zw", "rm_txt_con", "p_content", "artdet")


SKIN = Skin(
    name="people",
    vendor="人民网 article pages (People’s Daily Online)",
    recognise=recognise,
    body=(".rm_txt_con", "#rwb_zw", ".box_con", "#p_content", ".artdet"),
    drop=(".edit", "#rwb_bdstips", ".zdfy", ".box_pic", "#p_editor", ".otitle"),
)
