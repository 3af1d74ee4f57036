"""Archive files back into responses, of this crawler or of any other tool."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.archive import coding
from crawler.archive.chunked import dechunk
from crawler.archive.exchange import ArchiveError, Exchange
from crawler.archive.head import Headers, archived, headers_of, split, status_of, text, value_of
from crawler.archive.record import differs, digest, parse_date, parse_warc_fields
from crawler.archive.warcfile import OPEN
from crawler.extract.article import Capture
from crawler.extract.page import Page

LARGEST = 64 << 20
"""Bytes of a record block that are read; other tools archive videos, whose beginning is enough to see what they are."""

_RESPONSES = (WarcRecordType.response, WarcRecordType.revisit)
_LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Refers:
    """Where the payload of a revisit is. File and offset are missing in archives of some tools."""

    record_id: str | None
    warc_file: str | None
    offset: int | None
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """One response as the archive has it.

    `head` is verbatim (up to the renamed Transfer-Encoding), `body` the payload after transfer decoding, content coding
    kept. A revisit (`refers` set) has the body of its original, or none (`resolved` false) when that is not at hand; a
    304 has its headers, too.
    `metadata` are the fields of its metadata record, names in lower case.
    """

    capture: Capture
    status: int
    head: bytes
    headers: Headers
    body: bytes
    metadata: dict[str, str]
    truncated: str | None = None
    refers: Refers | None = None
    resolved: bool = True

    @property
    def url(self) -> str:
        return self.capture.url

    @property
    def content_type(self) -> str | None:
        return value_of(self.headers, "content-type")


def records(path: Path) -> Iterator[Stored]:
    """All responses and revisits of one file, in order, each with the metadata record that follows it.

    Identical-payload revisits are resolved when their original is in the same tree; server-not-modified (304) ones only
    by `read_capture`. Raises OSError where the file is damaged, after everything before the damage.
    """
    for stored in _stored(path, 0):
        yield _resolve(path.parent, stored) if stored.refers and not stored.refers.unchanged else stored


def read_capture(folder: Path, capture: Capture) -> Stored:
    """One response by file and offset, revisits with their original's payload. `folder`: warc/ or a family's below it.

    Works on files still being written. Raises ArchiveError when there is no such record.
    """
    stored = _at(folder, capture.warc_file, capture.offset)
    if stored.capture.record_id != capture.record_id:
        raise ArchiveError(f"{capture.warc_file}: at offset {capture.offset} is not {capture.record_id}")
    return _resolve(folder, stored) if stored.refers else stored


def as_stored(exchange: Exchange, capture: Capture) -> Stored:
    """What `read_capture` gives for a response that was just written, from the same bytes; not for revisits."""
    return _parsed(archived(exchange.response_head) + exchange.body, capture, exchange.truncated, None)


def to_page(stored: Stored) -> Page:
    """The page for extraction: content coding undone. A cut body is told by a last header, WARC-Truncated."""
    decoded = coding.decode(stored.body, value_of(stored.headers, "content-encoding"))
    truncated = stored.truncated or decoded.truncated
    headers = tuple((name, text(value)) for name, value in stored.headers)
    return Page(
        url=stored.url,
        body=decoded.body,
        content_type=stored.content_type,
        captured_at=stored.capture.fetched_at,
        record_id=stored.capture.record_id,
        headers=(*headers, ("WARC-Truncated", truncated)) if truncated else headers,
    )


def locate(folder: Path, warc_file: str) -> Path:
    """The path of an archive file by its name alone, finished or not. Raises ArchiveError when it is not there."""
    name = Path(warc_file).name
    for base in (folder, folder / name.split("-", 1)[0], folder.parent / name.split("-", 1)[0]):
        # Finished is asked twice: the file may be renamed between the first two questions.
        for path in (base / name, base / (name + OPEN), base / name):
            if path.exists():
                return path
    raise ArchiveError(f"{name}: not in {folder}")


def _at(folder: Path, warc_file: str, offset: int) -> Stored:
    for stored in _stored(locate(folder, warc_file), offset):
        if stored.capture.offset == offset:
            return stored
        break
    raise ArchiveError(f"{warc_file}: no response at offset {offset}")


def _resolve(folder: Path, stored: Stored) -> Stored:
    """Follows references; a revisit of a revisit is not what writers should make, but some do."""
    original = stored
    for _ in range(_LONGEST_CHAIN):
        refers = original.refers
        if not refers:
            # A 304 names neither type nor coding of the body that it says is still good.
            headers = original.headers if stored.refers and stored.refers.unchanged else stored.headers
            return replace(stored, headers=headers, body=original.body, truncated=original.truncated, resolved=True)
        if not refers.warc_file or refers.offset is None:
            break
        try:
            original = _at(folder, refers.warc_file, refers.offset)
        except ArchiveError:
            break
    return stored


def _stored(path: Path, offset: int) -> Iterator[Stored]:
    """Responses from `offset` on, each held back until the record behind it shows whether it is its metadata."""
    with path.open("rb") as file:
        file.seek(offset)
        waiting: Stored | None = None
        for raw in ArchiveIterator(file, parse_http=False):
            if waiting and not waiting.capture.length:
                waiting.capture.length = raw.stream_pos - waiting.capture.offset
            if raw.record_type == WarcRecordType.metadata:
                about = raw.headers.get("WARC-Concurrent-To") or raw.headers.get("WARC-Refers-To")
                if waiting and about == waiting.capture.record_id:
                    yield replace(waiting, metadata=parse_warc_fields(raw.reader.read(LARGEST)))
                    waiting = None
            elif raw.record_type in _RESPONSES:
                if waiting:
                    yield waiting
                waiting = _response(raw, path)
        if waiting:
            if not waiting.capture.length:
                waiting.capture.length = os.fstat(file.fileno()).st_size - waiting.capture.offset
            yield waiting


def _response(raw: WarcRecord, path: Path) -> Stored | None:
    """None for a record that holds no HTTP response (dns:, ftp:, resources in disguise)."""
    fields = raw.headers
    block = raw.reader.read(LARGEST)
    if "Content-Length" not in fields or len(block) < min(raw.content_length, LARGEST):
        raise ArchiveError(f"{path}: cut off in the record at offset {raw.stream_pos}")
    # What gzip's checksum does not tell: files that are not packed, records that were changed with care.
    if len(block) == raw.content_length and differs(fields.get("WARC-Block-Digest"), block):
        raise ArchiveError(f"{path}: the block digest of the record at offset {raw.stream_pos} does not match")
    url = (fields.get("WARC-Target-URI") or "").strip("<>")  # wget 1.19 writes <http://…>
    record_id = fields.get("WARC-Record-ID")
    if not record_id or not url.startswith(("http:", "https:")):
        return None
    capture = Capture(
        record_id=record_id,
        warc_file=path.name.removesuffix(OPEN),
        offset=raw.stream_pos,
        length=0,
        url=url,
        payload_digest=fields.get("WARC-Payload-Digest") or "",
        fetched_at=parse_date(fields.get("WARC-Date")),
    )
    truncated = fields.get("WARC-Truncated") if raw.content_length <= LARGEST else "length"
    return _parsed(block, capture, truncated, _refers(raw) if raw.record_type == WarcRecordType.revisit else None)


def _parsed(block: bytes, capture: Capture, truncated: str | None, refers: Refers | None) -> Stored:
    head, body = split(block)
    headers = headers_of(head)
    if "chunked" in (value_of(headers, "transfer-encoding") or "").lower():
        body = dechunk(body)
    capture.payload_digest = capture.payload_digest or digest(body)
    return Stored(
        capture=capture,
        status=status_of(head),
        head=head,
        headers=headers,
        body=body,
        metadata={},
        truncated=None if refers else truncated,
        refers=refers,
        resolved=not refers,
    )


def _refers(raw: WarcRecord) -> Refers:
    offset = raw.headers.get("WARC-Refers-To-File-Offset") or ""
    return Refers(
        record_id=raw.headers.get("WARC-Refers-To"),
        warc_file=raw.headers.get("WARC-Refers-To-Filename"),
        offset=int(offset) if offset.isdecimal() else None,
        unchanged="server-not-modified" in (raw.headers.get("WARC-Profile") or ""),
    )
