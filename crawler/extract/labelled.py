"""The values of labels in a byline: what follows "来源：", "作者：" and "责任编辑：", each for its own role."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extract.dates import complete, find_dates, short_year
from crawler.extract.labels import ROLE, find_labels
from crawler.extract.lexicon import COUNTED, CREDITS, INVITATIONS, SURNAMES, TOOLS, one_of
from crawler.extract.normal import key_of
from crawler.extract.vocabulary import COUNTER, HOME_LINK

_DIGIT = re.compile(r"\d")
_OPEN = re.compile(r"[(（〔\[][^)）〕\]]*$")
_REMARK = re.compile(r"[，,；;](?=[^，,；;]*(?:授权|发布|转载|来源|来自|公众号|首发|题图|头图|原标题|微信))")
_BRACKETED_REMARK = re.compile(r"[（(][^（）()]{2,40}[，,。][^（）()]{2,40}[）)]?$")
_CALLING = re.compile(r"^(?:图\s*)?[\u4e00-\u9fff]{0,8}?(?:记者|通讯员)[\s：:]*(?=[\u4e00-\u9fff]{2,})")
# "作者：[美]海明威", "【英国】毛姆", "(唐)李白": the country or the dynasty belongs to the name as it is printed; "（记者）" and
# "[图]" do not.
_BEFORE_NAME = re.compile(
    r"(?:(?P<country>[\[【〔(（](?:[美英法德日俄意奥加澳印韩朝希西葡荷比瑞挪丹芬波匈捷罗泰越埃巴智墨土以新爱古]国?"
    r"|苏联|俄罗斯|意大利|日本|印度|[先西东北南前后]?[秦汉晋魏隋唐宋元明清周]|三国|战国|春秋|民国|[近现当]代)[\]】〕)）])|[\[【〔(（][^\]】〕)）]{1,4}[\]】〕)）])\s*(?=[\u4e00-\u9fffA-Z])"
)
# "来源：晨光网（记者 张三）": the source, and who signs behind it.
_SIGNED = re.compile(
    r"(?P<source>\S.*?)(?:\s*\(\s*|\s+)(?:本报|本网)?(?:记者|通讯员)[\s:]*(?P<names>[\u4e00-\u9fff]{2,4}(?:\s+[\u4e00-\u9fff]{2,4}){0,3})\s*\)?$"
)
_OFFICE = re.compile(
    r"^.{6,}(?:研究员|教授|主任|部长|书记|院长|会长|处长|局长|博士|律师|主席)\s*(?P<name>[\u4e00-\u9fff]{2,3})$"
)
_PAPER_BEFORE = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,16} (?P<name>[\u4e00-\u9fff]{2,3})$")  # "文｜财新 王小明"
_LONGEST = 60  # characters of a source and who signs behind it
_FROM = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})\s+(?:[\u4e00-\u9fff]{0,6}报[道導导]|发自\S+)$"
)  # "王小明 北京报道", "王小明 发自北京"
_WRITTEN = re.compile(r"(?<=[\u4e00-\u9fff]{2})\s+(?:编?著|主编|撰[文稿]?)$")  # "莫泊桑 著"
_USER = re.compile(r"([a-z][a-z0-9_-]+) +[\u4e00-\u9fff].*$")  # "admin 经验之谈": the category stands beside the name
# A clause behind a comma, too: "多轨道编辑：支持时间线上的视频和音频编辑，方便复杂项目的管理" names no editor.
_SENTENCE = re.compile("[。！？]|[\u4e00-\u9fff]{8}[，,][\u4e00-\u9fff]{6}")
# "作者：廖亦武是中国有名的诗人" introduces him.
_CLAUSE = re.compile("[\u4e00-\u9fff]{2,4}是[\u4e00-\u9fff]{4}")
# Labels that open a piece of a line need no colon: "来源CSDN", "作者魏星"; "编辑导图" is a button.
_GLUED = re.compile(
    rf"^(?P<word>来源|作者|责编|编辑(?=\s|[小阿老A-Za-z{''.join(sorted(SURNAMES))}]))\s*(?=[\u4e00-\u9fffA-Za-z])(?![丨于自的是为推部器室专简介其与及或]|和(?!讯))"
)
# A word with a colon that is no known label still ends a value: "张三 单位：第一中学", "admin Tags：PHP".
_STOP = re.compile(
    rf"\s+[^\s:()]{{1,6}}:|\s*(?:\)|\s{{2,}}|https?:|www\.|{one_of(*INVITATIONS)}|大\s*中\s*小|\d+\s*(?:次|人|条)|共\d|收藏本文|复制链接|手机看|手机版|电脑版|查看PDF|保护视力"
    rf"|(?:^|(?<=[\s)]))(?:{one_of(*TOOLS, *COUNTED)}|微博|扫描|背景|本文|网友|我要|返回)|(?:{one_of(*COUNTED)})\s*(?:[\d:]|\(\s*[\d)])|(?<=\s)(?:{one_of(*CREDITS)})(?=\s)|\s于\s)"
)
# Links in a byline that are buttons, not names: "举报", "我要投稿", "下载全文", "返回搜狐，查看更多".
_ACTION = re.compile(
    rf"^\W*(?:(?:我要|微信|点击|立即|在线|一键|免费|添加|查看|扫码|加入|设为|阅读|打开|进入)?(?:{one_of(*TOOLS)})\S{{0,4}}"
    r"|(?:点击|免费|立即)?下载\S{0,10}|返回.{0,16}|.{0,12}查看更多|[大中小]|[AT][+-]?)\W*$"
)
# "来源：互联网 时间": a label whose value is missing, or in the next element.
_BARE_LABELS = re.compile(r"(?:\s+(?:发布|发表|更新)?(?:时间|日期|作者|来源|(?:责任)?编辑|责编))+$")
_EMPTY = re.compile(r"^[\W_]*$|^(?:次|人|条|点击|本文|显示|无|暂无\S{0,4}|null|none|undefined|未填写)$", re.I)
_APART = re.compile("[\u3000【\\[|｜]")  # what ends a value, though normal.py makes spaces and brackets of them
# What a broken attribute, a template or a command shows: size="20, [db:作者], [!--writer--], "编辑/etc/profile".
_MARKUP = re.compile(r"[=<>{}]|^[a-z]+/[a-z]|[A-Za-z]\(|\bdb:|!--")
# "来源：资料图" is of the picture above the text.
_PICTURE = re.compile("(?:资料|网络|网站|视频|配)?(?:图片?|照片?|截图)$")
_NAMES_ONLY = re.compile(
    r"(?:[\u4e00-\u9fff·]{2,4}|[\u4e00-\u9fff] [\u4e00-\u9fff](?![\u4e00-\u9fff]))(?:[\s、，,]+[\u4e00-\u9fff·]{2,4}){0,5}(?=$|[\s)）】\]|/])"
)
_ORGANISATION = re.compile(
    r"(?:报|社|网|台|电视|新闻|日报|晚报|频道|中心|局|委|办|周刊|杂志|媒体|客户端|发布|官方|政府|部|院|大学|学院|学会|协会|公司|集团|出版社|导报|早报|时报|商报|财经|在线|热线|资讯|未知|网络|互联网|转载|综合|头条号?|央视|新媒体|办事处|站|会|(?<=[景园社校馆库新发])区|学校|[中小]学|幼儿园|街道|支行|党校|(?<!综合)(?<!专题)(?<!即时)报道|风传媒|(?<=[\u4e00-\u9fff]{2})中国|(?<=[\u4e00-\u9fff]{2})(?:周末|组|科|室|厅|队|馆|处|传媒|之声|新闻云|团委)|(?:网络|电子|海外|手机)版|电讯|文摘|工作室|编辑部|小组|团队|频道|\.com|\.cn|\.net)$",
    re.I,
)
RELATIVE = re.compile(r"^(?:昨天|前天|今天|刚刚|\d+\s*(?:分钟|小时|天|周|个月|年)前|来自\S*)$")


UPDATED, UNLABELLED, LABELLED, NAMED = 1, 2, 3, 4
"""Ranks of a date: of the last change, without a label, labelled, in the element that the skin names."""


@dataclass(slots=True)
class Byline:
    """What was read of a byline so far; None where nothing was found."""

    published: str | None = None
    source: str | None = None
    author: str | None = None
    editor: str | None = None
    rank: int = 0  # how surely `published` is the date of publication: UPDATED, UNLABELLED, LABELLED or NAMED
    responsible: bool = False  # `editor` was labelled 责任编辑, which takes precedence over 编辑
    guessed: bool = False  # `source` had no label
    credited: bool = False  # `author` stands behind 文, which 作者 overrules: "文 | 新榜 作者 | 张三"
    # A platform of self-published accounts prints the account's name alone: an organisation is the source, a person the
    # author.
    account: bool = False


def is_action(text: str) -> bool:
    """Whether the text of a link is that of a button: "举报", "我要投稿", "返回搜狐，查看更多"."""
    return len(text) <= 60 and _ACTION.match(key_of(text)) is not None


def is_organisation(name: str) -> bool:
    """Whether the name ends like that of a paper, a site or an office."""
    return _ORGANISATION.search(key_of(name)) is not None


def fill(byline: Byline, role: str, text: str, evidence: list[str]) -> None:
    """Set `role` from the text of the element that the skin names for it, with or without a label."""
    if getattr(byline, role) is not None:
        return
    if role == "published":
        printed = next(iter(find_dates(text)), None) or complete(text, evidence)
        if printed:
            offer_date(byline, printed.iso, NAMED)
        return
    labels = find_labels(text)
    value = _value(text[labels[0].end :] if labels and not text[: labels[0].start].strip() else text, role)
    if value and len(value) <= 40 and not RELATIVE.match(value):
        setattr(byline, role, value)


def read_labels(text: str, byline: Byline, roles: set[str]) -> None:
    """Set the fields that `text` labels, of those in `roles`: date, source, author, editor."""
    labels = find_labels(text)
    if not labels:
        # "发表于2014-08-24 21:30| 1164次阅读| 来源CSDN| 0 条评论| 作者魏星"
        for part in text.split("|"):
            match = _GLUED.match(part.strip())
            if match and len(part) < 24 and ROLE[match["word"]] in roles:
                _take(ROLE[match["word"]], part.strip()[match.end() :], byline)
        return
    for position, label in enumerate(labels):
        role = "date" if label.role == "updated" else label.role
        if role == "date" and "|" in text and role in roles:
            for part in text.split("|"):
                match = _GLUED.match(part.strip())
                if match and ROLE[match["word"]] in roles:
                    _take(ROLE[match["word"]], part.strip()[match.end() :], byline)
        if role == "reporter" and _NAMES_ONLY.match(text[label.end :]):
            role = "author"
        if role == "author" and byline.credited and label.word != "文":
            byline.author, byline.credited = None, False
        # "文/张瑶尧 图/张俊芳" below a text is a credit line, above it the author.
        if role not in roles or (label.word == "文" and "date" not in roles):
            continue
        end = labels[position + 1].start if position + 1 < len(labels) else len(text)
        if role == "author" and label.word[0] in "文图" and label.word != "文章作者":
            # "文/鏡週刊" names where the text is from, not who wrote it.
            credit = key_of(_value(text[label.end : end], "author"))
            if is_organisation(credit) or credit.endswith(("编辑", "主编")):
                continue
            byline.credited = byline.credited or byline.author is None
        _take(
            role,
            text[label.end : end],
            byline,
            certain=label.word == "责任编辑" or (role == "source" and labels[0].start <= 3),
            rank=UPDATED if label.role == "updated" else LABELLED,
        )


def _take(role: str, value: str, byline: Byline, *, certain: bool = False, rank: int = LABELLED) -> None:
    """Set `role` to `value` without what does not belong to a name. `certain` labels, 责任编辑 and a 来源 that opens its
    line, overrule weaker ones.
    """
    if role == "date":
        dates = find_dates(value)
        if dates and dates[0].span[0] <= 12:
            offer_date(byline, dates[0].iso, rank)
        elif short := short_year(value):
            offer_date(byline, short.iso, rank)
        return
    value = _value(value, role)
    if role == "source" and len(value) <= _LONGEST and (signed := _SIGNED.match(key_of(value))):
        value = value[: signed.end("source")]
        byline.author = byline.author or signed["names"]
    if not value:
        return
    limit = 40 if role == "author" else 30
    if len(value) > limit:
        return
    if role == "editor":
        if byline.editor is None or (certain and not byline.responsible):
            byline.editor = value
            byline.responsible = certain
    elif getattr(byline, role) is None or (
        role == "source" and certain and byline.guessed and not value.startswith("综合")
    ):
        setattr(byline, role, value)
        byline.guessed = byline.guessed and role != "source"


def offer_date(byline: Byline, iso: str, rank: int) -> None:
    """Set `published` to the ISO date `iso` where that ranks higher than what is known, or adds a time to it."""
    old = byline.published
    if old is not None and byline.rank == UPDATED and rank == UNLABELLED and iso[:10] > old[:10]:
        return  # nothing is published after its last change: this is the date of a masthead
    surer, finer = rank > byline.rank, old is not None and iso.startswith(old) and rank > UPDATED
    if old is None or finer or (surer and not old.startswith(iso)):
        byline.published = iso
    byline.rank = max(rank, byline.rank)


# "新闻网🔸": signs and pictures before or behind the name of a paper.
_ORNAMENTS = re.compile(
    "^[\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+|[\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+$"
)


def _value(value: str, role: str) -> str:
    dates = find_dates(value)
    if dates:
        value = value[: dates[0].span[0]] if dates[0].span[0] > 0 else ""
    value = value.lstrip(" \u3000:：")
    country = ""
    if role != "source" and (before := _BEFORE_NAME.match(value)):
        country, value = before["country"] or "", value[before.end() :]
    value = value[:1] + _APART.split(value[1:], maxsplit=1)[0]
    counter = COUNTER.search(value)
    # "唐敏 阅读 12 次" has a counter, "美文阅读网" has none.
    if counter and (_DIGIT.search(counter[0]) or value[: counter.start()].endswith((" ", "\u3000"))):
        value = value[: counter.start()]
    for stop in _STOP.finditer(key_of(value), 1):
        # "山水晚报(北京)" keeps its closing bracket, "总量（科监）处" goes on behind it; that of "(编辑：李四)" is cut off.
        if stop[0].strip() == ")" and _OPEN.search(value[: stop.start()]):
            continue
        value = value[: stop.start()]
        break
    value = value.rstrip(" \u3000").removesuffix("已有").removesuffix("我要")  # "3 人浏览" is in the next element
    if bare_labels := _BARE_LABELS.search(key_of(value)):
        value = value[: bare_labels.start()]
    if role != "source":  # "陈彬，36氪经授权发布", "李四，题图来自视觉中国", "小王（素材来自网络，侵权请联系删除）"
        value = _BRACKETED_REMARK.sub("", _REMARK.split(value)[0])
    half = len(value.strip()) // 2
    if half > 1 and value.strip()[:half] == value.strip()[half:]:  # the element prints the name twice
        value = value.strip()[:half]
    bare = value.strip(" \u3000，,。;；-_|/【[（(\"'“”]】)）>·•●、")
    value = value.strip(" \u3000，,。;；-_|/\"'“”>·、") if _OPEN.search(bare) else bare
    if role == "source":
        value = _ORNAMENTS.sub("", value).rstrip("&")
    if role in ("author", "editor"):
        paper = _PAPER_BEFORE.match(value)
        if (
            paper
            and key_of(paper["name"])[0] in SURNAMES
            and (key_of(value)[0] not in SURNAMES or is_organisation(value[: paper.start("name")].rstrip()))
        ):
            value = paper["name"]
        called = _CALLING.match(key_of(value))
        value = _FROM.sub("", _USER.sub(r"\1", value[called.end() :] if called else value))
        value = _WRITTEN.sub("", value)
        # "中国国际经济交流中心世界经济研究部部长、研究员徐占忱"
        office = _OFFICE.match(value)
        value = office["name"] if office else value
    if (
        _EMPTY.match(value)
        or HOME_LINK.match(key_of(value))  # "发布：2018-10-31 首页 社会" goes on with the site's path
        or (role == "source" and (len(value) < 2 or _PICTURE.match(key_of(value))))  # "来源：  网责任编辑：…"
        or _MARKUP.search(value)
        or (role != "source" and (is_action(value) or _CLAUSE.match(key_of(value))))  # "作者： 【打印】"
        or value.startswith("http")
        or (role != "source" and _SENTENCE.search(value))
    ):
        return ""
    return country + value
