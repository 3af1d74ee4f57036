"""Scrapy's own tools work inside the project and leave nothing behind; feeds have every row; own code has its place."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from pipelines.dataset.schema import SCHEMA
from tests.raw_server import Answer, RawServer, serving
from tests.site.crawl import PROJECT, SETTINGS, scrapy
from tests.test_units_fail_alone import answer, page

pytestmark = pytest.mark.slow

ROWS = 4
OWN_SPIDER = """
from crawler.spiders.base import TemplateSpider

class Mine(TemplateSpider):
    name = "mine"
    family = "news"
"""
PLAIN_SPIDER = """
import scrapy

class Plain(scrapy.Spider):
    name = "plain"

    def parse(self, response):
        yield {"title": response.css("h1::text").get()}
"""


@pytest.fixture
def web() -> Iterator[RawServer]:
    links = "".join(f"<a href='/a/{n}.html'>第{n}篇</a>" for n in range(ROWS)).encode()
    pages = {"/": [answer(b"<html>" + links)] * 9} | {f"/a/{n}.html": [answer(page(n))] * 9 for n in range(ROWS)}
    pages["/a/9.html"] = [answer(b"<html><h1>404</h1>")] * 9
    with serving(pages) as server:
        yield server


def settings_of(web: RawServer, folder: Path) -> dict[str, str]:
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "sites" / "fair.toml").write_text(
        f"family = 'news'\ndomains = ['127.0.0.1:{web.port}']\nseeds = ['{web.url}']\narticle = ['^/a/']\n"
    )
    return SETTINGS | {"OUTPUT_DIR": str(folder / "out"), "SITES_DIR": str(folder / "sites")}


def test_fetch_parse_and_shell_show_a_page_and_leave_nothing(web: RawServer, tmp_path: Path) -> None:
    settings = settings_of(web, tmp_path)
    done = scrapy("fetch", "--nolog", f"{web.url}a/1.html", settings=settings)
    assert (done.returncode, done.stdout.strip()) == (0, page(1).decode())
    done = scrapy("parse", "--nolog", "--nocolour", f"{web.url}a/2.html", settings=settings)
    assert "集市上的第2个早晨" in done.stdout
    assert "'site': 'fair'" in done.stdout
    done = scrapy("parse", "--nolog", "--nocolour", web.url, settings=settings)
    assert "'reason': 'list_page'" in done.stdout or "'reason': 'too_short'" in done.stdout
    assert f"<GET {web.url}a/3.html>" in done.stdout
    code = "response.status, spider.name"
    done = scrapy("shell", "--nolog", "-c", code, f"{web.url}a/1.html", settings=settings)
    assert done.stdout.strip() == "(200, 'default')"
    assert not (tmp_path / "out").exists()


def test_parse_says_whose_the_url_is_not(web: RawServer, tmp_path: Path) -> None:
    done = scrapy("parse", "--nolog", "http://127.0.0.2/a.html", settings=settings_of(web, tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith("scrapy parse: http://127.0.0.2/a.html: on the hosts of no site")


@pytest.mark.parametrize(
    "words", [("fetch",), ("view",), ("parse", "--spider", "news"), ("shell", "-c", "response.status")]
)
def test_a_page_that_did_not_come_is_one_line_and_no_success(
    words: tuple[str, ...], web: RawServer, tmp_path: Path
) -> None:
    settings = settings_of(web, tmp_path) | {"ALLOW_PRIVATE_ADDRESSES": "0"}
    done = scrapy(*words, "--nolog", f"{web.url}a/1.html", settings=settings)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"not fetched: {web.url}a/1.html: ")
    assert "refused to connect to 127.0.0.1: loopback" in line
    assert web.received == []


@pytest.mark.parametrize("url", ["http://[::1", "http://x:99999/", "http://x:port/"])
def test_what_is_no_url_is_one_line(url: str, web: RawServer, tmp_path: Path) -> None:
    settings = settings_of(web, tmp_path)
    done = scrapy("fetch", "--nolog", url, settings=settings)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f"{url}: no URL: " in done.stderr
    for name, *words in (("crawl", "news", "-s", f"FRONTIER_URL={url}"), ("extract", url.replace("http", "s3"))):
        done = scrapy(name, *words, settings=settings)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr


def test_the_tools_are_as_safe_as_a_crawl(web: RawServer, tmp_path: Path) -> None:
    settings = settings_of(web, tmp_path)
    done = scrapy("fetch", f"{web.url}a/1.html", "-s", "CONTACT=nobody", settings=settings)
    assert done.returncode == 2
    assert "CONTACT='nobody': a mail address or a URL is needed" in done.stderr


def test_a_robots_txt_forbids_the_tools_too(tmp_path: Path) -> None:
    rules = b"User-agent: *\nDisallow: /\n"
    forbids = Answer([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(rules) + rules], "keep")
    with serving({"/robots.txt": [forbids], "/a/1.html": [answer(page(1))]}) as server:
        done = scrapy("fetch", "--nolog", f"{server.url}a/1.html", settings=settings_of(server, tmp_path))
        assert (done.returncode, done.stdout) == (1, "")
        assert [request.split()[1] for request in server.received] == [b"/robots.txt"]


def test_runspider_runs_a_spider_of_scrapys_own_kind(web: RawServer, tmp_path: Path) -> None:
    words = ("-O", str(tmp_path / "plain.jsonl"))
    text = PLAIN_SPIDER.replace('name = "plain"', f'name = "plain"\n    start_urls = ["{web.url}a/1.html"]')
    (tmp_path / "plain.py").write_text(text)
    done = scrapy("runspider", str(tmp_path / "plain.py"), *words, settings=settings_of(web, tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "plain.jsonl").read_text()) == {"title": "集市上的第1个早晨"}
    assert not (tmp_path / "out").exists()


def test_an_address_that_is_refused_to_an_own_spider_is_one_line(web: RawServer, tmp_path: Path) -> None:
    text = PLAIN_SPIDER.replace('name = "plain"', f'name = "plain"\n    start_urls = ["{web.url}a/1.html"]')
    (tmp_path / "plain.py").write_text(text)
    settings = settings_of(web, tmp_path) | {
        "ALLOW_PRIVATE_ADDRESSES": "0",
        "ROBOTSTXT_OBEY": "0",
        "LOG_LEVEL": "ERROR",
    }
    done = scrapy("runspider", str(tmp_path / "plain.py"), settings=settings)
    [line] = done.stderr.splitlines()
    assert f"Error downloading <GET {web.url}a/1.html>: " in line
    assert "refused to connect to 127.0.0.1: loopback" in line


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ("", 0, ""),
        ("\n        1 / 0", 3, "an error in a component: Spider error processing"),
        ("\n    start_urls = ['http://127.0.0.1:1/']", 3, "no page came; the log says why"),
    ],
)
def test_an_own_spiders_exit_status_tells_what_scrapy_only_logs(
    change: str, status: int, said: str, web: RawServer, tmp_path: Path
) -> None:
    text = PLAIN_SPIDER.replace('name = "plain"', f'name = "plain"\n    start_urls = ["{web.url}a/1.html"]')
    (tmp_path / "own_plain.py").write_text(text.rstrip() + change + "\n")
    settings = settings_of(web, tmp_path) | {"SPIDER_MODULES": "own_plain", "RETRY_ENABLED": "0"}
    pairs = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"}
    command = [sys.executable, "-m", "scrapy", "crawl", "plain", *pairs]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    last = done.stderr.splitlines()[-1]
    assert (last.startswith(f"scrapy crawl plain: exit status {status}: {said}")) == bool(status)


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        ("s4://bucket/rows.jsonl", "Unknown feed storage scheme: s4"),
        ("rows.nothing", "Unrecognized output format 'nothing'"),
        ("/dev/null/rows.jsonl", "Not a directory"),
        ("/tmp:jsonlines", "Is a directory"),
        ("s3://bucket/rows.jsonl", "Disabled feed storage scheme: s3. Reason: missing boto3 library"),
    ],
)
def test_a_feed_that_cannot_be_written_is_refused_before_the_crawl(
    feed: str, said: str, web: RawServer, tmp_path: Path
) -> None:
    done = scrapy("crawl", "news", "-o", feed, settings=settings_of(web, tmp_path))
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert web.received == []
    assert not (tmp_path / "out").exists()


def test_a_crawl_that_its_memory_ends_says_so_and_the_next_goes_on(web: RawServer, tmp_path: Path) -> None:
    settings = settings_of(web, tmp_path)
    done = scrapy("crawl", "news", settings=settings | {"MEMUSAGE_LIMIT_MB": "10"})
    assert done.returncode == 3
    assert "Exit status 3: ended early: more memory than MEMUSAGE_LIMIT_MB=10" in done.stderr
    assert scrapy("crawl", "news", settings=settings).returncode == 0
    assert pq.read_table(tmp_path / "out" / "articles").num_rows == ROWS


def test_bench_measures_the_machine_without_being_told_more(tmp_path: Path) -> None:
    done = scrapy("bench", settings={"OUTPUT_DIR": str(tmp_path / "out"), "CLOSESPIDER_PAGECOUNT": "30"})
    assert done.returncode == 0, done.stderr
    assert "pages/min" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_feeds_have_every_row_in_the_schemas_names(web: RawServer, tmp_path: Path) -> None:
    files = {kind: tmp_path / f"rows.{kind}" for kind in ("jsonl", "json", "csv", "xml")}
    words = [each for path in files.values() for each in ("-O", str(path))]
    done = scrapy("crawl", "news", *words, settings=settings_of(web, tmp_path))
    assert done.returncode == 0, done.stderr
    stored = pq.read_table(tmp_path / "out" / "articles").drop_columns(["crawl_month"]).to_pylist()
    lines = [json.loads(line) for line in files["jsonl"].read_text().splitlines()]
    assert len(lines) == len(stored) == ROWS
    assert json.loads(files["json"].read_text()) == lines
    columns = [name for name in SCHEMA.names if name != "signature"]
    assert [list(line) for line in lines] == [columns] * ROWS
    by_id = {row["id"]: row for row in stored}
    for line in lines:
        row = by_id[line["id"]]
        assert line["text"] == row["text"]
        assert line["fetched_at"] == row["fetched_at"].isoformat()
        assert line["captures"][0]["offset"] == row["captures"][0]["offset"]
    with files["csv"].open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [line["title"] for line in table] == [line["title"] for line in lines]
    assert [json.loads(line["captures"]) for line in table] == [line["captures"] for line in lines]
    items = ElementTree.parse(files["xml"]).getroot()
    assert [item.findtext("id") for item in items] == [line["id"] for line in lines]


def test_a_feed_that_cannot_be_written_makes_the_exit_status(web: RawServer, tmp_path: Path) -> None:
    """/dev/full can be opened."""
    done = scrapy("crawl", "news", "-o", "/dev/full:jsonlines", settings=settings_of(web, tmp_path))
    assert done.returncode == 3, done.stderr
    assert pq.read_table(tmp_path / "out" / "articles").num_rows == ROWS


def test_rejects_are_in_a_feed_that_asks_for_them(web: RawServer, tmp_path: Path) -> None:
    feeds = {
        str(tmp_path / "rejects.csv"): {"format": "csv", "item_filter": "crawler.feeds.RejectFilter"},
        str(tmp_path / "rows.csv"): {"format": "csv"},
    }
    settings = settings_of(web, tmp_path)
    words = ("-a", f"url={web.url}a/9.html", "-s", f"FEEDS={json.dumps(feeds)}")
    done = scrapy("crawl", "news", *words, settings=settings)
    assert done.returncode == 3
    assert "Exit status 3: no row: too_short" in done.stderr
    with (tmp_path / "rejects.csv").open(newline="") as file:
        [reject] = csv.DictReader(file)
    assert (reject["url"], reject["site"]) == (f"{web.url}a/9.html", "fair")
    assert not (tmp_path / "rows.csv").exists() or not (tmp_path / "rows.csv").read_text()


def own(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "own_spiders.py").write_text(OWN_SPIDER + PLAIN_SPIDER)
    return {"PYTHONPATH": str(tmp_path)}


def test_a_subclass_is_crawled_by_its_name(web: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", own(tmp_path)["PYTHONPATH"])
    done = scrapy("crawl", "mine", "-s", "SPIDER_MODULES=own_spiders", settings=settings_of(web, tmp_path))
    assert done.returncode == 0, done.stderr
    assert pq.read_table(tmp_path / "out" / "articles").num_rows == ROWS
    done = scrapy("crawl", "nobody", "-s", "SPIDER_MODULES=own_spiders", settings=settings_of(web, tmp_path))
    assert done.returncode == 2
    assert done.stderr == "scrapy crawl: no spider 'nobody'; there are fanwen, mine, news, plain, wenku\n"


def test_jobdir_is_refused_and_says_why(web: RawServer, tmp_path: Path) -> None:
    done = scrapy("crawl", "news", "-s", "JOBDIR=x", settings=settings_of(web, tmp_path))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "the frontier in OUTPUT_DIR/state goes on where a run stopped" in done.stderr


SCRIPT = """
import json, sys
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings

