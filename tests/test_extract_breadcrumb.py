"""您现在的位置: the channels, without the site, 首页, 正文 and the title."""

from __future__ import annotations

import pytest

from tests.extract_kit import TITLE, article, html

_HOME, _CITY, _LIFE = '<a href="/">首页</a>', '<a href="/c/">城事</a>', '<a href="/c/l/">市井</a>'


@pytest.mark.parametrize(
    "crumb",
    [
        f"<div>您现在的位置：{_HOME} &gt; {_CITY} &gt; {_LIFE} &gt; 正文</div>",
        f"<div>当前位置：{_HOME}&gt;{_CITY}&gt;{_LIFE}&gt; {TITLE}</div>",
        f"<div>当前位置: {_HOME} &raquo; {_CITY} &raquo; {_LIFE}</div>",
        f'<div>您的位置：<a href="/">东方早市网</a> &gt;&gt; {_CITY} &gt;&gt; {_LIFE} &gt;&gt; 浏览文章</div>',
        f'<div class="breadcrumb">{_HOME} / {_CITY} / {_LIFE}</div>',
        f'<ul class="breadcrumb"><li>{_HOME}</li><li>{_CITY}</li><li>{_LIFE}</li><li class="active">正文</li></ul>',
        f'<div class="path">{_HOME} &gt; {_CITY} &gt; {_LIFE} &gt; 正文</div>',
        f"<table><tr><td>当前位置：</td><td>{_HOME} &gt; {_CITY} &gt; {_LIFE}</td></tr></table>",
        f"<div>{_HOME} → {_CITY} → {_LIFE} → 正文</div>",
        f"<div>当前位置：<a href='/index.html'>东方早市</a> &gt; {_CITY} &gt; {_LIFE} &gt; 正文</div>",
        f"<p>{_HOME}》 {_CITY}》 {_LIFE}》 正文</p>",
        f"<div>當前位置：<a href='/'>主頁</a> &gt; {_CITY} &gt; {_LIFE} &gt;</div>",
        f"<div class=path><span>{_HOME} &gt; {_CITY} &gt; {_LIFE} &gt; 正文</span> <a href=/app>早市</a></div>",
        f"<div class=path><h3>{_HOME} &gt; {_CITY} &gt; {_LIFE} &gt;</h3><h3><a href=/wx/>加群</a></h3></div>",
        f"<dl><dt>当前位置：</dt><dd>{_HOME} &gt; {_CITY} &gt; {_LIFE} &gt;</dd><dd>早市</dd><dd>其二</dd></dl>",
        f"<div class=crumb><nav class=breadcrumb>{_HOME} &gt; {_CITY} &gt; {_LIFE}</nav><p><a href=/a>听</a></p></div>",
    ],
)
def test_channels_are_read_outermost_first(crumb: str) -> None:
    assert article(html(above=crumb)).category == ["城事", "市井"]


@pytest.mark.parametrize(
    "crumb", ["", f"<ul><li>{_HOME}</li><li>{_CITY}</li></ul>", f"<div>当前位置：{_HOME} &gt; 正文</div>"]
)
def test_a_menu_is_no_breadcrumb_and_home_is_no_channel(crumb: str) -> None:
    assert article(html(above=crumb)).category == []


def test_the_breadcrumb_is_no_part_of_the_text() -> None:
    assert "位置" not in article(html(above=f"<div>您现在的位置：{_HOME} &gt; {_CITY} &gt; 正文</div>")).text


def test_a_slash_inside_a_link_belongs_to_the_name() -> None:
    crumb = f"<div>当前位置：{_HOME} &gt; <a href='/s/'>半导体/零组件</a></div>"
    assert article(html(above=crumb)).category == ["半导体/零组件"]


def test_a_title_in_brackets_is_no_arrow() -> None:
    assert article(html(above="<p><a href='/b/'>《早市》</a> <a href='/c/'>书评</a></p>")).category == []


