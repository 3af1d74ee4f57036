"""The index is a view of the dataset: deleted, cut, outdated or half written, it comes back from the rows."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scrapy.utils.test import get_crawler

from bench.dedup import EDITS, identity, signed
from bench.duplicates_growth import signatures
from crawler.extract import Article
from crawler.extract.article import Reject, RejectedPage
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.part import Part
from pipelines.dataset.parts import PartWriter
from pipelines.dataset.schema import SCHEMA, row
from pipelines.dedup.account import is_current
from pipelines.dedup.index import STRICT, DupIndex, open_index
from pipelines.dedup.mark import enter, enter_all, mark
from pipelines.dedup.mark_all import Marking, adopt, mark_parts
from pipelines.dedup.segment import MOST_PER_KEY, Segment, SegmentError
from pipelines.stages import DedupPipeline
from tests.test_dataset import NOON
from tests.test_dataset import article as bare
from tests.test_dedup import article, essay, marks


def full(text: str, name: str = "", minutes: int = 0) -> Article:
    """A signed article with every column that a row needs."""
    at = NOON + timedelta(minutes=minutes)
    signed = article(text, name)
    return bare(1, id=signed.id, text=text, signature=signed.signature, fetched_at=at)


def crawl(output: Path, run_id: str, articles: Sequence[Article], *, killed: bool = False) -> list[Article]:
    """What a run does with its articles; `killed`: it ends before its manifest."""
    lock = Lock(output, f"run-{run_id}", wait=True)
    index = open_index(output, run_id)
    writer = PartWriter(output, "articles", SCHEMA, run_id=run_id, started=NOON)
    for each in articles:
        writer.add(row(mark(each, index)))
    index.close()
    writer.close()
    if not killed:
        Manifest(run_id, "news", ["demo"], NOON, NOON, "1", writer.parts, []).write(output)
    lock.release(remove=True)
    return list(articles)


def looked_up(output: Path, text: str) -> str | None:
    """What a later run finds for the text."""
    probe = article(text, "probe")
    mark(probe, open_index(output, "later"))
    return probe.duplicate_of or probe.near_duplicate_of


def folder(output: Path) -> Path:
    return output / "state" / "duplicates"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Two finished runs with essays 0 to 9 and 10 to 19."""
    crawl(tmp_path, "20261101T000000Z-news-aaaaaa", [full(essay(n)) for n in range(10)])
    crawl(tmp_path, "20261102T000000Z-news-bbbbbb", [full(essay(n)) for n in range(10, 20)])
    return tmp_path


def test_a_copy_of_an_earlier_runs_article_is_found(output: Path) -> None:
    for n in (0, 9, 10, 19):
        assert looked_up(output, essay(n)) == identity(essay(n))
        assert looked_up(output, EDITS["5% of the words"](essay(n), random.Random(n))) == identity(essay(n))


def test_the_index_comes_back_from_the_rows(output: Path) -> None:
    before = {n: looked_up(output, essay(n)) for n in range(25)}
    shutil.rmtree(folder(output))
    assert {n: looked_up(output, essay(n)) for n in range(25)} == before


@pytest.mark.parametrize("file", ["entries.npy", "keys.npy", "rows.npy", "info.json"])
def test_a_segment_that_is_cut_is_made_again(output: Path, file: str) -> None:
    path = sorted(folder(output).iterdir())[0] / file
    path.write_bytes(path.read_bytes()[:-100] if file != "info.json" else b"{")
    with pytest.raises(SegmentError):
        Segment.open(path.parent)
    assert looked_up(output, essay(3)) == identity(essay(3))
    assert all(Segment.open(each) for each in folder(output).iterdir())


def test_whether_the_index_has_to_be_read_anew_is_known_without_opening_it(output: Path) -> None:
    assert is_current(output / "none")
    assert is_current(output)
    crawl(output, "20261103T000000Z-news-cccccc", [full(essay(30))], killed=True)
    assert not is_current(output)
    looked_up(output, essay(30))
    assert is_current(output)
    path = sorted(folder(output).iterdir())[0] / "info.json"
    for damaged in (b"{", b"[]", b'{"version": 2, "runs": {"a": "b"}}', path.read_bytes().replace(b" 2", b" 1")):
        path.write_bytes(damaged)
        assert not is_current(output)
    shutil.rmtree(folder(output))
    assert not is_current(output)


def test_what_a_killed_run_added_goes_with_its_rows(output: Path) -> None:
    crawl(output, "20261103T000000Z-news-cccccc", [full(essay(30))], killed=True)
    assert [path.name for path in folder(output).iterdir() if "cccccc" in path.name]
    assert looked_up(output, essay(30)) is None
    assert not [path.name for path in folder(output).iterdir() if "cccccc" in path.name]
    # Its pages come again, under the same ids.
    [again] = crawl(output, "20261104T000000Z-news-dddddd", [full(essay(30))])
    assert marks(again) == (None, None)
    assert looked_up(output, essay(30)) == again.id


