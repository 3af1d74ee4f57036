"""青禾范文网 (fanwen): eight channels in as many skins, page turns of every kind, compilations and attachments."""

from __future__ import annotations

import random

from tests.site import oddities, story
from tests.site.batch import Batch, Dress
from tests.site.lists import Channel
from tests.site.reply import Reply
from tests.site.skins.dede import DEDE
from tests.site.skins.empire import EMPIRE
from tests.site.skins.phpcms import PHPCMS
from tests.site.skins.plain import MOBILE, PLAIN
from tests.site.skins.siteweaver import SITEWEAVER
from tests.site.skins.wordpress import WORDPRESS
from tests.site.story import Story
from tests.site.view import Link
from tests.site.website import Bases, Oddity, Outline

_NAME, _TITLE = "qinghe", "青禾范文网"
_GB = Dress("gb18030", "gb2312")
_ODD = {
    2003: Dress("utf-8", "gb2312"),  # declares gb2312, is UTF-8
    2005: Dress("gb18030", "utf-8"),  # the reverse
    2006: Dress("gb18030", None),  # declares nothing
    2008: Dress("gb18030", "gb2312", "utf-8"),  # the header lies, the meta tag does not
}


def _summary(rng: random.Random) -> Story:
    return story.essay(rng, "summary", rng.randint(6, 10))


def _impression(rng: random.Random) -> Story:
    return story.essay(rng, "impression", rng.randint(6, 10))


def _speech(rng: random.Random) -> Story:
    return story.essay(rng, "speech", rng.randint(5, 8))


def _application(rng: random.Random) -> Story:
    return story.essay(rng, "application", rng.randint(4, 7))


def _reading(rng: random.Random) -> Story:
    return story.essay(rng, "reading", rng.randint(5, 8))


def _composition(rng: random.Random) -> Story:
    return story.essay(rng, "composition", rng.randint(4, 8))


def _collection(rng: random.Random) -> Story:
    return story.compilation(rng, rng.choice(("篇", "【篇】", "")), rng.randint(3, 6))


def _abroad(bases: Bases) -> Reply:
    return oddities.moved(bases["lanjiang"] + "/info/1021/9001.htm")


_BROKEN = (
    Oddity("/gongzuozongjie/1900.html", "年度总结（旧）", lambda bases: oddities.dead(), "http_error"),
    Oddity("/gongzuozongjie/1901.html", "已删除的总结", lambda bases: oddities.soft_404(_TITLE), "soft_404"),
    Oddity("/gongzuozongjie/1902.html", "总结（移动）", lambda bases: oddities.moved("/gongzuozongjie/1001.html")),
    Oddity("/gongzuozongjie/1903.html", "总结（改版）", lambda bases: oddities.moved("/zj/8001.html", 302)),
    Oddity("/gongzuozongjie/1904.html", "循环一", lambda bases: oddities.moved("/gongzuozongjie/1905.html", 302)),
    Oddity("/gongzuozongjie/1905.html", "循环二", lambda bases: oddities.moved("/gongzuozongjie/1904.html", 302)),
    Oddity("/gongzuozongjie/1906.html", "外站总结", _abroad),
    Oddity("/gongzuozongjie/1907.html", "热门总结", lambda bases: oddities.captcha(_TITLE), "blocked"),
    Oddity("/gongzuozongjie/1908.html", "通知", lambda bases: oddities.too_short(_TITLE), "too_short"),
)  # fmt: skip

