"""The title of the article as printed on the page, without the site's name.

<title> names the article, the channel and the site ("标题_频道_网站"); a heading on the page prints the title. The line
that agrees best with both is taken: an h1 that is a logo or an advertisement does not agree with <title>.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from crawler.extract.boilerplate import is_body_label, is_byline, is_control
from crawler.extract.dates import find_dates
from crawler.extract.dom import Dom, Line, collapse_space
from crawler.extract.labelled import is_action, is_organisation
from crawler.extract.labels import ROLE
from crawler.extract.memo import remember
from crawler.extract.normal import key_of
from crawler.extract.vocabulary import CHANNEL, CHAPTER, COUNTER, known

_SEPARATOR = re.compile(
    r"\s*[_|｜]+\s*|\s+[-–—－·»>]\s+|(?<![-—－–\dA-Za-z])[-–－](?![-—－–\d])|(?<=\d)[-–－](?=[^\d\s月日年-])|\s*(?:>>|»)\s*|\s*<\s*"
)
# A separator inside of one of these is the title's own: "初二语文<背影>教学设计", "《A-B》读后感".
_QUOTED: Final = re.compile(
    r"<<[^<>]+>>|<[^\s<>][^<>]*>|《[^《》]*》|〈[^〈〉]*〉|«[^«»]*»|“[^“”]*”|「[^「」]*」|『[^『』]*』"
)
_SITE_NAME = re.compile(
    r"(?:网|站|报|社|频道|门户|论坛|社区|新闻|资讯|在线|中心|大全|文库|博客|空间|日志|主页|官网|[Bb]log|BLOG|\.com|\.cn)$"
)
_TITLE_NAME = re.compile(
    r"(?:^|[-_])(?:art|article|news|doc|con|content|main|info|post|entry|page|detail|show|top|in)?[-_]?(?:title|tit|biaoti|bt|headline|subject|h1|timu)\d*(?:$|[-_])"
    r"|title$"
)
_is_title_name: Final = known(_TITLE_NAME)
# What speaks for and against a line as the title. A line with less than _ENOUGH is none.
_HEADING: Final = {"h1": 2.5, "h2": 1.5, "h3": 1.2, "h4": 0.8, "h5": 0.4}
_NAMED: Final = 1.2  # its class says title
_AGREES = 4.0  # it is what <title> begins with; a part of that for what is similar
_LATE: Final = 7  # characters
_LATER = 3.2  # it is a later part of a <title> that begins with the site's name
_ABOVE_BYLINE = 1.5
_LABELLED = 2.5  # "标题：…"
_FAR = -0.02  # for each line between it and the text, down to _FAREST
_FAREST = -1.5
_LINKED = -2.0  # a link leads to another article,
_LINKED_HEADING = -0.5  # unless a heading links to its own page
_PATH_TO = -4.0  # "首页 > 要闻"
_SITE = -2.5  # the name of the site, of a blog or of a channel: it links home, or to a list
_NEVER = -100.0  # no title links to the home page
_SECTION = -3.0  # "软件介绍", "正文"
_FOREIGN = -3.0  # "Immigration Consultant" where <title> is Chinese and has nothing of it
_SAID = -3.0  # a sentence, or what announces a list, and <title> has nothing of it: "……的常见方法有以下十种："
_ENOUGH = 2.2
_CHANNEL, _KEYWORD, _SENTENCE = 10, 16, 40  # characters
_BEGIN = 5  # lines
_SHORT_HEADING, _LONG_HEADING = 4, 8  # characters: a shorter heading may be that of a channel or a box
_MENU = 100_000  # characters of the source in which menus are looked for
_FILE = re.compile(r"\s*\.(?:docx?|pptx?|xlsx?|pdf|txt|wps|rtf)$", re.I)
# "职场沟通技巧应躲开三大误区_职场江湖_英才网" as a heading: "_" divides it from what it is of.
_GLUED_NAMES = re.compile(
    r"(?<=[\u4e00-\u9fff]{3}[\u4e00-\u9fff?？!！)）》”])\s*_\s*[\u4e00-\u9fff]{2,12}(?:\s*_\s*[\u4e00-\u9fff]{2,12})*$"
)
_GOES_ON = re.compile("[与與或而并但却]|及其|以及")
_THAT_PAGE = re.compile(r"\s*[_-]?\s*[\(\[]?\s*第\s*\d{1,3}\s*页\s*[\)\]]?$")
# These are in the form of normal.py.
# A robot took the byline for a part of the title: "新加坡硕士留学申请条件详解 来源：互联网 时间".
# "集市开张 来源：澜江日报 作者：…"; without a space only a paper, a site or an office: "力量的来源：信念" is a title.
_GLUED_BYLINE = re.compile(
    r"(?<=\S{2})\s+(?:来源|作者|时间|发布时间)\s*:.*$|(?<=\S{4})来源\s*:\s*\S{1,10}(?:网|报|社|台|局|室|办|集团)$"
)
_PAGE_SUFFIX = re.compile(r"\s*(?:\(\s*第?|第)\s*(\d{1,3})\s*页?\s*\)?$")
_GREETING: Final = re.compile("欢迎(?:您|你|访问|光临|来到)")
_PATH_STEP: Final = re.compile(r"\W*(?:(?:网站)?(?:首页|主页)\W|[>»])")
_PATH: Final = re.compile(r"当前位置|您的位置|所在位置|[>＞›»]\W*$|\w\s*[>＞›»]\s*\w")
_ELLIPSIS: Final = re.compile(r"(?:\.{2,}|…+)$")
_BRACKETED = re.compile(r"[【\[『]([^】\]』]{2,12})[】\]』]")
MAX_TITLE: Final = 150  # characters
_TITLE_LABEL = re.compile(
    r"\(?\s*(?:[文信消新]?[章息闻]?标\s*题|主\s*题|题\s*(?:目|名)|(?:[信文][息件])?名\s*称)\s*\)?\s*:\s*"
)
_TITLE_CELL = re.compile(r"(?:[文信]?[章息]?标\s*题|主\s*题|题\s*(?:目|名)|(?:[信文][息件])?名\s*称)\s*:?$")
_PART: Final = re.compile(r"[(]?[一二三四五六七八九十]{1,3}[)]?\s*[、.]")
_SENTENCE = 40  # characters
_HAN = re.compile("[\u4e00-\u9fff]")
_SECTION_NAME = re.compile(
    r"(?:软件|软件功能|产品|商品|课程|资源|文件|游戏|公司|企业|单位|学校|内容|详细|基本|相关)(?:介绍|简介|说明|描述|信息|内容|概述|详情)$"
    # Boxes of DedeCMS.
    r"|(?:站内|全站|高级|文章)?搜索$|栏目(?:列表|导航)$|(?:推荐|热点)内容$"
)
_FACT = re.compile(r"[\u4e00-\u9fff ]{1,6}:\s*\S{0,16}$")  # "版 本：电脑版"
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}\s*\(\s*20\d\d\s*\)\s*\d+\s*号$")  # "财办库〔2020〕151号"
_OF_BLOG = re.compile(r"(?:空间|博客|日志|部落格|的家|小站|\bblog|blog|的主页)$", re.I)
_HOME = re.compile(r"(?:https?://[^/]+)?/?(?:index\.\w+)?$|\./$")
_EXCLAMATION = re.compile(r"[\u4e00-\u9fff]{2,}[？?！!]")


@dataclass(frozen=True, slots=True)
class Title:
    """The title as printed, and the index of its line; None when only <title> has it."""

    text: str
    line: int | None


_FOLDED: Final[dict[str, str]] = {}  # every step asks for the first lines of the page


def fold(text: str) -> str:
    """A form in which spellings of one title are equal: NFKC, lower case, nothing but letters, digits and Han.

    Only the first 1,000 characters count: no title is longer.
    """
    folded = _FOLDED.get(text)
    if folded is None:
        form = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text[:1000]))).lower()
        folded = remember(_FOLDED, text, form, 1024)
    return folded


def repeats(line: Line, folded: str) -> bool:
    """Whether the line is the title `folded` and nothing else."""
    text = line.text
    return line.chars <= MAX_TITLE and folded.startswith(fold(text[:4])) and fold(text) == folded


@lru_cache(maxsize=256)
def segments(head: str) -> tuple[str, ...]:
    """The parts of a <title>: "标题_频道_网站" has three, and "Powered by Discuz!" behind them is none."""
    found = tuple(head[start:end] for start, end in _segment_spans(head))
    return found[:-1] if len(found) > 1 and found[-1].lower().startswith("powered by") else found


def _segment_spans(head: str) -> list[tuple[int, int]]:
    quoted = [match.span() for match in _QUOTED.finditer(head)]
    spans, begin = [], 0
    for start, end in [*(match.span() for match in _SEPARATOR.finditer(head)), (len(head), len(head))]:
        if any(low <= start < high or low < end <= high for low, high in quoted):
            continue
        part = head[begin:start]
        if stripped := part.strip():
            first = begin + part.index(stripped)
            spans.append((first, first + len(stripped)))
        begin = end
    return spans


def heads_of(dom: Dom) -> list[str]:
    """The titles in the page's metadata: <title>, og:title, and ArticleTitle of the government sites' standard."""
    names = ("articletitle", "og:title", "twitter:title", "title")
    return [h for h in (dom.title, *(v for name in names for v in dom.meta.get(name, ())[:1])) if h]


def find_title(dom: Dom, before: int) -> Title:
    """The line before `before` of which most says that it is the title."""
    heads = heads_of(dom)
    best, best_score = None, _ENOUGH
    keys = [fold(h) for h in heads]
    later = {key for h in heads for key in _behind_site(segments(h))}
    # Novels put the book first: "剑客行_第三章 出城_某某小说网", "剑客行 第三章 出城 - 某某小说网".
    later |= {
        fold(part[chapter.start() :]) for h in heads for part in segments(h)[:2] if (chapter := CHAPTER.search(part))
    }
    names = {fold(segments(h)[0]) for h in heads if segments(h)}
    wholes = {fold(h) for h in heads if len(segments(h)) > 1} - names
    for index in range(min(len(dom.lines), before)):
        line = dom.lines[index]
        if not 2 <= line.chars <= MAX_TITLE or (line.linked * 2 > line.chars and _prominence(line) == 0):
            continue
        score = _score(line, keys, names, wholes)
        if later and not line.linked and fold(line.text) in later:
            score = max(score, _LATER + _prominence(line))
        if _labelled(dom, index):
            score += _LABELLED
        # Of equal headings the one nearer to the body is the title, the other is in a breadcrumb.
        score += max(_FAREST, _FAR * (before - index))
        # A link above a byline leads to the page itself.
        own = line.linked * 2 > line.chars and line.node.tag not in ("h1", "h2")
        below = _ABOVE_BYLINE + (_LINKED_HEADING - _LINKED if own else 0.0)
        if score + below >= best_score:
            score += below * _has_byline(dom, index)
            if score >= best_score:
                score += _names_site(line, names, dom.source)
        if score >= best_score:
            best, best_score = index, score
    if best is None:
        best = _heading_above(dom, before)
    if best is None and _OF_BLOG.search(key_of(dom.title)):
        best = _bold_above(dom, before)
    if best is None and len(segments(dom.title)) == 1 and _SITE_NAME.search(key_of(dom.title)):
        best = _line_above(dom, before)
    if best is None and not heads:
        best = _first_line(dom)
    if best is None:
        return Title(_from_head(dom, heads), None)
    return Title(_printed(dom, best, heads), best)


def _behind_site(parts: tuple[str, ...]) -> list[str]:
    """The folded parts of a <title> behind the name of the site, where one prints that first: "日报数字报-春耕备耕一线见闻". A short
    name that is like no site's may be one: "龙门石窟 - “数字龙门石窟”工程开工"; but "集市 - 澜江市人民政府" ends with the site's.
    """
    if not parts or not ((site := _SITE_NAME.search(key_of(parts[0])) is not None) or len(fold(parts[0])) < _LATE):
        return []
    named = (part for part in parts[1:] if site or not (is_organisation(part) or _SITE_NAME.search(key_of(part))))
    return [key for key in map(fold, named) if len(key) >= _LATE]


def _bold_above(dom: Dom, before: int) -> int | None:
    """The short line in bold type above the text, on the page of a blog whose <title> is its name alone."""
    for index in range(min(before, len(dom.lines)) - 1, max(-1, before - 6), -1):
        line = dom.lines[index]
        if (
            4 <= line.chars <= 40
            and not line.linked
            and line.text[-1] not in "。：:"
            and not find_dates(line.text)
            and any(f"<{tag}>{line.text}</{tag}>" in dom.source for tag in ("b", "strong"))
        ):
            return index
    return None


def _line_above(dom: Dom, before: int) -> int | None:
    """The short line right above the first paragraph, where <title> is the site's name alone and the page has no heading."""
    prose = next(
        (i for i, line in enumerate(dom.lines[:before]) if line.punctuation and line.chars >= 40 and not line.linked), 0
    )
    line = dom.lines[prose - 1] if prose else None
    if line is None or line.linked or not 6 <= line.chars <= 40 or line.text[-1] in "。：:":
        return None
    other = is_byline(line.text) or is_control(line.text) or _is_path(line.text) or _is_fact(line)
    return None if other or find_dates(line.text) else prose - 1


