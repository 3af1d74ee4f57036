"""Words of template sites by their meaning, each in one place, in the form of normal.py.

The patterns that need them are built from these groups: a newcomer adds a word here, once.
"""

from __future__ import annotations

# What a reader can do with a page or an article: buttons, not names.
TOOLS = [
    "举报",
    "投稿",
    "下载",
    "复制",
    "收藏",
    "评论",
    "分享",
    "打印",
    "列印",
    "纠错",
    "挑错",
    "订阅",
    "关注",
    "推荐",
    "参与",
    "登录",
    "注册",
    "点赞",
    "赞",
    "朗读",
    "收听",
    "听新闻",
    "转发",
    "转寄",
    "转载",
    "回应",
    "留言",
    "最爱",
    "简体",
    "繁体",
    "文字大小",
    "字体大小",
    "字型大小",
    "字级",
    "字号",
    "夜间模式",
    "护眼模式",
    "视力保护",
    "划重点",
    "放大",
    "缩小",
    "关闭",
    "发送",
    "保存",
    "书签",
    "扫一扫",
    "语音",
    "投诉",
    "反馈",
    "互动",
    "首页",
    "原文",
    "更多",
    "全文",
    "手机看",
    "手机版",
    "电脑版",
]
# What is counted of the readers; a number stands beside it, or a script prints one.
COUNTED = ["点击", "浏览", "阅读", "人气", "访问", "评论", "热度", "查看", "次数"]
# Invitations that stand beside a name.
INVITATIONS = ["我要评论", "我有话说", "我来说两句", "参与互动", "我要投稿", "网友评论"]
# Who did what but write: their names are not the author's.
CREDITS = ["校对", "审核", "责编", "编辑", "摄影", "监制", "统筹", "编审", "终审", "视觉", "美编"]


def one_of(*words: str) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))
