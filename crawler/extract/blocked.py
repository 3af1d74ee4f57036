"""Recognises pages that a firewall, a captcha or a login form sent in place of the site's page. Pure.

The name of a product in the text is no evidence: an article may be about 安全狗, every second comment form says
请输入验证码, and Cloudflare puts its script into every page. A block page is recognised by showing little else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Non-ASCII bytes, three per character: no block page has so many. This test alone decides for nearly every article.
_MOST_TEXT_BYTES = 4600
_SCANNED = 128 * 1024

# Each quantifier is bounded or stops at the next "<": a hostile page must not make these quadratic.
_NOT_SHOWN = re.compile(r"<(!--|(?:script|style|noscript|title)\b)")
_ENDS = {name: re.compile(rf"</{name}\s*>") for name in ("script", "style", "noscript", "title")} | {
    "!--": re.compile("-->")
}
_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(?:[a-z]{1,10}|#\w{1,8});")
_TITLE = re.compile(r"<title[^<>]*>([^<]{0,300})</title", re.IGNORECASE)

# (name, the most characters that the page may show, a pattern for the page in lower case), each below a line of a page
# it was made for.
_BLOCK_PAGES = tuple(
    (name, most, re.compile(pattern.lower()))
    for name, most, pattern in (
        # <span>当前访问疑似黑客攻击，已被创宇盾拦截。</span> … help.365cyd.com/cyd-error-help.html?code=403
        ("知道创宇", 600, r"被创宇盾拦截|cyd-error-help|Knownsec CloudWAF"),
        # <script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_') … ;location.href=location.pathname</script>
        ("知道创宇", 80, r"__jsl_clearance|\('_'\)\+\('_'\)\+\('j'\)"),
        # 您的请求带有不合法参数，已被网站管理员设置拦截！ … 404.safedog.cn/images/safedogsite/head.png
        ("安全狗", 600, r"safedogsite/|404\.safedog\.cn|如果您是网站管理员，请登录安全狗"),
        # <img class="yunsuologo" … · self.location="/a.html?security_verify_data="
        ("云锁", 600, r"class=.?yunsuologo|yunsuo_session_verify|security_verify_data|security_session_verify"),
        # 很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。 … https://errors.aliyun.com/…
        ("阿里云", 600, r"errors\.aliyun\.com|有可能对网站造成安全威胁，您的访问被阻断|g\.alicdn\.com/sd-base/"),
        # <script>var arg1='4F2A…'; … setCookie("acw_sc__v2", x) · <div id="waf_nc_block" · /_____tmd_____/punish
        ("阿里云", 300, r"\barg1\s*=\s*['\"][0-9a-f]{20,}|acw_sc__v[23]|aliyun_?waf|waf_nc_block|_____tmd_____"),
        # <title>Just a moment...</title> … window._cf_chl_opt = · Sorry, you have been blocked … cf-error-details
        ("Cloudflare", 1500, r"_cf_chl_opt|cf-browser-verification|cf-error-details|<title>Just a moment\.\.\."),
        ("Cloudflare", 80, r"cdn-cgi/challenge-platform|\berror code: 10\d\d\b"),
        # <title>宝塔网站防火墙</title> … 您的请求带有不合法参数 · window.location.href="/?btwaf=52381741"
        ("宝塔", 600, r"宝塔网站防火墙|[?&]btwaf=|/btwaf_|renji_[0-9a-f]{8}_|huadong_[0-9a-f]{8}_"),
        # 本页面为腾讯T-Sec Web应用防火墙(WAF)默认提示页面 · https://waf.tencent-cloud.com/501page.html
        ("腾讯云", 600, r"T-Sec Web应用防火墙|waf\.tencent-cloud\.com"),
        # 如果您是网站管理员，点击查看<a href="https://su.baidu.com/" … 如何修复
        ("百度云加速", 600, r"当前访问可能造成安全威胁，您的访问被阻断|正在进行安全检查.{0,200}su\.baidu\.com"),
        # 抱歉！您的访问可能对网站造成威胁，已被云防护拦截 … wangzhan.qianxin.com
        ("360网站卫士", 600, r"已被网站卫士拦截|已被云防护(?:安全)?拦截|wangzhan\.(?:360|qianxin)\.c"),
        # <script src="/.safeline/static/…"> · 您的访问请求可能对网站造成安全威胁，请求已被 长亭 SafeLine 阻断
        ("雷池", 600, r"/\.safeline/|长亭 SafeLine 阻断|challenge\.rivers\.chaitin\.cn"),
        # <meta id="9DhefwqGPrzGxEp9hPaoag" content="…"><script>$_ts=window['$_ts'] (status 412 or 202)
        ("瑞数", 80, r"\$_ts\s*=\s*window\[|\$_ts\.(?:cd|nsd)\b|9DhefwqGPrzGxEp9hPaoag"),
        # <title>D盾_拦截提示</title> · 护卫神·入侵防护系统 · 检测到疑似攻击行为，访问已被云网盾拦截
        ("firewall", 600, r"D盾_拦截提示|护卫神.{0,2}入侵防护|已被云网盾拦截|_Incapsula_Resource"),
        ("firewall", 300, r"您的请求(?:疑似攻击行为|带有不合法参数)|请求被\s*(?:WEB)?\s*防火墙拦截"),
        # 请输入验证码后继续访问 · 您的访问过于频繁，请稍后再试 · 请拖动滑块完成验证
        (
            "captcha",
            200,
            r"请输入(?:下方|图中|正确的)?验证码|验证码.{0,12}(?:继续|访问)|(?:访问|请求|操作)(?:过于|太)频繁"
            r"|(?:拖动|滑动|向右)[^<]{0,8}(?:滑块|验证)|(?:人机|安全|滑动)验证|系统检测到您?的?(?:异常|访问异常)",
        ),
        # 请开启JavaScript并刷新该页. · 正在检查您的浏览器…… (not <noscript>请启用JavaScript以访问本站 of an application)
        ("js_challenge", 120, r"请您?(?:开启|启用|打开).{0,4}JavaScript.{0,20}(?:刷新|继续|访问)"),
        ("js_challenge", 120, r"正在(?:检查|检测|验证)您?的?浏览器"),
    )
)  # fmt: skip
_MOST_SHOWN = max(most for _, most, _ in _BLOCK_PAGES)
# What an application shows without its scripts, which lie in files of their own; those of a challenge are in the page.
_APPLICATION = re.compile(r"<script\b[^<>]{0,300}\bsrc\s*=")
_NOSCRIPT = re.compile(r"<noscript\b.*?(?:</noscript\s*>|\Z)", re.DOTALL)
_TITLE_MARK = re.compile(
    r"^(?:网站防火墙|拦截提示|访问(?:被?拦截|受限|验证|禁止|异常)"
    r"|(?:安全|人机|滑动|身份)?验证(?:码|中心)?|请输入验证码|安全检查)"
)
_SETS_COOKIE = re.compile(r"document\s*\.\s*cookie\s*=|document\[['\"]cookie['\"]\]\s*=", re.IGNORECASE)
_GOES_AGAIN = re.compile(r"location\s*\.\s*(?:reload|replace|assign)\s*\(|location(?:\s*\.\s*href)?\s*=", re.IGNORECASE)
_PASSWORD = re.compile(r"<input[^<>]{1,300}type\s*=\s*['\"]?password", re.IGNORECASE)
_LOGIN_TITLE = re.compile(r"^[^-_|–—]{0,8}(?:登录|登陆|登入)|^(?:login|sign in)\b", re.IGNORECASE)


def blocked(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> str | None:
    """What blocked the page: a product ("知道创宇", "Cloudflare" …), "firewall", "captcha", "js_challenge" or "login";
    None for a page of the site.

    `body` is the payload after content decoding, in any charset.
    """
    if name := _by_head(status, headers):
        return name
    import numpy as np  # noqa: PLC0415 - the crawl's own process imports this module long before it has a page

    if len(body) > _SCANNED or np.count_nonzero(np.frombuffer(body, np.int8) < 0) > _MOST_TEXT_BYTES:
        return None
    text = _decoded(body)
    lower = text.encode().lower().decode()  # ASCII alone: as long as it was, and at a tenth of what IGNORECASE costs
    shown = _shown(lower)
    if shown > _MOST_SHOWN:
        return None
    if _APPLICATION.search(lower):
        lower = _NOSCRIPT.sub("", lower)
    for name, most, pattern in _BLOCK_PAGES:
        if shown <= most and pattern.search(lower):
            return name
    match = _TITLE.search(text)
    title = match.group(1).strip() if match else ""
    if shown <= 400 and _TITLE_MARK.search(title):
        return "captcha" if "验证" in title else "firewall"
    if shown <= 80 and _SETS_COOKIE.search(text) and _GOES_AGAIN.search(text):
        return "js_challenge"
    if shown <= 400 and _PASSWORD.search(text) and _LOGIN_TITLE.search(title):
        return "login"
    return None


def _shown(markup: str) -> int:
    """How many characters a browser shows of the page in lower case, white space aside."""
    pieces: list[str] = []
    at = 0
    while begin := _NOT_SHOWN.search(markup, at):
        pieces.append(markup[at : begin.start()])
        end = _ENDS[begin.group(1)].search(markup, begin.end())
        at = end.end() if end else len(markup)
    text = _TAG.sub("", "".join((*pieces, markup[at:])))
    return len("".join(_ENTITY.sub("", text).split()))


def _by_head(status: int, headers: Iterable[tuple[str, str]]) -> str | None:
    """The product that status and headers alone identify. Its ordinary headers are no evidence: they are on every page
    of the sites behind it.
    """
    if 200 <= status < 300:
        return None
    fields = {name.lower(): value.lower() for name, value in headers}
    if fields.get("cf-mitigated") == "challenge":
        return "Cloudflare"
    if status == 521 and ("x-via-jsl" in fields or "__jsl" in fields.get("set-cookie", "")):
        return "知道创宇"
    if status == 493 or (status >= 400 and "x-powered-by-360wzb" in fields):
        return "360网站卫士"
    if status == 468:
        return "雷池"
    return None


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")
