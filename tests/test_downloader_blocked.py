"""Block pages are told from pages of the site, and from pages that only speak of such things."""

from __future__ import annotations

import time

import pytest

from crawler.extract.blocked import blocked

JSL = "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'=1';location.href=location.pathname</script>"
ALIYUN = "<script>var arg1='4F2A8C6E0B1D3F5A7C9E0B2D4F6A8C0E';function setCookie(a,b){document.cookie=a}</script>"
CLOUDFLARE = "<title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'}</script><div>Checking</div>"
LOGIN = "<title>会员登录 - 某某文库</title><form>用户名 <input name=u> 密码 <input type='password' name=p></form>"

PAGES = [
    ("知道创宇", 200, "<span>当前访问疑似黑客攻击，已被创宇盾拦截。</span>"),
    ("知道创宇", 200, JSL),
    ("安全狗", 200, "<title>网站防火墙</title><img src=/safedogsite/head.png>您的请求带有不合法参数"),
    ("云锁", 200, '<script>self.location="/a.html?security_verify_data=313932302c31303830";</script>'),
    ("阿里云", 405, "<img src=https://errors.aliyun.com/images/x.png>很抱歉，由于您访问的URL有可能对网站造成安全威胁"),
    ("阿里云", 200, ALIYUN),
    ("Cloudflare", 403, CLOUDFLARE),
    ("Cloudflare", 403, "error code: 1020"),
    ("宝塔", 403, "<title>宝塔网站防火墙</title><p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>"),
    ("宝塔", 200, '<script>window.location.href ="/?btwaf=52381741"; </script>'),
    ("腾讯云", 403, "<p>本页面为<span>腾讯T-Sec Web应用防火墙(WAF)</span>默认提示页面</p>"),
    ("captcha", 200, "<title>某某文库</title><p>您的访问过于频繁，请输入验证码后继续访问</p><input name=code>"),
    ("captcha", 200, "<title>安全验证</title><div id=box></div>"),
    ("firewall", 403, "<title>D盾_拦截提示</title><b>拦截</b>"),
    ("js_challenge", 200, "<script>document.cookie='k='+f(7);location.reload();</script>"),
    ("js_challenge", 200, "<p>请开启JavaScript并刷新该页.</p>"),
    ("login", 200, LOGIN),
]  # fmt: skip


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize(("name", "status", "page"), PAGES)
def test_block_pages_are_named(name: str, status: int, page: str, charset: str) -> None:
    assert blocked(status, [], page.encode(charset)) == name


@pytest.mark.parametrize(
    ("name", "status", "headers"),
    [
        ("Cloudflare", 403, [("CF-Mitigated", "challenge")]),
        ("知道创宇", 521, [("X-Via-JSL", "fdc330b,-")]),
        ("知道创宇", 521, [("Set-Cookie", "__jsluid_s=1; path=/")]),
        ("360网站卫士", 493, []),
    ],
)
def test_status_and_headers_can_be_proof_enough(name: str, status: int, headers: list[tuple[str, str]]) -> None:
    assert blocked(status, headers, b"") == name


ARTICLE = "<p>" + "学习心得体会要结合自己的岗位来写，切忌空话套话。" * 30 + "</p>"
INNOCENT = [
    "<title>某某网</title>" + ARTICLE + "<form>评论：请输入验证码 <input name=code></form>",
    "<title>安全狗和云锁哪个好</title>404.safedog.cn yunsuo_session_verify 宝塔网站防火墙" + ARTICLE,
    ARTICLE + "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>",
    "<title>登录流程说明</title>" + ARTICLE + "<input type=password>",
    "<script>document.cookie='skin=1'; if (mobile) location.href='/m/'</script>" + ARTICLE,
    "<title>正文</title><p>本文已被删除</p>",
    "",
]


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("page", INNOCENT)
def test_pages_of_the_site_are_not_blocked(page: str, charset: str) -> None:
    headers = [("X-Via-JSL", "1"), ("Set-Cookie", "__jsluid_s=1"), ("Server", "cloudflare")]
    assert blocked(200, headers, page.encode(charset)) is None


