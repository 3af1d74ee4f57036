"""What a browser is asked for and what it may ask for: decided without one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extract.article import Capture
from crawler.extract.blocked import blocked
from crawler.extract.page import Page
from crawler.extract.shell import is_shell
from crawler.navigation.rendered import SERVED, captures_of, json_links, not_rendered, pages_of
from crawler.render.policy import LARGEST_BODY, LONGEST_URL, Asked, refused
from crawler.siteconfig.site import Site, SiteError, parse_site
from tests.site.scripted import SHELL

_FILE = """family = "news"
domains = ["www.xiamu.example"]
seeds = ["http://www.xiamu.example/"]
article = ['^/news/\\d+\\.html$']
follow = ['^/list/']
"""


def _site(more: str = "") -> Site:
    return parse_site("xiamu", _FILE + more, Path("xiamu.toml"))


SITE = _site('render = "auto"\nrender_hosts = ["cdn.example:8080"]\n')


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Asked("http://www.xiamu.example/a.js", "GET", "script"), None),
        (Asked("http://cdn.example:8080/a.js", "GET", "script"), None),
        (Asked("http://cdn.example/a.js", "GET", "script"), "other host"),
        (Asked("http://sub.www.xiamu.example/a.js", "GET", "script"), "other host"),
        (Asked("http://169.254.169.254/latest", "GET", "fetch"), "other host"),
        (Asked("file:///etc/passwd", "GET", "document"), "file scheme"),
        (Asked("data:text/html,x", "GET", "document"), "data scheme"),
        (Asked("http://www.xiamu.example/a.png", "GET", "image"), "image"),
        (Asked("http://www.xiamu.example/a.woff", "GET", "font"), "font"),
        (Asked("http://www.xiamu.example/live", "GET", "eventsource"), "eventsource"),
        (Asked("http://www.xiamu.example/api", "POST", "xhr", body=b"{}"), None),
        (Asked("http://www.xiamu.example/api", "POST", "document"), "method POST"),
        (Asked("http://www.xiamu.example/api", "DELETE", "fetch"), "method DELETE"),
        (Asked("http://www.xiamu.example/api", "POST", "fetch", body=b"x" * LARGEST_BODY), None),
        (Asked("http://www.xiamu.example/api", "POST", "fetch", body=b"x" * (LARGEST_BODY + 1)), "body too long"),
        (Asked("http://www.xiamu.example/?" + "x" * LONGEST_URL, "GET", "fetch"), "URL too long"),
    ],
)
def test_a_request_of_a_page_is_judged(asked: Asked, why: str | None) -> None:
    assert refused(asked, SITE, 0, 5) == why


def test_requests_are_counted() -> None:
    asked = Asked("http://www.xiamu.example/a.js", "GET", "script")
    assert [refused(asked, SITE, number, 5) for number in (4, 5)] == [None, "too many requests"]


def test_neither_cookies_nor_credentials_nor_the_browsers_own_headers_go_out() -> None:
    headers = {"cookie": "a", "authorization": "b", "sec-ch-ua": "c", "user-agent": "d", "x-token": "e", "accept": "f"}
    assert Asked("http://a/", "GET", "xhr", tuple(headers.items())).passed_headers == {"x-token": "e", "accept": "f"}


SHELLS = [
    SHELL,
    "<html><body><div id=root></div><script src=/main.js></script></body></html>",
    "<html><body><header>新闻</header><div id='__next'><p>加载中…</p></div><script src=/m.js></script></body></html>",
    "<body><p>首页</p><noscript>We're sorry but it doesn't work without JavaScript enabled.</noscript>"
    "<script src=/m.js></script></body>",
    "<body><h1>夏日</h1><div class='doc-content'></div><script>var id = 17; load('/api/doc', id);</script></body>",
]
WHOLE = [
    "<html><body><div id=root>" + "夏日的校园里树木成荫。" * 40 + "</div><script src=/main.js></script></body></html>",
    "<html><body><div id=root></div></body></html>",  # nothing that would fill it
    "<html><body><p>页面不存在</p><script src=/count.js></script></body></html>",
    "",
    "<",
]


@pytest.mark.parametrize(("html", "shell"), [*((each, True) for each in SHELLS), *((each, False) for each in WHOLE)])
def test_a_shell_is_told_from_a_page(html: str, shell: bool) -> None:
    assert is_shell(Page("http://www.xiamu.example/", html.encode(), "text/html; charset=utf-8")) is shell


def test_an_application_that_needs_scripts_is_no_firewall() -> None:
    assert blocked(200, (), SHELL.encode()) is None
    challenge = SHELL.replace(' src="/static/app.js" defer>', ">document.cookie='a=1';")
    assert blocked(200, (), challenge.encode()) == "js_challenge"


def test_links_are_read_from_json() -> None:
    answer = {
        "items": [
            {"url": "/news/1.html"},
            {"url": "http:\\/\\/www.xiamu.example\\/news\\/2.html"},
            {"id": "/news/1.html"},
        ],
        "next": "/list/2",
        "other": ["http://elsewhere.example/news/3.html", "/about", "文/字", 5, None],
    }
    body = json.dumps(answer, ensure_ascii=False).replace("\\\\/", "\\/").encode()
    found = list(json_links(SITE, "http://www.xiamu.example/api/list", body))
    assert [(each.url, each.role) for each in found] == [
        ("http://www.xiamu.example/news/1.html", "article"),
        ("http://www.xiamu.example/news/2.html", "article"),
        ("http://www.xiamu.example/list/2", "list"),
    ]
    assert not list(json_links(SITE, "http://www.xiamu.example/", b'"\xff\xfe/\\u12" "/\\q"'))


def _capture(url: str, number: int) -> Capture:
    return Capture(f"<urn:{number}>", "a.warc.gz", number, 10, url, "sha1:A", datetime(2026, 11, 27, tzinfo=UTC))


def test_of_the_two_records_of_a_rendered_page_the_second_is_read() -> None:
    served, shown, second = _capture("http://a/1", 1), _capture("http://a/1", 2), _capture("http://a/2", 3)
    assert pages_of([served, shown, second]) == [shown, second]
    assert pages_of([served, second]) == [served, second]
    assert pages_of([]) == []
    assert captures_of({SERVED: json.dumps(served.as_json())}, shown) == [served, shown]
    for damaged in ({}, {SERVED: "{"}, {SERVED: "[]"}, {SERVED: '{"url": 1}'}):
        assert captures_of(damaged, shown) == [shown]
    assert not_rendered({}) is None
    reject = not_rendered({"render-error": "the tab crashed"})
    assert reject is not None
    assert (reject.reason, reject.detail) == ("broken", "not rendered: the tab crashed")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('render = "sometimes"\n', ("render", "never, auto, always")),
        ('render_hosts = ["cdn.example"]\n', ("render_hosts", "without render")),
        ('render = "auto"\nrender_hosts = ["https://cdn.example/"]\n', ("render_hosts", "host names")),
    ],
)
def test_what_a_site_file_says_of_rendering_is_checked(more: str, words: tuple[str, ...]) -> None:
    with pytest.raises(SiteError) as refusal:
        _site(more)
    assert all(word in str(refusal.value) for word in words)
    assert _site().render == "never"
