"""Boilerplate that the words of a line alone give away: bylines, controls, editors' lines."""

from __future__ import annotations

import re
from typing import Final

from crawler.extract.dates import find_dates, find_partial
from crawler.extract.labels import Label, find_labels
from crawler.extract.memo import remember
from crawler.extract.normal import key_of

# A line of only these words, digits and punctuation is a control wherever it stands.
_CONTROL_WORDS = (
    "分享到",
    "分享至",
    "分享给",
    "分享",
    "转发到",
    "转发",
    "转载",
    "收藏",
    "收藏本文",
    "收藏文章",
    "已收藏",
    "收藏成功",
    "查看我的收藏",
    "查看原图",
    "取消",
    "确定",
    "确认",
    "知道了",
    "推荐度",
    "添加书签",
    "举报",
    "点赞",
    "赞",
    "踩",
    "评论",
    "我要评论",
    "发表评论",
    "我来说两句",
    "条评论",
    "人参与",
    "关注",
    "已关注",
    "取消关注",
    "加关注",
    "播报文章",
    "语音播报",
    "播报",
    "朗读",
    "听新闻",
    "暂停",
    "继续播放",
    "不喜欢",
    "已标记为不喜欢内容",
    "系统将减少此类推荐",
    "打印本页",
    "打印本稿",
    "打印本文",
    "打印",
    "关闭窗口",
    "关闭本页",
    "关闭",
    "字体",
    "字号",
    "字级设定",
    "字型",
    "放大",
    "缩小",
    "正常",
    "默认",
    "超大",
    "特大",
    "大",
    "中",
    "小",
    "微信好友",
    "朋友圈",
    "微信",
    "新浪微博",
    "腾讯微博",
    "微博",
    "人人网",
    "开心网",
    "豆瓣",
    "QQ好友",
    "QQ空间",
    "QQ",
    "空间",
    "自动播放",
    "正在加载",
    "加载中",
    "加载更多",
    "点击加载更多",
    "点击查看更多",
    "查看更多",
    "更多",
    "展开全文",
    "展开阅读全文",
    "展开",
    "收起",
    "阅读全文",
    "阅读剩余全文",
    "查看全文",
    "余下全文",
    "返回腾讯网首页",
    "返回首页",
    "返回顶部",
    "返回列表",
    "返回栏目",
    "返回",
    "回到顶部",
    "顶部",
    "首页",
    "主页",
    "尾页",
    "末页",
    "上一页",
    "下一页",
    "上页",
    "下页",
    "上一篇",
    "下一篇",
    "上一张",
    "下一张",
    "共",
    "页",
    "第",
    "条",
    "次",
    "人",
    "转播到",
    "扫一扫",
    "扫描二维码",
    "手机看",
    "手机阅读",
    "手机扫一扫",
    "复制链接",
    "复制",
    "链接",
    "纠错",
    "我要纠错",
    "我要投稿",
    "请稍候",
    "请稍等",
    "请稍后",
    "发现错误",
    "报错",
    "反馈",
    "投诉",
    "打赏",
    "赞赏",
    "支持",
    "喜欢",
    "有用",
    "没用",
    "顶一下",
    "踩一下",
    "加入收藏",
    "设为首页",
    "推荐给朋友",
    "推荐给好友",
    "推荐",
    "订阅",
    "原创",
    "正文",
    "图片",
    "视频",
    "广告",
    "全屏",
    "静音",
    "倍速",
    "高清",
    "标清",
    "刷新",
    "登录",
    "注册",
    "保存",
    "下载",
    "阅读",
    "浏览",
    "点击",
    "人气",
    "来自",
    "编辑于",
    "阅读原文",
    "发布",
    "全文",
    "相关",
    "标签",
    "热度",
    "繁体",
    "简体",
    "无障碍",
    "视力保护色",
    "视力保护",
    "目录",
    "加入书签",
    "书签",
    "投票推荐",
    "上一章",
    "下一章",
    "章节",
    "采纳",
    "已采纳",
    "追问",
    "追答",
    "昵称",
    "验证码",
    "提交评论",
    "提交",
    "引用",
    "展开全部",
    "收起全部",
    "展开更多",
    "全部评价",
    "查看更多评价",
    "页面功能",
    "告诉好友",
    "打印此文",
    "查看大图",
    "点击图片",
    "上一图",
    "下一图",
    "返回图集",
    "语音",
    "收听",
    "本文",
    "分钟",
)
# Atomic groups, longest word first: "点击查看更多" repeated ten times has one reading, not thousands.
_CONTROL: Final = re.compile(
    "^[\\W\\d_]*+(?:(?>" + "|".join(sorted(_CONTROL_WORDS, key=len, reverse=True)) + r")[\W\d_]*+)++$"
)
_SENTENCE = re.compile("[。！？]|[，,].*[，,]")
_COUNT: Final = re.compile(r"^[\s(（]*\d{0,6}\s*(?:次|人|条)?(?:浏览|阅读|点击|评论|人气|围观)[\s:：\d)）次]*$")
_EDITOR: Final = re.compile(
    r"^[\s【\[(（〔{]*(?:本文|本期|新媒体|值班|网络|視覺|视觉|见习|实习|责任|責任|網絡|首席|文字|栏目)*(?:编辑|责编|編輯|责任编缉|编审|校对|监制|审核|审校|审读|初审|复审|一审|二审|三审|签发|编发|值班主任|主编|统筹|策划|终审|排版)\s*[:：︱|丨/／]\s*[^。，]{0,40}$"
    r"|^[\s【\[(（]*(?:责编|编辑|责任编辑|責任編輯)\s+[\u4e00-\u9fff ]{2,8}[】\])）]\s*$|^(?:责编|编辑)\s+[\u4e00-\u9fff]{2,4}(?:\s+(?:校对|审核|监制|责编|美编|视觉|签发)\s*[\u4e00-\u9fff]{2,4})+$"
    r"|^[（(【\[]\s*[\u4e00-\u9fff]{2,4}\s*(?:编辑|編輯|责编|撰稿|编译|編譯)\s*[)）】\]]$"
)