def _first_line(dom: Dom) -> int | None:
    """The short line that a page without <title> begins with, if the text is right below: such a page is a part of another."""
    first = next(
        (i for i, line in enumerate(dom.lines[:_BEGIN]) if not line.linked and not is_control(line.text)), None
    )
    line = dom.lines[first] if first is not None else None
    if line is None or first is None or not 4 <= line.chars <= _SENTENCE or line.text[-1] in "。，；：,;:":
        return None
    if len(_HAN.findall(line.text)) * 2 < line.chars:  # "https://…"
        return None
    other = is_byline(line.text) or _is_path(line.text) or _is_fact(line) or find_dates(line.text)
    below = any(each.punctuation and each.chars >= 40 and not each.linked for each in dom.lines[first + 1 : first + 4])
    return first if below and not other else None


def _has_byline(dom: Dom, index: int) -> bool:
    """Whether a byline is right below the line, or below one short line."""
    below = dom.lines[index + 1 : index + 3]
    return bool(below) and (
        is_byline(below[0].text)
        or (len(below) > 1 and below[0].chars <= 30 and is_byline(below[1].text) and below[0].node.tag not in _HEADING)
    )


def _labelled(dom: Dom, index: int) -> bool:
    """Whether the line says that it is the title, "标题：…", or the line before it does: <td>标题</td><td>…</td>."""
    line = dom.lines[index]
    if line.chars > 8 and (":" in line.text or "：" in line.text) and _TITLE_LABEL.match(line.key):
        return True
    before = dom.lines[index - 1].text if index else ""
    return len(before) <= 8 and _TITLE_CELL.match(key_of(before)) is not None and line.chars >= 4


