"""The head of an HTTP message inside a record: kept byte for byte, read tolerantly."""

from __future__ import annotations

import re

_BLANK_LINE = re.compile(rb"\n\r?\n")
_TRANSFER_ENCODING = re.compile(rb"(?mi)^transfer-encoding(?=[ \t]*:)")
_STATUS = re.compile(rb"\S+[ \t]+(\d{3})(?!\d)")
# warcio ends a head at a line of white space, FastWARC at the first CRLF CRLF only and not beyond 32 KiB.
_WHITE_LINE = re.compile(rb"\n[ \t\x0b\x0c\r]+\n")
_WHITE = " \t\n\r\x0b\x0c"  # what bytes.strip() takes away
_FASTWARC_LIMIT = 32 << 10

LONGEST = 1 << 20
"""Bytes of a head that are read. Servers and browsers refuse heads of a tenth of this."""

Headers = tuple[tuple[str, bytes], ...]
"""Names as text, values as the bytes that were received: their charset is not known."""


def archived(head: bytes) -> bytes:
    """The head as it is stored: Transfer-Encoding renamed, because the stored body is no longer chunked.

    Nothing else changes. Only a head that was cut off before its blank line gets one, or its record could not be read.
    """
    head = _TRANSFER_ENCODING.sub(b"X-Crawler-Transfer-Encoding", head)
    if _BLANK_LINE.search(head):
        return head
    return head + (b"\r\n" if head.endswith(b"\n") else b"\r\n\r\n")


def split(block: bytes) -> tuple[bytes, bytes]:
    """A record block -> (head with its blank line, body). What has no blank line early on is head up to LONGEST."""
    end = _BLANK_LINE.search(block, 0, LONGEST)
    at = end.end() if end else LONGEST
    return block[:at], block[at:]


def tools_agree(head: bytes) -> bool:
    """Whether warcio and FastWARC will both find the body where it begins (LF-only heads part them)."""
    return head.find(b"\r\n\r\n") == len(head) - 4 and len(head) < _FASTWARC_LIMIT and not _WHITE_LINE.search(head[:-4])


def status_of(head: bytes) -> int:
    """The status code, 0 where the status line has none."""
    found = _STATUS.match(head)
    return int(found[1]) if found else 0


def headers_of(head: bytes) -> Headers:
    """The fields of an HTTP head in order, values as received; folded lines joined, lines without a colon left out."""
    if not _is_folded(head):
        parts = (line.partition(b":") for line in head.split(b"\n")[1:])
        return tuple([(name.strip().decode("latin-1"), value.strip()) for name, colon, value in parts if colon])
    fields: list[tuple[str, bytes]] = []
    for raw in head.split(b"\n")[1:]:
        line = raw.rstrip(b"\r")
        if line[:1] in (b" ", b"\t") and fields:
            name, value = fields[-1]
            fields[-1] = name, (value + b" " + line.strip()).strip()
            continue
        found, colon, value = line.partition(b":")
        if colon:
            fields.append((found.strip().decode("latin-1"), value.strip()))
    return tuple(fields)


def warc_fields_of(head: bytes) -> dict[str, str]:
    """The fields of a WARC head, which is UTF-8 by its standard, names in lower case; of a repeated one the last."""
    if head.isascii() and not _is_folded(head):  # all at once
        parts = (line.partition(":") for line in head.decode().split("\n")[1:])
        return {name.strip(_WHITE).lower(): value.strip(_WHITE) for name, colon, value in parts if colon}
    return {name.lower(): text(value) for name, value in headers_of(head)}


def _is_folded(head: bytes) -> bool:
    return b"\n " in head or b"\n\t" in head


def text(raw: bytes) -> str:
    """A value as a person or a pattern reads it: UTF-8 where it is that, else Latin-1. It cannot be turned back."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def value_of(headers: Headers, name: str) -> str | None:
    """All values of the field `name` (lower case) as text, joined by ", "; null without any."""
    values = [value for field, value in headers if field.lower() == name]
    return text(b", ".join(values)) if values else None


def bytes_of(headers: Headers, name: str) -> bytes:
    """The first value of the field `name` (lower case) as received; empty without any."""
    return next((value for field, value in headers if field.lower() == name), b"")
