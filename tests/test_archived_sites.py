"""The archive holds the site files of its runs: rows and rejects stay what they are when a file leaves SITES_DIR."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scrapy.settings import Settings

from crawler.archive.division import Piece
from crawler.archive.exchange import Exchange
from crawler.archive.writer import WarcWriter
from crawler.reextract.files import Job, extract_files
from crawler.run import Run
from crawler.sandbox.processor import Processor
from crawler.siteconfig.archived import KnownSites, archived_sites, site_fields
from crawler.siteconfig.site import load_sites
from crawler.takedown.find import Holdings
from pipelines.dataset.manifest import Manifest, covers, load_manifests
from pipelines.dataset.part import sha256
from pipelines.version import RULES_VERSION
from tests.command_kit import call

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
RUN = "20260920T120000Z-news-0000aa"
SITE = """
family = "news"
domains = ["news.example"]
seeds = ["http://news.example/"]
article = ['^/a/']
follow = ['^/l/']
[[layout]]
body = "div.text"
"""
OTHER = SITE.replace("news.example", "other.example")
TEXT = "清晨的集市总是先从鱼摊热闹起来，水桶里的鲫鱼拍着尾巴，溅湿了过路人的裤脚，也没有人生气。"
PARAGRAPH = f"<p>{TEXT}</p>"
PAGES: dict[str, tuple[int, str]] = {
    "/a/1.html": (302, "http://elsewhere.example/"),
    "/a/2.html": (301, "/"),
    "/a/3.html": (301, "/l/1.html"),
    "/a/4.html": (302, "/a/4.html"),
    "/a/5.html": (404, ""),
    "/a/6.html": (
        200,
        f"<title>早市</title><h1>早市的早晨</h1><div class=text>{f'<p>{TEXT}</p>' * 4}</div><p>{TEXT}</p>",
    ),
    "/a/7.html": (200, "<html><body>1"),
}


def exchange(path: str, status: int, content: str) -> Exchange:
    redirect = status in (301, 302)
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\n"
    head += f"Location: {content}\r\n" if redirect else ""
    metadata = (("site", "local"), ("family", "news"), ("role", "article"), ("via", "http://news.example/l/1.html"))
    body = b"" if redirect else content.encode()
    request = b"GET / HTTP/1.1\r\n\r\n"
    return Exchange(f"http://news.example{path}", NOON, request, f"{head}\r\n".encode(), body, metadata=metadata)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A finished run of the site `local`, whose file is in tmp_path/sites beside that of another site."""
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "local.toml").write_text(SITE, "utf-8")
    (sites / "other.toml").write_text(OTHER, "utf-8")
    return crawled(tmp_path / "out", sites, site_fields(sites, ["local", "none"]))


def crawled(output: Path, sites: Path, info: dict[str, str]) -> Path:
    writer = WarcWriter(output / "warc" / "news", prefix="news", run_id=RUN, info=info)
    for path, (status, content) in PAGES.items():
        writer.write(exchange(path, status, content))
    files = writer.close()
    made = extract_files(map(Piece, files), Job(output, sites, RUN, NOON), 0, Processor())
    Manifest(RUN, "news", ["local"], NOON, NOON, RULES_VERSION, made.parts, covers(files), dict(made.counts)).write(
        output
    )
    shutil.rmtree(output / "tmp")
    return output


def rejects(output: Path) -> list[tuple[str, str, str]]:
    table = pq.read_table(output / "rejects", partitioning=None)
    return sorted((row["url"][-8:], row["reason"], row["detail"]) for row in table.to_pylist())


@pytest.mark.slow
def test_without_the_site_file_the_archive_gives_the_same(output: Path, tmp_path: Path) -> None:
    before = rejects(output)
    assert [reason for _, reason, _ in before] == [
        "http_error",
        "soft_404",
        "soft_404",
        "http_error",
        "http_error",
        "too_short",
    ]
    texts = pq.read_table(output / "articles")["text"].to_pylist()
    assert texts == ["\n".join([TEXT] * 4)], "the layout of the site file counts"
    (tmp_path / "sites" / "local.toml").unlink()
    assert call("verify", output, "--processes", "1").status == 0
    assert call("reextract", output, "--processes", "1").status == 0
    assert rejects(output) == before
    assert pq.read_table(output / "articles")["text"].to_pylist() == texts
    assert call("verify", output, "--processes", "1").status == 0


def test_an_archived_file_is_read_once_for_all_records_of_its_warc(output: Path, tmp_path: Path) -> None:
    known = KnownSites({"today": load_sites(tmp_path / "sites")["other"]})
    [path] = (output / "warc").rglob("*.warc.gz")
    site = known.get("local", path)
    assert site is not None
    assert site.domains == ("news.example",)
    path.unlink()
    assert known.get("local", path) is site
    assert known.get("nobody", path) is None
    assert known.get("today", path) is not None
    with pytest.raises(OSError, match="other"):
        known.get("local", path.with_name("other.warc.gz"))


