"""A take-down: nothing of the article is left, everything else is as it was, and no later crawl fetches it."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from isal import igzip
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from crawler.archive.exchange import ArchiveError
from crawler.archive.members import index, members
from crawler.archive.reader import read_capture, records
from crawler.archive.rewrite import is_tombstone, tombstone
from crawler.extract.article import Capture
from crawler.extract.url import article_id
from pipelines.dataset.manifest import load_manifests
from pipelines.dataset.part import sha256
from tests import dataset_kit as kit
from tests import dying
from tests.command_kit import Done, call
from tests.nights import page, serving
from tests.site.crawl import SETTINGS, crawl, scrapy
from tests.site.scaled import Scaled
from tests.site.server import serve

pytestmark = pytest.mark.slow

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
LONG = f"{kit.BASE}/c0/20.html"  # an article of several pages
SHORT = f"{kit.BASE}/c1/3.html"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, the second of which met the first twenty articles again."""
    folder = tmp_path_factory.mktemp("made")
    site = kit.scaled(110)
    sites = kit.write_site(folder / "sites", site)
    everything = kit.places(site)
    kit.crawl(folder / "out", sites, everything, 1, NOON)
    kit.crawl(folder / "out", sites, everything[:30], 2, NOON.replace(month=10))
    return folder


