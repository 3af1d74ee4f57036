"""Where pages lead: the request is as linked, the identity canonical; refreshes, odd statuses, broken feeds."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import Page, Reject
from crawler.extract.article import Capture
from crawler.extract.extract import extract
from crawler.extract.feeds import feed_links, sitemap_links, sniff
from crawler.extract.links import MAX_LINKS, html_links, refresh_link
from crawler.extract.refusal import is_page
from crawler.extract.url import absolute, article_id, canonical_url
from crawler.navigation.chain import MAX_BYTES, MAX_PAGES, Chain
from crawler.navigation.discover import Discovered, discover
from crawler.navigation.redirect import target
from crawler.navigation.shapes import MAX_SHAPES, Shapes, Unmatched
from crawler.siteconfig.site import LONGEST_URL, Site

BASE = "http://h.cn/x/y.html"
SITE = Site(
    name="h",
    family="news",
    domains=("h.cn",),
    seeds=("http://h.cn/",),
    article=(re.compile(r"^/a/"),),
    follow=(re.compile(r"^/l/"),),
)


def page(html: str, *headers: tuple[str, str], url: str = BASE) -> Page:
    return Page(url, html.encode(), "text/html; charset=utf-8", datetime(2026, 1, 2, tzinfo=UTC), headers=headers)


@pytest.mark.parametrize(
    ("href", "asked"),
    [
        ("/s.asp?kw=%u5C71%u6C34&z=1&a=2", "http://h.cn/s.asp?kw=%u5C71%u6C34&z=1&a=2"),
        ("/b.php?/topic/3-x/&do=find&c=1", "http://h.cn/b.php?/topic/3-x/&do=find&c=1"),
        ("/%c4%e3%7e.html?spm=1", "http://h.cn/%c4%e3%7e.html?spm=1"),
        ("/100%.html", "http://h.cn/100%.html"),
    ],
)
def test_a_link_is_asked_for_as_it_stands(href: str, asked: str) -> None:
    assert absolute(BASE, href) == asked


def test_the_forms_of_one_url_are_one_article() -> None:
    forms = ["http://h.cn/v?b=2&a=1", "http://h.cn/v?a=1&b=2&spm=q", "HTTP://h.cn:80/./v?b=2&&a=1#end"]
    assert len({article_id(form) for form in forms}) == 1
    assert canonical_url("http://h.cn/s?kw=%u5c71") != canonical_url("http://h.cn/s?kw=%25u5c71")


@pytest.mark.parametrize(
    ("base", "href", "expected"),
    [
        ("http://h.cn/a//b/c.html", "d.html", "http://h.cn/a//b/d.html"),
        ("http://h.cn/a//b/c.html", "../d.html", "http://h.cn/a//d.html"),
        ("http://h.cn/a//b/c.html", "?p=2", "http://h.cn/a//b/c.html?p=2"),
        ("http://h.cn/a//b/c.html", "/e//f", "http://h.cn/e//f"),
        ("http://h.cn", "d.html", "http://h.cn/d.html"),
        ("http://h.cn/a/", "./", "http://h.cn/a/"),
        ("http://h.cn/a/b", "..", "http://h.cn/"),
    ],
)
def test_empty_segments_of_the_base_stay(base: str, href: str, expected: str) -> None:
    assert absolute(base, href) == expected


@given(st.lists(st.sampled_from(["a", "b", ".", "..", ""]), max_size=6), st.sampled_from(["c", "../c", "./c/", "c/d"]))
def test_relative_links_are_resolved_as_the_standard_library_does_but_for_empty_segments(
    folders: list[str], href: str
) -> None:
    from urllib.parse import urljoin  # noqa: PLC0415

    base = "http://h.cn/" + "".join(f"{folder}/" for folder in folders if folder)
    assert absolute(base, href) == urljoin(base, href)


@pytest.mark.parametrize(
    ("content", "leads_to"),
    [
        ("0;url=/l/2.html", "http://h.cn/l/2.html"),
        ("3; /l/2.html", "http://h.cn/l/2.html"),
        ("0; URL=\n'/l/2.html'", "http://h.cn/l/2.html"),
        (" 1.5 , url = 2.html", "http://h.cn/x/2.html"),
        ("300", None),
        ("0;", None),
        ("", None),
    ],
)
def test_a_refresh_is_a_link_in_the_page_or_in_the_header(content: str, leads_to: str | None) -> None:
    assert refresh_link(page(f'<meta http-equiv="Refresh" content="{content}"><p>moved')) == leads_to
    assert refresh_link(page("<p>moved", ("refresh", content))) == leads_to
    found = discover(SITE, page("<p>moved", ("Refresh", content)))
    assert found.urls == ((Discovered(leads_to, "list"),) if leads_to else ())


def test_links_that_are_not_followed_are_counted_by_reason() -> None:
    html = "<a href=/a/1>1</a><a href=/l/1>2</a><a href=/z/1>3</a><a href=http://o.cn/a/1>4</a><a href=/a/1?spm=2>5</a>"
    found = discover(SITE, page(html))
    assert [(each.url, each.role) for each in found.urls] == [
        ("http://h.cn/a/1", "article"),
        ("http://h.cn/l/1", "list"),
    ]
    assert found.dropped == {"no_pattern": 1, "other_host": 1}


@pytest.mark.slow
def test_a_page_with_too_many_links_is_cut_and_says_so() -> None:
    html = "".join(f"<a href=/a/{n}>x</a>" for n in range(MAX_LINKS + 500))
    found = discover(SITE, page(html))
    assert (len(found.urls), found.dropped) == (MAX_LINKS, {"page_cut": 1})
    lines = "\n".join(f"http://h.cn/a/{n}" for n in range(MAX_LINKS + 500))
    found = discover(SITE, Page("http://h.cn/s.txt", lines.encode(), "text/plain", None))
    assert (len(found.urls), found.dropped) == (MAX_LINKS, {"page_cut": 1})


@pytest.mark.parametrize(
    "html",
    [
        "<div " + " ".join(f"a{n}=1" for n in range(100_000)) + "><a href=/a/1>x</a>",
        "<a href=/a/1><div>x" * 50_000,
        "<select onchange=location>" * 20_000 + "<option value=/a/1>1",
    ],
    ids=["attributes", "nested links", "nested selectors"],
)
def test_hostile_list_pages_take_no_more_than_a_moment(html: str) -> None:
    assert len(html_links(page(html))) <= MAX_LINKS


def test_a_base_counts_for_the_next_page() -> None:
    text = "".join(
        f"<p>第{n}天，村里的水渠修到了山脚下，大家都来看水是怎样流进田里的，老人们说这是头一回。</p>" for n in range(6)
    )
    html = (
        f"<html><head><title>水渠修好了_山村日报网</title><base href='/a/'></head><body>"
        f"<h1>水渠修好了</h1><div>{text}</div>"
        "<div class=pages><a href='9_2.html'>下一页</a></div></body></html>"
    )
    assert extract(page(html, url="http://h.cn/a/9.html")).next_page == "http://h.cn/a/9_2.html"
    assert extract(page(html, url="http://h.cn/a/9.html?from=timeline")).next_page == "http://h.cn/a/9_2.html"
    assert extract(page(html, url="http://h.cn/b/9.html")).next_page is None


def test_references_are_kept_after_the_first_error_of_a_document() -> None:
    urls = "".join(f"<url><loc>http://h.cn/v?i={n}&amp;p=1</loc><t>山 < 水</t></url>" for n in range(3))
    links = sitemap_links(f"<urlset>{urls}</urlset>".encode(), BASE)
    assert [link.url for link in links] == [f"http://h.cn/v?i={n}&p=1" for n in range(3)]
    feed = (
        "<rss><channel><item><title>甲<br>乙</title><link>/v?i=1&amp;p=1</link></item><item><title>a &lt; b</title>"
        "<link><![CDATA[/v?i=2&p=1]]></link></item><item><link>/v?i=3&p=1</link></item></channel></rss>"
    )
    assert [link.url for link in feed_links(feed.encode(), BASE)] == [f"http://h.cn/v?i={n}&p=1" for n in (1, 2, 3)]


def test_all_members_of_a_gzip_sitemap_are_read() -> None:
    members = [b"<urlset><url><loc>/a/1</loc></url>", b"<url><loc>/a/2</loc></url>", b"</urlset>"]
    body = b"".join(map(gzip.compress, members))
    assert [link.url for link in sitemap_links(body + b"\0" * 8, BASE)] == ["http://h.cn/a/1", "http://h.cn/a/2"]
    assert sitemap_links(body[:-30], BASE)


@pytest.mark.parametrize(
    "extension",
    [
        '<image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><image:loc>/a/p.jpg</image:loc></image:image>',
        "<image:image><image:loc>/a/p.jpg</image:loc></image:image>",  # its prefix is not declared
        '<image xmlns="http://www.google.com/schemas/sitemap-image/1.1"><loc>/a/p.jpg</loc></image>',
        "<video:video><video:player_loc>/a/p.swf</video:player_loc><video:url>/a/p.mp4</video:url></video:video>",
    ],
)
@pytest.mark.parametrize("prefix", ["", "sm:"])
def test_pictures_and_players_of_a_sitemap_are_no_pages(extension: str, prefix: str) -> None:
    space = f'xmlns{":sm" if prefix else ""}="http://www.sitemaps.org/schemas/sitemap/0.9"'
    url = f"<{prefix}url>{extension}<{prefix}loc>/a/1</{prefix}loc></{prefix}url>"
    links = sitemap_links(f"<{prefix}urlset {space}>{url}</{prefix}urlset>".encode(), BASE)
    assert [link.url for link in links] == ["http://h.cn/a/1"]


@pytest.mark.parametrize(
    "before", ["", "\r\n\r\n", "<br />\n<b>Notice</b>: Undefined index: id in <b>/w/i.php</b><br />\n"]
)
def test_a_feed_is_a_feed_behind_blank_lines_and_notices(before: str) -> None:
    feed = f'{before}<?xml version="1.0"?>\n<rss><channel><item><link>/a/1</link></item></channel></rss>'.encode()
    assert sniff(feed, "text/html") == "feed"
    assert [link.url for link in feed_links(feed, BASE)] == ["http://h.cn/a/1"]
    assert sniff(b"<html><body>" + feed, "text/html") == "html"


def test_every_successful_answer_is_a_page() -> None:
    assert [status for status in (199, 200, 201, 203, 206, 226, 300, 304, 404) if is_page(status)] == [
        *(200, 201, 203, 206, 226)
    ]


def test_a_redirect_in_a_circle_that_sets_a_cookie_is_named_a_cookie_wall() -> None:
    wall = target(SITE, "article", ["http://h.cn/a/1"], b"/a/1", sets_cookie=True)
    circle = target(SITE, "article", ["http://h.cn/a/1"], b"/a/1")
    assert isinstance(wall, Reject)
    assert isinstance(circle, Reject)
    assert (wall.reason, "cookie" in wall.detail) == ("blocked", True)
    assert (circle.reason, "cookie" in circle.detail) == ("http_error", False)


def test_a_redirect_to_a_url_that_is_too_long_is_a_reject() -> None:
    longest = b"/a/" + b"x" * (LONGEST_URL - len("http://h.cn/a/"))
    assert target(SITE, "article", ["http://h.cn/a/1"], longest) == "http://h.cn" + longest.decode()
    longer = target(SITE, "article", ["http://h.cn/a/1"], longest + b"x")
    assert longer == Reject("http_error", f"redirect to a URL of {LONGEST_URL + 1} characters")


@pytest.mark.parametrize("name", ["idna", "punycode", "rot13", "unicode_escape", "undefined", "base64", "mbcs"])
def test_a_charset_that_is_no_text_encoding_costs_no_link(name: str) -> None:
    html = f"<meta charset={name}><p>水渠修到了山脚下，大家都来看</p><a href='/a/1?kw=水'>水渠</a>"
    found = discover(SITE, Page(BASE, html.encode(), f"text/html; charset={name}", None))
    assert found.urls == (Discovered("http://h.cn/a/1?kw=%E6%B0%B4", "article"),)


def test_a_location_is_followed_as_it_stands_and_one_with_raw_bytes_in_its_canonical_form() -> None:
    trail = ["http://h.cn/a/1"]
    assert target(SITE, "article", trail, b"/a/2?z=1&b=2") == "http://h.cn/a/2?z=1&b=2"
    for charset in ("utf-8", "gbk"):
        raw = "春".encode(charset)
        escaped = "".join(f"%{byte:02X}" for byte in raw)
        assert target(SITE, "article", trail, b"/a/2?z=" + raw + b"&b=2") == f"http://h.cn/a/2?b=2&z={escaped}"


@given(st.lists(st.from_regex(r"/[a-z]{1,3}/\d{1,3}\.html", fullmatch=True), max_size=30))
def test_shapes_count_every_link_and_name_one_of_each(paths: list[str]) -> None:
    shapes = Shapes()
    for path in paths:
        shapes.add(f"http://h.cn{path}")
    most = shapes.most(100)
    assert sum(seen.number for seen in most) == len(shapes) == len(paths)
    assert {seen.example.removeprefix("http://h.cn") for seen in most} <= {*paths}
    halves = Shapes()
    for half in (paths[::2], paths[1::2]):
        some = Shapes()
        for path in half:
            some.add(f"http://h.cn{path}")
        halves.update(some)
    assert {seen[:2] for seen in halves.most(100)} == {seen[:2] for seen in most}


@pytest.mark.parametrize(
    ("paths", "shape"),
    [
        (["/yaowen/2026/1.shtml", "/yaowen/2026/22.shtml"], "/yaowen/2026/N.shtml"),
        (["/t20260102_1.html", "/t20260103_2.html"], "/tN_N.html"),
        (["/doc/0e11225891.html", "/doc/7b3c5e9a1.html"], "/doc/X.html"),
        (["/d/550e8400-e29b-41d4-a716-446655440000", "/d/650e8400-e29b-41d4-a716-446655440001"], "/d/X"),
        (["/w/%E4%BD%9C%E6%96%87/", "/w/%E8%8C%83%E6%96%87/"], "/w/W/"),
        (["/s.php?id=1&mod=view", "/s.php?id=2&mod=view"], "/s.php?id=N&mod=view"),
        (["/a/x/1.html", "/b-c/x/2.html", "/d/x/3.html", "/e/x/4.html"], "/e/x/4.html"),
        (["/news/1.html", "/sport/2.html", "/law/3.html"], "/*/N.html"),
        (["/about.html"], "/about.html"),
    ],
)
def test_links_that_differ_in_numbers_ids_and_channels_have_one_shape(paths: list[str], shape: str) -> None:
    shapes = Shapes()
    for path in paths:
        shapes.add(f"http://h.cn{path}")
    assert shape in [seen.shape for seen in shapes.most(9)]


def test_the_memory_of_shapes_is_bounded() -> None:
    unmatched = Unmatched()
    for number in range(2 * MAX_SHAPES):
        word = f"{'abcdefghij'[number // 100]}{'abcdefghij'[number // 10 % 10]}{'abcdefghij'[number % 10]}"
        unmatched.shapes.add(f"http://h.cn/{word}.html")
        unmatched.leave(f"http://{word}.cn/")
    assert (len(unmatched.shapes), unmatched.shapes.others) == (2 * MAX_SHAPES, MAX_SHAPES)
    assert len(unmatched.hosts) == MAX_SHAPES


def test_a_list_tells_what_each_pattern_took_and_what_none_did() -> None:
    links = "".join(f"<a href='{href}'>x</a>" for href in ("/a/1", "/a/2", "/l/1", "/c/1.html", "http://x.cn/"))
    found = discover(SITE, page(links))
    assert found.matched == {("article", "^/a/"): 2, ("follow", "^/l/"): 1}
    assert [seen[:2] for seen in found.unmatched.shapes.most(3)] == [("/c/1.html", 1)]
    assert found.unmatched.hosts == {"x.cn": 1}


def chain(pages: int, length: int = 1) -> Chain:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    urls = ("http://h.cn/a/1.html", *(f"http://h.cn/a/1_{n}.html" for n in range(2, pages + 1)))
    return Chain(tuple(Capture(f"<{n}>", "w", n, length, url, "sha1:X", at) for n, url in enumerate(urls)))


@pytest.mark.parametrize(
    ("pages", "length", "url", "step"),
    [
        (1, 1, None, "complete"),
        (1, 1, "http://h.cn/a/1.html", "complete"),
        (3, 1, "http://h.cn/a/1_2.html", "complete"),
        (3, 1, "http://h.cn/a/1_4.html", "fetch"),
        (3, 1, "http://other.cn/a/1_4.html", "incomplete"),
        (MAX_PAGES - 1, 1, "http://h.cn/a/1_x.html", "fetch"),
        (MAX_PAGES, 1, "http://h.cn/a/1_x.html", "incomplete"),
        (2, MAX_BYTES // 2 - 1, "http://h.cn/a/1_x.html", "fetch"),
        (2, MAX_BYTES // 2, "http://h.cn/a/1_x.html", "incomplete"),
    ],
)
def test_where_an_article_ends(pages: int, length: int, url: str | None, step: str) -> None:
    assert chain(pages, length).next(url, SITE)[0] == step


def test_the_bounds_of_an_article() -> None:
    assert (MAX_PAGES, MAX_BYTES) == (200, 64 << 20)
    further = chain(3).further()
    assert (further["first"], further["url"], further["page"]) == ("<0>", "http://h.cn/a/1.html", 4)
    assert Chain.of(further) == chain(3)
    assert Chain.of(None) == Chain()
