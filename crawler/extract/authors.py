"""Names of authors without a label: "本报记者 王乐文 方 敏", "石佳/中国青年报", "(作者系市直工委副书记 王文生)"."""

from __future__ import annotations

import re

from crawler.extract.dates import find_dates
from crawler.extract.labelled import ORGANISATION, Byline
from crawler.extract.labels import ROLE

_REPORTERS = re.compile(
    r"^[\s(（【\[■◎●]*(?P<org>[^\s，。：:；]{0,16}?)(?:特约|见习|实习|首席|本报|本网|通讯|全媒体)*(?:记者|記者|评论员|評論員|特约撰稿人|撰稿人)[\s：:/·|｜丨]*(?P<names>(?=[\u4e00-\u9fff\s]{2})[\u4e00-\u9fff·]{1,4}(?:[\s、，,]+[\u4e00-\u9fff·]{1,4}){0,7}(?:\s*(?:通讯员|实习生)\s*[\u4e00-\u9fff·]{2,4}(?:[\s、]+[\u4e00-\u9fff·]{1,4}){0,4})?)[\s)）】\]]*$"
)
_SIGNATURE = re.compile(r"^[（(]\s*(?:本文)?作者(?:系|为|是)?[：:]?\s*(?P<who>[^（）()。]{2,40})[）)]\s*$")
_BY_SLASH = re.compile(r"^(?P<author>[\u4e00-\u9fff·]{2,4})\s*[/／]\s*(?P<source>[\u4e00-\u9fffA-Za-z]{2,14})$")
# "陳端武／綜合外電" names what the report is based on where others name the paper.
_FROM_WHERE = re.compile(r"(?:外電|外电|報導|报道|編譯|编译|整理)$")
# Bylines of papers in Taiwan: "聯合報 / 記者曹悅華／即時報導", "記者王小明／台北報導".
_REPORTED = re.compile(
    r"^[〔（(【]?(?:(?P<source>[\u4e00-\u9fffA-Za-z]{2,10}?)\s*[/／]?\s*)?(?:特派|特約)?[記记]者\s*(?P<names>[\u4e00-\u9fff、· ]{2,16}?)\s*[/／][^，。]{0,8}[報报][導导][〕）)】]?$"
)
_PEN = re.compile(
    r"^(?:《[^》]{1,12}》)\s*作者\s+(?P<names>[\u4e00-\u9fff·]{2,4})$|^文\s*[/／|丨︱]\s*(?P<pen>[^\s，。：]{2,12})$"
)
# "每经记者 王小明    每经编辑 李大钊", "界面新闻记者 | 王小明", "新京报 记者 王小明 编辑 李大钊 校对 赵大"
_BY_SPACES = re.compile(
    r"^(?:[^\s，。：:]{0,8}\s)?[^\s，。：:]{0,8}记者\s*[|｜/丨]?\s*(?P<author>[\u4e00-\u9fff·]{2,4}(?:[\s、]+(?!\S*(?:编辑|校对|摄影))[\u4e00-\u9fff·]{2,4}){0,4})"
    r"\s+[^\s，。：:]{0,6}编辑\s*[|｜/丨]?\s*(?P<editor>[\u4e00-\u9fff·]{2,4})(?:\s+\S{0,6}(?:校对|审核|摄影|视觉|责编)\s*[\u4e00-\u9fff·]{2,4})*\s*$"
)
_NOT_NAME = re.compile(r"摄影|拍摄|摄$|制图|报道|综合|整理|实习生|通讯员|编译")
_HELPER = re.compile(r"(?<=\s)(?:通讯员|实习生)(?=\s)")


def read_reporters(text: str, byline: Byline, *, pen: bool = True) -> None:
    """Set the author from a line that names reporters only: "本报记者 王乐文 方 敏", "半月谈记者 史卫燕".

    With `pen`, "文/张三" counts as well.
    """
    both = _BY_SPACES.match(text) if "编辑" in text and len(text) <= 60 else None
    if both:
        byline.author = both["author"]
        byline.editor = both["editor"]
        return
    if byline.author is None and len(text) <= 40:
        match = _REPORTERS.match(text)
        if match and not _NOT_NAME.search(_HELPER.sub("", text)):
            byline.author = match["names"].strip()
            return
        dates = find_dates(text) if "报" in text or "報" in text else ()
        reported = _REPORTED.match(text[dates[0].span[1] :].strip() if dates and dates[0].span[0] == 0 else text)
        if reported:
            byline.author = reported["names"]
            byline.source = byline.source or reported["source"]
            return
        signed = _PEN.match(text)
        if signed and (pen or signed["names"]):
            byline.author = signed["names"] or signed["pen"]


def read_slash(text: str, byline: Byline) -> None:
    """Set author and source from a line of name and paper: "石佳/中国青年报"."""
    match = _BY_SLASH.match(text)
    if match is None or match["author"] in ROLE or byline.author is not None:
        return
    if _FROM_WHERE.search(match["source"]):
        byline.author = match["author"]
    elif ORGANISATION.search(match["source"]):
        byline.author = match["author"]
        byline.source = byline.source or match["source"]


def read_signature(text: str, byline: Byline) -> None:
    """Set the author from a signature, whose last word is the name: "(作者系市直工委副书记 王文生)"."""
    if byline.author is None:
        match = _SIGNATURE.match(text)
        if match:
            words = match["who"].split()
            byline.author = words[-1] if len(words) > 1 or len(words[-1]) <= 4 else None
