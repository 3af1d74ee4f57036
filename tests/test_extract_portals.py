"""Pages as portals, CMSs, papers, offices, forums and blogs of twenty years print them: tables, fonts, no names."""

from __future__ import annotations

import pytest

from tests.extract_kit import PARAGRAPHS, PROSE, TEXT, article

_BROKEN = "<br><br>".join(f"　　{paragraph}" for paragraph in PARAGRAPHS)
_MENU = (
    "<table width=760><tr><td><a href=/>首页</a> | <a href=/news/>新闻</a> | <a href=/ent/>娱乐</a> | "
    "<a href=/sports/>体育</a></td></tr></table>"
)
_RELATED = (
    "<table><tr><td>相关新闻</td></tr><tr><td>·<a href=/1.html>卖鱼人的早晨</a>(2004-11-20)<br>"
    "·<a href=/2.html>卖菜人的早晨</a>(2004-11-21)</td></tr></table>"
)
_FOOT = "<table><tr><td align=center>关于我们 | 联系我们<br>Copyright © 2004 东方早市网 版权所有</td></tr></table>"

# Name; <title>; the page, with MENU, PROSE, BROKEN (lines broken by <br>), RELATED for those parts; what is read of it.
_PAGES = [
    (
        "portal, th",
        "集市上的一个早晨_新闻中心_东方早市网",
        (
            "MENU<table><tr><td><a href=/>新闻中心</a> > <a href=/s/>社会</a> > 正文</td></tr></table><table>"
            "<tr><th class=f24><font color=#05006C>集市上的一个早晨</font></th></tr><tr>"
            "<td height=20 align=center>http://www.example.com.cn <font color=#A20010>2004年11月25日18:57"
            "</font> <font color=#A20010>东方早报</font></td></tr><tr><td class=l17><font id=zoom>PROSE"
            "</font></td></tr></table>RELATED"
        ),
        {"title": "集市上的一个早晨", "published": "2004-11-25T18:57", "source": "东方早报", "category": "社会"},
    ),
    (
        "portal, brackets",
        "早市新闻-集市上的一个早晨",
        (
            "MENU<table><tr><td align=center><b><font size=4>集市上的一个早晨</font></b></td></tr><tr>"
            "<td align=center>NEWS.EXAMPLE.COM　　2004年11月25日18:57　　来源：[ 东方早报 ]　页面功能　【"
            "<a href=#>我来说两句</a>】【<a href=#>推荐</a>】【字体：<a>大</a> <a>中</a> <a>小</a>】【<a>打印"
            "</a>】 【<a>关闭</a>】</td></tr><tr><td>BROKEN</td></tr></table>RELATED"
        ),
        {"title": "集市上的一个早晨", "published": "2004-11-25T18:57", "source": "东方早报"},
    ),
    (
        "portal, dashes",
        "集市上的一个早晨_早市新闻中心",
        (
            "MENU<table><tr><td><a href=/>早市首页</a>-<a href=/news/>新闻频道</a>-<a href=/g/>国内新闻</a>"
            "</td></tr></table><table><tr><td class=t24 align=center>集市上的一个早晨</td></tr><tr>"
            "<td align=center>2004-11-25 18:57:05　来源: <a href=http://p.cn/>东方早报</a>　<a href=#>"
            "网友评论 12 条</a>　<a href=#>进入论坛</a></td></tr><tr><td>PROSE<p align=right>(责任编辑:李编)"
            "</p></td></tr></table>"
        ),
        {"title": "集市上的一个早晨", "published": "2004-11-25T18:57:05", "source": "东方早报", "editor": "李编"},
    ),
    (
        "powereasy",
        "集市上的一个早晨 >> 东方早市网",
        (
            "<table><tr><td>您现在的位置： <a href=/>东方早市网</a> >> <a href=/a/>散文</a> >> 正文</td></tr>"
            "</table><table><tr><td class=main_title align=center>集市上的一个早晨</td></tr><tr>"
            "<td align=center>作者：<a href=/x>张小早</a>　　文章来源：<a href=/y>东方早报</a>　　点击数："
            "<script>1</script>　　更新时间：2004-11-25</td></tr><tr><td id=fontzoom>BROKEN</td></tr><tr>"
            "<td align=right>文章录入：admin　　责任编辑：李编　</td></tr><tr><td><li>上一篇文章： "
            "<a href=/1.asp>卖鱼</a></li><li>下一篇文章： 没有了</li></td></tr></table>"
        ),
        {
            "title": "集市上的一个早晨",
            "published": "2004-11-25",
            "source": "东方早报",
            "author": "张小早",
            "editor": "李编",
            "category": "散文",
        },
    ),
    (
        "dede52",
        "集市上的一个早晨_东方早市网",
        (
            "<div class=place><strong>当前位置:</strong><a href=/>主页</a>><a href=/a/>散文</a>></div>"
            "<div class=viewbox><div class=title><h2>集市上的一个早晨</h2></div><div class=info><small>时间:"
            "</small>2014-11-25 18:57<small>来源:</small>东方早报 <small>作者:</small>张小早 <small>点击:"
            "</small><script>1</script>次</div><div class=content>PROSE</div><div class=dede_pages></div>"
            "</div><div>(责任编辑：李编)</div>"
        ),
        {
            "title": "集市上的一个早晨",
            "published": "2014-11-25T18:57",
            "source": "东方早报",
            "author": "张小早",
            "editor": "李编",
            "category": "散文",
        },
    ),
    (
        "gov table",
        "政府信息公开",
        (
            "<table border=1><tr><td>索 引 号：</td><td>000014349/2019-00012</td><td>主题分类：</td><td>商贸"
            "</td></tr><tr><td>发布机构：</td><td>市商务局</td><td>成文日期：</td><td>2019年03月10日</td>"
            "</tr><tr><td>名　　称：</td><td colspan=3>关于集市开放的通知</td></tr><tr><td>文　　号：</td>"
            "<td>商字〔2019〕12号</td><td>发布日期：</td><td>2019年03月16日</td></tr></table><div>PROSE</div>"
        ),
        {"title": "关于集市开放的通知", "published": "2019-03-16"},
    ),
    (
        "epaper",
        "东方日报数字报-集市上的一个早晨",
        (
            "<table><tr><td>第A04版：城事</td><td>上一版 下一版</td></tr></table><table><tr><td>"
            "2012年11月25日 星期日 <a href=#>放大</a> <a>缩小</a> <a>默认</a></td></tr><tr><td align=center>"
            "<strong>集市上的一个早晨</strong></td></tr><tr><td align=center>——记东方早市的一天</td></tr><tr>"
            "<td>■本报记者 王小明</td></tr><tr><td><founder-content>PROSE</founder-content></td></tr></table>"
        ),
        {"title": "集市上的一个早晨", "published": "2012-11-25", "author": "王小明"},
    ),
    (
        "discuz",
        "集市上的一个早晨 - 散文天地 - 东方论坛 - Powered by Discuz!",
        (
            "<div id=nav><a href=index.php>东方论坛</a> &raquo; <a href=f>散文天地</a>"
            " &raquo; 集市上的一个早晨</div><table><tr><td class=postauthor><cite><a href=/u>小早</a></cite>"
            "<br>新手上路<br>UID 123<br>帖子 5<br>积分 10<br>注册时间 2008-1-2<br>最后登录 2009-3-4</td><td>"
            "<div class=postinfo>发表于 2009-3-1 20:15 <a href=#>资料</a> <a href=#>短消息</a> 只看该作者"
            "</div><h2>集市上的一个早晨</h2><div class=t_msgfont>BROKEN</div></td></tr></table>"
        ),
        {"title": "集市上的一个早晨", "published": "2009-03-01T20:15", "category": "散文天地"},
    ),
    (
        "blog",
        "张小早的博客",
        (
            "<h1><a href=/>张小早的博客</a></h1><div>走走停停</div><div class=post><div class=date>2006-05-12"
            "</div><h3><a href=/p/1.html>集市上的一个早晨</a></h3><div>BROKEN</div><p>"
            "Posted by 张小早 at 20:15 | <a href=#>评论(3)</a> | <a href=#>引用(0)</a></p></div><div>最新评论"
            "</div>"
        ),
        {"title": "集市上的一个早晨", "published": "2006-05-12"},
    ),
    (
        "school",
        "东方大学新闻网",
        (
            "<div class=nav><a href=/>首页</a><a href=/x/>学校要闻</a></div><div>您的位置: <a href=/>首页</a>"
            " / <a href=/x/>学校要闻</a> / 正文</div><div class=article><h1 class=arti_title>集市上的一个早晨"
            "</h1><p class=arti_metas><span class=arti_publisher>作者：张小早</span><span class=arti_update>"
            "发布时间：2019-03-16</span><span class=arti_views>浏览次数：<span>10</span></span></p>"
            "<div class=entry>PROSE<p>（文：张小早 图：王五 审核：赵六）</p></div></div>"
        ),
        {"title": "集市上的一个早晨", "published": "2019-03-16", "author": "张小早", "category": "学校要闻"},
    ),
    (
        "weixin",
        "集市上的一个早晨",
        (
            "<div id=img-content class=rich_media_wrp><h1 class=rich_media_title id=activity-name>"
            "集市上的一个早晨</h1><div id=meta_content class=rich_media_meta_list>"
            "<span class='rich_media_meta rich_media_meta_text'>张小早</span>"
            "<span class='rich_media_meta rich_media_meta_nickname'><a id=js_name>东方早报</a></span>"
            "<em id=publish_time class='rich_media_meta rich_media_meta_text'>2019-03-16 08:30</em></div>"
            "<div class=rich_media_content id=js_content>PROSE</div></div>"
        ),
        {"title": "集市上的一个早晨", "published": "2019-03-16T08:30", "source": "东方早报", "author": "张小早"},
    ),
    (
        "fanwen",
        "集市上的一个早晨（精选5篇）_范文大全",
        (
            "<div class=crumb>当前位置：<a href=/>首页</a> > <a href=/f/>范文</a> > 集市上的一个早晨</div>"
            "<h1>集市上的一个早晨（精选5篇）</h1><div class=info>时间：2019-03-16 08:30:00　<a href=/f/>范文"
            "</a>　<a href=/t/>我要投稿</a></div><div class=content>PROSE</div><div>"
            "【集市上的一个早晨】相关文章：</div><ul><li><a href=/1>卖鱼</a> 03-15</li></ul>"
        ),
        {"title": "集市上的一个早晨（精选5篇）", "published": "2019-03-16T08:30:00", "category": "范文"},
    ),
]


