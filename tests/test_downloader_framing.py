"""Heads and bodies as servers send them, in pieces of any size: what is a head, and where a body ends."""

from __future__ import annotations

import pytest

from crawler.downloader.wire.errors import BadHeadError
from crawler.downloader.wire.framing import (
    MAX_OVERHEAD,
    MAX_TRAILERS,
    Chunked,
    Framing,
    Length,
    UntilClose,
    framing_of,
)
from crawler.downloader.wire.head import MAX_LINES, end_of_head, parse_head


def fed(framing: Framing, content: bytes, piece: int = 1 << 20) -> tuple[bool, bytes]:
    """Whether the body is complete, and what is left, once all of it has come in pieces of this size."""
    buffer = bytearray()
    for at in range(0, len(content), piece):
        buffer += content[at : at + piece]
        if framing.feed(buffer):
            return True, bytes(buffer) + content[at + piece :]
    return False, bytes(buffer)


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize(
    ("content", "body", "trailers"),
    [
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello", []),
        (b"5\nhello\n0\n\n", b"hello", []),
        (b"5;name=value\r\nhello\r\n6 \r\n world\r\n000\r\n\r\n", b"hello world", []),
        (b" A\r\n0123456789\r\n0\r\n\r\n", b"0123456789", []),
        (b"5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n", b"hello", [b"A: b\r\n", b"C: d\r\n"]),
        (b"0\r\n\r\n", b"", []),
        (b"5\r\nhello\r\n\r\n\r\n1\r\n!\r\n0\r\n\r\n", b"hello!", []),
    ],
)
def test_chunks_are_taken_apart(content: bytes, body: bytes, trailers: list[bytes], piece: int) -> None:
    framing = Chunked()
    assert fed(framing, content + b"HTTP/1.1", piece) == (True, b"HTTP/1.1")
    assert (bytes(framing.body), framing.trailers) == (body, trailers)
    assert framing.reusable
    assert not framing.broken


@pytest.mark.parametrize(
    ("content", "body", "complete"),
    [
        (b"5\r\nhello\r\n0\r\n", b"hello", True),  # the last line end is often missing
        (b"5\r\nhello\r\n0\r\nA: b\r\n", b"hello", True),
        (b"5\r\nhello\r\n", b"hello", False),
        (b"5\r\nhel", b"hel", False),
        (b"5", b"", False),
        (b"<html>not chunked\n", b"<html>not chunked\n", True),
        (b"\n<html>", b"\n<html>", True),
        (b"", b"", False),
    ],
)
def test_a_connection_that_ends_may_have_brought_the_whole(content: bytes, body: bytes, complete: bool) -> None:
    framing = Chunked()
    assert not fed(framing, content)[0]
    assert (bytes(framing.body), framing.ended()) == (body, complete)
    assert not framing.broken


def test_what_is_announced_as_chunked_and_never_is_stands_as_it_came() -> None:
    framing = Chunked()
    assert fed(framing, b"<html>" * 2000, 1000) == (False, b"")
    assert (bytes(framing.body), framing.reusable, framing.ended()) == (b"<html>" * 2000, False, True)
    short = Chunked()
    assert fed(short, b"x" * 4095) == (False, b"x" * 4095), "its line may still end"
    assert fed(Chunked(), b"x" * 4096) == (False, b"")


def test_nothing_can_be_told_behind_a_wrong_size_in_mid_body() -> None:
    framing = Chunked()
    assert fed(framing, b"5\r\nhello\r\nworld\r\n")[0]
    assert (framing.broken, framing.reusable, bytes(framing.body)) == (True, False, b"hello")