@pytest.mark.parametrize("piece", [b"<", b"<title>", b"<script", b"<!--", b"<input ", b"&#", b"document.cookie=", b" "])
def test_hostile_pages_cost_no_time(piece: bytes) -> None:
    start = time.process_time()
    blocked(200, [], piece * (128 * 1024 // len(piece)))
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("name", "most", "page"),
    [
        ("知道创宇", 600, "<a href=cyd-error-help></a>"),
        ("知道创宇", 80, "<script>__jsl_clearance</script>"),
        ("安全狗", 600, "<img src=/safedogsite/head.png>"),
        ("云锁", 600, "<img class='yunsuologo'>"),
        ("阿里云", 600, "<img src=//errors.aliyun.com/x.png>"),
        ("阿里云", 300, "<script>acw_sc__v2</script>"),
        ("Cloudflare", 1500, "<script>_cf_chl_opt={}</script>"),
        ("Cloudflare", 80, "<script src=/cdn-cgi/challenge-platform/x.js></script>"),
        ("宝塔", 600, "<a href='/?btwaf=1'></a>"),
        ("腾讯云", 600, "<a href=//waf.tencent-cloud.com></a>"),
        ("360网站卫士", 600, "<a href=//wangzhan.360.cn></a>"),
        ("雷池", 600, "<a href=/.safeline/></a>"),
        ("瑞数", 80, "<script>$_ts=window['$_ts']</script>"),
        ("firewall", 600, "<a href=/_Incapsula_Resource></a>"),
        ("captcha", 196, "人机验证"),
        ("firewall", 400, "<title>拦截提示</title>"),
        ("captcha", 400, "<title>验证中心</title>"),
        ("js_challenge", 80, "<script>document.cookie='k';location.reload()</script>"),
        ("login", 400, "<title>登录</title><input type=password>"),
    ],
)
def test_a_page_that_shows_more_than_a_block_page_is_none(name: str, most: int, page: str) -> None:
    assert blocked(403, [], f"{page}<p>{'水' * most}</p>".encode()) == name
    assert blocked(403, [], f"{page}<p>{'水' * (most + 1)}</p>".encode()) is None


@pytest.mark.parametrize(
    ("name", "status", "headers"),
    [
        ("雷池", 468, []),
        ("360网站卫士", 400, [("X-Powered-By-360WZB", "x")]),
        (None, 399, [("X-Powered-By-360WZB", "x")]),
        (None, 521, []),
        (None, 520, [("X-Via-JSL", "x")]),
        (None, 521, [("Set-Cookie", "sid=1")]),
        (None, 200, [("CF-Mitigated", "challenge")]),
        (None, 299, [("CF-Mitigated", "challenge")]),
        ("Cloudflare", 300, [("CF-Mitigated", "challenge")]),
        ("Cloudflare", 199, [("CF-Mitigated", "challenge")]),
        (None, 403, [("CF-Mitigated", "no")]),
        (None, 403, [("Server", "cloudflare"), ("CF-Ray", "x")]),
    ],
)
def test_only_some_heads_are_proof(name: str | None, status: int, headers: list[tuple[str, str]]) -> None:
    assert blocked(status, headers, b"") == name


def test_a_cookie_or_a_way_on_alone_is_no_challenge_and_a_password_no_login() -> None:
    for page in (
        "<script>document.cookie='k'</script>",
        "<script>location.reload()</script>",
        "<input type=password>",
        "<title>登录</title>",
        "<title>会员专区的登录</title>",
    ):
        assert blocked(200, [], page.encode()) is None


def test_what_an_application_says_to_browsers_without_scripts_is_no_challenge() -> None:
    said = "<noscript>请开启JavaScript后继续访问</noscript>"
    assert blocked(200, [], f"<script src=/app.js></script>{said}".encode()) is None
    assert blocked(200, [], f"<script>f()</script>{said}".encode()) == "js_challenge"
    assert blocked(200, [], "<p>请开启JavaScript后继续访问</p>".encode()) == "js_challenge"


def test_a_large_page_is_none() -> None:
    mark = "<img src=/safedogsite/head.png>"
    filler = "<!--" + "x" * 1000 + "-->"
    assert blocked(403, [], (mark + filler).encode()) == "安全狗"
    assert blocked(403, [], (mark + filler * 5000).encode()) is None
    assert blocked(403, [], (mark + "<!--" + "水" * 60_000 + "-->").encode()) is None
