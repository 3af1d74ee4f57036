"""What sites print into the block of a text, without a class that names it: the text stays as it is, word for word.

Each is a form that CMSs and editors use all over, not the words of one page.
"""

from __future__ import annotations

import pytest

from crawler.extract import Reject
from crawler.extract.comments import first_entry
from crawler.extract.read import parse
from tests.extract_kit import PARAGRAPHS, PROSE, TEXT, TITLE, article, html, outcome

_TITLES = ("春天的校园作文", "我的妈妈优秀作文", "关于开展安全生产大检查的通知", "记一次难忘的旅行", "教师节演讲稿范文")
_LINKS = tuple(f'<a href="/news/2021/{number}.html">{title}</a>' for number, title in enumerate(_TITLES, 9001))


def _each(form: str) -> str:
    return "".join(form.format(link=link, n=n) for n, link in enumerate(_LINKS, 1))


_BELOW = {
    "related": "<p>相关阅读：</p>" + _each("<p>{link}</p>"),
    "related, numbered": "<p>【相关范文推荐】</p>" + _each("<p>{n}. {link}</p>"),
    "related, in one line": "<p>推荐阅读：" + " ".join(_LINKS) + "</p>",
    "hot, with dates": "<div>热门推荐</div>" + _each("<div>{link}<span>2021-05-0{n}</span></div>"),
    "teasers": "<p>相关新闻</p>"
    + _each("<div>{link}本报5月{n}日讯，记者从有关部门了解到，情况正在好转，各方都在努力。</div>"),
    "rights": "<p>【版权声明】本站部分文章来源于互联网，若涉及版权问题请及时与我们联系。</p>",
    "rights of papers": "<p>凡本网注明“来源：XXX（非本站）”的作品，均转载自其它媒体，并不代表本网赞同其观点。</p>",
    "more in a file": "<p>更多关于校园作文的范文详见PDF文件资料</p>",
    "readers also": "<p>喜欢《春天的校园》的人也看了</p>",
    "last change, in English": "<p>Last Updated On 2023-09-02</p>",
    "views": "<p>浏览次数：123次</p>",
    "length": "<p>字数：约500字</p>",
    "length, in words": "<p>全文共1234字</p>",
    "one related": "<p>小编推荐：春天的校园作文</p>",
    "site's name and address": "<p>好范文网：www.haoword.com</p>",
    "address": "<p>本文地址：http://www.example.com/a/1.html</p>",
    "submissions": "<p>投稿邮箱：tougao@example.com　联系电话：010-12345678</p>",
    "tags": "<div>关键词：作文 高考 语文</div>",
    "date of the CMS": "<p>最后更新：2021-05-06 10:20</p>",
    "errors": "<p>发现错误？我要纠错</p>",
    "reward": "<p>如果觉得我的文章对您有用，请随意赞赏。您的支持将鼓励我继续创作！</p>",
    "DedeCMS": "<p>------分隔线----------------------------</p><p>顶一下 (0) 0% 踩一下 (0) 0%</p>",
    "Discuz": "<p>您需要登录后才可以回帖 登录 | 立即注册</p>",
    "controls of an old portal": "<p>页面功能 【我来说两句】【打印】【关闭】</p>",
    "controls of an old blog": "<p>阅读(12) | 评论(3) | 引用(0)</p>",
    "controls of a gallery": "<p>上一張 下一張</p>",
    "form": "<p>昵称：</p><p>验证码：</p><p>要回复问题请先登录或注册</p>",
    "place": "<p>发布于：广东省</p>",
    "comments": "<p>共有 5 条评论</p>"
    + _each(
        "<div>用户{n}</div><div>写得真不错，我也有同样的感受，谢谢分享。</div><div>2021-05-0{n} 10:00 回复 举报</div>"
    ),
    "comments without a heading": _each(
        "<div>网友{n}</div><div>写得真不错，我也有同样的感受，谢谢分享。</div><div>{n}小时前</div><div>回复</div>"
    ),
    "platform": "<p>以上内容为创作者平台用户上传并发布，本平台仅提供信息存储服务。</p><p>文章不错，点个赞吧</p>",
}
_BETWEEN = {
    "fold": "<p>点击展开全文</p>",
    "fold of an encyclopaedia": "<p>展开全部</p>",
    "mirror": "<p>本文来自好范文网(www.haoword.com)</p>",
    "advertisement": "<p>广告</p>",
    "link": "<p>【延伸阅读】" + _LINKS[0] + "</p>",
    "reading time": "<p>本文共2300字，阅读大约需要6分钟</p>",
    "reading time of a static blog": "<div>字数 1.2k 阅读时长 ≈ 5 分钟</div>",
    "no player": "<p>抱歉，您的浏览器不支持video标签。</p>",
    "waiting": "<p>视频加载中，请稍候...</p>",
}
_ABOVE = {
    "follow": "<p>点击上方“作文大全”关注我们</p>",
    "summary": f"<p>【摘要】{PARAGRAPHS[0]}</p>",
    "cut summary": f"<p>核心提示：{PARAGRAPHS[1][:30]}……</p>",
    "no scripts": "<p>您的瀏覽器不支援JavaScript語法，但是並不影響您獲取本網站的內容</p>",
    "an arrow": "<div>→</div>",
    "tools": "<div>收藏本文 我要投稿 阅读：1234</div>",
}