def _names_site(line: Line, names: set[str], source: str) -> float:
    """_SITE for the name of the site or of a channel, which is a link at the begin of the source; else 0."""
    href = line.pieces[0][1].href
    if href and line.linked * 2 > line.chars and _HOME.match(href):
        return _NEVER
    if line.chars > 16 or _has_mark(line.text):
        return 0.0
    if _SITE_NAME.search(line.key) and fold(line.text) in names:
        return _SITE
    # The name of a channel is a link elsewhere on the page, to its list.
    name = line.text.strip("<>《》 ")  # "政策法规<"
    if len(name) > 8 or line.linked:
        return 0.0
    return _SITE if source.find(f">{name}</a>", 0, _MENU) >= 0 else 0.0


def _has_mark(text: str) -> bool:
    return any(mark in text for mark in "，。？！：“《、")


def _heading_above(dom: Dom, before: int) -> int | None:
    """The line of the heading right above the body, for pages whose <title> is that of the channel
    ("新闻动态--中国地理学会官网"); None when there is none.
    """
    chinese = _HAN.search(dom.title) is not None
    for index in range(min(before, len(dom.lines)) - 1, max(-1, before - 16), -1):
        line = dom.lines[index]
        if (
            line.chars >= 6
            and not _is_said(line)
            and not (chinese and not _HAN.search(line.text))
            and _prominence(line) > 0
            and not _DOCUMENT_NUMBER.match(line.key)
            and not _is_part(dom, index)
            and not _is_fact(line)
            and not _is_path(line.text)
            and not is_byline(line.text)
            # A heading that links to its own page has a byline beside it.
            and (not line.linked or any(is_byline(near.text) for near in dom.lines[max(0, index - 1) : index + 3]))
        ):
            return index
    # Without a heading, the short line right above the byline.
    for index in range(min(before, len(dom.lines) - 1) - 1, max(-1, before - 8), -1):
        line = dom.lines[index]
        if (
            6 <= line.chars <= 60
            and (not line.linked or _again_below(dom, index))
            and is_byline(dom.lines[index + 1].text)
            and not (
                is_byline(line.text)
                or is_control(line.text)
                or _is_path(line.text)
                or _is_fact(line)
                or _DOCUMENT_NUMBER.match(line.key)
            )
        ):
            return index
    return None


