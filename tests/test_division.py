"""A file read in pieces gives what it gives as a whole, wherever it is divided: the same responses and rows."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.division import Piece, divide
from crawler.archive.exchange import Exchange
from crawler.archive.members import Damage, members
from crawler.archive.reader import Stored, records
from crawler.archive.writer import WarcWriter
from crawler.reextract.dataset import batches
from crawler.reextract.files import Job, extract_files, join_files
from crawler.sandbox.processor import Processor
from tests.examples import times

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
RUN = "20260920T120000Z-news-0000aa"
SITE = """
family = "news"
domains = ["news.example"]
seeds = ["http://news.example/"]
article = ['^/a/']
"""
TEXT = "清晨的集市总是先从鱼摊热闹起来，水桶里的鲫鱼拍着尾巴，溅湿了过路人的裤脚，也没有人生气。"
HOST = "http://news.example"


def page(number: int, further: str = "") -> str:
    body = f"<p>{TEXT}第{number}天。</p>" * 5
    after = f"<a href='{further}'>下一页</a>" if further else ""
    return f"<title>早市{number}</title><h1>早市的第{number}个早晨</h1><div class=content>{body}</div>{after}"


# A retry that goes well and one that does not, redirects over two pages and in a circle, an article of two pages.
VISITS: list[tuple[str, int, str, dict[str, str]]] = [
    ("/a/1.html", 500, "", {}),
    ("/a/2.html", 301, "/a/3.html", {}),
    ("/a/3.html", 301, "/a/4.html", {"via": f"{HOST}/a/2.html"}),
    ("/a/4.html", 301, "/a/2.html", {"via": f"{HOST}/a/3.html"}),
    ("/a/5.html", 404, "", {}),
    ("/a/6.html", 200, page(6, "/a/6_2.html"), {}),
    ("/a/1.html", 200, page(1), {}),
    ("/a/6_2.html", 200, page(62), {"page": "2", "first-record": ""}),
    ("/a/7.html", 503, "", {}),
    ("/a/7.html", 502, "", {}),
    ("/a/8.html", 200, "<html><body>1", {}),
]


def write(folder: Path, visits: Iterable[tuple[str, int, str, dict[str, str]]]) -> Path:
    writer = WarcWriter(folder / "warc" / "news", prefix="news", run_id=RUN, info={"operator": "x"})
    first = ""
    for number, (path, status, content, more) in enumerate(visits):
        redirect = status in (301, 302)
        head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\n"
        head += f"Location: {content}\r\n" if redirect else ""
        fields = {"site": "local", "family": "news", "role": "article", "via": f"{HOST}/l/"} | more
        if "first-record" in more:
            fields["first-record"] = first
        body = b"" if redirect else content.encode()
        at = NOON + timedelta(seconds=number)
        request = b"GET / HTTP/1.1\r\n\r\n"
        capture = writer.write(
            Exchange(f"{HOST}{path}", at, request, f"{head}\r\n".encode(), body, metadata=tuple(fields.items()))
        )
        if "6_2" in content:
            first = capture.record_id
    return writer.close()[0]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("divided")
    (folder / "sites").mkdir()
    (folder / "sites" / "local.toml").write_text(SITE, "utf-8")
    return write(folder, VISITS)


def borders_of(path: Path) -> list[int]:
    """Where a record begins, the first one aside."""
    return [member.offset for member in members(path)][1:]


def pieces_at(path: Path, borders: list[int]) -> list[Piece]:
    return [Piece(path, start, end) for start, end in zip([0, *borders], [*borders, None], strict=True)]


def rows(folder: Path, sites: Path, pieces: list[Piece]) -> list[dict[str, Any]]:
    """All rows and rejects, each piece by itself."""
    job = Job(folder, sites, "r", NOON)
    results = [extract_files([piece], job, batch, Processor()) for batch, piece in enumerate(pieces)]
    assert not [line for result in results for line in result.damage]
    answers = [answer for result in results for answer in result.answers]
    pages = [page for result in results for page in result.pages]
    results.append(join_files(pages, job, len(results), Processor(), None, answers))
    assert sum(result.counts["warc_files"] for result in results) == 1
    parts = [folder / part.path for result in results for part in result.parts]
    found = [row for part in parts for row in pq.read_table(part, partitioning=None).to_pylist()]
    return sorted(found, key=lambda row: (row.get("id", ""), row["url"], row.get("reason", "")))


def test_wherever_a_file_is_divided_its_rows_are_the_same(file: Path, tmp_path: Path) -> None:
    sites = file.parents[2] / "sites"
    whole = rows(tmp_path / "whole", sites, [Piece(file)])
    assert sorted(row["url"].removeprefix(HOST) for row in whole if "reason" in row) == [
        "/a/4.html", "/a/5.html", "/a/7.html", "/a/8.html",
    ]  # fmt: skip
    assert sorted(row["page_count"] for row in whole if "reason" not in row) == [1, 2]
    for number, border in enumerate(borders_of(file)):
        assert rows(tmp_path / f"{number}", sites, pieces_at(file, [border])) == whole, border
    assert rows(tmp_path / "all", sites, pieces_at(file, borders_of(file))) == whole


@times(0.4)
@given(st.data())
def test_any_borders_between_records_give_every_response_once(file: Path, data: st.DataObject) -> None:
    borders = sorted(data.draw(st.sets(st.sampled_from(borders_of(file)))))
    damage: list[Damage] = []
    found = [stored for piece in pieces_at(file, borders) for stored in read(piece, damage)]
    assert found == list(records(file))
    assert not damage


def read(piece: Piece, damage: list[Damage]) -> Iterator[Stored]:
    return records(piece.path, damage.append, start=piece.start, end=piece.end)


def test_a_border_within_a_record_is_damage(file: Path) -> None:
    border = borders_of(file)[5]
    for wrong in (border - 1, border + 1):
        damage: list[Damage] = []
        list(read(Piece(file, 0, wrong), damage))
        assert [each.offset for each in damage] == [wrong]


@pytest.mark.parametrize("indexed", [True, False])
def test_pieces_are_about_as_large_as_asked_for(tmp_path: Path, indexed: bool) -> None:
    file = write(tmp_path, [(f"/a/{number}.html", 200, page(number), {}) for number in range(60)])
    if not indexed:
        file.with_name(file.name.replace(".warc.gz", ".cdxj")).unlink()
    size = file.stat().st_size
    pieces = divide(file, size // 4 + 1)
    assert len(pieces) == 4
    assert sum(piece.size for piece in pieces) == size
    assert max(piece.size for piece in pieces) < 0.3 * size
    assert [piece.start for piece in pieces[1:]] == [piece.end for piece in pieces[:-1]]
    assert {piece.start for piece in pieces[1:]} <= set(borders_of(file))
    assert divide(file, size) == [Piece(file)]


def test_what_cannot_be_divided_is_one_piece(file: Path, tmp_path: Path) -> None:
    member = gzip.compress(gzip.decompress(file.read_bytes()))
    for name, content in {
        "one.warc.gz": member,  # all records in one gzip member
        "cut.warc.gz": file.read_bytes()[:-9],
        "garbage.warc.gz": b"\x1f\x8b" + bytes(99),
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert divide(path, 20) == [Piece(path)], name
    copy = tmp_path / "wrong.warc.gz"
    copy.write_bytes(file.read_bytes())
    copy.with_name("wrong.cdxj").write_bytes(b"no index\n")
    assert divide(copy, 200) == [Piece(copy)]


def test_each_process_gets_half_of_a_single_file(tmp_path: Path) -> None:
    file = write(tmp_path, [(f"/a/{number}.html", 200, page(number), {}) for number in range(60)])
    one, two = batches([file], 2)
    assert (len(one), len(two)) == (1, 1)
    assert abs(one[0].size - two[0].size) < 0.1 * file.stat().st_size
    assert list(batches([file], 1)) == [[Piece(file)]]
    assert replace(one[0], end=None) == Piece(file)
