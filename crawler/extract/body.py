"""Which lines of the main node are the text of the article, and how they become paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from itertools import accumulate
from typing import Final

from crawler.extract.boilerplate import is_body_label, is_byline, is_control, is_editor_line, is_strong_byline
from crawler.extract.comments import first_entry, is_comments_heading
from crawler.extract.dates import find_dates
from crawler.extract.dom import Dom, Line, Node
from crawler.extract.generic import DROPPED, SUMMARY, WEAK_LIMIT, block_of, noise_limit
from crawler.extract.labels import ROLE, find_labels
from crawler.extract.lead import is_lead
from crawler.extract.memo import remember
from crawler.extract.site_talk import site_score
from crawler.extract.title import fold, repeats, segments
from crawler.extract.vocabulary import BREADCRUMB, END_MARK, NEIGHBOUR, PREV_NEXT, RELATED, SHARE, is_footer

# Atomic groups, or a line of sixty digits backtracks exponentially: "123" must match as one number, not as three.
_PAGER: Final = re.compile(
    r"^(?:(?:页面|分页|页码|页次)\s*[:：]\s*)?(?:[\[(（【<]?(?>共\s*\d+\s*[页篇]|\d+\s*/\s*\d+|\d{1,3}(?!\d)|没有了|首页|尾页|末页"
    r"|上一页|下一页|第\s*\d+\s*页|\.\.\.|…)[:：\s\])）】>]*+)++$"
)
_BOAST = re.compile(r"品牌|平台|网站|门户|领先|知名|一站式")
# "以上内容（包括图片及视频）为创作者平台"快传号"用户上传并发布，本平台仅提供信息存储服务" ends the article: comments follow.
_PLATFORM = re.compile(
    r"^(?:(?:特别|免责)?声明)?[\s:：]*(?:以上|本)(?:内容|文章|文|视频)[^。]{0,30}(?:平台|网站|作者|用户)[^。]{0,60}(?:发布|上传|立场|存储|观点)"
)
# "来自甘肃", "IP属地：广东", "发布于 北京": since 2022 every platform prints the writer's location.
_PLACE: Final = re.compile(
    r"^(?:来自|IP属地|发布于|发表于)\s*[:：]?\s*(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国香港|中国澳门|中国台湾)(?:省|市)?$"
)
_SITE_TALK = re.compile(r"文档|版权|本站|上传|会员|侵权|客服|网站")
_OF_FILES = re.compile(r"温馨|使用|重要|特别|友情|常见")
_COLON: Final = re.compile(r"^.{0,12}[:：]")
# "最后更新：2021-05-06 10:20" is printed by the CMS; "2021年5月6日" alone is the author's.
_UPDATED = re.compile(r"^(?:最后|最近)?(?:更新|发布|发表|上传|编辑|修改)(?:时间|日期|于)?\s*[:：]?\s*\d{4}\D")
# "【2012/01/12 聯合晚報】@ http://udn.com/": the paper and its day below the text
_STAMP: Final = re.compile(r"\(\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s*[\u4e00-\u9fff]{2,8}\s*\)\s*(?:@?\s*https?://\S*)?$")
_SHOWN: Final = re.compile(  # "(2012-01-17 20:00) 晚間新聞"
    r"\(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s+\d{1,2}:\d\d\)\s*[\u4e00-\u9fff]{0,6}$"
)
# "财办库〔2020〕151号" above the byline is the first line of an official document.
_DOCUMENT_NUMBER = re.compile(r"^[\u4e00-\u9fff]{1,12}\s*[〔\[【(（]\s*20\d\d\s*[〕\]】)）]\s*\d+\s*号$")
_LABEL_LINE: Final = re.compile(
    r"(?:(?:本文|此文|本页|文章|热门|相关)?(?:标签|关键词|关键字)|tags?|分类)\s*:", re.I
)  # in keys
_ATTACHED = re.compile(r"附\s*件\d?\s*[:：]?")
# "相关文章：早市的由来 早市开张 早市的一天": titles in one line, as spinning sites print them.
_RELATED_LINE = re.compile(r"\W*相关(?:文章|阅读|新闻|推荐|资讯|链接)\s*:\s*\S")
_NO_RELATED: Final = re.compile(
    "(?:暂时?|没有?|無|无)(?:有|无)?(?:任何)?相关\\w{2,4}[。!]?$"
)  # in keys: "没有相关新闻"
_ANNOUNCES = re.compile(r"(?:相关|延伸|推荐)[^。:]{0,8}(?:文章|帖子|博文|阅读|链接|新闻)[^。:]{0,8}:$")  # in keys
_HOME_PATH = re.compile(r"\W*(?:网站)?[首主]页\s*[>»›]\s*\S")  # in keys
_WRITTEN: Final = re.compile(r"\w")
_LETTER: Final = re.compile(r"[^\W\d]")
_NONE = re.compile(r"\W*(?:没有|无|$)")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_LEFT_OF_COMMENTS = frozenset(("-->", "--&gt;", "<!--", "*/"))  # of "<!-- … --> -->"
_Form = tuple[str, tuple[str, ...]]
_SAYS_SOMETHING = re.compile(r"[^\W_]")
_LABEL = 8  # characters
_ROW, _SHORT_LINK = 4, 6  # links; characters
_PARTS = 4
_HEADS = 2  # <h2 class="notice-head"> above each chapter
_MOST = 0.7  # of the prose
_OF_SITE = 2.1  # see site_talk.py
_SPEAKS_OF_SITE = 1.5
_LIST_TAGS = frozenset(("ul", "ol", "dl", "div", "table", "p", "section", "h2", "h3", "h4"))


def choose_lines(
    dom: Dom, node: Node, title: str, title_line: int | None, until: int | None, values: list[float]
) -> list[int]:
    """Indices of the lines of `node` (up to `until`) that are text of the article, in reading order."""
    start, end = node.start, min(node.end, until or node.end)
    if (
        title_line is not None
        and start <= title_line < end
        and _weight(dom, start, title_line) < 0.2 * _weight(dom, title_line, end)
        and not _is_subhead(dom, title, max(start, title_line - 3), title_line)
    ):
        start = title_line + 1
    attached = _attached(dom, start, end)
    skip = _furniture(dom, node) - attached
    chosen = [i for i in range(start, end) if i not in skip and values[i] not in (DROPPED, SUMMARY)]
    above = (
        title_line is not None
        and bool(chosen)
        and any(is_byline(line.text) for line in dom.lines[title_line + 1 : chosen[0]][:12])
    )
    chosen = _after_byline(dom, chosen[_facts_first(dom, chosen) :], fold(title), above=above)
    chosen = chosen[_author_card(dom, chosen) :]
    chosen = _before_end(dom, _before_neighbours(dom, _before_signature(dom, chosen)))
    cells = _data_cells(dom, chosen) | attached
    chosen = [i for i in chosen if i in cells or not (is_boilerplate(dom.lines[i]) or _heads_list(dom, i))]
    chosen = [i for i in chosen if dom.lines[i].node.tag != "figcaption" or site_score(dom.lines[i].text) < _OF_SITE]
    chosen = _without_summary(dom, _without_device_copies(dom, _without_copy(dom, chosen)))
    site = fold(segments(dom.title)[-1]) if len(segments(dom.title)) > 1 else ""
    forms = _forms(dom, chosen)
    while chosen and (
        _is_trailing_boilerplate(dom.lines[chosen[-1]], site)
        or (len(chosen) > 2 and _is_foreign(dom.lines[chosen[-1]], forms))
        or (len(chosen) > 2 and _announces_links(dom, chosen[-1]))
    ):
        chosen.pop()
    while len(chosen) > 1 and not _SAYS_SOMETHING.search(dom.lines[chosen[0]].text):  # "→", an arrow of the skin's
        del chosen[0]
    return chosen


def _announces_links(dom: Dom, last: int) -> bool:
    """Whether a last line such as "和本文相关的帖子：" heads links, which are none of the text."""
    line = dom.lines[last]
    return line.chars <= 40 and _ANNOUNCES.search(line.key) is not None and _is_link(dom, last + 1)


def _is_foreign(last: Line, forms: dict[_Form, int]) -> bool:
    """Whether the last line, of a class that no other line of the text has, is no sentence but a link with some words, or
    speaks of the site.
    """
    if last.chars > 60 or last.text[-1] in "。！？”…）)" or not _is_own(last, forms):
        return False
    return last.linked >= 0.3 * last.chars or site_score(last.text) >= _SPEAKS_OF_SITE


def _forms(dom: Dom, chosen: list[int]) -> dict[_Form, int]:
    """How many lines of the text, but labels of some characters, have an element and class."""
    forms: dict[_Form, int] = {}
    for index in chosen:
        line = dom.lines[index]
        if line.chars > _LABEL:
            form = (line.node.tag, line.node.names)
            forms[form] = forms.get(form, 0) + 1
    return forms


def _is_own(line: Line, forms: dict[_Form, int]) -> bool:
    """Whether the line has a class, and no other line of the text has it but labels."""
    return bool(line.node.names) and forms.get((line.node.tag, line.node.names), 0) <= (line.chars > _LABEL)


def _attached(dom: Dom, start: int, end: int) -> set[int]:
    """The links right below "附件：", which name the parts of an official document."""
    found: set[int] = set()
    open_ = False
    for index in range(start, end):
        line = dom.lines[index]
        if line.linked:
            found |= {index} if open_ and line.linked >= 0.9 * line.chars and line.chars <= 80 else set()
        else:
            open_ = line.chars <= 5 and _ATTACHED.fullmatch(line.text) is not None
    return found


def without_head(dom: Dom, chosen: list[int]) -> list[int]:
    """`chosen` without a first line of a class of its own that speaks of the site, as the facts of a file do; what it says
    of the article was read there; nor the label "软件介绍" below it.
    """
    if len(chosen) <= 3:
        return chosen
    first = dom.lines[chosen[0]]
    own = _is_own(first, _forms(dom, chosen)) and site_score(first.text) >= _OF_SITE
    if not own:
        return chosen
    return chosen[2:] if is_body_label(dom.lines[chosen[1]].text) else chosen[1:]


def _is_subhead(dom: Dom, title: str, start: int, title_line: int) -> bool:
    """Whether the line that was taken for the title is a subhead: <title> has nothing of it, and a paragraph stands right
    above.
    """
    return (
        bool(dom.title)
        and fold(title) not in fold(dom.title)
        and any(
            line.chars >= 60 and line.punctuation > 1 and not line.linked and line.text[-1] in "。！？”"
            for line in dom.lines[start:title_line]
        )
    )


def _without_copy(dom: Dom, chosen: list[int]) -> list[int]:
    """`chosen` without a second copy of the text, which some skins print for another device: <div class="mobile">.

    A copy is a run of lines in another block that repeats earlier lines in order, and two fifths of the text at least;
    a refrain is shorter or in the block of its song.
    """
    first: dict[str, int] = {}
    total = sum(dom.lines[i].chars for i in chosen)
    position = 0
    while position < len(chosen):
        line = dom.lines[chosen[position]]
        earlier = first.setdefault(line.text, position) if line.chars >= 10 else position
        if earlier == position or block_of(line) is block_of(dom.lines[chosen[earlier]]):
            position += 1
            continue
        end, same = position, 0
        while end < len(chosen) and dom.lines[chosen[end]].text == dom.lines[chosen[earlier + end - position]].text:
            same += dom.lines[chosen[end]].chars
            end += 1
        if same >= 60 and same >= 0.4 * total:
            return chosen[:position] + chosen[end:]
        position = end
    return chosen


# How frameworks and skins name what is for one kind of screen: "visible-xs", "d-md-none", "md:hidden", "layui-hide-sm",
# "uk-visible@m", "pc-only", "m_show".
_FOR_DEVICE = re.compile(
    r"(?:visible|hidden|am-show|am-hide|layui-show|layui-hide|uk-visible|uk-hidden|d|show-for|hide-for)[-@](?:xs|sm|md|lg|xl|print|phone|tablet|desktop|[sml]$)"
    r"|(?:sm|md|lg|xl):(?:hidden|block|flex)|(?:pc|wap|mobile|phone|desktop|m)[-_]?(?:only|show|hide|view|box)?$"
    r"|(?:only|show|hide|for)[-_]?(?:pc|wap|mobile|phone|desktop)"
)


_DEVICES: Final[dict[str, bool]] = {}


def _is_for_device(name: str) -> bool:
    known = _DEVICES.get(name)
    return remember(_DEVICES, name, _FOR_DEVICE.match(name) is not None) if known is None else known


def _without_device_copies(dom: Dom, chosen: list[int]) -> list[int]:
    """`chosen` without paragraphs that another element, for another kind of screen, has said word for word."""
    devices = {node for name in dom.names if _is_for_device(name) for node in dom.named(name)}
    if len(devices) < 2:
        return chosen
    first: dict[str, tuple[str, ...]] = {}
    kept = []
    for index in chosen:
        line = dom.lines[index]
        device = next((node for node in (line.node, *line.node.ancestors()) if node in devices), None)
        if device is None or line.chars < 10 or first.setdefault(line.text, device.names) == device.names:
            kept.append(index)
    return kept


_SUMMARY_LABEL = re.compile(
    r"[【\[（(]?(?:内容|文章|本文|新闻)?(?:摘要|提要|提示|导读|导语|简介|核心提示)\s*[】\]）):：|丨]\s*"
)


def _without_summary(dom: Dom, chosen: list[int]) -> list[int]:
    """`chosen` without a first line that comes again, or that, in a block of its own or cut, only repeats the begin of one
    of the next: an introduction of the skin's.
    """
    for position, index in enumerate(chosen[:2]):
        line = dom.lines[index]
        if line.chars >= 30 and any(
            dom.lines[i].text == line.text and block_of(line) is not block_of(dom.lines[i])
            for i in chosen[position + 1 :]
        ):
            return chosen[:position] + chosen[position + 1 :]
        label = _SUMMARY_LABEL.match(line.text)
        said = line.text[label.end() if label else 0 :].rstrip(".…。 ")
        if len(said) >= 15 and any(
            dom.lines[i].text.startswith(said)
            and (label or line.text[-1] in ".…" or block_of(line) is not block_of(dom.lines[i]))
            for i in chosen[position + 1 : position + 4]
        ):
            return chosen[:position] + chosen[position + 1 :]
    return chosen


def _data_cells(dom: Dom, chosen: list[int]) -> set[int]:
    """The lines of `chosen` that are cells of a table of data, where "中" and "评论" are no controls: at least three rows
    with at least two cells that are no links.
    """
    rows: dict[Node, list[int]] = {}
    for index in chosen:
        line = dom.lines[index]
        row = line.node.parent
        if line.node.tag in ("td", "th") and row is not None and not line.linked and line.chars <= 60:
            rows.setdefault(row, []).append(index)
    tables: dict[Node | None, list[list[int]]] = {}
    for row, cells in rows.items():
        if len(cells) > 1:
            tables.setdefault(row.parent, []).append(cells)
    return {i for found in tables.values() if len(found) >= 3 for cells in found for i in cells}


def _is_trailing_boilerplate(line: Line, site: str) -> bool:
    """Whether a last line is none of the text: dots ("..." before 展开阅读全文), tags, the time of the last update, a
    heading with nothing below it, or the site's slogan, as in "法易通（全球创新的“互联网+法律”）法律咨询服务品牌".
    """
    if line.node.tag in _HEADINGS and line.chars <= 40 and line.text[-1] not in "。！？":
        return True
    if not _WRITTEN.search(line.text) or _RELATED_LINE.match(line.key):
        return True
    if line.chars <= 60 and (
        _LABEL_LINE.match(line.key) or _UPDATED.match(line.text) or _STAMP.match(line.key) or _SHOWN.match(line.key)
    ):
        return True
    # "中国教育的明天会更好。" is a sentence of the author, though the site is called 中国教育网.
    return (
        len(site) >= 3
        and line.chars <= 60
        and (line.text[-1] not in "。！？" or bool(_BOAST.search(line.text)))
        and fold(line.text).startswith(site[: max(3, len(site) // 2)])
    )


# How much each kind of line speaks for a cut below it, among the first lines of the body. A sentence ends the search: what
# precedes it is text, and a byline below it goes alone.
_HEAD = {
    "byline with a name": 3.0,
    "title": 2.5,
    "label": 2.0,
    "byline": 1.5,
    "control": 1.0,
    "lead": 0.0,
    "short": -0.4,
    "other": -1.0,
    "fact among bylines": -0.3,
    "fact": -1.5,
    "sentence": -9.0,
}
_FACT = re.compile(r"[^:：，。]{2,8}[:：]\s*\S")
_EVENT = re.compile(
    r"(?:会议|活动|考试|报名|比赛|演出|举办)?(?:时\s*间|地\s*点|对\s*象|主\s*题|主讲|人\s*员|费\s*用)\s*[:：]"
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_DIGITS = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d|\d{4}年\d\d月\d\d日|\b\d\d:\d\d")
_PAPER = re.compile(r"[\u4e00-\u9fff]{1,5}(?:[日晚早时商周]报|新闻网|电视台|通讯社)$")
_HEAD_LINES = 14
_CARD = 4  # lines


def _author_card(dom: Dom, chosen: list[int]) -> int:
    """How many of the first lines are a card of the author above the text, as themes of Hugo print it: "作者", a name, some
    words on the person, in a block of their own.
    """
    if len(chosen) <= _CARD or ROLE.get(dom.lines[chosen[0]].key) != "author":
        return 0
    name = dom.lines[chosen[1]]
    if name.chars > 20 or name.punctuation:
        return 0
    block: Node | None = dom.lines[chosen[0]].node
    while block is not None and block.end <= chosen[1]:
        block = block.parent
    if block is None or block.end > chosen[_CARD]:
        return 0
    while block.parent is not None and block.parent.end <= chosen[_CARD]:
        block = block.parent
    return sum(index < block.end for index in chosen)


def _facts_first(dom: Dom, chosen: list[int]) -> int:
    """How many of the first lines are the list of facts of an official document ("发布机构：…", "成文日期：…"): three or more,
    one with a date, and none of an event.
    """
    count = 0
    for index in chosen[:_HEAD_LINES]:
        line = dom.lines[index]
        if (
            line.node.tag not in ("li", "dd", "dt", "td")
            or line.chars > 40
            or not _FACT.match(line.text)
            or _EVENT.match(line.text)
        ):
            break
        count += 1
    dated = any(find_dates(dom.lines[i].text) for i in chosen[:count])
    return count if count >= 3 and dated and count + 1 < len(chosen) else 0


def _after_byline(dom: Dom, chosen: list[int], title: str, *, above: bool) -> list[int]:
    """`chosen` without the lines between title and text: byline, controls, the repeated title.

    `above` says that a byline was found above the first of `chosen`.
    """
    best, cut, score = 0.0, 0, 0.0
    seen = above
    adjoins = False
    listed = (
        False  # "索引号：", "主题分类：", "成文日期：", "发布日期：": the facts of an official document, line by line
    )
    alone: set[int] = set()  # a byline below the first sentences
    for position, index in enumerate(chosen[:_HEAD_LINES]):
        # A date right below "来源：…" is one with it.
        kind = _head_kind(dom.lines[index], title, seen=seen and not adjoins)
        adjoins = kind.startswith("byline")
        if kind == "fact" and listed:
            kind = "fact among bylines"
        seen = seen or kind.startswith("byline")
        listed = listed or kind.startswith("byline")
        if kind.startswith("byline") and score < -5 and position < 6 and _is_printed_by_cms(dom.lines[index].text):
            alone.add(index)
        score += _HEAD[kind]
        if score > best:
            best, cut = score, position + 1
        elif score < -20:
            break
    numbers = [i for i in chosen[:cut] if _DOCUMENT_NUMBER.match(dom.lines[i].text)]
    return numbers + [i for i in chosen[cut:] if i not in alone]


def _is_printed_by_cms(text: str) -> bool:
    """Whether a byline below sentences is one: it has a date in digits, or is short labels. "1986年11月3日 8:20" may be the
    author's, and so may a sentence behind "来源：".
    """
    labels = find_labels(text)
    return _DIGITS.search(text) is not None or len(labels) > 1 or bool(labels and len(text) <= 24)


def _head_kind(line: Line, title: str, *, seen: bool) -> str:
    """The key in _HEAD for a line; `seen` says that a byline precedes it."""
    text = line.text
    if is_lead(line):
        return "lead"  # a summary above the byline is left out with it
    if title and repeats(line, title):
        return "title"
    if is_byline(text):
        if is_strong_byline(text):
            return "byline with a name"
        # Below a byline, "会议时间：2018年3月5日" and "2018年3月5日 星期一 晴" open the text of minutes and diaries.
        bare = not _CLOCK.search(text) and all(label.word in ("时间", "日期") for label in find_labels(text))
        return "fact" if seen and bare and find_dates(text) else "byline"
    # "中國時報" below the date
    if is_body_label(text) or (seen and line.chars <= 8 and _PAPER.match(line.key)):
        return "label"
    if is_control(text):
        return "control"
    if line.punctuation and (text[-1] in "。！？”…；" or line.chars > 60):
        return "sentence"
    if _FACT.match(text):
        return "fact"
    return "short" if line.chars <= 30 and not line.punctuation else "other"


def _before_end(dom: Dom, chosen: list[int]) -> list[int]:
    """`chosen` up to the end of the article: comments, "相关阅读" or an editor's line, when most prose precedes it."""
    total = sum(dom.lines[i].chars for i in chosen if dom.lines[i].punctuation)
    before = shown = 0
    entry = first_entry([dom.lines[i] for i in chosen])
    for position, index in enumerate(chosen):
        line = dom.lines[index]
        if (before >= 60 and position == entry) or (max(before, shown) >= 60 and is_comments_heading(line)):
            return chosen[:position]
        if (
            before >= 60
            and line.chars <= 160
            and _PLATFORM.match(line.text)
            and not _goes_on(dom, chosen[position + 1 :])
        ):
            return chosen[: position + 1]
        # The heading of a list may be a link and so have been skipped: "<a>相关推荐>></a>".
        if (
            position
            and before > 0.2 * total
            and any(
                RELATED.match(dom.lines[i].text)
                and _is_link(dom, i)
                and (_one_form_follows(dom, i) or (before > 0.5 * total and len(chosen) - position <= 3))
                for i in range(max(chosen[position - 1] + 1, index - 3), index)
            )
        ):
            return chosen[:position]
        if (
            before > 0.2 * total
            and line.chars <= 24
            and RELATED.match(line.text)
            and (_one_form_follows(dom, index) or (not line.linked and _list_or_teasers_follow(dom, index)))
        ):
            return chosen[:position]
        if before > 0.5 * total and line.chars <= 40:
            if (END_MARK.match(line.text) and _ends(dom, chosen[position:])) or (
                RELATED.match(line.text) and _list_follows(dom, index)
            ):
                return chosen[:position]
            if is_editor_line(line.text) and total - before > 0:
                return chosen[: position + 1]
        shown += line.chars - line.linked
        if line.punctuation:
            before += line.chars
    return chosen


