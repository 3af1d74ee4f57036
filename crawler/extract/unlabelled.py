"""The date of the byline, and the names beside it that have no label: "2019年11月25日 18:57 参考消息"."""

from __future__ import annotations

import re

from crawler.extract.boilerplate import is_control
from crawler.extract.dates import PrintedDate, complete, find_dates, year_last
from crawler.extract.dom import Line, Node
from crawler.extract.labelled import RELATIVE, UNLABELLED, Byline, is_action, is_organisation, offer_date
from crawler.extract.labels import ROLE, find_labels
from crawler.extract.lexicon import COUNTED, INVITATIONS, LIKE_NAMES, LIKE_OFFICES, TOOLS, one_of
from crawler.extract.normal import characters, key_of
from crawler.extract.vocabulary import CHANNEL, COUNTER, HOME_LINK

_WORDS_AROUND_DATE = re.compile(
    rf"{one_of(*INVITATIONS, *TOOLS, *COUNTED)}|原创|发布|发表|时间|日期|北京时间|次|大|中|小|字体|正文|微信|微博|更新|字|播报|·|来自"
    # "Published on Sep 21, 2018 in <a>爱情</a> with <a>…</a>", as themes in English print it
    r"|(?i:\b(?:with|in|by|on|and|the|of|at|to|from|under|posted|published|updated|views?|comments?|reads?|min(?:ute)?s?|ago|tags?|categor(?:y|ies)|share|edit|reply)\b)"
)
_INTO_CHANNEL = re.compile(r"(?:发表于|发布在|归类于|分类于|收录于|发表在|(?<![a-z])in)\s*:?\s*$", re.I)
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:source|origin|laiyuan|author|writer|user[-_]?name|nick[-_]?name|avatar[-_]+name)(?:$|[\s_-])|(?:^|[\s_-])media(?:[-_]?name)?(?:$|\s)"
)
# A person's name ("小兰", "张伟"). Names of papers may begin with a surname, too, but end in "界", "网" or "报".
_PERSON = re.compile(
    r"^(?:[小阿老][\u4e00-\u9fff]{1,2}|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范姚谭廖邹熊陆郝孔崔邱秦史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚][\u4e00-\u9fff]{1,2})$"
    r"(?<![界网報报社台站号刊线圈街闻媒讯视读谈志派家经店港城市县省区州乡镇村部局委办院校团司会])"
)
# The name of the platform, printed beside that of the account.
_PLATFORM = re.compile(r"^(?:企鹅|百家|头条|大鱼|搜狐|网易|一点|人民|大风)号$")
_ORIGIN = re.compile(r"^https?://[^/]*")
_HOME_PAGE = re.compile(r"https?://[^/]+/?$")
_NAMED_OTHERWISE = re.compile(
    r"(?:^|[\s_-])(?:cat\w*|catalog|channel|tags?|comments?\w*|views?|num|count|share\w*|tools?)(?:$|[\s_-])"
)
_REPORTER = re.compile(r"^\S{0,8}(?:记者|通讯员)[\s:/]+([\u4e00-\u9fff·]{2,4})$")
# "media-body" is of Bootstrap's grid.
_SOURCE_NAME = re.compile(r"(?:^|[\s_-])(?:(?:source|origin|laiyuan)(?:$|[\s_-])|media(?:[-_]?name)?(?:$|\s))")
_PERSONAL = re.compile(r"author|writer|user[-_]?name|nick[-_]?name|avatar[-_]+name")
_DATED = re.compile("[时日]期?间?$|[于期传录册立]$")  # a date is no value of "分享到：" or "校对："
_NAME_ALONE = re.compile(r"(?:^|\s)name(?:$|\s)")
_CALLS = re.compile(r"\s*javascript:\s*(?!void)[\w.]+\(")
_BY_AUTHOR = re.compile(r"/(?:author|reporter|writer|columnist)s?/", re.I)
# "由 张三 发布", "张三 发表于", "By 张三": who put the page online, where nobody is named as the author.
_GIVEN = re.compile(
    r"^(?:(?:由|[Pp]osted by|[Bb]y)\s*(?P<name>\S{2,16}?(?: [A-Z]\S{1,12})?)\s*(?:发[布表]|撰写|上传)?[于在]?$"
    r"|(?P<named>\S{2,16}?)(?:\s+(?:发[布表]|上传)[于在]?|(?:发[布表]|上传)[于在])$)"
)
_POSTED = re.compile(r"posted (?:@|on|by)", re.I)  # "posted @ 2019-11-25 18:57 <a>张三</a>": a blog's owner
_AUTHOR_PAGE = " author-page"  # stands among the names of an element that links to one
_FACT = 8  # characters
_OF_FACT = re.compile(
    r"\W*(?:出生|诞生|逝世|去世|注册|成立|创办|上映|首播|开播|创刊|截止|报名|开始|结束|会议|活动|比赛|生效|施行|上市)(?:日期|时间|年月|日)\W*$"
)
_SPREAD = re.compile(r"[\d\s:：/.年月日-]{8,30}$")
_GLUED = re.compile(r"\d(?:19|20)\d\d[-年/.]\d")
_SAYS = re.compile(r"\(?我来说|\(?\d|\W*$")
# Portals print the name of their channel, which ends like no paper's.
_BRAND = re.compile(
    r"(?:新浪|腾讯|搜狐|网易|凤凰|雅虎|百度|央视|央广|中新|中時|中时|界面|虎嗅|\d{2,3}氪|钛媒体|澎湃|参考|半月谈|瞭望|求是)\S{0,6}$"
)
_USER = re.compile(
    r"^(?!(?:https?|www|print|share|home|news|views?|tags?|edit|hot|top|new|am|pm|by|on|posted|post|from|last|updated?|published|author|date|time|source|read|comments?|word|pdf|excel|ppt|txt|docx?|html?|vip|app|wap|rss|web|video|page|menu|login|like|reply|search|with)$)[a-z][a-z0-9_-]{2,15}$"
)
_ASIDE = re.compile(r"https?://\S+|www\.\S+|\d{1,2}:\d{2}(?::\d{2})?|\([^)]*\)|（[^）]*）|\[[^\]]*\]")
_NEXT_FIELD = re.compile(
    rf"\s*(?:[|｜]|(?<=\s)·|·(?=\s)|\s{{2,}}|\u3000|{one_of(*INVITATIONS)}|收藏|分享|关注|发布于|评论)\s*"
)
_NOT_SOURCE = re.compile(
    r"\d{1,2}月\d{1,2}日$|.*\d日[专專]?[电電讯訊]$|(?:企鹅|头条|百家|大鱼|搜狐|网易|一点|凤凰)号$|央视频$|(?:星期|周)[一二三四五六日天]$|(?:最新|相关|热门|更多|全部|作者|TA的|[他她]的)文章$|.{0,4}优质.{0,4}(?:作者|创作者)$|只看该作者$|.{0,10}(?:时间|時間)$|(?:农历|農曆).*$|第?[A-Z]?\d{1,2}版.{0,4}$|(?:加入|查看|原图)$|(?:喜欢|点赞|赞|收藏|分享|转发|关注)\s*\d+$"
)
_NAME_BEHIND = re.compile(r"^(?P<source>\S{2,14}) (?P<name>[\u4e00-\u9fff]{2,3})$")
_WRITES = re.compile(r"(?<=\S{2})\s+撰[文稿寫写]$")  # "潘怡樺 撰文"
_OFFICE = re.compile("记者|编辑")
_SPACED_LABEL = re.compile(r"(?:来源|稿源|出处) (?=\S)")
_PAPER_LINE = re.compile(r"[\u4e00-\u9fff]{1,8}[报社网台]$")
_PAPER = re.compile(r"^(?P<source>\S{2,10})\s+记者\s+(?P<names>[\u4e00-\u9fff·]{2,4}(?:\s+[\u4e00-\u9fff·]{2,4})*)$")
# "Published on Apr 30, 2006 in 爱情 with" names nobody.
_NO_NAME = re.compile(
    r"[,。!?;:>《》()]|\d{4}|\d{3}(?![\u4e00-\u9fff]{2})|^(?i:with|views?|comments?|posted|published|updated|tagged)$"
)
_ENDS = frozenset(characters(":|/)"))  # of labels
_WORD = re.compile(r"[\u4e00-\u9fff]{2}|[A-Za-z]{4}|\d[\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z]|[A-Za-z]+[\u4e00-\u9fff]")


