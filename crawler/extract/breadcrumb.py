"""The breadcrumb (您现在的位置): the channels of an article, without the site's name, 首页, 正文 and the title."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from crawler.extract.dom import Dom, Line, Node, collapse_space
from crawler.extract.normal import key_of, spellings
from crawler.extract.title import fold, segments
from crawler.extract.vocabulary import BREADCRUMB, CHANNEL, known

_LABEL = BREADCRUMB
# "行业动态 当前位置：首页 > 新闻中心": the name of the channel stands before the label.
_HEADED = re.compile(
    r"\S{1,12}?\s*(?=(?:您的|你的)?(?:当前|所在|现在|當前|現在)(?:所在)?的?位置\s*(?:是|为|為)?\s*[:：])"
)
_NAMES = re.compile(
    r"(?:^|[-_])(?:bread\w*|crumbs?|weizhi|location|position|pos|path|lujing|mbx|mianbaoxie|dqwz|wz|curpos|current|place|where|nav_?path|address|dh|sitepath|brea)(?:$|[-_\d])|crumb|position|daohang"
)
_is_crumb_name: Final = known(_NAMES)
_ARROW: Final = re.compile("[>»›→＞•]")
_HOME: Final = re.compile("[首主] ?[页頁]|\\b[Hh]ome\\b")
_FACT = re.compile("格式|页数|大小")
_FIRST_STEP = re.compile(r"\W*(?:网站)?(?:[首主] ?[页頁])\W*$")
_HOME_STEP = re.compile(r"\W*\S{1,6}[首主]\s?[页頁]\W*$")
_SEPARATOR: Final = re.compile(r"\s*(?:>>|»|›|→|-->|->|>|＞|»|／|•|丶)\s*|\s+[-/·|]\s+|\s*/\s*(?=[\u4e00-\u9fff])")
_SITE = re.compile(r"网$|网站$|门户$|门户网站\S{0,2}$|\.com$|\.cn$|^订阅")
_STEP = "\ue0ff"  # not white space: collapse_space() must keep it
_SLASH = "\ue0fe"
_END = re.compile(r"\W*(?:正文|内文|內文)\W*$")  # the end of the path: what follows is beside it
_TOOLS = re.compile(r"字体|(?:分享|收藏)[到本]|打印|字号|视力保护")  # beside the path
# In the form of normal.py and without spaces: "首 页", "查看详情", "栏目名称", "2019-03-16".
_NOT_CHANNEL = re.compile(
    r"^(?:[\W\d]*|.{0,12}首页|(?:网站)?主页|home|.{0,4}(?:正文|内文)|正文内容|(?:查看|浏览|阅读)?(?:内容|详情|详细|全文|文章)|(?:文章|新闻|信息|资讯)(?:内容|详情|详细)|详细(?:内容|信息)|信息详情|详情页|详情信息|查看|浏览|阅读"
    r"|内容页|列表|(?:当前|您的|所在)?位置|返回.{0,4}|阅读新闻|浏览资讯|文档预览|文档详情|本文|本页|(?:查看)?更多|(?:栏目)?(?:名称|导航)|栏目|(?:加入|设为)?(?:收藏|首页)|打印|关闭|登录|注册|欢迎.*|今天是.*|.*\d{4}[-年/]\d.*|.*\d:\d\d.*):?$",
    re.I,
)
# The home page, not that of a channel with a host of its own: "http://ent.example.com.cn/".
_ROOT = re.compile(r"(?:(?:https?:)?//(?:www\.[^/]+|[^/.]+\.[a-z]{2,4}(?:\.[a-z]{2})?))?/?$")
_PAGE: Final = re.compile(f"[{spellings('页')}]")
_PLAIN_PATH: Final = re.compile(
    r"\W*(?:网站)?[首主] ?页\s+[-/]\s+[^\s/-]{2,12}(?:\s+[-/]\s+[^\s/-]{2,12}){0,2}$"
)  # "首页 - 要闻"
_UP = re.compile(r"(?:\.\./)+(?:index\.\w+)?$")  # in a copy of a site on a disk
_TRAIL = re.compile(r"[\s/>·»›\-|]+$")


def read_category(dom: Dom, title: str, before: int) -> list[str]:
    """Channel names of the breadcrumb, outermost first; [] when the page prints none. `before`: first line of the body."""
    best: list[str] = []
    best_score = 0.0
    best_line: Line | None = None
    key = fold(title)
    site = fold(segments(dom.title)[-1]) if len(segments(dom.title)) > 1 else ""
    heads = fold(dom.title)
    for index, line in enumerate(dom.lines):
        if line.chars > 160:
            continue
        score = _score(line) or _trail(line, heads)
        # Some old skins print the breadcrumb under the article, nowhere else.
        if index >= before:
            score -= 1.0
            if best:
                break
        if score <= 0:
            continue
        if best_line is not None and (box := _box(line)) is not None and best_line.node.within(box):
            continue  # this box contains the path's own box
        items = _items(dom, index, key, site)
        # The breadcrumb nearest to the article wins; a menu further up may look like one.
        if items and score >= best_score:
            best, best_score, best_line = items, score, line
    return best


def document_channels(dom: Dom) -> list[str]:
    """Channels of a 文库 page without a breadcrumb, printed before the file's facts: "实用范文 争先创优 格式：doc 页数：4P"."""
    for line in dom.lines:
        if line.linked and line.chars <= 160 and _FACT.search(line.text):
            label = next((i for i, (t, _) in enumerate(line.pieces) if _FACT.search(t)), 0)
            return [collapse_space(t) for t, node in line.pieces[:label] if node.link and collapse_space(t)]
    return []


