"""Labels of a byline, "来源：" "作者：" "责任编辑：", and the role of what follows each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# The labels of each role. The values of "other" are not read, but such a label ends the value before it.
_LABELS = {
    "editor": (
        "责任编辑",
        "责任编缉",
        "责任主编",
        "责编",
        "编辑",
        "責任編輯",
        "編輯",
        "本文编辑",
        "网络编辑",
        "值班编辑",
        "小编",
    ),
    "source": (
        "信息来源",
        "稿件来源",
        "文章来源",
        "新闻来源",
        "内容来源",
        "资料来源",
        "本文来源",
        "来源于",
        "来源自",
        "来源",
        "稿源",
        "來源",
        "来自",
        "文章出处",
        "出处",
    ),
    "author": (
        "文章作者",
        "本文作者",
        "作者",
        "撰稿人",
        "撰稿",
        "撰文",
        "采写",
        "文字记者",
        "文字",
        "作 者",
        "通讯员",
        "原作者",
        "文",
    ),
    "date": (
        "发布时间",
        "发布日期",
        "发表时间",
        "发表日期",
        "发稿时间",
        "更新时间",
        "更新日期",
        "发表于",
        "发布于",
        "时间",
        "日期",
        "录入时间",
        "添加时间",
        "生成日期",
        "創建時間",
        "發佈時間",
        "發布時間",
        "發表時間",
        "更新時間",
        "發布日期",
        "发文日期",
        "公开日期",
        "刊发时间",
        "刊登时间",
        "发文时间",
        "发帖时间",
        "发贴时间",
        "公布时间",
        "公布日期",
        "上线时间",
        "编辑时间",
        "创建时间",
        "创建日期",
        "提交时间",
        "更新于",
        "加入时间",
        "修改时间",
    ),
    # A reporter's name follows, or a question in an interview.
    "reporter": ("记者", "記者"),
    "other": (
        # When something else happens, not when the article was published.
        "成文日期",
        "截止日期",
        "截止时间",
        "上映日期",
        "上映时间",
        "报名时间",
        "考试时间",
        "上传日期",
        "上传时间",
        "上传于",
        "推荐人",
        "录入人",
        "录入者",
        "录入",
        "上传者",
        "上传人",
        "上传",
        "发布人",
        "发布者",
        "发布单位",
        "发布机构",
        "发文机关",
        "作者单位",
        "投稿",
        "投稿人",
        "审核人",
        "审核",
        "审稿",
        "编审",
        "校对",
        "监制",
        "主编",
        "制作",
        "摄影",
        "图片",
        "供稿",
        "图",
        "点击数",
        "点击量",
        "点击次数",
        "点击",
        "浏览次数",
        "浏览量",
        "浏览",
        "阅读次数",
        "阅读量",
        "阅读数",
        "阅读",
        "人气",
        "访问量",
        "访问次数",
        "访问",
        "热度",
        "评论数",
        "评论",
        "字号",
        "字体大小",
        "字体",
        "大小",
        "分享到",
        "分享至",
        "分享",
        "打印",
        "标签",
        "关键词",
        "关键字",
        "所属分类",
        "所属栏目",
        "栏目",
        "分类",
        "类别",
        "频道",
        "地区",
        "专题",
        "编译",
        "翻译",
        "译者",
        "审校",
        "选题",
        "视频",
        "播放",
        "微信号",
        "文章编号",
        "索引号",
        "字数",
        "查看",
        "次数",
        "热搜词",
        "中新网",
        "移动用户",
        "声明",
        "地址",
        "转载请注明",
        "版权",
        "品牌",
        "编号",
        "收藏",
        "格式",
        "页数",
        "导读",
        "摘要",
        "核心提示",
        "导语",
        "资源ID",
        "资源编号",
        "下载积分",
        "积分",
    ),
}

_TRADITIONAL = str.maketrans(
    "点击浏览阅读评论发记编辑责时间来气热数传录审图标签关键类频专题转载声访问摄讯员处号体单机构闻资内创译视页导积",
    "點擊瀏覽閱讀評論發記編輯責時間來氣熱數傳錄審圖標籤關鍵類頻專題轉載聲訪問攝訊員處號體單機構聞資內創譯視頁導積",
)
ROLE = {
    form: role for role, words in _LABELS.items() for word in words for form in (word, word.translate(_TRADITIONAL))
}
_COUNTED = ("点击", "浏览", "阅读", "人气", "访问", "评论", "热度", "查看", "次数")
COUNTS = frozenset(
    word for word in ROLE if word.startswith((*_COUNTED, *(counted.translate(_TRADITIONAL) for counted in _COUNTED)))
)
"""Labels of counters. A script may print the number: in "点击： 2024-09-19" the date is not the label's value."""
_LONGEST = max(map(len, ROLE))
_BYLINE = 300  # characters: no line of labels and dates is longer
_COLON = re.compile(r"[:：︱|∣丨/／]\s*")
# A label that needs no colon before a date: "发表于2014-08-24", "时间2019年".
_BARE = re.compile(r"(?P<word>发表于|发布于|更新于|时间|日期)(?=\s*\d{4}[-年/.])")


@dataclass(frozen=True, slots=True)
class Label:
    """A label: `word` and the colon behind it are text[start:end] of the line."""

    word: str
    role: str
    start: int
    end: int


def find_labels(text: str) -> tuple[Label, ...]:
    """Every label in `text`, in order: the longest known word right before each colon."""
    return _labels_of_byline(text) if len(text) <= _BYLINE else tuple(_labels(text))


@lru_cache(maxsize=512)  # several steps ask for the same line
def _labels_of_byline(text: str) -> tuple[Label, ...]:
    return tuple(_labels(text))


def _labels(text: str) -> list[Label]:
    found: list[Label] = []
    position = 0
    for colon in _COLON.finditer(text):
        end = len(text[: colon.start()].rstrip())
        word = _word_before(text, end, position)
        if word:
            start = end - len(word)
            # "转载请注明来源：" asks for a source, and "截止日期：" is no date of the article.
            role = "other" if text[:start].endswith(("注明", "标明", "註明")) else ROLE[word]
            found.append(Label(word, role, start, colon.end()))
            position = colon.end()
    for match in _BARE.finditer(text):
        if not any(label.start <= match.start() < label.end for label in found):
            word = match["word"]
            found.append(Label(word, ROLE.get(word, "date"), match.start(), match.end()))
            found.sort(key=lambda label: label.start)
    return found


def _word_before(text: str, end: int, begin: int) -> str | None:
    for length in range(min(_LONGEST, end - begin), 0, -1):
        word = text[end - length : end]
        # A label of one character is one only where no word precedes it: "图：", not "如图：".
        if word in ROLE and (length > 1 or end == 1 or not text[end - 2].isalnum()):
            return word
    return None