def read_unlabelled(
    lines: list[Line], byline: Byline, evidence: list[str], channels: list[str], published: set[str]
) -> None:
    """Set the date from the first of `lines` that prints one, and source and author from what is beside it.

    `evidence` are dates of the metadata, which give the year to a date without one; `channels` are texts that are no
    names. Of several dates the one of a day that is among `published` is preferred.
    """
    accounts = any(_PLATFORM.match(line.text) for line in lines)
    for line in lines:
        _named_piece(line, byline, channels, accounts=accounts)
    dated = [
        (line, printed)
        for index, line in enumerate(lines)
        if line.chars <= 160 and (printed := _date_in(lines, index, evidence)) is not None
    ]
    # A paper on a line of its own below the date: "2012-01-11 01:30", "旺報".
    for line, _ in dated[:1]:
        at = lines.index(line)
        for below in lines[at + 1 : at + 3]:
            if below.chars <= 10 and not below.linked and _PAPER_LINE.match(below.key):
                _name(below.text, "", byline, channels)
    if published and byline.rank < UNLABELLED:
        dated.sort(key=lambda each: each[1].iso[:10] not in published)
    for line, printed in dated:
        offer_date(byline, printed.iso, UNLABELLED)
        if byline.published is not None and printed.iso[:10] == byline.published[:10]:
            _beside(line, byline, channels)
            return