_CHANNELS = (
    Channel(
        Batch(_NAME, DEDE, Link("/gongzuozongjie/", "工作总结"), _summary, 14, 1001, "/gongzuozongjie/{id}.html",
              "/gongzuozongjie/{id}_{n}.html", several=3, missing=0.2),
        "/gongzuozongjie/", "/gongzuozongjie/list_1_{n}.html", tuple(one.link for one in _BROKEN),
    ),
    Channel(
        Batch(_NAME, DEDE, Link("/xindetihui/", "心得体会"), _impression, 12, 2001, "/xindetihui/{id}.html",
              "/xindetihui/{id}_{n}.html", several=4, mid=True, dress=_GB, dresses=_ODD),
        "/xindetihui/", "/xindetihui/list_2_{n}.html",
    ),
    Channel(
        Batch(_NAME, PHPCMS, Link("/index.php?m=content&c=index&a=lists&catid=9", "演讲稿"), _speech, 12, 3001,
              "/index.php?m=content&c=index&a=show&catid=9&id={id}",
              "/index.php?m=content&c=index&a=show&catid=9&id={id}&page={n}", several=4, missing=0.2),
        "/index.php?m=content&c=index&a=lists&catid=9", "/index.php?m=content&c=index&a=lists&catid=9&page={n}",
    ),
    Channel(
        Batch(_NAME, EMPIRE, Link("/yanjianggao/", "竞聘发言"), _speech, 10, 4001, "/yanjianggao/{y}-{m}-{d}/{id}.html",
              "/yanjianggao/{y}-{m}-{d}/{id}_{n}.html", several=4, missing=0.2, dress=Dress(header="utf-8")),
        "/yanjianggao/", "/yanjianggao/index_{n}.html",
    ),
    Channel(
        Batch(_NAME, SITEWEAVER, Link("/Article/shenqingshu/", "申请书"), _application, 12, 5001,
              "/Article/shenqingshu/{y}{m}/{id}.html", "/Article/shenqingshu/{y}{m}/{id}_{n}.html", several=5,
              dress=_GB),
        "/Article/shenqingshu/", "/Article/shenqingshu/Index_{n}.html",
    ),
    Channel(
        Batch(_NAME, WORDPRESS, Link("/archives/category/duhougan", "读后感"), _reading, 10, 6001, "/archives/{id}",
              "/archives/{id}/{n}", several=3, categorised=False, dress=Dress("utf-8", "UTF-8", "UTF-8")),
        "/archives/category/duhougan", "/archives/category/duhougan/page/{n}",
    ),
    Channel(
        Batch(_NAME, PLAIN, Link("/zuowen/", "作文"), _composition, 12, 7001, "/zuowen/{id}/", "/zuowen/{id}/{n}.html",
              several=4, dresses={7005: Dress(bom=b"\xef\xbb\xbf"), 7007: Dress("utf-16-le", None, bom=b"\xff\xfe")}),
        "/zuowen/", "/zuowen/index_{n}.html",
    ),
    Channel(
        Batch(_NAME, MOBILE, Link("/m/xiaoxue/", "小学作文"), _composition, 8, 7501, "/m/xiaoxue/{id}.html",
              "/m/xiaoxue/{id}.html?page={n}", several=3, categorised=False),
        "/m/xiaoxue/", "/m/xiaoxue/?page={n}",
        (Link("/m/neibu/7901.html", "内部资料"), Link("/m/neibu/", "内部频道"), Link("/search?q=总结", "搜索")),
    ),
    Channel(
        Batch(_NAME, PLAIN, Link("/heji/", "合集"), _collection, 6, 8501, "/heji/{id}/"),
        "/heji/", "/heji/index_{n}.html",
    ),
    Channel(
        Batch(_NAME, PLAIN, Link("/zhuanti/", "专题"), story.with_attachment, 3, 8601, "/zhuanti/{id}/", dress=_GB),
        "/zhuanti/", "/zhuanti/index_{n}.html",
        (Link("/zhuanti/1/", "作文大全"),),
    ),
)  # fmt: skip

_MOVED = Batch(_NAME, DEDE, Link("/gongzuozongjie/", "工作总结"), _summary, 1, 8001, "/zj/{id}.html", listed=False)


def _topics(_: Bases) -> Reply:
    links = [channel.batch.link(number) for channel in _CHANNELS[:3] for number in channel.batch.ids()]
    return oddities.link_list(
        _TITLE, "".join(f"<li><a href='{one.url.replace('&', '&amp;')}'>{one.text}</a></li>" for one in links)
    )


QINGHE = Outline(
    _NAME, _TITLE, "fanwen",
    article=(
        r"^/(gongzuozongjie|xindetihui|zj)/\d+\.html$",
        r"^/index\.php\?(?=.*\ba=show\b)(?!.*\bpage=)",
        r"^/yanjianggao/\d{4}-\d\d-\d\d/\d+\.html$",
        r"^/Article/\w+/\d{6}/\d+\.html$",
        r"^/archives/\d+$",
        r"^/(zuowen|heji|zhuanti)/\d+/$",
        r"^/m/\w+/\d+\.html$",
    ),
    follow=(
        r"^/\w+/((list_\d+|index)_\d+\.html)?$",
        r"^/index\.php\?.*\ba=lists\b",
        r"^/Article/\w+/(Index_\d+\.html)?$",
        r"^/archives/category/\w+(/page/\d+)?$",
        r"^/m/\w+/(\?page=\d+)?$",
    ),
    channels=_CHANNELS,
    batches=(_MOVED,),
    oddities=(*_BROKEN, Oddity("/zhuanti/1/", "作文大全", _topics, "list_page")),
    further=(Link("http://www.example.com/", "友情链接"), Link("/search?q=", "站内搜索")),
    disallowed=("/m/neibu/", "/search"),
)  # fmt: skip
