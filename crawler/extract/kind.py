"""Whether a page with some text is an article: what speaks for it and against it, weighed in one table.

A list, a product, a page of contacts or of pictures have text, too, and none of them is known by one sign: each sign has
a weight, and their sum decides. The weights are those of a logistic regression on some 1,300 pages of 130 sites, rounded; those of signs
that came later were chosen by what they changed on some 5,000 pages of 500 repositories.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from math import log
from typing import Final

from crawler.extract.article import Reject
from crawler.extract.boilerplate import is_byline
from crawler.extract.comments import is_comments_heading
from crawler.extract.dom import Dom, Line, Node
from crawler.extract.generic import block_of
from crawler.extract.labels import find_labels
from crawler.extract.locate import Place
from crawler.extract.normal import key_of
from crawler.extract.title import fold, repeats
from crawler.extract.vocabulary import BREADCRUMB, CHANNEL, CHAPTER, HOME_LINK, NEIGHBOUR, SITE_PAGE
from crawler.language import message

# Sign -> its weight, and the reason that is given where it weighs most among those that speak against the page.
WEIGHTS: dict[str, tuple[float, str]] = {
    # for an article
    "length": (1.35, ""),  # log(1 + characters / 30)
    "byline": (2.8, ""),  # above the text: "2020-02-23 来源：本站原创"
    "titled": (1.3, ""),  # right below a heading with which <title> begins
    "agrees": (1.0, ""),  # <title> begins with the title
    "furniture": (0.8, ""),  # neighbours ("下一篇：…"), or one byline with a source or an author
    # against it
    "front": (-7.0, "list_page"),  # the address is that of a site's front page
    "menu": (-7.0, "list_page"),  # the title is an entry of the site's menu: "关于我们", "产品中心"
    "owner": (-6.0, "list_page"),  # the title is who owns the page: "© 2020 澜江科技有限公司"
    "ware": (-8.5, "too_short"),  # the path leads through 产品中心
    "address": (-4.5, "too_short"),  # it leads through a folder that is called like products, cases, films or jobs
    "typed": (-4.0, "too_short"),  # og:type says that the page is of a product, a book or a film
    "raw": (-6.0, "not_html"),  # orders to a server that it has not carried out: "<?php echo $row['title'];?>"
    "files": (-15.0, "list_page"),  # share of the text that is names of files, from two fifths on
    "facts": (-12.0, "too_short"),  # share of lines such as "型号：HD6C3026", "主演：", "学历要求：大专"
    "asked": (-12.0, "too_short"),  # answers to tick, to five questions or more
    "form": (-9.0, "too_short"),  # share of lines that are labels with nothing behind them: "验证码："
    "contents": (-9.0, "list_page"),  # share of the text that is names of chapters; all where the page links to ten
    "events": (-6.0, "list_page"),  # share of lines that say when, where and who, of three events or more
    "played": (-5.0, "too_short"),  # <title> or the title ends with 在线播放 or txt下载
    "house": (-4.0, "list_page"),  # the title is the name of a company or shop and nothing else
    "teasers": (-3.8, "list_page"),  # share of the text that is summaries below links
    "list": (-3.8, "list_page"),  # "标签：", "归档" or "第 3 页" in the title, or such an address
    "discussed": (-8.0, "too_short"),  # right below a heading such as "买家点评"
    "message": (-6.0, "soft_404"),  # "提示信息" is the title
    "contacts": (-4.0, "too_short"),  # share of the text that is telephones and addresses
    "dates": (-6.0, "list_page"),  # share of lines that are a date and nothing else
    "records": (-4.2, "list_page"),  # share of the text in blocks of one form, each with a link
    "roll": (-4.0, "list_page"),  # share of the text outside of sentences below the name of a channel: "专题频道"
    "boards": (-3.8, "list_page"),  # "最后发表: 08-29 21:44 by …", row by row: the boards or the threads of a forum
    "home": (-3.5, "list_page"),  # <title> is that of the front page: "河堤社区首页"
    "summaries": (-3.5, "list_page"),  # most of the text is summaries that end in dots, each below a link
    "heavy": (-2.9, "list_page"),  # many more characters in links than of prose
    "bare": (-2.4, "list_page"),  # many links, hardly any prose
    "entry": (-6.0, "list_page"),  # the text is one of three blocks or more of one form, each with a linked heading
    "echo": (-9.0, "too_short"),  # share of the text that says the title again
    "entries": (-8.0, "list_page"),  # share of the text in <article>s side by side, each with a heading
    "cut": (-2.2, "list_page"),  # share of the text in lines that end in dots
    "pager": (-1.5, "list_page"),  # "共 130 条", "首页 上一页 下一页 尾页"
    "untitled": (-3.5, "too_short"),  # nothing on the page is a title
    "priced": (-4.0, "too_short"),  # a line above a short text, or one of its first, is a price: "￥268元"
    "scanty": (-2.5, "too_short"),  # few Han: share that is missing of 45
    "pairs": (-1.8, "too_short"),  # share of lines that are a short label and a short value: "生肖：虎"
    "doubled": (-1.4, "list_page"),  # share of lines that the text has said before
    "unsaid": (-0.8, "too_short"),  # share of the text outside of sentences
    "barren": (-0.9, "list_page"),  # links where there is little prose
    "headless": (-0.9, "too_short"),  # no line of the page is the title
    "channel": (-0.9, "list_page"),  # a link of the page is called like it
    "gap": (-0.7, "list_page"),  # lines between title and text, of twenty
    "any page": (-0.5, "too_short"),
}
_STEPS = re.compile(r"[_|/)\]】]|\s[-–—]")
_LATIN = re.compile(r"\(?[a-z][a-z\s]+\)?$", re.I)
_MENU_ENTRY = 12  # characters
_DATA = 3  # lines that a sheet of data begins with
_STORY = 10  # characters of a title behind its channel
_TITLE = 6  # characters: a shorter title under <title>'s says little, but that a short text is not for want of one
_MENU_LINES = 100
_SURE = 4.5  # with this much for a page the dearer signs are not looked for
_HEADINGS: Final = frozenset(("h2", "h3", "h4", "h5"))
_HEADS: Final = _HEADINGS | {"h1", "dt"}
_ENTRY = 12  # lines
_ENTRIES = 5
_MOST = 0.5
_TEASER = 260  # characters
_RECORDS = 3
_SHEET = 30  # lines
_EXTENSION = 6  # characters
_LIST_TITLE = re.compile(
    r"归档|歸檔|(?:^|\W)(?:标签|標籤|分类|分類)\s*(?:[:：|]|$)|(?:^|\W)(?:archives?|tags?|categor(?:y|ies))(?:\W|$)|文章列表|第\s*\d+\s*页|(?:^|\W)page\s*\d|搜索结果|search results",
    re.I,
)
_LAST_POST: Final = re.compile(r">\s*(?:最后(?:发表|回复|回帖)|最後(?:發表|回覆))(?:时间|時間|于)?\s*[:：]")
_BOARD_ROWS = 4
_BOARDS: Final = re.compile(r"\W*(?:论坛|論壇)?(?:版块|板块|版塊|板塊|版面)(?:列表)?\W*")
_HOME_TITLE: Final = re.compile(r"\s*\S{0,16}[首主][页頁](?:\s*[-_|｜–—].*)?\s*")
_MESSAGE = re.compile(
    r"\s*(?:(?:系统|系統|操作|论坛|論壇|错误|信息|页面|跳转)?提示(?:信息|訊息|页面)?|(?:出错|错误)(?:了|信息|页面|提示)?|message)\s*(?:$|[-_|｜–—])"
    r"|\s*IIS[\s\d.]+详细错误|.{0,80}应用程序中的服务器错误"
    r"|\W*(?:请(?:升级|更新)[您你]?的?浏览器|请?验证[您你]的邮箱|[您你]?访问的(?:网页|页面)出错|[45]0\d\s*(?:错误|页面|error|not found))"
    r"|[^，。]{0,12}(?:找回|修改|重置|忘记)密码(?:$|[\W_]|第)",
    re.I,
)
_CONTACT = re.compile(
    r"(?:电\s*话|手\s*机|热\s*线|邮\s*箱|邮\s*编|传\s*真|地\s*址|网\s*址|联\s*系\s*人|座\s*机|客\s*服|Q\s*Q|微\s*信|E-?mail|Tel|公\s*司)\s*\d?\s*[:：]|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}|(?<!\d)400-?\d{3,4}-?\d{3,4}(?!\d)|@\w+\.",
    re.I,
)
# Of a product, a film, a house or a post that is to be filled; "轴距(mm)2700" as in the data of a car.
_FACT = re.compile(
    r"\W{0,3}(?:(?:品\s*牌|型\s*号|规\s*格|尺\s*寸|颜\s*色|价\s*格|材\s*质|产\s*地|单\s*位|货\s*号|名\s*称|用\s*量|大\s*小|重\s*量|类\s*[别型]|产\s*品|库\s*存|数\s*量|功\s*率|电\s*压|语\s*言|授\s*权|软\s*件|通用名|商品|批准文号|用法用量|有\s*效\s*期"
    r"|导\s*演|编\s*剧|主\s*演|片\s*[名长]|译\s*名|年\s*[份代]|上\s*映|集\s*数|清晰度|播放次数"
    r"|工\s*资|薪\s*[资水酬]|月\s*薪|待\s*遇|学\s*历|招聘|招收|工作(?:地点|经验|年限|性质)|性别要求|年龄要求|报名人数|截止"
    r"|(?:市场|参考|促销|零售)价|售价|销量|已售|下\s*载\s*量|运行环境|楼盘|开盘|交房|[起均]价|户型|容积率|开发商)[\u4e00-\u9fff]{0,4}\s*[:：]|[¥￥]\s*\d"
    r"|[\u4e00-\u9fff]{2,12}[(（](?:mm|cm|kg|L|ml|kW|W|Ps|N·m|km/h|rpm|r/min|V|A|mA|Hz|MHz|GHz|s|℃|%|[个年])[)）])",
    re.I,
)
_UNTOLD = re.compile(r"[\u4e00-\u9fff ]{2,8}[:：]\s*(?:(?:暂无|暂缺|未知|不详)\S{0,6}|点击(?:查看|进入|下载))$")
_PAIR = re.compile(r"[*＊\s]*(?:[\w（）()/]\s?){2,10}\s*(?:[:：]|\t)\s*\S[^。]{0,28}$")
_PRICE = re.compile(r"\W*(?:[¥￥]\s*[\d,.]+\s*(?:元|起)*|[\d,.]+\s*元起?)\W*$")
_PRICED = 8  # lines
_SENTENCE = re.compile("[。！？；]")
_SCANTY = 45  # characters
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_MARKS = "●○√×－"  # "胎压监测装置●", "空气悬架－"
# What is behind it is a field, or was not told; or there is a hint: "电子邮箱：*", "昵称：(可不填)".
_LABEL = re.compile(r"[*＊\s]*(?:\d{1,2}\s*[.、]\s*)?[\w\s]{2,14}[*＊]?\s*[:：]\s*(?:[*＊(（].{0,60})?$")
_FIELD: Final = re.compile(
    r"<(?:textarea|select|input(?![^<>]{0,300}type\s*=\s*[\"']?(?:hidden|submit|button|image|reset|search)))\b", re.I
)
# "第一卷 恰同学少年 第二十三节 邂逅"
_CHAPTER_LINK: Final = re.compile(
    rf">\s*(?:正文\s*)?(?:{CHAPTER.pattern}|第[一二三四五六七八九十\d]{{1,3}}卷[^<第]{{0,12}}第\s*[\d一二三四五六七八九十百]{{1,6}}\s*节)[^<]{{0,40}}</a>"
)
_CHAPTERS = 10
_TICK: Final = re.compile(r"<input\b(?=[^<>]{0,300}?\btype\s*=\s*[\"']?(?:radio|checkbox))[^<>]{0,400}", re.I)
_TICK_NAME: Final = re.compile(r"\bname\s*=\s*[\"']?([^\"'\s>]+)", re.I)
_TICKS, _QUESTIONS = 12, 5
_CHAPTER = re.compile(r"第\s*[\d一二三四五六七八九十百]{1,4}\s*[章节節讲講课課回单單]")
_EVENT = re.compile(r"\W{0,2}((?:时|時)\s*间|地\s*[点點]|主讲人?|报告人|主持人?|嘉宾|演出者?|场馆|票价)\s*[:：]")
_PLAYED = re.compile(
    r"(?:(?:在线|免费|高清|全集)(?:播放|观看|看)|(?:txt(?:全集|电子书)?|电子书|全集|[bB][tT]|迅雷|种子)(?:免费)?下载)\s*(?:$|[-_|｜–—,，])",
    re.I,
)
_HOUSE = re.compile(r"\w{2,20}(?:公司|集团|旗舰店|专卖店|专营店|官方店)(?:官网|首页)?")
_DATED_ENTRY = re.compile(r"[^。]{6,64}?\W*\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[\])）】]?")
# What a page about a company begins with where its title is the company's: "公司简介".
_ABOUT = re.compile("(?:公司|企业|集团|关于)(?:简介|概况|介绍|文化|我们)")
_PAGER: Final = re.compile(
    r"共\s*\d+\s*[条篇]|\d+\s*条记录|页次|首页\s*上一页|上一页\s*\d|older posts|newer posts|next »|加载更多|尾页|末页",
    re.I,
)
_FRONT = re.compile(r"https?://[^/?#]+/?(?:(?:index|default)\.\w{3,5})?", re.I)
# "本文由 kenzhou 在 2014年8月22日 发布在 工程案例": what blogs print below a post.
_POSTED = re.compile(r"\W*本文由\s*\S{2,16}?\s*[在于]\s*\d{4}")
# As DedeCMS, WordPress and Hugo number lists and call their tags. "/archives/27.html" may be an article.
_LIST_ADDRESS = re.compile(
    r"/(?:list_\d+(?:_\d+)?\.html?|(?:page/\d+|tags?/[^/?#]+)/?(?:index\.html?)?)(?:[?#]|$)", re.I
)
# What has one entry shows its text whole.
_TAG_ADDRESS = re.compile(r"/(?:tags?|categor(?:y|ies)|series)/[^/?#]+/(?:index\.html?)?(?:[?#]|$)", re.I)
# Folders and pages as sites call them, in English, as pinyin or by its initials: 产品中心 cpzx, 工程案例 gcal, 招聘信息 zpxx,
# 关于我们 gywm. What is a channel of news elsewhere (服务, 项目) is not among them.
_NO_ARTICLES = re.compile(
    r"/(?:products?(?:[-_]?[a-z]+)?|goods|shop|shopping|mall|store|wares?|cpzx|cpzs|cpjs|chanpin[a-z]*|shangpin[a-z]*"
    r"|movies?|films?|vod(?:play|detail)?|dianying|dianshiju|play(?:er)?|videos?|shipin[a-z]*|softs?|softwares?|games?|youxi[a-z]*"
    r"|(?:chenggong|gongcheng)?anli[a-z]*|(?:customer)?cases?|khal|cgal|gcal|kehu[a-z]*|zhaopin[a-z]*|jobs?|zpxx|rczp|careers?"
    r"|about(?:-?us)?|contact(?:-?us)?|lianxi[a-z]*|guanyu[a-z]*|gywm|lxwm|gsjj|gongsi(?:jianjie|gaikuang)"
    r"|[a-z]*huandeng|banners?|slides?|rongyu[a-z]*|ryzz|honors?)(?:/|[-_]?\d*(?:\.\w{3,5})?(?:[?#]|$))",
    re.I,
)
# As ogp.me names them. "novel" is what sites call the pages of a novel's chapters, too.
_TYPES = re.compile(r"(?:books?|products?|video|music|profile|place|business|restaurant)(?:$|\W)", re.I)
# As schema.org names them.
_SCHEMA_TYPE = re.compile(
    r"\"@type\"\s*:\s*\"(?:Product|Book|Movie|TVSeries|VideoGame|SoftwareApplication|JobPosting|ItemList|(?:Collection|SearchResults|Profile|Contact|About)Page)\""
)
_SCHEMA_ARTICLE = re.compile(r"\"@type\"\s*:\s*\"(?:\w*Article|\w*BlogPosting|Recipe|HowTo|Chapter|Report)\"")
_OWNED = re.compile("版权所有|版權所有|copyright|©", re.I)
_WARES = re.compile(
    "\\w{0,2}(?:[产產]品|商品)(?:中心|展示|系列|分[类類]|列表|介[绍紹])|[产產]品|供[应應](?:[产產]品|商品|信息)"
)
_DATE = re.compile(r"\W*\d{2,4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}\s*日?)?\W*")
_DATED: Final = re.compile(r"\d{1,2}[-/.月]\d{1,2}[日\])）]?$")
_CUT_ENDS = ".…)]】）文多看细情读"
_CUT = re.compile(r"(?:\.{3,}|…+)\s*(?:[\[(【（]?(?:详细|详情|全文|查看|阅读|更多).{0,6})?$")
_FILE = re.compile(
    r"^[│\s]*[├└][─\s]{0,6}[^─┼┴┬┤┘\s]|\.(?:docx?|pptx?|xlsx?|pdf|mp[34]|rar|zip|avi|flv|wmv|txt|jpe?g|png)\b(?:\s*[(（]?\s*[\d.]+\s*[KMG]B?[)）]?)?\s*$",
    re.I,
)


def reject_by_kind(
    dom: Dom, place: Place, chosen: list[int], url: str, channels: list[str], *, titled: bool, documents: bool
) -> Reject | None:
    """A Reject for a page whose text is no article's; `channels` are those of its path, `titled` says that the text is right
    below a heading of <title>'s words, `documents` that the site shares documents, which are its wares: "/soft/13.html".
    """
    signs = _plain_signs(dom, place, chosen, channels, titled=titled)
    signs["list"] = max(
        signs["list"], float(_LIST_ADDRESS.search(url) is not None), 2.0 * bool(_TAG_ADDRESS.search(url))
    )
    signs["front"] = float(_FRONT.fullmatch(url) is not None)
    signs["address"] = float(
        not documents and _NO_ARTICLES.search(url.partition("://")[2].partition("?")[0]) is not None
    )
    total = _sum(signs)
    if total >= _SURE:
        return None
    signs |= _further_signs(dom, place, chosen, titled=titled)
    total = _sum(signs)
    if total >= 0:
        return None
    weighed = sorted((WEIGHTS[name][0] * value, name) for name, value in signs.items() if value)
    against = ", ".join(f"{name} {weight:.1f}" for weight, name in weighed[:3])
    return Reject(
        WEIGHTS[weighed[0][1]][1] or "too_short", message("{against}; in all {total:.1f}", against=against, total=total)
    )


def reject_without_text(dom: Dom) -> Reject:
    """The Reject of a page on which no line is text: a list where it has many links, else nothing."""
    if _teasers(dom, range(len(dom.lines))) or _is_bare(dom, 0, 80, furniture=has_furniture(dom)):
        return Reject("list_page", message("links, and no prose but what they lead to"))
    return Reject("too_short", message("no prose on the page"))


def _is_typed(dom: Dom) -> bool:
    """Whether the page says for machines that it is of a product, a book or a list, and not of an article as well."""
    if any(_TYPES.match(value) for value in dom.meta.get("og:type", ())):
        return True
    return (
        "@type" in dom.source and _SCHEMA_TYPE.search(dom.source) is not None and not _SCHEMA_ARTICLE.search(dom.source)
    )


def _links(dom: Dom) -> int:
    return dom.pruned_links + sum(1 for line in dom.lines if line.linked * 2 > line.chars and line.chars >= 6)


def _is_bare(dom: Dom, shown: int, enough: int, *, furniture: bool) -> bool:
    """Whether the page has many links, or dated ones, and less than `enough` characters of text outside of them."""
    if furniture or shown >= enough:
        return False
    dated = sum(1 for line in dom.lines if line.linked >= 6 and line.chars < 120 and _DATED.search(line.text))
    return dated >= 5 or _links(dom) >= 12


def _sum(signs: dict[str, float]) -> float:
    return sum(WEIGHTS[name][0] * value for name, value in signs.items())


def _plain_signs(dom: Dom, place: Place, chosen: list[int], channels: list[str], *, titled: bool) -> dict[str, float]:
    """The signs that cost little."""
    lines = [dom.lines[i] for i in chosen]
    chars = sum(line.chars for line in lines) or 1
    key, head = fold(place.title.text), fold(dom.title)
    top = place.title.line
    files = _files(lines) if len(lines) >= 5 else 0
    # A sheet of data is long without a sentence in it.
    prose = sum(line.chars for line in lines if line.punctuation)
    sheet = (5 * prose < chars and len(lines) >= _SHEET) or all(map(_is_fact, lines[:_DATA]))
    facts = [line for line in lines if _is_fact(line)] if sheet else []
    # Without links there is neither a summary below one nor a record with one.
    linked = sum(1 for line in dom.lines[max(0, chosen[0] - 3) : chosen[-1] + 4] if line.linked) >= _RECORDS
    # A page of the site itself: that <title> begins like it says nothing.
    menu = _is_site_page(dom, place.title.text, chosen[0]) or (
        top is None and _ABOUT.fullmatch(fold(lines[0].text)) is not None
    )
    owner = _is_owner(dom, key)
    channel = top is None and _is_step(dom, key)
    return {
        "any page": 1.0,
        "length": min(log(1 + (chars - sum(line.chars for line in [*facts, *_dated_entries(lines)])) / 30), 5.0),
        "facts": len(facts) / len(lines),
        "menu": float(menu),
        "owner": float(owner),
        "raw": float("<?php" in dom.source or "<?=" in dom.source),
        "typed": float(_is_typed(dom)),
        "ware": float(any(_WARES.fullmatch(channel) for channel in channels)),
        "titled": float(titled and len(key) >= _TITLE and not (menu or owner)),
        "agrees": float(len(key) >= 4 and head.startswith(key) and not (menu or owner or channel)),
        "headless": float(top is None),
        "untitled": float(not place.title.text),
        "gap": min(max(0, chosen[0] - (max(0, chosen[0] - 8) if top is None else top)) / 20, 2.0),
        "files": max(0.0, files / chars - 0.4) / 0.6,
        "asked": float(_asks(dom.source, len(lines))),
        "list": max(
            float(bool(_LIST_TITLE.search(dom.title) or _LIST_TITLE.search(place.title.text))),
            2.0 * bool(_BOARDS.fullmatch(place.title.text)),
        ),
        "discussed": float(_is_discussion(dom, chosen[0], top)),
        "played": float(any(_PLAYED.search(head) for head in (dom.title, place.title.text))),
        "house": float(_HOUSE.fullmatch(key) is not None),
        "home": float(_HOME_TITLE.fullmatch(dom.title) is not None and not head.startswith(key)),
        "message": float(any(_MESSAGE.match(head) for head in (dom.title, place.title.text))),
        "teasers": _teasers(dom, chosen) / chars if linked else 0.0,
        "records": _in_records(dom, lines) / chars if linked else 0.0,
        "entries": _in_entries(dom, lines) / chars if dom.source.count("<article") >= _RECORDS else 0.0,
    }


def _further_signs(dom: Dom, place: Place, chosen: list[int], *, titled: bool) -> dict[str, float]:
    lines = [dom.lines[i] for i in chosen]
    chars = sum(line.chars for line in lines) or 1
    prose = sum(line.chars - line.linked for line in lines if line.punctuation)
    shown = sum(line.chars - line.linked for line in lines)
    links = _links(dom)
    linked = 8 * dom.pruned_links + sum(line.linked for line in dom.lines)
    key = fold(place.title.text)
    furniture = has_furniture(dom)
    facts = sum(1 for line in lines if _is_fact(line))
    events = _events(lines)  # "时间：2019-03-16" of one of them is no byline
    top = max(0, chosen[0] - 8) if place.title.line is None else place.title.line
    above = dom.lines[max(0, top - 2) : chosen[0] + 1][-14:]
    cut = sum(line.chars for line in lines if line.chars >= 15 and _is_cut(line.text)) / chars
    unsaid = 1 - sum(line.chars for line in lines if line.chars >= 20 and _SENTENCE.search(line.text)) / chars
    return {
        "byline": float(
            not events
            and any(line.linked * 2 <= line.chars and is_byline(line.text) for line in above)
            and not (cut > _MOST and len(_dated_like(dom, above)) >= _RECORDS)
        ),
        "furniture": float(furniture),
        "dates": sum(1 for line in lines if line.chars <= 16 and _DATE.fullmatch(line.text)) / len(lines)
        + len(_dated_entries(lines)) / len(lines),
        "facts": facts / len(lines) if facts > 1 else 0.0,
        "form": _labels(dom, lines) / len(lines),
        "contents": 1.0 if _links_chapters(dom.source) else _chapters(lines) / chars,
        "entry": float(_is_entry(dom, chosen) or _is_dated_entry(dom, place.title.line, above)),
        "echo": _echo(lines, key) / (shown or 1),
        "events": events / len(lines),
        "contacts": sum(line.chars for line in lines if line.chars < 150 and _CONTACT.search(line.text)) / chars,
        "summaries": float(_cut_summaries(dom, chosen)),
        "cut": cut,
        "pager": float(any(line.chars < 80 and _PAGER.search(line.text) for line in dom.lines)),
        "priced": float(
            chars < 600
            and any(
                line.chars <= 20 and _PRICE.match(line.text)
                for line in (*dom.lines[max(0, chosen[0] - _PRICED) : chosen[0]], *lines[:_PRICED])
            )
        ),
        "scanty": max(0.0, 1 - sum(1 for line in lines for _ in _HAN.finditer(line.text)) / _SCANTY)
        if chars < 400
        else 0.0,
        "pairs": sum(1 for line in lines if line.chars <= 50 and _PAIR.match(line.text)) / len(lines)
        if len(lines) >= 3
        else 0.0,
        "doubled": 1 - len({line.text for line in lines}) / len(lines),
        "unsaid": unsaid,
        "roll": unsaid if CHANNEL.fullmatch(key_of(place.title.text)) else 0.0,
        "boards": float(_lists_posts(dom.source)),
        "barren": max(0.0, log(80 / (max(prose, shown / 2) + 5))) * min(links, 40) / 20,
        "bare": float(_is_bare(dom, shown, 25 if titled else 80, furniture=furniture)),
        "heavy": float(
            prose < 200
            and links >= 20
            and linked > 6 * max(prose, 1)
            and not furniture
            and not any(repeats(line, key) for line in dom.lines)
        ),
        "channel": float(_is_channel(dom, key)),
    }


def _files(lines: list[Line]) -> int:
    """The characters of lines that name a file, and of rows of a table in which one cell does: "大悲咒", "7分45秒", ".mp3"."""
    named = [line for line in lines if _is_file(line.text)]
    rows = {line.node.parent for line in named if line.node.tag == "td" and line.chars <= _EXTENSION}
    return (
        sum(line.chars for line in lines if line.node.parent in rows or _is_file(line.text))
        if rows
        else sum(line.chars for line in named)
    )


def _labels(dom: Dom, lines: list[Line]) -> int:
    """How many of `lines` are a label and nothing else: three or more of different words, for an interview repeats
    "记者：", or as many as the page has fields.
    """
    labels = [line.text for line in lines if line.chars <= 80 and _LABEL.match(line.text)]
    if len(labels) < 2:
        return 0
    different = len(set(labels))
    if different >= 3:
        return different
    fields = sum(1 for _ in islice(_FIELD.finditer(dom.source), len(labels)))
    return len(labels) if fields == len(labels) else 0


def _dated_entries(lines: list[Line]) -> list[Line]:
    """Entries of a list that no link gives away, "关于推荐优秀教师和学生……2017-03-23", where there are five or more."""
    found = [
        line
        for line in lines
        if line.chars <= 80 and line.text[-1] in "0123456789日)]）】" and _DATED_ENTRY.fullmatch(line.text)
    ]
    return found if len(found) >= _ENTRIES else []


def _chapters(lines: list[Line]) -> int:
    """The characters of three or more lines that are names of chapters, from the number to the end: no sentences."""
    names = [
        line.chars for line in lines if line.chars <= 40 and _CHAPTER.match(line.text) and line.text[-1] not in "。！？"
    ]
    return sum(names) if len(names) >= 3 else 0


def _links_chapters(source: str) -> bool:
    """Whether the page links to ten chapters or more, as that of a novel does below its summary."""
    return max(source.count("章"), source.count("回"), source.count("节")) >= _CHAPTERS and (
        sum(1 for _ in islice(_CHAPTER_LINK.finditer(source), _CHAPTERS)) == _CHAPTERS
    )


def _echo(lines: list[Line], title: str) -> int:
    """The characters outside of links in lines that repeat the title, and in labels beside them ("资料下载地址:"); none in a
    longer text, and none where the title is short.
    """
    shown = [line.chars - line.linked for line in lines]
    if len(title) < 6 or sum(shown) > 4 * len(title) + 60:
        return 0
    again = [line.chars <= len(title) + 20 and title in fold(line.text) for line in lines]
    if not any(again):
        return 0
    return sum(
        chars
        for chars, line, repeated in zip(shown, lines, again, strict=True)
        if repeated or (line.chars <= 20 and line.text[-1] in ":：")
    )


def _asks(source: str, lines: int) -> bool:
    """Whether the page has answers to tick to five questions or more, nearly as many as it has lines. A form for comments
    may have fifteen faces, which are one question.
    """
    if source.count("radio") + source.count("checkbox") < _TICKS:
        return False
    ticks = _TICK.findall(source)
    questions = {name[1] for tick in ticks if (name := _TICK_NAME.search(tick))}
    return len(ticks) >= max(_TICKS, 0.45 * lines) and len(questions) >= _QUESTIONS


def _is_entry(dom: Dom, chosen: list[int]) -> bool:
    """Whether the text is in one of three blocks or more of one form that each begin with a linked heading: an entry of a
    list, of which the page shows the begin.
    """
    first, last = chosen[0], chosen[-1]
    block: Node | None = dom.lines[first].node
    while block is not None and block.parent is not None and block.end - block.start <= _ENTRY:
        if last < block.end and block.start < first and _begins_with_link(dom, block):
            parent, form = block.parent, (block.tag, block.names)
            alike = (n for n in dom.inside(parent) if n.parent is parent and (n.tag, n.names) == form)
            return sum(1 for _ in islice((n for n in alike if _begins_with_link(dom, n)), _RECORDS)) == _RECORDS
        block = block.parent
    return False


def _begins_with_link(dom: Dom, block: Node) -> bool:
    if block.end - block.start < 2:
        return False
    line = dom.lines[block.start]
    return line.node.tag in _HEADS and line.linked >= 0.8 * line.chars and line.node.within(block)


def _dated_like(dom: Dom, above: list[Line]) -> list[int]:
    """The first bylines of the form of that above the text: each entry of a list has one."""
    forms = [(line.node.tag, line.node.names) for line in above if is_byline(line.text)][-1:]
    alike = (
        index
        for index, line in enumerate(dom.lines)
        if (line.node.tag, line.node.names) in forms and is_byline(line.text)
    )
    return list(islice(alike, _ENTRIES))


def _is_dated_entry(dom: Dom, title: int | None, above: list[Line]) -> bool:
    """Whether the title is a link, and three of the bylines of one form on the page have one above them, too."""
    if title is None or not _leads(dom, title):
        return False
    return sum(index > 0 and _leads(dom, index - 1) for index in _dated_like(dom, above)) >= _RECORDS


def _lists_posts(source: str) -> bool:
    """Whether four rows of the page or more tell of the last post of a board or a thread."""
    if "最后" not in source and "最後" not in source:
        return False
    return sum(1 for _ in islice(_LAST_POST.finditer(source), _BOARD_ROWS)) == _BOARD_ROWS


def _leads(dom: Dom, index: int) -> bool:
    """Whether the line is a link as long as a title."""
    line = dom.lines[index]
    return line.chars >= _TITLE and line.linked >= 0.8 * line.chars


def _events(lines: list[Line]) -> int:
    """How many of `lines` say "时间：…", "地点：…" and the like, each of them three times or more."""
    said = Counter(found[1] for line in lines if (found := _EVENT.match(line.text)))
    return sum(count for count in said.values() if count >= 3)


def _is_discussion(dom: Dom, first: int, title: int | None) -> bool:
    """Whether the title, or the text from line `first` on, is right below the heading of comments. A control such as
    "我来说两句" between title and text is none.
    """
    top = first if title is None else title
    return any(line.chars <= 12 and is_comments_heading(line) for line in dom.lines[max(0, top - 4) : top]) or any(
        line.chars <= 12 and line.node.tag in _HEADINGS and is_comments_heading(line)
        for line in dom.lines[max(0, first - 4) : first]
    )


def _is_site_page(dom: Dom, title: str, until: int) -> bool:
    """Whether the title is that of a page about the site, "关于我们", or an entry of the page's menu, which is the links from
    首页 on. A path, "首页 > 要闻", is no menu.
    """
    key = fold(title)
    # "公司概况_植物提取物", "产品及服务 / 公司简介", "【关于我们】村长团车", "关于我们 ABOUT US"
    for step in key_of(title).split(" / ")[:3]:
        name, *behind = _STEPS.split(step.lstrip("([【"), maxsplit=1)
        # "【客户案例】比房价更可怕的是……" is an article of that channel.
        if SITE_PAGE.fullmatch(fold(_LATIN.sub("", name))) and not (
            step[0] in "([【" and len("".join(behind)) >= _STORY
        ):
            return True
    if not 2 <= len(key) <= _MENU_ENTRY:
        return False
    if any(fold(name) == key for name in dom.menu):
        return True
    homes = (line for line in dom.lines[:until] if line.linked and HOME_LINK.match(line.text) and ">" not in line.text)
    return any(
        owner.link and fold(text) == key
        for home in islice(homes, 3)
        for line in _menu_of(dom, home)
        for text, owner in line.pieces
    )


def _menu_of(dom: Dom, home: Line) -> list[Line]:
    """The lines of the smallest block around the link to the home page that has five links, if it has little else: fewer are a path."""
    block: Node | None = home.node
    while block is not None and block.end - block.start <= _MENU_LINES:
        lines = dom.lines[block.start : block.end]
        if sum(1 for line in lines for text, owner in line.pieces if owner.link and not text.isspace()) >= 5:
            return lines if sum(line.linked for line in lines) >= 0.7 * sum(line.chars for line in lines) else []
        block = block.parent
    return []


def _is_channel(dom: Dom, key: str) -> bool:
    """Whether a short title is that of a channel: the page's path leads to it, or a link of its own is called like it."""
    return 3 <= len(key) <= 12 and (
        _is_step(dom, key)
        or any(line.linked >= 0.9 * line.chars and fold(line.text) == key for line in dom.lines if line.chars <= 14)
    )


