"""Archive files of other tools, and damaged ones: what can be read is read, the rest is told with file and offset."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive import members
from crawler.archive.members import Damage, Member, scan
from crawler.archive.reader import read_capture, records, to_page
from crawler.archive.record import canonical_digest, differs, parse_date
from tests.examples import times

URL = "http://site.example/a/{}.html"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
BODIES = ["第一篇，讲的是水".encode() * 40, b"<p>two</p>", "第三篇".encode() * 3000]


def record(
    number: int,
    body: bytes,
    *fields: str,
    kind: str | None = "response",
    head: bytes = HEAD,
    line: str = "\r\n",
    length: int | str | None = None,
    date: str = "2026-11-20T08:00:00Z",
) -> bytes:
    block = head + body
    lines = ["WARC/1.0", f"WARC-Record-ID: <urn:uuid:{number}>", f"WARC-Date: {date}"]
    lines += [f"WARC-Type: {kind}"] if kind else []
    lines += [f"WARC-Target-URI: {URL.format(number)}", *fields]
    lines += [f"Content-Length: {len(block) if length is None else length}"]
    return "".join(each + line for each in (*lines, "")).encode() + block + (line * 2).encode()


RECORDS = [record(number, body) for number, body in enumerate(BODIES)]


def chunks_of_gzip(content: list[bytes]) -> bytes:
    """Members of 700 bytes, wherever records begin."""
    whole = b"".join(content)
    return b"".join(gzip.compress(whole[at : at + 700]) for at in range(0, len(whole), 700))


def frames_with_dictionary(content: list[bytes]) -> bytes:
    trained = zstd.train_dict([piece for each in content for piece in (each, each[::2])] * 20, 4096)
    skippable = b"\x5d\x2a\x4d\x18" + len(trained.dict_content).to_bytes(4, "little") + trained.dict_content
    return skippable + b"".join(zstd.compress(each, zstd_dict=trained) for each in content)


PACKINGS: dict[str, Callable[[list[bytes]], bytes]] = {
    "a member a record": lambda content: b"".join(map(gzip.compress, content)),
    "one gzip stream": lambda content: gzip.compress(b"".join(content)),
    "members anywhere": chunks_of_gzip,
    "zeros between members": lambda content: b"".join(gzip.compress(each).ljust(4096, b"\0") for each in content),
    "line ends between members": lambda content: b"\r\n".join(map(gzip.compress, content)),
    "a frame a record": lambda content: b"".join(map(zstd.compress, content)),
    "one frame": lambda content: zstd.compress(b"".join(content)),
    "frames with a dictionary": frames_with_dictionary,
    "a skippable frame between": lambda content: b"\x50\x2a\x4d\x18\3\0\0\0abc".join(map(zstd.compress, content)),
    "plain": b"".join,
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_records_are_read_however_they_are_packed_and_found_again(tmp_path: Path, packing: str) -> None:
    path = tmp_path / "other.warc"
    path.write_bytes(PACKINGS[packing](RECORDS))
    read = list(records(path))
    assert [(stored.url, to_page(stored).body) for stored in read] == [
        (URL.format(number), body) for number, body in enumerate(BODIES)
    ]
    for stored in read:
        assert 0 < stored.capture.length <= path.stat().st_size - stored.capture.offset
        assert read_capture(tmp_path, stored.capture) == stored


@pytest.mark.parametrize("packing", PACKINGS)
def test_pieces_of_any_size_give_the_same(tmp_path: Path, packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "other.warc"
    path.write_bytes(PACKINGS[packing](RECORDS))

    def read() -> list[Member | Damage]:
        # Where a unit holds several records, the end of each is as far as the file happened to be read for it.
        return [replace(each, end=0) if isinstance(each, Member) else each for each in scan(path)]

    whole = read()
    for piece in (1, 7, 100):
        monkeypatch.setattr("crawler.archive.packing.PIECE", piece)
        assert read() == whole


SHA1 = hashlib.sha1(HEAD + BODIES[0])
PAYLOAD = hashlib.sha1(BODIES[0])


@pytest.mark.parametrize(
    ("declared", "right"),
    [
        (f"sha1:{SHA1.hexdigest()}", True),
        (f"SHA-1:{base64.b32encode(SHA1.digest()).decode().lower()}", True),
        (f"sha256:{hashlib.sha256(HEAD + BODIES[0]).hexdigest()}", True),
        (f"md5:{base64.b32encode(hashlib.md5(HEAD + BODIES[0]).digest()).decode()}", True),
        (f"md5:{base64.b32encode(hashlib.md5(HEAD + BODIES[0]).digest()).decode().rstrip('=')}", True),
        ("blake3:whatever", True),
        ("", True),
        (f"sha1:{PAYLOAD.hexdigest()}", False),
        ("sha1:AAAA", False),
        ("sha1:", False),
    ],
)
def test_digests_of_every_spelling(tmp_path: Path, declared: str, right: bool) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(gzip.compress(record(0, BODIES[0], f"WARC-Block-Digest: {declared}")))
    [found] = scan(path)
    assert isinstance(found, Member) is right
    assert differs(declared, HEAD + BODIES[0]) is not right


@given(st.binary(max_size=50))
def test_a_digest_has_one_form_in_rows(content: bytes) -> None:
    raw = hashlib.sha1(content).digest()
    written = "sha1:" + base64.b32encode(raw).decode()
    assert {canonical_digest(each) for each in (written, written.lower(), f"sha1:{raw.hex()}")} == {written}
    assert canonical_digest("sha256:AB") == "sha256:AB"


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("20190316083000", datetime(2019, 3, 16, 8, 30, tzinfo=UTC)),
        ("2019-03-16t08:30:00z", datetime(2019, 3, 16, 8, 30, tzinfo=UTC)),
        ("2019-03-16T16:30:00+08:00", datetime(2019, 3, 16, 8, 30, tzinfo=UTC)),
        ("2019-03", datetime(2019, 3, 1, tzinfo=UTC)),
        ("2019", datetime(2019, 1, 1, tzinfo=UTC)),
        *((bad, datetime(1970, 1, 1, tzinfo=UTC)) for bad in ("", "soon", "9999-99-99", "0001-01-01T00:00:00+23:59")),
    ],
)
def test_dates_of_every_form(value: str, instant: datetime) -> None:
    assert parse_date(value) == instant


@given(st.text(max_size=30) | st.from_regex(r"[0-9T:Z+.-]{0,30}"))
def test_any_date_is_an_instant(value: str) -> None:
    assert parse_date(value).tzinfo is UTC


def test_heads_without_carriage_returns_names_without_colon_and_a_type_in_capitals(tmp_path: Path) -> None:
    path = tmp_path / "other.warc"
    odd = [
        record(0, b"one", line="\n", head=b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n"),
        record(1, b"two", "a line without a colon", kind="RESPONSE"),
        record(2, b"three", "WARC-Target-URI: <http://site.example/一 篇>"),
    ]
    path.write_bytes(b"".join(odd))
    assert [(stored.url, stored.body) for stored in records(path)] == [
        (URL.format(0), b"one"),
        (URL.format(1), b"two"),
        ("http://site.example/%E4%B8%80%20%E7%AF%87", b"three"),
    ]


GOOD = [gzip.compress(each) for each in RECORDS]
BAD: dict[str, tuple[bytes, str]] = {
    "no number of bytes": (gzip.compress(record(7, b"x", length="abc")), "Content-Length"),
    "fewer than none": (gzip.compress(record(7, b"x", length=-5)), "Content-Length"),
    "a number of 5000 digits": (gzip.compress(record(7, b"x", length="9" * 5000)), "Content-Length"),
    "longer than it is": (gzip.compress(record(7, b"x", length=10**12)), "cut off"),
    "shorter than it is": (gzip.compress(record(7, b"x" * 50, length=60)), "longer than its Content-Length"),
    "another block digest": (gzip.compress(record(7, b"x", f"WARC-Block-Digest: sha1:{'0' * 40}")), "block digest"),
    "no record": (gzip.compress(b"hello" * 100), "no WARC record"),
    "a header without end": (gzip.compress(b"WARC/1.0\r\nA: b\r\n" * 3), "header has no end"),
    "a header without measure": (gzip.compress(b"WARC/1.0\r\nA: " + bytes(1 << 20)), "header is longer"),
    "gzip inside gzip": (gzip.compress(GOOD[0]), "no WARC record"),
    "a flipped bit": (GOOD[0][:60] + bytes([GOOD[0][60] ^ 4]) + GOOD[0][61:], "unpacked"),
    "an end that is missing": (GOOD[2][:-30], "unpacked"),
    "no gzip at all": (b"garbage of any kind " * 9, "no gzip member"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_one_damaged_record_fails_alone(tmp_path: Path, kind: str, place: int) -> None:
    content, words = BAD[kind]
    path = tmp_path / "other.warc.gz"
    path.write_bytes(b"".join([*GOOD[:place], content, *GOOD[place:]]))
    if place == 0 and kind == "no gzip at all":
        path.write_bytes(b"".join([content, *GOOD]))
    damage: list[Damage] = []
    assert [stored.body for stored in records(path, damage.append)] == BODIES
    assert (damage[0].file, damage[0].offset) == (path.name, len(b"".join(GOOD[:place])))
    if kind != "an end that is missing" or place != 3:
        assert words in damage[0].what, damage
    assert str(damage[0]).startswith(f"{path.name}: the record at offset {damage[0].offset} is damaged: ")
    with pytest.raises(OSError, match=f"offset {damage[0].offset} is damaged"):
        list(records(path))


def test_a_header_that_never_ends_is_not_read_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(b"".join([GOOD[0], gzip.compress(b"WARC/1.1\r\n" * 300_000), GOOD[1]]))
    damage: list[Damage] = []
    assert [stored.body for stored in records(path, damage.append)] == BODIES[:2]
    assert len(damage) < 20


def test_a_response_that_does_not_say_of_what_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    bare = RECORDS[1].replace(b"WARC-Target-URI", b"WARC-Other-URI")
    path.write_bytes(b"".join([GOOD[0], gzip.compress(bare), GOOD[2]]))
    damage: list[Damage] = []
    assert [stored.body for stored in records(path, damage.append)] == [BODIES[0], BODIES[2]]
    assert [(each.offset, each.what) for each in damage] == [
        (len(GOOD[0]), "a response without WARC-Record-ID or WARC-Target-URI")
    ]


def test_in_a_plain_file_too(tmp_path: Path) -> None:
    path = tmp_path / "other.warc"
    bad = [record(7, b"x", length=10**9), record(7, b"x" * 50, length=60), record(7, b"x", length="many")]
    pieces = [RECORDS[0], bad[0], RECORDS[1], bad[1], bad[2], b"garbage\n", RECORDS[2]]
    path.write_bytes(b"".join(pieces))
    damage: list[Damage] = []
    assert [stored.body for stored in records(path, damage.append)] == BODIES
    starts = [sum(map(len, pieces[:number])) for number in (1, 3, 4)]
    assert [each.offset for each in damage] == starts


@times(0.6)
@given(
    st.sampled_from(sorted(PACKINGS)),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(max_size=9)), min_size=1, max_size=4),
)
def test_bytes_of_any_kind_end_no_reading(
    tmp_path_factory: pytest.TempPathFactory, packing: str, edits: list[tuple[int, bytes]]
) -> None:
    content = bytearray(PACKINGS[packing](RECORDS))
    for at, new in edits:
        place = at % len(content)
        content[place : place + len(new)] = new
    path = tmp_path_factory.mktemp("any") / "other.warc"
    path.write_bytes(content)
    damage: list[Damage] = []
    for stored in records(path, damage.append):
        to_page(stored)
    assert all(0 <= each.offset <= len(content) for each in damage)


def bomb(size: int, head: bytes = HEAD) -> Iterator[bytes]:
    """A record whose block is as long as it says, almost all of it zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield packer.compress(record(9, b"", head=head, length=size + len(head)).removesuffix(b"\r\n\r\n"))
    for at in range(0, size, 1 << 20):
        yield packer.compress(bytes(min(1 << 20, size - at)))
    yield packer.compress(b"\r\n\r\n") + packer.flush()


