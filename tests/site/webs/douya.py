"""豆芽文库 (wenku): page blocks, 第1页/共N页, 展开阅读全文, a hidden text block, a login wall, documents cut off."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.site import oddities, story
from tests.site.batch import Batch, Dress
from tests.site.lists import Channel
from tests.site.skins.wenku import DESKTOP, PHONE
from tests.site.skins.wenku_more import UNFOLD, ZERO_HEIGHT
from tests.site.story import Story
from tests.site.view import Link
from tests.site.website import Oddity, Outline

_NAME, _TITLE = "douya", "豆芽文库"


def _long(rng: random.Random) -> Story:
    return story.report(rng, rng.randint(18, 30))


def _paper(rng: random.Random) -> Story:
    return story.report(rng, rng.randint(6, 12))


def _sentences(rng: random.Random) -> Story:
    """A sentence a paragraph, as the text layer of an uploaded file comes out."""
    whole = story.report(rng, 9)
    lines = [f"{line}。" for paragraph in whole.paragraphs for line in paragraph.rstrip("。").split("。")]
    return replace(whole, paragraphs=tuple(lines))


_BROKEN = (
    Oddity("/d-9001.html", "会员文档", lambda bases: oddities.login_wall(_TITLE), "login_wall"),
    Oddity("/d-9002.html", "下架文档", lambda bases: oddities.dead(), "http_error"),
    Oddity("/d-9003.html", "已删除文档", lambda bases: oddities.soft_404(_TITLE), "soft_404"),
    Oddity("/d-9004.html", "热门文档", lambda bases: oddities.captcha(_TITLE), "blocked"),
    Oddity("/d-9005.html", "文档（新址）", lambda bases: oddities.moved("/d-1002.html?from=old")),
)

_CHANNELS = (
    Channel(
        Batch(_NAME, DESKTOP, Link("/c-1.html", "党政公文"), _long, 14, 1001, "/d-{id}.html", categorised=False,
              facts=("format", "pages", "size", "id", "price", "uploader")),
        "/c-1.html", "/c-1-p{n}.html", tuple(one.link for one in _BROKEN),
    ),
    Channel(
        Batch(_NAME, DESKTOP, Link("/c-2.html", "领导讲话"), _long, 4, 1101, "/d-{id}.html", cut=1750,
              categorised=False, facts=("format", "pages", "size", "id", "price", "uploader")),
        "/c-2.html", "/c-2-p{n}.html",
    ),
    Channel(
        Batch(_NAME, PHONE, Link("/c-3.html", "工作方案"), _paper, 10, 1501, "/p-{id}.html", categorised=False,
              facts=("format", "pages", "size", "id", "price", "uploader", "uploaded")),
        "/c-3.html", "/c-3-p{n}.html",
    ),
    Channel(
        Batch(_NAME, UNFOLD, Link("/c-4.html", "规章制度"), _sentences, 12, 2001, "/doc/{id}.html", categorised=False,
              facts=("format", "pages", "uploaded"), dresses={2004: Dress("gb18030", "gbk")}),
        "/c-4.html", "/c-4-p{n}.html",
    ),
    Channel(
        Batch(_NAME, ZERO_HEIGHT, Link("/c-5.html", "调研报告"), _paper, 10, 4001, "/file/{id}.html",
              facts=("format", "pages", "size", "price", "uploader", "uploaded")),
        "/c-5.html", "/c-5-p{n}.html", (Link("/download/4001.html", "下载"),),
    ),
)  # fmt: skip

DOUYA = Outline(
    _NAME, _TITLE, "wenku",
    article=(r"^/[dp]-\d+\.html$", r"^/(doc|file|download)/\d+\.html$"),
    follow=(r"^/c-\d+(-p\d+)?\.html$",),
    channels=_CHANNELS,
    oddities=_BROKEN,
    further=(Link("/upload.html", "上传文档"), Link("/login", "登录")),
    disallowed=("/download/",),
)  # fmt: skip
