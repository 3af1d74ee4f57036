"""The article's own title: as printed on the page, without site, channel, page number and furniture."""

from __future__ import annotations

import pytest

from crawler.extract.layout import Layout
from crawler.extract.read import parse
from crawler.extract.selected import overrule
from crawler.extract.title import clean_title, fold, repeats, segments, without_byline
from tests.extract_kit import PARAGRAPHS, PROSE, TEXT, TITLE, URL, article, html, outcome


@pytest.mark.parametrize(
    "name",
    [
        f"{TITLE}_社会新闻_东方早市网",
        f"{TITLE}-东方早市网",
        f"{TITLE} - 东方早市网",
        f"{TITLE} | 东方早市网",
        f"{TITLE}——东方早市网",
        f"{TITLE}--社会--东方早市网",
        f"东方早市网 - {TITLE}",
        f"{TITLE}",
        "东方早市网",
        "",
    ],
)
def test_the_heading_is_the_title_whatever_title_element_says(name: str) -> None:
    source = (
        f"<html><head><title>{name}</title></head><body><div><h1>{TITLE}</h1><div>{PROSE}</div></div></body></html>"
    )
    assert article(source).title == TITLE


@pytest.mark.parametrize(
    "logo", ["<h1>东方早市网</h1>", '<h1 class="logo"><a href="/">东方早市网</a></h1>', "<h1>全场满三百减五十</h1>"]
)
@pytest.mark.parametrize(
    "heading", ["<h2>{}</h2>", '<div class="title">{}</div>', '<p class="biaoti">{}</p>', "<h1>{}</h1>"]
)
def test_a_heading_that_is_a_logo_or_an_advertisement_is_not_taken(logo: str, heading: str) -> None:
    source = (
        f"<html><head><title>{TITLE}_东方早市网</title></head><body>{logo}{heading.format(TITLE)}"
        f"<div>{PROSE}</div></body></html>"
    )
    assert article(source).title == TITLE


def test_without_a_heading_the_title_element_gives_the_title_without_the_site() -> None:
    source = f"<html><head><title>{TITLE}_东方早市网</title></head><body><div>{PROSE}</div></body></html>"
    assert article(source).title == TITLE


@pytest.mark.parametrize("suffix", ["(2)", "（2）", "[2]", " 第2页"])
def test_the_number_of_the_page_is_no_part_of_the_title(suffix: str) -> None:
    source = html(title=TITLE + suffix, name=f"{TITLE}{suffix}_东方早市网")
    assert article(source, url=URL.replace("1234", "1234_2")).title == TITLE


def test_a_number_of_the_title_s_own_stays_on_the_first_page() -> None:
    assert article(html(title="集市上的早晨(2)")).title == "集市上的早晨(2)"


@pytest.mark.parametrize(
    "title",
    [
        "iPhone XS-Max到底怎么样",
        "2018-2019学年工作总结",
        "“早市”背后：谁在凌晨三点起床？",
        "《集市》：一部小城的史诗",
        "中国 - 东盟博览会开幕",
    ],
)
def test_a_mark_inside_the_title_does_not_cut_it(title: str) -> None:
    assert article(html(title=title)).title == title


def test_the_title_is_not_repeated_in_the_text() -> None:
    assert TITLE not in article(html(body=f"<p><strong>{TITLE}</strong></p>{PROSE}")).text


@pytest.mark.parametrize("line", ["原标题：集市的早上", "（原标题：集市的早上）"])
def test_the_original_title_is_neither_title_nor_text(line: str) -> None:
    found = article(html(body=f"<p>{line}</p>{PROSE}"))
    assert found.title == TITLE
    assert "原标题" not in found.text


def test_the_ending_of_a_file_is_no_part_of_a_document_s_title() -> None:
    assert article(html(title="年度工作总结.docx"), family="wenku").title == "年度工作总结"


