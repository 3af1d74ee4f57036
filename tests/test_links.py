"""Links of lists, feeds and sitemaps, and what kind of page a seed is."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import Page
from crawler.extract.feeds import feed_links, sitemap_links, sniff
from crawler.extract.links import Link, html_links
from crawler.extract.list_pages import more_pages, same_list
from crawler.extract.url import host_of

BASE = "http://www.example.cn/news/index.html"


def page(html: str, charset: str = "utf-8", url: str = BASE) -> Page:
    return Page(url, html.encode(charset), "text/html", datetime(2026, 1, 1, tzinfo=UTC))


def urls(html: str, charset: str = "utf-8") -> list[str]:
    found = dict.fromkeys(link.url for link in html_links(page(html, charset)))
    return [url.removeprefix("http://www.example.cn") for url in found]


RSS = b"""<?xml version="1.0" encoding="gb2312"?>
<!-- made by hand --><rss version="2.0"><channel><title>\xd0\xc2\xce\xc5</title><link>http://www.example.cn/</link>
<item><title>\xd7\xf7\xce\xc4</title><link> /a/1.html?x=1&y=2 </link></item>
<item><title>2</title><link><![CDATA[http://www.example.cn/a/2.html]]></link></item>
<item><guid>http://www.example.cn/a/3.html</guid></item>
<item><guid isPermaLink="false">http://www.example.cn/a/no.html</guid></item>
</channel></rss>"""
RDF = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><channel rdf:about="http://www.example.cn/"><link>http://www.example.cn/</link></channel>
<item rdf:about="http://www.example.cn/a/1.html"><link>http://www.example.cn/a/1.html</link></item></rdf:RDF>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="/atom.xml"/><entry><title>T</title>
<link rel="edit" href="/edit/1"/><link href="/a/1.html"/></entry></feed>"""
URLSET = b"""\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> http://www.example.cn/a/1.html </loc>
<lastmod>2026-01-01</lastmod></url><url><loc>http://www.example.cn/a?x=1&amp;y=2</loc></url></urlset>"""
INDEX = b"""<sitemapindex><sitemap><loc>http://www.example.cn/1.xml.gz</loc></sitemap></sitemapindex>"""


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (RSS, "text/html", "feed"),
        (RDF, None, "feed"),
        (ATOM, "application/xml", "feed"),
        (URLSET, "text/xml", "sitemap"),
        (INDEX, None, "sitemap"),
        (gzip.compress(URLSET, mtime=0), "application/octet-stream", "sitemap"),
        (gzip.compress(b"http://www.example.cn/a\nhttp://www.example.cn/b\n", mtime=0), None, "sitemap"),
        (b"http://www.example.cn/a\r\nhttp://www.example.cn/b", "text/plain", "sitemap"),
        (b"http://www.example.cn/a", "text/html", "html"),
        (b"<!DOCTYPE html><html><body><feed></feed>", None, "html"),
        (b"\xff\xfe" + "<rss/>".encode("utf-16-le"), None, "feed"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', None, "feed"),
        (b"", None, "html"),
        (b"plain words", "text/plain", "html"),
    ],
)
def test_the_bytes_say_what_a_seed_is(body: bytes, content_type: str | None, kind: str) -> None:
    assert sniff(body, content_type) == kind


def test_feeds_of_every_kind() -> None:
    assert feed_links(RSS, BASE) == [
        Link("http://www.example.cn/a/1.html?x=1&y=2", "作文"),
        Link("http://www.example.cn/a/2.html", "2"),
        Link("http://www.example.cn/a/3.html"),
    ]
    assert feed_links(RDF, BASE) == [Link("http://www.example.cn/a/1.html")]
    assert feed_links(ATOM, BASE) == [Link("http://www.example.cn/a/1.html", "T")]


def test_sitemaps_of_every_kind() -> None:
    pages = [Link("http://www.example.cn/a/1.html"), Link("http://www.example.cn/a?x=1&y=2")]
    assert sitemap_links(URLSET, BASE) == sitemap_links(gzip.compress(URLSET, mtime=0), BASE) == pages
    assert sitemap_links(INDEX, BASE) == [Link("http://www.example.cn/1.xml.gz", "", "sitemap")]
    assert sitemap_links(b"http://www.example.cn/a\nnot a url\n", BASE) == [Link("http://www.example.cn/a")]


def test_the_location_of_a_picture_is_not_that_of_its_page() -> None:
    entry = b"<url><image><loc>/1.jpg</loc></image><loc>/1.html</loc></url>"
    assert sitemap_links(b"<urlset>%s</urlset>" % entry, BASE) == [Link("http://www.example.cn/1.html")]


def test_addresses_of_a_feed_begin_at_its_xml_base() -> None:
    feed = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/b/"><entry><link href="1.html"/></entry>'
        b'<entry xml:base="c/"><link rel="self" href="s"/><link href="2.html"/></entry></feed>'
    )
    paths = [link.url.removeprefix("http://www.example.cn") for link in feed_links(feed, BASE)]
    assert paths == ["/b/1.html", "/b/c/2.html"]