def test_rows_that_were_taken_down_leave_the_index(output: Path) -> None:
    (output / "manifests" / "20261101T000000Z-news-aaaaaa.json").unlink()
    assert looked_up(output, essay(3)) is None
    assert looked_up(output, essay(13)) == identity(essay(13))


def test_a_manifest_with_fewer_rows_than_the_index_has_it_read_again(output: Path) -> None:
    """scrapy forget writes a part again without some rows."""
    run_id = "20261101T000000Z-news-aaaaaa"
    writer = PartWriter(output, "articles", SCHEMA, run_id=run_id, started=NOON)
    for n in range(1, 10):
        writer.add(row(full(essay(n))))
    writer.close()
    Manifest(run_id, "news", ["demo"], NOON, NOON, "1", writer.parts, []).write(output)
    assert looked_up(output, EDITS["set anew"](essay(0), random.Random(1))) != identity(essay(0))
    assert looked_up(output, essay(3)) == identity(essay(3))


def test_two_runs_at_once_see_each_other_from_segment_to_segment(output: Path) -> None:
    first, second = "20261103T000000Z-news-cccccc", "20261103T000000Z-wenku-dddddd"
    locks = [Lock(output, f"run-{run}", wait=True) for run in (first, second)]
    one, other = open_index(output, first), open_index(output, second)
    mark(article(essay(40)), one)
    one.flush()
    other.flush()
    assert marks(mark(article(essay(40), "copy"), other)) == (identity(essay(40)), None)
    other.flush()
    # A third that starts now leaves what the two are doing alone.
    open_index(output, "20261103T000000Z-fanwen-eeeeee")
    assert {path.name for path in folder(output).iterdir()} >= {f"{first}-0000", f"{second}-0000"}
    for lock in locks:
        lock.release(remove=True)


def test_many_segments_become_few_and_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = DupIndex(tmp_path / "whole", tmp_path / "drafts", "run")
    monkeypatch.setattr("pipelines.dedup.index.TAIL", 8)
    pieces = DupIndex(tmp_path / "pieces", tmp_path / "drafts", "run")
    rng, most, copies = random.Random(1), 0, 0
    for step in range(300):
        kind = rng.choice(("set anew", "1% of the words", "reordered paragraphs"))
        text = EDITS[kind](essay(rng.randrange(80)), random.Random(step))
        monkeypatch.setattr("pipelines.dedup.index.TAIL", 1024)
        expected = mark(article(text, str(step)), whole)
        monkeypatch.setattr("pipelines.dedup.index.TAIL", 8)
        found = mark(article(text, str(step)), pieces)
        most = max(most, len(pieces.segments))
        if (expected.similarity or 0) >= STRICT:  # what is barely of one family may be missed
            copies += 1
            assert marks(found) == marks(expected)
    assert copies > 100
    assert most <= 3 * 3  # FAN - 1 of each size
    pieces.flush()
    assert sum(sum(segment.runs.values()) for segment in pieces.segments) == 300


def test_a_text_that_a_thousand_sites_have_is_stored_once(tmp_path: Path) -> None:
    index = DupIndex(tmp_path / "duplicates", tmp_path / "drafts", "run")
    for n in range(50):
        index.add(identity(str(n)), signed(essay(1)), n)
    index.flush()
    [segment] = index.segments
    assert (len(segment.entries), segment.runs) == (1, {"run": 50})


def test_of_many_near_copies_the_earliest_is_named(tmp_path: Path) -> None:
    index = DupIndex(tmp_path / "duplicates", tmp_path / "drafts", "run")
    for n in range(3 * MOST_PER_KEY):
        text = EDITS["1% of the words"](essay(1), random.Random(n)) if n else essay(1)
        index.add(identity(str(n)), signed(text), 1000 - n)  # the last one added came first
    index.flush()
    probe = mark(article(EDITS["1% of the words"](essay(1), random.Random(77))), index)
    assert probe.near_duplicate_of == identity(str(3 * MOST_PER_KEY - 1))


# A whole dataset at once.


def staged(output: Path, run_id: str, articles: Sequence[Article], a_part: int) -> dict[str, tuple[str | None, ...]]:
    """Marks by id that mark_parts() gives to articles which were written in this order, so many a part."""
    folder = output / "tmp" / run_id
    parts = []
    for number in range(0, len(articles), a_part):
        writer = PartWriter(folder, "articles", SCHEMA, run_id=run_id, started=NOON, first=number)
        for each in articles[number : number + a_part]:
            writer.add(row(each))
        writer.flush()
        parts += writer.parts
    marking = Marking(folder, run_id)
    done = mark_parts(marking, parts)
    assert [part.path for part in done] == [part.path for part in parts]
    assert all((folder / part.path).stat().st_size == part.bytes for part in done)
    adopt(output, marking)
    table = pq.read_table(folder / "articles")
    assert table.select(SCHEMA.names).schema.equals(SCHEMA, check_metadata=False)
    return {
        each["id"]: (each["duplicate_of"], each["near_duplicate_of"], each["similarity"]) for each in table.to_pylist()
    }