@pytest.mark.parametrize(
    ("one", "other"), [("集市 上，的早晨", "集市上的早晨"), ("ＡＢＣ（１）", "abc1"), ("“甲”", "甲")]
)
def test_two_spellings_of_a_title_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_heading_that_repeats_all_of_title_gives_way_to_the_title_alone() -> None:
    name = f"{TITLE}_早市财务官网 一站式服务平台 | 财税记账 | 认证公司"
    teaser = (
        "<dl><dt><a href='/2.html'>另一个早晨</a></dt><dd>另一个集市，另一个早晨，另一群人，都在等开门 ...</dd></dl>"
    )
    source = (
        f"<html><head><title>{name}</title></head><body><h1>{name}</h1><div>{teaser * 5}</div>"
        f"<div><div class='title2'><span>{TITLE}</span></div><div>{PROSE}</div></div></body></html>"
    )
    found = article(source)
    assert (found.title, found.text) == (TITLE, TEXT)


def test_a_greeting_is_no_title() -> None:
    source = (
        f"<html><head><title>早市小学</title></head><body><div class='title'>早市小学欢迎您！</div>"
        f"<div><div class='tit'>{TITLE}</div><div>2019-03-16</div><div>{PROSE}</div></div></body></html>"
    )
    assert article(source).title == TITLE


def test_a_path_in_a_heading_is_no_title() -> None:
    source = (
        f"<html><head><title>早市县人民法院</title></head><body><h1>早市县人民法院<span>> 执行信息</span></h1>"
        f"<div><h4>{TITLE}</h4><p>2016-09-29 21:16:25 来源: 本站</p><div>{PROSE}</div></div></body></html>"
    )
    assert article(source).title == TITLE


_OWN_MARKS = [
    "初三语文<故乡>教学设计",
    "读<西游记>有感",
    "C++ <map> 的用法",
    "《<论语>六则》教案",
    "读<<活着>>有感",
    "赶集«早市»见闻",
    "«早市»与«夜市»",
    "水温>气温时的鱼",
    "1-3月早市交易额稳步上升",
    "早市观察｜鱼价回落；菜价持平",
    "《早市》-读后感",
    "早市-东街 | 九月",
]


@pytest.mark.parametrize("separator", ["_", " - ", "-", "|", " | "])
@pytest.mark.parametrize("title", _OWN_MARKS)
def test_marks_inside_a_title_are_the_title_s(title: str, separator: str) -> None:
    escaped = title.replace("<", "&lt;").replace(">", "&gt;")
    assert article(html(title=escaped, name=f"{escaped}{separator}东方早市网")).title == title


@pytest.mark.parametrize("title", _OWN_MARKS)
def test_a_title_that_metadata_alone_has_keeps_its_parts(title: str) -> None:
    escaped = title.replace("<", "&lt;").replace(">", "&gt;")
    source = html(name=f"{escaped}_东方早市网").replace(f"<h1>{TITLE}</h1>", "")
    assert article(source).title == title


@pytest.mark.parametrize(
    "behind",
    [
        "_早市作文_小学生作文_东方早市网",
        "_集市上的早晨500字_早晨的作文_东方早市网",  # keywords
        " - 小学生作文 - 作文大全 - 东方早市网",
        "-小学生作文-东方早市网",
        "|小学生作文 - 东方早市网",
        "_快入市-早市第一平台",  # the site's name has a mark of its own
        ",集市作文,小学生早晨作文_东方早市网",
    ],
)
def test_a_title_that_metadata_alone_has_is_the_first_part(behind: str) -> None:
    source = html(name=f"{TITLE}{behind}").replace(f"<h1>{TITLE}</h1>", "")
    assert article(source).title == TITLE


def test_a_title_that_metadata_alone_has_keeps_a_part_behind_another_mark() -> None:
    for name in ("早市测试方法-功能图法 - 软件早市", "早市, 夜市, 集市_东方早市网"):
        source = html(name=name).replace(f"<h1>{TITLE}</h1>", "")
        assert article(source).title == name.rpartition(" - ")[0] or article(source).title == name.partition("_")[0]


