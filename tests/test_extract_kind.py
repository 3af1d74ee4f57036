"""Pages with some text that are no articles, each known by several signs at once; an article with one of them stays."""

from __future__ import annotations

import pytest

from tests.extract_kit import outcome

WORDS = "晨雾漫过石桥边的老槐树，一只白鹭从芦苇荡里慢慢踱出来"
PARAGRAPH = f"<p>{WORDS}，看了看水里的影子。赶集的人说，{WORDS}，谁也不怕。</p>"


def page(title: str, body: str) -> str:
    menu = "".join(f"<li><a href=/{n}/>栏目{n}</a></li>" for n in range(8))
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body><ul>{menu}</ul>{body}</body></html>"


def reason(title: str, body: str) -> str | None:
    found = outcome(page(title, body))
    return found.reject.reason if found.reject else None


def entries(form: str, count: int = 8) -> str:
    return "".join(form.format(n=n, words=f"第{n}个早晨，{WORDS}，人们说了许多话。") for n in range(count))


@pytest.mark.parametrize(
    "form",
    [
        "<p><a href=/a/{n}.html>集市上的第{n}个早晨</a></p><p>{words}</p>",
        "<div class=item><a href=/a/{n}.html>集市上的第{n}个早晨</a><span>2019-03-16</span><p>{words}</p></div>",
        "<li><a href=/a/{n}.html>集市上的第{n}个早晨</a><em>★★★</em><div>{words}</div></li>",
        "<dl><dt><a href=/a/{n}.html>集市上的第{n}个早晨</a></dt><dd>{words}</dd><dd>点击次数：{n}</dd></dl>",
    ],
)
def test_titles_with_summaries_are_a_list_whatever_stands_between_them(form: str) -> None:
    assert reason("城事_东方早市网", f"<h1>城事</h1>{entries(form)}<p>首页 上一页 1 2 3 下一页 尾页</p>") == "list_page"


def test_entries_whose_links_have_no_text_are_a_list() -> None:
    form = "<article><h2>集市上的第{n}个早晨</h2><p>{words}</p><a class=entry href=/a/{n}.html></a></article>"
    assert reason("文章 | 东方早市网", f"<main>{entries(form)}</main>") == "list_page"
    body = f"<h1>集市上的早晨</h1><article>{PARAGRAPH * 4}</article>"
    related = "".join(f"<article><h3>第{n}个早晨</h3></article>" for n in range(4))
    assert reason("集市上的早晨 | 东方早市网", f"<main>{body}{related}</main>") is None


@pytest.mark.parametrize(
    "title", ["标签：集市 | 东方早市网", "归档：2019/3 | 早市", "Tag: 集市 - 早市", "早市 - 第 3 页"]
)
def test_a_page_of_a_tag_or_a_month_is_a_list_even_with_one_entry(title: str) -> None:
    assert reason(title, f"<h2><a href=/a/1.html>集市上的早晨</a></h2><p>{WORDS}，人们说了许多话。</p>") == "list_page"


def test_telephone_and_address_are_no_article() -> None:
    lines = ["公司：早市岗亭有限公司", "电话：0551-6543210", "手机：13800138000", "地址：芦苇路12号，石桥北侧"]
    assert reason("联系我们_早市岗亭", "<h2>联系方式</h2>" + "".join(f"<p>{each}</p>" for each in lines)) is not None


def test_the_facts_of_a_product_are_no_article() -> None:
    facts = ["品牌：早市", "型号：HD6C3026", "规格尺寸：300*300", "颜色：黄色地砖，浅黄色墙砖", "计价单位：片"]
    body = "<h1>黄土印记</h1><p>发布日期：2015-01-06</p>" + "".join(f"<p>{each}</p>" for each in facts)
    assert reason("黄土印记_早市瓷砖", body) is not None


