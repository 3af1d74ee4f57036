"""Takes records out of a finished archive file. A tombstone of the same length takes their place, so that every other
record keeps its offset: rows, indexes and revisits that point into the file stay right.

A tombstone is a metadata record without target URI that says when something was removed, not what. Its block is padded
with blanks in stored (not compressed) deflate blocks: any reader of WARC reads it, and its length is exact.
"""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from crawler.archive import cdxj
from crawler.archive.exchange import ArchiveError
from crawler.archive.members import Member, members
from crawler.archive.record import digest, new_id, warc_date
from crawler.durable import sync_folder
from crawler.language import message

DRAFT = ".rewritten"
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_STORED = 65535  # bytes of one stored block (RFC 1951, 3.2.4)
_FRAME = 5  # bytes in front of each
_TRAILER = 8

Span = tuple[int, int]


def tombstone(length: int, at: datetime) -> bytes:
    """A gzip member of exactly `length` bytes that holds the record. Raises ArchiveError when that is too short."""
    record_id, date = new_id(), warc_date(at)
    room = length - len(_GZIP_HEAD) - _TRAILER
    # The number of digits of Content-Length makes some sizes impossible with the least number of blocks.
    least = max(1, -(-room // (_STORED + _FRAME)))
    for blocks in range(least, least + 3):
        content = _record(room - _FRAME * blocks, record_id, date)
        if content is not None:
            frames = b"".join(_frames(content, blocks))
            return _GZIP_HEAD + frames + struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    raise ArchiveError(f"{length} bytes are too few for a tombstone")


def _record(size: int, record_id: str, date: str) -> bytes | None:
    """A record of exactly `size` bytes; null where there cannot be one."""

    def content(pad: int) -> bytes:
        block = f"removed: {date}\r\npadding:{' ' * pad}\r\n".encode()
        head = (
            f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: {record_id}\r\nWARC-Date: {date}\r\n"
            f"Content-Type: application/warc-fields\r\nWARC-Block-Digest: {digest(block)}\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        )
        return head.encode() + block + b"\r\n\r\n"

    pad = size - len(content(0))
    for digits in range(8):  # Content-Length grows with the padding
        if pad >= digits and len(made := content(pad - digits)) == size:
            return made
    return None


def _frames(content: bytes, blocks: int) -> Iterable[bytes]:
    step = -(-len(content) // blocks)
    for number in range(blocks):
        piece = content[number * step : (number + 1) * step]
        last = number == blocks - 1
        yield struct.pack("<BHH", last, len(piece), len(piece) ^ 0xFFFF) + piece


def is_tombstone(member: Member) -> bool:
    return member.kind == "metadata" and "warc-target-uri" not in member.fields and member.block[:9] == b"removed: "


def spans(path: Path, offsets: Collection[int], boundaries: Collection[int]) -> tuple[list[Span], set[str]]:
    """Spans of the responses at `offsets`, with their requests and metadata, neighbours joined; and the responses' ids.

    `boundaries`: offsets at which a record is known to begin or to end, so that not all of the file is read.
    Tombstones are left out. Raises ArchiveError.
    """
    starts = sorted({0, *boundaries})
    found: list[Span] = []
    ids: set[str] = set()
    end = 0
    for offset in sorted(offsets):
        # From the last known record before, beyond what was looked at already, until the next exchange begins.
        start = max(end, max(each for each in starts if each < offset) if offset else 0)
        before: list[Member] = []
        response: Member | None = None
        for member in members(path, start):
            if member.offset == offset:
                if is_tombstone(member):
                    break
                response = member
                ids.add(member.record_id)
                found += [(each.offset, each.end) for each in before if _goes_with(each, member)]
                found.append((member.offset, member.end))
                end = member.end
            elif response is None:
                if member.offset > offset:
                    raise ArchiveError(
                        message("{file}: no record begins at offset {offset}", file=path.name, offset=offset)
                    )
                before.append(member)
            elif _goes_with(member, response):
                found.append((member.offset, member.end))
                end = member.end
            else:
                break
    return _joined(found), ids


def _goes_with(member: Member, response: Member) -> bool:
    if member.kind not in ("request", "metadata"):
        return False
    return member.about == response.record_id or response.about == member.record_id


def _joined(found: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and joined[-1][1] == start:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def draft_without(path: Path, gone: Iterable[Span], at: datetime) -> Path:
    """A copy of the file beside it, durable, with tombstones in the place of the spans. Raises OSError."""
    draft = Path(f"{path}{DRAFT}")
    with path.open("rb") as file, draft.open("wb") as copy:
        shutil.copyfileobj(file, copy, 1 << 20)
    with draft.open("r+b") as file:
        for start, end in gone:
            file.seek(start)
            file.write(tombstone(end - start, at))
        file.flush()
        os.fsync(file.fileno())
    return draft


def publish_draft(draft: Path, path: Path) -> None:
    """The draft takes the file's place."""
    draft.replace(path)
    sync_folder(path.parent)


def drop_lines(path: Path, offsets: Collection[int]) -> None:
    """Take the lines of these offsets out of the index of the archive file `path`; all others stay as they are."""
    index = cdxj.index_path(path)
    if not index.exists():
        return
    lines = [line.decode().rstrip("\n") for line in cdxj.lines(index)]
    kept = [line for line in lines if cdxj.parse(line).offset not in offsets]
    if len(kept) < len(lines):
        cdxj.write(path, sorted(kept))
        sync_folder(path.parent)