def _before_signature(dom: Dom, chosen: list[int]) -> list[int]:
    """`chosen` up to "--", behind which the articles of a BBS have the writer's motto; their header says "发信站: …"."""
    if not chosen or not any(
        line.text.startswith(("发信", "發信")) for line in dom.lines[max(0, chosen[0] - 5) : chosen[0] + 5]
    ):
        return chosen
    end = next((at for at in range(len(chosen) - 1, 0, -1) if dom.lines[chosen[at]].text == "--"), len(chosen))
    return chosen[:end]


def _before_neighbours(dom: Dom, chosen: list[int]) -> list[int]:
    """`chosen` up to the first line such as "上一篇：…" that has most of the text above it."""
    total = sum(dom.lines[i].chars for i in chosen if not NEIGHBOUR.match(dom.lines[i].text))
    above = 0
    for position, index in enumerate(chosen):
        low = chosen[position - 1] + 1 if position else index
        if above > 0.5 * total and any(NEIGHBOUR.match(line.text) for line in dom.lines[low : index + 1]):
            return chosen[:position]
        above += dom.lines[index].chars
    return chosen


def _goes_on(dom: Dom, following: list[int]) -> bool:
    return any(dom.lines[i].punctuation > 1 and dom.lines[i].chars >= 60 for i in following[:3])