@pytest.mark.parametrize(
    "more",
    [
        "",
        "<p>地址：芦苇路12号</p><p>电话：0551-6543210</p>",
        "<p>品牌：早市</p><p>型号：HD6C3026</p>",
        "<ul>" + "<li>白鹭和老槐树，都在桥边。</li>" * 5 + "</ul>",
        "<p>附件：名单.docx</p>",
        "<p><a href=/a/2.html>集市上的下一个早晨</a></p>",
        "<p>共 3 页</p>",
    ],
)
def test_an_article_that_has_a_sign_of_another_kind_stays_one(more: str) -> None:
    body = f"<h1>集市上的早晨</h1><p>2019-03-16 来源：澜江日报</p>{PARAGRAPH * 2}{more}"
    assert reason("集市上的早晨_东方早市网", body) is None


def test_the_signs_that_weigh_most_are_told() -> None:
    found = outcome(page("标签：集市 | 东方早市网", f"<h2><a href=/a/1.html>集市</a></h2><p>{WORDS}，又是一天。</p>"))
    assert found.reject is not None
    assert found.reject.detail.startswith("list -3.8")


@pytest.mark.parametrize("title", ["提示信息 - 早市论坛", "系统提示_东方早市网", "出错了", "错误信息 | 早市"])
def test_the_message_of_a_forum_is_no_article(title: str) -> None:
    assert (
        reason(title, f"<div class=hd>早市论坛</div><p>{WORDS}，欢迎大家来看。</p><p><a href=/>返回首页</a></p>")
        == "soft_404"
    )


@pytest.mark.parametrize("heading", ["买家点评", "网友评论", "全部评价"])
def test_what_buyers_say_below_a_list_is_no_article(heading: str) -> None:
    form = "<li><h3>集市常客{n}</h3><p>{words}，买过多次了。</p><p class=d>2019-03-1{n}</p></li>"
    said = "".join(form.format(n=n, words=WORDS) for n in range(6))
    lists = "".join(f"<p><a href=/a/{n}.html>集市上的第{n}个早晨</a></p>" for n in range(9))
    assert reason("城事_东方早市网", f"{lists}<h3>{heading}</h3><ul>{said}</ul>") is not None
    picture = "<h1>集市上的早晨</h1><p>2019-03-16</p><img src=/a.jpg>"
    assert reason("集市上的早晨_东方早市网", f"{picture}{lists}<h3>{heading}</h3><ul>{said}</ul>") is not None


_MENU = "<div class=nav><a href=/>网站首页</a> {}</div>".format(
    " ".join(f"<a href=/{name}/>{name}</a>" for name in ("石桥修缮", "早市租赁", "岗亭", "船坞"))
)
_OWNER = "<p>Copyright © 2020 澜江早市有限公司 版权所有</p>"


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("公司简介_澜江早市有限公司", "公司简介"),  # what every site calls such a page
        ("石桥修缮-澜江早市有限公司", "石桥修缮"),  # an entry of this site's menu
        ("澜江早市有限公司", "澜江早市有限公司"),  # the owner, whose home page it is
        ("关于我们 | 澜江早市", "關於我們"),
        ("公司概况_石墩 - 石墩专家", "石墩"),
        ("关于我们 ABOUT US", "关于我们 ABOUT US"),
        ("早市及服务 / 公司概况_澜江早市", "早市及服务 / 公司概况"),
        ("澜江早市集团简介", "澜江早市集团简介"),
        ("关于澜江早市", "关于澜江早市"),
        ("网站条款_澜江早市", "网站条款"),
        ("用户注册协议_澜江早市", "用户注册协议"),
        ("教师信息_澜江早市", "教师信息"),
    ],
)
def test_a_page_about_its_site_is_no_article(title: str, heading: str) -> None:
    assert reason(title, f"{_MENU}<h2>{heading}</h2>{PARAGRAPH * 3}{_OWNER}") == "list_page"