def _is_step(dom: Dom, key: str) -> bool:
    """Whether the page's path links to what is called `key`: "当前位置: 主页 > 政策法规 >"."""
    path = next((line for line in dom.lines[:_MENU_LINES] if line.linked and BREADCRUMB.match(line.text)), None)
    return path is not None and any(owner.link and fold(text) == key for text, owner in path.pieces)


def _is_owner(dom: Dom, key: str) -> bool:
    """Whether the title is the name of the company or site that the page belongs to."""
    name = key.removeprefix("关于")  # "关于鼎峰"
    return len(key) >= 4 and any(
        _OWNED.search(line.text) and name in fold(line.text) for line in dom.lines[-20:] if line.chars <= 300
    )


def _is_file(text: str) -> bool:
    return ("." in text or text[0] in "├└│") and _FILE.search(text) is not None


def _is_fact(line: Line) -> bool:
    return line.chars <= 200 and (
        _FACT.match(line.text) is not None
        or (line.chars <= 30 and (line.text[-1] in _MARKS or _UNTOLD.match(line.text) is not None))
    )


def _is_cut(text: str) -> bool:
    return text[-1] in _CUT_ENDS and _CUT.search(text) is not None


def _teasers(dom: Dom, chosen: Sequence[int]) -> int:
    """The characters of lines of some words within three lines below a link; none where they are below less than three
    links.
    """
    chars = 0
    links: set[int] = set()
    for index in chosen:
        line = dom.lines[index]
        if line.linked * 2 <= line.chars and 10 <= line.chars <= _TEASER:
            for above in range(index - 1, max(0, index - 3) - 1, -1):
                near = dom.lines[above]
                if near.linked and near.chars >= 5 and near.linked >= 0.4 * near.chars:
                    chars += line.chars
                    links.add(above)
                    break
    return chars if len(links) >= 3 else 0