def test_a_sentence_above_the_text_is_no_title() -> None:
    said = "“石桥的声音又多了起来。”一位老人说。"
    source = f"<h4>{TITLE}</h4><div class=title>{said}</div><div>{PROSE}</div>"
    found = article(f"<html><head><title>早市金融</title></head><body>{source}</body></html>")
    assert found.title == TITLE
    assert said in found.text


def test_what_announces_a_list_is_no_title() -> None:
    path = f"<div>您现在的位置：<a href=/>网站首页</a> &gt; {TITLE}</div>"
    first = "清晨的集市总是先从鱼摊热闹起来，溅湿了过路人的裤脚，也没有人生气。"
    body = f"<p>{first}</p><h4>走过石桥的常见办法有以下两种：</h4>"
    body = f"{path}<div>{body}<h5>一</h5>{PROSE}</div>"
    source = f"<html><head><title>{TITLE}-早市药房</title></head><body>{body}</body></html>"
    found = article(source)
    assert found.title == TITLE
    assert found.text.startswith(first)


def test_a_heading_may_end_like_a_sentence() -> None:
    said = "鱼摊的正确摆法需要注意这些内容。"
    body = f"<h1>{said}</h1><div>{PROSE}</div>"
    source = f"<html><head><title>早市鱼摊_鱼摊批发 - 东方早市公司</title></head><body>{body}</body></html>"
    assert article(source).title == said


def test_a_title_that_metadata_alone_has_loses_the_channel_that_the_page_names() -> None:
    source = html(above='<p><a href="/sh/">市井</a></p>', name=f"{TITLE}_市井_东方早市网").replace(
        f"<h1>{TITLE}</h1>", ""
    )
    assert article(source).title == TITLE


def test_a_title_with_a_separator_that_the_metadata_repeats_is_whole() -> None:
    title = "早市-东街 | 九月的风"
    head = f'<meta property="og:title" content="{title}">'
    assert article(html(title=title, name=f"{title}_东方早市网", head=head)).title == title


@pytest.mark.parametrize(
    "printed",
    [f"标 题：{TITLE}", f"【标题】：{TITLE}", f"{TITLE}(1)", f"{TITLE}（1/12）", f"{TITLE} <a href='/'>[返回]</a>"],
)
def test_what_a_skin_prints_around_a_title_is_not_the_title_s(printed: str) -> None:
    assert article(html(title=printed, name=f"{TITLE}_东方早市网")).title == TITLE


@pytest.mark.parametrize("title", ["写给早市的一篇文章", "东街早市晚间播报", "我的十年收藏"])
def test_a_heading_that_ends_like_a_control_is_the_title_where_the_metadata_say_something_else(title: str) -> None:
    assert article(html(title=title, name="早市月刊第三期")).title == title


def test_a_number_that_metadata_repeats_is_the_title_s() -> None:
    assert article(html(title=f"{TITLE}(1)")).title == f"{TITLE}(1)"


def test_the_title_of_a_known_skin_is_where_the_skin_has_it() -> None:
    source = (
        f"<html><head><meta charset=utf-8><title>早市周报第三期_东方早市网</title></head><body><div id=img-content>"
        f"<h1>早市周报第三期</h1><div id=activity-name>{TITLE}</div><span id=js_name>东方早市</span>"
        f"<div id=js_content>{PROSE}</div></div></body></html>"
    )
    found = article(source)
    assert (found.template, found.title) == ("wechat", TITLE)


def test_a_site_s_selectors_overrule_what_was_found_and_where_they_find_nothing_it_stays() -> None:
    source = html(byline="<p class=by>2019-03-16 来源：东方早报</p><b id=t>东街的九月</b>")
    found = article(source)
    overrule(found, Layout(title="#t", source="#nowhere"), source)
    assert (found.title, found.source) == ("东街的九月", "东方早报")


