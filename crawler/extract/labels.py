"""Labels of a byline, "来源：" "作者：" "责任编辑：", and the role of what follows each."""

from __future__ import annotations

import re
from typing import Final

from crawler.extract.lexicon import COUNTED, SURNAMES
from crawler.extract.memo import remember
from crawler.extract.normal import key_of, spellings

# The words of each role, in the form of normal.py. The values of "other" are not read, but such a label ends the value
# before it.
_WORDS = {
    "editor": "责任编辑 责任编缉 责任主编 责编 编辑 本文编辑 网络编辑 值班编辑 小编",
    "source": "信息来源 稿件来源 文章来源 新闻来源 内容来源 资料来源 本文来源 本文来源于 来源于 来源自 来源 稿源 来自 文章出处 出处 转载自 转贴自 转自 摘自 来源网站 来源媒体 信息出处 原文来源 文章转自 消息来源",
    "author": "文章作者 本文作者 作者 撰稿人 撰稿 撰文 采写 文字记者 文字 通讯员 原作者 文 文图 图文 文/图 图/文 文·图 文、图 图、文 作者姓名 笔者 供稿人 投稿作者 撰文者 撰稿者 撰稿编辑 采访撰文 采访撰稿 文稿 张贴者 张贴人 发信人",
    # When the article was published, and when it was last changed.
    "date": "发布时间 发布日期 提问时间 回答时间 发表时间 发表日期 发稿时间 发表于 发布于 时间 日期 录入时间 添加时间 生成日期 创建时间 发文日期 公开日期 刊发时间 刊登时间 发文时间 发帖时间 发贴时间 公布时间 公布日期 上线时间 编辑时间 创建日期 提交时间 加入时间 北京时间 刊登 发稿 刊出 出版 发布 发表 建立时间 刊登日期 出版时间 出版日期 添加日期 录入日期 刊出日期",
    "updated": "更新时间 更新日期 更新于 修改时间 更新 最后更新 修改日期 最后修改 编辑于 最后编辑",
    # A reporter's name follows, or a question in an interview.
    "reporter": "记者",
    "other": (
        "截止日期 截止时间 上传于 推荐人 录入人 录入者 录入 上传者 上传人 上传 发布人 发布者 发布单位 发布机构 发文机关 "
        "作者单位 单位 学校 工作单位 所在单位 指导老师 指导教师 投稿 投稿人 审核人 审核 审稿 编审 校对 责任校对 监制 主编 制作 摄影 图片 供稿 图 "
        "点击数 点击量 点击率 点击次数 点击 浏览次数 浏览量 浏览 阅读次数 阅读量 阅读数 阅读 人气 访问量 访问次数 访问 热度 评论数 评论 查看 次数 "
        "字号 字体大小 字体 大小 分享到 分享至 分享 打印 标签 关键词 关键字 所属分类 所属栏目 所属区域 栏目 分类 类别 频道 地区 专题 编译 翻译 译者 "
        "审校 选题 视频 播放 微信号 文章编号 索引号 字数 热搜词 中新网 移动用户 声明 地址 转载请注明 版权 品牌 编号 收藏 格式 页数 "
        "导读 摘要 核心提示 导语 资源ID 资源编号 下载积分 积分 登录 注册 成立 成立于 创办于 建于 美术编辑 图片编辑 视觉编辑 视频编辑 Tags Tag 回复 标题 主题 文号 发文字号 信区 发信站 文字大小 字型大小 字型 字级"
    ),
}
ROLE: Final = {word: role for role, words in _WORDS.items() for word in words.split()}
COUNTS = frozenset(word for word in ROLE if word.startswith(tuple(COUNTED)))
"""Labels of counters. A script may print the number: in "点击： 2024-09-19" the date is not the label's value."""
_LONGEST: Final = max(map(len, ROLE))
_BYLINE: Final = 300  # characters: no line of labels and dates is longer
_MARKED: Final = re.compile(rf"[\d{spellings(':|/(')}]")  # of every label, as it is printed
_COLON: Final = re.compile(r"[:|/]\s*")
# A label that needs no colon before a date: "发表于2014-08-24", "时间2019年", "注册时间 2009-05-01".
_BARE: Final = re.compile(r"[表布新间期于登录](?=\s*\d{4}[-年/.])")  # the last character of such a label
_PAIRED: Final = re.compile(r"(?:文/图|图/文) ")  # one word, of which the bar is no colon: "文/图 张三"
# Labels that names have, too, where a bar or nothing follows: "来源：澜江发布 2019-03-16", "来源：中新网 | 2019-03-16".
_IN_NAMES = frozenset(["发布", "编辑", "中新网"])
# "【作者】张三", "[发布日期]：2019-11-25"; "[编辑]" without a colon is a button.
_BRACKETED: Final = re.compile(
    r"\(\s*(?P<word>(?:文章|信息|稿件)?来源|(?:文章)?作者|(?:发布|更新)?(?:日期|时间)|(?:责任)?编辑(?=\s*\)\s*:)|撰文|撰稿|采写|记者)\s*\)\s*:?\s*"
)
_QUALIFIER: Final = re.compile(r"[\u4e00-\u9fff]+$")
# Before 时间 and 日期: what happens to an article. "注册日期", "会议时间" are dates of something else.
_PUBLISHED = re.compile(
    "发布|发表|发稿|发文|发帖|发贴|提问|回答|[刊发]出|刊[发登]|公[布开告]|上[线版架]|张贴|登载|见报|添加|录入|入库|创建|建立|生成|提交|加入|编辑|撰写|写作|北京|台北|[当本]地|出版|投稿|文章|新闻|稿件|信息|更新|修改"
)
# "疆域范围（来源：维基共享资源）" below a map
_PICTURED: Final = re.compile(r"(?:图|图片|照片|地图)\s*\($")
_HALVES = ("时间", "日期", "单位")  # what they are of stands before them
_UPDATED = re.compile("更新|修改|最[后近]编辑")
# What has a source of its own beside the text: "图片来源：视觉中国". "美术编辑" edits no text.
_OF_ELSE = re.compile(
    "图|照片|相片|影|视频|音频|数据|封面|资金|经费|收入|素材|美术|美|视觉|技术|生源|歌曲|音乐|漫画|题|只看该|联系|关于|赞同|推荐"
)