_HEADING = re.compile(
    r"^[\s【\[]*(?:资源描述|文档描述|文档简介|文档介绍|内容简介|内容介绍|正文|简介|(?:资料|软件|资源|图书|书籍|课程)(?:简介|介绍|说明)|全文|正文内容|文章内容|新闻内容|文档内容|详细内容|详情|详细介绍|内容|最佳答案|满意答案|精彩回答)[\s】\]]*[:：]?$"
)
# "http://www.example.com/2012-01-11 09:06:00早市网": the date is none of the address.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)(?:(?!(?:19|20)\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?\s+\d{1,2}:\d\d)[\w./-])*\s*"
)


def is_body_label(text: str) -> bool:
    """Whether the line is a label that a skin prints above the text, such as "资源描述："."""
    return len(text) <= 12 and bool(_HEADING.match(text))


# What a skin says of the page itself: "全文共1234字，阅读大约需要5分钟", "字数 1.2k 阅读时长 ≈ 5 分钟", "您的浏览器不支持video标签".
_OF_THE_PAGE: Final = re.compile(
    r"^\W*+(?:本文|全文|文章|本篇)?(?:总?字数)?\W*(?:总?共|约|有)*+\W*+\d[\d.,]*\s*[k千万]?[余多]?字?\W*+"
    r"(?:预计|预估|全文|本文)?(?:阅读|读完)[^\d。]{0,10}\d+\s*(?:分钟|秒|min)\W*$"
    r"|^\W*+(?:很?抱歉|对不起)?\W*+[您你]的浏览器(?:版本)?(?:暂|目前)?(?:不支[持援]|版本过低|未(?:启用|开启)).{0,50}$"
    r"|^\W*+(?i:last\s+)?(?i:updated|modified|edited)(?i:\s+(?:on|at|by))?\s*:?\s*[\d./: -]{6,}+\W*$"
)


def is_control(text: str) -> bool:
    """Whether the line is buttons and counters only: "分享到：微信 微博", "字号：大 中 小"; or speaks of the page."""
    if len(text) > 60:
        return False
    key = key_of(text)
    return ("。" not in text and bool(_CONTROL.match(key))) or bool(_OF_THE_PAGE.match(key))


def is_editor_line(text: str) -> bool:
    """Whether the line names editors: "【责任编辑： 付基恒】", "(责编：汤诗瑶、丁涛)", "编辑|禤志杰"."""
    return len(text) <= 60 and bool(_EDITOR.match(text))


# What a person did for a report, right before a colon or a stroke. Up to six Han characters may precede: "新媒体编辑".
_CREDIT = re.compile(
    r"[\u4e00-\u9fff、和]{0,6}(?:编辑|责编|编审|记者|通讯员|撰稿|撰文|采写|作者|文字|文|图片|图|制图|供图|供稿|摄影|摄像|摄|报道|视觉|视频|剪辑|翻译|译者|编译|"
    r"校对|审核|审校|审读|审签|初审|复审|终审|[一二三]审|监制|监审|签发|编发|编委|主编|主任|统筹|策划|制作|排版|美编|录入|来源|稿源|出品|运营)$"
)
_BETWEEN = re.compile(r"\s*[:|/]\s*")
_COLON = re.compile("[:：︱|｜丨/／∶]")
_NO_NAME = re.compile("[。,;!?“”]")