def test_broken_xml_gives_what_can_be_recovered() -> None:
    assert [link.url[-6:] for link in feed_links(RSS[: RSS.index(b"<item><guid>")], BASE)] == ["=1&y=2", "2.html"]
    assert feed_links(RSS.replace(b"<title>2<", b"<title>R&nbsp;&D \x0b<b>"), BASE)[1].url.endswith("2.html")
    assert sitemap_links(gzip.compress(URLSET, mtime=0)[:-30], BASE)
    assert sitemap_links(b"\x1f\x8bnot gzip", BASE) == []


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = b"<!DOCTYPE rss [<!ENTITY a '%s'>" % (b"x" * 1000)
    for older, newer in zip(b"abcdefgh", b"bcdefghi", strict=True):
        bomb += b"<!ENTITY %c '%s'>" % (newer, b"&%c;" % older * 10)
    bomb += b"<!ENTITY f SYSTEM 'file:///etc/passwd'>]><rss><item><link>http://www.example.cn/&i;.htm</link></item>"
    assert [link.url for link in feed_links(bomb + b"<item><link>/f&f;.htm</link></item></rss>", BASE)] == [
        "http://www.example.cn/&i;.htm",
        "http://www.example.cn/f&f;.htm",
    ]


def test_links_of_a_list_in_order_and_once() -> None:
    html = """<html><head><base href="/news/a/"></head><body>
    <a href="1.html"><img src="x"></a><a href="1.html#c">One</a><A HREF='2.html' rel="nofollow">Two</A>
    <map><area href="3.html"></map><a href="javascript:void(0)">x</a><a href="mailto:a@b.cn">y</a>
    <li onclick="location.href='4.html'">Four</li><a href="javascript:window.open('5.html')">Five</a>
    <select onchange="location.href=this.options[this.selectedIndex].value;"><option value="list_1_2.html">2</select>
    <!-- <a href="hidden.html"> --></body></html>"""
    assert html_links(page(html))[1] == Link("http://www.example.cn/news/a/1.html", "One")
    assert [u.removeprefix("/news/a/") for u in urls(html)] == [
        *("1.html", "2.html", "3.html", "4.html", "5.html", "list_1_2.html")
    ]


@pytest.mark.parametrize(
    ("bases", "path"),
    [
        ('<base href="/c/"><base href="/d/">', "/c/x.html"),
        ('<base target="_blank"><base href="/d/">', "/d/x.html"),
        ('<base href=""><base href="/d/">', "/news/x.html"),
        ('<base href="javascript:void(0)">', "/news/x.html"),
    ],
)
def test_the_first_base_counts_for_all_links_of_a_page(bases: str, path: str) -> None:
    assert urls(f'<a href="x.html">x</a>{bases}') == [path]


def test_of_what_a_head_names_the_next_page_is_a_link() -> None:
    html = "<link rel=stylesheet href=/a.css><link rel=icon href=/a.png><link rel=Next href=/2.html><p rel=next>"
    assert [link.url for link in html_links(page(html))] == ["http://www.example.cn/2.html"]


def test_links_of_a_gbk_page_keep_its_encoding_in_the_query() -> None:
    html = '<meta charset="gb2312"><p>的一是不了在有人这中大来上个国</p><a href="/s?kw=作文">作文</a>'
    assert urls(html, "gb18030") == ["/s?kw=%D7%F7%CE%C4"]


def test_a_refresh_and_frames_are_links() -> None:
    assert urls('<meta http-equiv="Refresh" content="0; URL=/main/">') == ["/main/"]
    assert urls('<frameset><frame src="/left.html"><frame></frameset>') == ["/left.html"]
    assert urls('<?xml version="1.0" encoding="utf-8"?><html><a href="/x">x</a></html>') == ["/x"]
    assert urls("") == urls("\x00") == []


