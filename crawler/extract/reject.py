"""Decides that a page is no article, before or after its text is known, with the reason."""

from __future__ import annotations

import re

from crawler.extract.article import Reject
from crawler.extract.blocked import blocked
from crawler.extract.boilerplate import is_byline
from crawler.extract.dom import Dom
from crawler.extract.page import Page
from crawler.extract.title import Title
from crawler.extract.vocabulary import NEIGHBOUR
from crawler.language import message

_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"RIFF",
    b"\x1f\x8b",
    b"wOF",
    b"OTTO",
    b"\x00\x01\x00\x00",
)
_OTHER_TYPES = re.compile(
    r"^(?:image|video|audio|font)/|application/(?:pdf|zip|msword|vnd\.|octet-stream|json|x-rar)", re.I
)
_MOST_SHOWN = 3000  # characters: twice as many as any block page shows
# With fewer characters of prose a page may be something else than an article.
_SHORT = 240
_BUTTON = 6
_HARDLY = 40

_GONE = re.compile(
    r"(?:页面|网页|文章|内容|信息|文档|新闻|资源|文件|地址|帖子|页|资料)(?:已经?|可能|并)?(?:不存在|未找到|找不到|已?(?:被|经)?(?:删除|移除|下线|下架|失效|撤销|屏蔽|过期)|无法(?:访问|显示|找到))"
    r"|(?:没有|未能?|无法|不能)(?:找到|发现|访问|打开)[^。\n]{0,12}(?:页面|网页|文章|内容|信息|文档|资源)"
    r"|(?:你|您)(?:要)?(?:访问|查看|浏览|请求|查找)的[^。\n]{0,8}(?:不存在|走丢|飞走|不见|删除|丢失|找不到)|页面(?:走丢|丢失|飞走)|\b404\b.{0,20}(?:not found|错误|error|页面)|page not found|出错了|系统(?:发生)?错误",
    re.I,
)
_LOGIN = re.compile(
    r"(?:请先?|需要?|立即|登[录陆入]后(?:才能|方可|即可|可)?)\s*(?:登[录陆入]|查看|阅读|浏览)|登[录陆入](?:后|之后)(?:才能|即可|可以?|继续|查看|阅读)|(?:开通|成为|升级)\S{0,4}会员(?:后|即可|才)|本文(?:为|是)(?:付费|会员)内容|付费(?:后)?(?:阅读|查看)"
)
# "您需要登录后才可以回帖 登录 | 立即注册" stands below every thread of a forum.
_TO_ANSWER = re.compile("回[帖复覆答]|评论|評論|跟帖|留言|发[帖言表]|發[帖言表]|参与")
# "{dede:field.title/}", "{$title}", "<%=rs("title")%>", "${news.title}": the page is a template.
_TEMPLATE = re.compile(
    r"\{(?:dede|pboot|eyou|aspcms|pc|cms|field|loop|yzm)[:.][^{}]{1,80}\}|\{\$[\w.\[\]'>-]{2,60}[^{}]{0,40}\}|\$\{[\w.()!]{2,60}\}|\{\{\s*[\w.$]{2,60}\s*\}\}|<%=?.{1,80}%>|\{%.{1,80}%\}"
)


def reject_by_bytes(page: Page) -> Reject | None:
    """A Reject for what is not HTML: an empty body, a picture, an office file."""
    body = page.body
    if not body.strip():
        return Reject("not_html", message("the body is empty"))
    if body.startswith(_MAGIC):
        return Reject("not_html", message("starts with {bytes}", bytes=repr(body[:4])))
    if page.content_type and _OTHER_TYPES.search(page.content_type) and b"<" not in body[:1024]:
        return Reject("not_html", page.content_type)
    return None


def reject_by_page(page: Page, dom: Dom, prose: int) -> Reject | None:
    """A Reject for a page with little prose that is a block page, an error with status 200 or a login form.

    `prose` is the number of characters of the article's text outside links.
    """
    if prose >= _SHORT:
        return None
    shown = sum(line.chars for line in dom.lines)
    reason = blocked(200, page.headers, page.body) if shown <= _MOST_SHOWN else None
    # A comment form asks for a 验证码, too: with that much prose the page is a short article.
    if reason and not (reason == "captcha" and prose >= 80):
        return Reject("login_wall" if reason == "login" else "blocked", reason)
    said = [dom.title, *(line.text for line in dom.lines if line.linked * 2 <= line.chars)]
    if prose < 160:
        gone = next((text for text in said if len(text) <= 120 and _GONE.search(text)), None)
        if gone:
            return Reject("soft_404", gone[:80])
    # "请登录" alone is a button of any shop's.
    login = next(
        (
            text
            for text in said
            if len(text) <= 80 and _LOGIN.search(text) and _asks(text, prose) and not _TO_ANSWER.search(text)
        ),
        None,
    )
    return Reject("login_wall", login[:80]) if login and prose < 120 else None


def _asks(text: str, prose: int) -> bool:
    """Whether a line that asks for an account may be in the place of a text, and is no button."""
    return len(text) > _BUTTON or prose < _HARDLY


def reject_by_lines(dom: Dom, chosen: list[int], title: Title) -> Reject | None:
    """A Reject for the template of a page, or for a body that is not below its title."""
    lines = [dom.lines[i] for i in chosen]
    if _is_template(title.text) or sum(_is_template(line.text) for line in lines) * 2 > len(lines):
        return Reject("not_html", message("a template that no CMS has filled in"))
    if title.line is not None and _is_empty(dom, title.line, chosen):
        return Reject("too_short", message("nothing between the title and the neighbours of the article"))
    return None


def _is_template(text: str) -> bool:
    return ("{" in text or "<%" in text) and _TEMPLATE.search(text[:500]) is not None


def _is_empty(dom: Dom, title: int, chosen: list[int]) -> bool:
    """Whether the neighbours ("上一篇：") follow right on title and byline, so that a short text below them is of a sidebar."""
    between = dom.lines[title + 1 : chosen[0]]
    neighbour = next((i for i, line in enumerate(between) if NEIGHBOUR.match(line.text)), None)
    if neighbour is None or sum(dom.lines[i].chars for i in chosen) >= _SHORT:
        return False
    above = between[:neighbour]
    return any(is_byline(line.text) for line in above) and not any(
        line.punctuation > 1 and not is_byline(line.text) for line in above
    )