def test_who_posted_it_tells_a_short_post_from_a_list() -> None:
    links = "".join(f"<p><a href=/a/{n}.html>集市上的第{n}个早晨</a></p>" for n in range(14))
    body = f"{links}<h3>早市岗亭</h3><p>{WORDS}，看了看水里的影子。</p>"
    assert reason("早市岗亭 - 工程 - 东方早市网", body) is not None
    posted = "<p>本文由 kenzhou 在 2019年3月16日 发布在 工程 共有 37 次浏览</p>"
    assert reason("早市岗亭 - 工程 - 东方早市网", body + posted) is None


def test_a_front_page_is_no_article_however_much_it_says() -> None:
    source = page("石桥边的一年", f"<h1>石桥边的一年</h1>{PARAGRAPH * 3}")
    for url in ("http://www.example.cn/", "https://example.cn", "http://www.example.cn/index.shtml"):
        found = outcome(source, url=url)
        assert found.reject is not None, url
        assert found.reject.reason == "list_page"
    for url in ("http://www.example.cn/?p=12", "http://www.example.cn/a/", "http://www.example.cn/index/12.html"):
        assert outcome(source, url=url).articles, url


@pytest.mark.parametrize("title", ["IIS 8.5 详细错误 - 403.14 - Forbidden", "“/”应用程序中的服务器错误。"])
def test_the_error_page_of_a_server_is_no_article(title: str) -> None:
    said = "<h2>错误摘要</h2><p>Web 服务器被配置为不列出此目录的内容，请检查配置。最可能的原因：没有默认文档。</p>"
    assert reason(title, said * 3) in ("soft_404", "blocked")


def test_what_stands_under_the_products_is_no_article() -> None:
    path = "<div>当前位置：<a href=/>首页</a> &gt; <a href=/cp/>产品中心</a> &gt; 石墩</div>"
    body = (
        f"{_MENU}{path}<h1>青石石墩</h1><p>发布时间：2019-03-16</p>{PARAGRAPH}<p>上一篇：<a href=/2.html>石鼓</a></p>"
    )
    assert reason("青石石墩_澜江早市有限公司", body) == "too_short"


@pytest.mark.parametrize(
    "path",
    [
        "<div><a href=/>首页</a> &gt; <a href=/xw/>要闻</a> &gt; <a href=/1.html>石桥的早晨</a></div>",  # a path
        "<ol><li><a href=/>首页</a><li><a href=/xw/>要闻</a><li><a href=/1.html>石桥的早晨</a></ol>",
        "<div>当前位置：<a href=/>首页</a> &gt; <a href=/xw/>数码产品</a></div>",  # a channel
        "<div><a href=/1.html>石桥的早晨</a> <a href=/2.html>白鹭</a> <a href=/3.html>芦苇</a></div>",  # poems
    ],
)
def test_an_article_on_the_site_of_a_company_stays_one(path: str) -> None:
    body = f"{_MENU}{path}<h1>石桥的早晨</h1>{PARAGRAPH * 2}{_OWNER}"
    assert reason("石桥的早晨_澜江早市有限公司", body) is None


def test_labels_with_nothing_behind_them_are_a_form() -> None:
    fields = "".join(f"<p>{label}：<input type=text></p>" for label in ("* 昵称", "验 证 码"))
    assert reason("早市留言本", f"<h2>早市留言本</h2>{fields}<p>（一千个字以内）</p>") is not None
    person = ["姓名：林大爷", "性别：", "年级：", "入学时间：", "所学专业 :", "毕业去向：早市岗亭，守了三十年的石桥"]
    assert reason("林大爷", "<h2>林大爷</h2>" + "".join(f"<p>{each}</p>" for each in person)) is not None
    interview = f"<p>记者：</p><p>{WORDS}，为什么？</p><p>林大爷：</p>{PARAGRAPH}" * 3
    assert reason("和林大爷说早市", f"<h1>和林大爷说早市</h1>{interview}") is None


