"""公众号 articles of mp.weixin.qq.com (Tencent)."""

from __future__ import annotations

from crawler.extract.dom import Document
from crawler.extract.templates.skin import Skin, named


def recognise(doc: Document) -> bool:
    return named(doc, "js_content") and named(doc, "activity-name", "js_name", "img-content")


SKIN = Skin(
    name="wechat",
    vendor="公众号 articles of mp.weixin.qq.com (Tencent)",
    recognise=recognise,
    title=("#activity-name",),
    body=("#js_content",),
    drop=("#js_pc_qr_code", "#js_profile_qrcode", ".reward_area"),
    source=("#js_name",),
    author=("#js_author_name", "span.rich_media_meta_text"),
)
