"""Discuz! X portal: 发布者 is not the author (原作者 is), 来自 is the source, 鲜花 握手 雷人 below, comments."""

# ruff: noqa: E501  # a template is written as the vendor writes it

from __future__ import annotations

from tests.site.view import Skin, View, anchor, items, trail


def _pager(view: View) -> str:
    if len(view.pages) == 1:
        return ""
    numbers = "".join(
        f"<strong>{n}</strong>" if n == view.page else f'<a href="{u}">{n}</a>' for n, u in enumerate(view.pages, 1)
    )
    after = f'<a href="{view.pages[view.page]}" class="nxt">下一页</a>' if view.page < len(view.pages) else ""
    return f'<div class="pg">{numbers}{after}</div>'


def _unpadded(moment: str) -> str:
    day, _, clock = moment.partition(" ")
    year, month, date = day.split("-")
    return f"{year}-{int(month)}-{int(date)} {clock}"


def render(view: View) -> str:
    story, names = view.story, view.names
    body = "".join(f"<p>{line}</p><br />" for line in view.paragraphs)
    lead = (
        f'<div class="s"><div><strong>摘要</strong>: {story.lead}</div></div>' if story.lead and view.page == 1 else ""
    )
    moods = "".join(
        f'<td><a href="/home.php?mod=spacecp&amp;ac=click&amp;op=add&amp;clickid={n}"><img src="/static/image/click/{n}.gif" alt="" /><br />{name}</a></td>'
        for n, name in enumerate(("鲜花", "握手", "雷人", "路过", "鸡蛋"), 1)
    )
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>{view.meta}<title>{story.title} - {view.site} - Powered by Discuz!</title><meta name="generator" content="Discuz! X2.5" /></head>
<body id="nv_portal" class="pg_view"><div id="toptb" class="cl"><div class="wp"><div class="z"><a href="javascript:;" id="navs">设为首页</a><a href="#">收藏本站</a></div><div class="y"><a href="/member.php?mod=logging&amp;action=login">登录</a><a href="/member.php?mod=register">立即注册</a></div></div></div>
<div id="wp" class="wp"><div id="pt" class="bm cl"><div class="z"><a href="/" class="nvhm" title="首页">{view.site}</a> <em>›</em> <a href="/portal.php">门户</a> <em>›</em> {trail(view, " <em>›</em> ")} <em>›</em> 查看内容</div></div>
<div id="ct" class="ct2 wp cl"><div class="mn"><div class="bm vw"><div class="h hm"><h1 class="ph">{story.title}</h1>
<p class="xg1">{_unpadded(names.moment)}<span class="pipe">|</span>发布者: <a href="/home.php?mod=space&amp;uid=1">admin</a><span class="pipe">|</span>查看: <em id="_viewnum">{view.number * 7}</em><span class="pipe">|</span>评论: 2<span class="pipe">|</span>原作者: {names.author}<span class="pipe">|</span>来自: {names.source}</p></div>
{lead}<div class="d"><table cellpadding="0" cellspacing="0" class="vwtb"><tr><td id="article_content">{body}</td></tr></table>{_pager(view)}
<div id="click_div"><table cellpadding="0" cellspacing="0" class="atd"><tr>{moods}</tr></table></div></div>
<div class="o cl bm_c"><a href="/home.php?mod=spacecp&amp;ac=favorite" class="oshr ofav">收藏</a><a href="/home.php?mod=spacecp&amp;ac=share" class="oshr">分享</a><a href="/misc.php?mod=invite" class="oshr oivt">邀请</a></div>
<div class="pren pbm cl"><em>上一篇：{anchor(view.previous)}</em><em>下一篇：{anchor(view.next)}</em></div></div>
<div id="related_article" class="bm"><div class="bm_h cl"><h3>相关阅读</h3></div><div class="bm_c"><ul class="xl xl2 cl">{items(view.related)}</ul></div></div>
<div id="comment" class="bm"><div class="bm_h cl"><h3>最新评论</h3></div><div id="comment_ul" class="bm_c"><dl class="ptm pbm bbda cl"><dt><a href="/home.php?mod=space&amp;uid=22">江边钓叟</a> <span class="xg1">2013-5-1 08:11</span></dt><dd>这条路我天天走，修好了确实方便不少，给施工的师傅们点个赞。</dd></dl></div></div></div></div></div>
<div id="ft" class="wp cl"><p>Powered by <strong>Discuz!</strong> <em>X2.5</em></p><p class="xs0">© 2001-2012 Comsenz Inc. {view.site}</p></div></body></html>"""


DISCUZ = Skin("discuz", render, frozenset({"source", "author"}), "minute")
