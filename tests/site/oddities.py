"""Pages under article URLs that are no articles, and what a crawler must make of each."""

# ruff: noqa: E501  # pages are written as sites write them

from __future__ import annotations

from tests.site.reply import Reply

_UTF8 = "text/html; charset=utf-8"


def _page(title: str, body: str) -> bytes:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'.encode()


def dead(status: int = 404) -> Reply:
    """A page that says honestly that it is not there."""
    return Reply(_page("404 Not Found", "<h1>404 Not Found</h1><p>您访问的页面不存在。</p>"), _UTF8, status)


def moved(url: str, status: int = 301) -> Reply:
    """A redirect to `url`, a path or an absolute URL."""
    body = _page("Object moved", f'<h2>Object moved to <a href="{url}">here</a>.</h2>')
    return Reply(body, _UTF8, status, (("Location", url),))


def soft_404(site: str) -> Reply:
    """An error page that says 200."""
    text = "<div class='err'><h2>抱歉，您访问的页面不存在或已被删除！</h2><p>系统将在 5 秒后返回首页，<a href='/'>立即返回</a></p></div>"
    return Reply(_page(f"页面不存在 - {site}", text), _UTF8)


def captcha(site: str) -> Reply:
    text = (
        "<form method='post'><h3>访问过于频繁</h3><p>为了您的账号安全，请输入验证码后继续访问</p>"
        "<img src='/captcha.php' alt='验证码'><input name='code'><button>提交</button></form>"
    )
    return Reply(_page(f"安全验证 - {site}", text), _UTF8)


def login_wall(site: str) -> Reply:
    text = (
        f"<div class='header'><a href='/'>{site}</a></div><div class='login-box'><h2>请登录后查看全文</h2><p>该文档仅对会员开放，"
        "请<a href='/login'>登录</a>或<a href='/reg'>注册</a>后继续阅读</p><input name='user'><input name='password'></div>"
    )
    return Reply(_page(f"用户登录 - {site}", text), _UTF8)


def too_short(site: str) -> Reply:
    text = f"<div class='place'>当前位置：<a href='/'>{site}</a></div><h1>通知</h1><div class='content'><p>明日停水一天。</p></div>"
    return Reply(_page(f"通知_{site}", text), _UTF8)


def english(site: str) -> Reply:
    lines = (
        "The annual river cleaning campaign will begin next Monday, and every household along the embankment is invited.",
        "Volunteers are asked to bring gloves, boots and a spare set of clothes; boats and nets are provided by the city.",
        "Last year more than four hundred people took part, and the water has been noticeably clearer ever since.",
        "Registration closes on Friday evening. Those who cannot come may still help by sorting what is collected.",
    )
    body = "".join(f"<p>{line}</p>" for line in lines * 2)
    return Reply(_page(f"River campaign - {site}", f"<h1>River campaign</h1><div class='content'>{body}</div>"), _UTF8)


def hijacked(site: str) -> Reply:
    """A mirror: the whole page in Traditional characters with pinyin thrown in, and gambling links."""
    line = (
        "　　歡(huān)迎(yíng)來(lái)到(dào)網(wǎng)絡(luò)娛(yú)樂(lè)平(píng)臺(tái)，本站提供各類(lèi)產(chǎn)品的價(jià)格、圖(tú)片和廠(chǎng)家信息，"
        "為(wèi)您(nín)選(xuǎn)購(gòu)設(shè)備(bèi)提(tí)供(gōng)參(cān)考(kǎo)，詳(xiáng)情請(qǐng)咨(zī)詢(xún)客(kè)服(fú)熱(rè)線(xiàn)。"
    )
    body = "".join(f"<p>{line}</p>" for _ in range(6))
    links = "".join(f"<a href='http://mirror{n}.example/'>娛樂(lè)城{n}</a>" for n in range(8))
    return Reply(
        _page(f"網(wǎng)絡(luò)平臺(tái)-{site}", f"<h1>歡(huān)迎(yíng)光(guāng)臨(lín)</h1><div>{body}</div>{links}"),
        _UTF8,
    )


def pdf() -> Reply:
    """A file behind an article's URL."""
    return Reply(
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n" * 20,
        "application/pdf",
    )


def link_list(site: str, rows: str) -> Reply:
    """A channel page under an article's URL."""
    return Reply(_page(f"专题列表_{site}", f"<div class='nav'>{site}</div><ul class='list'>{rows}</ul>"), _UTF8)
