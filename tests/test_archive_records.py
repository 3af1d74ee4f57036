"""What is written is what was on the wire, and every tool of the field accepts it."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.exchange import Exchange
from crawler.archive.reader import read_capture, records
from crawler.archive.writer import WarcWriter
from crawler.extract.article import Capture
from tests.examples import times

NOW = datetime(2026, 11, 20, 7, 45, 0, 123456, tzinfo=UTC)
REQUEST = b"GET /doc/1.html HTTP/1.1\r\nHost: www.bdocx.com\r\nUser-Agent: test\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\nContent-Length: 6\r\n\r\n"
PLAIN = Exchange("http://www.bdocx.com/doc/1.html", NOW, REQUEST, HEAD, "学习好".encode("gbk"))
RUN = "20261120T074500Z-wenku-3f9a2c"


def archive(folder: Path, *exchanges: Exchange) -> tuple[Path, list[Capture]]:
    writer = WarcWriter(folder, prefix="wenku", run_id=RUN, info={"operator": "Example <crawl@example.org>"})
    captures = [writer.write(exchange) for exchange in exchanges]
    (path,) = writer.close()
    return path, captures


def check(path: Path, *, revisits: bool = False) -> None:
    """gzip -t, warcio check and fastwarc check, as a person would run them.

    FastWARC 2.0 looks for the payload of a revisit in the revisit itself: with --verify-payloads it refuses the payload
    digest that the standard demands there.
    """
    bin_folder = Path(sys.executable).parent
    for command in (
        ["gzip", "-t"],
        [str(bin_folder / "warcio"), "check"],
        [str(bin_folder / "fastwarc"), "check", "--quiet", *([] if revisits else ["--verify-payloads"])],
    ):
        done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert not done.stdout or "verified successfully" in done.stdout


def warc_records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    with path.open("rb") as file:
        return [
            (str(record.record_type), record.headers.to_dict(), record.reader.read(1 << 24))
            for record in ArchiveIterator(file, parse_http=False)
        ]


@pytest.mark.slow
def test_an_exchange_becomes_warcinfo_request_response_and_metadata(tmp_path: Path) -> None:
    exchange = replace(
        PLAIN,
        ip="203.0.113.7",
        protocols=("http/1.1", "tls/1.3"),
        cipher="TLS_AES_128_GCM_SHA256",
        truncated="length",
        metadata=(("site", "bdocx"), ("role", "article")),
    )
    path, (capture,) = archive(tmp_path, exchange)
    warcinfo, request, response, metadata = warc_records(path)
    assert [kind for kind, _, _ in (warcinfo, request, response, metadata)] == [
        "warcinfo",
        "request",
        "response",
        "metadata",
    ]
    assert warcinfo[1]["WARC-Filename"] == path.name == capture.warc_file
    assert b"operator: Example <crawl@example.org>\r\n" in warcinfo[2]
    assert request[2] == REQUEST
    assert response[2] == HEAD + exchange.body
    assert metadata[2] == b"site: bdocx\r\nrole: article\r\n"
    fields = response[1]
    assert fields["WARC-Date"] == "2026-11-20T07:45:00.123456Z"
    assert fields["WARC-IP-Address"] == "203.0.113.7"
    assert fields["WARC-Truncated"] == "length"
    assert fields["WARC-Cipher-Suite"] == "TLS_AES_128_GCM_SHA256"
    assert fields["WARC-Concurrent-To"] == request[1]["WARC-Record-ID"]
    assert request[1]["WARC-Concurrent-To"] == fields["WARC-Record-ID"] == capture.record_id
    assert metadata[1]["WARC-Refers-To"] == metadata[1]["WARC-Concurrent-To"] == capture.record_id
    text = gzip.decompress(path.read_bytes())
    assert text.count(b"WARC-Protocol: http/1.1\r\nWARC-Protocol: tls/1.3\r\n") == 3 - 1
    check(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "head",
    [
        HEAD,
        b"HTTP/1.0 200\r\n\r\n",
        b"HTTP/1.1 200 OK\nServer: LF only\nX: y\n\n",
        b"HTTP/1.1 200 OK\r\nServer: mixed\nX: y\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon in this line\r\nSet-Cookie: a\r\nset-cookie: b\r\nSET-COOKIE:c\r\n\r\n",
        "HTTP/1.1 200 好的\r\nContent-Disposition: attachment; filename=范文.doc\r\n\r\n".encode("gbk"),
        b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n\tb\r\n   c\r\nY: z\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: b\r\n   \r\nC: white space is no end of the head\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: no name\r\nNul: \0\r\nCr: a\rb\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n",
        b"ICY 200 OK\r\nicy-name: radio\r\n\r\n",
    ],
)
@pytest.mark.parametrize("body", [b"", b"\r\n\r\nbody\r\n\r\n", b"\n\nbody"])
def test_heads_of_sloppy_servers_are_kept_byte_for_byte(tmp_path: Path, head: bytes, body: bytes) -> None:
    path, _ = archive(tmp_path, replace(PLAIN, response_head=head, body=body))
    (stored,) = records(path)
    assert (stored.head, stored.body) == (head, body)
    assert warc_records(path)[2][2] == head + body
    check(path)


def test_only_the_name_of_transfer_encoding_changes(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nA: 1\r\ntransfer-ENCODING :  Chunked\r\nX: transfer-encoding: no\r\n\r\n"
    path, _ = archive(tmp_path, replace(PLAIN, response_head=head, body=b"5\r\nhello\r\n0\r\n\r\n"))
    (stored,) = records(path)
    assert stored.head == head.replace(b"transfer-ENCODING ", b"X-Crawler-Transfer-Encoding ")
    assert stored.body == b"5\r\nhello\r\n0\r\n\r\n", (
        "the body comes without its chunks: what looks like one is content"
    )


@pytest.mark.slow
def test_a_head_that_was_cut_off_still_gives_a_readable_record(tmp_path: Path) -> None:
    path, _ = archive(
        tmp_path, replace(PLAIN, response_head=b"HTTP/1.1 200 OK\r\nA: b", body=b"", truncated="disconnect")
    )
    (stored,) = records(path)
    assert (stored.head, stored.status, stored.truncated) == (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", 200, "disconnect")
    check(path)


@pytest.mark.slow
def test_no_url_or_metadata_can_forge_a_record_field(tmp_path: Path) -> None:
    evil = "http://a.cn/x\r\nWARC-Type: warcinfo\r\n\r\n 中\u2028"
    path, (capture,) = archive(tmp_path, replace(PLAIN, url=evil, metadata=(("via", evil),)))
    (stored,) = records(path)
    assert stored.url == capture.url == "http://a.cn/x%0D%0AWARC-Type:%20warcinfo%0D%0A%0D%0A%20%E4%B8%AD%E2%80%A8"
    assert stored.metadata == {"via": "http://a.cn/x WARC-Type: warcinfo  中"}
    check(path)


names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)
lines = st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"").replace(b"\r", b""))


def instant(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    end = draw(st.sampled_from([b"\r\n", b"\n"]))
    fields = [line for line in draw(st.lists(lines, max_size=5)) if line]
    return Exchange(
        url="http://" + draw(names) + ".cn/" + draw(st.text(max_size=20)),
        fetched_at=draw(st.integers(631152000 * 10**6, 4102444800 * 10**6).map(instant)),
        request=REQUEST,
        response_head=end.join([b"HTTP/1.1 %d x" % draw(st.integers(100, 599)), *fields, b"", b""]),
        body=draw(st.binary(max_size=200)),
        truncated=draw(st.sampled_from([None, "length", "time", "disconnect"])),
        metadata=tuple(
            draw(st.dictionaries(names, st.text("中文 ok:=%", max_size=9).map(str.strip), max_size=3)).items()
        ),
    )


@pytest.mark.slow
@given(st.lists(exchanges(), min_size=1, max_size=4))
@times(0.6)
def test_reading_gives_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, given_: list[Exchange]) -> None:
    folder = tmp_path_factory.mktemp("warc")
    path, captures = archive(folder, *given_)
    stored = list(records(path))
    assert [one.capture for one in stored] == captures
    for one, exchange, capture in zip(stored, given_, captures, strict=True):
        assert one == read_capture(folder, capture)
        assert (one.body, one.truncated, one.metadata) == (exchange.body, exchange.truncated, dict(exchange.metadata))


WGET = b"""WARC/1.0\r
WARC-Type: response\r
WARC-Record-ID: <urn:uuid:6d058047-ede2-4a13-be79-90c17c631dd4>\r
WARC-Target-URI: <http://a.cn/>\r
WARC-Date: 2019-02-03T04:05:06Z\r
Content-Type: application/http;msgtype=response\r
Content-Length: 121\r
\r
HTTP/1.1 200 OK\r
Transfer-Encoding: chunked\r
Content-Type: text/html\r
\r
5;name=value\r
hello\r
6\r
 world\r