def is_credits(text: str) -> bool:
    """Whether the line says who wrote, photographed or edited, and nothing else: "图/王明 文/李华", "（编辑：早早 来源：早市报）"."""
    if len(text) > 90 or not _COLON.search(text):
        return False
    first, *rest = _BETWEEN.split(key_of(text).strip(" ()<>*-."))
    if not rest or len(first) > 10 or not _CREDIT.match(first) or _NO_NAME.search(key_of(text)):
        return False
    *between, last = rest
    # Each value ends where the next label begins.
    return 1 <= len(last) <= 20 and all(
        len(part) <= 28 and _CREDIT.match(part.split()[-1].lstrip("(") if part.split() else "") for part in between
    )


def is_strong_byline(text: str) -> bool:
    """Whether a byline is one wherever it stands: it labels a person or a source. A date alone may belong to the text."""
    labels = find_labels(text)
    return len(labels) >= 3 or any(label.role in ("source", "author", "editor") for label in labels)


# "2018年3月5日 星期一 晴" opens an entry of a diary.
_WEATHER = re.compile(r"[\s\d日一二三四五六](?:晴|阴|陰|雨|雪|多云|多雲|小雨|大雨|雾)\s*(?:转|$)")


_LONGEST: Final = 240  # characters of a byline with many labels
_BYLINES: Final[dict[str, bool]] = {}  # several steps ask for the same line


def is_byline(text: str) -> bool:
    """Whether the line is labels and dates: "来源：网络整理 作者：郑义 人气： 发布时间：2018-03-14"."""
    if len(text) > _LONGEST or "。" in text:
        return False
    known = _BYLINES.get(text)
    return remember(_BYLINES, text, _is_byline(text), 4096) if known is None else known


def _is_byline(text: str) -> bool:
    if len(text) > 150:  # the facts of a document, all in one line
        return len(find_labels(text)) >= 4
    if _COUNT.match(text):
        return True
    if "http://" in text or "www." in text:  # "http://www.example.cn 2004年11月02日 08:30 新华网"
        text = _ADDRESS.sub("", text)
    labels = [label for label in find_labels(text) if label.role != "reporter"]  # "记者：您好" opens an interview
    if len(labels) >= 3 and len(text) <= 100:
        return True
    dates = find_dates(text)
    labels = [label for label in labels if _names_the_article(label, text)]
    if labels and labels[0].start <= 3:
        return len(text) <= 40 or len(labels) >= 2 or bool(dates)
    if dates:
        start, end = dates[0].span
        before, behind = (_ENGLISH.sub(" ", part).strip() for part in (text[:start], text[end:]))
        rest = before + behind
        if _WEATHER.search(text) or (not labels and _FACT.match(text[:start]) and not _BY_CMS.search(text)):
            return False
        return len(rest) <= 8 or (
            (len(rest) <= 60 or any(label.role in _OF_BYLINES for label in labels))
            and len(before) <= (40 if labels else 20)
            and not _SENTENCE.search(rest)
            and (bool(labels) or end - start >= 14 or len(rest) <= 14)
        )
    partial = find_partial(text)
    return bool(
        partial and len(text) - (partial.end() - partial.start()) <= 10 and not _FACT.match(text[: partial.start()])
    )


# "0 Views Published on Sep 21, 2018 in 爱情 with": the words around a date that themes in English print.
_ENGLISH = re.compile(
    r"\b(?:\d+ )?(?:published|posted|updated|written|created|views?|comments?|reads?|on|in|by|at|with|under)\b", re.I
)
_OF_BYLINES = frozenset(("source", "author", "editor", "date", "updated"))
# "采集时间：2019-03-16 08:00": a CMS prints the clock.
_BY_CMS = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s+\d{1,2}:\d\d")
# "会议时间：", "创刊日期：": what precedes the date is a fact of the text.
_FACT = re.compile(r"\s*[\u4e00-\u9fff]{2,8}[:：]")
# Labels that texts have as well, and that say nothing of where and when the article was published.
_OF_TEXTS = frozenset(
    [
        "截止日期",
        "截止时间",
        "作者单位",
        "单位",
        "学校",
        "编号",
        "文号",
        "发文字号",
        "品牌",
        "地址",
        "地区",
        "主编",
        "主题",
        "标题",
        "图片",
        "图",
        "视频",
        "大小",
        "成立",
        "成立于",
        "创办于",
        "建于",
        "指导老师",
        "指导教师",
    ]
)


def _names_the_article(label: Label, text: str) -> bool:
    """Whether a label speaks of the article: "来源：", "点击：", not the "时间：" in "会议时间：" and not "编号："."""
    if label.role != "other":
        return True
    # The label of something else has more than the word: "会议时间" is no date of the article.
    printed = text[label.start : label.end].rstrip(" \u3000:：|｜/／").replace(" ", "")
    return label.word not in _OF_TEXTS and len(printed) <= len(label.word)