def test_trailers_and_size_lines_are_bounded() -> None:
    line = b"A: " + b"x" * 1019 + b"\r\n"
    for number, whole in ((MAX_TRAILERS // 1024, True), (MAX_TRAILERS // 1024 + 1, False)):
        framing = Chunked()
        assert fed(framing, b"0\r\n" + line * number + b"\r\n")[0]
        assert framing.reusable is whole
        assert len(framing.trailers) == MAX_TRAILERS // 1024
        assert not framing.broken
    endless = Chunked()
    assert fed(endless, b"1;" + b"x" * 4000 + b"\n.\n" + (b"1;" + b"x" * 4000 + b"\n.\n") * (MAX_OVERHEAD // 4000))[0]
    assert (endless.broken, endless.reusable) == (True, False)


@pytest.mark.parametrize("piece", [1, 4, 100])
def test_a_length_is_counted_and_the_rest_is_the_next_answers(piece: int) -> None:
    framing = Length(5)
    assert not framing.ended()
    assert fed(framing, b"hello world", piece) == (True, b" world")
    assert (bytes(framing.body), framing.ended(), framing.reusable) == (b"hello", True, True)
    assert Length(0).feed(bytearray(b"x"))
    assert not Length(2).feed(bytearray(b"x"))


def test_without_a_length_the_end_is_the_connections() -> None:
    framing = UntilClose()
    assert fed(framing, b"hello", 2) == (False, b"")
    assert (bytes(framing.body), framing.ended(), framing.reusable) == (b"hello", True, False)


@pytest.mark.parametrize(
    ("method", "status", "lines", "kind", "missing"),
    [
        ("GET", 200, b"Content-Length: 5", Length, 5),
        ("GET", 200, b"Content-Length: 5, 5", Length, 5),
        ("GET", 200, b"Content-Length: 5\r\nContent-Length: 7", Length, 7),
        ("GET", 200, b"Content-Length: five", UntilClose, None),
        ("GET", 200, b"Content-Length: -5", UntilClose, None),
        ("GET", 200, b"A: b", UntilClose, None),
        ("GET", 200, b"Transfer-Encoding: chunked\r\nContent-Length: 5", Chunked, None),
        ("GET", 200, b"TRANSFER-ENCODING: gzip, Chunked", Chunked, None),
        ("GET", 200, b"Transfer-Encoding: gzip", UntilClose, None),
        ("HEAD", 200, b"Content-Length: 5", Length, 0),
        ("GET", 101, b"Content-Length: 5", Length, 0),
        ("GET", 204, b"Transfer-Encoding: chunked", Length, 0),
        ("GET", 304, b"Content-Length: 5", Length, 0),
        ("GET", 205, b"Content-Length: 5", Length, 5),
    ],
)
def test_the_head_says_where_the_body_ends(
    method: str, status: int, lines: bytes, kind: type[Framing], missing: int | None
) -> None:
    framing = framing_of(parse_head(b"HTTP/1.1 %d OK\r\n%s\r\n\r\n" % (status, lines)), method)
    assert type(framing) is kind
    if missing is not None:
        assert framing.ended() is (missing == 0)
        assert framing.feed(bytearray(missing))


@pytest.mark.parametrize(
    ("first", "version", "status"),
    [
        (b"HTTP/1.1 200 OK", (1, 1), 200),
        (b"HTTP/1.1 200OK", (1, 1), 200),
        (b"HTTP/1.0  404", (1, 0), 404),
        (b"http/2 301 x", (2, 0), 301),
        (b"HTTP/1.1\t200 OK", (1, 1), 200),
    ],
)
def test_status_lines(first: bytes, version: tuple[int, int], status: int) -> None:
    head = parse_head(first + b"\r\n\r\n")
    assert (head.version, head.status, head.headers) == (version, status, ())


@pytest.mark.parametrize(
    "first", [b"", b"ICY 200 OK", b"HTTP/1.1 2000 OK", b"HTTP/1.1 20 OK", b"HTTP/1.1200 OK", b"<html>"]
)
def test_what_is_no_status_line_is_refused(first: bytes) -> None:
    with pytest.raises(BadHeadError, match="no HTTP status line"):
        parse_head(first + b"\r\n\r\n")


def test_headers_are_read_leniently_and_kept_as_received() -> None:
    raw = b"HTTP/1.1 200 OK\r\n folded too early\r\nA : 1\nSet-Cookie: a=1;\r\n\tpath=/\r\n  secure\r\n"
    raw += b"no colon\r\n: no name\r\na: 2, ,3\r\n\r\n"
    head = parse_head(raw)
    assert head.raw == raw
    assert head.headers == ((b"A", b"1"), (b"Set-Cookie", b"a=1; path=/ secure"), (b"a", b"2, ,3"))
    assert head.values(b"a") == [b"1", b"2", b"3"]
    assert head.values(b"b") == []


def test_a_head_has_a_bound_of_lines() -> None:
    lines = b"A: b\r\n" * MAX_LINES
    assert len(parse_head(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n").headers) == MAX_LINES
    with pytest.raises(BadHeadError, match=f"{MAX_LINES + 1} lines"):
        parse_head(b"HTTP/1.1 200 OK\r\n" + lines + b"A: b\r\n\r\n")


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\n\r\n", b"\r\n\n"])
def test_the_end_of_a_head_is_found_wherever_a_read_ends(end: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nA: b" + end
    buffer = bytearray()
    for byte in head:
        searched = len(buffer)
        buffer.append(byte)
        assert end_of_head(buffer, searched) == (len(head) if len(buffer) == len(head) else -1)
    assert end_of_head(bytearray(head + b"body\n\n"), 0) == len(head)