def test_a_test_to_tick_is_no_article_and_faces_below_a_text_are_no_test() -> None:
    tick = "<label><input type=radio name={n} value={v}>{words}</label>"
    asked = "".join(
        f"<p>{n}. {WORDS}，这是第几个早晨？</p>"
        + "".join(f"<p>{tick.format(n=f'q{n}', v=v, words=WORDS[v : v + 7])}</p>" for v in range(4))
        for n in range(1, 9)
    )
    assert reason("早市常识小测", f"<h1>早市常识小测</h1>{asked}") == "too_short"
    faces = "".join(f'<input name="face" type="radio" value="{n}">' for n in range(15))
    form = f'<form><input type="radio" name="vote" value="1"><input type="radio" name="vote" value="2">{faces}</form>'
    assert reason("早市常识", f"<h1>早市常识</h1>{PARAGRAPH * 4}{form}") is None


def test_a_page_to_download_a_novel_from_is_none() -> None:
    notes = f"<p>1、小说《早市》所描述的内容是林大爷的观点，{WORDS}。</p><p>2、下载后请支持正版，{WORDS}。</p>"
    for name in ("早市往事txt下载", "早市往事电子书下载"):
        assert reason(f"{name}_早市书屋", f"<h1>{name}</h1>{notes}") is not None
    assert reason("早市的下载史", f"<h1>早市的下载史</h1>{notes}") is None


def test_the_names_of_chapters_are_no_article() -> None:
    names = ["石桥", "老槐树", "白鹭", "芦苇荡", "早市", "岗亭"]
    contents = "".join(f"<p>第 {n} 章、{name}</p>" for n, name in enumerate(names, 1))
    assert reason("石桥上册 - 早市课堂", f"<h1>石桥上册</h1>{contents}<p>练习题</p>") == "list_page"
    chapters = "".join(f"<p>第{n}章 {name}</p>{PARAGRAPH}" for n, name in enumerate(names, 1))
    assert reason("石桥往事 - 早市书屋", f"<h1>石桥往事</h1>{chapters}") is None


def test_a_page_that_leads_to_the_chapters_of_a_novel_is_none_of_them() -> None:
    links = "".join(f"<dd><a href=/7/{n}.html>第{n}章 石桥</a></dd>" for n in range(1, 30))
    about = (
        f"<h1>石桥往事</h1><p>作者：林大爷</p><p>最后更新：2019-03-16</p><div class=intro>{WORDS}，没有人生气。</div>"
    )
    assert reason("石桥往事_石桥往事最新章节_早市书屋", f"{about}<dl>{links}</dl>") == "list_page"
    parts = links.replace("章", "节").replace(">第", ">第一卷 恰是少年 第")
    assert reason("石桥往事_石桥往事最新章节_早市书屋", f"{about}<dl>{parts}</dl>") == "list_page"
    chapter = f"<h1>第3章 石桥</h1><div>{PARAGRAPH * 9}</div><dl>{links}</dl>"
    assert reason("第3章 石桥_石桥往事_早市书屋", chapter) is None


def test_one_entry_of_a_list_is_no_article() -> None:
    form = (
        "<li><h4><a href=/a/{n}.html>集市{n}</a></h4><p>{words}</p><div>{n}0<a href=/c/>城事</a>2019-03-16</div></li>"
    )
    short = form.replace("{words}", "晨雾漫过石桥。")
    one = entries(short, 4) + form.format(n=9, words=f"{WORDS}。{WORDS}，人们说了许多话。") + entries(short, 4)
    assert reason("所有信息_早市百科", f"<div>所有信息</div><ul>{one}</ul><p>9 首页 上一页 1 2</p>") == "list_page"
    own = f"<div class=post><h2><a href=/a/1.html>集市上的早晨</a></h2>{PARAGRAPH * 3}</div>"
    assert reason("集市上的早晨 - 早市笔记", own) is None


