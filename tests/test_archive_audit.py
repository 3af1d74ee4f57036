"""One archive file and its index, byte by byte; records read as a crawl and as other tools have written them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive import cdxj
from crawler.archive.audit import AuditedResponse, audit
from crawler.archive.exchange import ArchiveError, Exchange, Rendered
from crawler.archive.members import Damage, members
from crawler.archive.reader import is_rendered, locate, pages, read_capture, records, to_page
from crawler.archive.rewrite import draft_without, drop_lines, is_tombstone, publish_draft, spans, tombstone
from crawler.archive.superseded import set_aside
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Capture

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
RUN = "20261120T080000Z-news-3f9a2c"
HEAD = b"HTTP/1.1 %d x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
ARTICLE, LIST = (("role", "article"),), (("role", "list"),)


def exchange(number: int, body: bytes = b"<p>one</p>", status: int = 200, **more: object) -> Exchange:
    page = Exchange(f"http://h.test/{number}.html", NOW, b"GET / HTTP/1.1\r\n\r\n", HEAD % status, body)
    return replace(page, **{"metadata": ARTICLE, **more})  # type: ignore[arg-type]


def written(folder: Path, *exchanges: Exchange, run: str = RUN) -> tuple[Path, list[Capture]]:
    writer = WarcWriter(folder / "news", prefix="news", run_id=run)
    captures = [writer.write(each) for each in exchanges]
    [path] = writer.close()
    return path, captures


def audited(path: Path) -> tuple[list[str], list[AuditedResponse]]:
    found: list[AuditedResponse] = []
    return audit(path, found.append), found


def record(kind: str, number: int, block: bytes, *fields: str) -> bytes:
    """A gzip member as another tool may write it."""
    head = [
        *("WARC/1.0", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{number}>", "WARC-Date: 2026-11-20T08:00:00Z"),
        *(f"WARC-Target-URI: http://h.test/{number}.html", *fields, f"Content-Length: {len(block)}"),
    ]
    return gzip.compress("\r\n".join([*head, "", ""]).encode() + block + b"\r\n\r\n")


def sha1(content: bytes) -> str:
    return f"WARC-Payload-Digest: sha1:{hashlib.sha1(content).hexdigest()}"


def test_a_file_as_it_was_written_has_nothing_wrong(tmp_path: Path) -> None:
    first, _ = written(tmp_path, exchange(1))
    known = next(iter(records(first))).capture
    path, captures = written(
        tmp_path,
        exchange(1, known=known),
        exchange(2, b"", 304, known=replace(known, url="http://h.test/2.html")),
        exchange(3, b"", 404, metadata=LIST),
        exchange(4, metadata=()),
        exchange(5, metadata=(("site", "s"),)),
        run="20261120T090000Z-news-aaaaaa",
    )
    wrong, found = audited(path)
    place = (known.warc_file, known.offset, known.record_id)
    assert wrong == []
    assert [each.capture for each in found] == captures
    assert [(each.status, each.unchanged, each.role, each.refers) for each in found] == [
        (200, False, "article", place),
        (304, True, "article", place),
        (404, False, "list", None),
        (200, False, None, None),
        (200, False, None, None),
    ]


def test_what_is_wrong_with_an_index_is_said(tmp_path: Path) -> None:
    path, captures = written(tmp_path, *(exchange(number) for number in range(6)))
    index = cdxj.index_path(path)
    whole = index.read_bytes().splitlines(keepends=True)
    name = index.name

    def said(lines: list[bytes]) -> list[str]:
        index.write_bytes(b"".join(lines))
        return audited(path)[0]

    def summary(wrong: int, missing: int) -> str:
        return f"{name}: not the index of the file: {wrong} lines too many or wrong, {missing} missing"

    assert said(whole) == []
    assert said(whole[:-1]) == [summary(0, 1)]
    assert said(whole[::-1]) == [summary(0, 0)]
    assert said([*whole, whole[-1]]) == [summary(0, 0)]
    assert said([b" no line\n", *whole]) == [f"{name}: line 1 is that of no record", summary(1, 0)]
    assert said([*whole[:-1], whole[-1].rstrip()]) == [f"{name} does not end with a line end"]
    strange = [b" no line %d\n" % number for number in range(4)]
    assert said([*strange, *whole]) == [
        *(f"{name}: line {number} is that of no record" for number in (1, 2, 3)),
        summary(4, 0),
    ]
    assert said([]) == [summary(0, len(captures))]
    index.unlink()
    assert audited(path)[0] == [f"{name} is missing"]


def test_a_payload_that_is_not_what_its_digest_says_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"5\r\nhello\r\n0\r\n\r\n"
    right = [
        record("response", 1, HEAD % 200 + b"x", sha1(b"x")),
        record("response", 2, HEAD % 200 + b"x"),
        record("response", 3, chunked + body, sha1(body)),
        record("response", 4, chunked + body, sha1(b"hello")),
        record("revisit", 5, HEAD % 200, sha1(b"of another record")),
        record("request", 6, b"GET / HTTP/1.1\r\n\r\n", sha1(b"y")),
    ]
    path.write_bytes(b"".join([*right, record("response", 7, HEAD % 200 + b"x", sha1(b"y"))]))
    cdxj.write(path, [])
    wrong, found = audited(path)
    offset = len(b"".join(right))
    assert wrong[0] == f"the record at offset {offset} is damaged: its payload digest does not match"
    assert len(wrong) == 2
    assert "6 missing" in wrong[1]
    assert len(found) == 6
    path.write_bytes(right[0] + b"garbage" + right[1])
    wrong, found = audited(path)
    assert wrong[0].startswith(f"the record at offset {len(right[0])} is damaged")
    assert len(found) == 2


@pytest.mark.parametrize(
    ("fields", "refers"),
    [
        (("WARC-Refers-To-Filename: a.warc.gz", "WARC-Refers-To-File-Offset: 12"), ("a.warc.gz", 12, "<urn:uuid:1>")),
        (("WARC-Refers-To-Filename: a.warc.gz", "WARC-Refers-To-File-Offset: x"), ("a.warc.gz", -1, "<urn:uuid:1>")),
        (("WARC-Refers-To-Filename: a.warc.gz",), ("a.warc.gz", -1, "<urn:uuid:1>")),
        (("WARC-Refers-To-Filename: a", f"WARC-Refers-To-File-Offset: {'9' * 18}"), ("a", 10**18 - 1, "<urn:uuid:1>")),
        (("WARC-Refers-To-Filename: a", f"WARC-Refers-To-File-Offset: {'9' * 19}"), ("a", -1, "<urn:uuid:1>")),
        ((), None),
    ],
)
def test_where_a_revisit_says_that_its_payload_is(
    tmp_path: Path, fields: tuple[str, ...], refers: tuple[str, int, str] | None
) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(record("revisit", 2, HEAD % 200, "WARC-Refers-To: <urn:uuid:1>", *fields))
    _, [found] = audited(path)
    assert (found.refers, found.unchanged, found.role) == (refers, False, None)
    path.write_bytes(record("response", 2, HEAD % 200, "WARC-Refers-To: <urn:uuid:1>", *fields))
    assert audited(path)[1][0].refers is None


def test_pages_of_other_tools_are_responses_resources_and_what_a_browser_showed(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    html, text = "Content-Type: text/html", "Content-Type: text/plain"
    about = gzip.compress(
        b"WARC/1.0\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:9>\r\nWARC-Refers-To: <urn:uuid:2>\r\n"
        b"Content-Length: 15\r\n\r\nrole: article\r\n\r\n\r\n"
    )
    path.write_bytes(
        b"".join(
            [
                record("response", 1, HEAD % 200 + b"<p>1</p>"),
                record("resource", 2, b"<p>2</p>", html),
                about,
                record("resource", 3, b"3", text),
                record("conversion", 4, b"<p>4</p>", html),
                record("conversion", 5, b"5", text),
                record("metadata", 6, b"role: article\r\n"),
                record("response", 7, HEAD % 200 + b"<p>7</p>"),
            ]
        )
    )
    damage: list[Damage] = []
    found = list(pages(path, damage.append))
    assert [(each.url[14:-5], each.body, each.status) for each in found] == [
        (str(number), b"<p>%d</p>" % number, 200) for number in (1, 2, 4, 7)
    ]
    assert [each.metadata for each in found] == [{}, {"role": "article"}, {}, {}]
    # Without metadata that name a role a conversion is not this crawler's, and resources never are.
    assert [each.url[14:-5] for each in records(path, damage.append)] == ["1", "7"]
    assert damage == []


def test_a_page_as_a_browser_showed_it_stands_beside_what_was_served(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "news", prefix="news", run_id=RUN)
    served = writer.write(exchange(1, b"<div id=app></div>"))
    shown = writer.write_rendered(
        Rendered(served, b"<p>shown</p>", NOW + timedelta(seconds=9), ARTICLE, truncated="length")
    )
    whole = writer.write_rendered(Rendered(served, b"<p>whole</p>", NOW + timedelta(seconds=10), ARTICLE))
    [path] = writer.close()
    found = list(records(path))
    assert [each.capture for each in found] == [served, shown, whole]
    assert [(each.body, each.truncated) for each in found[1:]] == [(b"<p>shown</p>", "length"), (b"<p>whole</p>", None)]
    assert ("WARC-Truncated", "length") in to_page(found[1]).headers
    assert "WARC-Truncated" not in dict(to_page(found[2]).headers)
    assert read_capture(tmp_path, shown) == found[1]
    assert [is_rendered(tmp_path, each) for each in (served, shown, whole)] == [False, True, True]
    assert not is_rendered(tmp_path, replace(shown, warc_file="news-gone.warc.gz"))
    assert not is_rendered(tmp_path, replace(shown, offset=path.stat().st_size))
    assert audited(path)[0] == []


def test_what_another_record_has_superseded_is_left_out(tmp_path: Path) -> None:
    path, captures = written(tmp_path, *(exchange(number) for number in range(3)))
    set_aside(path.parent, "another", {captures[1].record_id})
    assert [each.capture for each in records(path)] == [captures[0], captures[2]]


def test_a_record_is_read_where_it_is_and_nowhere_else(tmp_path: Path) -> None:
    path, [first, second] = written(tmp_path, exchange(1), exchange(2))
    assert locate(tmp_path, path.name) == locate(path.parent, path.name) == path
    assert locate(tmp_path / "wenku", path.name) == path, "of another family, beside this one's folder"
    assert read_capture(tmp_path, second).url == second.url
    with pytest.raises(ArchiveError, match=f"offset {first.offset} is not {second.record_id}"):
        read_capture(tmp_path, replace(second, offset=first.offset))
    with pytest.raises(ArchiveError, match=f"offset {first.offset + 1}"):
        read_capture(tmp_path, replace(first, offset=first.offset + 1))
    with pytest.raises(ArchiveError, match="is no response"):
        read_capture(tmp_path, replace(first, offset=path.stat().st_size))
    with pytest.raises(ArchiveError, match="news-gone"):
        read_capture(tmp_path, replace(first, warc_file="news-gone.warc.gz"))


@pytest.mark.parametrize(
    ("status", "body", "digest", "revisit"),
    [
        (200, b"same", True, True),
        (299, b"same", True, True),
        (300, b"same", True, False),
        (199, b"same", True, False),
        (200, b"other", False, False),
        (304, b"", False, True),
        (404, b"same", True, False),
    ],
)
def test_a_page_that_is_known_is_written_as_a_revisit(
    tmp_path: Path, status: int, body: bytes, digest: bool, revisit: bool
) -> None:
    _, [known] = written(tmp_path, exchange(1, b"same"))
    path, [again] = written(tmp_path, exchange(1, body, status, known=known), run="20261120T090000Z-news-aaaaaa")
    [found] = records(path)
    assert (found.refers is not None) is revisit
    assert (again.payload_digest == known.payload_digest) is (revisit or digest)
    assert read_capture(tmp_path, again).body == (b"same" if revisit else body)
    assert audited(path)[0] == []


@pytest.mark.parametrize("length", [330, 400, 1000, 65_900, 65_901, 66_000, 131_500, 200_001])
def test_a_tombstone_has_the_length_of_what_it_stands_for(tmp_path: Path, length: int) -> None:
    made = tombstone(length, NOW)
    assert len(made) == length
    path = tmp_path / "one.warc.gz"
    path.write_bytes(made)
    [member] = members(path)
    assert is_tombstone(member)
    assert member.block.startswith(b"removed: 2026-11-20T08:00:00")


def test_every_length_from_the_least_on_has_a_tombstone() -> None:
    assert [len(tombstone(length, NOW)) for length in range(330, 760)] == list(range(330, 760))
    with pytest.raises(ArchiveError, match="too few"):
        tombstone(329, NOW)


def test_a_record_goes_with_its_request_and_metadata_and_no_other_moves(tmp_path: Path) -> None:
    path, captures = written(tmp_path, *(exchange(number, b"<p>%d</p>" % number) for number in range(4)))
    every = list(members(path))
    assert [each.kind for each in every] == ["warcinfo", *["request", "response", "metadata"] * 4]
    for gone, first, last in (([1], 4, 6), ([0], 1, 3), ([3], 10, 12), ([1, 2], 4, 9)):
        offsets = {captures[number].offset for number in gone}
        for known in ((), {each.offset for each in captures}, {each.offset for each in every}):
            found, ids = spans(path, offsets, known)
            assert found == [(every[first].offset, every[last].end)]
            assert ids == {captures[number].record_id for number in gone}
    with pytest.raises(ArchiveError, match="no record begins at offset"):
        spans(path, {captures[1].offset + 1}, ())

    size = path.stat().st_size
    found, _ = spans(path, {captures[1].offset}, ())
    publish_draft(draft_without(path, found, NOW), path)
    drop_lines(path, {captures[1].offset})
    assert path.stat().st_size == size
    assert [each.capture for each in records(path)] == [captures[0], *captures[2:]]
    assert audited(path)[0] == []
    assert [is_tombstone(each) for each in members(path)].count(True) == 1
    stone = next(each for each in members(path) if is_tombstone(each))
    assert spans(path, {stone.offset}, ()) == ([], set()), "what is gone is not taken out again"
    lines = cdxj.index_path(path).read_bytes()
    drop_lines(path, {captures[1].offset})
    assert cdxj.index_path(path).read_bytes() == lines
    cdxj.index_path(path).unlink()
    drop_lines(path, {captures[2].offset})
    assert not cdxj.index_path(path).exists()