@pytest.mark.parametrize(("name", "title", "page", "expected"), _PAGES)
def test_a_page_of_its_time(name: str, title: str, page: str, expected: dict[str, str]) -> None:
    for part, html in (("MENU", _MENU), ("PROSE", PROSE), ("BROKEN", _BROKEN), ("RELATED", _RELATED)):
        page = page.replace(part, html)
    found = article(f"<html><head><title>{title}</title></head><body>{page}{_FOOT}</body></html>")
    fields = {name: getattr(found, name) for name in ("title", "published", "source", "author", "editor")}
    fields["category"] = "/".join(found.category)
    assert {field: value for field, value in fields.items() if value} == expected
    assert found.text.replace("　", "") == TEXT


_REPLY = "写得真好，我也喜欢这样的早晨，明天一起去看看吧，顺便买两条鱼回来做汤。"
_DISCUZ = (
    '<div id="ct"><h1 class="ts"><a href="/f">[散文]</a> <span id="thread_subject">集市上的一个早晨</span></h1>'
    '<div id="postlist"><div id="post_101"><div class="authi"><a class="xw1" href="/u1">张小早</a></div>'
    '<div class="authi"><em id="authorposton101">发表于 2019-3-16 08:30:00</em> | 只看该作者</div>'
    '<table><tr><td class="t_f" id="postmessage_101">{text}</td></tr></table></div>'
    '<div id="post_102"><div class="authi"><a class="xw1" href="/u2">李迟</a></div><div class="authi">'
    '<em id="authorposton102">发表于 2019-3-17 09:00:00</em> | 只看该作者</div><table><tr>'
    '<td class="t_f" id="postmessage_102">{reply}</td></tr></table></div></div></div>'
)
_PHPWIND = (
    '<div id="readfloor_tpc"><a href="/u1">张小早</a><h1 id="subject_tpc">集市上的一个早晨</h1>'
    '<div>楼主 发表于: 2019-03-16 08:30</div><div class="tpc_content" id="read_tpc">{text}</div></div>'
    '<div id="readfloor_1"><a href="/u2">李迟</a><div>沙发 发表于: 2019-03-17 09:00</div>'
    '<div class="tpc_content" id="read_1">{reply}</div></div>'
)


@pytest.mark.parametrize("thread", [_DISCUZ, _PHPWIND, _DISCUZ.replace('"t_f"', '"t_msgfont"')])
@pytest.mark.parametrize("replies", [1, 12])
def test_of_a_thread_the_first_post_is_the_text(thread: str, replies: int) -> None:
    text = "<br />\n<br />\n".join(PARAGRAPHS)
    body = thread.format(text=text, reply=f"{_REPLY}<br>" * replies)
    page = f"<html><head><title>集市上的一个早晨 - 散文 - 早市论坛</title></head><body>{body}</body></html>"
    found = article(page, url="http://bbs.example.cn/thread-101-1-1.html")
    assert (found.title, found.text) == ("集市上的一个早晨", TEXT)
    assert found.published is not None
    assert found.published.startswith("2019-03-16T08:30")
