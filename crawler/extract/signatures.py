"""Names without a label: reporters who sign in the text or on a line of its own, "本报讯（记者卢敏）", "石佳/中国青年报".

Each rule stands beside the real line that it was made for and what it reads there. Patterns are in the form of normal.py;
the groups `author`, `source` and `editor` are cut from the text as printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.extract.labelled import Byline, is_organisation
from crawler.extract.labels import ROLE
from crawler.extract.lexicon import CREDITS, LIKE_NAMES, SURNAMES
from crawler.extract.normal import key_of
from crawler.extract.vocabulary import CHANNEL, HOME_LINK

_PRINTED = re.compile("(?:[报社网台刊]|新闻|传媒|电视|周刊)$")
_NAME = r"[\u4e00-\u9fff·]{2,4}"
_NAMES = r"[\u4e00-\u9fff·]{1,4}(?:[ 、,/]+[\u4e00-\u9fff·]{1,4}){0,11}"
_PAPER = r"(?![本综])[\u4e00-\u9fffA-Za-z]{1,9}?[报社网台]"
# A paper by its name, beside a stroke or in brackets.
_OUTLET = r"(?![本综])[\u4e00-\u9fffA-Za-z]{1,11}?(?:[报社网台]|新闻|传媒|电视)"
_CALL = r"(?:特约|特派|见习|实习|首席|本报|本网|通讯|全媒体)*(?:记者|评论员|特约撰稿人|撰稿人|通讯员|采访人员)"
# Where a name ends and the place of a report goes on: in Taiwan also by one character of the name, "嘉縣", "高市".
_PLACES = "台北|新北|桃园|台中|台南|高雄|基隆|新竹|苗栗|彰化|南投|云林|嘉义|屏东|宜兰|花莲|台东|澎湖|金门|马祖|连江|[北高中南桃竹苗彰投云嘉屏宜花东澎基](?=[市县])|北京|上海|香港|东京|大阪|名古屋|首尔|华盛顿|纽约|洛杉矶|旧金山|波士顿|休士顿|休斯顿|芝加哥|西雅图|费城|加州|橙县|湾区|温哥华|渥太华|伦敦|巴黎|柏林|布鲁塞尔|曼谷|新加坡|河内|雅加达|耶路撒冷|日内瓦|莫斯科|多伦多|雪梨|悉尼|墨尔本"
_NO_WRITER = r"(?!\S{0,8}?(?:摄影|图/|图片|编辑))"
# Before the names: "警政時報 ", "波新聞─", "台灣電報記者", "經濟日報 / 編譯".
_OFFICE = r"[^()/,。]{2,14}?(?:\s*[/|-]\s*|\s+|(?<=[社报网台闻])(?=记者))"
# Behind the names: "时代周报记者 王小明 发自北京", "《中国经济周刊》记者 王小明 | 北京报道".
_FROM = r"(?:\s*[/|]?\s*(?<=[\s/|])(?:[^()/,。\s]{0,6}报[导道]|发自\S{2,6}))?"
_CALLED = r"[^\s()/,。]{0,10}?(?:记者|编译|撰文)\s*/?\s*"


@dataclass(frozen=True, slots=True)
class Signature:
    """`pattern` is searched in lines of `where`; `proof` is a real line and the fields that are read there."""

    name: str
    # "byline": a whole line between title and text; "line": a whole short line there or at the text's begin or end;
    # "opening": the begin of one of the first paragraphs; "ending": the end of the last one; "report_ending": that of a
    # report that begins with its place and day.
    where: str
    pattern: re.Pattern[str]
    proof: tuple[str, dict[str, str]] = field(hash=False)
    hints: tuple[str, ...] = ()  # one of them is in every line that matches: to look for them is many times faster
    surnames: bool = False  # each name has to begin with a surname: nothing else says that these are names


def _rule(
    name: str, where: str, hints: str, pattern: str, line: str, *, surnames: bool = False, **fields: str
) -> Signature:
    return Signature(name, where, re.compile(pattern), (line, fields), tuple(hints.split()), surnames)


RULES: tuple[Signature, ...] = (
    _rule(
        "reporter_and_editor",
        "line",
        "编辑",
        rf"^(?:[^\s,。:]{{0,8}}\s)?[^\s,。:]{{0,8}}记者\s*[|/]?\s*(?P<author>{_NAME}(?:[ 、]+(?!\S*(?:编辑|校对|摄影)){_NAME}){{0,4}})"
        rf"\s+[^\s,。:]{{0,6}}编辑\s*[|/]?\s*(?P<editor>{_NAME})(?:\s+\S{{0,6}}(?:校对|审核|摄影|视觉|责编)\s*{_NAME})*(?:\s+报[导道])?\s*$",
        "新京报 记者 王小明 编辑 李大钊 校对 赵大",
        author="王小明",
        editor="李大钊",
    ),
    _rule(
        "paper_and_reporter",
        "line",
        "记者 编译",
        rf"^\(?(?:(?P<source>{_PAPER})\s*/?\s*)?(?:特派|特约)?(?:记者|编译)\s*(?P<author>{_NAMES})\s*/[^,。]{{0,8}}报[导道]\)?$",
        "聯合報 / 記者曹悅華／即時報導",
        source="聯合報",
        author="曹悅華",
    ),
    _rule(
        "paper_and_name",
        "byline",
        "报导 报道",
        rf"^(?P<source>{_PAPER})\s*\((?P<author>{_NAMES})/[^,。]{{0,8}}报[导道]\)$",
        "中國時報【王小明╱台北報導】",
        source="中國時報",
        author="王小明",
    ),
    _rule(
        "paper_slash_reporter",
        "byline",
        "记者",
        rf"^(?P<source>{_PAPER})\s*/\s*记者\s*(?P<author>{_NAMES})$",
        "自由時報／記者王小明",
        source="自由時報",
        author="王小明",
    ),
    _rule(
        "reporters",
        "line",
        "记者 评论员 撰稿人 通讯员 采访人员",
        rf"^[\s(■◎●]*{_NO_WRITER}[^\s,。:;]{{0,16}}?{_CALL}[\s:/·|]*(?P<author>{_NAMES}?(?:\s*(?:通讯员|实习生)\s*{_NAMES})?){_FROM}[\s)]*$",
        "半月谈记者 史卫燕",
        author="史卫燕",
    ),
    _rule(
        "name_slash_paper",
        "byline",
        "/",
        rf"^(?P<author>{_NAME})\s*/\s*(?P<source>[\u4e00-\u9fffA-Za-z]{{2,14}})$",
        "石佳/中国青年报",
        surnames=True,  # "盐水/乙二醇机组"
        author="石佳",
        source="中国青年报",
    ),
    _rule(
        "paper_slash_name",
        "byline",
        "/",
        rf"^\(?(?P<source>{_OUTLET})\s*/\s*(?P<author>[\u4e00-\u9fff]{{2,3}})\)?$",
        "【台灣醒報／林歆芳】",
        surnames=True,
        source="台灣醒報",
        author="林歆芳",
    ),
    _rule(
        "paper_slash_report",
        "byline",
        "报导 报道 整理 电)",
        rf"^\(?(?P<source>{_OUTLET})\s*/\s*(?:(?:记者|编译|特派员)\s*(?P<author>{_NAMES})\s*/)?(?![^()/]*(?:记者|编译))[^()/,。]{{0,14}}(?:报[导道]|整理|日电)\)?$",
        "【聯合晚報╱記者張博亭／整理】",
        source="聯合晚報",
        author="張博亭",
    ),
    _rule(
        "taken_from",
        "line",
        "自",
        rf"^(?:本文)?(?:摘|转|转载|选|来)自\s*:?\s*(?:《|<<?)?(?P<source>[\u4e00-\u9fffA-Za-z]{{2,8}}-{_OUTLET}|{_OUTLET})(?:》|>>?)?$",
        "摘自华声在线-湖南日报",
        source="华声在线-湖南日报",
    ),
    _rule(
        "taken_from_office",
        "line",
        "自",
        r"^\(?(?:本文|稿件|文章)?(?:摘|转|转载|选)自\s*:?\s*(?P<source>[\u4e00-\u9fff]{2,16}(?:商会|协会|学会|委员会|中心|大学|学院|政府|公司|[局厅院部委办]))\)?$",
        "稿件转自澜江商会",
        source="澜江商会",
    ),
    _rule(
        "stamp",
        "line",
        ")",
        rf"^\(\s*\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\s*(?P<source>{_OUTLET})\s*\)\s*(?:@.*)?$",
        "【2012/01/12 聯合晚報】@ http://udn.com/",
        source="聯合晚報",
    ),
    _rule(
        "ago",
        "byline",
        "前",
        rf"^(?P<source>{_OUTLET})\s*[-·|]\s*\d+\s*(?:分钟|小时|天|日)前$",
        "星島日報 – 3小時前",
        source="星島日報",
    ),
    _rule(
        "editor_bracketed",
        "line",
        "编辑 责编",
        r"^\(\s*(?P<editor>[\u4e00-\u9fff]{2,3})\s*(?:编辑|责编)\s*\)$",
        "(陈巍 编辑)",
        editor="陈巍",
    ),
    _rule(
        "writer_bracketed",
        "line",
        "撰",
        r"^\(\s*(?P<author>[\u4e00-\u9fff]{2,3})\s*(?:撰稿|撰文)\s*\)$",
        "(李艳 撰稿)",
        author="李艳",
    ),
    _rule(
        "agency",
        "byline",
        "日电 日专电 日讯",
        rf"^(?P<source>{_PAPER})\s*[\u4e00-\u9fff]{{1,8}}(?:\d{{1,2}}月)?\d{{1,2}}日(?:电|专电|讯)$",
        "中央社 澎湖縣28日電",
        source="中央社",
    ),
    _rule(
        "reported",
        "line",
        "报导 报道",
        rf"^\(?{_NO_WRITER}(?:{_OFFICE})??(?:{_CALLED})??(?P<author>{_NAMES})(?:记者)?(?:\s*/\s*|\s+)[^()/,。\s]{{0,6}}报[导道]\)?$",
        "新頭殼newtalk | 王小明 綜合報導",
        surnames=True,
        author="王小明",
    ),
    _rule(
        "reported_by_desk",
        "line",
        "报导 报道",
        rf"^[\u4e00-\u9fff]{{2,6}}(?:中心|组|部)\s*/\s*(?P<author>[\u4e00-\u9fff]{{2,3}}?)(?:{_PLACES})?[市县]?(?:综合|即时)?报[导道]$",
        "生活中心／王小明報導",
        surnames=True,
        author="王小明",
    ),
    _rule(
        "reported_from",
        "line",
        "报导 报道",
        rf"^\(?{_NO_WRITER}[^\s(),。]{{0,14}}?记者\s*(?P<author>[\u4e00-\u9fff]{{2,3}}?)(?:台湾)?(?:{_PLACES})?[市县]?(?:综合|即时)?报[导道]\)?$",
        "【記者廖建中嘉縣報導】",
        surnames=True,
        author="廖建中",
    ),
    _rule(
        "posted",
        "posted",
        "本文由",
        r"^\(?本文由\s*(?P<author>[^\s,。:]{2,16}?)\s*[在于]\s*\d{4}",
        "本文由 kenzhou 在 2014年8月23日 发布在 网络工程解决方案",
        author="kenzhou",
    ),
    _rule(
        "posted_on",
        "posted",
        "发表在",
        r"^(?P<author>[^\s,。:]{2,20})\s+发表在\s",
        "史蒂文 發表在 某客邦 留言(42) 人氣(23925)",
        author="史蒂文",
    ),
    _rule("pen", "pen", "文", r"^文\s*[/|:]\s*(?P<author>[^\s,。:]{2,12})$", "文/老三", author="老三"),
    _rule(
        "pen_and_space", "pen", "文", rf"^\(?文\s+(?P<author>{_NAME})\)?$", "文 张红中", surnames=True, author="张红中"
    ),
    _rule(
        "sign_and_name",
        "pen",
        "□ ■ ◎ ○ ● ◆ ◇ ▲ △ ▪",
        r"^[□■◎○●◆◇▲△▪]\s*(?P<author>[\u4e00-\u9fff]{2,3}(?:[ 、]+[\u4e00-\u9fff]{2,3}){0,3})$",
        "□王小明",
        surnames=True,
        author="王小明",
    ),
    _rule(
        "name_and_pen",
        "line",
        "文",
        rf"^\(?\s*(?P<author>{_NAMES}?)\s*(?:/\s*|\s)(?:文|文/图|图/文|文图|图文)\)?$",
        "王小明 文/图",
        surnames=True,
        author="王小明",
    ),
    _rule(
        "paper_and_person",
        "byline",
        "报 社 网 台 新闻 传媒 电视",
        rf"^(?P<source>{_OUTLET})\s+(?P<author>[\u4e00-\u9fff]{{2,3}})$",
        "澜江日报 王小明",
        surnames=True,
        source="澜江日报",
        author="王小明",
    ),
    _rule(
        "author_of",
        "line",
        "作者",
        rf"^《[^》]{{1,12}}》作者\s+(?P<author>{_NAME})$",
        "《新周刊》作者 张三丰",
        author="张三丰",
    ),
    _rule(
        "author_is",
        "line",
        "作者",
        r"^\(\s*(?:本文)?作者(?:系|为|是)?[^()。]{0,36}?(?:\s|研究员|教授|主任|部长|书记|院长|会长|处长|局长|博士|律师|主席|记者|老师)(?P<author>[\u4e00-\u9fff]{2,3})\)$",
        "(作者系市直工委副书记 王文生)",
        author="王文生",
        surnames=True,
    ),
    _rule(
        "author_bracketed",
        "line",
        "作者",
        r"^\(\s*(?:本文)?作者:?\s*(?P<author>[^\s()。,]{2,4})(?:,[^()。]{0,40})?\)$",
        "（作者：张小早，系某某大学教授）",
        author="张小早",
    ),
    _rule(
        "dateline",
        "opening",
        "记者 通讯员 撰稿 评论员 实习生 见习 文",
        r"^(?:\([^()]{2,24}[讯电]\)|[^。！？!?(]{0,40}[讯电息导道])\s*\((?P<author>[^()。]*?(?:记者|通讯员|特约撰稿人?|评论员|实习生|见习|文)[^()。]{2,60})\)",
        "新华社北京5月9日电（记者邹伟）",
        author="邹伟",
    ),
    _rule(
        "pen_first",
        "opening",
        "文",
        r"^\(\s*(?P<author>文\s*/[^()。,:]{2,30}?)\s*\)",
        "（文/ Kyle Hill）基因组变化使你成为",
        author="Kyle Hill",
    ),
    _rule(
        "reporter_first",
        "opening",
        "记者 通讯员 评论员 实习生",
        r"^\((?P<author>[^()。,:]{0,16}?(?:记者|通讯员|评论员|实习生)[^()。,:]{2,40})\)",
        "【环球时报驻德国特约记者 王小明】",
        author="王小明",
    ),
    _rule(
        "reporter_and_space",
        "opening",
        "记者",
        rf"^(?:[^\s,。:()]{{2,14}}\s*\|?\s*)?[^\s,。:()]{{0,10}}?记者[ :|]*(?P<author>[\u4e00-\u9fff]{{2,3}}(?:[ 、][\u4e00-\u9fff]{{2,3}}){{0,3}}?){_FROM}\s+(?=\S{{8}})",
        "红星新闻记者 王小明 北京报道 今年早市的摊位增加了不少，",
        author="王小明",
        surnames=True,
    ),
    _rule(
        "reporter_slash_report",
        "opening",
        "报导 报道",
        rf"^(?:[^\s,。:()/]{{2,8}}[/ ])?记者\s*(?P<author>{_NAMES}?)\s*/\s*[^()/,。\s]{{2,6}}报[导道]\s",
        "記者王小明／綜合報導 今年早市的攤位增加，",
        author="王小明",
        surnames=True,
    ),
    _rule(
        "reporter_reports",
        "opening",
        "报导 报道",
        r"^(?:\([^()]{2,24}[讯电]\)\s*|[^。！？!?(),:]{2,30}?[讯电]\s*)?(?:[\u4e00-\u9fffA-Za-z]{2,10}?[网报社台])?(?:特约|本报|本网|见习|实习)*(?:记者|通讯员)\s*(?P<author>[\u4e00-\u9fff]{2,3}?(?:、[\u4e00-\u9fff]{2,3}?)*)\s*(?:(?:\d{1,2}月)?\d{1,2}日)?报[导道][:,\s]",
        "本报北京11月25日讯 记者叶婉报道：",
        author="叶婉",
        surnames=True,
    ),
    _rule(
        "agency_reporter",
        "opening",
        "记者",
        rf"^\([\u4e00-\u9fff]{{2,6}}[社网报](?:特派|驻地)?记者(?P<author>[\u4e00-\u9fff]{{2,3}}?(?:、[\u4e00-\u9fff]{{2,3}}?)*)(?:{_PLACES}|[\u4e00-\u9fff]{{2}}[市县])(?:\d{{1,2}}月)?\d{{1,2}}日(?:综合外|专)?电\)",
        "（中央社記者王小明澎湖縣28日電）",
        author="王小明",
        surnames=True,
    ),
    _rule(
        "reported_first",
        "opening",
        "报导 报道",
        rf"^\({_NO_WRITER}(?:{_OFFICE})?(?:{_CALLED})?(?P<author>{_NAMES})(?:记者)?(?:\s*/\s*|\s+)[^()/,。\s]{{0,10}}报[导道]\)",
        "〔自由時報記者林俊中、王憶中／台北報導〕",
        surnames=True,
        author="林俊中 王憶中",
    ),
    _rule(
        "reported_first_from",
        "opening",
        "报导 报道",
        rf"^(?:\([^()]{{2,24}}[讯电]\))?\({_NO_WRITER}[^\s(),。]{{0,14}}?记者\s*(?P<author>[\u4e00-\u9fff]{{2,3}}?)(?:台湾)?(?:{_PLACES})?[市县]?(?:综合|即时)?报[导道]\)",
        "（今日報記者陳希中休士頓報導）",
        surnames=True,
        author="陳希中",
    ),
    _rule(
        "agency_in_brackets",
        "opening",
        "社) 报) 网) 台)",
        r"^\((?P<source>(?![本综])[\u4e00-\u9fff]{2,6}[社报网台])\)",
        "〔中央社〕今年早市的攤位增加",
        source="中央社",
    ),
    _rule(
        "reporter_and_editor_at_end",
        "ending",
        "编辑",
        rf"\([^()。]{{0,16}}?记者\s*(?P<author>{_NAMES}?)\s+(?:责任)?编辑[:\s]*(?P<editor>{_NAME})\s*\)\s*$",
        "……让农户也能参与进来。（记者 张倩 责任编辑 李大同）",
        author="张倩",
        editor="李大同",
    ),
    _rule(
        "words_and_pictures_at_end",
        "ending",
        "文",
        rf"\(\s*[^()。]{{0,12}}?(?:记者\s*)?(?P<author>{_NAMES}?)\s*/?\s*(?<=[/ ])文(?:\s*[/,、; ]\s*[^()。]{{1,24}})?\s*\)\s*$",
        "……让农户也能参与进来。（记者 王小明/文 李大同/摄）",
        author="王小明",
        surnames=True,
    ),
    _rule(
        "pen_at_end",
        "ending",
        "(文",
        rf"\(文\s+(?P<author>{_NAMES})\s*\)\s*$",
        "……让农户也能参与进来。（文 王小明）",
        author="王小明",
        surnames=True,
    ),
    _rule(
        "author_at_end",
        "ending",
        "作者",
        r"\(\s*(?:本文)?作者[ :]+(?P<author>[^\s()。,:]{2,4})\s*\)\s*$",
        "……让农户也能参与进来。（作者 王小明）",
        author="王小明",
    ),
    _rule(
        "at_end",
        "ending",
        "记者 通讯员 撰稿 评论员 实习生 见习 文",
        r"\(\s*(?P<author>[^()。]{0,16}?(?:记者|通讯员|特约撰稿人?|评论员|实习生|见习|文\s?[:/]|文图|文字[:/])[^()。]{1,40})\s*\)\s*$",
        "……让农户也能参与进来。（总台记者 张倩）",
        author="张倩",
    ),
    _rule(
        "reported_at_end",
        "ending",
        "报导 报道",
        rf"\(\s*(?:{_PAPER}\s*)?(?:记者\s*)?(?P<author>{_NAMES})/[^()。]{{0,10}}报[导道]\)\s*$",
        "……盼各界諒解。」（李志中、林丞中／台北報導）",
        author="李志中 林丞中",
        surnames=True,
    ),
    _rule(
        "reporter_behind_text",
        "ending",
        "记者 通讯员",
        rf"[。!?”]\s*(?:本报|本网|特约|见习|实习)*(?:记者|通讯员)[\s:]*(?P<author>{_NAMES})\s*$",
        "……少走弯路。记者 叶婉",
        author="叶婉",
        surnames=True,
    ),
    _rule(
        "pen_behind_text",
        "ending",
        "文/",
        rf"[。!?”]\s*文/\s*(?P<author>{_NAMES})\s*$",
        "……太难清理了。”文/包文臻",
        author="包文臻",
    ),
    _rule(
        "name_at_end",
        "report_ending",
        ")",
        r"[。!?”]\s*\(\s*(?P<author>[\u4e00-\u9fff]{2,3})\s*\)\s*$",
        "……少走弯路。（叶婉）",
        author="叶婉",
        surnames=True,
    ),
    _rule(
        "names_at_end",
        "ending",
        ")",
        rf"\(\s*(?P<author>{_NAMES})\s*\)\s*$",
        "……他说。（常书香 马丹阳）",
        author="常书香 马丹阳",
        surnames=True,
    ),
)

_RULES = {where: tuple(rule for rule in RULES if rule.where == where) for where in {rule.where for rule in RULES}}
_HINTS = {
    where: re.compile("|".join(sorted({re.escape(hint) for rule in rules for hint in rule.hints})))
    for where, rules in _RULES.items()
}
_SINGLE = re.compile(r"[\u4e00-\u9fff]$")
# "Kyle Hill", "凯尔·希尔"
_FOREIGN = re.compile(
    r"[A-Z][A-Za-z'-]+(?:\.? [A-Z][A-Za-z'-]*){0,3}|[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,8}){1,2}"
)
_WHOLE_NAME = re.compile(rf"{_NAME}$")
_CALLING = re.compile(
    r"^.{0,16}?(?:记者|通讯员|特约撰稿人?|评论员|实习生|见习)[ :]*|^文\s*/?\s*图?[ :/]+|^(?:文字|文图)[ :/]+"
)
_HELPERS = re.compile(r"^(?:特约|实习|见习|本报)*(?:记者|通讯员|实习生)(?=.)")
# What stands among the names and is none: "（记者卢敏 整合）".
_WORK = re.compile(
    r"(?:特约|本报)?记者|通讯员|实习生|整合|综合|[\u4e00-\u9fff]{0,4}报[导道]|采写|撰文|文|文图|编译|整理"
)
_CAMERA = re.compile("(?:图|摄影|图片)(?::|$)")
_CITIES = frozenset(_PLACES.split("|"))  # "鉅亨網記者王小明 台北"
_PICTURE = re.compile(r"摄$|摄影$|拍摄|供图|制图|漫画|图片|视频|翻译|朗读|^图")
# "陳端武／綜合外電" names what the report is based on where others name the paper.
_FROM_WHERE = re.compile(r"(?:外电|报导|报道|编译|整理)$")
_FIRST, _LAST = 120, 60  # characters of a paragraph in which its signature is looked for


def read_signatures(text: str, byline: Byline, *where: str) -> None:
    """Fill author, source and editor where they are unknown, by the first rule for `where` that matches the line."""
    if byline.author is not None and byline.editor is not None:
        return
    if where == ("opening",):
        text = text[:_FIRST]
    elif where[0] in ("ending", "report_ending"):
        text = text[-_LAST:]
    key = key_of(text)
    for place in where:
        if _HINTS[place].search(key) and _first(place, key, text, byline):
            return


def _first(where: str, key: str, text: str, byline: Byline) -> bool:
    """Whether a rule for `where` matches the line and names somebody; sets the fields from the first that does."""
    for rule in _RULES[where]:
        if not any(hint in key for hint in rule.hints):
            continue
        match = rule.pattern.search(key)
        if match and _take(rule, match, text, byline):
            return True
    return False


def _take(rule: Signature, match: re.Match[str], text: str, byline: Byline) -> bool:
    """Whether the match of the rule names somebody; sets the fields if it does."""
    found = {name: text[slice(*match.span(name))].strip() for name, value in match.groupdict().items() if value}
    source = found.get("source")
    if source and CHANNEL.match(key_of(source)):  # "娛樂新聞／王小明"
        source = None
    if "author" in found:
        called = _CALLING.match(key_of(found["author"])) if rule.where in ("opening", "ending") else None
        rest = found["author"][called.end() :] if called else found["author"]
        # A name glued to "记者" has a surname: "记者证也带着" names nobody.
        glued = called is not None and called[0][-1] in "者员人生习"
        foreign = called is not None and _FOREIGN.fullmatch(key_of(rest)) is not None
        names = rest if rule.where in ("pen", "posted") or foreign else names_in(rest)
        if (
            not names
            or names in ROLE
            or HOME_LINK.match(names)  # "首頁 / 關於協會" is a path
            or (rule.where in ("pen", "posted") and _is_office(names))
            or key_of(names) in _CITIES
            or (glued and key_of(names)[0] not in SURNAMES)
            or (rule.surnames and not all(map(is_person, names.split())))
            or (rule.name == "names_at_end" and " " not in names)
        ):
            return False
        if source is not None and rule.name == "name_slash_paper":
            if _FROM_WHERE.search(key_of(source)):
                source = None
            # "盐水/乙二醇机组" names things
            elif not is_organisation(source) or not (
                _PRINTED.search(key_of(source)) or all(map(is_person, names.split()))
            ):
                return False
        byline.author = byline.author or names
    if source and byline.source is None:
        byline.source = source
    if "editor" in found:
        byline.editor = byline.editor or found["editor"]
    return True


def is_person(name: str) -> bool:
    """Whether the name begins like a Chinese one."""
    key = key_of(name)
    return key[0] in SURNAMES and key not in LIKE_NAMES


def names_in(text: str) -> str | None:
    """The names in `text`, separated by spaces; None when it has something else, or says who took the pictures."""
    if _PICTURE.search(key_of(text.strip())):
        return None
    names: list[str] = []
    half = ""  # "方 敏" is one name
    for word in re.split(r"[\s、，,；;/／]+", text.strip()):
        key = key_of(word)
        helper = _HELPERS.match(key)
        name = word[helper.end() :] if helper else word
        if names and (_CAMERA.match(key) or key in CREDITS):  # "記者王小明 圖／張三", "文/张慧 数据支持 王伟跃"
            break
        if _WORK.fullmatch(key) or not name or (names and key in _CITIES):
            continue
        if _SINGLE.match(name):
            names += [half + name] if half else []
            half = "" if half else name
        elif _WHOLE_NAME.match(name) and not half:
            names.append(name)
        else:
            return None
    while len(names) > 1 and _is_office(names[0]):  # "警政時報 薛秀中"
        del names[0]
    if half or not names or len(names) > 12 or any(map(_is_office, names)):
        return None
    return " ".join(names)


def _is_office(name: str) -> bool:
    key = key_of(name)
    return ((len(key) > 3 or key[0] not in SURNAMES) and is_organisation(name)) or key.endswith(("编辑", "主编"))
