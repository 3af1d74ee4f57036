"""The spiders over real sockets: what is followed, what is joined, what is rejected, and what is never asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.parquet as pq
import pytest

from crawler.extract import Capture, Page, Reject
from crawler.navigation.chain import MAX_PAGES, Chain
from crawler.navigation.discover import Discovered, discover
from crawler.navigation.redirect import MAX_REDIRECTS, target
from crawler.siteconfig.site import Site
from tests.site import warm

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PARAGRAPH = "临汾市尧都区的第{n}次会议在新闻发布厅举行，会议强调要进一步加强学习，提高认识，把各项工作落到实处。"


def article(number: str, more: str = "") -> str:
    body = "".join(f"<p>{PARAGRAPH.format(n=f'{number}之{i}')}</p>" for i in range(8))
    return (
        f"<html><head><title>{number}号会议召开_测试新闻网</title></head><body><h1>{number}号会议召开</h1>"
        f"<div class=info>2026-01-02 03:04 来源：测试日报</div><div class=content>{body}</div>{more}"
        "<div>上一篇：<a href='/a/1.html'>1号会议</a> 下一篇：<a href='/a/9999.html'>下一篇</a></div></body></html>"
    )


def listing(*links: tuple[str, str]) -> str:
    return "<html><body>" + "".join(f"<li><a href='{url}'>{text}</a></li>" for url, text in links) + "</body></html>"


def nav(*links: tuple[str, str]) -> str:
    return "<div class=pages>" + "".join(f"<a href='{url}'>{text}</a> " for url, text in links) + "</div>"


SITE: dict[str, str | tuple[int, str]] = {
    "/": listing(("/a/1.html?utm_source=home", "一"), ("/news/", "频道"), ("http://elsewhere.invalid/a/5.html", "外")),
    "/news/": listing(("/a/2.html", "二"), ("list_1_2.html", "下一页"), ("/about.html", "关于"), ("/a/1.html#c", "一")),
    "/news/list_1_2.html": listing(
        ("/a/3.html", "三"),
        ("/a/7.html", "七"),
        ("/a/gone.html", "没了"),
        ("/a/moved.html", "搬了"),
        ("/a/away.html", "走了"),
    ),
    "/rss.xml": "<rss><channel><item><link>/a/4.html</link></item><item><link>/x.html</link></item></channel></rss>",
    "/sitemap.xml": "<sitemapindex><sitemap><loc>/sitemap-1.xml</loc></sitemap></sitemapindex>",
    "/sitemap-1.xml": "<urlset><url><loc>/a/5.html</loc></url><url><loc>/a/home.html</loc></url></urlset>",
    "/a/1.html?utm_source=home": (302, "/a/1.html"),  # the same article under another form of its URL
    "/a/1.html": article("一"),
    "/a/2.html": article("二", nav(("/a/2_2.html", "2"), ("/a/2_2.html", "下一页"))),
    "/a/2_2.html": article("二续", nav(("/a/2.html", "上一页"), ("/a/2_3.html", "下一页"))),
    "/a/2_3.html": article("二终", nav(("/a/2_2.html", "上一页"), ("/a/2_3.html", "下一页"))),
    "/a/3.html": article("三", nav(("/a/3_2.html", "下一页"))),
    "/a/3_2.html": (500, "gone wrong"),
    "/a/4.html": article("四"),
    "/a/5.html": article("五"),
    "/a/gone.html": (404, "<h1>Not Found</h1>"),
    "/a/moved.html": (301, "/a/303.html"),
    "/a/303.html": (303, "/a/307.html"),
    "/a/307.html": (307, "/a/308.html"),
    "/a/308.html": (308, "/a/6.html"),
    "/a/6.html": article("六"),
    "/a/7.html": article("七", nav(("/a/7_2.html", "下一页"))),
    "/a/7_2.html": (0, "no answer at all"),
    "/a/home.html": (302, "/"),
    "/a/away.html": (301, "http://elsewhere.invalid/a/away.html"),
    "/robots.txt": "User-agent: *\nDisallow: /private/\n",
}


@dataclass
class Web:
    port: int
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append(self.path)
            reply = SITE.get(self.path.removesuffix("?from=timeline"), (404, "nothing here"))
            status, text = reply if isinstance(reply, tuple) else (200, reply)
            body = text.encode()
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            if 300 < status < 400:
                self.send_header("Location", text)
            self.send_header("Content-Type", "text/xml" if self.path.endswith(".xml") else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        web = Web(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield web
        server.shutdown()
        thread.join()


@dataclass
class Crawl:
    articles: dict[str, dict[str, Any]]
    rejects: dict[str, dict[str, Any]]
    stats: dict[str, Any]
    report: dict[str, Any]
    log: str
    asked: list[str]


def crawl(web: Web, folder: Path, *arguments: str) -> Crawl:
    sites = folder / "sites"
    sites.mkdir()
    (sites / "local.toml").write_text(
        f"family = 'news'\ndomains = ['127.0.0.1:{web.port}']\n"
        f"seeds = ['{web.url('/')}', '{web.url('/rss.xml')}', '{web.url('/sitemap.xml')}']\n"
        r"article = ['^/a/\w+\.html$']" + "\nfollow = ['^/news/$']\n"
    )
    web.asked.clear()
    settings = {
        "OUTPUT_DIR": folder / "out",
        "SITES_DIR": sites,
        "ALLOW_PRIVATE_ADDRESSES": True,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_ENABLED": False,
    }
    pairs = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    done = warm.run(["crawl", "news", *arguments, *pairs])
    assert done.returncode == 0, done.stderr
    assert not re.search("Traceback|DeprecationWarning", done.stderr), done.stderr
    [report] = (folder / "out" / "state" / "runs").glob("*.json")
    return Crawl(
        articles=rows(folder / "out" / "articles"),
        rejects=rows(folder / "out" / "rejects"),
        stats=json.loads(report.read_text())["stats"],
        report=json.loads(report.read_text()),
        log=done.stderr,
        asked=list(web.asked),
    )


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    if not folder.exists():
        return {}
    return {"/" + row["url"].split("/", 3)[3]: row for row in pq.read_table(folder).to_pylist()}


@pytest.fixture(scope="module")
def whole(web: Web, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl(web, tmp_path_factory.mktemp("whole"))


def test_articles_of_lists_list_pages_feeds_and_nested_sitemaps_become_rows(whole: Crawl) -> None:
    assert sorted(whole.articles) == [f"/a/{n}.html" for n in range(1, 8)]


def test_no_page_is_asked_for_twice_and_nothing_that_no_pattern_names(whole: Crawl) -> None:
    aside = {"/robots.txt", "/a/7_2.html"}  # what has no answer is asked for again
    assert sorted(path for path in whole.asked if path not in aside) == sorted(set(SITE) - aside)


def test_the_pages_of_an_article_are_joined_in_order(whole: Crawl) -> None:
    row = whole.articles["/a/2.html"]
    assert row["page_count"] == 3
    assert not row["truncated"]
    assert [text.split("的第")[1].split("之")[0] for text in row["text"].split("\n")] == ["二"] * 8 + ["二续"] * 8 + [
        "二终"
    ] * 8
    assert [capture["url"][-8:] for capture in row["captures"]] == ["a/2.html", "2_2.html", "2_3.html"]


@pytest.mark.parametrize("path", ["/a/3.html", "/a/7.html"], ids=["an error", "no answer"])
def test_a_missing_further_page_leaves_the_article_marked_as_truncated(whole: Crawl, path: str) -> None:
    row = whole.articles[path]
    assert row["truncated"]
    assert row["page_count"] == len(row["captures"]) == 1


def test_the_report_says_how_many_links_were_dropped_and_why(whole: Crawl) -> None:
    dropped = {name: number for name, number in whole.stats.items() if "/dropped/" in name}
    assert dropped == {"site/local/dropped/other_host": 1, "site/local/dropped/no_pattern": 2}
    assert whole.report["sites"]["local"]["dropped_links"] == {"no_pattern": 2, "other_host": 1}
    assert "local: 3 links not followed: 2 no_pattern, 1 other_host" in whole.log


def test_pages_that_are_no_articles_are_rejects_with_a_reason(whole: Crawl) -> None:
    assert {path: row["reason"] for path, row in whole.rejects.items()} == {
        "/a/3_2.html": "http_error",
        "/a/away.html": "http_error",
        "/a/gone.html": "http_error",
        "/a/home.html": "soft_404",
    }


def test_article_pages_are_articles_joined_pages_and_rejects(whole: Crawl) -> None:
    stats = whole.stats
    assert stats["pages/article"] == len(whole.articles) + stats["articles/joined_pages"] + len(whole.rejects) == 13
    assert stats["pages/list"] == 6


def test_one_url_is_crawled_with_the_further_pages_of_its_article_only(web: Web, tmp_path: Path) -> None:
    one = crawl(web, tmp_path, "-a", f"url={web.url('/a/2.html?from=timeline')}")
    assert [row["page_count"] for row in one.articles.values()] == [3]
    assert sorted(one.asked) == ["/a/2.html?from=timeline", "/a/2_2.html", "/a/2_3.html", "/robots.txt"]


NEWS = Site(
    name="local",
    family="news",
    domains=("h.cn", "m.h.cn"),
    seeds=("http://h.cn/start.html",),
    article=(re.compile(r"^/a/\w+\.html$"),),
    follow=(re.compile(r"^/news/$"),),
)
NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


def chain(*urls: str) -> Chain:
    return Chain(tuple(Capture(f"<urn:uuid:{url}>", "w.warc.gz", 1, 2, url, "sha256:x", NOW) for url in urls))


def test_a_chain_survives_the_way_through_json() -> None:
    pages = chain("http://h.cn/a/1.html", "http://h.cn/a/1_2.html")
    further = json.loads(json.dumps(pages.further()))
    assert Chain.of(further) == pages
    assert (further["first"], further["page"]) == ("<urn:uuid:http://h.cn/a/1.html>", 3)
    assert Chain.of(None) == Chain()


@pytest.mark.parametrize(
    ("url", "step"),
    [
        (None, "complete"),
        ("http://h.cn/a/1_2.html#top", "complete"),  # the last page's 下一页 leads to itself
        ("http://h.cn/a/1.html?from=timeline", "complete"),  # or back to the first
        ("http://h.cn/a/1_3.html", "fetch"),
        ("http://m.h.cn/a/1_3.html", "incomplete"),
        ("http://elsewhere.cn/a/1_3.html", "incomplete"),
    ],
)
def test_where_an_article_goes_on(url: str | None, step: str) -> None:
    assert chain("http://h.cn/a/1.html", "http://h.cn/a/1_2.html").next(url, NEWS)[0] == step


def test_an_article_without_end_is_cut() -> None:
    pages = chain(*(f"http://h.cn/a/1_{n}.html" for n in range(MAX_PAGES)))
    assert pages.next("http://h.cn/a/1_x.html", NEWS) == ("incomplete", "")


@pytest.mark.parametrize(
    ("location", "role", "expected"),
    [
        (b"/a/2.html", "article", "http://h.cn/a/2.html"),
        (b"http://m.h.cn/a/1.html", "article", "http://m.h.cn/a/1.html"),
        (b"/s?kw=\xd7\xf7", "article", "http://h.cn/s?kw=%D7%F7"),  # GBK bytes go back as they came
        (b"/", "seed", "http://h.cn/"),
        (b"/", "article", "soft_404"),
        (b"/index.shtml", "article", "soft_404"),
        (b"/news/", "article", "soft_404"),
        (b"/start.html", "article", "soft_404"),
        (b"", "article", "http_error"),
        (b"/a/1.html", "article", "http_error"),  # the same URL again: a circle
        (b"/a/1.html?PHPSESSID=1", "article", "http://h.cn/a/1.html?PHPSESSID=1"),  # another form of it
        (b"//elsewhere.cn/a/1.html", "article", "http_error"),
        (b"javascript:alert(1)", "article", "http_error"),
    ],
)
def test_where_a_redirect_may_lead(location: bytes, role: str, expected: str) -> None:
    found = target(NEWS, role, ["http://h.cn/a/1.html"], location)
    assert (found.reason if isinstance(found, Reject) else found) == expected


def test_redirects_without_end_are_given_up() -> None:
    trail = [f"http://h.cn/a/{n}.html" for n in range(MAX_REDIRECTS + 1)]
    assert isinstance(target(NEWS, "article", trail, b"/a/x.html"), Reject)


def test_what_a_list_leads_to() -> None:
    html = """<a href="/a/1.html?utm_source=x">1</a><a href="/A/1.html">no pattern</a><a href="/a/1.html">again</a>
    <a href="http://H.cn:80/news/">list</a><a href="http://m.h.cn/a/2.html">2</a><a href="http://x.h.cn/a/3.html">3</a>
    <a href="index_2.html">下一页</a><a href="index_3.html">下一篇</a>"""
    page = Page("http://h.cn/sport/", html.encode(), "text/html; charset=utf-8", NOW)
    assert list(discover(NEWS, page).urls) == [
        Discovered("http://h.cn/a/1.html?utm_source=x", "article"),
        Discovered("http://h.cn/news/", "list"),
        Discovered("http://m.h.cn/a/2.html", "article"),
        Discovered("http://h.cn/sport/index_2.html", "list"),
    ]
