"""中国网 article pages (China.org.cn)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "articlebody") and named(doc, "apdiv1", "fontsizeset", "artititle", "pubtime_baidu")


SKIN = Skin(
    name="china_com_cn",
    vendor="中国网 article pages (China.org.cn)",
    recognise=recognise,
    body=("#articlebody",),
)
