"""Two skins that no recogniser knows: a div layout with meaningless class names, and a mobile page."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items


def _notices(view: View) -> str:
    group = f"<p>更多{view.channel.text}素材请加QQ群：6{view.number:07}，验证消息填写“{view.site}”。</p>"
    return (
        group if view.number % 2 else f"<p>声明：本文由网友上传，版权归原作者所有，如有侵权请联系{view.site}删除。</p>"
    )


def plain(view: View) -> str:
    names, after = view.names, view.pages[view.page : view.page + 1]
    before = view.pages[view.page - 2 : view.page - 1] if view.page > 1 else ()
    pager = "".join(f'<a class="q2" href="{u}">上一页</a>' for u in before) + "".join(
        f'<a class="q3" href="{u}">下一页</a>' for u in after
    )
    byline = f'<div class="k4"><span>发布：{names.moment}</span><span>作者：{names.author}</span><span>阅读 {view.number % 991} 次</span></div>'
    return f"""<!DOCTYPE html><html><head>{view.meta}<title>{view.story.title}-{view.site}</title></head><body>
<div class="a1"><a href="/" class="lg">{view.site}</a><div class="a2">{anchor(view.channel)}<a href="/tags/">标签云</a><a href="/top/">排行榜</a></div></div>
<div class="b1"><div class="k1"><div class="k2">位置：<a href="/">首页</a> / {anchor(view.channel)}</div><h1 class="k3">{view.story.title}</h1>{byline}
<div class="k5">{"".join(f"<div>{line}</div>" for line in view.paragraphs)}{_notices(view) if view.page == len(view.pages) else ""}</div><div class="q1">{pager}</div>
<div class="k6"><div>上一篇：{anchor(view.previous)}</div><div>下一篇：{anchor(view.next)}</div></div>
<div class="k7"><h3>大家都在看</h3><ul>{items(view.related)}</ul></div></div></div>
<div class="z9">© 2015-2022 {view.site} 粤ICP备10000000号-2</div></body></html>"""


def mobile(view: View) -> str:
    names, total = view.names, len(view.pages)
    body = "".join(f"<p>{line}</p>" for line in view.paragraphs)
    after = f'<a href="{view.pages[view.page]}">下一页</a>' if view.page < total else "<span>没有了</span>"
    pager = f'<div class="m-page"><span>{view.page}/{total}</span>{after}</div>' if total > 1 else ""
    return f"""<!DOCTYPE html><html><head><meta charset="{view.charset}"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{view.story.title} - 手机{view.site}</title></head>
<body><header class="m-hd"><a class="back" href="javascript:history.back()">返回</a><h2>{view.site}</h2><a href="/">首页</a></header>
<article class="m-art"><h1>{view.story.title}</h1><p class="meta"><time>{names.moment}</time> <span>来源：{names.source}</span></p><section class="m-txt">{body}</section>{pager}
<div class="open-app">打开APP，阅读体验更佳</div></article>
<section class="m-rel"><h3>猜你喜欢</h3><ul>{items(view.related)}</ul></section><nav class="m-pn">上一篇：{anchor(view.previous)}<br>下一篇：{anchor(view.next)}</nav>
<footer class="m-ft"><a href="/">电脑版</a> | <a href="#top">回顶部</a><p>{view.site} 版权所有</p></footer></body></html>"""


PLAIN = Skin("plain", plain, frozenset({"author"}), "minute")
MOBILE = Skin("mobile", mobile, frozenset({"source"}), "day")
