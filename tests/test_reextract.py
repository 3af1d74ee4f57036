"""reextract(archive) = live dataset, row for row, over real sockets; how the new dataset takes the old one's place."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow.parquet as pq
import pytest

from crawler.archive.division import Piece
from crawler.archive.reader import records
from crawler.reextract.files import Job, extract_files, join_files
from crawler.sandbox.processor import Processor
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import Manifest, load_manifests, sweep
from pipelines.dataset.part import Part, sha256
from pipelines.dataset.replace import finish_replacements, replace_dataset
from tests import dying
from tests.site import warm
from tests.test_dataset import article, write

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PARAGRAPH = "临汾市尧都区的第{n}次会议在新闻发布厅举行，会议强调要进一步加强学习，提高认识，把各项工作落到实处。"


def page(name: str, *links: tuple[str, str]) -> bytes:
    body = "".join(f"<p>{PARAGRAPH.format(n=f'{name}之{i}')}</p>" for i in range(8))
    pages = "".join(f"<a href='{url}'>{text}</a> " for url, text in links)
    return (
        f"<html><head><meta charset=gb2312><title>{name}号会议召开_测试新闻网</title></head><body>"
        f"<h1>{name}号会议召开</h1><div class=info>2026-01-02 03:04 来源：测试日报</div>"
        f"<div class=content>{body}</div><div>{pages}</div></body>"
    ).encode("gb18030")


# Whole articles, one of three pages, one that breaks off at page 2, dead links, redirects, and a page without text.
WEB: dict[str, tuple[int, bytes]] = {
    **{f"/a/{n}.html": (200, page(f"{n}")) for n in range(10, 20)},
    "/a/2.html": (200, page("二", ("/a/2_2.html", "2"), ("/a/2_2.html", "下一页"))),
    "/a/2_2.html": (200, page("二续", ("/a/2.html", "上一页"), ("/a/2_3.html", "下一页"))),
    "/a/2_3.html": (200, page("二终", ("/a/2_2.html", "上一页"))),
    "/a/3.html": (200, page("三", ("/a/3_2.html", "下一页"))),
    "/a/3_2.html": (500, b"gone wrong"),
    "/a/4.html": (404, b"Not Found"),
    "/a/5.html": (301, b"/a/6.html"),
    "/a/6.html": (200, page("六")),
    "/a/7.html": (302, b"/"),
    "/a/8.html": (200, b"<html><body>1"),
}
WEB["/"] = (200, "".join(f"<a href='{path}'>一篇</a>" for path in WEB if "_" not in path).encode())


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, body = WEB.get(self.path, (404, b""))
            self.send_response(status)
            if status in (301, 302):
                self.send_header("Location", body.decode())
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def scrapy(folder: Path, *words: str, output: Path | None = None) -> subprocess.CompletedProcess[str]:
    settings = {
        "OUTPUT_DIR": output or folder / "out",
        "SITES_DIR": folder / "sites",
        "ALLOW_PRIVATE_ADDRESSES": 1,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": 0,
    }
    return warm.run([*words, *(word for name, value in settings.items() for word in ("-s", f"{name}={value}"))])


@pytest.fixture(scope="module")
def crawled(port: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sites/ and out/, where two crawls left their archive and dataset."""
    folder = tmp_path_factory.mktemp("crawled")
    (folder / "sites").mkdir()
    (folder / "sites" / "local.toml").write_text(
        f"family = 'news'\ndomains = ['127.0.0.1:{port}']\nseeds = ['http://127.0.0.1:{port}/']\n"
        "article = ['^/a/\\w+\\.html$']\n"
    )
    for arguments in ((), ("-a", f"url=http://127.0.0.1:{port}/a/2.html")):
        done = scrapy(folder, "crawl", "news", *arguments)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        status, body = WEB["/a/2.html"]  # a page that is as it was would have no second row
        WEB["/a/2.html"] = status, body + b"<!-- visits: 2 -->"
    return folder


@pytest.fixture
def copy(crawled: Path, tmp_path: Path) -> Path:
    shutil.copytree(crawled, tmp_path / "copy")
    return tmp_path / "copy"


def rows(output: Path, kind: str) -> list[dict[str, Any]]:
    """All rows without run_id and the marks of duplicates, in an order that does not depend on them."""
    table = pq.read_table(output / kind)
    aside = {"run_id", "duplicate_of", "near_duplicate_of", "similarity"}
    table = table.select([name for name in table.column_names if name not in aside])
    return sorted(table.to_pylist(), key=lambda row: (row["url"], str(row.get("captures") or row.get("capture"))))


