"""Names of papers as portals and the papers of Taiwan print them, and what stands around a text there."""

from __future__ import annotations

import pytest

from tests.extract_kit import PARAGRAPHS, PROSE, TEXT, TITLE, article, html, outcome

_DAY = "<div>2019-03-16 08:30</div>"
_BYLINES = [
    ("【石橋醒報／林歆中】", "石橋醒報", "林歆中"),
    ("【石橋晚報╱記者張博中／整理】", "石橋晚報", "張博中"),
    ("【石橋視新聞╱報導】", "石橋視新聞", None),
    ("【石橋日報╱早市社三月9日電】", "石橋日報", None),
    ("摘自早市在线-石桥日报", "早市在线-石桥日报", None),
    ("本文转自石桥晚报", "石桥晚报", None),
    ("社會新聞／王小中", None, "王小中"),
]


@pytest.mark.parametrize(("line", "source", "author"), _BYLINES)
def test_a_paper_beside_a_stroke(line: str, source: str | None, author: str | None) -> None:
    found = article(html(byline=f"<div>{line}</div>{_DAY}"))
    assert (found.source, found.author, found.text) == (source, author, TEXT)


def test_a_paper_on_a_line_of_its_own_below_the_date() -> None:
    found = article(html(byline=f"{_DAY}<div>石橋時報</div><div>我要評論</div>"))
    assert (found.source, found.text) == ("石橋時報", TEXT)
    assert article(html(byline=f"{_DAY}<div>新聞速報</div>")).source is None


def test_a_paper_above_the_text_is_no_text() -> None:
    found = article(html(byline=_DAY, body=f"<p>石橋日報</p>{PROSE}"))
    assert (found.source, found.text) == ("石橋日報", TEXT)


def test_the_stamp_of_a_paper_below_the_text() -> None:
    stamp = '<p class="s"><span>【2019/03/16 石橋晚報】</span><a href="/">@ http://www.example.tw/</a></p>'
    found = article(html(byline=_DAY, body=PROSE + stamp))
    assert (found.source, found.text) == ("石橋晚報", TEXT)


def test_an_agency_in_brackets_opens_the_text() -> None:
    assert article(html(byline=_DAY, body=f"<p>〔早市社〕{PARAGRAPHS[0]}</p>{PROSE}")).source == "早市社"


def test_the_day_of_a_report_where_no_other_is_printed() -> None:
    opening = f"<p>【新早市2019年3月16日訊】{PARAGRAPHS[0]}</p>{PROSE}"
    assert article(html(body=opening)).published == "2019-03-16"
    assert article(html(byline="<div>2019-03-17 08:30</div>", body=opening)).published == "2019-03-17T08:30"


@pytest.mark.parametrize(
    ("line", "author", "editor"),
    [("(陈小中 编辑)", None, "陈小中"), ("(李小艳 撰稿)", "李小艳", None), ("（文/赵小勇）", "赵小勇", None)],
)
def test_who_wrote_or_edited_in_brackets_below_the_text(line: str, author: str | None, editor: str | None) -> None:
    found = article(html(byline=_DAY, body=f"{PROSE}<p>{line}</p>"))
    assert (found.author, found.editor) == (author, editor)


def test_a_pen_name_glued_to_the_last_sentence() -> None:
    assert article(html(byline=_DAY, body=PROSE.removesuffix("</p>") + "文/包小臻</p>")).author == "包小臻"


def test_values_that_are_none() -> None:
    assert article(html(byline=f"{_DAY}<div>来源：资料图</div>")).source is None
    assert article(html(byline=f"{_DAY}<div>作者： 【打印】</div>")).author is None
    source = html(head='<meta name="author" content="早市">', byline=f"{_DAY}<div>早市</div>", name="题目_早市新闻中心")
    assert article(source).author is None
    source = html(head='<meta name="author" content="早市">', byline=f"{_DAY}<div>早市</div>", name="题目_早市体育")
    assert article(source).author is None
    weather = f"<div><a href='http://www.example.cn/'>3月16日</a></div>{_DAY}"
    assert article(html(byline=weather)).source is None
    editor = html(head='<meta name="author" content="毛小久">', byline=f"{_DAY}<div>作者: 编辑: 毛小久</div>")
    assert (article(editor).author, article(editor).editor) == (None, "毛小久")


def test_a_label_without_a_colon_before_its_value() -> None:
    found = article(html(byline="<div>时间 2019-3-16 17:58:00 来源 早市网 廖小凌</div>"))
    assert (found.source, found.author) == ("早市网", "廖小凌")
    found = article(html(byline="<div><span>本文来源于</span><a href='/'>《石桥网》</a> 2019年03月16日 18:49</div>"))
    assert found.source == "《石桥网》"