def _is_part(dom: Dom, index: int) -> bool:
    """Whether a heading is of a part of the text, "一、外汇买卖", or one of paragraphs that stand in elements for headings:
    "一石激起千层浪。".
    """
    line = dom.lines[index]
    if _PART.match(line.key) or (line.chars > _SENTENCE and "。" in line.text):
        return True
    near = dom.lines[max(0, index - 1) : index + 2 : 2] if index else dom.lines[1:2]
    return line.text[-1] == "。" and any(other.node.tag == line.node.tag and "。" in other.text for other in near)


def _again_below(dom: Dom, index: int) -> bool:
    """Whether the text of a linked line is repeated below it without a link."""
    key = fold(dom.lines[index].text)
    return any(not below.linked and repeats(below, key) for below in dom.lines[index + 1 : index + 6])


def strong_title(dom: Dom) -> int | None:
    """The line of the first heading whose words are exactly those of <title>; None when there is none."""
    heads = heads_of(dom)
    wanted = list(_headings(dom))
    # The title alone is preferred to a heading with the site's name: "标题_某某财务官网 一站式企业服务平台".
    for names in ({fold((segments(h) or (h,))[0]) for h in heads}, set(map(fold, heads))):
        for index, text in wanted:
            if text in names:
                return index
    return None


