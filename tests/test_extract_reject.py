"""Pages that are no article are refused, each with its own reason; articles that speak of such things are not."""

from __future__ import annotations

import gc

import pytest

from tests.extract_kit import PROSE, TITLE, html, outcome


def reason(body: bytes | str) -> str | None:
    found = outcome(body)
    assert not (found.articles and found.reject)
    return found.reject.reason if found.reject else None


def bare(body: str, title: str = "东方早市网") -> str:
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'


def links(count: int, *, dated: bool = False) -> str:
    date = "<span>2019-03-16</span>" if dated else ""
    return "".join(f'<li><a href="/a/{n}.html">集市上的第{n}个早晨和它的故事</a>{date}</li>' for n in range(count))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"%PDF-1.4 \xe6\x88\x91",
        b"\x89PNG\r\n",
        b"\xff\xd8\xff\xe0",
        b"PK\x03\x04",
        b"GIF89a",
        b"wOF2\xce\xd2",
    ],
)
def test_what_is_no_html_is_refused(body: bytes) -> None:
    assert reason(body) == "not_html"


@pytest.mark.parametrize("dated", [True, False])
def test_a_list_of_titles_is_a_list_page(dated: bool) -> None:
    assert reason(bare(f"<ul class=list>{links(30, dated=dated)}</ul>", "城事_东方早市网")) == "list_page"


@pytest.mark.parametrize("words", ["", "<p>短。</p>", "<h1>标题</h1><p>只有一句话。</p>"])
def test_a_page_with_next_to_nothing_on_it_is_too_short(words: str) -> None:
    assert reason(bare(words)) == "too_short"


@pytest.mark.parametrize(
    "words",
    [
        "您访问的页面不存在",
        "抱歉，您要查看的文章已被删除",
        "对不起，没有找到您要访问的页面",
        "404 Not Found 页面错误",
        "该信息已经下线，3秒后自动返回首页",
        "您查看的文档不存在或已删除",
        "页面走丢了",
        "提示信息：内容不存在",
    ],
)
def test_an_error_that_says_200_is_a_soft_404(words: str) -> None:
    assert reason(bare(f"<div class=box><h2>{words}</h2><p><a href=/>返回首页</a></p></div>", "提示信息")) == "soft_404"


@pytest.mark.parametrize(
    "words",
    [
        "请输入验证码后继续访问",
        "您的访问过于频繁，请稍后再试",
        "请拖动滑块完成验证",
        "您的请求带有不合法参数，已被网站管理员设置拦截！",
    ],
)
def test_a_captcha_or_a_firewall_is_blocked(words: str) -> None:
    assert reason(bare(f"<p>{words}</p>", "安全验证")) == "blocked"


@pytest.mark.parametrize("words", ["请先登录后查看全文", "登录后才能阅读全文", "本文为付费内容，开通会员后即可阅读"])
def test_a_text_behind_an_account_is_a_login_wall(words: str) -> None:
    assert reason(bare(f"<h1>{TITLE}</h1><p>{words}</p>", f"{TITLE}_东方早市网")) == "login_wall"


def test_an_english_page_is_not_chinese() -> None:
    words = "The market opens before sunrise, and the fishmongers are the first to arrive, every single day. " * 6
    assert reason(bare(f"<h1>A morning</h1><p>{words}</p>", "A morning")) == "not_chinese"


def test_a_mirror_in_traditional_with_pinyin_is_hijacked() -> None:
    words = "<p>網(wǎng)絡(luò)時(shí)代的學(xué)生們(men)喜歡(huān)看書(shū)，老師(shī)也覺(jué)得很好。</p>"
    assert reason(bare(f"<h1>網(wǎng)絡(luò)時(shí)代</h1>{words * 4}", "網(wǎng)絡(luò)時(shí)代")) == "hijacked"


@pytest.mark.parametrize(
    "paragraph",
    [
        "他打开网页，只看到“页面不存在”五个字，于是又打了一遍地址，还是不存在。",
        "请输入验证码，手机上说。老人把眼镜推上去，一个数字一个数字地念给孙女听。",
        "登录后才能查看的档案，如今全部公开了，研究者不必再等半年。",
    ],
)
def test_an_article_that_speaks_of_errors_is_an_article(paragraph: str) -> None:
    assert reason(html(body=f"<p>{paragraph}</p>{PROSE}")) is None


def test_an_article_among_many_links_is_an_article() -> None:
    assert reason(html(above=f"<ul>{links(40)}</ul>", below=f"<div><ul>{links(40, dated=True)}</ul></div>")) is None


SENTENCE = "<p>去年秋天的那次检查让我印象很深，五十个项目里有六个不合格，新来的同学当场就红了脸，我也一样。</p>"
BYLINE = "<p>2020-02-23 13:58:32 来源：本站原创 作者：袁立 点击：12</p>"


@pytest.mark.parametrize("count", [12, 60])
@pytest.mark.parametrize(
    ("byline", "below"),
    [(BYLINE, ""), ("", '<p>上一篇：<a href="/a/1.html">在节水动员会上的发言</a></p>'), ("", "<p>下一篇：没有了</p>")],
)
def test_a_page_of_an_article_may_be_one_sentence_among_links(byline: str, below: str, count: int) -> None:
    short = html(byline=byline, body=SENTENCE, below=f"{below}<div>{links(count)}</div>", name="演讲稿(3) - 东方早市网")
    assert reason(short) is None