def test_a_label_in_the_link_to_another_page_is_none() -> None:
    below = '<ul><li><a href="/2.html">LIVE:石橋 記者:劉小函 車站旁的早市</a></li></ul>'
    assert article(html(byline=_DAY, below=below)).author is None


def test_a_style_that_only_libxml2_takes_for_closed() -> None:
    found = article(html(byline=f'{_DAY}<style type="text/css" />body {{ MARGIN: 0 }} #a {{ color: red }}</style>'))
    assert found.text == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "<li>没有相关新闻</li>",
        "<div>[字体：<a href=1>大</a> <a href=2>中</a> <a href=3>小</a>] <a href=4>收藏</a> <a href=5>订阅</a> "
        "<a href=6>RSS</a> <a href=7>分享打印</a> [<a href=8>发表评论</a>]</div>",
        "<p>[稿源：<a href='/'>早市网-石桥晨报</a>]</p>",
        "<p>（責任編輯 余小雲）</p>",
        "<p>(陈小中 编辑)</p>",
        "<p>(李小艳 撰稿)</p>",
        "<p>【作者：《早市》综合报道 】 (责任编辑：谢小璇)</p>",
        "<p>(內容由早市網提供。未經授權，不得轉載。)</p>",
        "<p>※相關新聞》</p><ul><li><a href=/2>石橋的魚又漲價了</a></li><li><a href=/3>豆腐攤搬到橋北</a></li></ul>",
    ],
)
def test_what_portals_print_around_a_text(line: str) -> None:
    assert article(html(byline=_DAY, body=f"{PROSE}{line}")).text == TEXT


def test_comments_with_the_addresses_of_their_writers() -> None:
    comments = "".join(
        f"<dt>2019/03/16 12:1{n}　219.8*****13{n}</dt><dd>早市客</dd><dd>{PARAGRAPHS[n]}</dd>" for n in range(3)
    )
    assert article(html(byline=_DAY, body=f"{PROSE}<dl>{comments}</dl>")).text == TEXT


def test_a_long_last_paragraph_with_words_of_a_site_is_the_author_s() -> None:
    last = (
        "从网站登录的技术层面来看，早市的订票系统example.cn是按一种浏览器的标准制作的，目前仅支持这一种，其他的浏览器，包括手机上的，"
        "都无法登录，而用它们的人并不在少数。摊主们说，上线以来每天都有人打不开网页，只好在清晨跑到桥头来排队。"
    )
    assert article(html(byline=_DAY, body=f"{PROSE}<p>{last}</p>")).text.endswith(last)


def test_a_title_with_the_byline_s_clock_or_a_mark_before_it() -> None:
    assert (
        article(html(title="集市上的一个早晨 2019年03月16日00:22", name="集市上的一个早晨_早市网")).title
        == "集市上的一个早晨"
    )
    assert article(html(title="2019年的早市")).title == "2019年的早市"
    assert article(html(title="》集市上的一个早晨", name="早市网")).title == "集市上的一个早晨"


_BBS = f"""<html><head><title>阅读文章 - 石桥站</title></head><body>
<center>石桥站 -- 文章阅读 [讨论区: Market]</center><pre>
发信人: zaoshi (早市的人), 信区: Market
标  题: {TITLE}
发信站: 石桥站 (Sat Mar 16 08:30:12 2019), 站内

{TEXT}
--
早起的人有鱼吃
※ 来源:·石桥站 bbs.example.edu.cn·[FROM: 192.0.2.2]
</pre>[<a href=1>上一篇</a>] [<a href=2>本讨论区</a>] [<a href=3>下一篇</a>]</body></html>"""


def test_an_article_of_a_bbs() -> None:
    found = article(_BBS)
    assert (found.title, found.text, found.author, found.source) == (TITLE, TEXT, "zaoshi (早市的人)", None)
    assert found.published == "2019-03-16T08:30:12"


def test_the_entry_of_a_blog_whose_title_is_its_name() -> None:
    source = (
        "<html><head><title>早市老人的空间</title></head><body><table><tr><td>2005年8月14日</td></tr>"
        f"<tr><td><b>{TITLE}</b></td></tr><tr><td>{'<br>'.join(PARAGRAPHS)}</td></tr><tr><td>发表于 8:30 | "
        "<a href=1>阅读全文</a> | <a href=2>评论(2)</a> | <a href=3>引用(0)</a> | "
        "<a href=4>编辑</a></td></tr></table></body></html>"
    )
    found = article(source)
    assert (found.title, found.published, found.text) == (TITLE, "2005-08-14", TEXT)


