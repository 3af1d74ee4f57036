"""The text is what a browser shows: nothing that it hides, nothing run together that it keeps apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.read import parse
from tests.examples import times
from tests.extract_kit import PARAGRAPHS, PROSE, TEXT, TITLE, article, html


def last_lines(body: str, *, head: str = "") -> list[str]:
    """The lines of the text that `body` adds behind three paragraphs."""
    text = article(html(body=PROSE + body, head=head)).text
    assert text.startswith(TEXT)
    return text[len(TEXT) + 1 :].split("\n")


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("水温约为10<sup>4</sup>分之一", "水温约为10⁴分之一"),
        ("每毫升10<sup>−6</sup>克", "每毫升10⁻⁶克"),
        ("x<sup>2</sup>+y<sup>n-1</sup>", "x²+yⁿ⁻¹"),
        ("钠离子Na<sup>+</sup>", "钠离子Na⁺"),
        ("水是H<sub>2</sub>O", "水是H₂O"),
        ("第a<sub>i</sub>项", "第aᵢ项"),
        ("约10<sup>4.5</sup>倍", "约10^4.5倍"),
        ("<sup><font>3</font></sup>", "³"),
        ("第1<sup>st</sup>次", "第1st次"),
        ("脚注<sup>[2]</sup>", "脚注[2]"),
        ('铺面12米<span style="vertical-align:super;font-size:8px">2</span>', "铺面12米²"),
        ('水是H<font style="VERTICAL-ALIGN: sub">2</font>O', "水是H₂O"),
        ('<sup style="vertical-align: super">3</sup>', "³"),
        ("老人说<q>明天<b>再来</b></q>", "老人说“明天再来”"),
        ("老人说<q>“明天再来”</q>", "老人说“明天再来”"),
    ],
)
def test_what_is_raised_or_lowered_stays_apart(printed: str, shown: str) -> None:
    assert last_lines(f"<p>{printed}，街上的人都这么说，谁也没有去量过。</p>")[0].startswith(shown)


@pytest.mark.parametrize("annotation", ["<rt>{}</rt>", "<rp>(</rp><rt>{}</rt><rp>)</rp>", "<rtc><rt>{}</rt></rtc>"])
def test_readings_of_ruby_are_counted_and_not_in_the_text(annotation: str) -> None:
    words = "".join(
        f"<ruby>{character}{annotation.format(reading)}</ruby>"
        for character, reading in zip("鲫鱼", ("jì", "yú"), strict=True)
    )
    found = article(html(body=f"{PROSE}<p>他在黑板上写下{words}，孩子们跟着念了一遍又一遍。</p>"))
    assert found.text.endswith("他在黑板上写下鲫鱼，孩子们跟着念了一遍又一遍。")
    assert found.quality.pinyin_noise == 2


@pytest.mark.parametrize(
    "block", ["<pre>{}</pre>", '<div style="white-space: pre-wrap">{}</div>', '<p style="white-space:pre-line">{}</p>']
)
def test_line_breaks_of_preformatted_text_are_line_breaks(block: str) -> None:
    lines = ["鱼摊上三两人，", "豆腐担边热气新，", "石板路青青似昨，", "扫街人不问晨昏。"]
    assert last_lines(block.format("\n".join(lines))) == lines


def test_a_line_break_in_the_source_of_a_paragraph_is_none() -> None:
    assert last_lines("<pre>鱼摊上三两人，\n</pre><p>豆腐担边\n热气新，石板路青青似昨。</p>") == [
        "鱼摊上三两人，",
        "豆腐担边热气新，石板路青青似昨。",
    ]


@pytest.mark.parametrize("end", ["</br>", "</BR>", "</br >", "</p>"])
def test_an_end_tag_without_a_begin_ends_a_line_as_in_a_browser(end: str) -> None:
    found = article(html(body=end.join(PARAGRAPHS)))
    assert found.text == TEXT


@pytest.mark.parametrize("end", ["</html>", "</HTML >", "</body></html>\n<html><body>"])
def test_what_stands_behind_an_early_end_of_the_page_is_shown(end: str) -> None:
    found = article(html(above=end))
    assert found.text == TEXT
    assert article(html(body=end.join(f"<p>{each}</p>" for each in PARAGRAPHS))).text == TEXT


@pytest.mark.parametrize(
    ("list_", "shown"),
    [
        ("<ol>{}</ol>", ["1. ", "2. ", "3. "]),
        ('<ol start="4">{}</ol>', ["4. ", "5. ", "6. "]),
        ("<ol reversed>{}</ol>", ["3. ", "2. ", "1. "]),
        ('<ol reversed start="10">{}</ol>', ["10. ", "9. ", "8. "]),
        ('<ol type="a" start="26">{}</ol>', ["z. ", "aa. ", "ab. "]),
        ('<ol type="I" start="8">{}</ol>', ["VIII. ", "IX. ", "X. "]),
        ('<ol style="list-style-type: cjk-ideographic" start="9">{}</ol>', ["九、", "十、", "十一、"]),
        ('<ol style="list-style: none">{}</ol>', ["", "", ""]),
        ('<ol start="many">{}</ol>', ["1. ", "2. ", "3. "]),
        ("<ul>{}</ul>", ["", "", ""]),
    ],
)
def test_items_of_an_ordered_list_have_the_numbers_that_a_browser_prints(list_: str, shown: list[str]) -> None:
    items = ("先把水桶刷洗干净，", "再把活鱼一条条放进去，", "最后盖上一层湿草帘。")
    body = list_.format("".join(f"<li><p>{item}</p></li>" for item in items))
    assert last_lines(body) == [number + item for number, item in zip(shown, items, strict=True)]


def test_an_item_has_the_number_of_its_value_and_an_empty_one_leaves_none_behind() -> None:
    body = '<ol><li value="7">先把水桶刷洗干净，</li><li>再把活鱼放进去。</li><li></li></ol><p>这样鱼就不会缺氧了。</p>'
    assert last_lines(body) == ["7. 先把水桶刷洗干净，", "8. 再把活鱼放进去。", "这样鱼就不会缺氧了。"]


def test_the_author_s_own_numbers_are_not_numbered_again() -> None:
    assert last_lines("<ol><li>1、先把水桶刷洗干净，</li><li>2、再把活鱼放进去。</li></ol>") == [
        "1、先把水桶刷洗干净，",
        "2、再把活鱼放进去。",
    ]


def test_a_style_sheet_elsewhere_leaves_it_open_whether_a_list_has_numbers() -> None:
    sheet = '<link rel="stylesheet" href="/css/base.css">'
    items = "<li>先把水桶刷洗干净，</li><li>再把活鱼放进去。</li>"
    assert last_lines(f"<ol>{items}</ol>", head=sheet)[0] == "先把水桶刷洗干净，"
    assert last_lines(f'<ol start="1">{items}</ol>', head=sheet)[0] == "1. 先把水桶刷洗干净，"


def rows(table: str) -> list[list[str]]:
    return [line.split("\t") for line in last_lines(f"<p>三天的账目如下：</p><table>{table}</table>")[1:]]


def test_cells_stand_in_their_columns() -> None:
    head = "<tr><th>日期</th><th>鱼摊</th><th>豆腐</th></tr>"
    assert rows(
        head
        + '<tr><td rowspan="2">初一</td><td>二十斤</td><td>八板</td></tr><tr><td>三十斤</td><td>九板</td></tr>'
        + '<tr><td>初二</td><td colspan="2">没有出摊</td></tr><tr><td>初三</td><td></td><td>六板</td></tr>'
    ) == [
        ["日期", "鱼摊", "豆腐"],
        ["初一", "二十斤", "八板"],
        ["", "三十斤", "九板"],
        ["初二", "没有出摊"],
        ["初三", "", "六板"],
    ]


@pytest.mark.parametrize("span", ["0", "-1", "１", "x", "99999999999999999999", "1000"])
def test_a_span_that_no_table_has_costs_nothing(span: str) -> None:
    table = "<tr><td>日期</td><td>鱼摊</td></tr>" + f'<tr><td colspan="{span}">初一</td><td>二十斤</td></tr>' * 3
    assert [row[0] for row in rows(table)] == ["日期", "初一", "初一", "初一"]


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="color:#FFF">{}</span>',
        '<span style="color: rgb(255, 255, 255)">{}</span>',
        '<span style="color:#fefefe !important">{}</span>',
        '<font color="white">{}</font>',
        '<font color="#FFFFFF">{}</font>',
        '<span style="color:transparent">{}</span>',
        '<span style="color:#eee;background-color:#eee">{}</span>',
        '<span style="font-size:1px">{}</span>',
        '<span style="font-size: 0">{}</span>',
        '<span style="opacity:0.0">{}</span>',
        '<span style="display : none">{}</span>',
        '<span style="visibility:hidden">{}</span>',
        '<span style="position:absolute;left:-9999px">{}</span>',
        '<span style="display:inline-block;width:0;overflow:hidden">{}</span>',
        '<span style="position:absolute;clip:rect(0 0 0 0)">{}</span>',
        "<span hidden>{}</span>",
    ],
)
def test_words_that_nobody_sees_are_not_in_the_text(hidden: str) -> None:
    words = hidden.format("东方早市网首发x7k")
    assert last_lines(f"<p>鱼贩子把秤杆{words}抬得高高的，生怕少了斤两。</p>") == [
        "鱼贩子把秤杆抬得高高的，生怕少了斤两。"
    ]


@pytest.mark.parametrize(
    "seen",
    [
        '<span style="color:#fff;background:#c00">{}</span>',
        '<span style="background-image:url(/a.png)"><font color="white">{}</font></span>',
        '<span style="color:#fff"><b style="color:#333">{}</b></span>',
        '<span style="color:#f00">{}</span>',
        '<span style="font-size:12px;opacity:0.5">{}</span>',
        '<span style="text-indent:-2em">{}</span>',
    ],
)
def test_words_that_everybody_sees_are(seen: str) -> None:
    words = seen.format("秤杆")
    assert last_lines(f"<p>鱼贩子把{words}抬得高高的，生怕少了斤两。</p>") == ["鱼贩子把秤杆抬得高高的，生怕少了斤两。"]


def test_white_words_on_a_dark_ground_around_them_are_seen() -> None:
    cell = '<td bgcolor="#003366"><p style="color:white">鱼贩子把秤杆抬得高高的，生怕少了斤两。</p></td>'
    assert last_lines(f"<table><tr>{cell}</tr></table>") == ["鱼贩子把秤杆抬得高高的，生怕少了斤两。"]


@pytest.mark.parametrize("device", ['<div class="mobile">{}</div>', '<section id="wap"><div>{}</div></section>'])
def test_a_second_copy_of_the_text_for_another_device_is_left_out(device: str) -> None:
    found = article(html(body=f'<div class="pc">{PROSE}</div>{device.format(PROSE)}'))
    assert found.text == TEXT


def test_a_refrain_stays() -> None:
    verse = "".join(f"<p>{line}</p>" for line in ("卖鱼的人儿哟你慢慢走，", "石板路上的水珠亮悠悠。"))
    found = article(html(body=f"{PROSE}<div>{verse}<p>一桶清水半桶月，挑到街心天未明。</p>{verse}</div>"))
    assert found.text.count("石板路上的水珠亮悠悠。") == 2


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("他说：&amp;ldquo;鱼还活着。&amp;rdquo;大家都笑了起来。", "他说：“鱼还活着。”大家都笑了起来。"),
        ("早市&amp;nbsp;收摊了，&amp;#8220;明天再来&amp;#8221;。", "早市 收摊了，“明天再来”。"),
        ("早市&amp;amp;hellip;&amp;amp;hellip;收摊了，明天再来。", "早市……收摊了，明天再来。"),
        ("读&amp;lt;西游记&amp;gt;有感，&amp;quot;AT&amp;amp;T&amp;quot;也在内。", '读<西游记>有感，"AT&T"也在内。'),
        ("网页里的标签写作&amp;lt;p&amp;gt;，&amp;hellip;&amp;hellip;不难。", "网页里的标签写作&lt;p&gt;，……不难。"),
        ("鱼&amp;豆腐，AT&amp;T公司的人也来了，买了两斤。", "鱼&豆腐，AT&T公司的人也来了，买了两斤。"),
        ("空格的转义写作&amp;nbsp;，这一行讲的正是它。", "空格的转义写作&nbsp;，这一行讲的正是它。"),
    ],
)
def test_a_text_that_was_escaped_twice_is_read_once_more(source: str, shown: str) -> None:
    assert last_lines(f"<p>{source}</p>") == [shown]


@pytest.mark.parametrize(
    "control",
    ["&#27;", "&#x1b;", "&#X1B", "&#7;", "&#127;", "&#x81;", "\x1b", "\x00", "\x7f", "\x86", "\ufffe", "&#xFFFE;"],
)
def test_control_characters_are_in_no_field(control: str) -> None:
    head = f'<meta name="keywords" content="早市,鱼{control}摊">'
    above = f'<div class="path"><a href="/">首页</a> &gt; <a href="/a/">要{control}闻</a> &gt; 正文</div>'
    byline = f"<p>2019-03-16 10:20 来源：早{control}市报 作者：李{control}编</p>"
    body = PROSE.replace("集市", f"集{control}市")
    found = article(html(title=f"集市上的{control}一个早晨", head=head, above=above, byline=byline, body=body))
    assert (found.title, found.text, found.source, found.author) == (TITLE, TEXT, "早市报", "李编")
    assert (found.keywords, found.category) == (["早市", "鱼摊"], ["要闻"])


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\ufeff", "\ue621", "\u2066"])
def test_what_nobody_sees_is_in_no_field(sign: str) -> None:
    found = article(html(title=f"集市上的{sign}一个早晨", byline=f"<p>2019-03-16 来源：早{sign}市报</p>"))
    assert (found.title, found.source) == (TITLE, "早市报")


@pytest.mark.parametrize("sign", ["👨\u200d👩\u200d👧", "🏳️\u200d🌈", "❤️\u200d🔥"])
def test_an_emoji_sequence_stays_one_sign(sign: str) -> None:
    assert last_lines(f"<p>赶集的一家{sign}\u200b走远了，留\u200d下一地菜叶。</p>") == [
        f"赶集的一家{sign}走远了，留下一地菜叶。"
    ]


_FOLDED = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, *(text.replace("，", "、") for text in PARAGRAPHS)))
_OPENING = "<p>他们天不亮就来了，谁也不肯落在后头，一个接着一个，挤满了街口。</p>"


@pytest.mark.parametrize("control", ["- 閱讀更多 -", "展开全文", "点击阅读全文 ▼"])
def test_what_a_control_unfolds_is_text(control: str) -> None:
    body = f'{_OPENING}<p>{control}</p><div style="display:none">{_FOLDED}</div>'
    assert TEXT in article(html(body=body)).text


def test_what_nothing_unfolds_is_hidden() -> None:
    assert TEXT not in article(html(body=f'{_OPENING}<div style="display:none">{_FOLDED}</div>')).text


_MARKUP = st.lists(
    st.sampled_from(
        [
            *("<ol start=3>", "</ol>", "<li>", "<li value=-9>", "<pre>", "</pre>", "</br>", "</p>", "<sup>", "</sup>"),
            *(
                "<ruby>",
                "<rt>",
                "</ruby>",
                "<td rowspan=3 colspan=2>",
                "<tr>",
                "<table>",
                "</table>",
                "<font color=#fff>",
            ),
            *(
                '<p style="white-space:pre">',
                '<b style="color:#fff;background:red">',
                "</b>",
                "</font>",
                "&amp;nbsp;",
                "&#27;",
            ),
            *("一", "。\n", "5", "\n", " "),
        ]
    ),
    max_size=60,
)


@times(2)
@given(_MARKUP)
def test_no_markup_breaks_the_lines_and_nodes_of_a_page(parts: list[str]) -> None:
    dom = parse("<body>" + "".join(parts))
    for place, node in enumerate(dom.nodes):
        assert node.place == place
        assert 0 <= node.start <= node.end <= len(dom.lines)
    assert all(unicodedata.category(character) != "Cc" for line in dom.lines for character in line.text)
    assert all(0 <= line < len(dom.lines) for line in dom.markers)


@pytest.mark.parametrize(
    ("one", "other", "times_"),
    [
        ("visible-lg", "visible-xs", 1),
        ("d-none d-md-block", "d-md-none", 1),
        ("hidden md:block", "md:hidden", 1),
        ("pc_show", "m_show", 1),
        ("layui-hide-xs", "layui-show-xs-block", 1),
        ("verse", "verse", 2),  # a refrain
        ("visible-lg", "visible-lg", 2),
    ],
)
def test_a_paragraph_for_another_kind_of_screen_is_there_once(one: str, other: str, times_: int) -> None:
    said = "卖花的小贩来得最迟，担子里只剩下几枝茉莉。"
    lines = last_lines(f'<div class="{one}"><p>{said}</p></div><div class="{other}"><p>{said}</p></div>')
    assert lines == [said] * times_


@pytest.mark.parametrize("css", ["sr-only", "note visually-hidden", "screen-reader-text", "VisuallyHidden"])
def test_what_only_screen_readers_say_is_not_shown(css: str) -> None:
    assert last_lines(
        f'<p class="{css}">以下内容由读屏软件朗读</p><p class="sr-only-focus">卖花的小贩来得最迟。</p>'
    ) == ["卖花的小贩来得最迟。"]


def test_the_cell_of_a_table_is_not_lowered() -> None:
    cells = "".join(f'<tr><td>第{n}摊</td><td style="vertical-align: sub">{n}</td></tr>' for n in range(1, 4))
    assert last_lines(f"<table>{cells}</table>") == ["第1摊\t1", "第2摊\t2", "第3摊\t3"]
