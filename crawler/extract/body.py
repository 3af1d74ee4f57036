"""From a node to the body: which of its lines are the article, as paragraphs."""

from __future__ import annotations

import re

from crawler.extract.chrome import is_byline, is_control, is_editor_line, is_heading_of_body, is_strong_byline
from crawler.extract.comments import first_entry, is_comments_heading
from crawler.extract.dom import Document, Line, Node
from crawler.extract.generic import DROPPED, noise_limit
from crawler.extract.lead import is_lead
from crawler.extract.title import fold, repeats, segments
from crawler.extract.vocabulary import BREADCRUMB, END_MARK, PREV_NEXT, RELATED, SHARE, is_footer

# Atomic, or a line of sixty digits takes a century: it is one number in one way only.
_PAGER = re.compile(
    r"^(?:(?:页面|分页|页码|页次)\s*[:：]\s*)?(?:[\[(（【<]?(?>共\s*\d+\s*[页篇]|\d+\s*/\s*\d+|\d{1,3}(?!\d)|没有了|首页|尾页|末页"
    r"|上一页|下一页|第\s*\d+\s*页|\.\.\.|…)[:：\s\])）】>]*+)++$"
)
_BOAST = re.compile(r"品牌|平台|网站|门户|领先|知名|一站式")
# "以上内容（包括图片及视频）为创作者平台"快传号"用户上传并发布，本平台仅提供信息存储服务": readers' words come next.
_PLATFORM = re.compile(
    r"^(?:(?:特别|免责)?声明)?[\s:：]*(?:以上|本)(?:内容|文章|文|视频)[^。]{0,30}(?:平台|网站|作者|用户)[^。]{0,60}(?:发布|上传|立场|存储|观点)"
)
# "来自甘肃", "IP属地：广东", "发布于 北京": since 2022 every platform prints where the writer sits.
_PLACE = re.compile(
    r"^(?:来自|IP属地|发布于|发表于)\s*[:：]?\s*(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国香港|中国澳门|中国台湾)(?:省|市)?$"
)
_SITE_TALK = re.compile(r"下载|文档|版权|本站|上传|会员|侵权|客服|网站")
_COLON = re.compile(r"^.{0,12}[:：]")
# "最后更新：2021-05-06 10:20" is the CMS's; "2021年5月6日" alone is the author's.
_UPDATED = re.compile(r"^(?:最后|最近)?(?:更新|发布|发表|上传|编辑|修改)(?:时间|日期|于)?\s*[:：]?\s*\d{4}\D")
# "财办库〔2020〕151号" over the byline is the document's own first line.
_DOCUMENT_NUMBER = re.compile(r"^[\u4e00-\u9fff]{1,12}\s*[〔\[【(（]\s*20\d\d\s*[〕\]】)）]\s*\d+\s*号$")
_LABEL_LINE = re.compile(r"^(?:(?:本文|文章|热门)?(?:标签|关键词|关键字)|tags?|分类)\s*[:：]", re.I)
_WRITTEN = re.compile(r"\w")
_LETTER = re.compile(r"[^\W\d]")
_NONE = re.compile(r"\W*(?:没有|无|$)")
_LIST_TAGS = frozenset(("ul", "ol", "dl", "div", "table", "p", "section", "h2", "h3", "h4"))


def choose_lines(
    doc: Document, node: Node, title: str, title_line: int | None, until: int | None, values: list[float]
) -> list[int]:
    """Indices of the lines of `node` (up to `until`) that are text of the article, in reading order."""
    start, end = node.start, min(node.end, until or node.end)
    if (
        title_line is not None
        and start <= title_line < end
        and _weight(doc, start, title_line) < 0.2 * _weight(doc, title_line, end)
    ):
        start = title_line + 1
    skip = _noise_lines(doc, node) | _link_lists(doc, node)
    chosen = [i for i in range(start, end) if i not in skip and values[i] != DROPPED]
    above = (
        title_line is not None
        and bool(chosen)
        and any(is_byline(line.text) for line in doc.lines[title_line + 1 : chosen[0]][:12])
    )
    chosen = _after_byline(doc, chosen, fold(title), above=above)
    chosen = _before_end(doc, chosen)
    chosen = [i for i in chosen if not (_is_chrome(doc.lines[i]) or _heads_list(doc, i))]
    site = fold(segments(doc.title)[-1]) if len(segments(doc.title)) > 1 else ""
    while chosen and _is_last_words(doc.lines[chosen[-1]], site):
        chosen.pop()
    return chosen