def test_the_owner_of_a_blog_posts() -> None:
    posted = "<p class=postDesc>posted @ 2005-08-14 00:27 <a href=/u>早市老人</a> 阅读(1203) <a href=/c>评论(2)</a></p>"
    assert article(html(below=posted)).author == "早市老人"


def test_a_forum_s_name_in_brackets_before_the_title() -> None:
    source = html(title=f"『石桥杂谈』 {TITLE}", name=f"{TITLE}_石桥杂谈_石桥社区")
    assert article(source).title == TITLE


def test_a_form_to_answer_is_no_wall() -> None:
    post = "<p>今天早上集市上的鲫鱼卖完了，明天请大家早点来，六点就开门。石桥北边的摊位也换了新棚子。</p>"
    found = article(html(byline=_DAY, body=post, below="<div>您需要登录后才可以回帖 登录 | 立即注册</div>"))
    assert found.text.startswith("今天早上")


def test_links_side_by_side_name_no_editor() -> None:
    links = "<dd><a href=1>编辑</a> <a href=2>锁定</a> <a href=3>讨论</a></dd>"
    assert article(html(byline=f"{_DAY}<dl>{links}</dl>")).editor is None
    born = "<dl><dt>出生日期</dt><dd>1975年1月28日</dd></dl>"
    assert article(html(byline=born)).published is None


@pytest.mark.parametrize(
    "title",
    ["501 错误", "请升级您的浏览器，以便我们更好的为您提供服务！", "密码帮手——找回密码第二步", "您访问的网页出错啦！"],
)
def test_a_page_that_only_tells_something(title: str) -> None:
    assert outcome(html(title=title, name=title, body=f"<p>{PARAGRAPHS[0]}</p>")).reject


@pytest.mark.parametrize("day", ["2019-03-1", "2019年3月1"])
def test_a_list_whose_entries_are_no_links(day: str) -> None:
    entries = "".join(
        f"<p class=info>关于第{n}座石桥上早市摊位调整安排的通知……<span>{day}{n}{'日' if '年' in day else ''}</span></p>"
        for n in range(1, 9)
    )
    assert outcome(html(title="石桥早市管理处", name="石桥早市管理处", body=entries)).reject


def test_who_introduces_the_author_names_nobody() -> None:
    assert article(html(byline=f"{_DAY}<p>作者：廖小武是石桥有名的诗人、木匠</p>")).author is None
    assert article(html(byline=f"{_DAY}<ul><li><span>作者：</span>显示</li></ul>")).author is None


def test_bylines_of_taiwan() -> None:
    found = article(html(byline="<div>星橋日報 – 3小時前</div>"))
    assert (found.source, found.text) == ("星橋日報", TEXT)
    found = article(html(byline=f"{_DAY}<div>作者：潘小羽 文字大小：【大】【中】【小】</div>"))
    assert (found.author, found.text) == ("潘小羽", TEXT)
    found = article(html(byline="<div>早市網新聞中心　(來源：石橋資訊，摘自：石橋經濟網)　2019-03-16 13:37:02</div>"))
    assert (found.source, found.text) == ("石橋資訊", TEXT)


def test_what_stands_below_a_report_of_taiwan() -> None:
    found = article(html(body=f"{PROSE}<p>(2019-03-16 20:00) 晚間新聞</p>"))
    assert (found.published, found.text) == ("2019-03-16T20:00", TEXT)
    assert article(html(byline=_DAY, body=f"{PROSE}<p>1080316</p>")).text == TEXT


def test_a_date_glued_to_an_address_is_of_the_byline() -> None:
    line = "<div><a href=/>http://www.example.com/</a><span>2019-03-16 09:06:00</span><span>早市网</span></div>"
    found = article(html(body=f"{line}{PROSE}"))
    assert (found.published, found.source, found.text) == ("2019-03-16T09:06:00", "早市网", TEXT)
    found = article(html(body=f"{line}{PROSE}", below="<p>编辑：米小兰　来源：石桥新闻网</p>"))
    assert found.source == "石桥新闻网"


def test_the_line_above_the_text_where_the_page_has_no_heading() -> None:
    source = (
        "<html><head><title>早市新聞網</title></head><body><table><tr>"
        "<td><a href=/>早市新聞網</a> / <b>政治</b></td></tr>"
        f"<tr><td>集市上的一個早晨</td></tr><tr><td>{PROSE}</td></tr></table></body></html>"
    )
    assert article(source).title == "集市上的一個早晨"