def _date_in(lines: list[Line], index: int, evidence: list[str]) -> PrintedDate | None:
    """The date that lines[index] prints without a label for something else; None when there is none."""
    line = lines[index]
    if index and _is_of_fact(lines[index - 1]):
        return None
    printed = next(iter(find_dates(line.text)), None)
    if printed is not None:
        # "上传日期：2020-12-19" is the date of the upload, not of the publication.
        return None if _other_label(line.text, printed.span[0]) else printed
    if index + 1 < len(lines):
        # The date may be spread over elements: "2005.08.26" and "05:39", or "2019", "09/07" and "19:02".
        printed = _spread(lines[index : index + 3])
    # <em>2019</em><em>11</em>/<em>25</em>, <i>阅读 678</i><i>2019-11-25</i>
    if printed is None and len(line.pieces) > 1 and (_SPREAD.match(line.text) or _GLUED.search(line.text)):
        dates = find_dates(_apart(line))
        printed = PrintedDate(dates[0].iso, (0, line.chars)) if dates else None
    return printed or complete(line.text, evidence) or (year_last(_apart(line)) if line.chars <= 30 else None)


def _is_of_fact(before: Line) -> bool:
    """Whether the cell before a date says of what it is, and not of the publication: <dt>出生日期</dt><dd>1975年1月28日</dd>."""
    if before.chars > _FACT or before.node.tag not in ("dt", "th", "td") or before.linked:
        return False
    return _OF_FACT.match(before.key.replace(" ", "")) is not None


def _apart(line: Line) -> str:
    """The text of the line with a space between its elements: "25" and "2019-11" are two numbers."""
    return line.text if len(line.pieces) == 1 else " ".join(piece.strip() for piece, _ in line.pieces)


def _other_label(text: str, date: int) -> bool:
    """Whether a label right before the date at `date` says that it is not that of the publication."""
    return any(
        label.role == "other" and _DATED.search(label.word) and not text[label.end : date].strip()
        for label in find_labels(text)
        if label.end <= date
    )


