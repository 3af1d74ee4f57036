"""澜江新闻网 (news): lists, a sitemap index with a gzipped sitemap, RSS and Atom; Big5, UTF-16 and GBK pages."""

from __future__ import annotations

import random

from tests.site import feeds, oddities, story
from tests.site.batch import Batch, Dress
from tests.site.lists import Channel
from tests.site.reply import Reply
from tests.site.skins.discuz import DISCUZ
from tests.site.skins.paper import CITY, TRADITIONAL
from tests.site.skins.phpcms import PHPCMS
from tests.site.skins.plain import PLAIN
from tests.site.skins.trs import TRS
from tests.site.skins.vsb import VSB
from tests.site.story import Story
from tests.site.view import Link
from tests.site.website import Oddity, Outline

_NAME, _TITLE = "lanjiang", "澜江新闻网"
_BIG5 = {
    502: Dress("big5", None),  # declares nothing
    504: Dress("big5", "utf-8"),  # declares UTF-8
    506: Dress("utf-8", "big5"),  # declares Big5, is UTF-8
    507: Dress("big5", None, "big5"),  # only the header says it
}


def _report(rng: random.Random) -> Story:
    return story.news(rng, rng.randint(5, 9))


def _long(rng: random.Random) -> Story:
    return story.news(rng, rng.randint(9, 14))


_BROKEN = (
    Oddity("/info/1021/9900.htm", "旧闻", lambda bases: oddities.dead(), "http_error"),
    Oddity("/info/1021/9901.htm", "撤稿", lambda bases: oddities.dead(410), "http_error"),
    Oddity("/info/1021/9902.htm", "镜像", lambda bases: oddities.hijacked(_TITLE), "hijacked"),
    Oddity("/info/1021/9903.htm", "英文版", lambda bases: oddities.english(_TITLE), "not_chinese"),
    Oddity("/info/1021/9904.htm", "附件下载", lambda bases: oddities.pdf(), "not_html"),
    Oddity("/info/1021/9905.htm", "无权访问", lambda bases: oddities.dead(403), "http_error"),
    Oddity("/info/1021/9906.htm", "错误页", lambda bases: oddities.soft_404(_TITLE), "soft_404"),
)

_TRS = Channel(
    Batch(_NAME, TRS, Link("/xw/bdxw/", "本地新闻"), _long, 16, 8001, "/xw/bdxw/{y}{m}/t{y}{m}{d}_{id}.html",
          "/xw/bdxw/{y}{m}/t{y}{m}{d}_{id}_{n0}.html", "news", several=4),
    "/xw/bdxw/", "/xw/bdxw/index_{n}.html",
)  # fmt: skip
_VSB = Channel(
    Batch(_NAME, VSB, Link("/zhxw.htm", "综合新闻"), _report, 12, 9001, "/info/1021/{id}.htm", names="news"),
    "/zhxw.htm", "/zhxw/{n}.htm", tuple(one.link for one in _BROKEN),
)  # fmt: skip
_DISCUZ = Channel(
    Batch(_NAME, DISCUZ, Link("/portal.php?mod=list&catid=2", "民生"), _long, 10, 11, "/article-{id}-1.html",
          "/article-{id}-{n}.html", "news", several=3, categorised=False),
    "/portal.php?mod=list&catid=2", "/portal.php?mod=list&catid=2&page={n}",
)  # fmt: skip
_CITY = Channel(
    Batch(_NAME, CITY, Link("/dangjian/", "党建"), _report, 12, 301, "/content/{y}-{m}/{d}/content_{id}.htm",
          names="news", signed=3, dress=Dress("gb18030", "gb2312")),
    "/dangjian/", "/dangjian/index_{n}.htm",
)  # fmt: skip
_BIG5_CHANNEL = Channel(
    Batch(_NAME, TRADITIONAL, Link("/big5/liangan/", "兩岸"), story.hant, 8, 501, "/big5/liangan/{id}.html",
          names="hant", dress=Dress("big5", "big5"), dresses=_BIG5),
    "/big5/liangan/", "/big5/liangan/list_{n}.html",
)  # fmt: skip
_SITEMAP_ONLY = Batch(
    _NAME, PHPCMS, Link("/shehui/", "社会"), _long, 9, 601, "/{y}/shehui_{m}{d}/{id}.html",
    "/{y}/shehui_{m}{d}/{id}_{n}.html", "news", several=4, dress=Dress("gb18030", "gbk", "GBK"), listed=False,
)  # fmt: skip
_FEED_ONLY = Batch(
    _NAME, PLAIN, Link("/a/", "快讯"), _report, 8, 701, "/a/{y}{m}{d}/{id}.shtml", names="news", listed=False,
    dresses={703: Dress("utf-16-le", None, "utf-16", bom=b"\xff\xfe"), 705: Dress("gb18030", "utf-8", "utf-8")},
)  # fmt: skip


def _machine(base: str, outline: Outline) -> dict[str, Reply]:
    local = [_TRS.batch.link(number) for number in _TRS.batch.ids()]
    far = [_SITEMAP_ONLY.link(number) for number in _SITEMAP_ONLY.ids()]
    quick = [_FEED_ONLY.link(number) for number in _FEED_ONLY.ids()]
    return {
        "/sitemap.xml": feeds.sitemap_index([f"{base}/sitemap-1.xml", f"{base}/sitemap-2.xml.gz"]),
        "/sitemap-1.xml": feeds.sitemap([base + link.url for link in local]),
        "/sitemap-2.xml.gz": feeds.sitemap([base + link.url for link in far], packed=True),
        "/rss.xml": feeds.rss(base, outline.title, quick[:5], "gb2312"),
        "/atom.xml": feeds.atom(base, outline.title, quick[4:]),
        "/robots.txt": feeds.robots(outline.disallowed, f"{base}/sitemap.xml"),
    }


LANJIANG = Outline(
    _NAME, _TITLE, "news",
    article=(
        r"^/xw/\w+/\d{6}/t\d{8}_\d+\.html$",
        r"^/info/\d+/\d+\.htm$",
        r"^/article-\d+-1\.html$",
        r"^/content/\d{4}-\d\d/\d\d/content_\d+\.htm$",
        r"^/big5/\w+/\d+\.html$",
        r"^/\d{4}/shehui_\d{4}/\d+\.html$",
        r"^/a/\d{8}/\d+\.shtml$",
    ),
    follow=(
        r"^/xw/\w+/(index_\d+\.html)?$",
        r"^/zhxw(/\d+)?\.htm$",
        r"^/portal\.php\?.*\bmod=list\b",
        r"^/dangjian/(index_\d+\.htm)?$",
        r"^/big5/\w+/(list_\d+\.html)?$",
    ),
    channels=(_TRS, _VSB, _DISCUZ, _CITY, _BIG5_CHANNEL),
    batches=(_SITEMAP_ONLY, _FEED_ONLY),
    oddities=_BROKEN,
    seeds=("/", "/sitemap.xml", "/rss.xml", "/atom.xml"),
    further=(Link("/xw/neican/202101/t20210101_1.html", "内参"), Link("/login.jsp;jsessionid=0a1b2c", "登录")),
    disallowed=("/xw/neican/", "/admin/"),
    machine=_machine,
)  # fmt: skip