def _ends(dom: Dom, following: list[int]) -> bool:
    """Whether the text ends before the first of `following`, a line that END_MARK matches.

    A news item may close with a "温馨提示" of its own; that of a 文库 page speaks of documents and rights. "【使用说明】" may
    head a section of the text on a program, and a button such as "点击展开全文" be in the middle of a folded one.
    """
    said = dom.lines[following[0]].text
    if "展开" in said or "继续阅读" in said:
        return not _goes_on(dom, following[1:])
    return _OF_FILES.search(said) is None or any(_SITE_TALK.search(dom.lines[i].text) for i in following[:5])


def _weight(dom: Dom, start: int, end: int) -> int:
    return sum(line.chars - line.linked for line in dom.lines[start:end] if line.punctuation)


def _furniture(dom: Dom, node: Node) -> set[int]:
    """The lines of blocks inside the body that are none of its text: boilerplate by their names; mostly links (related titles,
    tags, advertisements); recommended stories, three or more blocks of one form, each a linked title with few words of its page. Names
    that most of the text has say nothing: a text pasted from an editor brings its own.
    """
    lines = dom.lines[node.start : node.end]
    chars = [0, *accumulate(line.chars for line in lines)]
    linked = [0, *accumulate(line.linked for line in lines)]
    prose = [0, *accumulate(line.chars - line.linked if line.punctuation else 0 for line in lines)]
    skip: set[int] = set()
    named: set[int] = set()
    stories: dict[tuple[Node | None, str, tuple[str, ...]], list[Node]] = {}
    parts = _parts(dom, node)
    for inner in dom.inside(node):
        start, end = inner.start - node.start, inner.end - node.start
        if not inner.block or start == end:
            continue
        limit = noise_limit(inner) if inner.names else 0.0
        if (
            limit
            and prose[end] - prose[start] < min(limit, 0.3) * max(1, prose[-1])
            and parts[inner.tag, inner.names] < (_HEADS if inner.tag in _HEADINGS else _PARTS)
        ):
            named.update(range(inner.start, inner.end))
        shown, links = chars[end] - chars[start], linked[end] - linked[start]
        if links > 0.6 * shown and shown < 2000 and (end - start > 1 or links >= 0.9 * shown):
            skip.update(range(inner.start, inner.end))
        elif (
            2 <= end - start <= 4
            and _is_link(dom, inner.start)
            and all(line.linked or line.chars <= 120 for line in lines[start + 1 : end])
        ):
            stories.setdefault((inner.parent, inner.tag, inner.names), []).append(inner)
    if sum(prose[i - node.start + 1] - prose[i - node.start] for i in named) <= _MOST * prose[-1]:
        skip |= named
    for blocks in stories.values():
        told = sum(prose[block.end - node.start] - prose[block.start - node.start] for block in blocks)
        if len(blocks) >= 3 and told < 0.4 * prose[-1]:
            skip.update(i for block in blocks for i in range(block.start, block.end))
    return skip