def test_a_channel_with_one_entry_is_a_list_where_the_path_leads_to_it() -> None:
    entry = (
        "<li>[<a href=/z/>规章制度</a>]<a href=/z/1.html>石桥集市管理办法</a> 日期：2019-03-16 08:30:00 点击：9</li>"
    )
    path = "<div>当前位置: <a href=/>主页</a> &gt; <a href=/z/>规章制度</a> &gt;</div><h4>搜索</h4>"
    listed = f"{path}<ul>{entry}<li><p class=intro>{WORDS}，{WORDS}...</p></li><li>共 1页1条记录</li></ul>"
    assert reason("规章制度_早市商会", listed) == "list_page"
    assert (
        reason("规章制度_早市商会", f"{path}<h2>石桥集市管理办法</h2><p>2019-03-16 来源：早市商会</p>{PARAGRAPH * 2}")
        is None
    )


def test_a_channel_of_which_only_a_link_tells_the_name_is_a_list() -> None:
    form = (
        "<li><p><span>29<u>Apr</u></span></p><p><span><a href=/z/{n}.html>集市上的第{n}个早晨</a></span>"
        "<span>447天前•围观热度 53•<a href=/z/>城事</a></span><span>{words}{words}{words}</span></p></li>"
    )
    menu = "<ul><li><a href=/>e早市首页</a></li><li><a href=/z/>早市动态</a></li></ul>"
    assert (
        reason("早市动态_我的网站", f"{menu}<section class=content><ul>{entries(form, 10)}</ul></section>")
        == "list_page"
    )


def test_a_short_poem_below_its_short_title_is_an_article() -> None:
    poem = "<p>石桥风骤凉，浴树叶忽黄。</p><p>散水凝成霜，此期谁轩昂。</p>"
    poem += "<p>写于2019年3月16日，石桥的早市散了，这首也是试着写写，没有改。</p>"
    more = "".join(f"<li><a href=/s/{n}.html>石桥往事第{n}回</a></li>" for n in range(14))
    assert reason("晚秋-早市诗集", f"<h1>晚秋</h1>{poem}<h4>相关推荐</h4><ul>{more}</ul>") is None


def test_a_text_that_says_the_title_again_is_none() -> None:
    title = "石桥小学语文早市单元复习学案（2019.3"  # the CMS cuts it
    again = f"<h1>{title}</h1><p>{title}.1）三年级语文</p><p>{title}.1）</p><p>资料下载地址:</p>"
    link = "<p><a href=http://pan.example.cn/7>http://pan.example.cn/viewthread?id=7&extra=page</a></p>"
    assert reason("学习经验", again + link) == "too_short"
    assert reason("学习经验", f"<h1>{title}</h1><p>{title}.1）</p>{PARAGRAPH * 3}") is None


def test_facts_that_were_not_told_are_no_article() -> None:
    told = [
        "价格：暂无价格",
        "纸张：暂无纸张",
        "装帧：暂无装帧",
        "开本：暂无开本",
        "豆瓣目录：点击查看",
        "读书笔记：点击查看",
    ]
    facts = "".join(f"<li>{each}</li>" for each in told)
    assert reason("石桥往事 下载-早市书坊", f"<h1>石桥往事 下载</h1><ul>{facts}</ul>") == "too_short"


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("石桥往事", ["导演：林大爷", "主演：白鹭 / 老槐树", "年代：2019", "片长：90分钟", f"简介：{WORDS}。"]),
        (
            "早市岗亭招夜班",
            ["工资：3000-5000", "学历要求：不限", "招聘人数：10 人", "截止时间：2019-03-16", f"{WORDS}。"],
        ),
        ("老槐树花园", ["起价：13000元/㎡", "开盘时间：2019-03-16", "主力户型：两居", f"{WORDS}，四面是水。"]),
        ("白鹭牌岗亭", ["¥ 3099", "已售：12件", f"{WORDS}。"]),
        ("白鹭 2019款 手动版", ["长度(mm)3779", "轴距(mm)2450", "最大功率(kW)79", "胎压监测装置●", "空气悬架－"] * 20),
    ],
)
def test_the_facts_of_a_film_a_post_a_house_or_a_car_are_no_article(title: str, facts: list[str]) -> None:
    body = f"<h1>{title}</h1>" + "".join(f"<p>{each}</p>" for each in facts)
    assert reason(f"{title}_早市", body) is not None


