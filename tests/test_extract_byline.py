"""来源, 作者, 责任编辑 and the date: each from its own label, never one for another, nothing made up."""

from __future__ import annotations

import pytest

from tests.extract_kit import PARAGRAPHS, PROSE, TEXT, TITLE, article, html

_SOURCES = [
    "来源",
    "信息来源",
    "稿件来源",
    "文章来源",
    "新闻来源",
    "内容来源",
    "本文来源",
    "稿源",
    "来源于",
    "文章出处",
    "出处",
    "來源",
]
_AUTHORS = ["作者", "文章作者", "本文作者", "撰稿", "撰稿人", "撰文", "作 者"]
_EDITORS = ["责任编辑", "责编", "编辑", "责任编缉", "本文编辑", "责任主编", "責任編輯"]
_DATES = [
    "发布时间",
    "发布日期",
    "发表时间",
    "时间",
    "日期",
    "更新时间",
    "发表于",
    "发布于",
    "录入时间",
    "添加时间",
    "回答时间",
]
_NEITHER = ["浏览", "点击", "阅读", "人气", "评论", "摄影", "审核", "录入", "字体", "关键词", "分享", "上传者", "栏目"]


def roles(source: str) -> dict[str, str | None]:
    found = article(source)
    return {name: getattr(found, name) for name in ("published", "source", "author", "editor")}


def only(**given: str) -> dict[str, str | None]:
    return {"published": None, "source": None, "author": None, "editor": None} | given


@pytest.mark.parametrize("colon", ["：", ":", "： "])
@pytest.mark.parametrize("label", _SOURCES)
def test_each_label_of_a_source(label: str, colon: str) -> None:
    assert roles(html(byline=f"<div>{label}{colon}东方早报</div>")) == only(source="东方早报")


@pytest.mark.parametrize("label", _AUTHORS)
def test_each_label_of_an_author(label: str) -> None:
    assert roles(html(byline=f"<div>{label}：张小早</div>")) == only(author="张小早")


@pytest.mark.parametrize("label", _EDITORS)
@pytest.mark.parametrize("place", ["byline", "end", "below"])
def test_each_label_of_an_editor_in_each_of_its_places(label: str, place: str) -> None:
    line = f"<p>（{label}：李编）</p>"
    source = {"byline": html(byline=line), "end": html(body=PROSE + line), "below": html(below=line)}[place]
    assert roles(source) == only(editor="李编")
    assert "李编" not in article(source).text


@pytest.mark.parametrize("label", _DATES)
def test_each_label_of_a_date(label: str) -> None:
    assert roles(html(byline=f"<div>{label}：2019-03-16 08:30</div>")) == only(published="2019-03-16T08:30")


@pytest.mark.parametrize("label", _NEITHER)
def test_what_another_label_names_is_none_of_the_roles(label: str) -> None:
    assert roles(html(byline=f"<div>{label}：王小二</div>")) == only()


@pytest.mark.parametrize(
    "byline",
    [
        "<div>2019-03-16 08:30　来源：东方早报　作者：张小早　责任编辑：李编</div>",
        "<div>发布时间：2019-03-16 08:30 | 来源：东方早报 | 作者：张小早 | 编辑：李编 | 点击：123次</div>",
        "<div><span>2019年03月16日08:30</span><span>来源：<a href='http://e.cn'>东方早报</a></span>"
        "<span>作者：张小早</span><span>责编：李编</span></div>",
        "<ul><li>作者：张小早</li><li>来源：东方早报</li><li>责任编辑：李编</li><li>2019/03/16 08:30</li></ul>",
        "<div>责任编辑：李编 作者：张小早 来源：东方早报 时间：2019-03-16 08:30 浏览：99</div>",
        "<table><tr><td>作者：张小早</td><td>来源：东方早报</td>"
        "<td>更新时间：2019-03-16 08:30</td><td>编辑：李编</td></tr></table>",
    ],
)
def test_roles_are_never_mixed(byline: str) -> None:
    expected = only(published="2019-03-16T08:30", source="东方早报", author="张小早", editor="李编")
    assert roles(html(byline=byline)) == expected


