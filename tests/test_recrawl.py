"""Nights over the same pages: what is as it was gives no new row, neither live nor from the archive (invariant 3)."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from crawler.archive.reader import records
from crawler.frontier.entry import capture_json
from tests.command_kit import call
from tests.site.crawl import SETTINGS, crawl, rows, scrapy

Answer = tuple[int, bytes]
CHALLENGE = b"<title>Just a moment...</title><script>window._cf_chl_opt={cvId:'3'}</script>"


def page(name: str, paragraphs: int = 1, further: str = "") -> bytes:
    """Without ETag and Last-Modified, as most of these sites answer; one paragraph is less than 1,024 bytes."""
    text = "临汾市尧都区的{}会议在新闻发布厅举行，会议强调要进一步加强学习，提高认识，把各项工作落到实处。"
    body = "".join(f"<p>{text.format(f'{name}之{n}') * 3}</p>" for n in range(paragraphs))
    link = f"<a href='{further}'>下一页</a>" if further else ""
    head = f"<meta charset=gb2312><title>{name}会议召开</title><h1>{name}会议召开</h1>"
    return f"{head}<div class=content>{body}</div>{link}".encode("gb18030")


@dataclass
class Nights:
    """A web that changes; `answers` of a path are given in turn, the last one for ever."""

    pages: dict[str, list[Answer]] = field(default_factory=dict)
    port: int = 0

    def show(self, **pages: list[Answer]) -> None:
        self.pages.update({f"/a/{name}.html": answers for name, answers in pages.items()})

    def answer(self, path: str) -> Answer:
        if path == "/":
            return 200, "".join(f"<a href='{path}'>一篇</a>" for path in self.pages if "_" not in path).encode()
        answers = self.pages.get(path, [(404, b"")])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def nights() -> Iterator[Nights]:
    made = Nights()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, body = made.answer(self.path)
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "3600")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def night(nights: Nights, folder: Path, *changes: tuple[str, tuple[str, ...]], status: int = 0) -> dict[str, int]:
    """One crawl with every article due; how many rows each page has now, rejects with their reasons.

    `changes`: SQL on the frontier's tables before it; `status`: that of the command.
    """
    sites, output = folder / "sites", folder / "out"
    sites.mkdir(exist_ok=True)
    (sites / "local.toml").write_text(
        f"family = 'news'\ndomains = ['127.0.0.1:{nights.port}']\nseeds = ['http://127.0.0.1:{nights.port}/']\n"
        "article = ['^/a/\\w+\\.html$']\n"
    )
    if (output / "state").is_dir():
        connection = sqlite3.connect(output / "state" / "frontier.sqlite3")
        connection.execute("UPDATE url SET next_due = 1 WHERE role = 'article' AND NOT chain")
        for change in changes:
            connection.execute(*change)
        connection.commit()
        connection.close()
    done = crawl("news", sites, output, RETRY_TIMES="1", CONCURRENT_REQUESTS_PER_DOMAIN="1")
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return told(output)


def told(output: Path) -> dict[str, int]:
    names = [Path(row["url"]).stem for row in plain(output, "articles")]
    rejects = [f"{Path(row['url']).stem}: {row['reason']}" for row in plain(output, "rejects")]
    return dict(Counter([*names, *rejects]))


def plain(output: Path, kind: str) -> list[dict[str, Any]]:
    """Rows without run and marks, in the order of their records."""
    if not (output / kind).is_dir():
        return []
    aside = {"run_id", "crawl_month", "duplicate_of", "near_duplicate_of", "similarity"}
    found = [{name: value for name, value in row.items() if name not in aside} for row in rows(output, kind)]
    return sorted(found, key=lambda row: str(row.get("captures") or row.get("capture")))


def the_archive_says_the_same(folder: Path) -> None:
    """reextract gives the rows of the live crawls, --diff finds nothing, verify is content."""
    output, sites, again = folder / "out", folder / "sites", folder / "again"
    settings = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output)}
    shutil.rmtree(again, ignore_errors=True)
    done = scrapy("reextract", "--to", str(again), "--processes", "1", settings=settings)
    assert done.returncode == 0, done.stderr
    for kind in ("articles", "rejects"):
        assert plain(again, kind) == plain(output, kind)
    differs = call("reextract", output, "--diff", "--processes", "1", sites=sites)
    assert "0 new, 0 gone, 0 changed" in differs.out, differs
    assert "rejects" not in differs.out, differs
    assert call("verify", output, "--processes", "1", sites=sites).status == 0


def test_an_article_of_any_size_that_is_as_it_was_has_one_row(nights: Nights, tmp_path: Path) -> None:
    assert len(page("短")) < 1024 < len(page("长", 9))
    several, last = page("多", 9, "/a/several_2.html"), page("多二", 9)
    nights.show(
        short=[(200, page("短"))],
        long=[(200, page("长", 9))],
        several=[(200, several)],
        several_2=[(200, last)],
        empty=[(200, b"<html><body>1")],
        back=[(200, page("甲")), (200, page("乙")), (200, page("甲"))],
    )
    first = night(nights, tmp_path)
    assert first == dict.fromkeys(("short", "long", "several", "back", "empty: too_short"), 1)
    second = night(nights, tmp_path)
    assert second == first | {"back": 2}
    assert night(nights, tmp_path) == second | {"back": 3}
    the_archive_says_the_same(tmp_path)


def test_an_unchanged_page_behind_a_server_error_leaves_no_reject(nights: Nights, tmp_path: Path) -> None:
    nights.show(flaky=[(200, page("短")), (500, b"busy"), (200, page("短"))])
    assert night(nights, tmp_path) == {"flaky": 1}
    assert night(nights, tmp_path) == {"flaky": 1}
    the_archive_says_the_same(tmp_path)


def test_an_error_with_the_payload_of_a_good_page_is_an_error(nights: Nights, tmp_path: Path) -> None:
    nights.show(gone=[(200, page("短")), (404, page("短"))], stays=[(200, page("长"))])
    assert night(nights, tmp_path) == {"gone": 1, "stays": 1}
    assert night(nights, tmp_path) == {"gone": 1, "stays": 1, "gone: http_error": 1}
    the_archive_says_the_same(tmp_path)


def test_an_unchanged_page_that_a_killed_run_had_fetched_has_one_row(nights: Nights, tmp_path: Path) -> None:
    nights.show(short=[(200, page("短"))])
    assert night(nights, tmp_path) == {"short": 1}
    assert night(nights, tmp_path) == {"short": 1}
    [*_, last] = sorted((tmp_path / "out" / "warc").rglob("*.warc.gz"))
    [again] = [stored.capture for stored in records(last) if stored.metadata.get("role") == "article"]
    # As a run leaves it that died after it had archived the answer: the next one is answered from the archive.
    held = "UPDATE url SET state = 'pending', held = ? WHERE role = 'article'"
    assert night(nights, tmp_path, (held, (capture_json(again),))) == {"short": 1}
    the_archive_says_the_same(tmp_path)


def test_a_block_page_is_blocked_with_any_status_and_a_plea_to_wait_is_no_failure(
    nights: Nights, tmp_path: Path
) -> None:
    nights.show(
        first=[(403, CHALLENGE)],
        second=[(503, CHALLENGE)],
        ordinary=[(403, b"Forbidden")],
        busy=[(429, b"slow down"), (200, page("短"))],
    )
    rejects = {"first: blocked": 1, "second: blocked": 1, "ordinary: http_error": 1}
    assert night(nights, tmp_path, status=3) == rejects
    the_archive_says_the_same(tmp_path)
    nights.show(first=[(200, page("甲"))], second=[(200, page("乙"))])
    rested = ("UPDATE host SET rest_until = 0", ()), ("UPDATE url SET state = 'pending' WHERE role = 'article'", ())
    assert night(nights, tmp_path, *rested) == rejects | {"first": 1, "second": 1, "busy": 1} | {
        "ordinary: http_error": 2
    }
    the_archive_says_the_same(tmp_path)
