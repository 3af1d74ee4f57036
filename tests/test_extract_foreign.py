"""`scrapy extract` on what other tools write: each shape, each kind of damage, copies in several inputs."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from crawler.extract.page import Page
from crawler.ingest.extract import may_be_chinese
from pipelines.dataset.manifest import load_manifests
from pipelines.dataset.part import sha256
from pipelines.process import process_page
from tests import warc_shapes
from tests.site import serve
from tests.site.crawl import PROJECT
from tests.site.scaled import Scaled
from tests.test_extract_command import extract
from tests.test_units_fail_alone import page
from tests.test_wrong_use import forbidden
from tests.warc_shapes import members, url, with_dictionary

pytestmark = pytest.mark.slow


def rows(folder: Path, kind: str = "articles") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / kind).to_pylist() if (folder / kind).exists() else []
    return found


SHAPES: dict[str, tuple[Callable[[], list[bytes]], list[str], dict[str, str]]] = {
    "CC-NEWS": (
        warc_shapes.cc_news,
        [url(1), url(2), url(4)],
        {"http://fair.example/robots.txt": "too_short", url(3): "not_chinese"},
    ),
    "Heritrix": (warc_shapes.heritrix, [url(5), url(6)], {}),
    "Browsertrix": (warc_shapes.browsertrix, [url(7), url(8), "https://fair.example/rendered.html", url(10)], {}),
    "Wget": (warc_shapes.wget, [url(11)], {}),
}


@pytest.mark.parametrize(("records", "articles", "rejects"), SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("pack", [members, with_dictionary])
def test_every_shape_gives_its_rows_and_rejects(
    tmp_path: Path,
    records: Callable[[], list[bytes]],
    articles: list[str],
    rejects: dict[str, str],
    pack: Callable[[Sequence[bytes], Path], Path],
) -> None:
    path = pack(records(), tmp_path / ("pages.warc.gz" if pack is members else "pages.warc.zst"))
    done = extract(path, "--to", tmp_path / "rows")
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    found = rows(tmp_path / "rows")
    assert sorted(row["url"] for row in found) == sorted(articles)
    assert {row["url"]: row["reason"] for row in rows(tmp_path / "rows", "rejects")} == rejects
    assert {row["url"] for row in found if row["truncated"]} == {url(2)} & set(articles)


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is missing: apt-get install wget")
def test_what_wget_has_fetched(tmp_path: Path) -> None:
    with serve(Scaled(10)) as web:
        command = ["wget", "-q", "-r", "-e", "robots=off", "-P", tmp_path / "files", f"--warc-file={tmp_path}/site"]
        subprocess.run([*command, *(f"{web['scaled']}/c{channel}/" for channel in range(5))], check=False)
    done = extract(tmp_path / "site.warc.gz", "--to", tmp_path / "rows")
    assert done.returncode == 0, done.stderr
    assert len(rows(tmp_path / "rows")) == 10
    from_files = extract(tmp_path / "files", "--to", tmp_path / "again")
    assert from_files.returncode == 0
    assert len(rows(tmp_path / "again")) >= 10  # further pages have no URL by which they could be joined


def test_a_file_without_a_page_is_told(tmp_path: Path) -> None:
    path = members(warc_shapes.wet(), tmp_path / "texts.warc.gz")
    done = extract(path, "--to", tmp_path / "rows")
    assert done.returncode == 3
    assert done.stderr.decode() == "no page in it: texts.warc.gz: neither a response nor a resource of HTML\n"
    other = members(warc_shapes.wget(), tmp_path / "pages.warc.gz")
    done = extract(path, other, "--to", tmp_path / "more")  # beside one with pages that is no trouble
    assert (done.returncode, len(done.stderr.splitlines())) == (0, 1)


def test_pages_in_other_languages_can_be_left_out_without_rejects(tmp_path: Path) -> None:
    path = members(warc_shapes.cc_news(), tmp_path / "pages.warc.gz")
    done = extract(path, "--to", tmp_path / "rows", "--language", "zh")
    assert b"5 pages: 3 articles, 3 pages in them, 0 rejects, 2 in other languages" in done.stdout
    assert rows(tmp_path / "rows", "rejects") == []
    assert extract(path, "--to", tmp_path / "x", "--language", "en").returncode == 2


def escaped(text: str, form: str) -> bytes:
    return "".join(form.format(ord(c)) if ord(c) > 127 else c for c in text).encode()


@pytest.mark.parametrize("form", ["&#{};", "&#x{:x};", "&#x{:X};"])
def test_whatever_becomes_a_row_may_be_chinese(form: str) -> None:
    for body in (page(1), page(1).decode().encode("gb18030"), escaped(page(1).decode(), form)):
        given = Page("http://fair.example/a/1.html", body)
        assert process_page(given).articles
        assert may_be_chinese(given)
    assert not may_be_chinese(Page("http://fair.example/", b"<html><p>English words &#233; &amp; \xe4\xb8\xad"))


def test_copies_are_marked_across_the_inputs_of_a_call_and_those_before(tmp_path: Path) -> None:
    copy = page(1).replace(b"\xe7\xac\xac1\xe4\xb8\xaa", b"\xe7\xac\xac9\xe4\xb8\xaa")  # another title
    for name, body in (
        ("a.html", page(1)),
        ("b.html", copy),
        ("c.html", page(2).replace("集市".encode(), "书房".encode())),
    ):
        (tmp_path / name).write_bytes(body)
    extract(tmp_path / "a.html", tmp_path / "b.html", "--to", tmp_path / "rows", "--url-prefix", "http://x.example/")
    extract(tmp_path / "c.html", "--to", tmp_path / "rows", "--url-prefix", "http://x.example/")
    later = tmp_path / "d"
    later.mkdir()
    shutil.copy(tmp_path / "a.html", later / "d.html")
    done = extract(later, "--to", tmp_path / "rows", "--url-prefix", "http://x.example/")
    assert done.returncode == 0
    found = {row["url"].rpartition("/")[2]: row for row in rows(tmp_path / "rows")}
    first = found["a.html"]["id"]
    marks = {name: (row["duplicate_of"], row["near_duplicate_of"]) for name, row in found.items()}
    assert marks["a.html"] == (None, None)
    assert marks["b.html"] == marks["d.html"] == (first, None)
    assert marks["c.html"][0] is None
    named = [part for manifest in load_manifests(tmp_path / "rows").values() for part in manifest.files]
    assert [part.sha256 for part in named] == [sha256(tmp_path / "rows" / part.path) for part in named]


PAGES = [warc_shapes.record("response", url(n), warc_shapes.http(page(n)), warc_shapes.HTTP) for n in range(1, 7)]


def damages() -> dict[str, Callable[[list[bytes]], bytes]]:
    """What may happen to a file of six members; the fourth is the one that suffers."""

    def flipped(packed: list[bytes]) -> bytes:
        member = bytearray(packed[3])
        member[len(member) // 2] ^= 0xFF
        return b"".join([*packed[:3], bytes(member), *packed[4:]])

    return {
        "a flipped byte": flipped,
        "a member cut short": lambda packed: b"".join([*packed[:3], packed[3][:-30], *packed[4:]]),
        "garbage between members": lambda packed: b"".join([*packed[:3], random.Random(7).randbytes(999), *packed[3:]]),
        "cut off in a member": lambda packed: b"".join(packed)[: -len(packed[5]) // 2],
        "zeros behind": lambda packed: b"".join(packed) + b"\x01" * 4096,
        "a member that is no record": lambda packed: b"".join([*packed[:3], gzip.compress(b"no record"), *packed[3:]]),
        "a wrong length": lambda packed: b"".join([*packed[:3], gzip.compress(wrong(PAGES[3], 10**9)), *packed[4:]]),
        "a length too short": lambda packed: b"".join([*packed[:3], gzip.compress(wrong(PAGES[3], 40)), *packed[4:]]),
        "no length": lambda packed: b"".join([*packed[:3], gzip.compress(wrong(PAGES[3], "many")), *packed[4:]]),
        "no address": lambda packed: b"".join(
            [*packed[:3], gzip.compress(PAGES[3].replace(b"WARC-Target-URI", b"X-Target")), *packed[4:]]
        ),
    }


def wrong(record: bytes, length: object) -> bytes:
    head, _, rest = record.partition(b"Content-Length: ")
    return head + f"Content-Length: {length}".encode() + rest[rest.index(b"\r\n") :]


@pytest.mark.parametrize("damage", damages().values(), ids=damages().keys())
def test_what_can_be_read_is_and_the_rest_is_told_with_file_and_offset(
    tmp_path: Path, damage: Callable[[list[bytes]], bytes]
) -> None:
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(damage([gzip.compress(each) for each in PAGES]))
    done = extract(path, "--to", tmp_path / "rows")
    assert done.returncode == 3, done
    [line, *_] = done.stderr.decode().splitlines()
    assert line.startswith("not read: pages.warc.gz: the record at offset ") or "pages.warc.gz" in line
    assert line.count("pages.warc.gz") == 1
    urls = {row["url"] for row in rows(tmp_path / "rows")}
    assert urls >= {url(n) for n in (1, 2, 3, 5)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x1f\x8b",
        b"\x1f\x8b\x08\x00" + bytes(30),
        b"WARC/1.0\r\n",
        b"PK\x03\x04" + bytes(50),
        b"filedesc://x.arc 0",
    ],
)
def test_a_file_that_only_has_the_name_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(content)
    other = members(warc_shapes.wget(), tmp_path / "good.warc.gz")
    done = extract(path, other, "--to", tmp_path / "rows")
    assert b"Traceback" not in done.stderr
    assert "pages.warc.gz" in done.stderr.decode()
    assert done.returncode == (0 if not content else 3)
    assert [row["url"] for row in rows(tmp_path / "rows")] == [url(11)]


def test_a_file_that_may_not_be_read_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    members(warc_shapes.wget(), folder / "good.warc.gz")
    (folder / "gone.html").symlink_to(tmp_path / "nowhere")  # a link to nothing is no file
    loop = folder / "loop.warc.gz"
    os.mkfifo(loop)  # neither is a pipe
    locked = folder / "locked.warc.gz"
    locked.write_bytes(b"WARC/1.0")
    locked.chmod(0)
    command = [sys.executable, "-m", "scrapy", "extract", str(folder), "--to", str(tmp_path / "rows")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, preexec_fn=forbidden)
    assert done.returncode == 3, done
    assert done.stderr == f"not read: {locked}: Permission denied\n"
    assert [row["url"] for row in rows(tmp_path / "rows")] == [url(11)]


def test_a_body_that_ends_early_makes_a_truncated_row_only_where_the_text_may_go_on() -> None:
    cut = Page("http://fair.example/a/1.html", page(1)[:-60], headers=(("WARC-Truncated", "disconnect"),))
    footer = replace(
        cut, body=page(1).replace(b"</html>", "<div class=footer>版权所有</div><div><a href=/>首".encode())
    )
    assert process_page(cut).articles[0].truncated
    assert not process_page(replace(cut, headers=())).articles[0].truncated
    assert not process_page(footer).articles[0].truncated
