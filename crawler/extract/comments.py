"""Where the readers' comments below an article begin: at a heading, or at entries of one form, each with "回复"."""

from __future__ import annotations

import re

from crawler.extract.dom import Line

# "网友评论(12)", "评论 66文明上网理性发言，请遵守《新闻评论服务协议》", "请先登录后发表评论~", "留言列表 (42)", "还没有评论，快来抢沙发吧！"
_HEADING = re.compile(
    r"^[\s>》【\[]*(?:(?:网友|用户|买家|顾客|客户|商品|最新|热门|精彩|全部|所有|文章|相关|游客|本文)(?:评论|评价|点评|留言|跟帖)|评论区|(?:评论|留言|評論)列表|发表评论|我要评论|我来说两句|其[他它]回答|網友(?:評論|留言)|新聞討論(?:規範)?|發表(?:評論|留言|意見)"
    r"|(?:还没有|暂无)(?:人|网友)?评论|(?:快来)?抢沙发|共有?\s*\d+\s*条(?:评论|留言|跟帖)|\d+\s*条(?:评论|留言|跟帖))[\s：:】\]>》(（]*(?:共?\s*\d+\s*条?)?[\s)）】！!~～，]*(?:快来抢沙发吧?|更多)?[！!~～]*$"
)
_INVITATION = re.compile(
    r"^.{0,20}文明上网.{0,4}理性发言|^(?:[您你]需要)?请?先?\s*(?:登[录陆]|注册)?(?:/注册)?\s*(?:后|再|之后)(?:才能|才可以?|可以?|方可)?\s*(?:发表|参与|进行)?(?:评论|跟帖|留言|回帖|回复)|^请先\s+后发表评论|^要?(?:回复|评论|回答|跟帖).{0,6}请先\s*(?:登录|登陆|注册)"
    r"|^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[\s\d:]+\d{1,3}\.\d[\d.]*\*[\d.*]*$"  # "2012/01/16 12:13 219.8*****137"
    r"|^\W*(?:姓\s*名|昵\s*称|称\s*呼|评\s*分|邮\s*箱)\s*[:：]?\W{0,4}(?:必填|选填|可选|必须)"
    r"|^\W*[您你]?(?:还|最多?|一共)?(?:可以?|能)再?输入\s*\d+\s*个?(?:字|汉字)"
)
_REPLY = re.compile(
    r"^(?:\d{4}[-/年.][\d\s:/.月日-]{4,18})?\d{0,6}\s*(?:条)?(?:回复|回覆|举报\s*回复|回复\s*举报|赞\s*回复)(?:[\s(（·⋅]*\d{1,7}(?:条回复)?[)）\d\s]*)?$"
)


def is_comments_heading(line: Line) -> bool:
    """Whether the line heads a section of comments, even an empty one."""
    return (line.chars <= 24 and _HEADING.match(line.text) is not None) or (
        line.chars <= 60 and _INVITATION.match(line.text) is not None
    )


def first_entry(lines: list[Line]) -> int | None:
    """Index of the first line of the first comment; None when there are fewer than three comments.

    A comment ends with "回复" and has one long line, its text; name, place and time are short lines. "回复" right below
    two long lines belongs to the article.
    """
    replies = [i for i, line in enumerate(lines) if line.chars <= 24 and _REPLY.match(line.text)]
    if len(replies) < 3:
        return None
    ends = set(replies)
    for end in replies:
        said = begin = end
        while begin > 0 and end - begin < 7 and begin - 1 not in ends:
            if _is_long(lines[begin - 1]):
                if said != end:
                    break
                said = begin - 1
            begin -= 1
        if begin < said < end and begin > 0:
            return begin
    return None


def _is_long(line: Line) -> bool:
    return line.punctuation > 0 and line.chars >= 12