def test_a_take_down_knows_the_domains_of_a_site_whose_file_is_gone(output: Path, tmp_path: Path) -> None:
    sites = load_sites(tmp_path / "sites")
    assert Holdings(output, {}, sites, tmp_path / "spill").domains("local") == {"news.example"}
    gone = {"other": sites["other"]}
    assert Holdings(output, {}, gone, tmp_path / "spill").domains("local") == {"news.example"}
    assert Holdings(output, {}, gone, tmp_path / "spill").domains("nobody") == set()


@pytest.mark.slow
def test_where_neither_has_it_verify_says_so(output: Path, tmp_path: Path) -> None:
    bare = crawled(tmp_path / "bare", tmp_path / "sites", {})
    assert call("verify", bare, "--processes", "1").status == 0
    (tmp_path / "sites" / "local.toml").unlink()
    done = call("verify", bare, "--processes", "1")
    assert done.status == 1
    words = "its record yields http_error (status 302), not http_error (redirect to another host: http://elsewhere"
    assert words in done.out
    [path] = (output / "warc").rglob("*.warc.gz")
    assert archived_sites(path).keys() == {"local"}


def test_todays_file_counts_where_there_is_one(output: Path, tmp_path: Path) -> None:
    [path] = (output / "warc").rglob("*.warc.gz")
    sites = tmp_path / "sites"
    (sites / "local.toml").write_text(SITE.replace("div.text", "article"), "utf-8")
    today = load_sites(sites)
    assert KnownSites(today).get("local", path) == today["local"]
    del today["local"]
    found = KnownSites(today).get("local", path)
    assert found is not None
    assert found.layouts[0].body == "div.text"
    assert KnownSites(today).get("none", path) is None


def test_a_field_that_is_no_site_is_left_out(tmp_path: Path) -> None:
    info = {"site-file-a": '"family = 3"', "site-file-b": "[[[[", "site-file-c": "7", "site-file-local": f"{SITE!r}"}
    writer = WarcWriter(tmp_path / "news", prefix="news", run_id=RUN, info=info)
    writer.write(exchange("/a/5.html", 404, ""))
    [path] = writer.close()
    assert archived_sites(path) == {}
    path.write_bytes(b"no archive")
    assert archived_sites(path) == {}


def test_a_run_keeps_the_files_of_its_sites(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "local.toml").write_text(SITE, "utf-8")
    settings = Settings({"OUTPUT_DIR": str(tmp_path / "out"), "SITES_DIR": str(tmp_path / "sites"), "USER_AGENT": "x"})
    settings["ROBOTSTXT_OBEY"] = True
    run = Run.begin(settings, "news", ["local"])
    try:
        run.archive.write(exchange("/a/5.html", 404, ""))
        [path] = run.close_archive()
    finally:
        run.release()
    assert archived_sites(path) == load_sites(tmp_path / "sites")


CHANGES: dict[str, dict[str, Any]] = {
    "another host": {"detail": "redirect to another host: http://third.example/"},
    "a circle that is none": {"detail": "redirect in a circle: http://news.example/a/1.html"},
    "another reason": {"reason": "soft_404"},
    "another site": {"site": "other"},
    "another URL": {"url": "http://news.example/a/9.html"},
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_reject_is_compared_to_the_last_word(output: Path, change: str) -> None:
    [path] = (output / "rejects").rglob("*.parquet")
    table = pq.read_table(path, partitioning=None)
    rows = table.to_pylist()
    rows[0] |= CHANGES[change]
    rows.sort(key=lambda row: (row["site"], row["url"]))
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    [manifest] = load_manifests(output).values()
    name = path.relative_to(output).as_posix()
    files = [
        replace(part, bytes=path.stat().st_size, sha256=sha256(path)) if part.path == name else part
        for part in manifest.files
    ]
    replace(manifest, files=files).write(output)
    done = call("verify", output, "--processes", "1")
    assert done.status == 1
    assert "record" in done.out.splitlines()[0], done.out


@pytest.mark.slow
def test_responses_of_other_tools_alone_are_refused_with_a_word(output: Path, tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "foreign" / "news", prefix="news", run_id=RUN)
    for page, (status, content) in PAGES.items():
        writer.write(replace(exchange(page, status, content), metadata=()))
    [path] = writer.close()
    done = call("reextract", output, str(path), "--to", str(tmp_path / "to"), "--processes", "1")
    done.says(1, "7 responses, none made by this crawler: use scrapy extract")
    [own] = (output / "warc").rglob("*.warc.gz")
    done = call("reextract", output, str(path), str(own), "--to", str(tmp_path / "to"), "--processes", "1")
    assert done.status == 0
    assert "7 of 14 responses were made by other tools and are left out" in done.err
