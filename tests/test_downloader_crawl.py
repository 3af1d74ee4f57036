"""The downloader in a crawl: each response is a record first, and hosts are asked as they want to be asked."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE, TimeoutExpired
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator

from crawler.archive.reader import Stored, records
from tests.raw_server import Answer, RawServer, serving

pytestmark = pytest.mark.slow

PAGE = Answer([b"HTTP/1.1 200 OK\r\nx-Odd:  Case\r\nContent-Length: 4\r\n\r\npage"], "keep")
BLOCK = "<title>网站防火墙</title><p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>".encode("gb18030")


def answer(status: int, body: bytes = b"", *headers: str) -> Answer:
    lines = [f"HTTP/1.1 {status} Whatever", *headers, f"Content-Length: {len(body)}", "", ""]
    return Answer(["\r\n".join(lines).encode() + body], "keep")


def crawl(
    server: RawServer, output: Path, *paths: str, meta: dict[str, Any] | None = None, term: int = 0, **settings: Any
) -> Any:
    """`term`: how many requests the server is to have received when the crawl gets SIGTERM; 0: it gets none."""
    task = {
        "requests": [{"url": server.url.rstrip("/") + path, "meta": meta or {}} for path in paths],
        "settings": {"OUTPUT_DIR": str(output), "ALLOW_PRIVATE_ADDRESSES": True} | settings,
    }
    command = [sys.executable, "-m", "tests.crawl_pages"]
    with subprocess.Popen(command, text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(task))
        process.stdin.close()
        process.stdin = None
        if term:
            while process.poll() is None and len(server.received) < term:
                time.sleep(0.01)
            process.terminate()
        try:
            out, errors = process.communicate(timeout=300)
        except TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 0, errors
    return json.loads(out)


def stored(output: Path) -> list[Stored]:
    return [record for path in sorted((output / "warc").rglob("*.warc.gz")) for record in records(path)]


def asked(server: RawServer) -> list[str]:
    return [request.split(b" ")[1].decode() for request in server.received]


def test_every_response_is_a_record_of_what_went_over_the_wire(tmp_path: Path) -> None:
    odd = b"HTTP/1.1 200 Alles Gut\r\nno colon here\r\nx-A: \xd0\xc2\r\nX-a:2\r\nContent-Length: 4\r\n\r\n"
    answers = {
        "/robots.txt": [answer(200, b"User-agent: *\nDisallow: /no\n")],
        "/a": [answer(302, b"", "Location: /b")],
        "/b": [Answer([odd + b"page"], "keep")],
        "/cut": [Answer([b"HTTP/1.0 200 OK\nContent-Length: 9\n\ncut"], "close")],
    }
    with serving(answers) as server:
        meta = {"site": "demo", "family": "news", "role": "article", "via": "http://list/"}
        result = crawl(server, tmp_path, "/a", "/missing", "/cut", "/no", meta=meta)
        sent = list(server.received)
    assert [outcome.get("status") for outcome in result["outcomes"]] == [200, 404, 200, None]
    pages = stored(tmp_path)
    assert [page.url.removeprefix(server.url) for page in pages] == ["robots.txt", "a", "b", "missing", "cut"]
    assert pages[2].head == odd
    assert pages[2].body == b"page"
    assert pages[4].truncated == "disconnect"
    assert [page.metadata["role"] for page in pages] == ["robots", *["article"] * 4]
    assert {page.metadata["site"] for page in pages} == {"demo"}
    assert [page.metadata.get("via") for page in pages] == [
        None,
        "http://list/",
        server.url + "a",
        *["http://list/"] * 2,
    ]
    assert result["outcomes"][0]["capture"]["record_id"] == pages[2].capture.record_id
    assert result["stats"]["archive/records"] == 5
    assert result["stats"]["archive/truncated/disconnect"] == 1
    requests = []
    for path in (tmp_path / "warc").rglob("*.warc.gz"):
        with path.open("rb") as file:
            requests += [
                r.reader.read() for r in ArchiveIterator(file, parse_http=False) if r.headers["WARC-Type"] == "request"
            ]
    assert requests == sent


def test_an_archive_that_cannot_be_written_ends_the_crawl(tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("in the way")
    with serving({"/1": [PAGE], "/2": [PAGE]}) as server:
        result = crawl(server, tmp_path, "/1", "/2", ROBOTSTXT_OBEY=False)
        assert asked(server) == ["/1"]
    assert result["outcomes"][0]["error"] == "ArchiveError"
    assert result["stats"]["finish_reason"] == "storage_failed"


def test_robots_txt_is_asked_once_and_obeyed_with_its_delay(tmp_path: Path) -> None:
    robots = answer(200, b"\xef\xbb\xbfUser-agent: *\nCrawl-delay: 0.2\nDisallow: /no\nSitemap: /s.xml\n")
    with serving({"/robots.txt": [robots], "/1": [PAGE], "/2": [PAGE], "/no": [PAGE]}) as server:
        result = crawl(server, tmp_path, "/1", "/no", "/2")
        assert asked(server) == ["/robots.txt", "/1", "/2"]
    assert result["stats"]["robotstxt/forbidden"] == 1
    assert result["delays"] == {"127.0.0.1": 0.2}


@pytest.mark.parametrize(("status", "fetched"), [(404, True), (403, True), (410, True), (503, False), (500, False)])
def test_no_robots_txt_permits_and_an_unreachable_one_forbids(tmp_path: Path, status: int, fetched: bool) -> None:
    with serving({"/robots.txt": [answer(status)] * 9, "/1": [PAGE], "/2": [PAGE]}) as server:
        result = crawl(server, tmp_path, "/1", "/2")
        assert ("/1" in asked(server)) is fetched
    if not fetched:
        assert [outcome["error"] for outcome in result["outcomes"]] == ["HostBackoffError"] * 2
        assert result["rests"] == [f"127.0.0.1: robots.txt answered {status}"]
        assert asked(server).count("/robots.txt") == 3  # the first and Scrapy's two retries; none for the second page


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for_and_costs_no_retry(tmp_path: Path, status: int) -> None:
    busy = answer(status, b"", "Retry-After: 1")
    with serving({"/1": [busy, busy, PAGE], "/2": [PAGE]}) as server:
        result = crawl(server, tmp_path, "/1", "/2", ROBOTSTXT_OBEY=False, RETRY_TIMES=1)
        assert asked(server) == ["/1", "/1", "/1", "/2"]
    assert [(outcome["status"], outcome["retries"]) for outcome in result["outcomes"]] == [(200, 0), (200, 0)]
    assert result["stats"]["elapsed_time_seconds"] >= 2
    assert [page.status for page in stored(tmp_path)] == [status, status, 200, 200]


def test_a_long_retry_after_gives_the_host_back(tmp_path: Path) -> None:
    with serving({"/1": [answer(429, b"", "Retry-After: 3600")], "/2": [PAGE]}) as server:
        result = crawl(server, tmp_path, "/1", "/2", ROBOTSTXT_OBEY=False)
        assert asked(server) == ["/1"]
    assert [outcome["error"] for outcome in result["outcomes"]] == ["HostBackoffError"] * 2
    assert result["rests"] == ["127.0.0.1: status 429, asked to wait 3600 s"]


def test_blocked_pages_are_delivered_not_retried_and_rest_the_host(tmp_path: Path) -> None:
    answers = {f"/{n}": [answer(503, BLOCK)] for n in range(5)} | {"/fine": [PAGE]}
    with serving(answers) as server:
        result = crawl(server, tmp_path, "/0", "/fine", "/1", "/2", "/3", "/4", ROBOTSTXT_OBEY=False)
        assert asked(server) == ["/0", "/fine", "/1", "/2", "/3"]
    names = [outcome.get("blocked") or outcome.get("error") for outcome in result["outcomes"]]
    assert names == ["firewall", None, "firewall", "firewall", "firewall", "HostBackoffError"]
    assert result["stats"]["blocked/firewall"] == 4
    assert result["rests"] == ["127.0.0.1: blocked by firewall, 3 times in a row"]
    assert "retry/count" not in result["stats"]


def test_autothrottle_does_not_make_a_slow_site_faster(tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": 0.01,
        "DOWNLOAD_SLOTS": {"127.0.0.1": {"delay": 0.3}},
    }
    with serving({f"/{n}": [PAGE] for n in range(4)}) as server:
        result = crawl(server, tmp_path, "/0", "/1", "/2", "/3", ROBOTSTXT_OBEY=False, **settings)
    assert result["delays"]["127.0.0.1"] >= 0.3


def test_a_crawl_that_is_told_to_end_waits_for_no_delay_and_no_hung_server(tmp_path: Path) -> None:
    hung = Answer([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"], "hang")
    robots = answer(200, b"User-agent: *\nCrawl-delay: 60\n")
    with serving({"/robots.txt": [robots], "/1": [PAGE], "/hung": [hung]}) as server:
        delayed = crawl(server, tmp_path / "a", "/1", "/2", term=1)
        stuck = crawl(server, tmp_path / "b", "/hung", term=2, ROBOTSTXT_OBEY=False)
    for result in (delayed, stuck):
        assert [outcome["error"] for outcome in result["outcomes"]] == ["CrawlEndsError"]
        assert result["stats"]["finish_reason"] == "shutdown"
    assert stored(tmp_path / "b") == []
