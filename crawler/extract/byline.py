"""The byline: date, 来源, 作者 and 责任编辑, each from its own label and never one for another.

It is looked for between title and body, in the first and last lines of the body and in the lines right below it. Lines
further away are not read: lists of related articles have dates, too.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from crawler.extract.boilerplate import is_byline
from crawler.extract.dates import find_dates
from crawler.extract.dom import Dom, Line, collapse_space
from crawler.extract.evidence import Evidence, confirm_names, days
from crawler.extract.labelled import UNLABELLED, Byline, is_action, offer_date, read_labels
from crawler.extract.labels import ROLE, find_labels
from crawler.extract.normal import key_of
from crawler.extract.signatures import is_person, read_signatures
from crawler.extract.unlabelled import is_channel_link, read_unlabelled
from crawler.extract.vocabulary import PREV_NEXT, RELATED

# 文库 texts have one sentence per paragraph: "解放碑街道党工委书记。" and then "吕轶。"
_OFFICE = re.compile(
    r"(?:书记|局长|主任|校长|市长|县长|镇长|乡长|区长|部长|院长|主席|教授|委员|经理|会长|处长|科长|站长|所长|园长|老师)[。，]?$"
)
# Matches in every line that has a label, with or without a colon. For alternatives that begin with a literal re scans fast.
_LABELLED: Final = re.compile(
    r":|：|\||｜|︱|∣|丨|/|／|发表于|发布于|更新于|时间|日期|来源|作者|记者|责编|编辑|撰文|撰稿|采写|文/图|图/文|By |by "
)
_ROLES: Final = frozenset(("source", "author", "editor", "date", "updated", "reporter"))
# "……少走弯路。（责任编辑：张三）", "……家人。来源：澜江日报": the editor or the source behind the last sentence
_EDITED = re.compile(
    r"\((?:责任)?编辑[^()]{1,20}\)\s*$|(?<=[。!?”)])\s*\(?(?:(?:文章|信息|稿件)?来源|稿源|作者):[^。!?]{2,24}$"
)
_REPORT = re.compile(r"^\(?[^。!?()]{0,30}[讯电]\)?[\s(:]|^\([^()]{2,30}[讯电]\)")
# "【新唐人2012年1月11日訊】": the day of the report, where the page prints no other.
_DATELINE = re.compile(r"^\([\u4e00-\u9fff]{2,8}\d{4}年\d{1,2}月\d{1,2}日(?:讯|电|报[导道])\)")
_BLOG = re.compile(r"posted (?:@|on|by)", re.I)
_WORDS: Final = 6  # characters: what is shorter may belong to the label of the next element, "<b>注册</b>时间："
_BEGIN, _END, _SIGNED = 40, 40, 60  # characters
_POSTED = re.compile("本文由|[发發]表在")  # a blog says below a text who posted it
# Labels that only a space parts from a name, at the begin of a field: "责任编辑 李编", "2019-03-16 | 记者 王小明". In the form
# of normal.py.
_SPACED: Final = re.compile(
    r"(?:^|(?<=[\s|/·)]))(?:(?P<sure>责任编辑|责编)|(?P<word>(?:文章)?作者|编辑|撰文|撰稿|采写|文/图|图/文|文图|图文|(?:本报|本网|特约|实习|见习)*记者))"
    r"(?P<space> +)(?:(?P<name>[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff] [\u4e00-\u9fff])|[A-Za-z][\w.-]{1,15})(?![\u4e00-\u9fff])"
)
_BY: Final = re.compile(
    r"(?:^|(?<=[|/·])\s*)(?:[Tt]ext |[Ww]ords )?[Bb]y +"
    r"(?=(?:[\u4e00-\u9fff]{2,4}|[A-Z][\w.-]{1,15}(?: [A-Z][\w.-]{0,15})?|[a-z][\w-]{2,15})\s*(?:$|[|/·\d]))"
)
_ORNAMENTS = tuple("□■◎○●◆◇▲△▪")
_BARE_NAME = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff] [\u4e00-\u9fff])[。]?$")


def read_byline(
    dom: Dom,
    byline: Byline,
    channels: list[str],
    above: list[Line],
    head: list[Line],
    tail: list[Line],
    below: list[Line],
    evidence: Evidence,
) -> None:
    """Fill `byline`. `channels` are texts that are no names, `above` the lines from title to body, `head` and `tail` the
    first and last lines of the body, `below` the lines right after it.
    """
    for index, line in enumerate(above):
        if (line.chars > 6 and not _LABELLED.search(line.text)) or _is_buttons(line):
            continue
        text = _plain(line)
        following = above[index + 1] if index + 1 < len(above) else None
        if (
            following is not None and following.chars <= 30
        ):  # <td>来源：</td><td>市教育局</td>, <dt>来源</dt><dd>市教育局</dd>
            # "来源：嘉鱼政务网 责任编辑：" above a paragraph names no editor
            if text[-1:] in ":：" and (line.chars <= _WORDS + 2 or following.node.tag == line.node.tag):
                text += following.text
            elif (
                len(text) <= 8
                and ROLE.get(word := key_of(text).strip(" ()|/").removeprefix("本报")) in _ROLES
                and not find_labels(following.text)
                and not line.node.tag == following.node.tag == "th"  # the heads of two columns
            ):
                text = f"{word}：{following.text}"
        read_labels(text, byline, {"date", "source", "author", "editor"})
    for line in above:
        if line.chars <= 60:  # "■ 纪检监察" heads a box
            pen = () if line.text[:1] in _ORNAMENTS else ("pen",)
            read_signatures(without_date(line.text), byline, "byline", "line", *pen)
    read_unlabelled(above, byline, evidence.dates, channels, days(evidence.published))
    confirm_names(above, byline, evidence)
    for position, line in enumerate(head):
        if line.chars <= 30:
            read_signatures(line.text, byline, *(("line", "pen") if position < 3 else ("line",)))
    for line in head[:4]:
        if line.chars <= 80 and _LABELLED.search(line.text):
            read_labels(
                _plain(line),
                byline,
                {"source", "author", "editor", "date"} if line.chars <= 40 else {"source", "author"},
            )
    for office, line in pairwise(head[:4]):
        name = _BARE_NAME.match(line.text)
        if name and office.chars <= 30 and _OFFICE.search(office.text) and byline.author is None:
            byline.author = name["name"]
    for line in reversed(tail):
        if line.chars <= 90:
            if _LABELLED.search(line.text):
                read_labels(_plain(line), byline, {"source", "author", "editor"})
            # "中青报·中青网记者 魏其濛 来源：中国青年报"
            labels = find_labels(line.text)
            if labels and labels[0].start > 4:
                read_signatures(line.text[: labels[0].start].strip(), byline, "line")
        elif edited := _edited(line):
            read_labels(line.text[edited:], byline, {"editor", "source", "author"})
    # The signature is the last line but for those of editors: "（记者 卢敏）", then "责任编辑：陶小江".
    signed = [line for line in tail[-3:] if line.text[1:2] == "文" or not is_byline(line.text)][-1:]
    for line in [*signed, *(line for line in below[:2] if line.linked < line.chars)]:
        if line.chars - line.linked <= 30 and line.chars <= _SIGNED:  # the paper's address may be a link beside it
            read_signatures(line.text, byline, "line")
    for line in [*reversed(tail), *below[:2]]:
        if line.chars <= 40 and line.linked < line.chars:
            read_signatures(line.text, byline, "pen")
    near = _before_others(below)
    for position, line in enumerate(below):
        # A label inside of a link is of the page that it leads to: "LIVE:桃園 記者:劉宜函 …".
        if line.chars <= 120 and _LABELLED.search(line.text):
            every = position < near and line.linked < line.chars
            read_labels(_plain(line), byline, {"date", "source", "author", "editor"} if every else {"editor"})
    for line in head[:3]:
        read_signatures(line.text, byline, "opening")
    if byline.published is None and head and (dateline := _DATELINE.match(key_of(head[0].text[:_BEGIN]))):
        for printed in find_dates(dateline[0]):
            offer_date(byline, printed.iso, UNLABELLED)
    # Behind the last paragraph there may be notices, attachments and captions.
    paragraphs = [line for line in tail if line.punctuation and line.chars >= 30][-1:]
    report = bool(head) and _REPORT.match(key_of(head[0].text[:_BEGIN])) is not None
    bracketed = [line for line in below[:2] if line.chars <= _BEGIN and not line.linked and line.key[:1] == "("]
    for line in [*signed, *paragraphs, *bracketed]:
        read_signatures(
            line.text[: _edited(line) or None], byline, *(("ending", "report_ending") if report else ("ending",))
        )
    for line in [*reversed(tail), *below[:4]]:
        if line.chars <= 120 and _POSTED.search(line.text):
            read_signatures(line.text, byline, "posted")
            for printed in find_dates(line.text)[:1]:
                offer_date(byline, printed.iso, UNLABELLED)
    if byline.published is None:
        # A title followed by a date is an entry of a list of related articles.
        posted = [line for line in tail[-2:] if _BLOG.match(line.text)]
        own = [
            line
            for line in [*posted, *below[:3]]
            if line.linked * 3 <= line.chars and (line.chars <= 40 or _BLOG.match(line.text))
        ]
        read_unlabelled(own, byline, evidence.dates, channels, set())


def _is_buttons(line: Line) -> bool:
    """Whether the line is links side by side: "编辑 锁定 讨论" names no editor."""
    if line.linked < line.chars:
        return False
    return sum(1 for piece, owner in line.pieces if owner.link and not piece.isspace()) > 1


def _before_others(below: list[Line]) -> int:
    """How many of the lines below the text may be of the article's byline: up to eleven, none behind "相关文章"."""
    return next(
        (index for index, line in enumerate(below[:11]) if RELATED.match(line.text) and not PREV_NEXT.match(line.text)),
        11,
    )