def test_the_live_crawl_accounts_for_every_article_page(crawled: Path) -> None:
    articles, rejects = rows(crawled / "out", "articles"), rows(crawled / "out", "rejects")
    assert {row["url"].rpartition("/")[2]: row["page_count"] for row in articles if row["page_count"] > 1} == {
        "2.html": 3
    }
    assert sum(row["url"].endswith("/a/2.html") for row in articles) == 2  # both crawls
    assert sorted(row["url"].rpartition("/")[2] for row in rejects) == ["3_2.html", "4.html", "7.html", "8.html"]
    pages = sum(path.name.startswith("news-") and count(path) for path in (crawled / "out" / "warc").rglob("*.warc.gz"))
    assert pages == sum(len(row["captures"]) for row in articles) + len(rejects)


def count(warc: Path) -> int:
    """Pages of articles in the archive: final answers, neither retried nor a redirect that led on."""
    last = {stored.url: stored for stored in records(warc) if stored.metadata.get("role") == "article"}
    return sum(stored.status != 301 for stored in last.values())


def test_the_archive_gives_the_rows_of_the_live_crawl(crawled: Path, copy: Path) -> None:
    done = scrapy(copy, "reextract", "--processes", "2")
    assert done.returncode == 0, done.stderr
    for kind in ("articles", "rejects"):
        assert rows(copy / "out", kind) == rows(crawled / "out", kind)
    live, made = load_manifests(crawled / "out"), load_manifests(copy / "out")
    [manifest] = made.values()
    assert sorted(manifest.supersedes) == sorted(live)
    assert {each.file for each in manifest.warc} == {each.file for run in live.values() for each in run.warc}
    assert {path.relative_to(copy / "out").as_posix() for path in (copy / "out").rglob("*.parquet")} == {
        part.path for part in manifest.files
    }
    assert list((copy / "out" / "tmp").iterdir()) == []


def test_doing_it_twice_changes_nothing_but_the_run(crawled: Path, copy: Path) -> None:
    for _ in range(2):
        assert scrapy(copy, "reextract").returncode == 0
    assert rows(copy / "out", "articles") == rows(crawled / "out", "articles")
    assert len(load_manifests(copy / "out")) == 1


def test_to_another_folder_touches_nothing_here(crawled: Path, tmp_path: Path) -> None:
    before = sorted(path for path in (crawled / "out").rglob("*") if path.is_file())
    warcs = [str(path) for path in (crawled / "out" / "warc").rglob("*.warc.gz")]
    done = scrapy(crawled, "reextract", *warcs, "--to", str(tmp_path / "fresh"))
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "fresh", "articles") == rows(crawled / "out", "articles")
    assert sorted(path for path in (crawled / "out").rglob("*") if path.is_file()) == before
    again = scrapy(crawled, "reextract", "--to", str(tmp_path / "fresh"))
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)


def test_what_would_lose_rows_is_refused_in_one_line(crawled: Path, tmp_path: Path) -> None:
    [warc, *_] = (crawled / "out" / "warc").rglob("*.warc.gz")
    held = Lock(crawled / "out", "dataset", shared=True)  # as a crawl holds it
    refusals = [
        (scrapy(crawled, "reextract", str(warc)), 2, "add --to"),
        (scrapy(crawled, "reextract"), 5, "a crawl is at work"),
        (scrapy(crawled, "reextract", str(tmp_path / "no.warc.gz"), "--to", str(tmp_path / "x")), 2, "no such file"),
        (scrapy(crawled, "reextract", output=tmp_path / "none"), 2, "no such folder"),
        (scrapy(crawled, "reextract", output=tmp_path), 1, "no WARC files"),
    ]
    held.release()
    for done, status, words in refusals:
        assert (done.returncode, done.stderr.count("\n")) == (status, 1), done.stderr
        assert words in done.stderr


def test_pages_of_an_article_in_different_files_are_joined_by_the_parent(crawled: Path, tmp_path: Path) -> None:
    warcs = sorted((crawled / "out" / "warc").rglob("*.warc.gz"))
    job = Job(tmp_path, crawled / "sites", "r", NOON)
    one = extract_files(map(Piece, warcs), job, 0, Processor())
    numbers = sorted(page.number for page in one.pages)
    assert numbers == [1, 1, 1, 2, 2, 3, 3]  # twice the three pages of 2.html, and page 1 of 3.html
    joined = join_files(reversed(one.pages), job, 1, Processor())
    assert joined.counts["articles"] == 3
    table = pq.read_table(tmp_path / joined.parts[0].path, partitioning=None).to_pylist()
    assert sorted((row["page_count"], row["truncated"], len(row["captures"])) for row in table) == [
        (1, True, 1),
        (3, False, 3),
        (3, False, 3),
    ]
    headless = join_files([page for page in one.pages if page.number > 1], replace(job, run_id="h"), 1, Processor())
    assert (headless.counts["articles"], headless.counts["headless"]) == (0, 2)