def _score(line: Line) -> float:
    text = _path(line.text)
    # The path may be in the cell after the label: <td>当前位置：</td><td><a>首页</a> > <a>要闻</a></td>
    labelled = _LABEL.match(text) is not None
    if labelled or _box(line) is not None:
        separated = _SEPARATOR.search(text) is not None
        if labelled or separated or line.linked:
            return (3.0 if labelled else 2.0) + separated + _is_home(text)
    if line.chars <= 60 and _ARROW.search(text):
        home = _is_home(text)
        ends = text.endswith("正文")
        if (line.linked or home or ends) and (home or len(_ARROW.findall(text)) > 1 or ends):
            return 1.0 + home
    return 1.0 if line.chars <= 40 and _PAGE.search(line.text) and _PLAIN_PATH.match(line.key) else 0.0


def _trail(line: Line, title: str) -> float:
    """1.5 for links with nothing but arrows or slashes between them, from the site's name on: "udn / 社會 / 焦點事件"."""
    if not line.linked or line.chars > 60 or not ("/" in line.text or _ARROW.search(line.text)):
        return 0.0
    links = [collapse_space(piece) for piece, owner in line.pieces if owner.link and not piece.isspace()]
    between = [piece for piece, owner in line.pieces if not owner.link and not piece.isspace()]
    if len(links) < 2 or not between:
        return 0.0
    # The last step may be the channel without a link.
    steps = between[:-1] if not _TRAIL.match(between[-1]) and len(between[-1]) <= 16 else between
    if not steps or not all(_TRAIL.match(piece) and ("/" in piece or _ARROW.search(piece)) for piece in steps):
        return 0.0
    return 1.5 if _is_home(line.text) or any(fold(link) in title for link in links) else 0.0


def _arrows(text: str) -> str:
    """`text` with closing brackets that close nothing as arrows: "首页》 励志文章》 正文"."""
    return text.replace("》", ">") if "》" in text and "《" not in text else text


def _path(text: str) -> str:
    """`text` from the label of the path on, in the form in which its steps are told apart."""
    headed = _HEADED.match(text) if "位置" in text[:24] else None
    return _arrows(text[headed.end() :] if headed else text)


def _is_home(text: str) -> bool:
    return _HOME.search(text, 0, 20) is not None


def _box(line: Line) -> Node | None:
    """The element that calls itself a breadcrumb around this line: <ul class=path><li>首页</li><li>> 要闻</li></ul>."""
    outer = line.node.parent
    for near in (line.node, outer, outer.parent if outer is not None and outer.tag == "a" else None):
        if near is not None and near.names and any(map(_is_crumb_name, near.names)):
            return near
    return None


