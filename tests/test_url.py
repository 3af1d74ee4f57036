"""URLs: one article has one canonical URL, and no href makes the crawler fall over."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.url import absolute, article_id, canonical_url, host_of, path_and_query

CANONICAL = [
    ("HTTP://WWW.Example.COM:80", "http://www.example.com/"),
    ("https://example.com:443/a/../b/./c", "https://example.com/b/c"),
    ("https://example.com:8443/a", "https://example.com:8443/a"),
    ("http://example.com/a/b/..", "http://example.com/a/"),
    ("http://example.com/../../a", "http://example.com/a"),
    ("http://example.com/a//b", "http://example.com/a//b"),
    ("http://user:pw@example.com/", "http://example.com/"),
    ("http://example.com/a#p2", "http://example.com/a"),
    ("http://example.com/%7Eme/%e4%bd%a0%41", "http://example.com/~me/%E4%BD%A0A"),
    ("http://example.com/你 好", "http://example.com/%E4%BD%A0%20%E5%A5%BD"),
    ("http://example.com/s?kw=%D7%F7%CE%C4", "http://example.com/s?kw=%D7%F7%CE%C4"),
    ("http://example.com/100%", "http://example.com/100%25"),
    ("http://example.com/s?b=2&a=1&b=1", "http://example.com/s?a=1&b=2&b=1"),
    ("http://example.com/s?a=1&&", "http://example.com/s?a=1"),
    ("http://example.com/s?", "http://example.com/s"),
    ("http://example.com/?12.html", "http://example.com/?12.html"),
    ("http://例子.中国/a", "http://xn--fsqu00a.xn--fiqs8s/a"),
    ("http://example.com./a", "http://example.com/a"),
    ("http://example。com。/a", "http://example.com/a"),
    ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ("http://example.com/a.jsp;jsessionid=0A1B?id=3", "http://example.com/a.jsp?id=3"),
    ("http://example.com/a?PHPSESSID=ab12&id=3", "http://example.com/a?id=3"),
    ("http://example.com/a?ASPSESSIONIDQQCA=x&id=3", "http://example.com/a?id=3"),
    ("http://example.com/a?utm_source=x&id=3&spm=a.b&from=timeline&isappinstalled=0", "http://example.com/a?id=3"),
    ("http://example.com/a?sid=aB3xY9", "http://example.com/a"),
    ("http://example.com/a?sid=4711", "http://example.com/a?sid=4711"),
]


@pytest.mark.parametrize(("url", "expected"), CANONICAL)
def test_the_canonical_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    "url", ["", "   ", "javascript:void(0)", "//x/y", "http://", "http://a b/", "http://x:99999/", "http://[::1"]
)
def test_what_is_no_http_url_comes_back_unchanged(url: str) -> None:
    assert canonical_url(url) == url.strip()
    assert host_of(url) == path_and_query(url) == ""


def test_path_and_query_are_those_of_the_url() -> None:
    assert path_and_query("http://h.cn/list.php?page=2") == "/list.php?page=2"
    assert path_and_query("http://h.cn/list.php") == "/list.php"


# Alphabet of what URLs are made of, so that random text hits the interesting paths.
URLS = st.text(st.sampled_from("aZ09%/.?&=;:#@[]\\ 你\u3002\udc80~4eE|jsessionid"), max_size=40)


@given(st.one_of(URLS.map(lambda s: "http://h.cn/" + s), URLS.map(lambda s: "HTTPS://" + s), st.text()))
def test_canonical_is_idempotent_and_total(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert host_of(once) == host_of(url)
    if host_of(url):
        assert once.isascii()


@given(URLS, URLS, st.sampled_from(["utf-8", "gb18030", "big5", "nonsense"]))
def test_absolute_is_total_and_gives_http_urls(base: str, href: str, charset: str) -> None:
    url = absolute("http://h.cn/" + base, href, charset)
    assert url is None or (host_of(url) and "#" not in url and url.isascii())


@given(st.binary(max_size=12))
def test_percent_encoded_bytes_are_kept(raw: bytes) -> None:
    from urllib.parse import unquote_to_bytes  # noqa: PLC0415

    url = "http://h.cn/s?kw=" + "".join(f"%{byte:02x}" for byte in raw)
    assert unquote_to_bytes(canonical_url(url).partition("kw=")[2]) == raw


def test_the_id_is_a_function_of_the_canonical_url() -> None:
    expected = hashlib.sha256(b"http://www.bdocx.com/doc/9477441.html").hexdigest()[:32]
    assert article_id("http://www.bdocx.com/doc/9477441.html") == expected
    assert article_id("HTTP://WWW.bdocx.com:80/doc/9477441.html?from=timeline#1") == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("b.html#2", "http://h.cn/a/b.html"),
        ("?page=2", "http://h.cn/a/x.html?page=2"),
        ("//m.h.cn/b", "http://m.h.cn/b"),
        ("..\\news\\1.html", "http://h.cn/news/1.html"),
        (" b\n.html ", "http://h.cn/a/b.html"),
        ("/s?kw=作文", "http://h.cn/s?kw=%D7%F7%CE%C4"),
        ("/作文/", "http://h.cn/%E4%BD%9C%E6%96%87/"),
        ("javascript:void(0)", None),
        ("mailto:a@b.cn", None),
        ("tel:110", None),
        ("ftp://h.cn/a", None),
        ("http://[", None),
    ],
)
def test_absolute(href: str, expected: str | None) -> None:
    assert absolute("http://h.cn/a/x.html", href, "gb18030") == expected