def _spread(lines: list[Line]) -> PrintedDate | None:
    if lines[0].chars > 12 or not lines[0].text[:1].isdigit():
        return None
    joined = " ".join(line.text for line in lines if line.chars <= 12)
    printed = next(iter(find_dates(joined)), None) or year_last(" ".join(line.text for line in lines[:2]))
    return printed and PrintedDate(printed.iso, (0, lines[0].chars))


def _beside(line: Line, byline: Byline, channels: list[str]) -> None:
    """Read names without a label beside the date, element by element."""
    before = ""
    for piece, node in line.pieces:
        text = " ".join(piece.split())
        labels = find_labels(before) if before.rstrip()[-1:] in _ENDS else ()
        labelled = bool(labels) and not before[labels[-1].end :].strip()
        before = f"{before} {text}"[-80:]
        if labelled and not find_dates(text):  # the label is in the piece before: "发布者: <a>admin</a>"
            continue
        into = _INTO_CHANNEL.search(key_of(before[: -len(text)] if text else before)) is not None
        # "Posted on 2021-01-08 In <a>Photography</a>" names a category
        posted = bool(text) and not into and _POSTED.search(before[: -len(text)]) is not None
        if posted and node.link and byline.author is None and 2 <= len(text) <= 16 and not is_action(text):
            byline.author = text  # "posted @ 2005-08-14 00:27 <a>早市老人</a>"
            continue
        if (is_channel_link(node, text) and not posted) or (node.href and _CALLS.match(node.href)) or into:
            continue
        dates = find_dates(text)
        rest = [text[dates[0].span[1] :], text[: dates[0].span[0]]] if dates else [text]
        if labelled:  # "<b>网络编辑：</b>李编 | 2019-11-25"
            del rest[1:]
        around = node.names if node.block or node.parent is None else (*node.names, *node.parent.names)
        out = node.href is not None and (_HOME_PAGE.match(node.href) or _BY_AUTHOR.search(node.href)) is not None
        for candidate in rest:
            _name(candidate, " ".join(around), byline, channels, linked_out=out)


def is_channel_link(node: Node, text: str) -> bool:
    """Whether a link leads to a folder of the site ("时间：2021-05-12 <a href=/zuowen/>作文</a>"), not to a paper's home page."""
    if not node.href:
        return False
    path = _ORIGIN.sub("", node.href)
    elsewhere = len(path) < len(node.href)  # it names a host
    if elsewhere and is_organisation(text) and not CHANNEL.match(key_of(text.strip())):
        return False
    return len(path) > 1 and path.endswith("/")


def _named_piece(line: Line, byline: Byline, channels: list[str], *, accounts: bool) -> None:
    """Read names from elements whose class is "source", "author", "media-name" or the like, in a short line."""
    if line.chars > 60 or (line.punctuation and line.chars > 45):
        return
    for piece, node in line.pieces:
        outer = node.parent.names if not node.block and node.parent is not None and not node.parent.block else ()
        names = " ".join([*node.names, *outer, *(line.node.names if len(line.pieces) == 1 else ())])
        account = node.href is not None and _BY_AUTHOR.search(node.href) is not None
        if account and not accounts:
            names += _AUTHOR_PAGE
        if _NAME_ALONE.search(names) and any(
            _PERSONAL.search(" ".join(box.names)) for box in line.node.ancestors()[:2]
        ):
            names += " author"  # <div class="author"><div class="info"><span class="name">老王</span>
        if (account or (names and _NAMED.search(names))) and not find_dates(piece):
            _name(piece, names, byline, channels, linked_out=account)


def _is_person(text: str) -> bool:
    key = key_of(text)
    return key not in LIKE_NAMES and _PERSON.match(key) is not None


def _is_named_otherwise(names: str) -> bool:
    """Whether a class says what no name is, "views", "share-tools"; "shareBar__info--author" says author, too."""
    return _NAMED_OTHERWISE.search(names) is not None and any(
        _NAMED_OTHERWISE.search(name) and not _NAMED.search(name) for name in names.split()
    )


