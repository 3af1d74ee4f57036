"""动易 SiteWeaver 6: tables in tables, upper-case P, 您现在的位置, 更新时间 without leading zeros, 文章录入 beside 责任编辑."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, trail


def _pager(view: View) -> str:
    if len(view.pages) == 1:
        return ""
    links = [f"<b>[{n}]</b>" if n == view.page else f'<a href="{url}">[{n}]</a>' for n, url in enumerate(view.pages, 1)]
    after = f'<a href="{view.pages[view.page]}">下一页</a>' if view.page < len(view.pages) else ""
    before = f'<a href="{view.pages[view.page - 2]}">上一页</a>' if view.page > 1 else ""
    return f"<p align='center'><b>{before} {'  '.join(links)} {after}</b></p>"


def _unpadded(day: str | None) -> str:
    return "-".join(str(int(piece)) for piece in (day or "").split("-"))


def render(view: View) -> str:
    story, names = view.story, view.names
    body = "\r\n".join(f"<P>　　{line}</P>" for line in view.paragraphs)
    column = "<br>".join(anchor(link, ' class="listA"') for link in view.related)
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html><head>{view.meta}<title>{story.title}_{view.site}</title><link href='/Skin/Green/DefaultSkin.css' rel='stylesheet' type='text/css'>
<script language="JavaScript" type="text/JavaScript" src="/js/menu.js"></script></head>
<body leftmargin=0 topmargin=0 onmousemove='HideMenu()'><div id=menuDiv style='Z-INDEX: 1000; VISIBILITY: hidden; WIDTH: 1px; POSITION: absolute; HEIGHT: 1px'></div>
<table width="760" align="center" class="center_tdbgall"><tr><td class="nav_main">| <a href="/">网站首页</a> | {anchor(view.channel)} | <a href="/Soft/">下载中心</a> | <a href="/Guest/">留言</a> |</td></tr></table>
<table width="760" align="center"><tr><td class="main_title_760">您现在的位置：&nbsp;<a class='LinkPath' href='/'>{view.site}</a>&nbsp;&gt;&gt;&nbsp;{trail(view, "&nbsp;&gt;&gt;&nbsp;")}&nbsp;&gt;&gt;&nbsp;正文</td></tr></table>
<table width="760" border="0" align="center" cellpadding="0" cellspacing="0" class="border2"><tr><td class="main_ArticleTitle" align="center">{story.title}</td></tr>
<tr><td class="main_ArticleSubheading" align="center">作者：<a href='/ShowAuthor.asp'>{names.author or ""}</a>　文章来源：<a href='/ShowCopyFrom.asp'>{names.source or ""}</a>　点击数：<script language='javascript' src='/GetHits.asp?ArticleID={view.number}'></script>　更新时间：{_unpadded(names.published)}</td></tr>
<tr><td class="main_tdbg_760" id="fontzoom" valign="top"><!-- ad --><script type="text/javascript">document.write('<div class="ad">赞助商链接</div>');</script>
{body}
{_pager(view)}</td></tr>
<tr><td align="right">文章录入：admin　　责任编辑：{names.editor or ""}&nbsp;</td></tr>
<tr><td><li>上一篇文章： {anchor(view.previous, " class='LinkPrevArticle'")}</li><br><li>下一篇文章： {anchor(view.next, " class='LinkNextArticle'")}</li></td></tr>
<tr><td align="right">【<a href="/Guest/">发表评论</a>】【<a href="#">加入收藏</a>】【<a href="#">告诉好友</a>】【<a href="#">打印此文</a>】【<a href="javascript:window.close();">关闭窗口</a>】</td></tr></table>
<table width="760" align="center"><tr><td class="main_title_575">最新热点</td><td class="main_title_575">最新推荐</td><td class="main_title_575">相关文章</td></tr><tr><td>{column}</td><td>{column}</td><td>{column}</td></tr></table>
<table width="760" align="center"><tr><td class="Bottom_Adminlogo">| <a href="#" onclick="this.style.behavior='url(#default#homepage)'">设为首页</a> | <a href="#">加入收藏</a> | <a href="#">联系站长</a> | <a href="/FriendSite/">友情链接</a> |<br>站长：小林 Copyright &copy; 2006-2011 {view.site}</td></tr></table></body></html>"""


SITEWEAVER = Skin("siteweaver", render, frozenset({"source", "author", "editor"}), "day")