class Label:
    """A label: `word` and the colon behind it are text[start:end] of the line. `word` has no spaces. Nobody changes it.

    No dataclass: a page makes some of them, and the __init__ of a dataclass is not compiled.
    """

    __slots__ = ("end", "role", "start", "word")

    def __init__(self, word: str, role: str, start: int, end: int) -> None:
        self.word = word
        self.role = role
        self.start = start
        self.end = end


_OF_LINES: Final[dict[str, tuple[Label, ...]]] = {}  # several steps ask for the same line


def find_labels(text: str) -> tuple[Label, ...]:
    """Every label in `text`, in order: the longest known word right before each colon."""
    if not _MARKED.search(text):
        return ()
    if len(text) > _BYLINE:
        return tuple(_labels(text))
    labels = _OF_LINES.get(text)
    return remember(_OF_LINES, text, tuple(_labels(text)), 4096) if labels is None else labels


def _labels(text: str) -> list[Label]:
    key = key_of(text)
    found: list[Label] = []
    position = 0
    for colon in _COLON.finditer(key) if ":" in key or "|" in key or "/" in key else ():
        label = _label_before(key, colon.start(), position, colon.end())
        if label is not None and not (
            colon[0][0] != ":" and (_ends_name(key, label, found) or _PAIRED.match(key, label.start))
        ):
            if found and label.start == found[-1].end and {label.word, found[-1].word} == {"文", "图"}:  # "文/图：张三"
                label = Label("文图", "author", found.pop().start, label.end)
            found.append(label)
            position = colon.end()
    for match in _BRACKETED.finditer(key) if "(" in key else ():
        if not any(label.start < match.end() and match.start() < label.end for label in found):
            found.append(Label(match["word"], ROLE[match["word"]], match.start(), match.end()))
    found.sort(key=lambda each: each.start)
    for match in _BARE.finditer(key) if "-" in key or "年" in key or "/" in key or "." in key else ():
        if not any(label.start < match.end() and match.start() < label.end for label in found):
            label = _label_before(key, match.end(), 0, match.end())
            if label is not None and not _ends_name(key, label, found):
                found.append(label)
                found.sort(key=lambda each: each.start)
    return found