def _is_last_words(line: Line, site: str) -> bool:
    """ "..." before 展开阅读全文, and the site's word about itself: "法易通（全球创新的“互联网+法律”）法律咨询服务品牌"."""
    if not _WRITTEN.search(line.text):
        return True
    if line.chars <= 60 and (_LABEL_LINE.match(line.text) or _UPDATED.match(line.text)):
        return True
    # "中国教育的明天会更好。" is the author's, though the site is called 中国教育网.
    return (
        len(site) >= 3
        and line.chars <= 60
        and (line.text[-1] not in "。！？" or bool(_BOAST.search(line.text)))
        and fold(line.text).startswith(site[: max(3, len(site) // 2)])
    )


def _after_byline(doc: Document, chosen: list[int], title: str, *, above: bool) -> list[int]:
    """Leave out what stands between the title and the text: byline, controls, the title once more.

    `above`: a byline stands over the first of `chosen` already.
    """
    last = -1
    seen = above
    # A byline stands in front of the text: "（责任编辑：李编）" behind three short paragraphs is none.
    rest = 0.3 * sum(doc.lines[i].chars for i in chosen if doc.lines[i].marks)
    for position, index in enumerate(chosen[:14]):
        line = doc.lines[index]
        byline = is_byline(line.text)
        # Below a byline "会议时间：2018年3月5日" and "2018年3月5日 星期一 晴" are the first words of minutes and diaries.
        if byline and seen and (last != position - 1 or not position) and not is_strong_byline(line.text):
            byline = False
        if is_lead(line):
            continue  # a summary over the byline goes with it
        if byline or is_heading_of_body(line.text) or (title and repeats(line, title)):
            seen = seen or byline
            last = position
            continue
        rest -= line.chars if line.marks else 0
        if (line.chars > 90 and line.marks > 1) or rest < 0:
            break
    numbers = [i for i in chosen[: last + 1] if _DOCUMENT_NUMBER.match(doc.lines[i].text)]
    return numbers + chosen[last + 1 :]


def _before_end(doc: Document, chosen: list[int]) -> list[int]:
    """Cut where the article ends: at "相关阅读", at an editor's line or at the next article, when most prose is before."""
    total = sum(doc.lines[i].chars for i in chosen if doc.lines[i].marks)
    before = 0
    entry = first_entry([doc.lines[i] for i in chosen])
    for position, index in enumerate(chosen):
        line = doc.lines[index]
        if before >= 60 and (position == entry or is_comments_heading(line)):
            return chosen[:position]
        if (
            before >= 60
            and line.chars <= 160
            and _PLATFORM.match(line.text)
            and not _goes_on(doc, chosen[position + 1 :])
        ):
            return chosen[: position + 1]
        if (
            before > 0.2 * total
            and line.chars <= 24
            and not line.linked
            and RELATED.match(line.text)
            and (_is_link(doc, index + 1) or _teasers_follow(doc, index))
        ):
            return chosen[:position]
        if before > 0.5 * total and line.chars <= 40:
            if (END_MARK.match(line.text) and _ends(doc, chosen[position:])) or (
                RELATED.match(line.text) and _list_follows(doc, index)
            ):
                return chosen[:position]
            if is_editor_line(line.text) and total - before > 0:
                return chosen[: position + 1]
        if line.marks:
            before += line.chars
    return chosen


def _goes_on(doc: Document, following: list[int]) -> bool:
    return any(doc.lines[i].marks > 1 and doc.lines[i].chars >= 60 for i in following[:3])


def _ends(doc: Document, following: list[int]) -> bool:
    """News end with a "温馨提示" of their own; that of a 文库 page talks about files and rights. A button such as
    "点击展开全文" may stand where the text is folded.
    """
    said = doc.lines[following[0]].text
    if "展开" in said or "继续阅读" in said:
        return not _goes_on(doc, following[1:])
    return "温馨提示" not in said or any(_SITE_TALK.search(doc.lines[i].text) for i in following[:3])


def _weight(doc: Document, start: int, end: int) -> int:
    return sum(line.chars - line.linked for line in doc.lines[start:end] if line.marks)


def _noise_lines(doc: Document, node: Node) -> set[int]:
    skip: set[int] = set()
    total = max(1, _weight(doc, node.start, node.end))
    for inner in doc.inside(node):
        if not inner.names or not inner.block or inner.start == inner.end:
            continue
        limit = noise_limit(inner)
        if limit and _weight(doc, inner.start, inner.end) < min(limit, 0.3) * total:
            skip.update(range(inner.start, inner.end))
    return skip


def _link_lists(doc: Document, node: Node) -> set[int]:
    """Blocks inside the body that are mostly links: related titles, tags, advertisements."""
    skip: set[int] = set()
    for inner in doc.inside(node):
        if not inner.block or inner.start == inner.end:
            continue
        lines = doc.lines[inner.start : inner.end]
        chars = sum(line.chars for line in lines)
        linked = sum(line.linked for line in lines)
        if linked > 0.6 * chars and chars < 2000 and (len(lines) > 1 or linked >= 0.9 * chars):
            skip.update(range(inner.start, inner.end))
    return skip


def _is_link(doc: Document, index: int) -> bool:
    return index < len(doc.lines) and doc.lines[index].linked >= 0.9 * doc.lines[index].chars


def _teasers_follow(doc: Document, index: int) -> bool:
    """Titles with a few words of their pages: lines that begin with a link."""
    return sum(line.pieces[0][1].link for line in doc.lines[index + 1 : index + 5]) >= 2


def _list_follows(doc: Document, index: int) -> bool:
    """Whether titles come after a heading such as "相关阅读", not prose: "热点回顾" may head a section of the text."""
    if _is_link(doc, index + 1):
        return True
    after = doc.lines[index + 1 : index + 4]
    return not any(line.marks > 1 and line.linked * 2 < line.chars and line.chars > 40 for line in after)


def _heads_list(doc: Document, index: int) -> bool:
    """ "相关阅读" over titles; "【相关链接】" over two paragraphs of background belongs to the text."""
    line = doc.lines[index]
    return line.chars <= 30 and bool(RELATED.match(line.text)) and (line.linked > 0 or _list_follows(doc, index))


def _is_chrome(line: Line) -> bool:
    """A line that is no text wherever it stands in a body."""
    if line.linked >= 0.9 * line.chars and line.chars <= 60:
        return True
    # "西游记读后感 11-09", "1.2018教师工作总结": a link with its date or number.
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
        is_control(line.text)
        or _is_turn(line)
        or (BREADCRUMB.match(line.text) and (line.linked or _COLON.match(line.text)))
        or is_footer(line.text)
        or (line.chars <= 30 and (SHARE.match(line.text) or _PLACE.match(line.text)))
        or (_PAGER.match(line.text) and (line.linked or line.chars > 3))
        or (_LABEL_LINE.match(line.text) and (line.linked or line.chars <= 4))
    )


def _is_turn(line: Line) -> bool:
    """ "上一篇：…", "下一页"; not "下一章我们将学习…"."""
    match = PREV_NEXT.match(line.text)
    return match is not None and (
        line.linked > 0 or match[0].rstrip()[-1:] in ":：>»]】" or bool(_NONE.match(line.text, match.end()))
    )


def assemble(lines: list[Line]) -> str:
    """One paragraph a line; the cells of a table row joined by a tab."""
    parts: list[str] = []
    last_row: Node | None = None
    for line in lines:
        row = _row(line.node)
        if row is not None and row is last_row:
            parts[-1] += "\t" + line.own_text()
        else:
            parts.append(line.own_text())
        last_row = row
    return "\n".join(parts)


def _row(node: Node) -> Node | None:
    """The table row of a cell that is data: short rows of single lines, not the rows of a layout table."""
    while node.tag not in ("td", "th"):
        if node.parent is None or node.tag in ("table", "body"):
            return None
        node = node.parent
    row = node.parent
    if row is None or row.tag != "tr" or node.end - node.start != 1 or row.end - row.start > 12:
        return None
    return row