def test_a_page_that_plays_a_film_is_no_article() -> None:
    body = f"<h1>石桥往事</h1><p>简介：{WORDS}，看了看水里的影子。</p>"
    assert reason("石桥往事 在线播放 - 早市影院", body) is not None
    assert reason("石桥往事 - 早市影院", body) is None
    review = f"<h1>石桥往事</h1><p>2019-03-16 来源：澜江日报</p>{PARAGRAPH * 3}"
    assert reason("石桥往事 在线播放 - 早市影院", review) is None


def test_when_and_where_of_several_events_are_a_list() -> None:
    event = "<p>{words}</p><p>时间：2019-03-{n}</p><p>地点：石桥北侧</p><p>主讲人：林大爷</p>"
    body = "".join(event.format(n=n, words=WORDS) for n in range(10, 16))
    assert reason("早市讲堂", f"<div>早市讲堂</div>{body}") == "list_page"
    one = f"<h1>早市讲堂第九讲</h1><p>时间：2019-03-16</p><p>地点：石桥北侧</p>{PARAGRAPH}"
    assert reason("早市讲堂第九讲", one) is None


def test_the_name_of_a_company_is_no_title_of_an_article() -> None:
    body = f"<p>{WORDS}，二十年来一直如此。</p>"
    assert reason("澜江早市有限公司", f"<div>澜江</div>{body}") == "list_page"
    assert reason("澜江早市-专注岗亭二十年", f"<p>公司简介</p>{body * 3}") is not None
    assert reason("澜江早市有限公司修好了石桥", f"<h1>澜江早市有限公司修好了石桥</h1>{body}") is None


def test_a_table_drawn_with_lines_is_no_tree_of_files() -> None:
    rows = ["┌──┬────┬──┐", "│編號│品　　名│數量│", "├──┼────┼──┤", "│ 1  │清晨的鮮魚│三條│", "└──┴────┴──┘"]
    table = "".join(f"<p>{row}</p>" for row in rows * 3)
    assert reason("早市這一案 - 澜江法院", f"<h1>早市這一案</h1>{PARAGRAPH}{table}") is None
    tree = "".join(f"<p>│  ├─第{n}讲 早市</p>" for n in range(12))
    assert reason("早市讲义 - 澜江网盘", f"<h1>早市讲义</h1><p>{WORDS}。</p>{tree}") == "list_page"


_FRIEND = ["姓名：白小鹭", "生肖：虎", "星座：白羊座", "爱好：看书", "座右铭：慢慢走", "最喜欢的颜色：青"]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["等奖", "您摇中了本周的奖品", "请留下您的收件地址，以便为您寄送"], "scanty"),
        (["￥268元", f"{WORDS}。", "4kg", "原料：鲜鱼、土豆粉、海藻"], "priced"),
        (_FRIEND, "pairs"),
        (["早市优势", "早市优势", "石桥北侧的铺面，采光无敌", "早市优势", "早市优势"], "doubled"),
    ],
)
def test_hints_wares_pairs_and_what_is_said_twice_are_no_article(lines: list[str], kind: str) -> None:
    body = "<h1>早市这一边</h1>" + "".join(f"<p>{line}</p>" for line in lines)
    rejected = outcome(page("早市", body)).reject
    assert rejected is not None
    assert kind in str(rejected.detail)
    # With a date and a reporter it is a short notice, of which sites print many.
    notice = f"<h1>早市这一边</h1><p>2019-03-16 来源：澜江日报</p><p>{WORDS}，人们说了许多话。</p>"
    assert reason("早市这一边 - 澜江日报", notice) is None


def test_a_page_without_any_title_is_an_article_only_where_its_text_is_long() -> None:
    assert reason("", f"<p>{WORDS}，人们说了许多话。</p>" * 2) == "too_short"
    assert reason("", "".join(f"<p>{WORDS}，第{n}个早晨也一样。</p>" for n in range(40))) is None


