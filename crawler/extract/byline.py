"""Who and when: date, 来源, 作者, 责任编辑, each from its own label and never one for another.

The byline's own place is the handful of lines between title and body, the first and last lines of the body and the lines
right below it. Related lists have dates too, which is why nothing further away is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from crawler.extract.dates import Printed, complete, find_dates
from crawler.extract.dom import Document, Line, Node, squeeze
from crawler.extract.labels import ROLE, find_labels
from crawler.extract.vocabulary import COUNTER

# "来源CSDN", "作者魏星": a label that opens a piece and needs no colon.
_GLUED = re.compile(r"^(?P<word>来源|作者|责编|编辑)\s*(?=[\u4e00-\u9fffA-Za-z])(?![于自的是为推部器室])")
_STOP = re.compile(
    r"\s*(?:[|｜]|[】\]）)〕]|\u3000|\s{2,}|https?:|www\.|我要评论|我有话说|参与互动|收藏本文|大\s*中\s*小|【|复制链接|\d+\s*(?:次|人|条)|共\d|手机看|手机版|电脑版|\[|查看PDF|保护视力|我来说两句"
    r"|(?:^|(?<=[\s)）]))(?:关注|字号|微博|打印|分享|扫描|点击|阅读|浏览|评论|订阅|更多|背景|收藏|转载|人气)|(?:点击|阅读|浏览|评论|人气)\s*[\d:：(（]|(?<=\s)(?:校对|审核|责编|编辑|摄影|监制|统筹|编审|终审|视觉|美编)(?=\s))"
)
# A link in a byline that does something is no name: "举报", "我要投稿", "下载全文", "返回搜狐，查看更多".
_ACTION = re.compile(
    r"^\W*(?:(?:我要|点击|點擊|立即|在线|一键|免费|添加|查看|扫码|加入|设为|阅读|打开|进入)?(?:举报|投稿|下载|复制|收藏|评论|分享|打印|纠错|订阅|关注|推荐|参与|手机|电脑版|全文|登录|点赞|赞|朗读|语音|转发|投诉|反馈|互动|首页|原文|更多|繁体|繁體|訂閱|留言|列印)\S{0,4}"
    r"|(?:点击|免费|立即)?下载\S{0,10}|返回.{0,16}|.{0,12}查看更多|[大中小])\W*$"
)
_EMPTY = re.compile(r"^[\W_]*$|^(?:次|人|条|点击|本文|无|null|none|undefined|未填写)$", re.I)
_ORG = re.compile(
    r"(?:报|社|网|台|电视|新闻|日报|晚报|频道|中心|局|委|办|周刊|杂志|媒体|客户端|发布|官方|政府|部|院|大学|学院|学会|协会|公司|集团|出版社|导报|早报|时报|商报|财经|在线|热线|资讯|未知|网络|互联网|转载|综合|头条号?|央视|新媒体|办事处|站|会|.com|.cn)$",
    re.I,
)
_REPORTERS = re.compile(
    r"^[\s(（【\[■◎●]*(?P<org>[^\s，。：:；]{0,16}?)(?:特约|见习|实习|首席|本报|本网|通讯|全媒体)*(?:记者|記者|评论员|評論員|特约撰稿人|撰稿人)[\s：:/·|｜丨]*(?P<names>(?=[\u4e00-\u9fff\s]{2})[\u4e00-\u9fff·]{1,4}(?:[\s、，,]+[\u4e00-\u9fff·]{1,4}){0,7}(?:\s*(?:通讯员|实习生)\s*[\u4e00-\u9fff·]{2,4}(?:[\s、]+[\u4e00-\u9fff·]{1,4}){0,4})?)[\s)）】\]]*$"
)
_SIGNATURE = re.compile(r"^[（(]\s*(?:本文)?作者(?:系|为|是)?[：:]?\s*(?P<who>[^（）()。]{2,40})[）)]\s*$")
_BY_SLASH = re.compile(r"^(?P<author>[\u4e00-\u9fff·]{2,4})\s*/\s*(?P<source>[\u4e00-\u9fffA-Za-z]{2,14})$")
# 文库 texts, a sentence a paragraph: "解放碑街道党工委书记。" then "吕轶。"
_OFFICE = re.compile(
    r"(?:书记|局长|主任|校长|市长|县长|镇长|乡长|区长|部长|院长|主席|教授|委员|经理|会长|处长|科长|站长|所长|园长|老师)[。，]?$"
)
_BARE_NAME = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,3}|[\u4e00-\u9fff] [\u4e00-\u9fff])[。]?$")
# Traditional: "聯合報 / 記者曹悅華／即時報導", "記者王小明／台北報導".
_REPORTED = re.compile(
    r"^[〔（(【]?(?:(?P<source>[\u4e00-\u9fffA-Za-z]{2,10}?)\s*[/／]?\s*)?(?:特派|特約)?[記记]者\s*(?P<names>[\u4e00-\u9fff、· ]{2,16}?)\s*[/／][^，。]{0,8}[報报][導导][〕）)】]?$"
)
_PEN = re.compile(
    r"^(?:《[^》]{1,12}》)\s*作者\s+(?P<names>[\u4e00-\u9fff·]{2,4})$|^文\s*[/／|丨︱]\s*(?P<pen>[^\s，。：]{2,12})$"
)
_NAMES_ONLY = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:[\s、，,]+[\u4e00-\u9fff·]{2,4}){0,5}(?=$|[\s)）】\]|/])")
# "每经记者 王小明    每经编辑 李大钊", "界面新闻记者 | 王小明", "新京报 记者 王小明 编辑 李大钊 校对 赵大"
_BY_SPACES = re.compile(
    r"^(?:[^\s，。：:]{0,8}\s)?[^\s，。：:]{0,8}记者\s*[|｜/丨]?\s*(?P<author>[\u4e00-\u9fff·]{2,4}(?:[\s、]+(?!\S*(?:编辑|校对|摄影))[\u4e00-\u9fff·]{2,4}){0,4})"
    r"\s+[^\s，。：:]{0,6}编辑\s*[|｜/丨]?\s*(?P<editor>[\u4e00-\u9fff·]{2,4})(?:\s+\S{0,6}(?:校对|审核|摄影|视觉|责编)\s*[\u4e00-\u9fff·]{2,4})*\s*$"
)
_NOT_NAME = re.compile(r"摄影|拍摄|摄$|制图|报道|综合|整理|实习生|通讯员|编译")
_WORDS_AROUND_DATE = re.compile(
    r"我要评论|我有话说|参与|收藏|评论|分享|打印|举报|原创|发布|发表|时间|日期|北京时间|阅读|人气|次|字号|大|中|小|字体|正文|关注|手机看|微信|微博|更新|字|播报|·|来自"
)


@dataclass(slots=True)
class Byline:
    published: str | None = None
    source: str | None = None
    author: str | None = None
    editor: str | None = None
    responsible: bool = False  # `editor` stood behind 责任编辑, which beats a mere 编辑
    # Platforms of self-published accounts print the account's name alone: an organisation is the source, a person the author.
    account: bool = False


def fill(byline: Byline, role: str, text: str, evidence: list[str]) -> None:
    """Take what a skin's own element for `role` prints, with or without a label."""
    if getattr(byline, role) is not None:
        return
    if role == "published":
        printed = next(iter(find_dates(text)), None) or complete(text, evidence)
        byline.published = printed.iso if printed else None
        return
    labels = find_labels(text)
    value = _value(text[labels[0].end :] if labels and not text[: labels[0].start].strip() else text, role)
    if value and len(value) <= 40 and not _RELATIVE.match(value):
        setattr(byline, role, value)