def _in_records(dom: Dom, lines: list[Line]) -> int:
    """The characters of `lines` in the largest set of three or more blocks of one form, each with a link: <li> next to
    <li>, or blocks of the same class below one parent. Paragraphs without a class have no form.
    """
    forms: dict[tuple[Node, str, tuple[str, ...]], dict[Node, int]] = {}
    for line in lines:
        block = block_of(line)
        if block is not None and not block.names and block.tag not in ("li", "dd", "dt"):
            block = block.parent
        if block is not None and block.parent is not None:
            held = forms.setdefault((block.parent, block.tag, block.names), {})
            held[block] = held.get(block, 0) + line.chars
    return max((_linked(dom, held) for held in forms.values() if len(held) >= _RECORDS), default=0)


def _linked(dom: Dom, held: dict[Node, int]) -> int:
    """The characters in blocks that have a link, where at least three have one."""
    found = [chars for block, chars in held.items() if any(line.linked for line in dom.lines[block.start : block.end])]
    return sum(found) if len(found) >= _RECORDS else 0


def _in_entries(dom: Dom, lines: list[Line]) -> int:
    """The characters of `lines` in three or more <article>s side by side, each with a heading of its own. Their links may have
    no text: <h2>title</h2><p>summary…</p><a class=entry-link href></a>.
    """
    held: dict[Node | None, dict[Node, int]] = {}
    for line in lines:
        node: Node | None = line.node
        while node is not None and node.tag != "article":
            node = node.parent
        if node is not None:
            blocks = held.setdefault(node.parent, {})
            blocks[node] = blocks.get(node, 0) + line.chars
    return max((_headed(dom, blocks) for blocks in held.values() if len(blocks) >= _RECORDS), default=0)


