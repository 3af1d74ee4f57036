"""What the server sent and received is what the record holds, byte for byte, whatever the server is like."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError

from crawler.archive.coding import LIMIT
from crawler.downloader.handler import WireHandler
from crawler.downloader.request import wire_request
from crawler.downloader.wire.framing import MAX_TRAILERS
from crawler.downloader.wire.pool import ConnectionPool
from tests.raw_server import LOOPBACK, Answer, RawServer, fetch, fetch_raw, listening, self_signed

pytestmark = pytest.mark.slow

BODY = "<title>临汾新闻网</title>".encode("gb18030")
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)

# name, head, body as sent, body as recorded
WHOLE = [
    ("plain", OK + LENGTH + b"\r\n", BODY, BODY),
    ("order, case and repeats", b"HTTP/1.1 200 Gut\r\nx-B: 1\r\nX-A:2\r\nX-b:  1 \r\n" + LENGTH + b"\r\n", BODY, BODY),
    ("GBK in a header", "HTTP/1.1 200 成功\r\nX-名: 新闻\r\n".encode("gbk") + LENGTH + b"\r\n", BODY, BODY),
    ("line without a colon", OK + b"Powered by nothing\r\n" + LENGTH + b"\r\n", BODY, BODY),
    ("empty name, space before colon", OK + b": x\r\nServer : IIS\r\n" + LENGTH + b"\r\n", BODY, BODY),
    ("folded line", OK + b"X-Fold: a\r\n\tb\r\n" + LENGTH + b"\r\n", BODY, BODY),
    ("LF only", b"HTTP/1.1 200 OK\nServer: old\nContent-Length: %d\n\n" % len(BODY), BODY, BODY),
    ("mixed line ends", OK + b"Server: old\nContent-Length: %d\n\r\n" % len(BODY), BODY, BODY),
    ("no reason", b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n", BODY, BODY),
    ("HTTP/1.0 without a length", b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n", BODY, BODY),
    ("HTTP/1.1 without a length", OK + b"\r\n", BODY, BODY),
    ("no header at all", OK + b"\r\n", BODY, BODY),
    ("length repeated", OK + LENGTH + LENGTH + b"\r\n", BODY, BODY),
    ("lengths differ", OK + b"Content-Length: 3\r\n" + LENGTH + b"\r\n", BODY, BODY),
    ("length is no number", OK + b"Content-Length: none\r\n\r\n", BODY, BODY),
    ("length too short", OK + b"Content-Length: 7\r\n\r\n", BODY, BODY[:7]),
    ("body of a 204", b"HTTP/1.1 204 No Content\r\n\r\n", BODY, b""),
    ("chunked", CHUNKED, b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", b"abc0123456789"),
    ("chunked, length", OK + b"Content-Length: 3\r\ntransfer-encoding: Chunked\r\n\r\n", b"1\r\na\r\n0\r\n\r\n", b"a"),
    ("chunked, LF only", b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", b"4\nabcd\n000\n\n", b"abcd"),
    ("chunk data without its line end", CHUNKED, b"4\r\nabcd4 \r\nefgh0\r\n\r\n", b"abcdefgh"),
    ("chunked without the last empty line", CHUNKED, b"4\r\nabcd\r\n0\r\n", b"abcd"),
    ("chunked in name only", CHUNKED, b"<html>\n</html>", b"<html>\n</html>"),
    ("gzip that is none", OK + b"Content-Encoding: gzip\r\n" + LENGTH + b"\r\n", BODY, BODY),
]  # fmt: skip


@pytest.mark.parametrize(("head", "sent", "recorded"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE])
@pytest.mark.parametrize("split", [False, True], ids=["at once", "byte by byte"])
def test_the_record_holds_what_was_sent(head: bytes, sent: bytes, recorded: bytes, split: bool) -> None:
    pieces = [bytes([octet]) for octet in head + sent] if split else [head + sent]
    fetched = fetch_raw(*pieces)
    assert fetched.wire.response_head == head
    assert fetched.wire.body == fetched.response.body == recorded
    assert fetched.wire.truncated is None
    assert fetched.response.flags == []
    assert fetched.wire.ip == "127.0.0.1"
    assert fetched.wire.protocols == ("http/1.0",) if head.startswith(b"HTTP/1.0") else ("http/1.1",)


# name, bytes sent, what then, body recorded, reason
CUT = [
    ("length too long", OK + b"Content-Length: 10\r\n\r\nabcd", "close", b"abcd", "disconnect"),
    ("reset", OK + b"Content-Length: 10\r\n\r\nabcd", "reset", b"abcd", "disconnect"),
    ("chunk ends early", CHUNKED + b"9\r\nabcd", "close", b"abcd", "disconnect"),
    ("no last chunk", CHUNKED + b"4\r\nabcd\r\n", "close", b"abcd", "disconnect"),
    ("chunks break off", CHUNKED + b"4\r\nabcd\r\n<p>\n", "keep", b"abcd", "unspecified"),
    ("hangs", OK + b"Content-Length: 10\r\n\r\nabcd", "hang", b"abcd", "time"),
    ("no length, never closed", OK + b"\r\nabcd", "hang", b"abcd", "time"),
    ("endless", OK + b"\r\n" + b"ab" * 5000, "hang", b"ab" * 500, "length"),
    ("announced as huge", OK + b"Content-Length: 9999999999\r\n\r\n" + b"ab" * 5000, "hang", b"ab" * 500, "length"),
    ("endless chunks", CHUNKED + b"2\r\nab\r\n" * 5000, "hang", b"ab" * 500, "length"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "then", "body", "reason"), [row[1:] for row in CUT], ids=[row[0] for row in CUT])
def test_a_cut_body_is_recorded_and_delivered_and_says_so(sent: bytes, then: str, body: bytes, reason: str) -> None:
    seconds = 2 if reason == "time" else 60
    fetched = fetch_raw(sent, then=then, maxsize=1000, seconds=seconds)  # type: ignore[arg-type]
    assert fetched.wire.body == fetched.response.body == body
    assert fetched.wire.truncated == reason
    assert fetched.response.flags == ["dataloss", f"truncated:{reason}"]


def test_slow_drip_ends_at_the_deadline() -> None:
    fetched = fetch_raw(OK + b"\r\n", then="drip", seconds=2)
    assert fetched.wire.truncated == "time"
    assert set(fetched.wire.body) == {ord("x")}


def test_content_coding_is_kept_in_the_record_and_undone_in_the_response() -> None:
    once, twice = gzip.compress(BODY), gzip.compress(zlib.compress(BODY))
    for coding, body in ((b"gzip", once), (b"x-gzip", once + b"\0garbage"), (b"deflate, gzip", twice)):
        fetched = fetch_raw(OK + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(body)) + body)
        assert fetched.wire.body == body
        assert fetched.response.body == BODY
        assert b"Content-Encoding" not in fetched.response.headers
        assert fetched.response.flags == []


def test_a_decompression_bomb_is_cut() -> None:
    bomb = gzip.compress(bytes(LIMIT + 1), 9)
    fetched = fetch_raw(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
    assert fetched.wire.body == bomb
    assert fetched.wire.truncated is None
    assert len(fetched.response.body) == LIMIT
    assert fetched.response.flags == ["dataloss", "truncated:length"]


def test_interim_responses_are_not_the_reply() -> None:
    head = OK + b"Content-Length: 2\r\n\r\n"
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    for pieces in ([interim + head + b"ok"], [interim, head, b"ok"]):
        fetched = fetch_raw(*pieces)
        assert (fetched.wire.response_head, fetched.wire.body) == (head, b"ok")


def test_endless_trailers_cost_no_more_than_the_connection() -> None:
    chunks = CHUNKED + b"2\r\nok\r\n0\r\n" + b"X-T: %s\r\n" % (b"t" * 1000) * 1000
    fetched = fetch_raw(chunks, then="hang")
    assert fetched.wire.body == b"ok"
    assert fetched.wire.truncated is None
    trailers = fetched.meta["trailers"]
    assert isinstance(trailers, list)
    assert MAX_TRAILERS - 2000 < sum(map(len, trailers)) < MAX_TRAILERS


def test_chunks_of_hardly_anything_but_their_extensions_are_cut() -> None:
    fetched = fetch_raw(CHUNKED + b"1;%s\r\nx\r\n" % (b"e" * 1000) * 5000, then="hang")
    assert 900 < len(fetched.wire.body) < 1200
    assert fetched.wire.truncated == "unspecified"


def test_a_character_a_chunk_is_read_as_it_was_meant() -> None:
    body = BODY * 20_000
    pieces = b"".join(b"1\r\n%c\r\n" % octet for octet in body) + b"0\r\n\r\n"
    assert fetch_raw(CHUNKED + pieces).wire.body == body


@pytest.mark.parametrize("length", [b"9" * 30, b"9" * 5000, b"-5", b"1e3", b"0x10", "１０".encode()])
def test_a_length_that_no_body_has_is_none(length: bytes) -> None:
    fetched = fetch_raw(OK + b"Content-Length: %s\r\n\r\nhello" % length)
    assert fetched.wire.body == b"hello"
    assert fetched.wire.truncated is None


def test_head_request_has_no_body_whatever_its_length_says() -> None:
    fetched = fetch_raw(OK + b"Content-Length: 5000\r\n\r\n", then="hang", method="HEAD")
    assert fetched.wire.body == b""
    assert fetched.wire.truncated is None


def test_trailers_are_kept_for_the_record() -> None:
    chunks = CHUNKED + b"2\r\nok\r\n0\r\nX-Sum: 1\r\nX-End: 2\r\n\r\n"
    fetched = fetch_raw(chunks)
    assert fetched.wire.body == b"ok"
    assert fetched.meta["trailers"] == ["X-Sum: 1", "X-End: 2"]


def test_gbk_location_is_delivered_as_bytes() -> None:
    location = "/新闻/1.html".encode("gbk")
    fetched = fetch_raw(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")
    assert fetched.response.headers["Location"] == location


@pytest.mark.parametrize(
    ("sent", "then", "error"),
    [
        (b"", "close", DownloadFailedError),
        (OK + b"Server: x\r\n", "close", DownloadFailedError),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "hang", DownloadFailedError),
        (b"<html>no head</html>\n\n", "close", DownloadFailedError),
        (OK + b"X-Pad: %s\r\n" % (b"x" * 1000) * 300, "hang", DownloadFailedError),
        (OK + b"A:\r\n" * 3000 + b"\r\n", "hang", DownloadFailedError),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, "hang", DownloadFailedError),
        (b"\r\n" * 200_000, "hang", DownloadFailedError),
        (b"HTTP/%s.1 200 OK\r\n\r\n" % (b"9" * 5000), "hang", DownloadFailedError),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "hang", DownloadFailedError),
        (b"", "hang", DownloadTimeoutError),
    ],
)
def test_no_reply_is_an_error_that_scrapy_knows(sent: bytes, then: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"http://127\.0\.0\.1"):
        fetch_raw(sent, then=then, seconds=0.3 if error is DownloadTimeoutError else 10)  # type: ignore[arg-type]


FINE = OK + b"Content-Length: 2\r\n\r\nok"


# name, first answer, connections that two requests need
KEPT = [
    ("kept", Answer([FINE], "keep"), 1),
    ("chunked", Answer([CHUNKED + b"2\r\nok\r\n0\r\n\r\n"], "keep"), 1),
    ("not modified", Answer([b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"], "keep"), 1),
    ("keep-alive", Answer([b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n"], "keep"), 1),
    ("HTTP/1.0", Answer([b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"], "keep"), 2),
    ("announced close", Answer([OK + b"Connection: foo, Close\r\nContent-Length: 2\r\n\r\nok"], "keep"), 2),
    ("silent close", Answer([FINE], "close"), 2),
    ("silent reset", Answer([FINE], "reset"), 2),
    ("length too short", Answer([FINE + b"and more"], "keep"), 2),
    ("length too short, rest later", Answer([FINE, b"and more"], "keep"), 2),
    ("cut", Answer([OK + b"Content-Length: 9\r\n\r\nok"], "close"), 2),
]  # fmt: skip


@pytest.mark.parametrize(("first", "connections"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_a_connection_is_used_again_only_where_it_is_clean(first: Answer, connections: int) -> None:
    second = Answer([b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"], "keep")

    async def main() -> None:
        # A connection that turns out to be spoilt may cost a request that is sent again: hence the spare answer.
        async with RawServer([first, second, second]) as server:
            _, fetched = await fetch(server, "1", "2")
            assert (fetched.response.status, fetched.response.body) == (404, b"gone")
            assert server.connections == connections

    asyncio.run(main())


def test_an_answer_that_comes_late_is_never_taken_for_the_next_one() -> None:
    """The server sends a second answer to the first request, once the client has begun the next request."""

    async def main() -> None:
        writers: list[asyncio.StreamWriter] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            while request := await reader.read(10_000):
                if len(writers) > 1:
                    writers[0].write(OK + b"Content-Length: 4\r\n\r\nlate")
                path = request.split(b" ")[1]
                writer.write(OK + b"Content-Length: %d\r\n\r\n%s" % (len(path), path))

        async with listening(serve) as url:
            handler = WireHandler(ConnectionPool(LOOPBACK), maxsize=0, timeout=60)
            for path in ("/1", "/2", "/3"):
                response = await handler.download_request(Request(url + path))
                assert response.body == path.encode()
            await handler.close()

    asyncio.run(main())


def test_what_came_on_an_idle_connection_ends_it_and_its_kind() -> None:
    """The bytes lie in the socket when the next request begins; from then on every request has its own connection."""

    async def main() -> None:
        twice = Answer([FINE + FINE], "keep")
        fine = Answer([FINE], "keep")
        async with RawServer([Answer([FINE, FINE], "keep"), fine, fine, twice]) as server:
            await fetch(server, "1", "2", "3")
            assert server.connections == 3

    asyncio.run(main())


def test_the_request_is_sent_as_recorded_without_cookies_and_credentials() -> None:
    async def main() -> None:
        async with RawServer([Answer([FINE])]) as server:
            url = server.url.replace("http://", "http://user:secret@") + "a%20b?q=%D0%C2&x=1#part"
            handler = WireHandler(ConnectionPool(LOOPBACK), maxsize=0, timeout=60)
            headers = {"User-Agent": "demo", "Cookie": "s=1", "Authorization": "Basic dTpw", "Host": "elsewhere"}
            request = Request(url, headers=headers, meta={"verbatim_url": True})
            await handler.download_request(request)
            await handler.close()
            lines = server.received[0].split(b"\r\n")
            assert lines == [
                b"GET /a%20b?q=%D0%C2&x=1 HTTP/1.1",
                b"Host: 127.0.0.1:%d" % server.port,
                b"User-Agent: demo",
                b"",
                b"",
            ]
            assert request.meta["wire"].request == server.received[0]
            assert request.meta["wire"].url == server.url + "a%20b?q=%D0%C2&x=1"

    asyncio.run(main())


@pytest.mark.parametrize(
    "request_",
    [
        Request("http://127.0.0.1/a", headers={"X": "1\r\nY: 2"}),
        Request("http:///nohost"),
        Request("http://127.0.0.1/", meta={"proxy": "http://127.0.0.1:3128"}),
    ],
)
def test_what_cannot_be_sent_safely_is_refused(request_: Request) -> None:
    handler = WireHandler(ConnectionPool(LOOPBACK), maxsize=0, timeout=60)
    with pytest.raises(DownloadCancelledError):
        asyncio.run(handler.download_request(request_))


def test_tls_that_no_browser_would_trust_is_crawled_and_the_record_says_so(tmp_path: Path) -> None:
    async def main() -> None:
        answers = [Answer([FINE], "close"), Answer([FINE], "close")]
        async with RawServer(answers, tls=self_signed(tmp_path)) as server:
            first, second = await fetch(server, "1", "2")
            for fetched in (first, second):
                assert fetched.response.body == b"ok"
                assert fetched.meta["tls-error"] == "self-signed certificate"
                assert fetched.wire.protocols == ("http/1.1", "tls/1.3")
                assert fetched.wire.cipher in {
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_CHACHA20_POLY1305_SHA256",
                }
            assert [fetched.wire.request for fetched in (first, second)] == server.received

    asyncio.run(main())


def test_tls_of_yesterday_is_spoken(tmp_path: Path) -> None:
    async def main() -> None:
        context = self_signed(tmp_path)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
        context.options |= ssl.OP_NO_TLSv1_3 | ssl.OP_NO_TLSv1_2
        async with RawServer([Answer([FINE])], tls=context) as server:
            (fetched,) = await fetch(server)
            assert fetched.wire.protocols == ("http/1.1", "tls/1.1")
            assert fetched.wire.cipher == "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
            assert fetched.meta["tls-error"]

    with pytest.warns(DeprecationWarning, match="OP_NO_TLS"):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://h.test/a", b"h.test", 80),
        ("http://h.test:80/a", b"h.test", 80),
        ("https://h.test/a", b"h.test", 443),
        ("http://h.test:443/a", b"h.test:443", 443),
    ],
)
def test_a_url_without_a_port_is_asked_for_at_that_of_its_scheme(url: str, host: bytes, port: int) -> None:
    made = wire_request(Request(url))
    assert made.origin.port == port
    assert b"\r\nHost: " + host + b"\r\n" in made.data