# A page as template sites make it: a menu, what the case prints, a byline, the text. <title> and the lines, the title.
_MENU = '<div class="top"><a href="/">首页</a> <a href="/xw/">新闻中心</a> <a href="/tz/">通知公告</a></div>'
_INFO = "<div>2019-03-16 08:30 来源：东方早报</div>"
_KINDS = [
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨</h1>", "集市上的一个早晨"),
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨<a href='list.html'>返回</a></h1>", "集市上的一个早晨"),
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨 <a href='list.html'>[返回列表]</a></h1>", "集市上的一个早晨"),
    (
        "集市上的一个早晨_东方早市网",
        "<div class=title>集市上的一个早晨<a href='#'>打印</a><a href='#'>关闭</a></div>",
        "集市上的一个早晨",
    ),
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨<a href='#pl'>我要评论(3)</a></h1>", "集市上的一个早晨"),
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨<span>收藏</span></h1>", "集市上的一个早晨"),
    ("集市上的一个早晨-东方早市网", "<h1><a href='/'>东方早市网</a></h1><h2>集市上的一个早晨</h2>", "集市上的一个早晨"),
    ("集市上的一个早晨-东方早市网", "<h1>东方早市网</h1><div class=bt>集市上的一个早晨</div>", "集市上的一个早晨"),
    ("新闻中心_东方早市网", "<h2>新闻中心</h2><h1>集市上的一个早晨</h1>", "集市上的一个早晨"),
    (
        "东方早市网",
        "<table><tr><td align=center><font size=4><b>集市上的一个早晨</b></font></td></tr></table>",
        "集市上的一个早晨",
    ),
    ("新闻中心--东方早市网", "<div>集市上的一个早晨</div>", "集市上的一个早晨"),
    (
        "新西兰_移民留学出国 留学签证办理",
        "<div><a href='/'>移民留学出国 留学签证办理</a></div><h1>集市上的早晨</h1>",
        "集市上的早晨",
    ),
    ("新西兰_移民留学出国 留学签证办理", "<div>移民留学出国 留学签证办理</div><h1>集市上的早晨</h1>", "集市上的早晨"),
    ("集市|一个早晨_东方早市网", "<h1>集市|一个早晨</h1>", "集市|一个早晨"),
    ("集市｜一个早晨 - 东方早市网", "<h1>集市｜一个早晨</h1>", "集市｜一个早晨"),
    ("早市 | 集市上的一个早晨 | 东方早市网", "<h1>早市 | 集市上的一个早晨</h1>", "早市 | 集市上的一个早晨"),
    ("集市-一个早晨-东方早市网", "<h1>集市-一个早晨</h1>", "集市-一个早晨"),
    ("集市 - 一个早晨 - 东方早市网", "<div>集市 - 一个早晨</div>", "集市 - 一个早晨"),
    ("集市_一个早晨_东方早市网", "<p class=tit>集市_一个早晨</p>", "集市_一个早晨"),
    ("晨报|集市上的一个早晨", "<h1>晨报|集市上的一个早晨</h1>", "晨报|集市上的一个早晨"),
    ("集市上的一个早晨 - 东方早市网", "<h1>集市上的一个早晨 - 东方早市网</h1>", "集市上的一个早晨"),
    ("集市——一个早晨_东方早市网", "", "集市——一个早晨"),
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨(1)</h1>", "集市上的一个早晨"),
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨（1/8）</h1>", "集市上的一个早晨"),
    ("集市上的一个早晨(1)_东方早市网", "<h1>集市上的一个早晨(1)</h1>", "集市上的一个早晨(1)"),
    ("集市上的一个早晨_东方早市网", "<div>标 题：集市上的一个早晨</div>", "集市上的一个早晨"),
    ("集市上的一个早晨_东方早市网", "<div>标题: 集市上的一个早晨</div>", "集市上的一个早晨"),
    ("东方论坛", "<div>主题：集市上的一个早晨</div>", "集市上的一个早晨"),
    ("东方论坛", "<table><tr><td>标题</td><td>桥头集市</td></tr></table>", "桥头集市"),
    (
        "集市上的一个早晨_东方早市网",
        "<h2>新闻中心</h2><div>当前位置：首页 > 新闻中心 > 正文</div><h3>集市上的一个早晨</h3>",
        "集市上的一个早晨",
    ),
    (
        "张三的博客",
        "<h1><a href='/'>张三的博客</a></h1><h2><a href='/p/1.html'>集市上的一个早晨</a></h2>",
        "集市上的一个早晨",
    ),
    (
        "网易娱乐",
        "<div><a href='/'>网易</a> &gt; <a href='/ent/'>网易娱乐</a>"
        " &gt; 正文</div><center><font size=4><b>集市上的一个早晨</b></font></center>",
        "集市上的一个早晨",
    ),
    (
        "集市上的一个早晨 - 散文天地 - 东方论坛 - Powered by Discuz!",
        "<h1>[散文] 集市上的一个早晨</h1>",
        "集市上的一个早晨",
    ),
    (
        "集市上的一个早晨 - 散文天地 -  东方论坛 -  Powered by Discuz!",
        "<div id=thread_subject>集市上的一个早晨</div><div>[复制链接]</div>",
        "集市上的一个早晨",
    ),
    ("东方论坛 - 显示帖子", "<div>显示</div><b>集市上的一个早晨</b>", "集市上的一个早晨"),
    ("集市上的一个早晨人山人...-东方早市网", "<h1>集市上的一个早晨人山人海</h1>", "集市上的一个早晨人山人海"),
    (
        "集市上的一个早晨人山人海_东方早市网",
        "<div>集市上的一个早...</div><h1>集市上的一个早晨人山人海</h1>",
        "集市上的一个早晨人山人海",
    ),
    ("集市上的一个早晨 人山人海_东方早市网", "<h1>集市上的一个早晨<br>人山人海</h1>", "集市上的一个早晨 人山人海"),
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨</h1><h2>——记东方早市的一天</h2>", "集市上的一个早晨"),
    ("集市上的一個早晨 | 生活 | 東方早報", "<h1>集市上的一個早晨</h1>", "集市上的一個早晨"),
    (
        "集市上的一個早晨 - 生活 - 自由時報電子報",
        "<div class=whitecon><h1>集市上的一個早晨</h1></div>",
        "集市上的一個早晨",
    ),
    ("東方早報：集市上的一個早晨", "<h1>集市上的一個早晨</h1>", "集市上的一個早晨"),
    ("东方早市网-集市上的一个早晨", "<div class=bt>集市上的一个早晨</div>", "集市上的一个早晨"),
    ("东方早市网 - 集市上的一个早晨", "", "集市上的一个早晨"),
    ("《集市》读后感_东方早市网", "<h1>《集市》读后感</h1>", "《集市》读后感"),
    ("集市上的一个早晨.doc - 东方文库", "<h1>集市上的一个早晨.doc</h1>", "集市上的一个早晨.doc"),
    ("集市上的一个早晨_东方早市网", "<h1>集市上的一个早晨<i>荐</i></h1>", "集市上的一个早晨"),
    ("集市上的一个早晨_东方早市网", "<h1><i>荐</i>集市上的一个早晨</h1>", "集市上的一个早晨"),
    (
        "集市上的早晨-石桥往事_东方早市网",
        "<h2><a href=/c/>城事</a><a href=/a/1.html>集市上的早晨-石桥往事</a></h2>",
        "集市上的早晨-石桥往事",
    ),
    ("集市往事_东方早市网", "<h4>搜索</h4><div>集市往事</div>", "集市往事"),
    ("3.2 集市上的一个早晨_东方早市网", "<h1>3.2 集市上的一个早晨</h1>", "3.2 集市上的一个早晨"),
    ("剑客行_第三章 出城_早市书屋", "<h1><em>第三章 出城</em></h1><h2><a href=/7/>剑客行</a></h2>", "第三章 出城"),
    ("剑客行 第三章 出城 - 早市书屋", "<div>第三章 出城</div>", "第三章 出城"),
    (
        "早市食药局",
        "<h2 class=web_bt>规章制度<</h2><p>当前位置: 首页 &gt;<a href=/z/>规章制度</a></p><h2>食品贮存管理制度</h2>",
        "食品贮存管理制度",
    ),
    ("集市上的一个早晨_东方早市网", "<h1><span>[图文]</span>集市上的一个早晨</h1>", "集市上的一个早晨"),
    ("新闻动态 - 东方早市网", "<h1>新闻动态</h1><h3>集市上的一个早晨</h3>", "集市上的一个早晨"),
    ("[要闻]集市上的一个早晨_东方早市网", "<h1>[要闻]集市上的一个早晨</h1>", "[要闻]集市上的一个早晨"),
    ("集市上的一个早晨(图)_东方早市网", "<h1>集市上的一个早晨(图)</h1>", "集市上的一个早晨(图)"),
]