def test_tags_that_are_never_closed_hide_no_link() -> None:
    assert urls("<font>" * 1000 + "<a href='/x'>x</a>") == ["/x"]


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"<rss>", b"<urlset><url><loc>", b"\x1f\x8b", b"<a href='", b"<!"])
)
def test_no_bytes_make_the_parsers_fall_over(body: bytes, start: bytes) -> None:
    body = start + body
    kind = sniff(body, None)
    links = html_links(Page(BASE, body, None, datetime(2026, 1, 1, tzinfo=UTC)))
    for link in (*links, *feed_links(body, BASE), *sitemap_links(body, BASE)):
        assert kind
        assert host_of(link.url)


SAME = [
    ("/news/", "/news/index_2.html"),
    ("/news/", "/news/list_1_2.html"),
    ("/news/index.html", "/news/index_2.shtml"),
    ("/news/", "/news/2.html"),
    ("/news/", "/news/2/"),
    ("/news/2/", "/news/3/"),
    ("/news/", "/news/page/2/"),
    ("/news/", "/news/?page=2"),
    ("/list.php?tid=3&page=2", "/list.php?page=3&tid=3"),
    ("/c-12.html", "/c-12-p2.html"),
    ("/c-12-p2.html", "/c-12-p3.html"),
    ("/news/list_1_2.html", "/news/list_1_3.html"),
    ("/", "/index_2.html"),
]
OTHER = [
    ("/news/", "/sports/index_2.html"),
    ("/news/", "/news/"),
    ("/news/", "/news/sports/"),
    ("/news/", "/news2/"),
    ("/news/", "/news/about.html"),
    ("/list.php?tid=3", "/list.php?tid=4"),
    ("/list.php?tid=3", "/list_2.php"),
]


@pytest.mark.parametrize(("first", "other"), SAME)
def test_pages_of_one_list(first: str, other: str) -> None:
    assert same_list("http://h.cn" + first, "http://h.cn" + other)
    assert not same_list("http://h.cn" + first, "http://m.h.cn" + other)


@pytest.mark.parametrize(("first", "other"), OTHER)
def test_pages_of_other_lists(first: str, other: str) -> None:
    assert not same_list("http://h.cn" + first, "http://h.cn" + other)


@pytest.mark.parametrize(
    "text", ["下一页", "下页", "下一頁", "[2]", "3", "第4页", ">", "»", "末页", "尾页", "Next", "下一页>", "后一页"]
)
def test_what_turns_a_page(text: str) -> None:
    assert more_pages("http://h.cn/news/", [Link("http://h.cn/news/index_2.html", text)])


@pytest.mark.parametrize("text", ["下一篇", "下一篇：作文", "上一页", "首页", "", "2026年工作总结", "更多>>"])
def test_what_does_not(text: str) -> None:
    assert more_pages("http://h.cn/news/", [Link("http://h.cn/news/index_2.html", text)]) == []


JSON_FEED = """\ufeff {"version": "https:\\/\\/jsonfeed.org\\/version\\/1.1", "title": "集市", "items": [
 {"id": "1", "url": "/a/1.html", "title": "一"}, {"id": "2", "url": "http://h.test/a/2.html"},
 {"id": "3", "url": null}, {"id": "4", "url": 4}, 5, {"id": "6", "url": "javascript:1"},
 {"id": "7", "url": "/a/\\ud800"}]}"""


def test_a_json_feed_is_a_feed() -> None:
    body, base = JSON_FEED.encode(), "http://h.test/feed.json"
    assert sniff(body, "application/json") == "feed"
    links = feed_links(body, base)
    assert [(link.url, link.text) for link in links][:2] == [
        ("http://h.test/a/1.html", "一"),
        ("http://h.test/a/2.html", ""),
    ]
    assert all(link.url.startswith("http://h.test/a/") for link in links)


def test_an_item_of_a_json_feed_may_be_named_by_its_address_alone() -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "http://h.test/1"}, {"id": "2"}, {"id": 3}]}'
    )
    assert feed_links(body, "http://h.test/feed.json") == [Link("http://h.test/1")]


@pytest.mark.parametrize("body", [b"{", b'{"items": 1}', b'{"items": [[]]}', b"{}", b'{"items":' + b"[" * 99_999])
def test_a_json_feed_that_is_none_has_no_links(body: bytes) -> None:
    assert sniff(body, "application/feed+json; charset=utf-8") == "feed"
    assert feed_links(body, "http://h.test/", "application/feed+json") == []
    assert sniff(body, "application/json") == "html"