@pytest.mark.parametrize(
    "byline",
    [
        "<div>来源：　作者：　责任编辑：　点击：</div>",
        "<div>作者： 来源： 发布时间：</div>",
        "<div>来源: | 作者: 无 | 编辑:</div>",
        "",
        "<div>字号：大 中 小　打印　收藏</div>",
    ],
)
def test_a_label_with_nothing_behind_it_gives_nothing(byline: str) -> None:
    assert roles(html(byline=byline)) == only()


@pytest.mark.parametrize("name", ["佚名", "admin", "未知", "网络"])
def test_what_is_printed_is_taken_even_if_it_says_little(name: str) -> None:
    assert article(html(byline=f"<div>作者：{name}</div>")).author == name


@pytest.mark.parametrize(
    ("byline", "source"),
    [
        ("<div>2019年03月16日 08:30 东方早报</div>", "东方早报"),
        ("<div><span>东方早报</span> <span>2019-03-16 08:30</span></div>", "东方早报"),
        (
            "<div class='info'><span class='source'>东方早报</span><span class='time'>2019-03-16 08:30</span></div>",
            "东方早报",
        ),
    ],
)
def test_an_organisation_beside_the_date_is_the_source(byline: str, source: str) -> None:
    assert roles(html(byline=byline)) == only(published="2019-03-16T08:30", source=source)


@pytest.mark.parametrize(
    "line",
    [
        "（作者系市直工委副书记 张小早）",
        "(作者为某大学教授 张小早)",
        "（作者：张小早）",
        "本报记者 张小早",
        "（记者 张小早）",
        "□本报记者 张小早",
    ],
)
def test_a_signature_names_the_author(line: str) -> None:
    last = html(body=f"{PROSE}<p>{line}</p>")
    first = html(body=f"<p>{line}</p>{PROSE}")
    assert "张小早" in (article(last).author, article(first).author)


@pytest.mark.parametrize(
    "paragraph",
    [
        "软件用的是OFFICE2007，不是OFFICE2010，老师傅也说不出两者哪里不同，只说能用就好。",
        "编辑部的灯亮了一夜，作者和读者都在等，来源不明的消息传了一圈又一圈，没有人当真。",
        "2018年的春天来得早，到了三月，柳树已经绿了，卖花的人也多起来，集市比往年更挤。",
        "记者从集市管理处了解到，今年的摊位比去年多出三成，申请的人还在排队，队伍不短。",
    ],
)
def test_prose_that_speaks_of_dates_and_sources_makes_up_none(paragraph: str) -> None:
    assert roles(html(body=f"<p>{paragraph}</p>{PROSE}")) == only()


def test_the_dates_of_a_related_list_are_not_the_article_s() -> None:
    items = "".join(f'<li><a href="/{n}.html">集市的第{n}个故事</a> 2018-01-0{n}</li>' for n in range(1, 8))
    assert roles(html(below=f"<div><h3>相关阅读</h3><ul>{items}</ul></div>")) == only()


def test_a_date_in_the_metadata_alone_is_not_printed_and_not_taken() -> None:
    assert roles(html(head='<meta property="article:published_time" content="2019-03-16T08:30:00+08:00">')) == only()


@pytest.mark.parametrize("label", ["摘要", "导语", "核心提示", "内容简介", "导读"])
def test_a_labelled_summary_is_the_lead_and_not_the_text(label: str) -> None:
    lead = "一座小城的集市，从凌晨到晌午，有鱼，有豆腐，也有扫街的姑娘。"
    found = article(html(byline=f"<div>{label}：{lead}</div>"))
    assert found.lead == lead
    assert found.text == TEXT


def test_the_first_paragraph_without_a_label_is_text_and_no_lead() -> None:
    found = article(html())
    assert found.lead is None
    assert found.text.startswith(PARAGRAPHS[0])


@pytest.mark.parametrize(
    "beside",
    [
        "<span>人围观</span>",  # a script writes the number
        "<span id='click'> </span><span>人看过</span>",
        "<span>236人围观</span>",
        "有<script src='/count.php'></script>人参与",
        "<span>次浏览</span>",
        "本文被阅读 227 次",
        "<a href='/wx.php?id=1'>发送到微信</a>",
        "<a href='#'>微信扫一扫</a>",
        "<a href='javascript:window.close();'>关闭</a>",
        "<a href='javascript:openChat();'>值班电话</a>",
    ],
)
def test_counters_and_commands_beside_the_date_are_no_names(beside: str) -> None:
    assert roles(html(byline=f"<div>2019-03-16 {beside}</div>")) == only(published="2019-03-16")