@pytest.mark.parametrize(("name", "above", "title"), _KINDS)
def test_the_title_among_what_stands_around_it(name: str, above: str, title: str) -> None:
    source = (
        f"<html><head><title>{name}</title></head><body>{_MENU}{above}{_INFO}<div>{PROSE}</div>"
        "<div>版权所有 东方早市网</div></body></html>"
    )
    assert article(source).title == title


def test_a_fact_in_a_heading_is_not_the_title() -> None:
    source = (
        "<html><head><title>东方软件站：早市系列</title></head><body><h3>早市记账宝典(2019版)7.0</h3>"
        "<li><span class='bb_tit'>下 载 量：</span> 已下载11次 | 免费试用</li>"
        f"<h2><span class='bb_tit'>版 本：</span> 电脑版</h2><div>{PROSE}</div></body></html>"
    )
    assert article(source).title == "早市记账宝典(2019版)7.0"
    assert article(html(title="快讯：早市开张", name="新闻中心")).title == "快讯：早市开张"


def test_a_slogan_in_another_language_is_not_the_title_of_a_chinese_page() -> None:
    source = html(title="Morning Market Consultants", name=f"{TITLE}_东方早市网", byline=f"<h2>{TITLE}</h2>")
    assert article(source).title == TITLE
    alone = f"<html><head><title>{TITLE}</title></head><body><h1>Morning Market</h1><div>{PROSE}</div></body></html>"
    assert article(alone).title == TITLE