@pytest.mark.parametrize("furniture", _BELOW.values(), ids=_BELOW)
def test_below_the_text(furniture: str) -> None:
    assert article(html(body=PROSE * 2 + furniture), family="news").text == f"{TEXT}\n{TEXT}"


@pytest.mark.parametrize("furniture", _BETWEEN.values(), ids=_BETWEEN)
def test_between_its_paragraphs(furniture: str) -> None:
    assert article(html(body=PROSE + furniture + PROSE), family="news").text == f"{TEXT}\n{TEXT}"


@pytest.mark.parametrize("furniture", _ABOVE.values(), ids=_ABOVE)
def test_above_the_text(furniture: str) -> None:
    assert article(html(body=furniture + PROSE), family="news").text == TEXT


def test_a_reply_under_the_text_itself_is_no_readers_entry() -> None:
    lines = [*PARAGRAPHS, "回复", "网友甲", PARAGRAPHS[0], "回复", "网友乙", PARAGRAPHS[1], "回复"]
    doc = parse("".join(f"<p>{line}</p>" for line in lines))
    assert first_entry(doc.lines) == lines.index("网友甲")


def test_addresses_of_a_notice_are_its_own() -> None:
    contact = "联系电话：010-12345678"
    assert article(html(body=f"{PROSE}<p>网址：http://www.abc.gov.cn</p><p>{contact}</p>")).text.endswith(contact)


def test_a_heading_that_links_to_itself_is_the_title_where_title_names_the_site_only() -> None:
    page = (
        f"<html><head><title>学习经验</title></head><body><div><h1><a href='/1.html'>{TITLE}</a></h1>"
        f"<address>- 编辑：admin - 2021-04-02 19:45</address></div><div>{PROSE}</div></body></html>"
    )
    assert article(page).title == TITLE


def test_a_byline_is_no_title() -> None:
    page = f"<html><body><p class='title'>发布时间： 2019-09-26 10:09:11</p><div>{PROSE}</div></body></html>"
    assert article(page).title == ""


def test_a_page_that_says_nothing_but_notices_is_no_article() -> None:
    notices = (
        "<p>本站所收录作品、热点评论等信息部分来源互联网，目的只是为了系统归纳学习和传递资讯</p>"
        "<p>所有作品版权归原创作者所有，与本站立场无关，如不慎侵犯了你的权益，请联系我们告知，我们将做删除处理！</p>"
    )
    found = outcome(html(body=notices))
    assert found.reject == Reject("too_short", "nothing but notices of the site")
    assert article(html(body=PROSE * 2 + notices)).text == f"{TEXT}\n{TEXT}"


def test_a_table_of_data_belongs_to_its_notice() -> None:
    rows = [("李早", f"第{n}中学", f"{n:02}") for n in range(30)]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    last = "公示期为七个工作日，如有异议，请以书面形式向县人社局反映。"
    body = f"<p>{PARAGRAPHS[0]}</p><table>{table}</table><p>{last}</p>"
    assert article(html(body=body)).text.split("\n") == [PARAGRAPHS[0], *map("\t".join, rows), last]