def test_a_counter_ends_the_name_before_it() -> None:
    byline = "<div>来源：东方早报 <span>有<script src='/count.php'></script>人参与</span></div>"
    assert roles(html(byline=byline)) == only(source="东方早报")


@pytest.mark.parametrize("label", ["点击：", "浏览次数：", "閱讀：", "評論："])
def test_a_count_without_its_number_leaves_the_date_alone(label: str) -> None:
    byline = f"<div><span>作者：张小早</span> <span>{label}</span> <span>2019-03-16 08:30</span></div>"
    assert roles(html(byline=byline)) == only(author="张小早", published="2019-03-16T08:30")


def test_a_clock_before_its_date() -> None:
    byline = "<div><span>19:05</span> <span>2019/03/16</span></div>"
    assert roles(html(byline=byline)) == only(published="2019-03-16T19:05")


def test_the_clock_of_a_masthead_gives_way_to_a_date_under_the_title() -> None:
    clock = "<div>香港時間 : 2020年3月01日 (日) 14:33</div>"
    assert article(html(above=clock, byline="<div>2019-03-16</div>")).published == "2019-03-16"
    assert article(html(above="<div>2019年03月16日 星期六</div>")).published == "2019-03-16"


def test_a_labelled_source_under_the_text_beats_a_name_without_a_label() -> None:
    byline, below = "<div>2019-03-16 早市公交新闻</div>", "<p>本文来源：东方早报</p>"
    assert article(html(byline=byline)).source == "早市公交新闻"
    assert article(html(byline=byline, body=PROSE + below)).source == "东方早报"


def test_the_title_once_more_beside_the_date_is_no_source() -> None:
    assert roles(html(body=PROSE, below=f"<div>{TITLE} 2019-03-16 浏览</div>"))["source"] is None


def test_who_asks_for_a_source_names_none() -> None:
    notice = "<p>本文属于原创文章，如若转载，请注明来源：集市上的一个早晨http://www.example.cn/1.html</p>"
    found = article(html(body=PROSE * 2 + notice))
    assert (found.source, found.text) == (None, f"{TEXT}\n{TEXT}")


@pytest.mark.parametrize(
    "name",
    [
        "<a href='/search/author/108'>吕早</a>",
        "<a class='user_name' href='/user/13487/'>吕早</a>",
    ],
)
def test_an_account_beside_the_date_is_the_author(name: str) -> None:
    byline = f"<div>{name} 2019-03-16</div>"
    assert roles(html(byline=byline)) == only(author="吕早", published="2019-03-16")


def test_a_date_in_the_title_is_not_when_it_was_published() -> None:
    title = "2015年5月26-29日广东省面试题"
    byline = "<div><a>2015-05-29 21:50:19</a> 来源:<a></a></div>"
    assert roles(html(title=title, byline=byline)) == only(published="2015-05-29T21:50:19")
    assert roles(html(title="广东省2015年5月26日面试题")) == only()


@pytest.mark.parametrize("word", ["格林尼治标准时间10:41", "農曆十月廿七", "第A3版", "文字大小", "收聽", "夜间模式"])
def test_time_zones_pages_and_tools_are_no_source(word: str) -> None:
    assert roles(html(byline=f"<div>2019-03-16 <span>{word}</span></div>"))["source"] is None


def test_a_hidden_copy_does_not_double_a_name() -> None:
    name = "<span>早市县人民政府</span><span class=hidden>早市县人民政府</span>"
    assert roles(html(byline=f"<div>信息来源：{name}</div>")) == only(source="早市县人民政府")


def test_a_name_before_where_the_report_comes_from_is_the_author() -> None:
    assert roles(html(byline="<ul><li>陳早市／綜合外電</li><li>2019/03/16 15:09</li></ul>")) == only(
        author="陳早市", published="2019-03-16T15:09"
    )


def test_the_number_of_a_document_stays_and_the_byline_under_it_is_read() -> None:
    body = f"<p>早办库〔2020〕151号</p><p>信息来源：早市发布</p>{PROSE}"
    found = article(html(body=body))
    assert (found.source, found.text) == ("早市发布", f"早办库〔2020〕151号\n{TEXT}")