# The replacement, killed at every step.


def staged(output: Path) -> Manifest:
    """An old dataset of two articles, and a new one of one article that waits under tmp/new/."""
    old = write(output, article(1), article(2), run_id="old")
    Manifest("old", "news", ["demo"], NOON, NOON, "1", old.parts, []).write(output)
    new = write(output / "tmp" / "new", article(3), run_id="new")
    return Manifest("new", "news", ["demo"], NOON, NOON, "2", new.parts, [], supersedes=["old"])


def titles(output: Path) -> list[str]:
    return sorted(pq.read_table(output / "articles").column("title").to_pylist())


MOMENTS = 6


def replaced(output: Path) -> None:
    lock = Lock(output, "run-new", wait=True)
    folder = output / "tmp" / "new"
    [new] = folder.rglob("*.parquet")
    part = Part(new.relative_to(folder).as_posix(), 1, new.stat().st_size, sha256(new))
    replace_dataset(output, Manifest("new", "news", ["demo"], NOON, NOON, "2", [part], [], supersedes=["old"]))
    lock.release()


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    folder = tmp_path_factory.mktemp("moments")
    staged(folder)
    return dying.moments("tests.test_reextract:replaced", folder, MOMENTS)


@pytest.mark.parametrize("at", range(MOMENTS))
def test_a_replacement_that_is_killed_is_done_or_not_begun(tmp_path: Path, moments: list[int], at: int) -> None:
    staged(tmp_path)
    assert dying.dies(moments[at], "tests.test_reextract:replaced", tmp_path)
    assert titles(tmp_path) in (["第1篇", "第2篇"], ["第3篇"])  # as a reader finds it before anything is repaired
    decided = "new" in load_manifests(tmp_path)
    assert decided or at < MOMENTS - 1
    finish_replacements(tmp_path)
    sweep(tmp_path)
    assert titles(tmp_path) == (["第3篇"] if decided else ["第1篇", "第2篇"])
    assert list(load_manifests(tmp_path)) == ["new" if decided else "old"]
    assert list((tmp_path / "tmp").iterdir()) == []
    assert finish_replacements(tmp_path) == []
    assert sweep(tmp_path) is None


def test_a_file_of_somebodys_own_stays_where_it_is(tmp_path: Path) -> None:
    staged(tmp_path)
    [folder] = (tmp_path / "articles").iterdir()
    for name in ("mine.parquet", "notes.txt"):
        (folder / name).write_text(name)
    replaced(tmp_path)
    assert [(folder / name).read_text() for name in ("mine.parquet", "notes.txt")] == ["mine.parquet", "notes.txt"]
    assert len(list(folder.iterdir())) == 3
    (tmp_path / "tmp" / "new" / "articles").mkdir(parents=True)  # as after a kill before the end
    assert len(finish_replacements(tmp_path)) == 1
    assert len(list(folder.iterdir())) == 3


def test_a_run_that_made_good_for_dead_ones_is_no_replacement_of_everything(tmp_path: Path) -> None:
    old = write(tmp_path, article(1), article(2), run_id="old")
    Manifest("old", "news", ["demo"], NOON, NOON, "1", old.parts, []).write(tmp_path)
    more = write(tmp_path, article(3), run_id="recovery")
    Manifest("recovery", "news", ["demo"], NOON, NOON, "1", more.parts, [], supersedes=["dead"]).write(tmp_path)
    assert (tmp_path / "tmp" / "recovery").is_dir()  # killed before it took its folder of drafts away
    assert finish_replacements(tmp_path) == []
    assert titles(tmp_path) == ["第1篇", "第2篇", "第3篇"]


def test_a_file_system_that_cannot_exchange_folders_gets_two_renames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = staged(tmp_path)
    monkeypatch.setattr("pipelines.dataset.replace.RENAME_EXCHANGE", 1 << 30)  # refused by the kernel with EINVAL
    replace_dataset(tmp_path, manifest)
    assert titles(tmp_path) == ["第3篇"]
    assert list(load_manifests(tmp_path)) == ["new"]