@pytest.fixture
def output(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy" / "out"


def forget(output: Path, *words: str) -> Done:
    return call("forget", output, *words)


def forgotten(output: Path) -> None:
    """In this process: LONG alone."""
    assert forget(output, LONG).status == 0


def rows(output: Path, kind: str = "articles") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(output / kind).drop_columns(["crawl_month"]).to_pylist()
    return sorted(found, key=lambda row: str(row.get("captures") or row.get("capture")))


def stored(output: Path) -> bytes:
    """Every byte that OUTPUT_DIR holds, unpacked."""
    pieces = []
    for path in sorted(path for path in output.rglob("*") if path.is_file()):
        if path.name.endswith(".gz"):
            pieces.append(igzip.decompress(path.read_bytes()))
        elif path.suffix == ".parquet":
            pieces.append(repr(pq.read_table(path, partitioning=None).to_pylist()).encode())
        else:
            pieces.append(path.read_bytes())
    return b"\n".join(pieces)


def is_whole(output: Path) -> None:
    """Every reader of WARC agrees, indexes and manifests match, and every row's records are where it says."""
    files = sorted((output / "warc").rglob("*.warc.gz"))
    for path in files:
        gzip.decompress(path.read_bytes())
        with path.open("rb") as file:
            assert all(each.verify_block_digest() for each in FastIterator(file, parse_http=False))
        with path.open("rb") as file:
            for each in WarcioIterator(file, check_digests="raise"):
                each.content_stream().read()
    for path in files:
        assert b"".join(line + b"\n" for line in index(path)) == Path(f"{str(path)[:-8]}.cdxj").read_bytes()
    manifests = load_manifests(output).values()
    assert {each.file: each.sha256 for one in manifests for each in one.warc} == {p.name: sha256(p) for p in files}
    for part in (part for one in manifests for part in one.files):
        assert sha256(output / part.path) == part.sha256
    for row in rows(output):
        for each in row["captures"]:
            assert read_capture(output / "warc", Capture(**each)).status == 200
    assert not [path for path in output.rglob("*") if path.suffix in (".rewritten", ".tmp")]
    assert not list((output / "tmp").iterdir())


def test_nothing_of_the_article_is_left_and_everything_else_is_as_it_was(output: Path) -> None:
    before = rows(output)
    [gone, again] = [row for row in before if row["url"] == LONG]
    assert gone["page_count"] > 1
    sizes = {path: path.stat().st_size for path in (output / "warc").rglob("*.warc.gz")}
    done = forget(output, LONG)
    assert (done.status, done.err) == (0, "")
    assert f"2 rows, 0 rejects and {2 * gone['page_count']} exchanges in 2 WARC files" in done.out
    assert rows(output) == [row for row in before if row["url"] != LONG]
    assert {path: path.stat().st_size for path in sizes} == sizes
    is_whole(output)
    content = stored(output)
    for each in (*gone["captures"], *again["captures"]):
        assert each["record_id"].encode() not in content
        assert f"GET {each['url'][len(kit.BASE) :]} ".encode() not in content
    assert max(gone["text"].split("\n"), key=len).encode() not in content
    assert article_id(LONG).encode() in content  # the hash in the frontier, by which it stays out


def test_by_id_it_is_the_same(output: Path) -> None:
    assert forget(output, article_id(SHORT)).status == 0
    assert SHORT not in {row["url"] for row in rows(output)}
    is_whole(output)


def test_the_tombstone_says_when_and_not_what(output: Path) -> None:
    forgotten(output)
    found = [each for path in (output / "warc").rglob("*.warc.gz") for each in members(path) if is_tombstone(each)]
    assert len(found) == 2  # neighbours are one
    for each in found:
        assert each.block.startswith(b"removed: 20")
        assert set(each.fields) == {
            *("warc-type", "warc-record-id", "warc-date", "content-type", "warc-block-digest", "content-length"),
        }


def test_a_reject_is_taken_down_like_a_row(output: Path) -> None:
    [dead, *_] = [row["url"] for row in rows(output, "rejects") if row["reason"] == "http_error"]
    done = forget(output, dead)
    assert "0 rows, 1 reject and" in done.out, done
    assert dead not in {row["url"] for row in rows(output, "rejects")}
    is_whole(output)


def test_a_page_whose_article_became_no_row_is_found_by_its_chain(output: Path) -> None:
    """The rows are gone already, the archive knows which pages belong together."""
    [row, _] = [row for row in rows(output) if row["url"] == LONG]
    for path in (output / "articles").rglob("*.parquet"):
        path.unlink()
    for each in load_manifests(output).values():
        rejects = [part for part in each.files if "rejects" in part.path]
        replace(each, files=rejects, counts={**each.counts, "articles": 0}).write(output)
    forgotten(output)
    left = {each.url for path in (output / "warc").rglob("*.warc.gz") for each in records(path)}
    assert left.isdisjoint(each["url"] for each in row["captures"])
    assert SHORT in left


def test_a_whole_site(output: Path) -> None:
    done = forget(output, "--site", "scaled")
    assert done.status == 0, done
    assert not list((output / "articles").rglob("*.parquet"))
    assert not list((output / "rejects").rglob("*.parquet"))
    assert [each for path in (output / "warc").rglob("*.warc.gz") for each in records(path)] == []
    assert f"{kit.BASE}/c".encode() not in stored(output)
    assert not list((output / "state" / "takedowns").iterdir())


def test_marks_of_copies_are_handed_on(output: Path) -> None:
    """Rows that name the article as their original name its earliest copy instead."""
    target, copies = article_id(LONG), [row["id"] for row in rows(output) if row["url"] != LONG][:3]
    for path in (output / "articles").rglob("*.parquet"):
        table = pq.ParquetFile(path).read()
        marks = [target if each in copies else None for each in table.column("id").to_pylist()]
        at = table.schema.names.index("duplicate_of")
        pq.write_table(table.set_column(at, table.schema.field(at), pa.array(marks, pa.string())), path)
    for one in load_manifests(output).values():
        files = [replace(part, sha256=sha256(output / part.path)) for part in one.files]
        replace(one, files=files).write(output)
    forgotten(output)
    marked = {row["id"]: row["duplicate_of"] for row in rows(output) if row["id"] in copies}
    heirs = [each for each, mark in marked.items() if mark is None]
    assert len(heirs) == 1
    assert {mark for mark in marked.values() if mark} == set(heirs)


def test_a_second_time_there_is_nothing_left_to_do(output: Path) -> None:
    forgotten(output)
    manifests = load_manifests(output)
    done = forget(output, LONG)
    assert "nothing of it is stored here" in done.out, done
    assert load_manifests(output) == manifests


MOMENTS = 8


@pytest.fixture(scope="module")
def moments(made: Path, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    copy = tmp_path_factory.mktemp("moments") / "copy"
    shutil.copytree(made, copy)
    return dying.moments("tests.test_forget:forgotten", copy / "out", MOMENTS)


@pytest.mark.parametrize("at", range(MOMENTS))
def test_killed_at_any_step_the_same_again_finishes_it(output: Path, moments: list[int], at: int) -> None:
    before = rows(output)
    assert dying.dies(moments[at], "tests.test_forget:forgotten", output)
    forgotten(output)
    assert rows(output) == [row for row in before if row["url"] != LONG]
    is_whole(output)
    assert not list((output / "state" / "takedowns").iterdir())
    assert max(next(row for row in before if row["url"] == LONG)["text"].split("\n"), key=len).encode() not in stored(
        output
    )


def test_a_damaged_archive_file_is_not_rewritten_as_good(output: Path) -> None:
    path = next((output / "warc").rglob("*.warc.gz"))
    content = bytearray(path.read_bytes())
    content[9] ^= 1  # the operating system in the first gzip head: nothing but the digest can tell
    path.write_bytes(content)
    done = forget(output, LONG)
    done.says(4, "not what its manifest says")


def test_mistakes_are_one_line(output: Path) -> None:
    refusals = [
        (("nonsense",), "neither an id"),
        ((), "usage: scrapy forget"),
        (("--site", "nosuch"), "no such site"),
        ((LONG, "--site", "scaled"), "not both"),
    ]
    for words, told in refusals:
        forget(output, *words).says(2, told)


@given(st.integers(380, 200_000))
def test_a_tombstone_has_any_length(length: int) -> None:
    made = tombstone(length, NOON)
    assert len(made) == length
    assert igzip.decompress(made).startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")


def test_where_no_tombstone_fits_it_says_so() -> None:
    with pytest.raises(ArchiveError, match="too few"):
        tombstone(200, NOON)


def test_a_later_crawl_asks_for_everything_but_what_was_taken_down(tmp_path: Path) -> None:
    with serve(Scaled(100)) as web:
        sites, output = web.write_sites(tmp_path / "sites"), tmp_path / "out"
        assert crawl("fanwen", sites, output).returncode == 0
        target = next(row for row in rows(output) if row["page_count"] > 1)
        assert forget(output, target["url"]).status == 0
        with closing(sqlite3.connect(output / "state" / "frontier.sqlite3", isolation_level=None)) as frontier:
            frontier.execute("UPDATE url SET next_due = 1 WHERE next_due IS NOT NULL")  # a month goes by
            known = "SELECT count(*) FROM url WHERE reason = 'forgotten' AND url = ''"
            assert frontier.execute(known).fetchone()[0] == target["page_count"]
        asked = len(web.hits)
        assert crawl("fanwen", sites, output).returncode == 0
        again = {hit.target for hit in web.hits[asked:]}
        pages = {each["url"].removeprefix(web["scaled"]) for each in target["captures"]}
        assert len(again) > 100
        assert again.isdisjoint(pages)
        by_hand(output, sites, target["url"])
        assert call("verify", output, "--quick", "--processes", "1", sites=sites).status == 0
        assert forget(output, "--site", "scaled").status == 0
        asked = len(web.hits)
        crawl("fanwen", sites, output)
        by_hand(output, sites, f"{web['scaled']}/c0/1.html")
        assert len(web.hits) == asked


def by_hand(output: Path, sites: Path, url: str) -> None:
    """One page, asked for by its URL, is refused: no folder, no log, nothing but a line."""
    before = sorted(output.rglob("*.warc.gz"))
    settings = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output)}
    done = scrapy("crawl", "fanwen", "-a", f"url={url}", settings=settings)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert f"-a url={url}: taken down by scrapy forget" in done.stderr
    assert sorted(output.rglob("*.warc.gz")) == before


def test_a_redirect_to_what_was_taken_down_is_not_followed_either(tmp_path: Path) -> None:
    """Of one page by hand, which begins with an empty frontier of its own."""
    with serving() as web:
        web.show(old=[(200, page("旧"))], kept=[(200, page("新"))])
        output, sites = tmp_path / "out", web.write_sites(tmp_path / "sites")
        assert crawl("news", sites, output).returncode == 0
        base = f"http://127.0.0.1:{web.port}/a"
        assert call("forget", output, f"{base}/old.html", sites=sites).status == 0
        web.show(newer=[(301, b"/a/old.html")])
        web.asked.clear()
        settings = SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": str(output)}
        done = scrapy("crawl", "news", "-a", f"url={base}/newer.html", settings=settings)
        assert done.returncode == 3, done.stderr
        assert "Exit status 3: no row: " in done.stderr
        assert web.asked == ["/robots.txt", "/a/newer.html"]
        assert [row["url"] for row in rows(output)] == [f"{base}/kept.html"]