def _headed(dom: Dom, blocks: dict[Node, int]) -> int:
    """The characters in blocks that have a heading, where at least three have one."""
    found = [
        chars
        for block, chars in blocks.items()
        if any(line.node.tag in ("h1", "h2", "h3", "h4") for line in dom.lines[block.start : block.end])
    ]
    return sum(found) if len(found) >= _RECORDS else 0


def _cut_summaries(dom: Dom, chosen: list[int]) -> bool:
    """Whether most of the body is summaries that end in dots, each a line or two below a link, and the page has three."""

    def is_cut(index: int) -> bool:
        line = dom.lines[index]
        return (
            15 <= line.chars <= 220
            and _is_cut(line.text)
            and any(near.linked >= 0.4 * near.chars for near in dom.lines[max(0, index - 3) : index])
        )

    prose = [i for i in chosen if dom.lines[i].punctuation and dom.lines[i].chars >= 15]
    return sum(map(is_cut, prose)) >= max(1, 0.6 * len(prose)) and sum(is_cut(i) for i in range(len(dom.lines))) >= 3


def has_furniture(dom: Dom) -> bool:
    """Whether the page prints what only articles have around their text: the neighbours ("下一篇：在廉洁自律动员会上的发言"),
    who posted it ("本文由 kenzhou 在 2014年…") or one byline with a source or author ("2020-02-23 来源：本站原创").

    The text itself may be one sentence, as on the last page of three. Lists have a byline for each entry, and channels
    may name an editor ("责任编辑：").
    """
    bylines = 0
    for line in dom.lines:
        if line.chars <= 150 and (NEIGHBOUR.match(line.text) or _POSTED.match(line.text)):
            return True
        if line.linked * 2 <= line.chars and is_byline(line.text):
            bylines += any(label.role in ("source", "author") for label in find_labels(line.text))
    return 1 <= bylines <= 2