def test_marks_of_a_whole_dataset_do_not_depend_on_the_order_of_its_rows(tmp_path: Path) -> None:
    articles = [full(essay(n), f"source {n}", n) for n in range(8)]
    articles += [full(EDITS["set anew"](essay(n), random.Random(n)), f"same {n}", 10 + n) for n in range(8)]
    articles += [full(EDITS["1% of the words"](essay(n), random.Random(n)), f"copy {n}", 20 + n) for n in range(8)]
    one = staged(tmp_path / "one", "r", articles, 24)
    random.Random(1).shuffle(articles)
    other = staged(tmp_path / "other", "r", articles, 5)
    assert one == other
    for n in range(8):
        assert one[identity(f"source {n}")][0] is None
        assert one[identity(f"same {n}")] == (identity(f"source {n}"), None, 1.0)
        assert one[identity(f"copy {n}")][1] == identity(f"source {n}")


def test_the_index_of_a_new_dataset_serves_the_next_run(tmp_path: Path) -> None:
    run_id = "20261105T000000Z-reextract-ffffff"
    articles = [full(essay(n), minutes=n) for n in range(10)]
    lock = Lock(tmp_path, f"run-{run_id}", wait=True)
    staged(tmp_path, run_id, articles, 4)
    stamps = [Segment.open(each).entries["stamp"] for each in sorted(folder(tmp_path).iterdir())]
    assert np.all(np.diff(np.concatenate(stamps)) > 0)
    shutil.move(tmp_path / "tmp" / run_id / "articles", tmp_path / "articles")
    parts = [
        (path.relative_to(tmp_path).as_posix(), pq.read_metadata(path).num_rows)
        for path in sorted((tmp_path / "articles").rglob("*.parquet"))
    ]
    files = [Part(path, rows, 0, "") for path, rows in parts]
    Manifest(run_id, "news", ["demo"], NOON, NOON, "1", files, []).write(tmp_path)
    lock.release(remove=True)
    before = sorted(path.name for path in folder(tmp_path).iterdir())
    assert looked_up(tmp_path, essay(3)) == identity(essay(3))
    assert sorted(path.name for path in folder(tmp_path).iterdir()) == before


# In a crawl.


@pytest.mark.slow
def test_rows_go_on_unmarked_when_the_index_cannot_be_read(output: Path, caplog: pytest.LogCaptureFixture) -> None:
    (part,) = (output / "articles").rglob("20261101*.parquet")
    part.write_bytes(part.read_bytes()[:-100])
    shutil.rmtree(folder(output))
    crawler = get_crawler(settings_dict={"OUTPUT_DIR": str(output), "EXTENSIONS": {"crawler.run.CurrentRun": 0}})
    stage = DedupPipeline.from_crawler(crawler)
    stage.open_spider()
    item = full(essay(13), "copy")
    item.signature = None
    assert stage.process_item(item) is item
    stage.close_spider()
    assert item.signature == full(essay(13)).signature
    assert marks(item) == (None, None)
    assert crawler.stats
    assert crawler.stats.get_value("dedup/failure")
    assert "Duplicates are not marked from here on" in caplog.text


@pytest.mark.slow
def test_a_crawl_counts_its_duplicates(output: Path) -> None:
    crawler = get_crawler(settings_dict={"OUTPUT_DIR": str(output), "EXTENSIONS": {"crawler.run.CurrentRun": 0}})
    stage = DedupPipeline.from_crawler(crawler)
    stage.open_spider()
    stage.process_item(full(essay(3), "again"))
    stage.process_item(full(EDITS["1% of the words"](essay(3), random.Random(1)), "copy"))
    reject = RejectedPage("http://demo/", "demo", "news", Reject("too_short"))
    assert stage.process_item(reject) is reject
    stage.close_spider()
    assert crawler.stats
    assert (crawler.stats.get_value("dedup/same"), crawler.stats.get_value("dedup/copy")) == (1, 1)


def test_many_rows_at_once_get_the_marks_that_they_get_one_by_one(tmp_path: Path) -> None:
    """Also where the tail becomes a segment among them, an article comes again, and a text is too short."""
    rng = np.random.default_rng(1)
    texts = [*signatures(300, rng), *signatures(500, rng, family=100), *signatures(900, rng, family=2)]
    rows = [(rng.bytes(16).hex(), each.pack(), NOON) for each in texts]
    rows = [rows[at] for at in rng.permutation(len(rows))]
    rows[700:700] = [*rows[:50], (rng.bytes(16).hex(), None, NOON), (rng.bytes(16).hex(), texts[0].pack(), NOON)]
    indexes = [DupIndex(tmp_path / name / "index", tmp_path / name / "drafts", "run") for name in ("one", "many")]
    one_by_one = [enter(indexes[0], *each, "run") for each in rows]
    assert list(enter_all(indexes[1], rows, "run")) == one_by_one
    assert len(indexes[0].segments) > 0
    assert 500 < sum(each is not None for each in one_by_one) < len(rows)
