"""`scrapy try` says what a site file makes of a page, or of its own seeds, and leaves nothing anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from crawler.drafting.fetch import Fetched
from crawler.drafting.trial import Trial, try_page
from crawler.drafting.where import places
from crawler.extract import Page
from crawler.siteconfig.seen import contradictions
from crawler.siteconfig.site import parse_site
from pipelines.process import process_page
from tests.command_kit import call
from tests.raw_server import RawServer, serving
from tests.site.crawl import SETTINGS, scrapy
from tests.test_units_fail_alone import answer, page

TEXT = "".join(f"<p>第{n}段说明了本市夜市摊位整治的进展情况，有关部门将继续推进这项工作。</p>" for n in range(9))
ARTICLE = (
    "<html><head><meta charset=utf-8><title>夜市摊位整治收尾</title>"
    "<meta name=keywords content='夜市,整治'></head><body>"
    "<div class=nav><a href='/'>首页</a> &gt; <a href='/yaowen/'>要闻</a></div><h1 id=title>夜市摊位整治收尾</h1>"
    f"<div class=info>2026年3月4日 来源：集市日报 作者：叶婉</div><div class='content main'>{TEXT}</div>"
    "<a href='/a/2.html'>二</a><a href='/b/2.html'>三</a></body></html>"
)
SITE = "family = 'news'\ndomains = ['h.cn']\nseeds = ['http://h.cn/']\narticle = ['^/a/']\nfollow = ['^/yaowen/']\n"


def article(url: str = "http://h.cn/a/1.html") -> Page:
    return Page(url, ARTICLE.encode(), "text/html; charset=utf-8")


def as_lines(trial: Trial) -> list[str]:
    return [line.said() for line in trial.lines]


def test_every_field_is_shown_with_the_element_that_prints_it() -> None:
    [made] = process_page(article()).articles
    found = places(article(), made)
    assert found["title"] == "h1#title"
    assert found["published"].startswith("div.info")
    assert "来源：集市日报" in found["source"]
    assert found["author"].startswith("div.info")
    assert found["keywords"].startswith("meta[name=keywords]")
    assert found["category"] == "div.nav > a"
    assert found["text"] == "div.content.main"


def test_a_selector_of_the_site_is_named_where_it_found_the_field() -> None:
    site = parse_site("h", SITE + "[[layout]]\ntitle = 'h1#title'\nbody = 'div.none'\n", Path("h.toml"))
    lines = as_lines(try_page(Fetched("http://h.cn/a/1.html", 200, article()), site))
    assert "title      夜市摊位整治收尾    <- [[layout]] h1#title" in lines
    assert any(line.startswith("text ") and line.endswith("<- div.content.main") for line in lines)


@pytest.mark.parametrize(("more", "said"), [("", "its site has 'never'"), ("render = 'auto'\n", "its site has 'auto'")])
def test_a_page_that_needs_a_browser_is_told(more: str, said: str) -> None:
    html = "<html><body><div id=app></div><script src=/app.js></script></body></html>"
    shell = Page("http://h.cn/a/1.html", html.encode(), "text/html; charset=utf-8")
    site = parse_site("h", SITE + more, Path("h.toml"))
    [line] = [each for each in as_lines(try_page(Fetched(shell.url, 200, shell), site)) if each.startswith("shell ")]
    assert said in line
    assert not [
        each for each in as_lines(try_page(Fetched(shell.url, 200, article()), site)) if each.startswith("shell ")
    ]


def test_a_page_is_told_whole() -> None:
    site = parse_site("h", SITE, Path("h.toml"))
    trial = try_page(Fetched("http://h.cn/a/1.html", 200, article()), site)
    told = "\n".join(as_lines(trial))
    assert not trial.failed
    for words in (
        "role       article, by `article` ^/a/",
        "published  2026-03-04",
        "source     集市日报",
        "  article       1, e.g. http://h.cn/a/2.html",
        "  list          1, e.g. http://h.cn/yaowen/",
        "2 that no pattern matches:",
        "1 /b/2.html, e.g. http://h.cn/b/2.html",
        "tail     ",
        "removed    nothing",
    ):
        assert words in told, told


@pytest.mark.parametrize(
    ("status", "body", "reject"),
    [
        (404, b"gone", "http_error: status 404"),
        (200, b"", "not_html: the body is empty"),
        (200, b"\x89PNG\r\n\x1a\n\x00", "not_html: starts with"),
        (200, b"<html><body>1</body></html>", "too_short"),
    ],
)
def test_what_is_no_article_has_its_reason(status: int, body: bytes, reject: str) -> None:
    trial = try_page(Fetched("http://h.cn/a/1.html", status, Page("http://h.cn/a/1.html", body)), None)
    assert trial.failed
    assert any(line.startswith(f"reject     {reject}") for line in as_lines(trial)), trial.lines


def test_a_list_that_is_read_as_one_is_no_failure() -> None:
    site = parse_site("h", SITE, Path("h.toml"))
    links = "".join(f"<li><a href='/a/{n}.html'>第{n}篇关于夜市的报道</a></li>" for n in range(30)).encode()
    for url, failed in (("http://h.cn/", False), ("http://h.cn/yaowen/1.html", False), ("http://h.cn/a/1.html", True)):
        assert try_page(Fetched(url, 200, Page(url, links)), site).failed == failed


def test_lines_of_a_site_file_that_its_patterns_do_not_keep_are_named() -> None:
    site = parse_site("h", SITE, Path("h.toml"))
    right = "# seen: http://h.cn/a/1.html article\n# seen: http://h.cn/about other\n# like: http://x.cn/yaowen/ list\n"
    assert contradictions(site, right) == []
    wrong = ("http://h.cn/b/1.html article", "http://x.cn/a/1 article", "x other", "http://h.cn/ l")
    assert contradictions(site, "".join(f"# seen: {each}\n" for each in wrong)) == [
        "# seen: http://h.cn/b/1.html article: by the patterns it is other",
        "# seen: http://x.cn/a/1: its host is not in domains",
        "# seen: x: no http(s) URL",
        "# seen: http://h.cn/ l; allowed: article, list, other",
    ]


@pytest.fixture
def web() -> Iterator[RawServer]:
    links = "".join(f"<a href='/a/{n}.html'>第{n}篇</a>" for n in range(4)).encode()
    pages = {"/": [answer(b"<html>" + links)] * 9, "/a/1.html": [answer(page(1))] * 9}
    with serving(pages) as server:
        yield server


def trial(web: RawServer, folder: Path, *words: str, seen: str = "") -> CompletedProcess[str]:
    sites = folder / "sites"
    sites.mkdir(exist_ok=True)
    (sites / "fair.toml").write_text(
        f"{seen}family = 'news'\ndomains = ['127.0.0.1:{web.port}']\nseeds = ['{web.url}']\narticle = ['^/a/']\n"
    )
    return scrapy("try", *words, settings=SETTINGS | {"OUTPUT_DIR": str(folder / "out"), "SITES_DIR": str(sites)})


@pytest.mark.slow
def test_a_url_and_a_site_file_are_fetched_and_nothing_is_written(web: RawServer, tmp_path: Path) -> None:
    done = trial(web, tmp_path, f"{web.url}a/1.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert "集市上的第1个早晨" in done.stdout
    done = trial(web, tmp_path, f"{web.url}a/9.html")
    assert (done.returncode, done.stderr) == (1, "")
    assert "reject     http_error: status 404" in done.stdout
    asked = len(web.received)
    seen = f"# seen: {web.url}a/1.html article\n# seen: {web.url}a/2.html list\n"
    done = trial(web, tmp_path, str(tmp_path / "sites" / "fair.toml"), seen=seen)
    assert (done.returncode, done.stderr) == (1, "")
    assert "article         4 links  ^/a/" in done.stdout
    assert "seen       2 lines, 1 of them wrong" in done.stdout
    assert [request.split()[1] for request in web.received[asked:]] == [b"/robots.txt", b"/"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["fair.toml", "sites"]


@pytest.mark.slow
def test_a_url_that_refuses_is_one_line(tmp_path: Path) -> None:
    with serving({}) as gone:
        pass
    done = trial(gone, tmp_path, f"{gone.url}a/1.html")
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (1, 1, "")
    assert "not fetched: " in done.stdout


def test_bad_input_is_one_line_that_says_what_is_allowed(tmp_path: Path) -> None:
    call("try", tmp_path / "out").says(2, "usage: scrapy try URL|FILE.html|SITE.toml")
    call("try", tmp_path / "out", "nothing.html").says(2, "nothing.html: neither an http(s) URL nor a file")
    call("try", tmp_path / "out", str(tmp_path)).says(2, "a folder; an HTML file is needed")
    call("try", tmp_path / "out", "none.toml").says(2, "none.toml: no such file")
    (tmp_path / "bad.toml").write_text("family = ")
    call("try", tmp_path / "out", str(tmp_path / "bad.toml")).says(2, "bad.toml: not a readable TOML file")
    (tmp_path / "page.html").write_bytes(ARTICLE.encode())
    words = (str(tmp_path / "page.html"), "--site", str(tmp_path / "bad.toml"))
    call("try", tmp_path / "out", *words).says(2, "bad.toml: not a readable TOML file")
    call("try", tmp_path / "out", "http://elsewhere.example/1.html").says(2, "no site here")
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "h.toml").write_text(SITE)
    call("try", tmp_path / "out", "http://elsewhere.example/1.html").says(2, "CONTACT")


@pytest.mark.slow
def test_a_file_is_read_as_the_page_that_it_says_it_is(tmp_path: Path) -> None:
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "h.toml").write_text(SITE)
    path = tmp_path / "page.html"
    path.write_text(ARTICLE.replace("<title>", "<link rel=canonical href='http://h.cn/a/1.html'><title>"))
    done = call("try", tmp_path / "out", str(path))
    assert (done.status, done.err) == (0, "")
    assert "site       h (news)" in done.out
    done = call("try", tmp_path / "out", str(path), "--url", "http://x.cn/1")
    assert "site       none" in done.out
    path.write_bytes(b"")
    assert call("try", tmp_path / "out", str(path)).status == 1