def test_a_byline_glued_to_the_title_is_no_part_of_it() -> None:
    glued = f"{TITLE} 来源：互联网 时间"
    assert article(html(title=glued, name=f"{glued}_东方早市网")).title == TITLE


@pytest.mark.parametrize(
    ("line", "title", "source"),
    [
        ("澜江收费站开展消防演练来源：澜江新闻网", "澜江收费站开展消防演练", "澜江新闻网"),
        ("早市赋 来源：互联网", "早市赋", "互联网"),
        ("澜江收费站消防演练的力量来源：信念", "澜江收费站消防演练的力量来源：信念", None),
    ],
)
def test_a_source_glued_to_the_heading_is_no_title(line: str, title: str, source: str | None) -> None:
    found = article(f"<html><head><title>新闻报道</title></head><body><h1>{line}</h1><div>{PROSE}</div></body></html>")
    assert (found.title, found.source) == (title, source)


def test_a_byline_in_the_title_yields_to_that_of_the_page() -> None:
    glued = f"{TITLE} 来源：互联网 时间"
    assert article(html(title=glued)).source == "互联网"
    assert article(html(title=glued, byline="<p>来源：东方早报 2019-03-16</p>")).source == "东方早报"


@pytest.mark.parametrize(
    ("head", "parts"),
    [
        ("标题_频道_网站", ("标题", "频道", "网站")),
        ("标题 - 频道 | 网站", ("标题", "频道", "网站")),
        ("标题-频道", ("标题", "频道")),
        ("标题--频道", ("标题--频道",)),
        ("2019-03-16的集市", ("2019-03-16的集市",)),
        ("集市2019-频道", ("集市2019", "频道")),
        ("COVID-19日记", ("COVID-19日记",)),
        ("初二语文<背影>教学设计_语文", ("初二语文<背影>教学设计", "语文")),
        ("《甲_乙》读后感_范文", ("《甲_乙》读后感", "范文")),
        ("“甲 - 乙”是什么 - 问答", ("“甲 - 乙”是什么", "问答")),
        ("首页 >> 频道 » 标题", ("首页", "频道", "标题")),
        ("_标题_", ("标题",)),
        (" _ ", ()),
        ("", ()),
    ],
)
def test_the_parts_of_a_title_element(head: str, parts: tuple[str, ...]) -> None:
    assert segments(head) == parts


