"""SIGTERM ends a crawl within ten seconds, whatever it is doing, and the same command again has every row once."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.archive.reader import records
from crawler.frontier.entry import Held, held_json
from crawler.frontier.held import MOST_TIMES
from tests.command_kit import scrapy_here
from tests.raw_server import Answer, RawServer, serving
from tests.site.crawl import PROJECT, SETTINGS, rows, scrapy

pytestmark = pytest.mark.slow

PARAGRAPHS = "".join(
    f"<p>{n}月的集市从鱼摊热闹起来，水桶里的鲫鱼拍着尾巴，溅湿了过路人的裤脚，也没有人生气，只等熟客自己走近。</p>"
    for n in range(1, 7)
)
MOST = 20.0  # seconds: the crawl ends itself after ten, and a busy machine may need more for that


def html(body: str) -> Answer:
    page = f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()
    return Answer(
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page], "keep"
    )


def article(number: int) -> Answer:
    return html(f"<h1>集市上的第{number}个早晨</h1><div>{PARAGRAPHS}</div>")


ARTICLES = [f"/a/{n}.html" for n in range(20)]


def site(folder: Path, server: RawServer) -> dict[str, str]:
    sites = folder / "sites"
    sites.mkdir(exist_ok=True)
    (sites / "market.toml").write_text(
        f'family = "news"\ndomains = ["127.0.0.1:{server.port}"]\nseeds = ["{server.url}"]\narticle = [\'^/a/\']\n'
    )
    return SETTINGS | {
        "SITES_DIR": str(sites),
        "OUTPUT_DIR": str(folder / "out"),
        "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
    }


@contextmanager
def crawling(server: RawServer, settings: dict[str, str], asked: int) -> Iterator[subprocess.Popen[bytes]]:
    """A crawl that has asked for so many pages."""
    pairs = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "news", *pairs]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and len(server.received) < asked:
            time.sleep(0.01)
        try:
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[bytes], signum: int = signal.SIGTERM) -> float:
    """Send the signal; the seconds until the end of the process."""
    start = time.monotonic()
    process.send_signal(signum)
    process.wait(timeout=300)
    assert process.returncode == 128 + signum
    return time.monotonic() - start


def complete(settings: dict[str, str]) -> None:
    """The same command again: every row once."""
    done = scrapy("crawl", "news", settings=settings)
    assert done.returncode == 0, done.stderr
    found = Counter(row["url"].partition("/a/")[2] for row in rows(Path(settings["OUTPUT_DIR"])))
    assert found == Counter(path.partition("/a/")[2] for path in ARTICLES)


def agrees(settings: dict[str, str]) -> None:
    """Archive, dataset and manifests agree, and the archive gives the same rows."""
    verified = scrapy_here("verify", "--processes", "1", settings=settings)
    assert verified.returncode == 0, verified.stdout
    again = scrapy_here("reextract", "--diff", "--processes", "1", settings=settings)
    assert "0 new, 0 gone, 0 changed" in again.stdout


def market(times: int = 2) -> dict[str, list[Answer]]:
    listing = html("".join(f"<a href='{path}'>集市</a>" for path in ARTICLES))
    return {"/": [listing] * times} | {path: [article(n)] * times for n, path in enumerate(ARTICLES)}


def test_while_the_process_that_parses_is_stopped(tmp_path: Path) -> None:
    with serving(market()) as server:
        settings = site(tmp_path, server)
        with crawling(server, settings | {"DOWNLOAD_DELAY": "0.05"}, 8) as process:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            os.kill(int(children[-1]), signal.SIGSTOP)
            before = len(server.received)
            while len(server.received) == before:
                time.sleep(0.01)
            assert ended(process) < MOST
            assert not Path(f"/proc/{children[-1]}").exists()
        complete(settings)
        agrees(settings)
        assert Counter(request.split(b" ")[1] for request in server.received)[b"/a/1.html"] == 1


def test_while_another_process_holds_the_frontier_s_database(tmp_path: Path) -> None:
    with serving(market()) as server:
        settings = site(tmp_path, server)
        with crawling(server, settings | {"DOWNLOAD_DELAY": "0.05"}, 8) as process:
            database = sqlite3.connect(tmp_path / "out" / "state" / "frontier.sqlite3")
            database.execute("BEGIN IMMEDIATE")
            before = 0
            while before != len(server.received):  # until it waits for the lock
                before = len(server.received)
                time.sleep(1)
            assert ended(process) < MOST
            database.rollback()
            database.close()
        complete(settings)


def test_while_nobody_reads_its_log(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with serving(market()) as server:
        settings = site(tmp_path, server) | {"LOG_LEVEL": "DEBUG"}
        pairs = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        command = [sys.executable, "-m", "scrapy", "crawl", "news", *pairs]
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        os.write(writing, b"x" * 4096)  # full
        with subprocess.Popen(command, cwd=PROJECT, stderr=writing) as process:
            wchan = Path(f"/proc/{process.pid}/wchan")
            while "pipe_write" not in wchan.read_text():
                time.sleep(0.05)
            start = time.monotonic()
            process.terminate()
            process.wait(timeout=300)
            assert time.monotonic() - start < MOST
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_while_it_waits_for_a_delay_and_a_hung_server(signum: int, tmp_path: Path) -> None:
    hung = {"/a/0.html": [Answer([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"], "hang"), article(0)]}
    with serving(market() | hung) as server:
        settings = site(tmp_path, server)
        with crawling(server, settings, 3) as process:
            assert ended(process, signum) < MOST
        complete(settings)


def test_an_answer_during_which_the_crawl_was_killed_again_and_again_is_rejected(tmp_path: Path) -> None:
    """As killed runs leave it: three articles archived and not acknowledged, looked at once, and as often as may be."""
    with serving(market()) as server:
        settings = site(tmp_path, server)
        complete(settings)
        database = sqlite3.connect(tmp_path / "out" / "state" / "frontier.sqlite3")
        archived = {stored.url: stored.capture for path in warc_files(tmp_path) for stored in records(path)}
        for number, times in ((1, 1), (2, MOST_TIMES - 1), (3, MOST_TIMES)):
            url = f"{server.url}a/{number}.html"
            held = held_json(Held(archived[url], handed_out=times))
            database.execute("UPDATE url SET state = 'pending', record_id = NULL, held = ? WHERE url = ?", (held, url))
        database.commit()
        asked = len(server.received)
        done = scrapy("crawl", "news", settings=settings)
        assert not [request for request in server.received[asked:] if request.startswith(b"GET /a/")]
        [left] = database.execute("SELECT count(*) FROM url WHERE state = 'pending'").fetchone()
        database.close()
    assert (done.returncode, left) == (3, 0)  # 3: a page is broken
    [reject] = rows(tmp_path / "out", "rejects")
    assert (reject["url"].partition("/a/")[2], reject["reason"]) == ("3.html", "broken")
    assert reject["detail"] == f"the crawl ended {MOST_TIMES} times while it looked at the page"
    twice = Counter(row["url"].partition("/a/")[2] for row in rows(tmp_path / "out"))
    assert [path for path, number in sorted(twice.items()) if number == 2] == ["1.html", "2.html"]


def test_each_time_that_a_crawl_dies_of_an_answer_is_counted(tmp_path: Path) -> None:
    with serving(market(4)) as server:  # what is under way at each death is asked for again
        settings = site(tmp_path, server)
        for times in (None, 1, 2):  # the first is the visit itself
            pipelines = json.dumps({"tests.failing.DiesOfOneItem": 50})
            done = scrapy("crawl", "news", "-s", f"ITEM_PIPELINES={pipelines}", settings=settings)
            assert done.returncode == -signal.SIGKILL, done.stderr
            database = sqlite3.connect(tmp_path / "out" / "state" / "frontier.sqlite3")
            [held] = database.execute("SELECT held FROM url WHERE url LIKE '%/a/3.html'").fetchone()
            database.close()
            assert (json.loads(held)["handed_out"] if held else None) == times
        complete(settings)


def test_answers_are_not_counted_while_nobody_looks_at_them(tmp_path: Path) -> None:
    """Killed as soon as it asks for something, time and again, a crawl blames no page."""
    with serving(market(12)) as server:
        settings = site(tmp_path, server)
        for asked in (8, *[len(server.received) + 1] * 3):
            with crawling(server, settings, asked) as process:
                process.kill()
        complete(settings)
    assert not (tmp_path / "out" / "rejects").exists()


def warc_files(folder: Path) -> list[Path]:
    return sorted((folder / "out" / "warc").rglob("*.warc.gz"))