def _headings(dom: Dom) -> Iterator[tuple[int, str]]:
    """The indices and folded texts of the lines that are marked as headings."""
    for index, line in enumerate(dom.lines):
        if not _SHORT_HEADING <= line.chars <= MAX_TITLE or line.linked * 2 > line.chars or _prominence(line) <= 0:
            continue
        text = fold(line.text)
        if len(text) >= _LONG_HEADING or (line.node.tag == "h1" and not CHANNEL.match(line.key)):
            yield index, text


def _prominence(line: Line) -> float:
    tag = name = 0.0
    for near in (line.pieces[0][1], line.node, line.node.parent):
        if near is None:
            break
        tag = max(tag, _HEADING.get(near.tag, 0.0))
        if near.names and any(map(_is_title_name, near.names)):
            name = _NAMED
    return tag + name


def _is_fact(line: Line) -> bool:
    """Whether the line is a label and its value: "版 本：电脑版". A heading is one where the label is an element of its own:
    "快讯：早市开张" is a title.
    """
    if _TITLE_LABEL.match(line.key):
        return False
    label = line.pieces[0][0].strip()
    apart = len(line.pieces) > 1 and label[-1:] in ":：" and len(label) <= 9
    return apart or (_prominence(line) <= _NAMED and _FACT.match(line.key) is not None)


def _is_path(text: str) -> bool:
    text = _QUOTED.sub("", text)
    return _PATH.search(text) is not None or _PATH_STEP.match(text) is not None