def date_evidence(doc: Document) -> list[str]:
    """Dates in the page's metadata: they complete a printed date that has no year, and are never taken by themselves."""
    return [v for key in _META_DATES for v in doc.meta.get(key, ())]


def read_byline(
    doc: Document,
    byline: Byline,
    channels: list[str],
    above: list[Line],
    head: list[Line],
    tail: list[Line],
    below: list[Line],
) -> None:
    """`channels` are no names; `above` title to body, `head` and `tail` the body's first and last lines, `below` the lines right after it."""
    evidence = date_evidence(doc)
    for index, line in enumerate(above):
        text = _plain(line)
        if (
            text[-1:] in ":：" and index + 1 < len(above) and above[index + 1].chars <= 30
        ):  # <td>来源：</td><td>市教育局</td>
            text += above[index + 1].text
        _labelled(text, byline, {"date", "source", "author", "editor"})
    for line in above:
        _reporters(line.text, byline)
        _by_slash(line.text, byline)
    _unlabelled(above, byline, evidence, channels)
    for position, line in enumerate(head):
        if line.chars <= 30:
            _reporters(line.text, byline, pen=position < 2)
    for line in head[:4]:
        if line.chars <= 80:
            _labelled(
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
            _labelled(_plain(line), byline, {"source", "author", "editor"})
            _signature(line.text, byline)
            # "中青报·中青网记者 魏其濛 来源：中国青年报"
            labels = find_labels(line.text)
            if labels and labels[0].start > 4:
                _reporters(line.text[: labels[0].start].strip(), byline, pen=False)
    for position, line in enumerate(below):
        if line.chars <= 120:
            _labelled(_plain(line), byline, {"date", "source", "author", "editor"} if position < 11 else {"editor"})
    if byline.published is None:
        # A title with a date behind it is an entry of a related list.
        own = [line for line in below[:3] if line.chars <= 40 and line.linked * 3 <= line.chars]
        _unlabelled(own, byline, evidence, channels)


_META_DATES = (
    "article:published_time",
    "og:release_date",
    "publishdate",
    "pubdate",
    "datepublished",
    "dateupdate",
    "date",
    "og:updated_time",
    "weibo:article:create_at",
    "publish_time",
    "release_date",
)


def _plain(line: Line) -> str:
    """The line without links that do something: "来源: 华龙网<a>举报</a>"."""
    if not line.linked or len(line.pieces) == 1:
        return line.text
    text = ""
    for piece, owner in line.pieces:
        acts = owner.link and (
            _ACTION.match(piece) or (text.rstrip()[-1:] not in ":：" and _is_channel_link(owner, piece))
        )
        text += " " if acts else piece
    return squeeze(text)


def _labelled(text: str, byline: Byline, roles: set[str]) -> None:
    labels = find_labels(text)
    if not labels:
        # "发表于2014-08-24 21:30| 1164次阅读| 来源CSDN| 0 条评论| 作者魏星"
        for part in text.split("|"):
            match = _GLUED.match(part.strip())
            if match and len(part) < 24 and ROLE[match["word"]] in roles:
                _take(ROLE[match["word"]], part.strip()[match.end() :], byline)
        return
    for position, label in enumerate(labels):
        role = label.role
        if role == "date" and "|" in text and role in roles:
            for part in text.split("|"):
                match = _GLUED.match(part.strip())
                if match and ROLE[match["word"]] in roles:
                    _take(ROLE[match["word"]], part.strip()[match.end() :], byline)
        if role == "reporter" and _NAMES_ONLY.match(text[label.end :]):
            role = "author"
        # "文/张瑶尧 图/张俊芳" under a text is a credit; over it, the author.
        if role not in roles or (label.word == "文" and "date" not in roles):
            continue
        end = labels[position + 1].start if position + 1 < len(labels) else len(text)
        # "编辑/苏芳" and "作者/张三" count, "图/文" and prose such as "作者|他" in long lines do not.
        _take(role, text[label.end : end], byline, certain=label.word in ("责任编辑", "責任編輯"))


def _take(role: str, value: str, byline: Byline, *, certain: bool = False) -> None:
    if role == "date":
        dates = find_dates(value)
        if dates and dates[0].span[0] <= 12 and _finer(dates[0].iso, byline.published):
            byline.published = dates[0].iso
        return
    value = _value(value, role)
    if not value:
        return
    limit = 40 if role == "author" else 30
    if len(value) > limit:
        return
    if role == "editor":
        if byline.editor is None or (certain and not byline.responsible):
            byline.editor = value
            byline.responsible = certain
    elif getattr(byline, role) is None:
        setattr(byline, role, value)


def _finer(new: str, old: str | None) -> bool:
    return old is None or (new.startswith(old) and len(new) > len(old))


def _value(value: str, role: str) -> str:
    dates = find_dates(value)
    if dates:
        value = value[: dates[0].span[0]] if dates[0].span[0] > 0 else ""
    value = value.lstrip(" \u3000:：")
    counter = COUNTER.search(value)
    # "唐敏 阅读 12 次" has one, "美文阅读网" has none.
    if counter and (re.search(r"\d", counter[0]) or value[: counter.start()].endswith((" ", "\u3000"))):
        value = value[: counter.start()]
    stop = _STOP.search(value, 1)
    if stop:
        # "山水晚报(北京)" keeps its second bracket, the one that closes "(编辑：李四)" is cut off.
        closes = stop[0].strip() in (")", "）") and re.search(r"[(（][^)）]*$", value[: stop.start()])
        value = value[: stop.end() if closes else stop.start()]
    if role != "source":  # "陈彬，36氪经授权发布", "李四，题图来自视觉中国"
        value = re.split(
            r"[，,；;](?=[^，,；;]*(?:授权|发布|转载|来源|来自|公众号|首发|题图|头图|原标题|微信))", value
        )[0]
    bare = value.strip(" \u3000，,。;；-_|/【[（(\"'“”]】)）>·、")
    value = value.strip(" \u3000，,。;；-_|/\"'“”>·、") if re.search(r"[(（][^)）]*$", bare) else bare
    if role in ("author", "editor"):
        value = re.sub(r"^[\u4e00-\u9fff]{0,8}?(?:记者|通讯员)[\s：:]*(?=[\u4e00-\u9fff]{2,})", "", value)
        # "中国国际经济交流中心世界经济研究部部长、研究员徐占忱"
        office = re.match(
            r"^.{6,}(?:研究员|教授|主任|部长|书记|院长|会长|处长|局长|博士|律师|主席)\s*(?P<name>[\u4e00-\u9fff]{2,3})$",
            value,
        )
        value = office["name"] if office else value
    if _EMPTY.match(value) or value.startswith("http") or (role != "source" and re.search(r"[。！？]", value)):
        return ""
    return value


def _unlabelled(lines: list[Line], byline: Byline, evidence: list[str], channels: list[str]) -> None:
    """ "2019年11月25日 18:57 参考消息": the date of the byline, and what stands beside it without a label."""
    for line in lines:
        _named_piece(line, byline, channels)
    for index, line in enumerate(lines):
        printed = next(iter(find_dates(line.text)), None)
        if printed is not None and _other_label(line.text[: printed.span[0]]):
            continue  # "上传日期：2020-12-19" is when the file came, not when the text was published
        if printed is None and index + 1 < len(lines):
            # "2005.08.26" and "05:39" in two elements, "2019" "09/07" "19:02" in three.
            printed = _spread(lines[index : index + 3])
        printed = printed or complete(line.text, evidence)
        if printed is None or line.chars > 160:
            continue
        if byline.published is None or _finer(printed.iso, byline.published):
            byline.published = printed.iso
        elif printed.iso[:10] != byline.published[:10]:
            continue
        _beside(line, byline, channels)
        return


def _other_label(before: str) -> bool:
    labels = find_labels(before)
    return bool(labels) and labels[-1].end >= len(before.rstrip()) and labels[-1].role == "other"


def _spread(lines: list[Line]) -> Printed | None:
    if lines[0].chars > 12 or not lines[0].text[:1].isdigit():
        return None
    dates = find_dates(" ".join(line.text for line in lines if line.chars <= 12))
    return Printed(dates[0].iso, (0, lines[0].chars)) if dates else None


def _beside(line: Line, byline: Byline, channels: list[str]) -> None:
    """Names that stand beside the date without a label, piece by piece of the line's markup."""
    before = ""
    for piece, node in line.pieces:
        text = re.sub(r"\s+", " ", piece).strip()
        labels = find_labels(before)
        labelled = bool(labels) and not before[labels[-1].end :].strip()
        before += " " + text
        if labelled and not find_dates(text):  # "发布者: <a>admin</a>" has its label in the piece before
            continue
        if _is_channel_link(node, text) or _INTO_CHANNEL.search(before[: -len(text)] if text else before):
            continue
        dates = find_dates(text)
        rest = [text[dates[0].span[1] :], text[: dates[0].span[0]]] if dates else [text]
        around = node.names if node.block or node.parent is None else (*node.names, *node.parent.names)
        for candidate in rest:
            _name(candidate, " ".join(around), byline, channels)


_INTO_CHANNEL = re.compile(r"(?:发表于|发布在|归类于|分类于|收录于|发表在|posted in)\s*[:：]?\s*$", re.I)


def _is_channel_link(node: Node, text: str) -> bool:
    """ "时间：2021-05-12 <a href=/zuowen/>作文</a>": a link to a folder of the same site, not the paper's home page."""
    anchor: Node | None = node
    while anchor is not None and anchor.tag != "a":
        anchor = anchor.parent
    if anchor is None or _ORG.search(text):
        return False
    path = re.sub(r"^https?://[^/]*", "", anchor.get("href") or "")
    return len(path) > 1 and path.endswith("/")


def _named_piece(line: Line, byline: Byline, channels: list[str]) -> None:
    """An element called "source", "author" or "media-name" in a short line."""
    if line.chars > 60 or (line.marks and line.chars > 30):
        return
    for piece, node in line.pieces:
        outer = node.parent.names if not node.block and node.parent is not None and not node.parent.block else ()
        names = " ".join([*node.names, *outer, *(line.node.names if len(line.pieces) == 1 else ())])
        if names and _NAMED.search(names) and not find_dates(piece):
            _name(piece, names, byline, channels)


_NAMED = re.compile(r"(?:^|[\s_-])(?:source|media|origin|laiyuan|author|writer)(?:$|[\s_-])")


def _name(text: str, names: str, byline: Byline, channels: list[str]) -> None:
    """Take `text` for a name: an author when its element or its look says so, else (an organisation) a source."""
    if (
        text.strip() in ROLE
        or _PLATFORM.match(text.strip())
        or find_labels(text)
        or re.search(
            r"(?:^|[\s_-])(?:cat\w*|catalog|channel|tags?|comments?\w*|views?|num|count|share\w*|tools?)(?:$|[\s_-])",
            names,
        )
    ):
        return
    reporter = re.match(r"^\S{0,8}(?:记者|記者)[\s：:/]+([\u4e00-\u9fff·]{2,4})$", text.strip())
    if reporter:
        byline.author = byline.author or reporter[1]
        return
    given = re.match(r"^由\s*(\S{2,10}?)\s*(?:发布|發佈|撰写)?$", text.strip())
    if given:
        byline.author = byline.author or given[1]
        return
    text = COUNTER.sub(" ", text)
    text = re.sub(r"https?://\S+|www\.\S+|\d{1,2}:\d{2}(?::\d{2})?|\([^)]*\)|（[^）]*）|\[[^\]]*\]", " ", text)
    text = re.split(
        r"\s*(?:[|｜·]|\s{2,}|\u3000|我要评论|我有话说|收藏|分享|关注|发布于|评论)\s*", text.strip(" \u3000|·-—_,，")
    )[0].strip(" \u3000")
    text = re.sub(r"^原创\s*", "", text).removesuffix("官方账号")
    if (
        _ACTION.match(text)
        or text.endswith(("记者", "編輯", "编辑"))
        or re.match(r"(?:企鹅|头条|百家|大鱼|搜狐|网易|一点|凤凰)号$", text)
        or re.match(r"(?:星期|周)[一二三四五六日天]$", text)
    ):
        return
    paper = re.match(
        r"^(?P<source>\S{2,10})\s+记者\s+(?P<names>[\u4e00-\u9fff·]{2,4}(?:\s+[\u4e00-\u9fff·]{2,4})*)$", text
    )
    if paper:
        byline.source = byline.source or paper["source"]
        byline.author = byline.author or paper["names"]
        return
    if (
        not 2 <= len(text) <= 20
        or text in channels
        or re.search(r"[，。！？；：:>]|\d{3}", text)
        or not re.search(r"[\u4e00-\u9fff]{2}|[A-Za-z]{4}|[\u4e00-\u9fff][A-Za-z]|[A-Za-z]+[\u4e00-\u9fff]", text)
    ):
        return
    if not _WORDS_AROUND_DATE.sub("", text).strip() or _RELATIVE.match(text):
        return
    personal = "author" in names or "writer" in names or byline.account or bool(_PERSON.match(text))
    if personal and (byline.source or not _ORG.search(text)):
        byline.author = byline.author or text
    else:
        byline.source = byline.source or text


# "小兰", "张伟": who put the essay there; names of papers begin with a surname too, but end in "界", "网", "报".
_PERSON = re.compile(
    r"^(?:[小阿老][\u4e00-\u9fff]{1,2}|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范姚谭廖邹熊陆郝孔崔邱秦史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚][\u4e00-\u9fff]{1,2})$"
    r"(?<![界网報报社台站号刊线圈街闻媒讯视读谈志派家经店港城市县省区州乡镇村部局委办院校团司会])"
)
# The platform's own name beside the account's.
_PLATFORM = re.compile(r"^(?:企鹅|百家|头条|大鱼|搜狐|网易|一点|人民|大风)号$")
_RELATIVE = re.compile(r"^(?:昨天|前天|今天|刚刚|\d+\s*(?:分钟|小时|天|周|个月|年)前|来自\S*)$")


def _reporters(text: str, byline: Byline, *, pen: bool = True) -> None:
    """A line of its own: "本报记者 王乐文 方 敏", "半月谈记者 史卫燕"."""
    both = _BY_SPACES.match(text) if "编辑" in text and len(text) <= 60 else None
    if both:
        byline.author = both["author"]
        byline.editor = both["editor"]
        return
    if byline.author is None and len(text) <= 40:
        match = _REPORTERS.match(text)
        if match and not _NOT_NAME.search(re.sub(r"(?<=\s)(?:通讯员|实习生)(?=\s)", "", text)):
            byline.author = match["names"].strip()
            return
        dates = find_dates(text) if "报" in text or "報" in text else []
        reported = _REPORTED.match(text[dates[0].span[1] :].strip() if dates and dates[0].span[0] == 0 else text)
        if reported:
            byline.author = reported["names"]
            byline.source = byline.source or reported["source"]
            return
        signed = _PEN.match(text)
        if signed and (pen or signed["names"]):
            byline.author = signed["names"] or signed["pen"]


def _by_slash(text: str, byline: Byline) -> None:
    """ "石佳/中国青年报": the author and the paper."""
    match = _BY_SLASH.match(text)
    if match and match["author"] not in ROLE and _ORG.search(match["source"]) and byline.author is None:
        byline.author = match["author"]
        byline.source = byline.source or match["source"]


def _signature(text: str, byline: Byline) -> None:
    """ "(作者系市直工委副书记 王文生)": the last word is the name."""
    if byline.author is None:
        match = _SIGNATURE.match(text)
        if match:
            words = match["who"].split()
            byline.author = words[-1] if len(words) > 1 or len(words[-1]) <= 4 else None
