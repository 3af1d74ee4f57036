"""Three machines at one frontier, through everything that can happen to them. The long form is bench/workers.py."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.extract_kit import PARAGRAPHS, html
from tests.postgresql_kit import postgresql
from tests.raw_server import Answer, serving
from tests.site.crawl import PROJECT, SETTINGS, rows, scrapy
from tests.workers import run

pytestmark = pytest.mark.slow


def test_three_machines_lose_nothing_and_stay_polite(tmp_path: Path) -> None:
    with postgresql() as server:
        figures = run(tmp_path, server, hosts=8, per_host=20, delay=0.4, lease=4.0)
    assert figures.wrong == []
    assert len(figures.events) == 6
    assert (figures.articles, figures.lost, figures.doubled) == (160, 0, 0)
    assert figures.takeovers > 0
    assert figures.too_close == []


@pytest.mark.parametrize("fate", ["killed", "frozen"])
def test_an_article_that_another_machine_had_begun_is_fetched_from_its_first_page(tmp_path: Path, fate: str) -> None:
    """Its records lie in the other machine's folder; those are superseded, so that all folders in one are true."""
    page = {number: _page(number) for number in (1, 2, 3)}
    answers = {
        "/": [_ok('<a href="/a/1.html">集市</a>')] * 9,
        "/a/1.html": [page[1]] * 9,
        "/a/1_2.html": [page[2]] * 9,
        "/a/1_3.html": [Answer([], "hang"), *[page[3]] * 9],
    }
    with postgresql() as database, serving(answers) as server:
        sites = tmp_path / "sites"
        sites.mkdir()
        (sites / "market.toml").write_text(
            f'family = "news"\ndomains = ["127.0.0.1:{server.port}"]\nseeds = ["{server.url}"]\narticle = [\'^/a/\']\n'
        )
        more = {"SITES_DIR": str(sites), "FRONTIER_URL": database.address, "FRONTIER_LEASE_SECONDS": "1"}
        settings = SETTINGS | more | {"DOWNLOAD_TIMEOUT": "5"}
        here, there, whole = (tmp_path / name for name in ("here", "there", "whole"))
        pairs = [word for pair in {**settings, "OUTPUT_DIR": str(here)}.items() for word in ("-s", "=".join(pair))]
        one = subprocess.Popen([sys.executable, "-m", "scrapy", "crawl", "news", *pairs], cwd=PROJECT)
        while not any(b"/a/1_3.html" in each for each in server.received):
            assert one.poll() is None
            time.sleep(0.05)
        one.send_signal(signal.SIGKILL if fate == "killed" else signal.SIGSTOP)
        other = scrapy("crawl", "news", settings=settings | {"OUTPUT_DIR": str(there)})
        if fate == "killed":
            one.wait()
            assert scrapy("crawl", "news", settings=settings | {"OUTPUT_DIR": str(here)}).returncode == 0
        else:
            one.send_signal(signal.SIGCONT)
            assert one.wait() in (0, 3)
        assert other.returncode == 0, other.stderr
        [row] = rows(there)
        assert (row["page_count"], row["truncated"]) == (3, False)
        for folder in (here, there):
            for name in ("warc", "articles", "rejects", "manifests"):
                if (folder / name).exists():
                    shutil.copytree(folder / name, whole / name, dirs_exist_ok=True)
        assert [each["url"] for each in rows(whole)] == [row["url"]]
        merged = settings | {"OUTPUT_DIR": str(whole)}
        checked = scrapy("verify", "--processes", "1", settings=merged)
        assert checked.returncode == 0, checked.stdout
        if fate == "killed":
            assert scrapy("reextract", "--processes", "1", settings=merged).returncode == 0
            assert [each["text"] for each in rows(whole)] == [row["text"]]


def _page(number: int) -> Answer:
    further = f'<a href="/a/1_{number + 1}.html">下一页</a>' if number < 3 else ""
    return _ok(html(body="".join(f"<p>{number}{line}</p>" for line in PARAGRAPHS), below=further))


def _ok(page: str) -> Answer:
    body = page.encode()
    return Answer([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body), body])