def test_titles_are_compared_by_letters_and_digits() -> None:
    assert fold("《ＡＢＣ》 集市，一！") == "abc集市一"
    assert fold("x" * 1001) == "x" * 1000
    [line, linked, longer] = parse(
        f"<html><body><p>《{TITLE}》</p><p>{TITLE}。</p><p>{TITLE}又一</p></body></html>"
    ).lines
    assert [repeats(each, fold(TITLE)) for each in (line, linked, longer)] == [True, True, False]
    [long] = parse(f"<html><body><p>{'集' * 151}</p></body></html>").lines
    assert not repeats(long, "集" * 151)


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("集市开张 来源：澜江日报 作者：张小早", "集市开张"),
        ("集市开张迎客来源：澜江日报", "集市开张迎客"),
        ("力量的来源：信念", "力量的来源：信念"),
        ("集市开张 时间：2019-03-16", "集市开张"),
        ("集 来源：早报", "集 来源：早报"),
        ("集市开张", "集市开张"),
    ],
)
def test_a_byline_in_a_title_is_none_of_it(title: str, left: str) -> None:
    assert without_byline(title) == left


@pytest.mark.parametrize(
    ("title", "page", "family", "left"),
    [
        ("集市开张.doc", None, "wenku", "集市开张"),
        ("集市开张.doc", None, "news", "集市开张.doc"),
        ("集市开张(2)", 2, "news", "集市开张"),
        ("集市开张(2)", 3, "news", "集市开张(2)"),
        ("集市开张(2)", None, "news", "集市开张(2)"),
        ("标题：集市开张", None, "news", "集市开张"),
        ("集市开张 第2页", None, "fanwen", "集市开张"),
        ("集市开张(第12页)", None, "fanwen", "集市开张"),
        ("7.6. 集市开张¶", None, "fanwen", "7.6. 集市开张"),
        ("集市开张又一年 2011年12月16日00:22", None, "news", "集市开张又一年"),
        ("集市开张又一年 2011年12月16日", None, "news", "集市开张又一年 2011年12月16日"),
        ("2011年12月16日00:22 集市开张", None, "news", "2011年12月16日00:22 集市开张"),
    ],
)
def test_what_is_no_part_of_a_title_goes(title: str, page: int | None, family: str, left: str) -> None:
    dom = parse("<html><head><title>别的</title></head><body><p>别的</p></body></html>")
    assert clean_title(title, dom, page, family) == left


