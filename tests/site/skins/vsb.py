"""博达 VSB, the site builder of universities and offices: #vsb_content, v_news_content, 审核 beside 编辑, 上一条/下一条."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items, trail


def render(view: View) -> str:
    story, names = view.story, view.names
    middle = "".join(f"<p>{line}</p>" for line in view.paragraphs[1:])
    return f"""<!DOCTYPE html><html><head>{view.meta}<title>{story.title}-{view.site}</title><META Name="keywords" Content="{view.site}" />
<!--Announced by Visual SiteBuilder 9--><link rel="stylesheet" type="text/css" href="/_sitegray/_sitegray_d.css" /><script src="/_sitegray/_sitegray.js"></script><meta name="pageType" content="3"><meta name="pageTitle" content="{story.title}"></head>
<body><div class="header"><a href="/"><img src="/images/logo.png" alt="{view.site}"></a><ul class="menu"><li><a href="/">首页</a></li><li>{anchor(view.channel)}</li></ul></div>
<div class="winstyle207"><table width="100%"><tr><td nowrap>当前位置： <a href="/"><span>首页</span></a> &gt;&gt; {trail(view, " &gt;&gt; ")} &gt;&gt; <span>正文</span></td></tr></table></div>
<form name="_newscontent_fromname"><div class="ar_article"><h2 align="center">{story.title}</h2>
<div class="xinxi" align="center">发布时间：{names.chinese_day}&nbsp;&nbsp;来源：{names.source}&nbsp;&nbsp;作者：{names.author}&nbsp;&nbsp;编辑：{names.editor}&nbsp;&nbsp;审核：党委宣传部&nbsp;&nbsp;浏览次数：<script>_showDynClicks("wbnews", 1021, {view.number})</script></div>
<div id="vsb_content" class="ar_content"><div class="v_news_content"><p class="vsbcontent_start">{view.paragraphs[0]}</p>{middle}<p class="vsbcontent_end"></p></div></div><div id="div_vote_id"></div>
<p>附件【<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&amp;owner=1">活动安排表.pdf</a>】已下载<span id="nattach">{view.number % 53}</span>次</p>
<div class="shangxia"><p>上一条：{anchor(view.previous)}</p><p>下一条：{anchor(view.next)}</p><p>【<a href="javascript:window.close();">关闭</a>】</p></div></div></form>
<div class="sidebar"><h3>热点新闻</h3><ul>{items(view.related)}</ul></div>
<div class="footer">版权所有：{view.site} 地址：澜江市学府路1号 邮编：000000</div></body></html>"""


VSB = Skin("vsb", render, frozenset({"source", "author", "editor"}), "day")
