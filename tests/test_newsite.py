"""`scrapy newsite`: the patterns that are drafted take the articles of a site and nothing else, and the file works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.newsite import Case, demo, generated, measure
from crawler.archive.reader import records
from crawler.drafting.draft import draft, name_of
from crawler.drafting.fetch import Fetched
from crawler.drafting.forms import clusters, form_of, pattern_of
from crawler.drafting.survey import FEEDS, LATE_SAMPLES, LISTS, SAMPLES, Survey, registered
from crawler.extract import Page
from crawler.siteconfig.seen import contradictions
from crawler.siteconfig.site import parse_site
from tests.command_kit import call, scrapy_here
from tests.site import serve
from tests.site.crawl import SETTINGS, scrapy

GENERATED = {case.name: case for case in generated()}


@pytest.mark.slow
@pytest.mark.parametrize("case", GENERATED.values(), ids=lambda case: case.name)
def test_the_pattern_takes_articles_and_nothing_else(case: Case) -> None:
    figure, made = measure(case)
    assert figure.taken >= 0.95
    assert figure.wrong <= 0.03
    assert figure.asked <= 1 + LISTS + 3 * FEEDS + SAMPLES + LATE_SAMPLES
    text = made.toml(date(2026, 11, 27))
    site = parse_site(made.name, text, Path("drafted.toml"))
    assert contradictions(site, text) == []
    assert "# seen: " in text
    assert "# measured: " in text


@pytest.mark.slow
def test_the_demo_webs_sites_are_drafted() -> None:
    with serve() as web:
        for case in demo(web):
            figure, _ = measure(case)
            assert figure.taken >= 0.95, figure
            assert figure.wrong <= 0.03, figure


@pytest.mark.parametrize(
    ("paths", "others", "pattern"),
    [
        (
            ["/a/201001/t20100104_1.html", "/b/201012/t20101204_22.html"],
            [],
            r"^/[A-Za-z][\w-]*/\d{6}/t\d{8}_\d+\.html$",
        ),
        (["/article-11-1.html", "/article-12-1.html"], [], r"^/article-\d+-1\.html$"),
        (["/news/12345.html", "/news/22345.html"], ["/news/2.html"], r"^/news/\d{5,}\.html$"),
        (["/a/1.html", "/b/2.html", "/c/d/3.html"], [], r"^/(?:[A-Za-z][\w-]*/)+\d+\.html$"),
        (["/a/1.html", "/b/2.html"], ["/about/1.html"], r"^/(?:a|b)/\d+\.html$"),
        (["/show.php?cid=3&id=12", "/show.php?cid=14&id=13"], [], r"^/show\.php\?cid=\d+&id=\d+$"),
        (["/2026/03/04/1.htm", "/2026/12/14/2.htm"], [], r"^/\d{4}/\d\d/\d\d/\d+\.htm$"),
        (["/p/0e112a25891f", "/p/7b3c5e9a1f00"], [], r"^/p/[0-9a-f]{12}$"),
        (["//special/arc-1.html", "/special/arc-2.html"], [], r"^/+special/arc-\d+\.html$"),
        (["/w/%E4%BD%9C/1", "/w/%E8%8C%83%E6%96%87/2"], [], r"^/w/(?:%[0-9A-F]{2})+/\d+$"),
    ],
)
def test_a_pattern_is_as_general_as_the_others_allow(paths: list[str], others: list[str], pattern: str) -> None:
    made = pattern_of([f"http://h.cn{path}" for path in paths], [f"http://h.cn{path}" for path in others])
    assert made == pattern
    assert all(re.search(made, path) for path in paths)


def test_ids_of_one_length_are_one_form_whatever_they_begin_with() -> None:
    ids = ("0e11225891", "7b3c5e9a1f", "9a8b7c6d5e", "1234567890", "abc4567890")
    [(_, urls)] = clusters(f"http://h.cn/doc/{each}.html" for each in ids).items()
    assert pattern_of(urls, []) == r"^/doc/[0-9a-f]{10}\.html$"


PATHS = st.lists(
    st.from_regex(r"/([a-z]{1,6}/){0,2}[a-z]{0,3}_?[0-9]{1,6}\.html", fullmatch=True), min_size=1, max_size=30
)


@given(PATHS)
def test_every_pattern_takes_the_links_that_it_is_made_of(paths: list[str]) -> None:
    for urls in clusters(f"http://h.cn{path}" for path in paths).values():
        pattern = pattern_of(urls, [])
        assert all(re.search(pattern, url.removeprefix("http://h.cn")) for url in urls), pattern


def test_hosts_beside_each_other() -> None:
    assert registered("news.example.com.cn") == registered("www.example.com.cn") == "example.com.cn"
    assert registered("a.example.com") == "example.com"
    assert registered("127.0.0.1:80") == "127.0.0.1:80"
    assert [name_of(host) for host in ("www.bdocx.com", "m.x-y.com.cn", "127.0.0.1:80")] == [
        "bdocx",
        "x-y",
        "127.0.0.1-80",
    ]


@pytest.mark.slow
def test_a_site_on_several_hosts_has_those_of_its_articles() -> None:
    html = "".join(
        f"<a href='http://news.h.cn/{n}/1{n}.html'>关于第{n}号夜市整治情况的报道</a><a href='http://x.cn/{n}'>外</a>"
        for n in range(9)
    )
    text = "".join(f"<p>第{n}段说明了本市夜市摊位整治的进展情况，有关部门将继续推进。</p>" for n in range(9))
    survey = Survey("http://www.h.cn/")
    while wanted := survey.wanted():
        for url, role in wanted:
            body = f"<title>夜市</title><h1>夜市整治收尾工作</h1><p>{url}</p>{text}" if role == "sample" else html
            survey.take(Fetched(url, 200, Page(url, body.encode(), "text/html; charset=utf-8")))
    assert form_of("http://news.h.cn/1/11.html") in survey.clusters()
    assert draft(survey).domains == ["www.h.cn", "news.h.cn"]


@pytest.mark.slow
def test_one_text_under_many_urls_is_no_article() -> None:
    """The page behind 添加微信 is the same for every article that links it: /wx/?aid=3."""
    html = "".join(
        f"<a href='/a/{n}.html'>关于第{n}号夜市整治情况的报道</a><a href='/wx/?aid={n}'>添加{n}号夜市的微信在线沟通</a>"
        for n in range(9)
    )
    survey = Survey("http://www.h.cn/")
    while wanted := survey.wanted():
        for url, role in wanted:
            number = "" if "/wx/" in url else url
            text = "".join(
                f"<p>{number}第{n}段说明了本市夜市摊位整治的进展情况，有关部门将继续推进。</p>" for n in range(9)
            )
            body = f"<title>夜市</title><h1>夜市整治收尾工作</h1>{text}" if role == "sample" else html
            survey.take(Fetched(url, 200, Page(url, body.encode(), "text/html; charset=utf-8")))
    assert [pattern.source for pattern in draft(survey).article] == [r"^/a/\d+\.html$"]


def test_bad_input_is_one_line_and_nothing_is_written(tmp_path: Path) -> None:
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "h.toml").write_text("family='news'\ndomains=['h.cn']\nseeds=['http://h.cn/']\narticle=['^/a']\n")
    target = ("-o", str(tmp_path / "x.toml"))
    call("newsite", tmp_path / "out").says(2, "usage: scrapy newsite URL")
    call("newsite", tmp_path / "out", "nothing", *target).says(2, "an http(s) URL such as")
    call("newsite", tmp_path / "out", "http://public.example/", *target).says(2, "CONTACT")
    call("newsite", tmp_path / "out", "http://h.cn/", "-o", "x.txt").says(2, "ends with .toml")
    call("newsite", tmp_path / "out", "http://h.cn/", "-o", str(sites / "h.toml")).says(2, "is there already")
    call("newsite", tmp_path / "out", "http://h.cn/", "-o", str(tmp_path / "no" / "x.toml")).says(2, "no such folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sites"]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "other.toml").write_text(
        "family='news'\ndomains=['127.0.0.9']\nseeds=['http://127.0.0.9/']\narticle=['^/a']\n"
    )
    return SETTINGS | {"OUTPUT_DIR": str(tmp_path / "out"), "SITES_DIR": str(tmp_path / "sites")}


@pytest.mark.slow
def test_the_draft_of_a_site_is_archived_tried_and_crawled(tmp_path: Path, settings: dict[str, str]) -> None:
    path = tmp_path / "sites" / "drafted.toml"
    with serve("douya") as web:
        done = scrapy("newsite", f"{web['douya']}/", "-o", str(path), settings=settings)
        assert (done.returncode, done.stderr) == (0, "")
        assert r"^/d-\d+\.html$" in done.stdout
        assert list(_roles(tmp_path / "out")).count("sample") == SAMPLES
        assert scrapy("try", str(path), settings=settings).returncode == 0
        truth = {url for url in web.truth() if "/download/" not in url}
        done = scrapy("crawl", "wenku", settings=settings)
        assert done.returncode == 0, done.stderr
    verified = scrapy_here("verify", "--processes", "1", settings=settings)
    assert f"{len(truth) + 4} rows and rejects" in verified.stdout, verified.stdout
    assert verified.returncode == 0


def _roles(output: Path) -> Iterator[str]:
    for path in (output / "warc").rglob("*.warc.gz"):
        yield from (stored.metadata["role"] for stored in records(path))


@pytest.mark.slow
def test_a_site_that_refuses_or_has_no_articles_gives_no_file(tmp_path: Path, settings: dict[str, str]) -> None:
    path = tmp_path / "x.toml"
    done = scrapy("newsite", "http://127.0.0.1:9/", "-o", str(path), settings=settings)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert "nothing was drafted" in done.stderr
    with serve("douya") as web:
        done = scrapy("newsite", f"{web['douya']}/login", "-o", str(path), settings=settings)
        assert done.returncode == 1
    assert not path.exists()
    assert scrapy_here("verify", "--processes", "1", settings=settings).returncode == 0