0\r
Trailer: x\r
\r
\r
\r
"""
DNS = b"""WARC/1.0\r
WARC-Type: response\r
WARC-Record-ID: <urn:uuid:7d058047-ede2-4a13-be79-90c17c631dd4>\r
WARC-Target-URI: dns:a.cn\r
WARC-Date: 2019-02-03T04:05:06Z\r
Content-Type: text/dns\r
Content-Length: 2\r
\r
ok\r
\r
"""


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_archives_of_other_tools_can_be_read(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """wget 1.19 puts URLs in angle brackets; many tools leave the chunks in; Heritrix stores DNS answers."""
    path = tmp_path / "other.warc"
    path.write_bytes(pack(WGET) + pack(DNS) + pack(WGET.replace(b"/>", b"/2>")))
    first, second = records(path)
    assert [first.url, second.url] == ["http://a.cn/", "http://a.cn/2"]
    assert first.body == second.body == b"hello world"
    assert (first.status, first.content_type, first.metadata) == (200, "text/html", {})
    assert first.capture.fetched_at == datetime(2019, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert read_capture(tmp_path, second.capture) == second


@pytest.mark.slow
def test_a_file_is_finished_when_it_has_just_reached_its_limit(tmp_path: Path) -> None:
    limit, reached = 1 << 30, False
    for number in range(300):  # the size differs by a few bytes from time to time: ids and dates compress as they are
        writer = WarcWriter(tmp_path / str(number), prefix="wenku", run_id=RUN, max_bytes=limit)
        writer.write(PLAIN)
        [file] = [path for path in (tmp_path / str(number)).iterdir() if path.suffix != ".cdxj"]
        size = file.stat().st_size
        assert (file.suffix == ".gz") is (size >= limit)
        writer.close()
        reached = reached or size == limit
        if limit == 1 << 30:
            limit = size
        elif reached:
            break
    assert reached