@pytest.mark.parametrize(
    "more",
    [
        "<p>责任编辑：曹立新</p>",
        "<p><a href=/b>上一页</a> <a href=/c>下一页</a></p>",
        "".join(f"<div><a href=/{n}>市场里的人</a><p>来源：东方早市网 2019-03-{n}</p></div>" for n in range(10, 14)),
    ],
)
def test_a_list_that_introduces_itself_in_a_sentence_is_a_list(more: str) -> None:
    assert reason(bare(f"<h1>城事</h1>{SENTENCE}<ul>{links(30)}</ul>{more}", "城事_东方早市网")) == "list_page"


def test_a_comment_form_with_a_captcha_blocks_nothing() -> None:
    form = "<form>发表评论 用户名：<input name=u> 密码：<input type=password> 请输入验证码：<input name=c></form>"
    assert reason(html(below=form)) is None


_SUMMARY = "清晨的集市总是先从鱼摊热闹起来，水桶里的鲫鱼拍着尾巴"


@pytest.mark.parametrize(
    "entry",
    [
        "<h3><a href='/{n}.html'>早市故事第{n}回</a></h3><p>站长 2019-03-1{n} 595℃ 0评论</p><p>{summary}...</p>",
        "<div>1{n}/03月 <a href='/{n}.html'>早市故事第{n}回</a><p>{summary}……</p><a href='/{n}.html'>更多</a></div>",
        "<li><a href='/{n}.html'>早市故事第{n}回</a><div>{summary}…[详细]</div></li>",
    ],
)
def test_a_list_with_cut_summaries_is_a_list_page(entry: str) -> None:
    entries = "".join(entry.format(n=n, summary=_SUMMARY) for n in range(6))
    assert reason(bare(f"<h1>早市故事</h1>{entries}", "早市故事_东方早市网")) == "list_page"


def test_an_article_without_text_does_not_take_that_of_the_side_bar() -> None:
    byline = "<p>时间：2018-06-08 14:45:10 分类：早市新闻</p>"
    neighbours = "<p>上一篇：<a href=/1.html>昨天的早市</a></p><p>下一篇：没有了</p>"
    side = f"<div><h3>早市成果</h3><p>{_SUMMARY}，溅湿了过路人的裤脚。</p></div>"
    page = html(byline=byline, body="<img src=1.jpg>", below=neighbours + side)
    assert reason(page) == "too_short"
    assert outcome(html(byline=byline, below=neighbours + side)).articles


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "{dede:field.title/}",
            "<p>{dede:field.body/}</p><p>来源：{dede:field.source/}，浏览：{dede:field.click/}</p>",
        ),
        ("{$title}", f"<p>{_SUMMARY}，溅湿了过路人的裤脚。</p>"),
        ("${(news.title)!}", f"<p>{_SUMMARY}，溅湿了过路人的裤脚。</p>"),
        ('<%=rs("title")%>', f"<p>{_SUMMARY}，溅湿了过路人的裤脚。</p>"),
    ],
)
def test_a_template_is_no_article(title: str, body: str) -> None:
    escaped = title.replace("<", "&lt;")
    page = f"<html><head><title>{escaped}</title></head><body><h1>{escaped}</h1>{body}</body></html>"
    assert reason(page) in ("not_html", "too_short")


def test_a_short_notice_among_many_links_is_an_article() -> None:
    menu = "<ul>" + "".join(f"<li><a href=/c{n}/>早市栏目{n}</a></li>" for n in range(30)) + "</ul>"
    notice = "<p>因线路检修，图书馆三月十六日闭馆一天，请读者相互转告，不便之处敬请谅解。</p><p>校图书馆</p>"
    page = html(title="关于图书馆闭馆一天的通知", above=menu, body=notice, below=f"<div>{links(30)}</div>")
    assert (
        outcome(page).articles[0].text
        == "因线路检修，图书馆三月十六日闭馆一天，请读者相互转告，不便之处敬请谅解。\n校图书馆"
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p>下载：<a href=/1.zip>本地下载</a></p><p>本站软件均来自互联网，版权归原作者所有，如有侵权请联系删除。</p>",
        "<p>视频加载中，请稍候...</p><p>声明：本视频由网友上传，版权归原作者所有，本站仅提供信息存储服务，不代表本站立场。</p>",
        "<p>上一张 下一张 查看原图</p><p>本网站图片仅供学习交流，未经授权不得转载，侵权必究。</p>",
    ],
)
def test_a_page_whose_only_prose_is_the_site_s_is_no_article(body: str) -> None:
    assert reason(html(body=body)) in ("too_short", "list_page")


def test_a_button_beside_a_short_article_is_no_login_wall() -> None:
    short = "<p>清晨的集市总是先从鱼摊热闹起来，水桶里的鲫鱼拍着尾巴，溅湿了过路人的裤脚，谁也没有生气。</p>"
    source = html(above="<div>请登录</div>", byline="<div>2019-03-16 来源：澜江日报</div>", body=short)
    assert reason(source) is None


@pytest.mark.parametrize("collects", [True, False])
@pytest.mark.parametrize("body", [html(), ""])
def test_behind_a_page_the_search_for_cycles_is_as_it_was(body: str, collects: bool) -> None:
    before = gc.isenabled()
    try:
        gc.enable() if collects else gc.disable()
        outcome(body)
        assert gc.isenabled() is collects
    finally:
        gc.enable() if before else gc.disable()