@pytest.mark.parametrize(
    ("path", "is_list"),
    [
        ("a/news/list_17_2.html", True),
        ("post/page/2/", True),
        ("tags/zaoshi/index.html", True),
        ("zh/categories/早市/", True),
        ("archives/27.html", False),
        ("a/list_of_birds.html", False),
    ],
)
def test_the_address_of_a_list(path: str, *, is_list: bool) -> None:
    found = outcome(
        page("早市", f"<h2>早市</h2><p>{WORDS}，人们说了许多话，谁也不急着回家。</p>"),
        url=f"https://www.example.cn/{path}",
    )
    assert (found.reject is not None) is is_list


@pytest.mark.parametrize(
    ("path", "is_article"),
    [
        ("cpzx/sb/263.html", False),
        ("product-12.html", False),
        ("movie-883.html", False),
        ("shili/anli/88.html", False),
        ("m/soft/1127.html", False),
        ("about.html", False),
        ("xinwen/263.html", True),
        ("a/2019/productive-day.html", True),
        ("about-the-bridge/1.html", True),
        ("aboutface/1.html?from=/product/", True),
    ],
)
def test_a_folder_that_is_called_like_wares_or_films_speaks_against_an_article(path: str, *, is_article: bool) -> None:
    text = page("早市这一边", f"<h1>早市这一边</h1><p>{WORDS}，人们说了许多话，谁也不急着回家。</p>")
    assert (outcome(text, url=f"https://www.example.cn/{path}").reject is None) is is_article
    assert outcome(text, url=f"https://www.example.cn/{path}", family="wenku").reject is None  # documents are wares
    # What has a byline and some length is an article whatever the folder is called.
    told = page("早市这一边", f"<h1>早市这一边</h1><p>2019-03-16 来源：澜江日报</p>{PARAGRAPH * 6}")
    assert outcome(told, url=f"https://www.example.cn/{path}").reject is None


def test_orders_that_the_server_has_not_carried_out_are_no_article() -> None:
    body = f"<h1>早市这一边</h1><p>{WORDS}，人们说了许多话，谁也不急着回家。</p>"
    assert reason("早市这一边", body) is None
    assert reason("早市这一边", f"{body}<div><?php echo $row['title']; ?></div>") == "not_html"
    assert reason("早市这一边", f"<h1>早市这一边</h1>{PARAGRAPH * 9}<p>写作 &lt;?php echo 1; ?&gt;</p>") is None


@pytest.mark.parametrize(
    ("head", "is_article"),
    [
        ('<meta property="og:type" content="book">', False),
        ('<meta property="og:type" content="video.movie">', False),
        ('<meta property="og:type" content="article">', True),
        ('<meta property="og:type" content="website">', True),
        ('<script type="application/ld+json">{"@type": "Product", "name": "早市"}</script>', False),
        ('<script type="application/ld+json">[{"@type":"CollectionPage"}]</script>', False),
        ('<script type="application/ld+json">[{"@type":"Product"},{"@type":"NewsArticle"}]</script>', True),
    ],
)
def test_what_a_page_says_for_machines_of_its_kind(head: str, *, is_article: bool) -> None:
    text = page("早市这一边", f"<p>{WORDS}，人们说了许多话，谁也不急着回家。</p>").replace("</head>", f"{head}</head>")
    assert (outcome(text).reject is None) is is_article


@pytest.mark.parametrize("placeholder", ["无标题文档", "Document", "Untitled Document", "New Page 1", "网页标题"])
def test_what_an_editor_writes_into_title_is_no_title(placeholder: str) -> None:
    said = "".join(f"<p>{WORDS}，第{n}个早晨也一样，看了看水里的影子。</p>" for n in range(30))
    found = outcome(page(placeholder, said))
    assert [article.title for article in found.articles] == [""]
    assert outcome(page("Document scanning", said)).articles[0].title == "Document scanning"