def _apart(line: Line, position: int) -> bool:
    """Whether the piece at `position` is in another element than the piece before it, so that a value ends between them:
    "<span>来源: 南方网</span><span>张三</span>", "来源: <a>新京报</a> 北京".
    """
    piece, right = line.pieces[position]
    if not piece.strip():
        return False
    last = position - 1
    while last > 0 and line.pieces[last][0].isspace():
        last -= 1
    before, left = line.pieces[last]
    spaced = last < position - 1 or piece[:1].isspace()
    if left is right:  # elements such as <b> and <span> have no node; the text before may be a whole field
        if not piece[:1].isalnum() or not (":" in before or "：" in before):
            return False
        labels = find_labels(before)
        return bool(labels) and bool(before[labels[-1].end :].strip())
    if before.rstrip()[-1:] in ":：":
        return False
    if left.link and not right.link:
        return spaced and piece.lstrip()[:1].isalnum()  # "<a>人民网</a> - 人民日报" is one name
    return (
        left is not line.node
        and right is not line.node
        and not left.within(right)
        and not right.within(left)
        and not left.link
    )


def _edited(line: Line) -> int:
    """Where the editor behind the last sentence begins; 0 where none is named."""
    end = line.text[-_END:]
    edited = _EDITED.search(key_of(end)) if _LABELLED.search(end) else None
    return line.chars - len(end) + edited.start() if edited else 0