def _items(dom: Dom, index: int, title: str, site: str) -> list[str]:
    """Link texts and the words between separators; some skins print each step in a line of its own."""
    line = dom.lines[index]
    pieces: list[str] = []
    following = [line]
    box = _box(line)
    if box is not None and _is_whole(line):
        pass  # "加入书架" stands beside it in the same box
    elif box is not None and 1 < box.end - box.start <= 16:
        following = [near for near in dom.lines[box.start : box.end] if near.chars <= 40]
    elif box is not None and box.parent is not None and (steps := _steps(dom, box)):
        following = steps
    elif not line.linked and len(_LABEL.sub("", line.text)) < 2:
        row = line.node.parent.parent if line.node.tag == "td" and line.node.parent else line.node.parent
        following = [
            near
            for near in dom.lines[index + 1 : index + 7]
            if row is not None and near.node.start < row.end and near.chars <= 40
        ]
        following = next(([near] for near in following if _is_whole(near)), following)
    for near in following:
        text, owner = "", None
        for piece, node in near.pieces:
            if owner is not None and node is not owner and (node.link or owner.link):
                text += _STEP
            # "半導體/零組件" is the name of one channel.
            text, owner = text + (piece.replace("/", _SLASH) if node.link else piece), node
        pieces += _SEPARATOR.sub(_STEP, _LABEL.sub("", collapse_space(_path(text)))).split(_STEP)
    home = any(_FIRST_STEP.match(piece) for piece in pieces[:2])
    items = [
        item
        for piece in takewhile(lambda piece: not _END.match(piece), pieces)
        if (item := _LABEL.sub("", piece).replace(_SLASH, "/").strip(" \u3000:：>-+|/·[]【】<›»")) and len(item) <= 24
    ]
    # A link leads to a channel, though the title may begin with its name: "Dreamweaver", "Dreamweaver CS3新功能".
    linked = {collapse_space(piece) for near in following for piece, node in near.pieces if node.link}
    items = [
        item
        for item in items
        if not _NOT_CHANNEL.match(key_of(item).replace(" ", ""))
        and not (fold(item) == title if item in linked else _is_title(fold(item), title))
        and not _TOOLS.search(item)
    ]
    if len(items) > 1 and len(pieces) > 1 and _HOME_STEP.match(pieces[1]):  # "某某 › 论坛首页 › 要闻"
        items = [item for item in items if item != pieces[0].strip()] or items
    if len(items) > 2 and items[0] == items[1]:  # the logo's name, then the link home
        del items[:2]
    # The site's name comes first ("爱51代码网 >> 范文"), unless <title> ends with the channel's name.
    if items and (
        _SITE.search(items[0])
        or (len(items) > 1 and not home and (_is_site(fold(items[0]), site) or _links_home(line, items[0])))
    ):
        del items[0]
    return items


def _is_whole(line: Line) -> bool:
    """Whether the line is the path, and not one of its steps."""
    return line.linked > 0 and len(_SEPARATOR.findall(_path(line.text))) > 1


def _links_home(line: Line, item: str) -> bool:
    return any(
        owner.href is not None
        and (_ROOT.match(owner.href) or (_UP.match(owner.href) and not CHANNEL.match(key_of(item))))
        and collapse_space(piece) == item
        for piece, owner in line.pieces
    )


def _steps(dom: Dom, box: Node) -> list[Line]:
    """The lines of a path of which each step calls itself a breadcrumb, `box` is one: <div class=crumb>首页</div><div>/</div>…"""
    node: Node | None = box.parent
    for _ in range(2):
        if node is None or node.end - node.start > 16:
            break
        lines = dom.lines[node.start : node.end]
        steps = [
            line for line in lines if (near := _box(line)) is not None and near is not box and near.names == box.names
        ]
        if len(steps) > 0 and all(line.chars <= 40 for line in lines):
            return lines
        node = node.parent
    return []


def _is_title(item: str, title: str) -> bool:
    return not item or bool(
        title and (item == title or (len(item) > 6 and (title.startswith(item) or item.startswith(title))))
    )


def _is_site(item: str, site: str) -> bool:
    return bool(site) and (item == site or (len(item) > 2 and site.startswith(item)))
