"""Is a page the empty shell of an application, whose text a browser has still to fetch? Pure."""

from __future__ import annotations

import re

from lxml import etree, html

from crawler.extract.decode import decode
from crawler.extract.page import Page

_MOST_TEXT = 300  # characters that a shell shows: a header, a footer with 备案号, "加载中…"
_EMPTY = 40  # characters: "正在加载，请稍候…"
_ROOT = re.compile(
    r"(?:app|root|main|__next|__nuxt|react-root|page|container|wrap(?:per)?|viewer|reader|content|doc)[-_\w]*\Z", re.I
)
_WITHOUT_SCRIPT = re.compile(
    r"enable\s*javascript|requires?\s*javascript|without\s*javascript"
    r"|(?:启用|啟用|开启|開啟|打开|支持|允许)\s*(?:您?的?浏览器的?)?\s*(?:javascript|js|脚本)",
    re.I,
)  # 请启用 JavaScript 后继续访问; We're sorry but this app doesn't work properly without JavaScript enabled.


def is_shell(page: Page) -> bool:
    """Little text, scripts, and an element that they fill: an application's root, or an empty place for the text."""
    text = decode(page.body, page.content_type).text
    try:
        root = html.document_fromstring(text)
    except Exception:  # nothing that a browser would show either
        return False
    if not any(script.get("src") or len(script.text or "") > 20 for script in root.iter("script")):
        return False
    noscript = " ".join(_text(element) for element in root.iter("noscript"))
    etree.strip_elements(root, "script", "style", "noscript", "template", "head", with_tail=False)
    if len(_text(root)) > _MOST_TEXT:
        return False
    return bool(_WITHOUT_SCRIPT.search(noscript)) or any(map(_is_root, root.iter("div", "main", "article", "ul")))


def _is_root(element: html.HtmlElement) -> bool:
    names = f"{element.get('id') or ''} {element.get('class') or ''}".split()
    return any(map(_ROOT.match, names)) and len(_text(element)) < _EMPTY


def _text(element: html.HtmlElement) -> str:
    return re.sub(r"\s+", "", str(element.text_content()))
