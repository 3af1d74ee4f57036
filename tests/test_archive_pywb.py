"""pywb, the playback software of web archives, agrees with the index and plays the records back.

Runs where pywb is: in this environment, or in the one whose interpreter PYWB_PYTHON names.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crawler.archive.cdxj import index_path
from crawler.archive.surt import surt
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Capture
from tests.pywb_kit import playing
from tests.test_archive_coding import KEYS
from tests.test_archive_records import PLAIN, RUN

pytestmark = pytest.mark.slow

TEXT = "<html><head><title>通知</title></head><body>" + "学习好，各位领导。" * 200 + "</body></html>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n"


@pytest.fixture(scope="module")
def python() -> str:
    found = os.environ.get("PYWB_PYTHON") or (sys.executable if importlib.util.find_spec("pywb") else None)
    if not found:
        pytest.skip("pywb is not installed; set PYWB_PYTHON to an interpreter that has it")
    return found


@dataclass(frozen=True, slots=True)
class Archive:
    warc: Path
    pages: dict[str, Capture]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("archive")
    writer = WarcWriter(folder, prefix="wenku", run_id=RUN)
    body = TEXT.encode("gbk")
    pages: dict[str, Capture] = {}
    for name, head, payload in (
        ("plain", HEAD + b"\r\n", body),
        ("gzip", HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", gzip.compress(body, mtime=0)),
        ("same", HEAD + b"\r\n", body),
        ("sloppy", b"HTTP/1.0 200\nno colon\nContent-Type: text/html; charset=gbk\n\n", body + b" "),
        ("missing", b"HTTP/1.1 404 Not Found\r\n\r\n", b"gone"),
    ):
        url = f"http://www.bdocx.com/{name}.html"
        page = replace(PLAIN, url=url, response_head=head, body=payload, metadata=(("role", "article"),))
        capture = writer.write(replace(page, known=pages.get("plain")))
        pages[name] = capture
    (warc,) = writer.close()
    return Archive(warc, pages)


def test_index_keys_are_those_of_the_internet_archive(python: str) -> None:
    urls = [url for url in KEYS if url.startswith("http")]
    source = "import json, sys, surt; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    done = subprocess.run(
        [python, "-W", "ignore", "-c", source], input=json.dumps(urls), capture_output=True, text=True, check=True
    )
    assert dict(zip(urls, json.loads(done.stdout), strict=True)) == {url: surt(url) for url in urls}


def test_the_index_is_line_for_line_that_of_pywb(python: str, archive: Archive) -> None:
    done = subprocess.run(
        [python, "-W", "ignore", "-m", "pywb.indexer.cdxindexer", "--cdxj", "--sort", archive.warc],
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [(line.split(" ", 2)[:2], json.loads(line.split(" ", 2)[2])) for line in done.stdout.splitlines()]
    ours = [
        (line.split(" ", 2)[:2], json.loads(line.split(" ", 2)[2]))
        for line in index_path(archive.warc).read_text().splitlines()
    ]
    assert ours == theirs


@pytest.fixture(scope="module")
def playback(python: str, archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with playing(python, [archive.warc], tmp_path_factory.mktemp("pywb")) as base:
        yield base


@pytest.mark.parametrize("name", ["plain", "gzip", "same", "sloppy"])
def test_pywb_plays_pages_and_revisits_back(playback: str, archive: Archive, name: str) -> None:
    """mp_: the page without pywb's frame around it."""
    with urllib.request.urlopen(f"{playback}/20261120074500mp_/{archive.pages[name].url}", timeout=30) as response:
        played = response.read().decode("gbk")
    assert re.sub(r"\s+", "", TEXT.partition("<body>")[2]) in re.sub(r"\s+", "", played)