def signed(*, first: str = "", last: str = "", byline: str = "") -> str | None:
    """The author of an article whose first paragraph begins with `first` and whose last one ends with `last`."""
    body = (
        f"<p>{first}{PARAGRAPHS[0]}</p>"
        + "".join(f"<p>{text}</p>" for text in PARAGRAPHS[1:] * 5)
        + f"<p>那天{last}</p>"
    )
    return article(html(body=body, byline=byline)).author


@pytest.mark.parametrize(
    ("dateline", "author"),
    [
        ("本报讯（记者卢敏）", "卢敏"),
        ("本报讯 (记者 卢敏) ", "卢敏"),
        ("新华社南宁6月3日电（记者卢敏、陶小江）", "卢敏 陶小江"),
        ("早市网6月3日讯（早市网记者 卢敏 整合）", "卢敏"),
        ("早市报快讯（记者 卢敏 通讯员陶小江）", "卢敏 陶小江"),
        ("早市报讯（记者 卢 敏 摄影报道）", "卢敏"),
        ("早市报讯（记者 卢敏 摄）", None),
        ("早市报讯（图片来自网络）", None),
        ("他来电（记者证也带着）", None),
    ],
)
def test_the_reporter_behind_a_dateline_is_the_author(dateline: str, author: str | None) -> None:
    assert signed(first=dateline) == author


@pytest.mark.parametrize(
    ("signature", "author"),
    [
        ("大家都说好。（总台记者 卢敏）", "卢敏"),
        ("大家都说好。（早市社记者陶小江 卢 敏）", "陶小江 卢敏"),
        ("大家都说好。（文/图 卢敏 陶小江）", "卢敏 陶小江"),
        ("大家都说好。（卢敏 陶小江）", "卢敏 陶小江"),
        ("大家都说好。（本报记者 卢敏 摄）", None),
        ("大家都说好。（完）", None),
        ("大家都说好。（北京 上海）", None),
        ("大家都说好。（卢敏）", None),  # may be whom the sentence quotes
    ],
)
def test_who_signs_at_the_end_of_the_text_is_the_author(signature: str, author: str | None) -> None:
    assert signed(last=signature) == author


def test_a_line_of_its_own_at_the_end_names_the_reporter_however_long_the_text_is() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS * 6) + "<p>早市晚报记者 卢敏</p>"
    assert article(html(body=body)).author == "卢敏"


def test_a_labelled_author_comes_before_a_signature() -> None:
    assert signed(first="本报讯（记者卢敏）", byline="<p>2019-03-16 作者：陶小江</p>") == "陶小江"


def test_a_label_far_inside_a_line_below_the_text_is_prose() -> None:
    line = "集市的规矩是老人定下的，" * 10
    assert roles(html(below=f"<div>责任编辑：张小早</div><div>{line}来源：东方早报</div>")) == only(editor="张小早")


def test_the_class_of_a_block_names_what_an_element_inside_holds() -> None:
    assert roles(html(byline='<div class="source">2019-03-16 <em>东方早报</em></div>'))["source"] == "东方早报"


@pytest.mark.parametrize("label", ["截止日期", "上映日期", "报名时间", "考试时间", "成文日期"])
def test_the_date_of_something_else_is_not_that_of_the_article(label: str) -> None:
    assert article(html(byline=f"<p>{label}：2019-03-16</p>")).published is None
    assert article(html(byline=f"<p>{label}：2019-03-16　发布时间：2019-02-01</p>")).published == "2019-02-01"


def test_a_value_that_is_glued_to_the_next_label_leaves_it_whole() -> None:
    found = roles(html(byline="<p>推荐人：匿名来源: 网友推荐时间: 2019-03-16 10:20 阅读: 次</p>"))
    assert found["published"] == "2019-03-16T10:20"


@pytest.mark.parametrize(
    ("pieces", "published"),
    [
        (("2005.08.26", "05:39"), "2005-08-26"),
        (("2019", "09/07"), "2019-09-07"),
        (("2019", "09/07", "19:02"), "2019-09-07T19:02"),
    ],
)
def test_a_date_that_is_spread_over_elements_is_read(pieces: tuple[str, ...], published: str) -> None:
    assert article(html(byline="".join(f"<div>{piece}</div>" for piece in pieces))).published == published


