"""TRS WCM, as the sites of city governments and papers use it: meta ContentSource, TRS_Editor, createPageHTML."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, items, trail


def _pager(view: View) -> str:
    if len(view.pages) == 1:
        return ""
    stem = view.pages[0].rsplit("/", 1)[-1].removesuffix(".html")
    links = " ".join(
        f"<span>{n}</span>" if n == view.page else f'<a href="{u}">{n}</a>' for n, u in enumerate(view.pages, 1)
    )
    after = f'<a href="{view.pages[view.page]}">下一页</a>' if view.page < len(view.pages) else ""
    return f'<div class="xl-page" id="fenye"><script>createPageHTML({len(view.pages)}, {view.page - 1}, "{stem}", "html");</script>{links} {after}</div>'


def render(view: View) -> str:
    story, names = view.story, view.names
    body = "".join(f'<p align="justify">　　{line}</p>' for line in view.paragraphs)
    editor = f'<div class="xl-edit">[责任编辑：{names.editor}]</div>'
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>{view.meta}<title>{story.title}_{view.channel.text}_{view.site}</title>
<meta name="ArticleTitle" content="{story.title}" /><meta name="PubDate" content="{names.moment}" /><meta name="ContentSource" content="{names.source}" /><meta name="ColumnName" content="{view.channel.text}" /></head>
<body><div class="top"><span>今天是<script>document.write(new Date().toLocaleDateString())</script></span><a href="/">网站首页</a><a href="/sitemap.xml">网站地图</a><a href="/rss.xml">RSS</a></div>
<div class="position">您当前的位置：<a href="/">{view.site}</a> &gt; {trail(view, " &gt; ")} &gt; 正文</div>
<div class="xl-main"><div class="xl-title">{story.title}</div>
<div class="xl-info"><span>{names.moment}</span> <span>来源：{names.source}</span> <span>作者：{names.author}</span> <span>字号：[<a href="javascript:doZoom(16)">大</a> <a href="javascript:doZoom(14)">中</a> <a href="javascript:doZoom(12)">小</a>]</span></div>
<div class="xl-con" id="zoom"><div class=TRS_Editor><style type="text/css">.TRS_Editor P{{line-height:2;font-size:12pt;}}</style>{body}</div></div>
{_pager(view)}{editor}
<div class="xl-tool"><a href="javascript:window.print()">打印本页</a> <a href="javascript:window.close()">关闭窗口</a> 分享到：<a class="jiathis_button_weixin">微信</a> <a class="jiathis_button_tsina">微博</a></div>
<div class="xl-rel"><h4>相关链接</h4><ul>{items(view.related)}</ul></div></div>
<div class="foot"><p>主办单位：{view.site} 未经授权不得转载</p><p>澜ICP备10000000号 网站标识码：0000000000</p></div></body></html>"""


TRS = Skin("trs", render, frozenset({"source", "author", "editor"}), "minute")