def _score(line: Line, heads: list[str], names: set[str], wholes: set[str]) -> float:
    """How well the line agrees with `heads` (folded), their first segments `names`, and those `wholes` that have several."""
    key = fold(_ELLIPSIS.sub("", line.text) if line.text[-1] in ".…" else line.text)
    if len(key) < 2 or (_GREETING.search(line.text) and key not in heads):
        return -1.0
    score = _prominence(line)
    if line.linked * 2 > line.chars:
        score += _LINKED_HEADING if line.node.tag in ("h1", "h2") else _LINKED
    # "A>B的证明" is no path where <title> begins with it.
    if _is_path(line.text) and not (key in names and score >= 1.0):
        score += _PATH_TO
    if (
        line.chars <= 12
        and score > 0
        and (
            line.key.rstrip(":") in ROLE
            or CHANNEL.match(line.key)
            or (key not in names and (is_body_label(line.text) or _SECTION_NAME.match(line.key)))
        )
    ):
        score += _SECTION
    if score > 0 and key not in names and _is_fact(line):
        score += _SECTION
    match = 0.0
    if key in names:
        match = 1.0
    elif key in wholes:
        match = 0.6
    else:
        for head in heads:
            if head.startswith(key):
                match = max(match, min(0.9, 0.5 + len(key) / len(head)))
            elif key in head:
                match = max(match, 0.7 * len(key) / len(head))
            elif len(head) > 6 and head[: len(key)] == key[: len(head)]:
                match = max(match, 0.8 * len(head) / len(key))
        for name in names:
            if len(name) > 5 and name in key and len(key) < 2 * len(name) + 8:
                match = max(match, 0.8 * len(name) / len(key))
    if match == 0.0 and score > 0 and not _HAN.search(line.text) and any(map(_HAN.search, heads)):
        score += _FOREIGN
    if match == 0.0 and score > 0 and _is_said(line):
        score += _SAID
    # Short texts prove little: "资讯" is part of every <title> of a site.
    return score + _AGREES * match * min(1.0, len(key) / 8)


def _is_said(line: Line) -> bool:
    """Whether the line is a sentence and no title: it has a full stop, or ends with a colon. The title of a page about a
    machine may be one: <h1>自动翻耙机的正确操作需要注意这些内容。</h1>.
    """
    if line.node.tag == "h1" and line.chars <= _SENTENCE and "。" not in line.text[:-1]:
        return False
    return line.chars > _SHORT_HEADING and ("。" in line.text or line.text[-1] in ":：；")


def _printed(dom: Dom, index: int, heads: list[str]) -> str:
    line = dom.lines[index]
    text = _without_tools(line, heads)
    node = line.node
    # A heading with <br> is one title: "彰显特色优势<br>提高开放水平".
    if node.tag in _HEADING and 1 < node.end - node.start <= 4:
        text = " ".join(dom.lines[i].text for i in range(node.start, node.end))
        joined = fold(text)
        first = [fold((segments(h) or (h,))[0]) for h in heads]
        if fold(line.text) in first or not any(joined in fold(h) for h in heads):
            text = line.own_text()
    text = _continued(dom, index, text, heads)
    # A control may be glued to the heading ("播报文章"): the title is what it shares with the metadata.
    for head in heads:
        for candidate in (head, segments(head)[0] if segments(head) else head):
            if (
                len(candidate) > 6
                and text != candidate
                and candidate in text
                and len(text) > len(candidate)
                and not text.startswith("[")
            ):
                rest = text.replace(candidate, "", 1).strip()
                if (
                    len(rest) <= 12
                    and not _EXCLAMATION.search(rest)
                    and rest.endswith(("播报", "朗读", "收藏", "文章", "举报", "原创"))
                ):
                    return candidate
    return text