settings = get_project_settings()
settings.setdict(json.loads(sys.argv[1]), priority="cmdline")
process = CrawlerProcess(settings)
process.crawl("news", site="fair")
process.start()
"""


def test_a_script_crawls_by_scrapys_process(web: RawServer, tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, json.dumps(settings_of(web, tmp_path))]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert pq.read_table(tmp_path / "out" / "articles").num_rows == ROWS
    [manifest] = (tmp_path / "out" / "manifests").glob("*.json")
    assert "-news-" in manifest.stem


OWN_EXTENSION = """
import os
import resource

from scrapy import signals


class NoFilesLeft:
    def __init__(self, crawler):
        crawler.signals.connect(self.opened, signals.engine_started)
        crawler.signals.connect(self.asked, signals.request_left_downloader)
        self.limits = resource.getrlimit(resource.RLIMIT_NOFILE)

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def opened(self):
        free = os.open(os.devnull, os.O_RDONLY)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, self.limits[1]))

    def asked(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, self.limits)
"""


def test_a_machine_that_has_no_file_left_ends_the_crawl_and_no_page_is_charged_with_it(
    web: RawServer, tmp_path: Path
) -> None:
    """The pages were due again an hour later, and the crawl ended with 0."""
    (tmp_path / "own_limits.py").write_text(OWN_EXTENSION)
    settings = settings_of(web, tmp_path)
    pairs = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"}
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        "news",
        *pairs,
        "-s",
        'EXTENSIONS={"own_limits.NoFilesLeft": 1}',
    ]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    assert "Exit status 4: " in done.stderr
    assert "no socket to connect with: Too many open files" in done.stderr
    assert "Traceback" not in done.stderr
    done = scrapy("crawl", "news", settings=settings)
    assert done.returncode == 0, done.stderr
    assert pq.read_table(tmp_path / "out" / "articles").num_rows == ROWS