def _parts(dom: Dom, node: Node) -> Counter[_Form]:
    """How many blocks of one form are inside whose name hardly says that they are boilerplate and that have no link: parts of
    which the text is made, as the points of a plan in "timeline-date", and not what stands once beside a text.
    """
    return Counter(
        (inner.tag, inner.names)
        for inner in dom.inside(node)
        if inner.block
        and inner.names
        and 0 < noise_limit(inner) <= WEAK_LIMIT
        and not any(line.linked for line in dom.lines[inner.start : inner.end])
    )


def _is_link(dom: Dom, index: int) -> bool:
    return index < len(dom.lines) and dom.lines[index].linked >= 0.9 * dom.lines[index].chars


def _list_or_teasers_follow(dom: Dom, index: int) -> bool:
    """Whether titles follow or teasers, a linked title with a few words of its page: lines that begin with a link."""
    return _is_link(dom, index + 1) or sum(line.pieces[0][1].link for line in dom.lines[index + 1 : index + 5]) >= 2


def _one_form_follows(dom: Dom, index: int) -> bool:
    """Whether the lines behind a heading repeat one form: date, title and summary, each in its own class."""
    forms = [(line.node.tag, line.node.names) for line in dom.lines[index + 1 : index + 13]]
    period = next((n for n in (2, 3, 4) if forms[n : n + 1] == forms[:1]), 0)
    return bool(period and any(names for _, names in forms[:period]) and forms[:period] == forms[period : 2 * period])


