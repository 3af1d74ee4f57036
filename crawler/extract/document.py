"""The facts that a 文库 page prints about its file: 格式, 页数, 大小, 资源ID, 下载积分, 上传人, 上传日期."""

from __future__ import annotations

import re
from typing import Final

from crawler.extract.article import Document
from crawler.extract.dates import find_dates
from crawler.extract.dom import Dom
from crawler.extract.normal import key_of

# Searched in whole pages in the form of normal.py: each alternative begins with a literal character, for which re scans fast.
_IS = r"\s*\)?\s*:?\s*"  # "格式：doc", "【格式】doc", <li>格式</li><li>doc</li>
_FORMAT = re.compile(
    rf"(?:格式|文[档件]类型){_IS}\.?(docx?|pptx?|xlsx?|pdf|txt|wps|rtf|zip|rar|dwg|epub)\b",
    re.I,
)
_FILE_NAME = re.compile(r"\.(docx?|pptx?|xlsx?|pdf|txt|wps|rtf)\s*(?:$|[_\-|)）\s])", re.I)
_PAGES = re.compile(
    rf"页数{_IS}(\d{{1,5}})(?!\d)\s*(?:页|[Pp])?|共\s*(\d{{1,5}})\s*页(?!\S)|\((\d{{1,5}})页珍藏版\)|第\s*\d+\s*页\s*[/,]?\s*共\s*(\d{{1,5}})\s*页"
)
_SIZE = re.compile(rf"大小{_IS}((?:\d{{1,3}}(?:,\d{{3}}){{1,4}}|\d{{1,15}})(?:\.\d{{1,9}})?)\s*([KMGB])B?", re.I)
_MAX_SIZE = 1 << 40  # bytes; no file of these sites is larger, and a larger number is none
_ID = re.compile(r"(?:ID|Id|id|编号|编码)\s*:\s*(\d{3,40})(?!\d)")
_PRICE = re.compile(
    r"(?:积分|价格|售价)\s*:\s*([¥￥]?\s*\d{1,9}(?:\.\d{1,9})?(?![\d.])\s*(?:金币|积分|元|点|分|[A-Za-z币豆]{1,4})?)"
)
_PRICE_IN_WORDS = re.compile(
    r"(?:预览|下载|需要|售价|仅需).{0,12}?(?<!\d)(\d{1,9}(?:\.\d{1,9})?\s*(?:金币|积分|元|文币|下载券))"
)
_UPLOADER = re.compile(r"(?:上传人|上传者|上传用户|贡献者|分享者|发布人)\s*:\s*([^\s,:|)]{1,24})")
_MEMBER = re.compile(r"为本站会员\s*\(([^)]{1,24})\)\s*(?:主动)?上传")
_UPLOADED = re.compile(r"(?:上传日期|上传时间|分享时间|发布时间|上传于)\s*:?\s*(.{8,20})")
_RENEWED = re.compile(r"更新(?:日期|时间)\s*:?\s*(.{8,20})")  # of a program, which is the upload of this version
# One of them is on every page that prints a fact. Words alone: re scans fast for them.
_FACTS: Final = re.compile(
    "格式|大小|页数|頁數|类型|類型|积分|積分|价格|價格|售价|售價|上传|上傳|编号|編號|珍藏|金币|下载券|文币|资源ID|共(?=[1-9])"
)
# In every line that prints a fact, or in the line before it. For alternatives that begin with a literal re scans fast.
_FACT: Final = re.compile(
    r"格式|大小|页[数數]|頁[数數]|类型|類型|积分|積分|价格|價格|售[价價]|上[传傳]|编[号號码碼]|編[号號码碼]|I[Dd]|id|共\s*\d|珍藏|金币|下载券|文币|元|贡[献獻]者|貢[献獻]者|分享|发布|發布|更新"
)
# Printed by viewers that show the first pages only: "还剩27页未读，继续阅读", "到这儿已超出免费预览范围".
_PART = re.compile(
    r"(?:还剩|剩余)\s*\d+\s*页(?:未读|没有读|请下载|,|，)|(?:超出|超过)(?:全文)?免费预览|(?:试读|预览)(?:已)?结束"
)
_PREVIEW = re.compile(r"(?:只|仅)提供\s*(\d{1,5})\s*页预览")
_UNIT = {"B": 1, "K": 1024, "M": 1024**2, "G": 1024**3}


def read_document(dom: Dom) -> Document | None:
    """The facts printed in the page's short lines; None when it prints none of them."""
    named = _FILE_NAME.search(dom.title)
    said = "\n".join([line.text for line in dom.lines if line.chars <= 400])
    if not named and not _FACTS.search(said):
        return None
    printed, label = [], False
    for line in dom.lines:
        if line.chars <= 400 and (label or _FACT.search(line.text)):
            printed.append(line.text)
            label = line.chars <= 8 and not label
        else:
            label = False
    text = "\n".join(printed)
    key = key_of(text)
    match = _FORMAT.search(key) or named
    facts = Document()
    facts.format = match[1].lower() if match else None
    match = _PAGES.search(key) or _PAGES.search(key_of(dom.title))
    facts.pages = int(next(g for g in match.groups() if g)) if match else None
    match = _SIZE.search(key)
    size = round(float(match[1].replace(",", "")) * _UNIT[match[2].upper()]) if match else None
    facts.size_bytes = size if size is not None and size <= _MAX_SIZE else None
    match = _ID.search(key)
    facts.id = match[1] if match else None
    match = _PRICE.search(key) or _PRICE_IN_WORDS.search(key)
    facts.price = text[slice(*match.span(1))].strip() if match else None
    match = _UPLOADER.search(key) or _MEMBER.search(key)
    facts.uploader = text[slice(*match.span(1))].strip() if match else None
    match = _UPLOADED.search(key) or _RENEWED.search(key)
    dates = find_dates(match[1]) if match else ()
    facts.uploaded = dates[0].iso[:10] if dates else None
    return (
        facts
        if any((facts.format, facts.pages, facts.size_bytes, facts.id, facts.price, facts.uploader, facts.uploaded))
        else None
    )


def shows_only_part(dom: Dom, pages: int | None) -> bool:
    """Whether the page says that it shows a part of the file only. `pages`: the file's, if printed."""
    for line in dom.lines:
        if line.chars <= 120:
            if _PART.search(line.text):
                return True
            preview = _PREVIEW.search(line.text)
            if preview and pages is not None and int(preview[1]) < pages:
                return True
    return False
