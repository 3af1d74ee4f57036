"""Decides that a page is no article, before or after its text is known, with the reason."""

from __future__ import annotations

import re
from itertools import pairwise

from crawler.extract.article import Reject
from crawler.extract.blocked import blocked
from crawler.extract.boilerplate import is_byline
from crawler.extract.dom import Dom, Line
from crawler.extract.labels import find_labels
from crawler.extract.page import Page
from crawler.extract.title import Title, fold, repeats

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
)
_OTHER_TYPES = re.compile(
    r"^(?:image|video|audio|font)/|application/(?:pdf|zip|msword|vnd\.|octet-stream|json|x-rar)", re.I
)
_MOST_SHOWN = 3000  # characters: twice as many as any block page shows
# With fewer characters of prose a page may be something else than an article.
_SHORT = 240

_GONE = re.compile(
    r"(?:页面|网页|文章|内容|信息|文档|新闻|资源|文件|地址|帖子|页|资料)(?:已经?|可能|并)?(?:不存在|未找到|找不到|已?(?:被|经)?(?:删除|移除|下线|下架|失效|撤销|屏蔽|过期)|无法(?:访问|显示|找到))"
    r"|(?:没有|未能?|无法|不能)(?:找到|发现|访问|打开)[^。\n]{0,12}(?:页面|网页|文章|内容|信息|文档|资源)"
    r"|(?:你|您)(?:要)?(?:访问|查看|浏览|请求|查找)的[^。\n]{0,8}(?:不存在|走丢|飞走|不见|删除|丢失|找不到)|页面(?:走丢|丢失|飞走)|\b404\b.{0,20}(?:not found|错误|error|页面)|page not found|出错了|系统(?:发生)?错误",
    re.I,
)
_LOGIN = re.compile(
    r"(?:请先?|需要?|立即|登[录陆入]后(?:才能|方可|即可|可)?)\s*(?:登[录陆入]|查看|阅读|浏览)|登[录陆入](?:后|之后)(?:才能|即可|可以?|继续|查看|阅读)|(?:开通|成为|升级)\S{0,4}会员(?:后|即可|才)|本文(?:为|是)(?:付费|会员)内容|付费(?:后)?(?:阅读|查看)"
)
# Only with a colon: lists have the bare words as headings or page turns.
_NEIGHBOUR = re.compile(r"[\s<«【\[◆●■>]*[上下]一篇(?:文章|新闻|资料)?\s*[】\]]?\s*[:：]")
# "{dede:field.title/}", "{$title}", "<%=rs("title")%>", "${news.title}": the page is a template.
_TEMPLATE = re.compile(
    r"\{(?:dede|pboot|eyou|aspcms|pc|cms|field|loop|yzm)[:.][^{}]{1,80}\}|\{\$[\w.\[\]'>-]{2,60}[^{}]{0,40}\}|\$\{[\w.()!]{2,60}\}|\{\{\s*[\w.$]{2,60}\s*\}\}|<%=?.{1,80}%>"
)
_CUT_ENDS = ".…)]】）文多看细情读"
_DATED = re.compile(r"\d{1,2}[-/.月]\d{1,2}[日\])）]?$")
_CUT = re.compile(r"(?:\.{3,}|…+)\s*(?:[\[(【（]?(?:详细|详情|全文|查看|阅读|更多).{0,6})?$")
_FILE = re.compile(
    r"├|└|│|\.(?:docx?|pptx?|xlsx?|pdf|mp[34]|rar|zip|avi|flv|wmv|txt|jpe?g|png)\b(?:\s*[(（]?\s*[\d.]+\s*[KMG]B?[)）]?)?\s*$",
    re.I,
)


def reject_by_bytes(page: Page) -> Reject | None:
    """A Reject for what is not HTML: an empty body, a picture, an office file."""
    body = page.body
    if not body.strip():
        return Reject("not_html", "the body is empty")
    if body.startswith(_MAGIC):
        return Reject("not_html", f"starts with {body[:4]!r}")
    if page.content_type and _OTHER_TYPES.search(page.content_type) and b"<" not in body[:1024]:
        return Reject("not_html", page.content_type)
    return None


