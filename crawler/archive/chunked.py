"""Undoes Transfer-Encoding: chunked, which other tools (wget, warcio) keep in their records."""

from __future__ import annotations

import re

from crawler.archive.head import Headers, value_of

# RFC 9112, 7.1: size in hexadecimal, then extensions, which FastWARC's reader refuses. Old Apaches pad with blanks.
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")


def payload(headers: Headers, body: bytes) -> bytes:
    """The body of a record without transfer coding, where its headers say that it has one."""
    return dechunk(body) if "chunked" in (value_of(headers, "transfer-encoding") or "").lower() else body


def dechunk(body: bytes) -> bytes:
    """The payload, up to where the body ends early or is damaged. A body that is not chunked is returned as it is."""
    pieces: list[bytes] = []
    at = 0
    while size := _SIZE.match(body, at):
        length = int(size[1], 16)
        if not length:
            break
        pieces.append(body[size.end() : size.end() + length])
        at = size.end() + length
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    if not at and not size:
        return body
    return b"".join(pieces)