def test_the_printed_address_of_an_attachment_costs_a_short_notice_nothing() -> None:
    lines = ["各教学站点：", PARAGRAPHS[0], "特此通知。", "附件：放弃学籍公示名单{}", "早市继续教育学院"]
    link = "<a href='javascript:;'>/upload/file/20190529/20190529152413_63.xlsx</a>"
    body = "".join(f"<p>{line.format(link)}</p>" for line in lines)
    assert article(html(body=body)).text.split("\n")[:3] == lines[:3]


def test_a_summary_over_the_byline_goes_with_it() -> None:
    summary = f"<p>【概要描述】{PARAGRAPHS[0]}</p>"
    byline = (
        "<ul><li>作者：</li><li>来源：</li><li>发布时间：2019-03-16 13:55</li><li>访问量：0</li></ul><div>详情</div>"
    )
    found = article(html(body=(summary + byline) * 2 + PROSE))
    assert (found.text, found.lead, found.published) == (TEXT, PARAGRAPHS[0], "2019-03-16T13:55")


@pytest.mark.parametrize(
    "line", ["☺最可输入200字", "您还可以输入 140 个字", "（微信扫描分享）", "加载全部内容", "點擊閱讀下一則新聞"]
)
def test_forms_and_buttons_behind_the_text(line: str) -> None:
    assert article(html(body=f"{PROSE}<div><span>{line}</span></div>"), family="news").text == TEXT


@pytest.mark.parametrize("above", ["<p>2016-09-29 21:16:25 来源: 早市县人民法院</p>", f"<p>{PARAGRAPHS[0]}</p>"])
def test_a_table_may_be_all_that_a_notice_has(above: str) -> None:
    rows = [("姓名", "类型", "执行案号"), *((f"李早{n}", "自然人", f"（2016）早执{n}号") for n in "甲乙丙丁")]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    assert "\n".join(map("\t".join, rows)) in article(html(body=f"{above}<table>{table}</table>")).text


def test_prose_in_the_cells_of_a_table_is_the_text() -> None:
    rows = [(f"第{n}回", text) for n, text in zip("一二三", PARAGRAPHS, strict=True)]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    assert article(html(body=f"<table>{table}</table>")).text == "\n".join(map("\t".join, rows))


@pytest.mark.parametrize("heading", ["我的更多文章：", "作者其他文章", "最近文章"])
def test_a_dated_list_of_other_articles_in_the_body(heading: str) -> None:
    entries = "".join(
        f"<li><a href='/{n}.html'>守擂成功谈经{n}</a><span>(2015-05-2{n} 21:31:38)</span></li>" for n in range(7)
    )
    assert article(html(body=f"{PROSE}<div><div>{heading}</div><ul>{entries}</ul></div>")).text == TEXT


def test_a_word_that_the_pages_own_sheet_hides_is_a_watermark() -> None:
    sheet = "<style type='text/css'>.wkwm5edb3638{display: none; font-size: 12px;}</style>"
    mark = "<span class='wkwm5edb3638'>早市文库</span>"
    body = "".join(f"<p>{text[:9]}{mark}{text[9:]}</p>" for text in PARAGRAPHS)
    assert article(html(head=sheet, body=body)).text == TEXT
    assert article(html(body=sheet + body)).text == TEXT
    # A block may be a tab that a click shows.
    assert article(html(head="<style>.tab{display:none}</style>", body=f"<div class=tab>{PROSE}</div>")).text == TEXT


@pytest.mark.parametrize(
    "record",
    [
        "<li>{link}<p>雨棚能够遮风挡雨，当然还要安全可靠，因此一定要懂得选择，不可大意。</p><a href=/x>详情</a></li>",
        "<dl><dt>{link} 06-0{n}</dt><dd>雨棚能够遮风挡雨，当然还要安全可靠，因此一定要懂得选择，不可大意。</dd></dl>",
    ],
)
def test_records_with_summaries_longer_than_the_article_do_not_draw_the_text_to_them(record: str) -> None:
    found = article(html(below=f"<div><h3>经典案例</h3><ul>{_each(record) * 3}</ul></div>"))
    assert found.text == TEXT


def test_a_heading_with_nothing_below_it_is_no_text() -> None:
    assert article(html(body=f"{PROSE}<h3>参考资料</h3>")).text == TEXT
    assert article(html(body=f"{PROSE}<h3>后记</h3>{PROSE}")).text == f"{TEXT}\n后记\n{TEXT}"


