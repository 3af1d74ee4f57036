"""One page, record, row or component fails alone, is counted, and makes the exit status; the rest goes on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crawler.archive.exchange import Exchange
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Outcome
from crawler.frontier.address import default_url
from crawler.frontier.database import open_database
from crawler.frontier.recover import recover
from crawler.reextract.files import Job, Rows
from crawler.sandbox.processor import Processor
from pipelines.dataset.manifest import load_manifests
from pipelines.process import attempt, join_pages
from tests.command_kit import scrapy_here
from tests.raw_server import Answer, serving
from tests.site.crawl import SETTINGS, scrapy
from tests.test_dataset import article, full

LINES = (
    "清晨的集市总是先从鱼摊热闹起来，水桶里的鲫鱼拍着尾巴，溅湿了过路人的裤脚，谁也不生气。",
    "卖豆腐的老人掀开白布一角，热气冒了出来，他不吆喝，只等熟客走近，递上一只碗。",
    "到了晌午人渐渐散去，扫街的姑娘把菜叶归成一堆，石板路又露出青色来。",
)


def page(number: int) -> bytes:
    text = "".join(f"<p>{line}</p>" for line in LINES)
    return f"<html><meta charset=utf-8><h1>集市上的第{number}个早晨</h1>{text}</html>".encode()


def answer(body: bytes) -> Answer:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    return Answer([head + body], "keep")


def crawl(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Five articles, one of them of two pages, whose site is then there no more."""
    links = "".join(f"<a href='/a/{n}.html'>第{n}篇</a>" for n in range(5)).encode()
    pages = {"/": [answer(b"<html>" + links)]} | {f"/a/{n}.html": [answer(page(n))] for n in range(4)}
    pages["/a/4.html"] = [answer(page(4).replace(b"</html>", "<a href='4_2.html'>下一页</a></html>".encode()))]
    pages["/a/4_2.html"] = [answer(page(42))]
    with serving(pages) as server:
        (tmp_path / "fair.toml").write_text(
            f"family = 'news'\ndomains = ['127.0.0.1:{server.port}']\nseeds = ['{server.url}']\n"
            "article = ['^/a/[0-9]\\.html']\n"
        )
        return scrapy("crawl", "news", *words, settings=settings_of(tmp_path))


def settings_of(tmp_path: Path) -> dict[str, str]:
    return SETTINGS | {"OUTPUT_DIR": str(tmp_path / "out"), "SITES_DIR": str(tmp_path)}


def page_counts(tmp_path: Path) -> list[int]:
    found: list[int] = pq.read_table(tmp_path / "out" / "articles").column("page_count").to_pylist()
    return sorted(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "component", "rows", "said"),
    [
        ("ITEM_PIPELINES", {"tests.failing.FailsForOneItem": 50}, [1, 1, 1, 2], "RuntimeError: this one item"),
        ("EXTENSIONS", {"tests.failing.FailsAtTheEnd": 1}, [1, 1, 1, 1, 2], "RuntimeError: an extension failed"),
    ],
)
def test_a_component_that_raises_makes_the_exit_status(
    tmp_path: Path, name: str, component: Mapping[str, int], rows: list[int], said: str
) -> None:
    done = crawl(tmp_path, "-s", f"{name}={json.dumps(component)}")
    assert done.returncode == 3, done.stderr
    assert said in done.stderr.splitlines()[-1]
    assert page_counts(tmp_path) == rows
    [report] = (tmp_path / "out" / "state" / "runs").glob("*.json")
    assert any(said in line for line in json.loads(report.read_bytes())["failed_alone"])


@pytest.mark.slow
def test_without_a_manifest_no_run_ends_with_0_and_the_next_one_makes_its_rows(tmp_path: Path) -> None:
    done = crawl(tmp_path, "-s", f"ITEM_PIPELINES={json.dumps({'tests.failing.FailsInClose': 950})}")
    assert done.returncode == 4, done.stderr
    assert "no manifest was written" in done.stderr.splitlines()[-1]
    assert load_manifests(tmp_path / "out") == {}
    done = scrapy("crawl", "news", settings=settings_of(tmp_path))  # its site is gone: nothing new can be fetched
    assert done.returncode == 3, done.stderr
    assert page_counts(tmp_path) == [1, 1, 1, 1, 2]


@pytest.mark.slow
def test_pages_that_a_limit_of_the_users_cuts_are_told(tmp_path: Path) -> None:
    """Every article was cut to its first bytes, and the run ended with 0."""
    done = crawl(tmp_path, "-s", "DOWNLOAD_MAXSIZE=300")
    assert done.returncode == 3, done.stderr
    assert "so that the rest is missing: 5 of 5 article pages, 0 lists" in done.stderr.splitlines()[-1]
    [report] = (tmp_path / "out" / "state" / "runs").glob("*.json")
    assert json.loads(report.read_bytes())["sites"]["fair"]["cut"] == {"article": 5}


@pytest.mark.slow
def test_components_of_the_command_line_stand_beside_the_projects(tmp_path: Path) -> None:
    done = crawl(tmp_path, "-s", f"ITEM_PIPELINES={json.dumps({'pipelines.stages.DatasetPipeline': None})}")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pipelines.stages.DatasetPipeline cannot be switched off" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_step_or_a_join_that_raises_is_a_reject_of_this_article() -> None:
    def step(_: object) -> None:
        raise OverflowError("too large")

    rejected = attempt(step, article(1))  # type: ignore[arg-type]
    assert (rejected.reason, rejected.detail) == ("broken", "OverflowError: too large")  # type: ignore[union-attr]
    outcome = join_pages([Outcome([article(1)]), Outcome([article(2, text=None)])], complete=True)
    assert outcome.reject is not None
    assert outcome.reject.reason == "broken"