def reject_by_page(page: Page, dom: Dom, prose: int, *, titled: bool = False) -> Reject | None:
    """A Reject for a page with little prose that is a block page, an error with status 200, a list or a login form.

    `prose` is the number of characters of the article's text outside links; `titled` says that the text is right below a
    heading with the words of <title>, as that of a short notice is.
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
    links = dom.pruned_links + sum(1 for line in dom.lines if line.linked * 2 > line.chars and line.chars >= 6)
    dated = sum(1 for line in dom.lines if line.linked >= 6 and line.chars < 120 and _DATED.search(line.text))
    if prose < (25 if titled else 80) and (links >= 12 or dated >= 5) and not _has_furniture(dom):
        return Reject("list_page", f"{links} links, {prose} characters of prose")
    login = next((text for text in said if len(text) <= 80 and _LOGIN.search(text)), None)
    return Reject("login_wall", login[:80]) if login and prose < 120 else None


def reject_by_lines(dom: Dom, chosen: list[int], title: Title) -> Reject | None:
    """A Reject for a body that is a list of links or of files to download, or that is not below its title."""
    lines = [dom.lines[i] for i in chosen]
    if _is_template(title.text) or sum(_is_template(line.text) for line in lines) * 2 > len(lines):
        return Reject("not_html", "a template that no CMS has filled in")
    if title.line is not None and _is_empty(dom, title.line, chosen):
        return Reject("too_short", "nothing between the title and the neighbours of the article")
    if len(lines) >= 5:
        chars = sum(line.chars for line in lines)
        files = sum(line.chars for line in lines if _FILE.search(line.text))
        if files > 0.5 * chars:
            return Reject("list_page", f"{files} of {chars} characters are names of files")
    if _teasers(dom, lines) or _cut_summaries(dom, chosen):
        return Reject("list_page", "links, each followed by a few words of its page")
    prose = sum(line.chars - line.linked for line in lines if line.punctuation)
    linked = sum(line.linked for line in dom.lines)
    links = dom.pruned_links + sum(1 for line in dom.lines if line.linked * 2 > line.chars and line.chars >= 6)
    linked += 8 * dom.pruned_links
    if (
        prose < 200
        and links >= 20
        and linked > 6 * max(prose, 1)
        and not any(repeats(line, fold(title.text)) for line in dom.lines)
        and not _has_furniture(dom)
    ):
        return Reject("list_page", f"{links} links, {prose} characters of prose")
    return None


def _has_furniture(dom: Dom) -> bool:
    """Whether the page prints what only articles have around their text: the neighbours ("下一篇：在廉洁自律动员会上的发言")
    or one byline with a source or author ("2020-02-23 来源：本站原创").

    The text itself may be one sentence, as on the last page of three. Lists have a byline for each entry, and channels
    may name an editor ("责任编辑：").
    """
    bylines = 0
    for line in dom.lines:
        if line.chars <= 150 and _NEIGHBOUR.match(line.text):
            return True
        if line.linked * 2 <= line.chars and is_byline(line.text):
            bylines += any(label.role in ("source", "author") for label in find_labels(line.text))
    return 1 <= bylines <= 2


def _is_template(text: str) -> bool:
    return ("{" in text or "<%" in text) and _TEMPLATE.search(text[:500]) is not None


def _is_empty(dom: Dom, title: int, chosen: list[int]) -> bool:
    """Whether the neighbours ("上一篇：") follow right on title and byline, so that a short text below them is of a sidebar."""
    between = dom.lines[title + 1 : chosen[0]]
    neighbour = next((i for i, line in enumerate(between) if _NEIGHBOUR.match(line.text)), None)
    if neighbour is None or sum(dom.lines[i].chars for i in chosen) >= _SHORT:
        return False
    above = between[:neighbour]
    return any(is_byline(line.text) for line in above) and not any(
        line.punctuation > 1 and not is_byline(line.text) for line in above
    )


def _cut_summaries(dom: Dom, chosen: list[int]) -> bool:
    """Whether most of the body is summaries that end in dots, each a line or two below a link, and the page has three."""

    def is_cut(index: int) -> bool:
        line = dom.lines[index]
        return (
            15 <= line.chars <= 220
            and line.text[-1] in _CUT_ENDS
            and _CUT.search(line.text) is not None
            and any(near.linked >= 0.4 * near.chars for near in dom.lines[max(0, index - 3) : index])
        )

    prose = [i for i in chosen if dom.lines[i].punctuation and dom.lines[i].chars >= 15]
    return sum(map(is_cut, prose)) >= max(1, 0.6 * len(prose)) and sum(is_cut(i) for i in range(len(dom.lines))) >= 3


def _teasers(dom: Dom, lines: list[Line]) -> bool:
    """Whether the body is the list of a channel: linked titles, each followed by a summary."""
    marked = {id(line) for line in lines if line.punctuation and line.chars <= 220}
    found = sum(
        1
        for title, text in pairwise(dom.lines)
        if title.linked >= 0.9 * title.chars and title.chars >= 6 and id(text) in marked
    )
    return found >= 4 and found > 0.6 * sum(1 for line in lines if line.punctuation)