@pytest.mark.parametrize("name", ["gutter", "line-numbers", "blob-num", "lineno"])
def test_the_numbers_of_lines_of_code_are_no_text(name: str) -> None:
    numbers = f"<td class={name}><pre>1<br>2<br>3</pre></td>"
    code = f"<table><tr>{numbers}<td class=code><pre>a = 1<br>b = 2</pre></td></tr></table>"
    found = article(html(body=f"{PROSE}{code}{PROSE}")).text.split("\n")
    assert not {"1", "2", "3", "1\ta = 1"} & set(found)


def test_a_box_of_contacts_whose_labels_are_spaced_is_no_text() -> None:
    box = (
        "<h1>联系我们</h1><p>手  机：13800000000(王经理)<br>邮  箱：zao@example.com<br>地  址：东方省早市街1号1-2室</p>"
    )
    own = f"<h2>早市的用途</h2><p>时间：2019-03-16 08:30:00 来源：本站 作者：管理员</p><div>{PROSE}</div>"
    page = (
        f"<html><head><title>早市的用途 - 东方早市公司</title></head><body><div class=main><div class=l>{box}</div>"
        f"<div class=c><p>当前位置：<a href=/>首页</a> &gt; <a href=/news/>新闻资讯</a></p>{own}</div></div>"
        "</body></html>"
    )
    found = article(page)
    assert (found.title, found.text, found.published) == ("早市的用途", TEXT, "2019-03-16T08:30:00")


def test_headings_of_one_form_are_text_though_their_class_says_notice() -> None:
    chapters = "".join(f"<h2 class=notice_head>（{n}）早市的规矩</h2>{PROSE}" for n in "一二")
    assert "（一）早市的规矩" in article(html(body=chapters)).text
    assert "小贴士" not in article(html(body=f"<h3 class=tips>小贴士</h3>{PROSE}")).text


def test_a_list_of_pages_chosen_at_random_is_no_text() -> None:
    links = "".join(f"<li><a href=/{n}.html>集市上的第{n}个早晨</a></li>" for n in range(6))
    body = f"<div>{PROSE}</div><div class=more><p>随机阅读</p><ul>{links}</ul></div>"
    assert article(html(body=body)).text == TEXT


@pytest.mark.parametrize(
    "last",
    [
        "<p>相关文章：早市的由来 早市开张 早市的一天 早市的鱼摊 早市的豆腐</p>",
        "<p>俺博客上，和本文相关的帖子：</p><p><a href=/1.html>早市的由来</a></p><p><a href=/2.html>早市的一天</a></p>",
    ],
)
def test_a_last_line_that_heads_other_texts_is_no_text(last: str) -> None:
    assert article(html(body=PROSE + last)).text == TEXT


def test_a_path_from_the_home_page_is_no_text() -> None:
    path = "<p><a href=/>首页</a> » <a href=/v/>视频</a> » 早市介绍 早市是什么</p>"
    assert article(html(body=path + PROSE)).text == TEXT


def test_the_text_below_a_short_heading_goes_before_longer_comments() -> None:
    praise = "".join(f"<li><h3>小早{n}好评</h3><p>{text * 2}</p></li>" for n, text in enumerate(PARAGRAPHS))
    page = html(title="早市的鱼", below=f"<div><h3>买家点评</h3><ul>{praise}</ul></div>")
    assert article(page).text == TEXT


def test_the_end_of_a_comment_in_a_comment_is_no_text() -> None:
    assert article(html(body=f"<div><!-- <p>早市 <!-- 广告 --> --></div>{PROSE}")).text == TEXT


def test_a_card_of_the_author_above_the_text_is_none_of_it() -> None:
    about = "<div>早市笔记：记集市、鱼摊和豆腐，也记石板路。</div>"
    card = f"<div class=author><div><div>作者</div><div>早早</div>{about}</div></div>"
    assert article(html(byline="<div>2019年3月16日·60 字·1 分钟·</div>" + card)).text == TEXT
    assert article(html(body=f"<p>作者</p><p>早早</p>{PROSE}")).text.startswith("作者")


def test_an_english_byline_is_no_text_and_its_words_are_no_names() -> None:
    line = "<span>0</span> Views <span>Published on Feb 09, 2020</span> in <a href=/c/>鱼摊</a> with <a href=#c></a>"
    found = article(html(body=f"<div>{line}</div>{PROSE}"))
    assert (found.text, found.author, found.published) == (TEXT, None, "2020-02-09")
