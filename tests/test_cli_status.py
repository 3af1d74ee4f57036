"""The exit status tells the cause, and whatever the cause, what was written is whole."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pyarrow.parquet as pq
import pytest

from crawler.archive.reader import records
from pipelines.dataset.manifest import load_manifests

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PARAGRAPH = "<p>临汾市尧都区的第{n}次会议在新闻发布厅举行，会议强调要进一步加强学习，把各项工作落到实处。</p>"
ARTICLES = 12


@dataclass
class Web:
    port: int
    filler: int = 0  # bytes of each article page that cannot be compressed
    third: Event = field(default_factory=Event)  # set when the third article is asked for


@pytest.fixture
def web() -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            text = "".join(f"<a href='/a/{n}.html'>第{n}篇</a>" for n in range(ARTICLES))
            if self.path.startswith("/a/"):
                text = f"<h1>{self.path}号会议召开</h1><div>{''.join(PARAGRAPH.format(n=i) for i in range(9))}</div>"
                text += f"<!-- {os.urandom(web.filler).hex()} -->"
                asked.append(self.path)
                if len(asked) == 3:
                    web.third.set()
            body = f"<html><meta charset=utf-8><body>{text}".encode()
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    asked: list[str] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        web = Web(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield web
        server.shutdown()
        thread.join()


def start(
    web: Web,
    folder: Path,
    *,
    delay: float = 0,
    expect: str = "",
    before: Callable[[], None] | None = None,
    stderr: int = subprocess.PIPE,
) -> subprocess.Popen[str]:
    (folder / "sites").mkdir()
    (folder / "sites" / "local.toml").write_text(
        f"family = 'news'\ndomains = ['127.0.0.1:{web.port}']\nseeds = ['http://127.0.0.1:{web.port}/']\n"
        f"article = ['^/a/\\w+\\.html$']\n{expect}\n"
    )
    settings = {
        "OUTPUT_DIR": folder / "out",
        "SITES_DIR": folder / "sites",
        "ALLOW_PRIVATE_ADDRESSES": 1,
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_ENABLED": 0,
    }
    command = [sys.executable, "-m", "scrapy", "crawl", "news"]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    return subprocess.Popen(command, cwd=ROOT, stderr=stderr, text=True, preexec_fn=before)  # noqa: PLW1509


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, stderr = process.communicate(timeout=300)
    assert "Traceback" not in stderr, stderr
    return process.returncode, stderr


def report(folder: Path) -> dict[str, Any]:
    [path] = (folder / "out" / "state" / "runs").glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_done_is_0_and_leaves_rows_manifest_and_report(web: Web, tmp_path: Path) -> None:
    assert end(start(web, tmp_path, expect="expect = { min = 12, max = 12 }"))[0] == 0
    [manifest] = load_manifests(tmp_path / "out").values()
    assert (manifest.counts["articles"], manifest.sites) == (ARTICLES, ["local"])
    assert pq.read_table(tmp_path / "out" / "articles").num_rows == ARTICLES
    told = report(tmp_path)
    assert (told["exit_status"], told["cause"], told["run_id"]) == (0, "finished", manifest.run_id)
    assert told["stats"]["dataset/articles"] == ARTICLES
    assert list((tmp_path / "out" / "tmp").iterdir()) == []
    assert list((tmp_path / "out" / "state" / "locks").glob("run-*")) == []


def test_fewer_articles_than_expected_is_3_and_says_which_site(web: Web, tmp_path: Path) -> None:
    status, stderr = end(start(web, tmp_path, expect="expect = { min = 100, max = 200 }"))
    assert status == 3
    assert "local: 12 articles, expected 100 to 200" in stderr.splitlines()[-1]
    assert len(load_manifests(tmp_path / "out")) == 1  # what there is, is kept


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_crawl_in_good_order(web: Web, tmp_path: Path, signum: signal.Signals) -> None:
    process = start(web, tmp_path, delay=1)
    assert web.third.wait(300)
    process.send_signal(signum)
    assert end(process)[0] == 128 + signum
    [manifest] = load_manifests(tmp_path / "out").values()
    assert 2 <= manifest.counts["articles"] < ARTICLES
    assert pq.read_table(tmp_path / "out" / "articles").num_rows == manifest.counts["articles"]
    assert report(tmp_path)["exit_status"] == 128 + signum


def test_a_disk_that_takes_no_more_is_4(web: Web, tmp_path: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    web.filler = 100_000  # so that the archive is the first to reach the limit
    status, stderr = end(start(web, tmp_path, before=small_files))
    assert status == 4
    assert "Storage failed" in stderr
    assert ".warc.gz.open: write failed: File too large" in stderr
    [manifest] = load_manifests(tmp_path / "out").values()  # the archive ends with its last whole record
    pages = [
        stored.url
        for covered in manifest.warc
        for stored in records(tmp_path / "out" / "warc" / "news" / covered.file)
        if stored.metadata.get("role") == "article"
    ]
    assert 0 < len(pages) < ARTICLES
    assert sorted(pages) == sorted(pq.read_table(tmp_path / "out" / "articles").column("url").to_pylist())


def test_parts_that_cannot_be_written_are_4(web: Web, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "articles").write_text("in the way")
    status, stderr = end(start(web, tmp_path))
    assert status == 4
    assert "articles" in stderr.splitlines()[-1]
    assert load_manifests(tmp_path / "out") == {}
    assert report(tmp_path)["exit_status"] == 4