def test_of_a_bomb_the_beginning_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "LARGEST", 1 << 20)
    path = tmp_path / "other.warc.gz"
    path.write_bytes(b"".join([GOOD[0], *bomb(50 << 20), GOOD[1]]))
    sizes = [(len(each.block), each.size) for each in scan(path) if isinstance(each, Member)]
    assert sizes[1] == (1 << 20, (50 << 20) + len(HEAD))
    [_, cut, last] = records(path)
    assert cut.truncated == "length"
    assert dict(to_page(cut).headers)["WARC-Truncated"] == "length"
    assert last.body == BODIES[1]


def test_a_head_without_measure_is_read_up_to_a_bound(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(gzip.compress(record(0, b"\n" * (3 << 20), head=b"HTTP/1.1 200 OK\r\n")))
    [stored] = records(path)
    assert len(stored.head) <= 1 << 20


def revisit(number: int, *fields: str) -> bytes:
    profile = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    return gzip.compress(record(number, b"", profile, *fields, kind="revisit"))


def test_revisits_that_name_no_place_are_resolved_by_record_or_payload(tmp_path: Path) -> None:
    first, second = tmp_path / "first.warc.gz", tmp_path / "second.warc.gz"
    digest = f"WARC-Payload-Digest: sha1:{hashlib.sha1(BODIES[1]).hexdigest()}"
    # As wget does it: the digest of the whole response, whose body is not here.
    wrong = f"WARC-Block-Digest: sha1:{hashlib.sha1(HEAD + BODIES[0]).hexdigest()}"
    first.write_bytes(b"".join([GOOD[0], gzip.compress(record(1, BODIES[1]))]))
    second.write_bytes(
        b"".join(
            [
                revisit(5, "WARC-Refers-To: <urn:uuid:0>", wrong),
                revisit(6, digest.replace("sha1:", "SHA1:")),
                GOOD[2],
                revisit(7, "WARC-Refers-To: <urn:uuid:2>"),
                revisit(8, "WARC-Refers-To: <urn:uuid:nowhere>"),
                revisit(9, "WARC-Refers-To: <urn:uuid:9>"),
            ]
        )
    )
    read = list(records(second))
    assert [(stored.resolved, stored.body) for stored in read] == [
        (True, BODIES[0]),
        (True, BODIES[1]),
        (True, BODIES[2]),
        (True, BODIES[2]),
        (False, b""),
        (False, b""),
    ]