def test_rows_of_files_are_a_list_of_downloads() -> None:
    rows = "".join(
        f"<tr><td>晨曲第{n}首</td><td>4分{n}秒</td><td>3.{n} MB (4,175,41{n} 字节)</td><td>.mp3</td></tr>"
        for n in range(9)
    )
    head = "<tr><td>名称</td><td>时间</td><td>大小</td><td>格式</td></tr>"
    assert reason("石桥寺 - 晨曲欣赏", f"<table>{head}{rows}</table>") == "list_page"


def test_the_one_summary_of_dated_entries_is_no_article() -> None:
    entry = "<li><a href=/a/{n}.html>集市上的第{n}个早晨</a><p>发布时间： 2018-05-0{n}</p>{more}</li>"
    more = f"<div>{WORDS}，{WORDS}，人们都说，{WORDS}...</div>"
    body = "".join(entry.format(n=n, more=more if n == 2 else "") for n in range(1, 7))
    assert reason("城事", f"<ul>{body}</ul><p>共 4页7条</p>") == "list_page"


def test_the_boards_of_a_forum_and_its_front_page_are_lists() -> None:
    rules = f"<div>{PARAGRAPH * 3}</div>"
    boards = "".join(f"<li><a href=/f/{n}>第{n}个版</a><span>今日{n}帖</span></li>" for n in range(9))
    assert reason("河堤社区首页", f"<h1>版块</h1>{rules}<ul>{boards}</ul>") == "list_page"
    assert reason("河堤社区", f"<h2>集市上的早晨</h2>{rules}") is None


def test_a_dated_entry_of_many_is_a_list_though_its_summary_is_whole() -> None:
    entry = (
        "<div class=item><div class=title><a href=/a/{n}.html>集市上的第{n}个早晨来得很早</a></div>"
        "<div class=tj>早市老人 发布于2015-01-1{n} 16:5{n}</div>{more}</div>"
    )
    more = f"<p>{WORDS}，{WORDS}，人们都说{WORDS}。</p>"
    body = "".join(entry.format(n=n, more=more if n == 2 else "") for n in range(1, 7))
    assert reason("东方早市网", body) == "list_page"


def test_the_threads_of_a_forum_are_a_list() -> None:
    rows = "".join(f"<tr><td>第{n}个版 ({n})</td><td>最后发表: 08-2{n} 21:44 by 过河的人</td></tr>" for n in range(6))
    assert reason("论坛-河堤", f"<h2>闲话</h2><table>{rows}</table><h2>频道交流区 (0)</h2>{PARAGRAPH}") == "list_page"


def test_names_below_the_name_of_a_channel_are_a_list() -> None:
    names = "".join(f"<p>第{n}届石桥河堤老街集市开幕纪念专题</p>" for n in range(40))
    assert reason("专题频道", names) == "list_page"


def test_numbered_labels_are_a_form() -> None:
    labels = ("事情发生的时间", "事情发生的地点", "申请人的情况", "对方的情况", "希望怎样解决")
    body = "".join(f"<p>{n}.{label} ：</p><p>还没有说{n}</p>" for n, label in enumerate(labels, 1))
    assert reason("说说你的事", f"<form>{body}</form>") == "too_short"


def test_the_name_of_a_channel_in_brackets_before_a_title_makes_no_page_of_the_site() -> None:
    said = f"<p>{WORDS}，人们说了许多话，谁也不急着回家。</p>" * 2
    assert reason("【客户案例】比早市更热闹的是河边的晚市", said) is None
    assert reason("【关于我们】早市团车", said) is not None


def test_the_data_of_a_medicine_is_no_article() -> None:
    data = "商品名称：早市片|商品编码：11701453|通用名称：早市片|用法用量：口服，一次3片，一日3次。|有 效 期：24个月。"
    rows = "".join(f"<p>{row}</p>" for row in data.split("|"))
    said = (
        "主要成分："
        + "、".join(f"河边草{n}号" for n in range(12))
        + "。早市片用于早起时的困倦，夜里多梦；老人和孩子都可以用，饭后用温水送下。"
    )
    assert reason("早市老号口服液", f"{rows}<p>{said}</p><p>副 作 用：详见说明书</p>") == "too_short"