def _ends_name(key: str, label: Label, found: list[Label]) -> bool:
    """Whether the word before a bar or a date is the end of a name, "来源：澜江发布 | …", or all of it, "来源：中新网 | …"."""
    if label.word not in _IN_NAMES:
        return False
    word = key.find(label.word, label.start)
    return word > 0 and (key[word - 1].isalnum() or any(other.end == word for other in found))


def _label_before(key: str, end: int, begin: int, close: int) -> Label | None:
    """The label that ends at `end` and has no character before `begin`; None when no known word is there."""
    end = begin + len(key[begin:end].rstrip(" "))
    for length in range(min(_LONGEST, end - begin), 0, -1):
        word = key[end - length : end]
        start = end - length
        # A label of one character is one only where no word precedes it: "图：", not "如图：".
        if word in ROLE and (length > 1 or start == 0 or not key[start - 1].isalnum()):
            spaced = _spaced_label(key, end, begin, close) if length == 1 and start and key[start - 1] == " " else None
            return spaced or _qualified(key, Label(word, ROLE[word], start, close), begin)  # "撰 文："
    return _spaced_label(key, end, begin, close) if end - 2 > begin and key[end - 2] == " " else None


def _spaced_label(key: str, end: int, begin: int, close: int) -> Label | None:
    """A label with spaces between all its characters: "来 源：", "发 布 时 间："."""
    word, start = key[end - 1], end - 1
    best: Label | None = None
    while len(word) < _LONGEST:
        before = len(key[:start].rstrip(" "))
        if before == start or before <= begin:
            break
        start = before - 1
        word = key[start] + word
        if word in ROLE:
            best = Label(word, ROLE[word], start, close)
    return best and _qualified(key, best, begin)


def _qualified(key: str, label: Label, begin: int) -> Label:
    """`label` with the role that the words right before it give: "图片来源：" is not the source of the text."""
    # "转载请注明来源：", "※ 来源:·石桥站·[FROM: 166.111.1.2]" of a BBS
    if key[: label.start].rstrip().endswith(("注明", "标明", "※")):
        return Label(label.word, "other", label.start, label.end)
    match = _QUALIFIER.search(key, begin, label.start)
    if match is None and label.role == "source" and _PICTURED.search(key, begin, label.start):
        return Label(label.word, "other", label.start, label.end)
    if match is None:
        return label
    before = match[0]
    role = label.role
    glued = match.start() == begin and begin > 0  # the value of the label before, "来源：新华网作者：张三"
    if role == "date" and label.word in ("时间", "日期"):
        if _UPDATED.search(before):
            role = "updated"
        elif not glued and not _PUBLISHED.search(before):
            role = "other"
    elif role in ("source", "author", "editor") and _OF_ELSE.search(before[-3:]) and not (glued and len(before) > 4):
        role = "other"
    # In "张三丰、李四光录入时间：" a name stands before the label, in "注册时间：" a word that belongs to it.
    name = len(before) == 1 or (len(before) <= 3 and before[0] in SURNAMES)
    if glued or role in ("source", "author", "editor") or label.word in COUNTS or (name and label.word not in _HALVES):
        return Label(label.word, role, label.start, label.end)
    return Label(label.word, role, match.start(), label.end)
