"""EmpireCMS 帝国, stock table template: #text cell, [1] [2] page numbers, 作者 and 来源 in .info_text."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items, trail


def _pager(view: View) -> str:
    if len(view.pages) == 1:
        return ""
    numbers = "&nbsp;".join(
        f"<b>{n}</b>" if n == view.page else f'<a href="{url}">{n}</a>' for n, url in enumerate(view.pages, 1)
    )
    after = (
        f'&nbsp;<a href="{view.pages[view.page]}">下一页</a>&nbsp;<a href="{view.pages[-1]}">尾页</a>'
        if view.page < len(view.pages)
        else ""
    )
    return f'<p align="center" class="epages"><a title="总数">&nbsp;<b>{len(view.pages)}</b> </a>&nbsp;{numbers}{after}</p>'


def render(view: View) -> str:
    story, names = view.story, view.names
    body = "".join(f"<p>　　{line}</p>\r\n" for line in view.paragraphs)
    share = "".join(
        f'<a class="bds_{k}">{name}</a>'
        for k, name in (("qzone", "QQ空间"), ("tsina", "新浪微博"), ("renren", "人人网"))
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>{view.meta}
<title>{story.title} - {view.channel.text} - {view.site}</title><link href="/skin/default/css/style.css" rel="stylesheet" type="text/css" />
<script type="text/javascript" src="/skin/default/js/tabs.js"></script></head>
<body class="showpage"><table width="100%" border="0" cellspacing="0" cellpadding="0" class="top"><tr><td><script src="/e/member/login/loginjs.php"></script></td><td><a onclick="window.external.addFavorite(location.href,document.title)" href="#ecms">加入收藏</a> | <a href="/e/DoInfo/">我要投稿</a> | <a href="/e/web/?type=rss2">RSS</a></td></tr></table>
<table width="920" border="0" align="center" cellpadding="0" cellspacing="10"><tr valign="top"><td width="640" class="main">
<table width="100%" border="0" cellspacing="0" cellpadding="0" class="position"><tr><td>现在的位置：<a href="/">首页</a>&nbsp;&gt;&nbsp;{trail(view, "&nbsp;&gt;&nbsp;")}&nbsp;&gt;&nbsp;正文</td></tr></table>
<table width="100%" border="0" cellspacing="0" cellpadding="0" class="box"><tr><td><table width="100%" border="0" cellspacing="0" cellpadding="0" class="title_info">
<tr><td><h1>{story.title}</h1></td></tr><tr><td class="info_text">时间：{names.moment}&nbsp;&nbsp;来源：{names.source or ""}&nbsp;&nbsp;作者：{names.author or ""}</td></tr></table>
<table width="100%" border="0" cellspacing="0" cellpadding="0"><tr><td id="text">{body}{_pager(view)}<p align="center"></p></td></tr></table>
<table width="100%" border="0" cellspacing="0" cellpadding="0"><tr><td height="28" class="share">分享到：{share}</td></tr><tr><td>顶：<b>{view.number % 19}</b> 踩：<b>0</b> <a href="/e/pl/?classid=3&amp;id={view.number}">评论</a></td></tr>
<tr><td height="26">上一篇：{anchor(view.previous)}</td></tr><tr><td height="26">下一篇：{anchor(view.next)}</td></tr></table></td></tr></table>
</td><td class="sider"><table width="100%" class="title"><tr><td><strong>相关文章</strong></td></tr></table><table width="100%" class="box"><tr><td><ul>{items(view.related)}</ul></td></tr></table></td></tr></table>
<table width="100%" class="footer"><tr><td align="center"><a href="/">网站首页</a> | <a href="#">广告服务</a> | <a href="#">联系我们</a><br />Powered by <strong>EmpireCMS</strong> 7.0 &copy; 2002-2013 {view.site} 桂ICP备10000000号</td></tr></table></body></html>"""


EMPIRE = Skin("empirecms", render, frozenset({"source", "author"}), "second")
