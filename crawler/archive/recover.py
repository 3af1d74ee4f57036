"""What a crash left behind: `.open` files cut after their last whole, verified record and finished."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.archive import cdxj
from crawler.archive.exchange import ArchiveError
from crawler.archive.head import headers_of, split, status_of, value_of, warc_fields_of
from crawler.archive.record import digest, parse_date
from crawler.archive.warcfile import OPEN, lock, publish, sync_folder
from crawler.extract.article import Capture

_READ = 1 << 17


def recover(folder: Path) -> list[str]:
    """Repairs every `.open` archive file below `folder`; one line on each for the log. A second call finds none.

    Files of a living writer, which holds their lock, are left alone. Raises ArchiveError when one cannot be repaired.
    """
    return [done for path in sorted(folder.rglob(f"*.warc.gz{OPEN}")) if (done := _recover(path))]


def _recover(open_path: Path) -> str | None:
    path = open_path.with_name(open_path.name.removesuffix(OPEN))
    try:
        with open_path.open("r+b") as file:
            if not lock(file.fileno(), open_path):
                return None
            count, end = 0, 0
            lines: list[str] = []
            for member in _whole_members(file):
                count, end = count + 1, member.offset + member.length
                lines += _index(member, path.name)
            lost = os.fstat(file.fileno()).st_size - end
            cut = f", {lost} bytes cut off" if lost else ""
            if count <= 1:  # at most the warcinfo record: nothing was fetched into it
                cdxj.index_path(path).unlink(missing_ok=True)
                open_path.unlink()
                sync_folder(path.parent)
                return f"{path.name}: removed, it held no exchange{cut}"
            file.truncate(end)
            os.fsync(file.fileno())
            publish(open_path, path, lines)
    except FileNotFoundError:  # finished by its writer since the folder was listed
        return None
    except OSError as error:
        raise ArchiveError(f"{open_path}: cannot be recovered: {error.strerror or error}") from error
    return f"{path.name}: finished, {count} records{cut}"


@dataclass(frozen=True, slots=True)
class _Member:
    offset: int
    length: int
    fields: dict[str, str]
    block: bytes


def _whole_members(file: BinaryIO) -> Iterator[_Member]:
    """The records from the start, until one is not whole: gzip member complete, length and block digest as declared."""
    offset = 0
    rest = b""
    while True:
        gunzip = zlib.decompressobj(31)
        content: list[bytes] = []
        length = 0
        while not gunzip.eof:
            rest = rest or file.read(_READ)
            if not rest:
                return
            try:
                content.append(gunzip.decompress(rest))
            except zlib.error:
                return
            length += len(rest) - len(gunzip.unused_data)
            rest = gunzip.unused_data
        member = _parse(offset, length, b"".join(content))
        if not member:
            return
        yield member
        offset += length


def _parse(offset: int, length: int, content: bytes) -> _Member | None:
    head, blank, rest = content.partition(b"\r\n\r\n")
    fields = warc_fields_of(head)
    block = rest[:-4]
    whole = (
        head.startswith(b"WARC/1.")
        and blank
        and rest.endswith(b"\r\n\r\n")
        and fields.get("content-length") == str(len(block))
        and fields.get("warc-block-digest") == digest(block)
    )
    return _Member(offset, length, fields, block) if whole else None


def _index(member: _Member, warc_file: str) -> list[str]:
    """The line that the writer would have kept for a response or revisit."""
    kind = member.fields["warc-type"]
    if kind not in ("response", "revisit"):
        return []
    head, body = split(member.block)
    capture = Capture(
        record_id=member.fields["warc-record-id"],
        warc_file=warc_file,
        offset=member.offset,
        length=member.length,
        url=member.fields["warc-target-uri"],
        payload_digest=member.fields.get("warc-payload-digest") or digest(body),
        fetched_at=parse_date(member.fields["warc-date"]),
    )
    content_type = value_of(headers_of(head), "content-type")
    return [cdxj.line(capture, status=status_of(head), content_type=content_type, revisit=kind == "revisit")]