@pytest.mark.parametrize(
    ("title", "head", "left"),
    [
        ("集市开张又一年_早市江湖_英才网", "集市开张又一年_早市江湖_英才网 - 早市指南", "集市开张又一年"),
        ("集市开张又一年_早市江湖", "集市开张又一年_早市江湖_东方早市网", "集市开张又一年"),
        ("集市开张_又一年", "集市开张_又一年", "集市开张_又一年"),  # nothing says that it is the channel's
        ("Centos7_ELK配置", "Centos7_ELK配置 · 早市", "Centos7_ELK配置"),
    ],
)
def test_the_names_of_channels_in_a_heading_go(title: str, head: str, left: str) -> None:
    dom = parse(f"<html><head><title>{head}</title></head><body><p>别的</p></body></html>")
    assert clean_title(title, dom, None, "news") == left


def test_the_number_of_a_picture_goes_where_title_has_none() -> None:
    dom = parse(f"<html><head><title>{TITLE}_图片</title></head><body><p>图</p></body></html>")
    assert clean_title(f"{TITLE}(1/12)", dom, None, "news") == TITLE
    assert clean_title(f"{TITLE}(1)", dom, None, "news") == TITLE
    assert clean_title(f"{TITLE}(2/12)", dom, None, "news") == f"{TITLE}(2/12)"
    own = parse(f"<html><head><title>{TITLE}(1)_图片</title></head><body><p>图</p></body></html>")
    assert clean_title(f"{TITLE}(1)", own, None, "news") == f"{TITLE}(1)"


def test_a_short_name_of_a_site_before_the_title_is_none_of_it() -> None:
    body = "<table><tr><td>江心石窟的数字工程开工</td></tr></table>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    found = article(f"<html><head><title>江心石窟 - 江心石窟的数字工程开工</title></head><body>{body}</body></html>")
    assert found.title == "江心石窟的数字工程开工"
    assert "开工" not in found.text
    banner = "<table><tr><td>澜江市人民政府办公厅</td></tr></table>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    found = article(f"<html><head><title>集市开张 - 澜江市人民政府办公厅</title></head><body>{banner}</body></html>")
    assert found.title == "集市开张"


def test_the_heading_of_a_part_is_not_the_title() -> None:
    text = "".join(f"<h3>{n}、集市的早晨</h3><p>{p}</p>" for n, p in zip("一二三", PARAGRAPHS * 2, strict=False))
    head = "<html><head><title>江心早市网</title></head><body>"
    assert article(
        f"{head}<h4>赶集的四种方式你看懂了么？</h4><p>{PARAGRAPHS[0]}</p>{text}</body></html>"
    ).title.startswith("赶集")


def test_paragraphs_in_elements_for_headings_are_no_title() -> None:
    text = "".join(f"<h5>{said}</h5>" for said in (PARAGRAPHS[0], "一石激起千层浪。", *PARAGRAPHS[1:]))
    found = article(f"<html><head><title>江心早市网</title></head><body>{text}</body></html>")
    assert "一石激起" not in found.title
    assert "一石激起" in found.text


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("集市开张又一年，河边又热闹了", "集市开张又一年，河边又热闹了"),
        ("https://www.example.cn/baike/284853.html 集市", ""),
        ("集市开张，有以下几点：", ""),
        ("2011年12月16日 星期五", ""),
        ("<a href=/a/>集市开张又一年</a>", ""),
    ],
)
def test_a_part_of_a_page_begins_with_its_title(first: str, title: str) -> None:
    source = (
        f"<head><meta charset=utf-8></head><center><a href=/>返回上页</a></center><div>{first}</div><div>{PROSE}</div>"
    )
    found = [(each.title, each.text) for each in outcome(source).articles]
    assert found == [(title, TEXT)] if title else not any(named for named, _ in found)


@pytest.mark.parametrize("mark", ["_", " - ", "|"])
def test_a_title_that_goes_on_behind_a_mark_is_not_cut_there(mark: str) -> None:
    head = f"怎样看待集市的A轮融资{mark}与它的后市"
    page = html(name=f"{head}_东方早市网").replace(f"<h1>{TITLE}</h1>", "")
    assert article(page).title == head
