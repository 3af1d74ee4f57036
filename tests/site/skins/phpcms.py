"""PHPCMS v9, stock "default": date, source and comment count stand inside the h1; #pages inside .content."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items, trail


def _pager(view: View) -> str:
    if len(view.pages) == 1:
        return ""
    quoted = [url.replace("&", "&amp;") for url in view.pages]
    numbers = " ".join(
        f"<span>{n}</span>" if n == view.page else f'<a href="{u}">{n}</a>' for n, u in enumerate(quoted, 1)
    )
    before, after = quoted[max(0, view.page - 2)], quoted[min(view.page, len(quoted) - 1)]
    return f'<div id="pages" class="text-c mg_t20"><a class="a1" href="{before}">上一页</a> {numbers} <a class="a1" href="{after}">下一页</a></div>'


def render(view: View) -> str:
    story, names = view.story, view.names
    suffix = f"({view.page})" if view.page > 1 else ""
    body = "\n".join(f'<p style="text-indent: 2em;">{line}</p>' for line in view.paragraphs)
    if view.number % 4 == 1:
        body += f"\n<p>本文来自{view.site}，转载请注明出处！</p>"
    summary = f'<div class="summary">{story.lead}</div>' if story.lead else ""
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>{view.meta}<meta http-equiv="X-UA-Compatible" content="IE=7" />
<title>{story.title}{suffix} - {view.channel.text} - {view.site}</title>
<link href="/statics/css/reset.css" rel="stylesheet" type="text/css" /><link href="/statics/css/default_blue.css" rel="stylesheet" type="text/css" /></head>
<body><div class="body-top"><div class="content"><div class="login lh24 blue"><a href="/index.php?m=content&amp;c=rss" class="rss ib">rss</a><span class="rt"><script type="text/javascript">document.write('<iframe src="/index.php?m=member&c=index&a=mini"></iframe>')</script></span></div></div></div>
<div class="header"><div class="logo"><a href="/"><img src="/statics/images/v9/logo.jpg" alt="{view.site}" /></a></div><div class="nav-bar"><ul class="nav-site"><li><a href="/"><span>首页</span></a></li><li class="line">|</li><li>{anchor(view.channel)}</li></ul></div></div>
<div class="main"><div class="col-left"><div class="crumbs"><a href="/">首页</a><span> &gt; </span>{trail(view, "<span> &gt; </span>")}<span> &gt; </span> 正文</div>
<div id="Article"><h1>{story.title}{suffix}<br /><span>{names.moment}&nbsp;&nbsp;&nbsp;来源：{names.source or ""}&nbsp;&nbsp;&nbsp;评论：<a href="#comment_iframe" id="comment">0</a> 点击：<span id="hits"></span></span></h1>
{summary}<div class="content">
{body}
{_pager(view)}</div>
<p style="margin-bottom:10px"><strong>相关热词搜索：</strong>{" ".join(f'<a href="/index.php?m=search&amp;q={k}" class="blue">{k}</a>' for k in story.keywords)}</p>
<p class="f14"><strong>上一篇：</strong>{anchor(view.previous)}<br /><strong>下一篇：</strong>{anchor(view.next)}</p>
<div class="bk10"></div><div class="related"><h5 class="blue">延伸阅读：</h5><ul class="list blue lh24 f14">{items(view.related)}</ul></div>
<div class="bk15"></div><div class="Article-Tool">分享到：<img src="/statics/images/icon/weibo.png" alt="新浪微博" /><img src="/statics/images/icon/qzone.png" alt="QQ空间" /><span class="Article-Tool-r"><a href="javascript:window.print();">打印</a> <a href="#">收藏</a></span></div></div></div>
<div class="col-auto"><div class="box"><h5 class="title-2">频道总排行</h5><ul class="content digg">{items(view.related[::-1])}</ul></div></div></div>
<div class="footer"><p class="info"><a href="/about/">关于我们</a> | <a href="/contact/">联系方式</a> | <a href="/copyright/">版权声明</a><br />Powered by <strong>PHPCMS</strong> <strong>V9</strong> © 2016 {view.site}</p></div></body></html>"""


PHPCMS = Skin("phpcms", render, frozenset({"source"}), "second")
