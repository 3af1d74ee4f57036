"""The index of a pywb collection: a visit that was answered by 304 leads to the page that was still good."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from crawler.archive.playback import collect, main
from crawler.archive.reader import read_capture, to_page
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Capture
from tests.test_archive_records import PLAIN, RUN

BODY = "学习好，各位领导。".encode() * 200
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nETag: x\r\n\r\n"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"


def two_nights(output: Path) -> tuple[Capture, Capture, Path]:
    """A page, then the 304 that it got the night after, in a file of its own."""
    folder = output / "warc" / "wenku"
    page = replace(PLAIN, response_head=HEAD, body=gzip.compress(BODY, mtime=0))
    first = WarcWriter(folder, prefix="wenku", run_id=RUN)
    original = first.write(page)
    first.close()
    second = WarcWriter(folder, prefix="wenku", run_id=RUN[:-1] + "0")
    later = PLAIN.fetched_at + timedelta(days=1)
    visit = second.write(replace(page, fetched_at=later, response_head=UNCHANGED, body=b"", known=original))
    second.close()
    return original, visit, folder


def test_a_304_is_indexed_at_its_time_as_the_page_that_it_confirms(tmp_path: Path) -> None:
    original, visit, folder = two_nights(tmp_path)
    assert main([str(tmp_path), str(tmp_path / "collection")]) == 0
    assert collect(sorted(folder.glob("*.warc.gz")), tmp_path / "collection") == 2  # again: the same
    lines = (tmp_path / "collection" / "indexes" / "index.cdxj").read_text().splitlines()
    times, entries = [line.split()[1] for line in lines], [json.loads(line[line.index("{") :]) for line in lines]
    assert times == [f"{each.fetched_at:%Y%m%d%H%M%S}" for each in (original, visit)]
    assert entries[0] == entries[1]
    assert (entries[1]["filename"], entries[1]["offset"]) == (original.warc_file, str(original.offset))
    assert {path.name for path in (tmp_path / "collection" / "archive").iterdir()} == {
        original.warc_file,
        visit.warc_file,
    }


def test_a_304_of_a_compressed_page_is_read_back_decoded(tmp_path: Path) -> None:
    _, visit, folder = two_nights(tmp_path)
    stored = read_capture(folder, visit)
    assert (stored.status, stored.head, stored.resolved) == (304, UNCHANGED, True)
    assert to_page(stored).body == BODY
    assert to_page(stored).content_type == "text/html"
