"""A city paper's own template of 2011 (text and BR in one div, two editor lines) and a plain Traditional page."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items, trail


def city(view: View) -> str:
    story, names = view.story, view.names
    lines = [*view.paragraphs, names.signature] if names.author else view.paragraphs
    body = "<BR><BR>\r\n".join(f"　　{line}" for line in lines)
    return f"""<html><head>{view.meta}<title>{story.title}_{view.site}</title></head><body>
<div id="top"><a href="/">首页</a> {anchor(view.channel)} <a href="/zt/">专题</a> <a href="/bbs/">论坛</a></div>
<div class="weizhi">当前位置：<a href="/">{view.site}</a> &gt; {trail(view, " &gt; ")} &gt; 正文</div>
<div class="bt" align="center">{story.title}</div><div class="ly" align="center">{names.moment}　来源：{names.source}</div>
<div class="zw"><br>
{body}<BR><BR>　　【责任编辑： {names.editor}】</div><div class="bj">责任编辑：{view.site}编辑部</div>
<div class="xg">相关新闻：<ul>{items(view.related)}</ul></div>
<div class="sm">免责声明：凡本网注明“来源：XXX（非{view.site}）”的作品，均转载自其它媒体，转载目的在于传递更多信息，并不代表本网赞同其观点和对其真实性负责。</div>
<div id="foot">澜江日报社主办 澜ICP备10000000号</div></body></html>"""


def traditional(view: View) -> str:
    story, names = view.story, view.names
    body = "".join(f"<p>　　{line}</p>" for line in view.paragraphs)
    return f"""<html><head>{view.meta}<title>{story.title} - 瀾江新聞網</title></head><body>
<table width="770" align="center"><tr><td><a href="/">首頁</a> | {anchor(view.channel)} | <a href="/sitemap.xml">網站地圖</a></td></tr></table>
<table width="770" align="center"><tr><td class="nav">目前位置：<a href="/">瀾江新聞網</a> &gt; {trail(view, " &gt; ")} &gt; 內文</td></tr>
<tr><td align="center"><h1>{story.title}</h1></td></tr><tr><td align="center" class="info">{names.moment}　來源：{names.source}　作者：{names.author}</td></tr>
<tr><td class="content">{body}</td></tr>
<tr><td>上一篇：{anchor(view.previous)}<br>下一篇：{anchor(view.next)}</td></tr></table>
<table width="770" align="center"><tr><td><b>相關新聞</b><ul>{items(view.related)}</ul></td></tr><tr><td align="center">版權所有 瀾江新聞網 轉載請註明出處</td></tr></table></body></html>"""


CITY = Skin("city", city, frozenset({"source", "author", "editor"}), "second")
TRADITIONAL = Skin("traditional", traditional, frozenset({"source", "author"}), "minute")
