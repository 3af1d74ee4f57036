"""A list of very many links is stored in slices: the crawl goes on meanwhile, and may be killed in between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from signal import SIGKILL

import pytest

from crawler.extract.links import MAX_LINKS
from crawler.frontier.scheduler import SLICE
from tests.raw_server import Answer, RawServer, serving
from tests.site.crawl import PROJECT, SETTINGS, last_crawl, scrapy
from tests.test_frontier_crawl import table

pytestmark = pytest.mark.slow


def listing(*paths: str) -> Answer:
    links = "".join(f"<a href='{path}'>第{number}篇</a>" for number, path in enumerate(paths))
    page = f'<html><head><meta charset="utf-8"></head><body>{links}</body></html>'.encode()
    return Answer(
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page], "keep"
    )


def settings(folder: Path, server: RawServer) -> dict[str, str]:
    """A run asks for two pages: the list, and the first of what is found on it."""
    (folder / "sites").mkdir()
    (folder / "sites" / "long.toml").write_text(
        f'family = "news"\ndomains = ["127.0.0.1:{server.port}"]\nseeds = ["{server.url}"]\n'
        "article = ['^/a/']\nfollow = ['^/l/']\n"
    )
    paths = {"SITES_DIR": str(folder / "sites"), "OUTPUT_DIR": str(folder / "out")}
    return SETTINGS | paths | {"SITE_BUDGET": '{"pages": 2}'}


def stored(output: Path) -> tuple[int, str]:
    """URLs in the table besides the seed, and the state of the seed."""
    [(count,)] = table(output, "SELECT count(*) FROM url WHERE role != 'seed'")
    [(state,)] = table(output, "SELECT state FROM url WHERE role = 'seed'") or [("",)]
    return count, state


def test_the_event_loop_goes_on_while_a_long_list_is_stored(tmp_path: Path) -> None:
    links = [f"/{'l' if number % 10 == 0 else 'a'}/{number}.html" for number in range(MAX_LINKS)]
    with serving({"/": [listing(*links)]}) as server:
        more = {"EXTENSIONS": '{"tests.ticker.Ticker": 1}'}
        done = scrapy("crawl", "news", settings=settings(tmp_path, server) | more)
    assert "Traceback" not in done.stderr, done.stderr
    assert stored(tmp_path / "out") == (MAX_LINKS, "done")
    assert 0 < last_crawl("news", tmp_path / "out").stat("loop/longest_gap") < 1200


def test_a_kill_between_two_slices_loses_and_doubles_nothing(tmp_path: Path) -> None:
    links = [f"/l/{number}.html" for number in range(4 * SLICE + 500)]  # lists: an article would be asked for first
    with serving({"/": [listing(*links)]}) as server:
        pairs = [word for name, value in settings(tmp_path, server).items() for word in ("-s", f"{name}={value}")]
        counts = []
        for step in ("1", "2", "1", "5"):
            command = [sys.executable, "-m", "tests.killed", "slice stored", step, "crawl", "news", *pairs]
            ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
            count, state = stored(tmp_path / "out")
            ends = step == "5"  # there are no more than four
            assert (ended.returncode, state == "done") == (0 if ends else -SIGKILL, ends), ended.stderr
            counts.append(count)
        assert sum(request.startswith(b"GET / ") for request in server.received) == 1
    assert counts == [SLICE, 3 * SLICE, 4 * SLICE, len(links)]
