"""DedeCMS 5.7, stock "default" templates: .viewbox, .pagelist, (责任编辑：admin), two lists of related articles."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items, trail


def _pager(view: View) -> str:
    if len(view.pages) == 1:
        return ""
    page, pages = view.page, [url.rsplit("/", 1)[-1] for url in view.pages]  # relative, as DedeCMS writes them
    numbers = "".join(
        f'<li class="thisclass"><a>{n}</a></li>' if n == page else f"<li><a href='{url}'>{n}</a></li>"
        for n, url in enumerate(pages, 1)
    )
    before = pages[page - 2] if page > 1 else "#"
    after = pages[page] if page < len(pages) else "#"
    return (
        f'<div class="dede_pages"><ul class="pagelist"><li><a>共{len(pages)}页: </a></li><li><a href=\'{before}\'>上一页</a></li>'
        f"{numbers}<li><a href='{after}'>下一页</a></li></ul></div>"
    )


def render(view: View) -> str:
    story, names = view.story, view.names
    body = [f"<p>　　{line}</p>" for line in view.paragraphs]
    if view.number % 3 == 0 and len(body) > 2:
        body.insert(
            2,
            f'<div class="ad300"><script src="/plus/ad_js.php?aid=3"></script><a href="/zt/vip/">{view.site}会员限时特惠，点击查看</a></div>',
        )
    last = view.page == len(view.pages)
    editor = f"<p>(责任编辑：{names.editor})</p>" if names.editor and last else ""
    suffix = f"({view.page})" if view.page > 1 else ""
    intro = f'<div class="intro">{story.lead}</div>' if story.lead else ""
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>{view.meta}
<title>{story.title}{suffix}_{view.site}</title><meta name="keywords" content="{",".join(story.keywords)}" />
<link href="/templets/default/style/dedecms.css" rel="stylesheet" media="screen" type="text/css" />
<script language="javascript" src="/include/dedeajax2.js"></script></head>
<body class="articleview"><div class="header_top"><div class="w960 center"><span id="time" class="time">织梦好，好织梦</span>
<div class="toplinks"><a href="/plus/heightsearch.php">高级搜索</a>|<a href="/data/sitemap.html">网站地图</a>|<a href="/tags.php">TAG标签</a></div></div></div>
<div class="module blue mT10 wrapper w963"><ul id="navMenu"><li><a href='/'><span>主页</span></a></li><li>{anchor(view.channel)}</li></ul></div>
<div class="w960 center clear mt1"><div class="pleft"><div class="place"><strong>当前位置:</strong> <a href='/'>主页</a> > {trail(view, " > ")} > </div>
<div class="viewbox"><div class="title"><h2>{story.title}{suffix}</h2></div>
<div class="info"><small>时间:</small>{names.moment}<small>来源:</small>{names.source or ""} <small>作者:</small>{names.author or ""} <small>点击:</small><script src="/plus/count.php?aid={view.number}"></script>次</div>
{intro}<div class="content"><table width='100%'><tr><td>
{chr(10).join(body)}
{editor}</td></tr></table></div>
{_pager(view)}
<div class="newdigg" id="newdigg"><div class="diggbox digg_good"><div class="digg_act">顶一下</div><div class="digg_num">({view.number % 37})</div></div><div class="diggbox digg_bad"><div class="digg_act">踩一下</div></div></div>
<div class="boxoff"><strong>------分隔线----------------------------</strong></div>
<div class="handle"><div class="context"><ul><li>上一篇：{anchor(view.previous)} </li><li>下一篇：{anchor(view.next)} </li></ul></div>
<div class="actbox"><ul><li id="act-fav"><a href="/plus/stow.php">收藏</a></li><li id="act-err"><a href="/plus/erraddsave.php">挑错</a></li><li id="act-pus"><a href="/plus/recommend.php">推荐</a></li><li id="act-pnt"><a href="#" onclick="window.print();">打印</a></li></ul></div></div></div>
<div class="mt1"><dl class="tbox"><dt><strong>发表评论</strong></dt><dd>请自觉遵守互联网相关的政策法规，严禁发布色情、暴力、反动的言论。<textarea name="msg"></textarea></dd></dl></div></div>
<div class="pright"><dl class="tbox light"><dt class="light"><strong>相关内容</strong></dt><dd class="light"><ul class="d4">{items(view.related)}</ul></dd></dl></div></div>
<div class="footer w960 center mt1 clear"><p class="powered">Powered by DedeCMS_V57_UTF8_SP2 © 2004-2011 DesDev Inc.</p><p>Copyright © {view.site} 版权所有 桂ICP备10000000号</p></div></body></html>"""


DEDE = Skin("dedecms", render, frozenset({"source", "author", "editor"}), "minute")