def _without_tools(line: Line, heads: list[str]) -> str:
    """The line without what stands beside the title in elements of their own: "[返回]", "打印", "我要评论(3)", a date, "荐"."""
    pieces = [(piece, owner) for piece, owner in line.pieces if not piece.isspace()]
    if len(pieces) == 1:
        return line.own_text()
    known = {fold(part) for head in heads for part in (head, *segments(head)[:1])}
    whole = fold(line.text)
    kept = pieces
    while len(kept) > 1 and whole not in known:
        piece = kept[-1][0].strip(" \u3000[]【】()（）|·\r\n\t")
        dates = find_dates(piece)
        tool = (
            not piece
            or (kept[-1][1].link and (len(piece) <= 4 or is_action(piece)))
            or is_control(piece)
            or COUNTER.fullmatch(piece)
            or (dates and len(piece) - (dates[0].span[1] - dates[0].span[0]) <= 4)
            or (len(piece) == 1 and kept[-1][1] is not line.node)
            or fold("".join(piece for piece, _ in kept[:-1])) in known
        )
        if not tool:
            break
        kept = kept[:-1]
    # A badge before the title: "荐", "[图文]"; or the channel: <h2><a>小众</a><a>集市开张</a></h2>.
    badge = kept[0][0].strip(" \u3000[]【】")
    rest = fold("".join(piece for piece, _ in kept[1:]))
    if (
        len(kept) > 1
        and whole not in known
        and (
            (len(badge) <= 4 and rest in known)
            or (
                len(badge) <= 12
                and len(rest) >= 6
                and kept[0][1].link
                and any(fold(head).startswith(rest) for head in heads)
            )
        )
    ):
        kept = kept[1:]
    if len(kept) == len(pieces):
        return line.own_text()
    return collapse_space("".join(piece for piece, _ in kept)).rstrip("[【(（| \u3000") or line.own_text()


def _continued(dom: Dom, index: int, text: str, heads: list[str]) -> str:
    """The whole of a title that is broken over two to four lines, as in official documents: "国务院办公厅", "关于…", "的通知"."""
    key = fold(text)
    for head in heads:
        name = fold((segments(head) or (head,))[0])
        joined, parts = key, [text]
        for line in dom.lines[index + 1 : index + 4]:
            if joined == name or not name.startswith(joined) or line.node.tag != dom.lines[index].node.tag:
                break  # a subtitle in another heading is not part of the title
            joined += fold(line.text)
            parts.append(line.text)
        if len(parts) > 1 and joined == name:
            return " ".join(parts)
    return text


def _from_head(dom: Dom, heads: list[str]) -> str:
    """The title that a page prints in its metadata only: its parts without the names of channels and of the site."""
    if not heads:
        return ""
    head = heads[-1]
    spans = _segment_spans(head)
    if not spans:
        return head
    # This may be the name of a channel ("[教育指导工作]-岚皋县市人民政府门户网站群!"), but nothing better is known.
    first, last = 0, max(1, len(spans) - 1)
    if len(spans) > 1 and _SITE_NAME.search(key_of(head[slice(*spans[0])])):  # "东方早市网 - 集市上的一个早晨"
        first, last = 1, len(spans)
    while last > first + 1 and _is_name(dom, head[slice(*spans[last - 1])]):
        last -= 1
    last = min(last, first + _own_parts(head, spans[first:]))
    return _without_keywords(head[spans[first][0] : spans[last - 1][1]])


def _own_parts(head: str, spans: list[tuple[int, int]]) -> int:
    """How many of the parts of a <title> are the article's: those before the first "_", or one where the same mark divides
    it from a short channel and the site ("石桥 - 作文 - 范文网"); "测试方法-功能图法 - 早市网" has two. "怎样看待A轮融资_与后市_早市网" goes on
    behind the mark: no channel is called 与后市.
    """
    if len(spans) < 2 or spans[0][1] - spans[0][0] < _SHORT_HEADING:
        return len(spans)
    marks = [head[end:start] for (_, end), (start, _) in pairwise(spans)]
    if "_" in marks[0] and CHAPTER.search(key_of(head[slice(*spans[1])])):  # "剑客行_第三章 出城_某某小说网"
        return len(spans)
    own = next((at for at, span in enumerate(spans[1:], 1) if not _GOES_ON.match(head, span[0])), len(spans))
    short = all(end - start <= _CHANNEL for start, end in spans[own:-1])
    if len(spans) > own + 1 and short and (len(set(marks)) == 1 or marks[0] in ("|", " | ")):
        return own
    return next((at for at, mark in enumerate(marks, 1) if at >= own and "_" in mark), len(spans))


