"""Undoes Content-Encoding as browsers do: a body that is not in the coding it declares is left as it is."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli  # type: ignore[import-untyped]
from backports import zstd

LIMIT = 32 << 20
"""Bytes after decoding. The longest real pages have some MB; a bomb has no end."""

_PIECE = 4096
# Each gzip member costs a copy of the rest, so that a body of nothing but tiny members takes hours.
_MEMBERS = 100


@dataclass(frozen=True, slots=True)
class DecodedBody:
    """`truncated`: "disconnect" where the coding ends early or is damaged, "length" where the limit cut it."""

    body: bytes
    truncated: str | None = None


def decode(body: bytes, codings: str | None, limit: int = LIMIT) -> DecodedBody:
    """`codings` is the Content-Encoding value: codings in the order in which they were applied, comma-separated."""
    truncated = None
    for name in reversed((codings or "").lower().split(",")):
        decoder = _DECODERS.get(name.strip())
        if decoder and body:
            decoded = decoder(body, limit)
            body, truncated = decoded.body, truncated or decoded.truncated
    return DecodedBody(body, truncated)


def _gunzip(body: bytes, limit: int) -> DecodedBody:
    """gzip members one after the other; what follows the last of them is garbage that some servers send."""
    pieces: list[bytes] = []
    room = limit
    rest = body
    while rest.startswith(b"\x1f\x8b"):
        if len(pieces) == _MEMBERS:
            return DecodedBody(b"".join(pieces), "length")
        member, rest = _inflate(rest, room, 31)
        pieces.append(member.body)
        room -= len(member.body)
        if member.truncated:
            return DecodedBody(b"".join(pieces), member.truncated)
    return DecodedBody(b"".join(pieces) if pieces else body)


def _deflate(body: bytes, limit: int) -> DecodedBody:
    """The zlib format, as the standard has it, or raw deflate, as many servers send it, or neither."""
    for window in (15, -15):
        decoded, _ = _inflate(body, limit, window)
        if not _misread(decoded, body):
            return decoded
    return DecodedBody(body)


def _misread(decoded: DecodedBody, body: bytes) -> bool:
    """Whether the body was in no such coding: read as one without magic number, text gives a few bytes and an error."""
    return decoded.truncated == "disconnect" and len(decoded.body) < len(body)


def _inflate(body: bytes, limit: int, window: int) -> tuple[DecodedBody, bytes]:
    """One deflate stream and the bytes behind it. `window` as for zlib: 31 gzip, 15 zlib, -15 raw."""
    stream = zlib.decompressobj(window)
    try:
        content = stream.decompress(body, limit + 1)
    except zlib.error:
        return DecodedBody(_before_damage(body, limit, window), "disconnect"), b""
    if len(content) > limit:
        return DecodedBody(content[:limit], "length"), b""
    return DecodedBody(content, None if stream.eof else "disconnect"), stream.unused_data


def _before_damage(body: bytes, limit: int, window: int) -> bytes:
    """Every byte that a damaged deflate stream gives before the damage; all of it where only its checksum is wrong."""
    content = bytearray()
    stream = zlib.decompressobj(window)
    at, step = 0, _PIECE
    while at < len(body) and len(content) < limit:
        spare = stream.copy()
        try:
            content += stream.decompress(body[at : at + step])
        except zlib.error:
            if step == 1:
                break
            stream, step = spare, 1
        else:
            at += step
    return bytes(content[:limit])


def _brotli(body: bytes, limit: int) -> DecodedBody:
    stream = brotli.Decompressor()
    return _pieces(
        body,
        limit,
        feed=lambda piece: stream.process(piece, output_buffer_limit=_PIECE << 4),
        hungry=stream.can_accept_more_data,
        done=stream.is_finished,
    )


def _zstd(body: bytes, limit: int) -> DecodedBody:
    stream = zstd.ZstdDecompressor()
    return _pieces(
        body,
        limit,
        feed=lambda piece: stream.decompress(piece, _PIECE << 4),
        hungry=lambda: stream.needs_input,
        done=lambda: stream.eof,
    )


def _pieces(
    body: bytes, limit: int, *, feed: Callable[[bytes], bytes], hungry: Callable[[], bool], done: Callable[[], bool]
) -> DecodedBody:
    content = bytearray()
    at = idle = 0
    try:
        while not done() and len(content) <= limit:
            piece = body[at : at + _PIECE] if hungry() else b""
            at += len(piece)
            size = len(content)
            content += feed(piece)
            # Once without progress is no end yet: zstd may be full, give nothing, and only then be hungry again.
            idle = 0 if piece or len(content) > size else idle + 1
            if idle > 1:
                break
        whole = done()
    except (brotli.error, zstd.ZstdError):
        whole = False
    if len(content) > limit:
        return DecodedBody(bytes(content[:limit]), "length")
    decoded = DecodedBody(bytes(content), None if whole else "disconnect")
    return DecodedBody(body) if _misread(decoded, body) else decoded


_DECODERS = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