def _begins_with_label(piece: str) -> bool:
    labels = find_labels(piece.lstrip()) if _LABELLED.search(piece) else ()
    return bool(labels) and labels[0].start == 0


def without_date(text: str) -> str:
    """The text without a date at its begin or end: "2020-10-04 15:05聯合報 記者林宸誼／即時報導"."""
    dates = find_dates(text)
    if dates and dates[0].span[0] == 0:
        return text[dates[0].span[1] :].strip(" \u3000|｜·")
    return text[: dates[-1].span[0]].strip(" \u3000|｜·") if dates and dates[-1].span[1] == len(text) else text


def _plain(line: Line) -> str:
    """The text of the line without links that are buttons, "来源: 华龙网<a>举报</a>", and with a colon behind labels that have
    none: elements of their own, "<b>来源</b> <a>新华网</a>", and words before a name, "责任编辑 李编".
    """
    text = line.text if len(line.pieces) == 1 else _joined(line)
    if any(sign in text for sign in "编編者撰采採图圖"):
        text = _with_colons(text)
    by = _BY.search(text) if "y " in text else None
    return f"{text[: by.start()]} 作者：{text[by.end() :]}".lstrip() if by else text


def _with_colons(text: str) -> str:
    end, parts = 0, []
    for label in _SPACED.finditer(key_of(text)):
        name = label["name"]
        if label["sure"] or (is_person(name) if name else label["word"].endswith("作者")):
            parts += [text[end : label.start("space")], "："]
            end = label.end("space")
    return "".join([*parts, text[end:]])


def _joined(line: Line) -> str:
    """The text of the pieces, each value apart from the next."""
    text = ""
    for position, (piece, owner) in enumerate(line.pieces):
        valued = text.rstrip()[-1:] not in ":："
        if owner.link:
            acts = is_action(piece) or (valued and is_channel_link(owner, piece))
        else:
            acts = valued and position > 0 and len(piece) <= _WORDS and is_action(piece)
        if position and (_apart(line, position) or (len(text) >= _WORDS and _begins_with_label(piece))):
            text += "\u3000"
        elif text[-1:].isdigit() and piece[:1].isdigit():  # <i>阅读 678</i><i>2019-11-25</i>
            text += " "
        text += " " if acts else piece
        word = piece.strip()
        if 2 <= len(word) <= 5 and ROLE.get(key_of(word)) in _ROLES:
            after = next((p.lstrip() for p, _ in line.pieces[position + 1 :] if not p.isspace()), "")
            text += "：" if after[:1] not in ":：|/" else ""
    return collapse_space(text)
