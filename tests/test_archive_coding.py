"""Content codings as this corner of the web sends them, chunks as other archives keep them, keys as pywb makes them."""

from __future__ import annotations

import gzip
import hashlib
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.chunked import dechunk
from crawler.archive.coding import DecodedBody, decode
from crawler.archive.head import headers_of, warc_fields_of
from crawler.archive.surt import surt

TEXT = "".join(f"{n}、各位领导，各位同事：大家好！\n" for n in range(3000)).encode("gb18030")
DENSE = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(9000)).encode()
RAW = zlib.compressobj(wbits=-15)
RAW_DEFLATE = RAW.compress(TEXT) + RAW.flush()
GZIP = gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        (None, TEXT),
        ("", TEXT),
        ("identity", TEXT),
        ("utf-8", TEXT),  # seen on pages of old ASP servers
        ("gzip", GZIP),
        ("x-gzip", GZIP),
        ("GZIP", GZIP),
        ("gzip", GZIP + b"\r\n<!-- trailing garbage -->"),
        ("gzip", GZIP + b"\0" * 512),
        ("gzip", gzip.compress(TEXT[:999], mtime=0) + gzip.compress(TEXT[999:], mtime=0)),
        ("gzip, gzip", gzip.compress(GZIP, mtime=0)),
        ("gzip,gzip", GZIP),  # said twice, done once
        ("gzip", TEXT),  # said, not done
        ("deflate", zlib.compress(TEXT)),
        ("deflate", RAW_DEFLATE),
        ("deflate", TEXT),
        ("br", brotli.compress(TEXT)),
        ("br", TEXT),
        ("zstd", zstd.compress(TEXT)),
        ("zstd", zstd.compress(TEXT) + b"garbage"),
        ("zstd", TEXT),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
    ],
)
def test_what_was_encoded_is_decoded(codings: str | None, body: bytes) -> None:
    assert decode(body, codings) == DecodedBody(TEXT)


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ("gzip", GZIP),
        ("deflate", zlib.compress(TEXT)),
        ("br", brotli.compress(TEXT)),
        ("zstd", zstd.compress(DENSE)),
    ],
)
def test_a_body_that_ends_early_gives_what_is_there(codings: str, body: bytes) -> None:
    whole = decode(body, codings).body
    decoded = decode(body[: len(body) * 9 // 10], codings)
    assert decoded.truncated == "disconnect"
    assert whole.startswith(decoded.body)
    assert len(decoded.body) > len(whole) // 10


def test_a_wrong_checksum_costs_no_text() -> None:
    damaged = GZIP[:-8] + bytes(8)
    assert decode(damaged, "gzip") == DecodedBody(TEXT, "disconnect")


@pytest.mark.parametrize(
    ("codings", "compress"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("zstd", zstd.compress)],
)
def test_a_bomb_is_cut_at_the_limit(codings: str, compress: object) -> None:
    bomb = compress(bytes(5_000_000))  # type: ignore[operator]
    assert decode(bomb, codings, limit=100_000) == DecodedBody(bytes(100_000), "length")
    assert decode(compress(bomb), f"{codings}, {codings}", limit=100_000) == DecodedBody(bytes(100_000), "length")  # type: ignore[operator]


def test_bombs_of_other_makes_are_cut_too() -> None:
    damaged = gzip.compress(bytes(50_000_000))[:-8] + bytes(8)
    assert decode(damaged, "gzip", limit=100_000) == DecodedBody(bytes(100_000), "length")
    assert decode(damaged[:-9] + b"\xff", "gzip", limit=60_000_000).truncated == "disconnect"
    assert decode(gzip.compress(b"x") * 100_000, "gzip") == DecodedBody(b"x" * 100, "length")


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", "deflate, deflate"]))
def test_no_bytes_make_it_fail(body: bytes, codings: str) -> None:
    for sent in (body, b"\x1f\x8b\x08\0\0\0\0\0\0\3" + body):
        assert len(decode(sent, codings, limit=100).body) <= max(100, len(sent))
    assert len(dechunk(body)) <= len(body)


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6))
def test_chunks_are_put_together(chunks: list[bytes]) -> None:
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nTrailer: x\r\n\r\n"
    assert dechunk(body) == b"".join(chunks)


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        (b"5 \r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n", b"hello world"),
        (b"5\nhello\n0\n\n", b"hello"),
        (b"5\r\nhello\r\nff\r\n cut", b"hello cut"),
        (b"5\r\nhello\r\n", b"hello"),
        (b"<html>not chunked", b"<html>not chunked"),
        (b"0\r\n\r\n", b""),
        (b"", b""),
    ],
)
def test_chunks_of_sloppy_servers(body: bytes, payload: bytes) -> None:
    assert dechunk(body) == payload


KEYS = {
    "https://www.bdocx.com/doc/9477441.html": "com,bdocx)/doc/9477441.html",
    "http://m.31doc.com/": "com,31doc,m)/",
    "http://m.31doc.com": "com,31doc,m)/",
    "http://www2.a.cn:80/B/?b=2&a=1&A=0": "cn,a)/b?a=0&a=1&b=2",
    "https://a.cn:8443/x/": "cn,a:8443)/x",
    "https://a.cn:443/x?": "cn,a)/x",
    "http://127.0.0.1:8080/a/./b/../c//d": "1,0,0,127:8080)/a/c/d",
    "http://a.cn/%E4%B8%AD%2541%20x": "cn,a)/%e4%b8%ada%20x",
    "http://a.cn/中文": "cn,a)/%e4%b8%ad%e6%96%87",
    "http://例子.cn/": "cn,xn--fsqu00a)/",
    "http://user:pass@a.cn/?x": "cn,a)/?x",
    "http://a.cn/l?PHPSESSID=0123456789abcdef0123456789abcdef&id=3": "cn,a)/l?id=3",
    "http://a.cn/(0123456789abcdefghijklmn)/x.aspx": "cn,a)/x.aspx",
    "http://a.cn/../x#part": "cn,a)/../x",
    "http://a.cn/a%00b?q=%23%26": "cn,a)/a%00b?&q=%23",
    "http://a.cn/?&": "cn,a)/?&",
    "dns:a.cn": "dns:a.cn",
}


def test_index_keys() -> None:
    assert {url: surt(url) for url in KEYS} == KEYS


def test_folded_lines_of_a_head_are_one_field() -> None:
    head = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1;\r\n  path=/;\r\n\tsecure\r\nServer: x\r\nno field\r\n\r\n"
    assert headers_of(head) == (("Set-Cookie", b"a=1; path=/; secure"), ("Server", b"x"))


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"").lstrip(b" \t")), max_size=6))
def test_a_head_without_folded_lines_is_read_as_one_with_them(lines: list[bytes]) -> None:
    rest = b"".join(line + b"\r\n" for line in lines)
    assert headers_of(b"S\r\n" + rest) == headers_of(b"S\r\nA: 1\r\n 2\r\n" + rest)[1:]
    folded = warc_fields_of(b"S\r\n*: 1\r\n 2\r\n" + rest)
    assert {"*": folded["*"], **warc_fields_of(b"S\r\n" + rest)} == folded