@pytest.mark.parametrize("line", ["2018年3月5日 星期一 晴", "会议时间：2018年3月5日"])
def test_a_date_in_the_text_below_the_byline_cuts_nothing_off(line: str) -> None:
    first = "天亮了，雨还没停。"
    body = f"<p>来源：东方早报　2019-03-16</p><p>{first}</p><p>{line}</p>{PROSE}"
    assert article(html(body=body)).text == f"{first}\n{line}\n{TEXT}"


def test_a_labelled_date_among_controls_under_the_text_is_read_with_its_clock() -> None:
    controls = "".join(f"<p>{control}</p>" for control in ("上一篇", "下一篇", "打印本页", "关闭窗口"))
    printed = "<p>发布时间：2019年03月16日 08:30:05</p>"
    assert article(html(below=controls + printed)).published == "2019-03-16T08:30:05"


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("<div class=author-box><p>2019-03-16 林下小舟</p></div>", None),
        ("<p class=author-box>2019-03-16 林下小舟</p>", "林下小舟"),
    ],
)
def test_a_name_beside_the_date_is_a_persons_where_its_own_element_says_so(byline: str, author: str | None) -> None:
    found = article(html(byline=byline))
    assert (found.source, found.author) == (None, author)


@pytest.mark.parametrize(
    "byline",
    ["发布：2019-03-16 首页 社会", "来源：首页 社会 2019-03-16", "作者：首页 日期：2019-03-16", "2019-03-16 首页 社会"],
)
def test_entries_of_the_menu_are_no_names(byline: str) -> None:
    assert roles(html(byline=f"<div>{byline}</div>")) == only(published="2019-03-16")


def test_a_label_without_a_value_ends_the_value_before_it() -> None:
    assert roles(html(byline="<div>来源：东方早报 作者</div>")) == only(source="东方早报")


def test_two_entries_of_a_menu_are_no_writer_and_his_paper() -> None:
    assert article(html(byline="<p>盐水/乙二醇机组</p>")).author is None
    assert article(html(byline="<p>石佳/中国青年报</p>")).author == "石佳"


def test_the_word_for_no_author_and_the_heading_of_a_portrait_name_nobody() -> None:
    assert roles(html(byline="<ul><li>作者：暂无作者</li><li>作者介绍：</li></ul>")) == only()


@pytest.mark.parametrize(
    ("beside", "source", "author"),
    [
        ("新华网 我来说两句(3)", "新华网", None),
        ("《东方早报》 张小早", None, None),
        ("<span class=author>张小早</span>", None, "张小早"),
        ("<span class=source><a href=http://x.cn/>早市周刊</a></span>", "早市周刊", None),
        ("<span>早市周刊</span>", "早市周刊", None),
        ("<span class=views>早市周刊</span>", None, None),
        ("大公報 作者：王小明", "大公報", "王小明"),
        ("经济日报 王小明", "经济日报", "王小明"),
        ("早市日报 | 张小早", "早市日报", "张小早"),
        ("记者 张小早", None, "张小早"),
        ("来源 采财网 廖泽凌", "采财网", "廖泽凌"),
        ("原创 早市周刊官方账号", "早市周刊", None),
        ("昨天", None, None),
        ("搜狐号", None, None),
        (TITLE[:7], None, None),
    ],
)
def test_who_stands_beside_the_date_without_a_label(beside: str, source: str | None, author: str | None) -> None:
    found = article(html(byline=f"<div><span>2019-03-16</span> {beside}</div>"))
    assert (found.published, found.source, found.author) == ("2019-03-16", source, author)


@pytest.mark.parametrize("heading", ["来源与边界", "作者及作品", "来源和底本"])
def test_a_heading_that_begins_like_a_label_names_nobody(heading: str) -> None:
    found = article(html(below=f"<h2>{heading}</h2><p>底本是早市的旧抄本。</p>", byline="<p>2019年3月16日</p>"))
    assert (found.source, found.author) == (None, None)


def test_a_label_without_a_colon_names_who_follows() -> None:
    assert article(html(byline="<p>2019-03-16 08:30| 来源和讯网| 作者魏早</p>")).source == "和讯网"


def test_the_category_behind_an_english_date_is_no_author() -> None:
    meta = "<div><span>Posted on</span> <time>2021-01-08</time> <span>In</span> <a href=/c/Daily/>Daily</a></div>"
    assert article(html(byline=meta)).author is None
    meta = "<div>posted @ 2021-01-08 00:27 <a href=/u/9/>早市老人</a></div>"
    assert article(html(byline=meta)).author == "早市老人"


