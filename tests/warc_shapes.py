"""WARC files in the shapes of other tools, record by record as their documentation and their files have them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import uuid
from collections.abc import Sequence
from pathlib import Path

from backports import zstd

from tests.test_units_fail_alone import page

HTTP = "application/http; msgtype=response"
FIELDS = "application/warc-fields"
DATE = "2026-11-03T04:05:06Z"


def url(number: int) -> str:
    return f"http://fair.example/a/{number}.html"


def record(
    kind: str, about: str | None, block: bytes, content_type: str | None = None, *, version: str = "1.0", **more: str
) -> bytes:
    """`more`: further fields, "_" in their names for "-". The id is made of what the record holds."""
    fields = {
        "WARC-Type": kind,
        "WARC-Date": DATE,
        "WARC-Record-ID": record_id(kind, about),
        **({"WARC-Target-URI": about} if about else {}),
        **({"Content-Type": content_type} if content_type else {}),
        **{name.replace("_", "-"): value for name, value in more.items()},
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/{version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def record_id(kind: str, about: str | None) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind} {about}')}>"


def http(body: bytes, status: str = "HTTP/1.1 200 OK", kind: str = "text/html; charset=utf-8", more: str = "") -> bytes:
    return f"{status}\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + body


def payload_digest(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()


def info(software: str) -> bytes:
    return record("warcinfo", None, f"software: {software}\r\nformat: WARC File Format 1.0\r\n".encode(), FIELDS)


def cc_news() -> list[bytes]:
    """Bodies decoded and joined, the headers that said so renamed; a body that was cut, told by WARC-Truncated."""
    whole, cut = page(1), page(2)[:-60]
    decoded = (
        f"X-Crawl-Content-Encoding: gzip\r\nX-Crawl-Transfer-Encoding: chunked\r\nContent-Length: {len(whole)}\r\n"
    )
    return [
        info("StormCrawler 3.2"),
        record("request", url(1), b"GET /a/1.html HTTP/1.1\r\n\r\n", "application/http; msgtype=request"),
        record("response", url(1), http(whole, more=decoded), HTTP, WARC_Identified_Payload_Type="text/html"),
        record("metadata", url(1), b"fetchTimeMs: 512\r\ncharset-detected: UTF-8\r\n", FIELDS),
        record("response", url(2), http(cut), HTTP, WARC_Truncated="length"),
        record("response", "http://fair.example/robots.txt", http(b"User-agent: *\n", kind="text/plain"), HTTP),
        record("response", url(3), http(b"<html><p>" + b"English words. " * 200), HTTP),
        # Decoded by a tool that left the header as it was.
        record(
            "response", url(4), http(page(4), more="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), HTTP
        ),
    ]


def heritrix() -> list[bytes]:
    """Answers of the name server, metadata of each fetch, a revisit of the same payload and one of a 304."""
    same = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    unchanged = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
    digest = payload_digest(page(5))
    return [
        info("Heritrix/3.4.0"),
        record("response", "dns:fair.example", b"20261103040506\nfair.example. 3600 IN A 192.0.2.1\n", "text/dns"),
        record("response", url(5), http(page(5)), HTTP, WARC_Payload_Digest=digest),
        record("metadata", url(5), b"via: http://fair.example/\r\nhopsFromSeed: L\r\n", FIELDS),
        record(
            "revisit",
            url(6),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
            HTTP,
            WARC_Profile=same,
            WARC_Payload_Digest=digest,
            WARC_Refers_To_Target_URI=url(5),
            WARC_Truncated="length",
        ),
        record("revisit", url(5), b"HTTP/1.1 304 Not Modified\r\n\r\n", HTTP, WARC_Profile=unchanged),
    ]


def browsertrix() -> list[bytes]:
    """HTTP/2, text and screenshots of pages as resources that are no pages, a page that was rendered, WARC/1.1."""
    return [
        record("response", url(7), http(page(7), "HTTP/2 200"), HTTP, version="1.1", WARC_Protocol="h2"),
        record("response", url(8), http(page(8), "HTTP/2.0 200 "), HTTP, version="1.1"),
        record("resource", f"urn:pageinfo:{url(7)}", json.dumps({"urls": {}}).encode(), "application/json"),
        record("resource", f"urn:text:{url(7)}", "清晨的集市".encode(), "text/plain"),
        record("resource", f"urn:view:{url(7)}", b"\x89PNG", "image/png"),
        record("resource", "https://fair.example/rendered.html", page(9), "text/html", version="1.1"),
        record("conversion", url(10), page(10), "text/html; charset=utf-8", version="1.1"),
    ]


def wget() -> list[bytes]:
    """Addresses in brackets, and a copy of its own log at the end."""
    return [
        record("response", f"<{url(11)}>", http(page(11)), "application/http;msgtype=response"),
        record("resource", "metadata://gnu.org/software/wget/warc/wget.log", b"200 OK", "text/plain"),
    ]


def wet() -> list[bytes]:
    """Common Crawl's texts: conversion records of plain text, no page among them."""
    return [info("ia-web-commons"), record("conversion", url(12), "清晨的集市".encode(), "text/plain")]


def members(records: Sequence[bytes], path: Path) -> Path:
    path.write_bytes(b"".join(map(gzip.compress, records)))
    return path


def with_dictionary(records: Sequence[bytes], path: Path) -> Path:
    """A frame a record, with a dictionary in a skippable frame in front, as the WARC zstd specification has it."""
    dictionary = zstd.train_dict([*records] * 40, 4096)
    content = dictionary.dict_content
    frame = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    path.write_bytes(frame + b"".join(zstd.compress(each, zstd_dict=dictionary) for each in records))
    return path