def test_a_row_that_cannot_be_stored_is_a_reject_and_the_others_are_rows(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    rows = Rows(Job(tmp_path, tmp_path, "20261120T080000Z-news-3f9a2c", now), 0, Processor())
    text = "。\n".join(LINES * 3)
    for number, pages in ((1, 1), (2, 2**40), (3, 3)):
        capture = replace(full().captures[0], record_id=f"<{number}>")
        made = article(number, page_count=pages, text=text)
        rows.add(Outcome([made]), [capture], "demo", "news")
    rows.finish()
    assert sorted(pq.read_table(tmp_path / "articles").column("page_count").to_pylist()) == [1, 3]
    [reject] = pq.read_table(tmp_path / "rejects").to_pylist()
    assert (reject["reason"], reject["capture"]["record_id"]) == ("broken", "<2>")
    assert "page_count" in reject["detail"]
    assert (rows.counts["broken"], rows.counts["articles"]) == (1, 2)


def exchange(number: int, *metadata: tuple[str, str]) -> Exchange:
    body = page(number)
    return Exchange(
        url=f"http://127.0.0.1/a/{number}.html",
        fetched_at=datetime(2026, 11, 20, 8, number, tzinfo=UTC),
        request=b"GET / HTTP/1.1\r\n\r\n",
        response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body),
        body=body,
        ip=None,
        protocols=("http/1.1",),
        cipher=None,
        truncated=None,
        metadata=(("site", "fair"), ("family", "news"), ("role", "article"), *metadata),
    )


@pytest.mark.slow  # recovery has a process beside it
def test_recovery_sets_aside_what_it_cannot_read_and_makes_the_other_rows(tmp_path: Path) -> None:
    output, sites = tmp_path / "out", tmp_path / "sites"
    sites.mkdir()
    (sites / "fair.toml").write_text(
        "family = 'news'\ndomains = ['127.0.0.1']\nseeds = ['http://127.0.0.1/']\narticle = ['^/a/']\n"
    )
    first = WarcWriter(output / "warc" / "news", prefix="news", run_id="20261120T080000Z-news-aaaaaa", info={})
    for each in (exchange(1), exchange(2, ("first-record", "<x>"), ("page", "zwei")), exchange(3)):
        first.write(each)
    second = WarcWriter(output / "warc" / "news", prefix="news", run_id="20261120T090000Z-news-bbbbbb", info={})
    captures = [second.write(exchange(number)) for number in (4, 5)]
    [_], [torn] = first.close(), second.close()
    whole = bytearray(torn.read_bytes())
    whole[captures[1].offset + captures[1].length // 2] ^= 0xFF
    torn.write_bytes(whole)
    damage: list[str] = []
    engine = open_database(default_url(output))
    lines = recover(output, engine, sites, damage)
    assert "recovered 3 articles" in lines[0]
    assert sorted(pq.read_table(output / "articles").column("title").to_pylist()) == [
        f"集市上的第{n}个早晨" for n in (1, 3, 4)
    ]
    assert len(damage) == 2, damage
    assert "is set aside: ValueError" in damage[0]
    assert torn.name in damage[1]
    assert recover(output, engine, sites, again := []) == []  # the next start has nothing to stumble over
    assert again == []
    engine.dispose()
    assert len(load_manifests(output)) == 1


@pytest.mark.slow
def test_a_304_that_nobody_asked_for_is_a_reject_in_the_crawl_and_after_it(tmp_path: Path) -> None:
    unasked = Answer([b"HTTP/1.1 304 Not Modified\r\nETag: 'x'\r\n\r\n"], "keep")
    links = b"<html><a href=/a/0.html>a</a><a href=/a/1.html>b</a><a href=/a/2.html>c</a>"
    further = page(2).replace(b"</html>", "<a href='2_2.html'>下一页</a></html>".encode())
    pages = {"/": [answer(links)], "/a/0.html": [unasked], "/a/1.html": [answer(page(1))]}
    pages |= {"/a/2.html": [answer(further)], "/a/2_2.html": [unasked]}
    with serving(pages) as server:
        (tmp_path / "fair.toml").write_text(
            f"family = 'news'\ndomains = ['127.0.0.1:{server.port}']\nseeds = ['{server.url}']\n"
            "article = ['^/a/[0-9]\\.html']\n"
        )
        done = scrapy("crawl", "news", settings=settings_of(tmp_path))
    assert "Traceback" not in done.stderr
    assert page_counts(tmp_path) == [1, 1]
    rejects = pq.read_table(tmp_path / "out" / "rejects").to_pylist()
    assert sorted((row["url"].rpartition("/")[2], row["detail"]) for row in rejects) == [
        ("0.html", "status 304"),
        ("2_2.html", "status 304"),
    ]
    checked = scrapy_here("verify", "--processes", "1", settings=settings_of(tmp_path))
    assert checked.returncode == 0, checked.stdout
    fresh = scrapy_here(
        "reextract", "--to", str(tmp_path / "fresh"), "--processes", "1", settings=settings_of(tmp_path)
    )
    assert fresh.returncode == 0, fresh.stderr
    made = pq.read_table(tmp_path / "fresh" / "rejects").to_pylist()
    assert {(row["url"], row["detail"]) for row in made} == {(row["url"], row["detail"]) for row in rejects}
