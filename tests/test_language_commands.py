"""Under UI_LANGUAGE=zh no command prints an English sentence, whether it did its work or says what is wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crawler.drafting.draft import draft, table
from crawler.drafting.fetch import Fetched
from crawler.drafting.survey import Survey
from crawler.drafting.trial import try_page, try_site
from crawler.extract import Page
from crawler.frontier.address import default_url
from crawler.frontier.database import open_database
from crawler.language import language
from crawler.siteconfig.site import SiteError, parse_site
from tests import dataset_kit as kit
from tests.command_kit import Done, call
from tests.test_try import ARTICLE, SITE

CHINESE = language("zh").say
AT = datetime(2026, 9, 20, 12, tzinfo=UTC)
LIBRARIES = ("Parquet file size", "Binder Error")  # they have texts of their own
_NAMES = re.compile(r"\S*[^\sA-Za-z',;()，。；：（）“”、]\S*")  # with a sign or a number: URLs, paths, options, columns
_SENTENCE = re.compile(r"[A-Za-z']{2,}(?: [A-Za-z']{2,}){3}")


def english(text: str) -> Iterator[str]:
    """Lines with four words of Latin letters in a row."""
    lines = (line for line in text.splitlines() if not any(name in line for name in LIBRARIES))
    return (line for line in lines if _SENTENCE.search(_NAMES.sub("|", line)))


def test_an_english_sentence_is_seen() -> None:
    assert [*english("x.html: a manifest names it, and it is not there")]
    assert not [*english("OUTPUT_DIR=/a/b：没有这个目录；scrapy export --format csv -o FILE --columns id,url,title")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    site = kit.scaled(40)
    sites = kit.write_site(folder / "sites", site)
    kit.crawl(folder / "out", sites, kit.places(site)[10:30], 1, AT)
    kit.crawl(folder / "out", sites, kit.places(site)[10:14], 2, AT.replace(month=10))
    open_database(default_url(folder / "out")).dispose()
    (folder / "page.html").write_text(ARTICLE, "utf-8")
    (folder / "broken.toml").write_text("family = news\n")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


def said(name: str, folder: Path, *words: str) -> Done:
    done = call(name, folder / "out", *words, settings={"UI_LANGUAGE": "zh"})
    assert [*english(done.out + done.err)] == [], done
    return done


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("verify --quick", "一切正常"),
        ("show {1}", "存档位置"),
        ("export -o {0}/rows.jsonl", "已写出"),
        ("extract {0}/page.html -o {0}/rows.jsonl", "1 篇文章"),
        ("reextract --to {0}/again --processes 1", "未收录"),
        ("reextract --diff --html {0}/diff.html --processes 1", "变化 0"),
        ("compact", "个文件"),
        ("forget {1}", "今后不再抓取"),
        ("forget http://x.example/1.html", "今后也不会抓取"),
        ("learn --processes 1", "没有生成站点画像"),
        ("frontier status", "没有工作进程"),
        ("try {0}/page.html --url http://h.cn/a/1.html", "清洗去掉"),
        ("report", "index.html"),
        ("card", "croissant.json"),
    ],
)
def test_what_a_command_did(folder: Path, words: str, told: str) -> None:
    part = next((folder / "out" / "articles").rglob("*.parquet"))
    url = pq.read_table(part, columns=["url"])["url"][0].as_py()
    name, *rest = words.format(folder, url).split()
    done = said(name, folder, *rest)
    assert done.status == 0, done
    assert told in done.out, done
    for page in folder.glob("*.html"):
        if page.name == "diff.html":
            text = page.read_text("utf-8")
            assert '<html lang="zh-CN">' in text
            assert [*english(re.sub(r"<style>.*?</style>|<[^>]*>", "\n", text, flags=re.DOTALL))] == []


@pytest.mark.slow
def test_what_verify_finds(folder: Path) -> None:
    [first, *_] = sorted((folder / "out" / "warc").rglob("*.warc.gz"))
    first.write_bytes(first.read_bytes()[:-300])
    first.with_suffix("").with_suffix(".cdxj").unlink(missing_ok=True)
    next((folder / "out" / "articles").rglob("*.parquet")).write_bytes(b"PAR1")
    (folder / "out" / "articles" / "crawl_month=2026-09" / "a-b-c-0.parquet").write_bytes(b"")
    (folder / "out" / "warc" / "notes.txt").write_text("x")
    done = said("verify", folder, "--processes", "1")
    assert done.status == 1
    for words in ("内容与清单所记不符", "无法读取", "没有清单提到它", "没有程序会读取它", "缺少", "处问题"):
        assert words in done.out, (words, done)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "verify nosuch", "verify --processes many", "compact x", "export --format xls", "export --where nosuch",
        "export --columns nosuch", "export --since never", "export --shard-size x -o {0}/s", "extract",
        "extract {0}/no", "extract {0}/broken.toml --to {0}/to", "forget", "forget --site nosuch", "frontier",
        "frontier migrate a b",
        "learn --site nosuch", "learn x", "newsite", "newsite x", "newsite http://127.0.0.1:1/ -o {0}/no/x.toml",
        "reextract --html x", "reextract /no/such.warc.gz", "show", "show no", "show http://x.example/", "try",
        "try {0}/no.html", "try {0}/broken.toml", "try {0}/page.html --site {0}/broken.toml", "wacz", "wacz x.csv",
        "card --name", "browse --port x",
    ],
)  # fmt: skip
def test_what_is_wrong(folder: Path, words: str) -> None:
    name, *rest = words.format(folder).split()
    done = said(name, folder, *rest)
    assert done.status, done
    assert re.search(r"[\u4e00-\u9fff]", done.err), done


@pytest.mark.parametrize(
    "text",
    [
        "family = news", "x = 1", "family = 'news'", SITE + "colour = 'red'", SITE + "delay = 0.1", SITE + "expect = 3",
        SITE + "layout = 1", SITE + "[[layout]]\ntitle = 7", SITE + "[[layout]]\nuntil = 2020-01-01",
        SITE + "render_hosts = ['a.example']", SITE.replace("'^/a/'", "'^https://h.cn/a/'"),
        SITE.replace("'^/a/'", "'(a+)+$'"), SITE.replace("'^/a/'", "'('"), SITE.replace("'^/a/'", "''"),
        SITE.replace("['h.cn']", "['H.cn']"), SITE.replace("['http://h.cn/']", "['http://i.cn/']"),
        SITE.replace("['h.cn']", "['h.cn', 'h.cn']"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_site_file(text: str) -> None:
    with pytest.raises(SiteError) as refused:
        parse_site("h", text, Path("h.toml"))
    told = CHINESE(refused.value.args[0])
    assert "：" in told
    assert told != str(refused.value)
    if "TOML" not in told and "Python" not in told:  # what a library says of the syntax is its own
        assert [*english(told)] == []


def test_what_a_site_file_makes_of_its_seeds() -> None:
    site = parse_site("h", SITE, Path("h.toml"))
    seed = Page("http://h.cn/", b"<a href=/a/1.html>x</a><a href=/b/2.html>y</a>", "text/html")
    seen = f"{SITE}# seen: http://h.cn/b/2.html article\n"
    for fetched in (Fetched(seed.url, 200, seed), Fetched(seed.url, 404, seed), Fetched(seed.url, error="x")):
        trials = (try_site(site, seen, [fetched]), try_page(fetched, site), try_page(fetched, None))
        lines = [line.said(CHINESE) for trial in trials for line in trial.lines if line.label != "reject"]
        assert [*english("\n".join(lines))] == []


@pytest.mark.slow
def test_the_table_of_a_draft() -> None:
    survey = Survey("http://h.cn/")
    links = "".join(f"<li><a href=/a/{n}.html>第{n}篇：集市上的早晨和夜里</a>" for n in range(20))
    while asked := [url for url, _ in survey.wanted()]:
        for url in asked:
            number = url.removeprefix("http://h.cn/a/").removesuffix(".html")
            html = ARTICLE.replace("第0段", f"第{number}篇第0段") if number.isdecimal() else links
            survey.take(Fetched(url, 200, Page(url, html.encode(), "text/html; charset=utf-8")), ())
    told = "\n".join(table(draft(survey), CHINESE))
    assert [*english(told)] == []
    assert "个链接" in told