def _list_follows(dom: Dom, index: int) -> bool:
    """Whether titles follow a heading such as "相关阅读", and not prose: "热点回顾" may head a section of the text."""
    if _is_link(dom, index + 1):
        return True
    after = dom.lines[index + 1 : index + 4]
    return not any(line.punctuation > 1 and line.linked * 2 < line.chars and line.chars > 40 for line in after)


def _heads_list(dom: Dom, index: int) -> bool:
    """Whether the line is the heading of a list of titles. "【相关链接】" above two paragraphs of background is text."""
    line = dom.lines[index]
    return line.chars <= 30 and bool(RELATED.match(line.text)) and (line.linked > 0 or _list_follows(dom, index))


def is_boilerplate(line: Line) -> bool:
    """Whether the line is boilerplate wherever it stands in a body."""
    if line.linked >= 0.9 * line.chars and line.chars <= 60:
        return True
    # A link with its date or number: "西游记读后感 11-09", "1.2018教师工作总结".
    if (
        line.linked > 0.2 * line.chars
        and line.linked > 3
        and line.chars <= 60
        and not _LETTER.search("".join(p for p, owner in line.pieces if not owner.link))
    ):
        return True
    # "延伸阅读：<a>…</a>"
    if (
        line.linked
        and (line.chars <= 60 or line.linked > 0.7 * line.chars)
        and RELATED.match("".join(p for p, owner in line.pieces if not owner.link).strip())
    ):
        return True
    if line.chars > 90:
        return False
    return bool(
        line.text in _LEFT_OF_COMMENTS
        or is_control(line.text)
        or _is_turn(line)
        or (line.text.startswith("12345") and _counts(line.text))
        or (line.linked and _HOME_PATH.match(line.key))
        or _is_row_of_links(line)
        or (line.chars <= 12 and "相" in line.text and _NO_RELATED.match(line.key))
        or (BREADCRUMB.match(line.text) and (line.linked or _COLON.match(line.text)))
        or is_footer(line.text)
        or (line.chars <= 30 and (SHARE.match(line.text) or _PLACE.match(line.text)))
        or (_PAGER.match(line.text) and (line.linked or line.chars > 3))
        or (_LABEL_LINE.match(line.key) and (line.linked or line.chars <= 4))
    )


def _counts(text: str) -> bool:
    """Whether the text is the numbers from 1 on, pages that a script makes links: "123456789101112"."""
    return text == "".join(map(str, range(1, len(text) + 1)))[: len(text)]


def _is_row_of_links(line: Line) -> bool:
    """Whether the line is short links and little else: "[字体：大 中 小] 收藏 订阅 RSS 分享打印 [发表评论]"."""
    if line.linked * 5 <= line.chars * 2 or line.punctuation > 1 or len(line.pieces) < _ROW:
        return False
    links = [piece for piece, owner in line.pieces if owner.link and not piece.isspace()]
    return len(links) >= _ROW and all(len(piece) <= _SHORT_LINK for piece in links)


def _is_turn(line: Line) -> bool:
    """Whether the line turns to another page ("上一篇：…", "下一页"); "下一章我们将学习…" is a sentence."""
    match = PREV_NEXT.match(line.text)
    return (
        match is not None
        and (
            (line.linked > 0 and line.punctuation < 2)  # "上一篇文章说到…，…" opens a text
            or match[0].rstrip()[-1:] in ":：>»]】"
            or bool(_NONE.match(line.text, match.end()))
        )
    )