def _without_keywords(name: str) -> str:
    """`name` without the keywords that some sites print behind the title: "石桥,石桥作文,小学生石桥作文"."""
    first, *others = re.split("[,，]", name)
    pairs = {first[at : at + 2] for at in range(len(first) - 1)}
    alike = all(
        len(other) <= _KEYWORD and any(other[at : at + 2] in pairs for at in range(len(other) - 1)) for other in others
    )
    return first.strip() if len(others) > 1 and len(first) >= _SHORT_HEADING and alike else name


def _is_name(dom: Dom, part: str) -> bool:
    """Whether a part of a <title> is the name of a channel or of the site: one prints its names elsewhere, too."""
    return (
        _SITE_NAME.search(key_of(part)) is not None or re.search(rf">\s*{re.escape(part)}\s*<", dom.source) is not None
    )


_PICTURE_NUMBER = re.compile(r"\s*\(\s*1\s*(?:/\s*\d{1,3}\s*)?\)$")


def without_byline(title: str) -> str:
    """`title` without the byline that stands on its line: "集市开张 来源：澜江日报"."""
    glued = _GLUED_BYLINE.search(key_of(title))
    return title[: glued.start()] if glued else title


def clean_title(title: str, dom: Dom, page: int | None, family: str | None) -> str:
    """`title` without the site's name, the suffix "(2)" of page 2, and the extension of a document's file name."""
    heads = heads_of(dom)
    title = title.rstrip(" ¶")  # of a link to the heading
    if family == "wenku":
        title = _FILE.sub("", title)
    if (names := _GLUED_NAMES.search(title)) and any(h.startswith(title) and len(h) > len(title) for h in heads):
        title = title[: names.start()]
    if that := _THAT_PAGE.search(key_of(title)):
        title = title[: that.start()] or title
    if label := _TITLE_LABEL.match(key_of(title)):
        title = title[label.end() :]
    title = without_byline(title)
    # "被告人刑期与罚金均大幅减少 2011年12月16日00:22": the byline is in the heading
    clock = find_dates(title)[-1:]
    if clock and "T" in clock[0].iso and clock[0].span[1] == len(title) and clock[0].span[0] >= _SHORT_HEADING:
        title = title[: clock[0].span[0]]
    number = _PICTURE_NUMBER.search(key_of(title))
    stem = (
        title[: number.start()] if number else title
    )  # a gallery counts its pictures behind the title, <title> does not
    if stem != title and any(h.startswith(stem) and not h.startswith(title) for h in heads):
        title = stem
    if page and page > 1:
        match = _PAGE_SUFFIX.search(key_of(title))
        if match and int(match[1]) == page:
            title = title[: match.start()]
    site = [fold(s) for h in heads for s in segments(h)[1:]]
    for match in _BRACKETED.finditer(title):
        key = fold(match[1])
        if any(s.startswith(key) for s in site if s):
            title = title.replace(match[0], "")
    for head in heads:
        parts = segments(head)
        # The heading has the whole of <title>, with the site's name; not where another <title> goes on behind it.
        # "晨报|集市上的一个早晨" stays: nothing says that its last part is the site.
        if (
            len(parts) > 1
            and title == head
            and not any(h != head and h.startswith(head) for h in heads)
            and _names_page(dom, parts[-1])
        ):
            title = title[: title.rfind(parts[-1])].rstrip(" _|｜-—－–>»")
    return title.strip(" \u3000_|｜-").lstrip("》】〉」』")


def _names_page(dom: Dom, part: str) -> bool:
    """Whether the part of a <title> is the name of the site or of a channel."""
    if _SITE_NAME.search(key_of(part)) or part in dom.meta.get("og:site_name", ()):
        return True
    return dom.source.count(part) > 2 + sum(part in value for values in dom.meta.values() for value in values)