def _is_title(text: str, known: list[str]) -> bool:
    """Whether the text says the title in other words: nearly all its characters are in it, in their order."""
    title = known[-1] if known else ""
    if len(text) < 5 or not title:
        return False
    found = iter(title)
    return sum(character in found for character in text) >= 0.8 * len(text)


def _is_known(text: str, known: list[str]) -> bool:
    """Whether the text is one of `known` or most of it: the name of a channel, or the title."""
    return text in known or (len(text) >= 6 and any(text in each and len(text) * 2 >= len(each) for each in known))


def _name(text: str, names: str, byline: Byline, known: list[str], *, linked_out: bool = False) -> None:
    """Set the author from `text` if its element or its form is that of a person's name, else the source, if it looks like
    one or is `linked_out`: to the home page of a site or of an account.
    """
    text = text.strip()
    spaced = _SPACED_LABEL.match(key_of(text))  # "2012-1-12 17:58:00 来源 采财网 廖泽凌"
    text = text[spaced.end() :] if spaced else text
    if key_of(text) in ROLE or _PLATFORM.match(text) or _is_named_otherwise(names) or _is_title(text, known):
        return
    labels = find_labels(text)
    if labels and not labels[0].start:
        return
    if labels:  # "大公報 作者：王小明"
        text = text[: labels[0].start].strip()
    reporter = _REPORTER.match(key_of(text))
    if reporter:
        byline.author = byline.author or text[slice(*reporter.span(1))]
        return
    text = _ASIDE.sub(" ", COUNTER.sub(" ", text)).rstrip(" )）]】")
    field, *others = [each.strip(" \u3000") for each in _NEXT_FIELD.split(text.strip(" \u3000|·-—_,，"))]
    text = field
    text = text.removeprefix("原创").lstrip().removesuffix("官方账号")
    text = _WRITES.sub("", text)
    given = _GIVEN.match(key_of(text))
    text = text[slice(*given.span("name" if given["name"] else "named"))] if given else text
    first, _, rest = text.partition(" ")
    if rest and (is_action(rest) or is_control(rest) or _SAYS.match(key_of(rest))):  # "新华网 我来说两句("
        text = first
    if is_action(text) or _NOT_SOURCE.match(text) or HOME_LINK.match(text):
        return
    paper = _PAPER.match(key_of(text))
    if paper:
        byline.source = byline.source or paper["source"]
        byline.author = byline.author or text[slice(*paper.span("names"))]
        return
    if _OFFICE.search(key_of(text)):
        return
    # "經濟日報 王小明", "工商時報 | 王小明"
    pair = _NAME_BEHIND.match(text if not others or " " in text else f"{text} {others[0]}")
    if pair and _is_person(pair["name"]) and (is_organisation(pair["source"]) or _BRAND.match(pair["source"])):
        byline.author = byline.author or pair["name"]
        text = pair["source"]
    if not 2 <= len(text) <= 20 or _is_known(text, known) or _NO_NAME.search(key_of(text)) or not _WORD.search(text):
        return
    if not _WORDS_AROUND_DATE.sub("", key_of(text)).strip() or RELATIVE.match(text):
        return
    if key_of(text) in LIKE_OFFICES and not linked_out:
        return
    organisation = is_organisation(text) or _BRAND.match(text) is not None
    user = given is not None or bool(_USER.match(text))
    personal = bool(_PERSONAL.search(names)) or byline.account or user or _is_person(text)
    # A link to an author's page says that it is the author's name, whatever its form; a class often means the source.
    if personal and (not organisation or _AUTHOR_PAGE in names) and text != byline.source:
        byline.author = byline.author or text
    elif byline.source is None and (
        (organisation and not CHANNEL.match(key_of(text))) or linked_out or _SOURCE_NAME.search(names)
    ):
        byline.source, byline.guessed = text, True