_PATHS = [
    (
        "<div><big>焦点</big><span>当前位置：<a href='/'>首页</a>&gt;<a href='/a/'>社会</a>"
        "&gt;<a href='/b/'>焦点</a></span></div>",
        ["社会", "焦点"],
    ),
    (
        "<div><div class='p_breadcrumb'><a href='/'>首页</a></div><div class='sep'><div>/</div></div>"
        "<div class='p_breadcrumb'><a href='/a/'>社会</a></div><div class='sep'><div>/</div></div>"
        "<div class='p_breadcrumb'><a href='/b/'>焦点</a></div></div>",
        ["社会", "焦点"],
    ),
    ("<div>当前分类 : <a href='/c/'>社会</a> <a href='/'>首页</a> <a href='/map/'>导航</a></div>", ["社会"]),
    (
        "<div>当前位置：<a href='../index.html'>东街管道</a> &gt; <a href='../a/index.html'>社会</a> &gt;</div>",
        ["社会"],
    ),
    ("<div>+- <a href='/'>主页</a> &gt; <a href='/a/'>社会</a> &gt;</div>", ["社会"]),
    (
        "<div><div class='p_breadcrumb'><a href='/'><div>首页</div></a></div><div class='p_end'><p>/</p></div>"
        "<div class='p_breadcrumb'><a href='/a/'><div>社会</div></a></div><div class='p_end'><p>/</p></div>"
        f"<div class='p_breadcrumb'><div class='font'>{TITLE}</div></div></div>",
        ["社会"],
    ),
    (f"<div>当前位置: <a href='/'>主页</a> > <a href='/a/'>{TITLE[:7]}</a> ></div>", [TITLE[:7]]),
    ("<h3>首页 - 社会</h3>", ["社会"]),
    ("<div>首页 - 社会 - 焦点 - 视频 - 图片 - 论坛</div>", []),
    ("<div>本站位置：<a href='/'>主页</a>&gt;<a href='/a/'>社会</a></div>", ["社会"]),
    ("<div>您现在的位置：<a href='/'>首 页</a> > <a href='/a/'>要闻</a> > 正文</div>", ["要闻"]),
    ("<div>当前位置: <a href='/'>首页</a> &gt;&gt; <a href='/a/'>学院新闻</a> &gt;&gt; 内容</div>", ["学院新闻"]),
    ("<div><a href='/'>东方早市网</a> / <a href='/a/'>社会</a> / <a href='/a/b/'>焦点</a></div>", ["社会", "焦点"]),
    ("<div><a href='/'>首页</a> / <a href='/a/'>社会</a> / 焦点</div>", ["社会", "焦点"]),
    ("<div>位置：<a href='/'>【东方早市网】</a> > <a href='/a/'>社会</a></div>", ["社会"]),
    (
        "<div>您当前所在位置：<a href='/'>网站首页</a> → <a href='/a/'>社会</a> → <a href='/a/b/'>焦点</a></div>",
        ["社会", "焦点"],
    ),
    ("<div>当前位置：<a href='/'>首页</a> > <a href='/a/'>社会</a> > 查看详情</div>", ["社会"]),
    ("<div>当前位置：<a href='/'>首页</a> > <a href='/a/'>社会</a> > 集市上的一个早晨</div>", ["社会"]),
    (
        "<div>栏目导航：<a href='/'>首页</a> > <a href='/a/'>社会</a> <a href='#'>收藏</a> <a href='#'>打印</a></div>",
        ["社会"],
    ),
    ("<div>Position: <a href='/'>Home</a> > <a href='/e/'>Events</a> ></div>", ["Events"]),
    ("<div>当前位置：<a href='/'>首页</a> > 栏目名称 > <a href='/a/'>社会</a></div>", ["社会"]),
    ("<div>当前位置：<a href='/'>首页</a> > <a href='/a/'>社会</a> > 2019-03-16 08:30</div>", ["社会"]),
    ("<div>当前位置：<a href='/'>首页</a>-<a href='/a/'>社会</a>-<a href='/b/'>焦点</a>-正文</div>", ["社会", "焦点"]),
    ("<div>您的位置：<a href='/'>首页</a> | <a href='/a/'>社会</a> | 正文</div>", ["社会"]),
    ("<div>當前位置：<a href='/'>首頁</a> &gt; <a href='/a/'>社會</a> &gt; 內文</div>", ["社會"]),
    (
        "<ul class=breadcrumb><li><a href='/'>首页</a></li><li><a href='/a/'>社会</a></li>"
        "<li class=active>正文</li></ul>",
        ["社会"],
    ),
    (
        "<div class=crumbs><a href='/'>东方早市网</a><span>&gt;</span><a href='/a/'>社会</a><span>&gt;</span>"
        "<span>正文</span></div>",
        ["社会"],
    ),
    ("<div>所在栏目：<a href='/a/'>社会</a></div>", ["社会"]),
    ("<div><a href='/'>首页</a> <a href='/a/'>社会</a> <a href='/b/'>焦点</a> <a href='/c/'>体育</a></div>", []),
    ("<div><a href='/'>首页</a> | <a href='/a/'>社会</a> | <a href='/b/'>焦点</a> | <a href='/c/'>体育</a></div>", []),
    ("<div>东方早市网 &gt; 社会 &gt; 焦点 &gt; 正文</div>", ["社会", "焦点"]),
    ("<table><tr><td>当前位置：</td><td><a href='/'>首页</a> &gt; <a href='/a/'>社会</a></td></tr></table>", ["社会"]),
    ("<div>首页 &gt;&gt; 社会 &gt;&gt; 资讯正文</div>", ["社会"]),
]


@pytest.mark.parametrize(("path", "channels"), _PATHS)
def test_a_path_in_the_forms_that_sites_print(path: str, channels: list[str]) -> None:
    assert article(html(above=path, byline="<div>2019-03-16 08:30 来源：东方早报</div>")).category == channels
