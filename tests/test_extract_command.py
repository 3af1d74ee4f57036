"""`scrapy extract`: rows from WARC of any make, WACZ and HTML; damage is told, and a killed command goes on."""

from __future__ import annotations

import csv
import gc
import gzip
import io
import json
import shutil
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from backports import zstd
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.division import Piece
from crawler.archive.members import members
from crawler.ingest.extract import Options, Share, extract_share, join_shares
from crawler.ingest.inputs import find_inputs
from crawler.ingest.run import ingest, shares
from crawler.reextract.files import Job
from crawler.sandbox.processor import Processor
from pipelines.dataset.schema import SCHEMA
from tests.site.crawl import PROJECT
from tests.test_units_fail_alone import page

pytestmark = pytest.mark.slow

SECOND = (
    "<html><meta charset=utf-8><h1>集市上的第1个早晨(2)</h1>"
    "<p>第二天的集市又热闹起来，卖菜的人比头一天还要多，街上满是人。</p>"
    "<p>到了傍晚才慢慢散去，只剩下扫街的姑娘。</p></html>"
)


def warc(path: Path, *, compress: bool = True) -> Path:
    """Five responses by warcio: an article of two pages, another, an image and an error; and a resource record."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # warcio leaves its temporary files to the collector
        path.write_bytes(records(compress=compress))
        gc.collect()
    return path


def records(*, compress: bool) -> bytes:
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=compress)
    first = page(1).replace(b"</html>", "<a href='1_2.html'>下一页</a></html>".encode())
    for url, status, kind, body in (
        ("http://fair.example/a/1.html", "200 OK", "text/html", first),
        ("http://fair.example/a/1_2.html", "200 OK", "text/html", SECOND.encode()),
        ("http://fair.example/a/2.html", "200 OK", "text/html; charset=utf-8", page(2)),
        ("http://fair.example/logo.png", "200 OK", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("http://fair.example/gone.html", "404 Not Found", "text/html", b"<html>not found"),
    ):
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers))
    writer.write_record(
        writer.create_warc_record(
            "http://fair.example/a/3.html",
            "resource",
            payload=io.BytesIO(page(3)),
            warc_content_type="text/html; charset=utf-8",
        )
    )
    return buffer.getvalue()


def whole_gzip(folder: Path) -> Path:
    path = folder / "whole.warc.gz"
    path.write_bytes(gzip.compress(warc(folder / "plain", compress=False).read_bytes()))
    (folder / "plain").unlink()
    return path


def zst(folder: Path) -> Path:
    path = folder / "pages.warc.zst"
    path.write_bytes(zstd.compress(warc(folder / "plain", compress=False).read_bytes()))
    (folder / "plain").unlink()
    return path


def wacz(folder: Path) -> Path:
    inner = warc(folder / "inner.warc.gz")
    path = folder / "pages.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.write(inner, "archive/data.warc.gz")
        package.writestr("datapackage.json", "{}")
    inner.unlink()
    return path


def extract(*words: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scrapy", "extract", *map(str, words), "--processes", "1"]
    return subprocess.run(command, cwd=PROJECT, input=stdin, capture_output=True, check=False)


def titles(folder: Path) -> list[str]:
    found: list[str] = pq.read_table(folder / "articles").column("title").to_pylist()
    return sorted(found)


SITES = PROJECT / "crawler" / "sites"
ARTICLES = [f"集市上的第{n}个早晨" for n in (1, 2, 3)]
MAKERS: dict[str, Callable[[Path], Path]] = {
    "members": lambda folder: warc(folder / "pages.warc.gz"),
    "uncompressed": lambda folder: warc(folder / "pages.warc", compress=False),
    "one gzip stream": whole_gzip,
    "zstd": zst,
    "wacz": wacz,
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_every_packing_gives_the_same_rows_and_rejects(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    done = extract(path, "--to", tmp_path / "rows")
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    assert b"6 pages: 3 articles, 4 pages in them, 2 rejects" in done.stdout
    table = pq.read_table(tmp_path / "rows" / "articles")
    assert table.drop_columns(["crawl_month"]).schema.equals(SCHEMA)
    rows = {row["title"]: row for row in table.to_pylist()}
    assert sorted(rows) == ARTICLES
    assert rows[ARTICLES[0]]["page_count"] == 2
    assert "第二天的集市" in rows[ARTICLES[0]]["text"]
    assert [each["url"] for each in rows[ARTICLES[0]]["captures"]] == [
        "http://fair.example/a/1.html",
        "http://fair.example/a/1_2.html",
    ]
    rejects = {row["url"]: row["reason"] for row in pq.read_table(tmp_path / "rows" / "rejects").to_pylist()}
    assert rejects == {"http://fair.example/logo.png": "not_html", "http://fair.example/gone.html": "http_error"}


@pytest.mark.parametrize("name", ["pages.warc.gz", "pages.warc"])
def test_wherever_a_file_is_divided_its_rows_are_the_same(tmp_path: Path, name: str) -> None:
    file = warc(tmp_path / name, compress=name.endswith(".gz"))
    [given] = find_inputs([file]).inputs
    at = datetime(2026, 11, 27, 8, tzinfo=UTC)

    def rows(borders: list[int]) -> list[dict[str, Any]]:
        ends = [*borders, None]
        pieces = [Piece(file, start, end) for start, end in zip([0, *borders], ends, strict=True)]
        folder = tmp_path / "-".join(map(str, borders or ["whole"]))
        job = Job(folder, SITES, "r", at)
        work = [Share(given, job, piece, number) for number, piece in enumerate(pieces)]
        results = [extract_share(share, Options(), Processor()) for share in work]
        pages = [page for result in results for page in result.pages]
        results.append(join_shares(pages, job, len(results), Options(), Processor()))
        assert not [line for result in results for line in result.damage]
        assert sum(result.responses for result in results) == 6
        parts = [folder / part.path for result in results for part in result.parts]
        found = [row for part in parts for row in pq.read_table(part, partitioning=None).to_pylist()]
        return sorted(found, key=lambda row: str(row["url"]))

    whole = rows([])
    assert [row.get("page_count") for row in whole] == [2, 1, 1, None, None]
    borders = [member.offset for member in members(file)][1:]
    for border in borders:
        assert rows([border]) == whole, border
    assert rows(borders) == whole


def test_the_processes_share_a_single_file(tmp_path: Path) -> None:
    file = warc(tmp_path / "pages.warc.gz")
    inputs = find_inputs([file]).inputs
    numbered = [(each, Job(tmp_path, SITES, "r", datetime.now(UTC))) for each in inputs]
    work = list(shares(numbered, 2, least=100))
    assert [(share.number, share.piece.whole) for share in work] == [(0, False), (1, False)]
    assert [share.piece.whole for share in shares(numbered, 2)] == [True]
    (tmp_path / "rows").mkdir()
    told = ingest(inputs, tmp_path / "rows", SITES, Options(), 2, least=100)
    assert (told.counts["pages"], told.counts["articles"], told.counts["rejects"], told.empty) == (6, 3, 2, [])
    assert titles(tmp_path / "rows") == ARTICLES
    assert ingest(inputs, tmp_path / "rows", SITES, Options(), 2, least=100).known == 1


def test_a_capture_says_where_the_record_is(tmp_path: Path) -> None:
    path = warc(tmp_path / "pages.warc.gz")
    extract(path, "--to", tmp_path / "rows")
    for row in pq.read_table(tmp_path / "rows" / "articles").to_pylist():
        for capture in row["captures"]:
            assert capture["warc_file"] == "pages.warc.gz"
            with path.open("rb") as file:
                file.seek(capture["offset"])
                member = gzip.decompress(file.read(capture["length"]))
            assert f"WARC-Record-ID: {capture['record_id']}".encode() in member
            assert capture["url"].encode() in member


def test_the_site_that_owns_the_host_gives_name_and_family(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "fair.toml").write_text(
        "family = 'wenku'\ndomains = ['fair.example']\nseeds = ['http://fair.example/']\narticle = ['^/a/']\n"
    )
    path = warc(tmp_path / "pages.warc.gz")
    extract(path, "--to", tmp_path / "rows", "-s", f"SITES_DIR={tmp_path / 'sites'}")
    rows = pq.read_table(tmp_path / "rows" / "articles").to_pylist()
    assert {(row["site"], row["family"]) for row in rows} == {("fair", "wenku")}
    extract(path, "--to", tmp_path / "forced", "--family", "news")
    rows = pq.read_table(tmp_path / "forced" / "articles").to_pylist()
    assert {(row["site"], row["family"]) for row in rows} == {("", "news")}


def test_folders_are_searched_and_a_second_start_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    warc(folder / "deep" / "pages.warc.gz")
    (folder / "page.html").write_bytes(page(7))
    (folder / "notes.txt").write_text("no page")
    done = extract(folder, "--to", tmp_path / "rows", "--url-prefix", "http://mirror.example/x/")
    assert done.returncode == 0
    assert b"notes.txt: neither WARC, WACZ, HTML nor MHTML" in done.stderr
    (folder / "later.html.gz").write_bytes(gzip.compress(page(8)))
    done = extract(folder, "--to", tmp_path / "rows", "--url-prefix", "http://mirror.example/x/")
    assert b"1 page: 1 article, 1 page in them, 0 rejects; 2 files had their rows already" in done.stdout
    assert titles(tmp_path / "rows") == sorted([*ARTICLES, "集市上的第7个早晨", "集市上的第8个早晨"])
    urls = pq.read_table(tmp_path / "rows" / "articles").column("url").to_pylist()
    assert {"http://mirror.example/x/page.html", "http://mirror.example/x/later.html.gz"} < set(urls)


def test_damage_is_told_with_file_and_offset_and_the_rest_is_read(tmp_path: Path) -> None:
    path = warc(tmp_path / "pages.warc.gz")
    whole = path.read_bytes()
    starts = [at for at in range(len(whole)) if whole[at : at + 3] == b"\x1f\x8b\x08"]
    broken = bytearray(whole)
    broken[starts[2] + (starts[3] - starts[2]) // 2] ^= 0xFF
    path.write_bytes(bytes(broken) + b"garbage")
    done = extract(path, "--to", tmp_path / "rows")
    assert done.returncode == 3
    assert f"not read: pages.warc.gz: pages.warc.gz: the record at offset {starts[2]}" in done.stderr.decode() or (
        "pages.warc.gz" in done.stderr.decode() and str(starts[2]) in done.stderr.decode()
    )
    assert titles(tmp_path / "rows") == [ARTICLES[0], ARTICLES[2]]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_all_rows_in_one_file(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"rows{suffix}"
    done = extract(warc(tmp_path / "pages.warc.gz"), "-o", out)
    assert done.returncode == 0, done.stderr
    if suffix == ".jsonl":
        found = [json.loads(line)["title"] for line in out.read_text("utf-8").splitlines()]
    elif suffix == ".csv":
        with out.open(encoding="utf-8", newline="") as file:
            found = [row["title"] for row in csv.DictReader(file)]
    else:
        found = pq.read_table(out).column("title").to_pylist()
    assert sorted(found) == ARTICLES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pages.warc.gz", out.name]


def test_one_page_is_printed_as_json_where_nobody_reads(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(page(4))
    for done in (extract(tmp_path / "page.html"), extract("-", stdin=page(4))):
        assert (done.returncode, done.stderr) == (0, b"")
        row = json.loads(done.stdout)
        assert row["title"] == "集市上的第4个早晨"
        assert row["text"].startswith("清晨的集市")
    assert row["url"].startswith("urn:sha1:")
    done = extract("-", stdin=b"<html><p>none</p></html>")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"scrapy extract: no article: too_short")


def test_one_page_is_printed_for_a_person_on_a_terminal(tmp_path: Path) -> None:
    if shutil.which("script") is None:
        pytest.skip("script is missing: apt-get install bsdutils")
    (tmp_path / "page.html").write_bytes(page(4))
    command = f"{sys.executable} -m scrapy extract {tmp_path / 'page.html'}"
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[0] == "集市上的第4个早晨"
    assert "charset    utf-8" in done.stdout.splitlines()


def mistakes(tmp_path: Path) -> Iterator[tuple[list[object], str]]:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("no page")
    path = warc(tmp_path / "pages.warc.gz")
    yield [], "name files or folders"
    yield [tmp_path / "nowhere"], "no such file or folder"
    yield [tmp_path / "empty"], "nothing to extract"
    yield [tmp_path / "file.txt", "--to", tmp_path / "x"], "nothing to extract"
    yield [path], "add --to DIR or -o FILE"
    yield [path, "-o", tmp_path / "rows.xls"], "the name ends with .jsonl, .csv, .parquet"
    yield [path, "-o", tmp_path / "no" / "rows.csv"], "no such folder"
    yield [path, "--to", tmp_path / "x", "-o", tmp_path / "rows.csv"], "not both"
    yield [path, "--to", tmp_path / "x", "--url-prefix", "example"], "a URL such as"


def test_a_mistake_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    for words, said in list(mistakes(tmp_path)):
        done = extract(*words)
        assert done.returncode == 2, (words, done)
        [line] = done.stderr.decode().splitlines()
        assert said in line, (words, done)
        assert b"Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file.txt", "pages.warc.gz"]