def test_a_path_of_two_steps_names_neither_an_author_nor_a_paper() -> None:
    found = article(html(byline="<div><a href=/>首頁</a> / 關於協會</div>"))
    assert (found.source, found.author) == (None, None)


@pytest.mark.parametrize("taken", ["摘自<<东方早报>>", "摘自《东方早报》", "转自东方早报"])
def test_where_a_text_was_taken_from_is_its_source_at_the_end_too(taken: str) -> None:
    assert article(html(body="".join(f"<p>{text}</p>" for text in PARAGRAPHS) + f"<p>{taken}</p>")).source == "东方早报"


def test_the_number_of_a_document_is_not_cut_in_its_bracket() -> None:
    line = "<div>时间：2006/11/16 来源：澜考中心〔2006〕187号 点击数：3</div>"
    assert article(html(byline=line)).source == "澜考中心〔2006〕187号"


def test_who_wrote_and_took_the_pictures_of_a_report_is_no_author_where_it_is_a_place() -> None:
    assert signed(last="，人们都说好。（文/图：江心谷景区）") is None


def test_a_pair_of_things_with_a_stroke_names_nobody() -> None:
    found = article(html(byline="<div>盐水/乙二醇机组</div>"))
    assert (found.source, found.author) == (None, None)


def test_where_a_map_is_from_is_not_where_the_text_is_from() -> None:
    assert article(html(byline="<div>东方疆域历史地图（来源：共享资源网）</div>")).source is None


def test_a_path_behind_edit_is_no_editor() -> None:
    assert article(html(body=f"{PROSE}<p>编辑/etc/profile</p>")).editor is None


def test_who_checked_and_gave_data_behind_the_writer_are_no_authors() -> None:
    assert signed(last="，人们都说好。（文/张慧 数据支持 王伟跃 胡啸 审核 刘文静）") == "张慧"
    assert article(html(byline="<div class=author>潘怡樺 撰文</div>")).author == "潘怡樺"


def test_a_button_to_edit_names_no_editor() -> None:
    listed = "<ul><li>编辑导图（存在bug， 未解决）</li><li>编辑图书</li></ul>"
    assert article(html(body="".join(f"<p>{text}</p>" for text in PARAGRAPHS) + listed)).editor is None
    assert article(html(byline="<div>2021-01-08 | 编辑林涛</div>")).editor == "林涛"


@pytest.mark.parametrize("name", ["林涛", "Kyle Hill", "凯尔·希尔", "Ent"])
@pytest.mark.parametrize("form", ["（文/{}）", "（文/ {}）", "(文 / {})"])
def test_a_pen_in_brackets_before_or_behind_the_text_names_the_author(form: str, name: str) -> None:
    pen = form.format(name)
    for said in ([pen + PARAGRAPHS[0], *PARAGRAPHS[1:]], [*PARAGRAPHS[:-1], PARAGRAPHS[-1] + pen]):
        assert article(html(byline="", body="".join(f"<p>{text}</p>" for text in said))).author == name
    for none in ("（文/图）", "（文/第三版有图，很多人看了）", "（文化节）"):
        said = [none + PARAGRAPHS[0], *PARAGRAPHS[1:]]
        assert article(html(byline="", body="".join(f"<p>{text}</p>" for text in said))).author is None


def test_an_empty_label_above_a_paragraph_is_no_label_of_its_words() -> None:
    found = article(
        html(byline="<div>2011-11-04 来源：早市政务网 责任编辑：</div>", body=f"<p>事项名称</p><p>{TITLE}</p>{PROSE}")
    )
    assert (found.source, found.editor) == ("早市政务网", None)


@pytest.mark.parametrize(("line", "editor"), [("编辑工作的作用特点", None), ("编辑工作", None), ("编辑卢敏", "卢敏")])
def test_a_label_without_a_colon_has_a_name_behind_it(line: str, editor: str | None) -> None:
    assert article(html(body=f"<p>{line}</p>{PROSE}")).editor == editor


def test_a_bullet_behind_a_name_is_none_of_it() -> None:
    assert article(html(byline="<div>作者：张小早 • 更新时间：2024-10-07 17:52:17 •</div>")).author == "张小早"
