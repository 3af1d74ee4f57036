"""The records of an archive file one by one, each checked: gzip member, length, block digest, payload digest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isal import isal_zlib

from crawler.archive import cdxj
from crawler.archive.chunked import dechunk
from crawler.archive.exchange import ArchiveError
from crawler.archive.head import Headers, headers_of, split, status_of, value_of, warc_fields_of
from crawler.archive.record import differs, digest, parse_date
from crawler.extract.article import Capture

_READ = 1 << 18
_GZIP = 31


class DamagedRecordError(ArchiveError):
    """The record at `offset` of the file is not whole; the message names both."""

    def __init__(self, path: Path, offset: int, what: str) -> None:
        super().__init__(f"{path.name}: the record at offset {offset} is damaged: {what}")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Member:
    """One record: bytes [offset, end) of the file. `fields` of its WARC header, names in lower case."""

    offset: int
    end: int
    fields: dict[str, str]
    block: bytes

    @property
    def kind(self) -> str:
        return self.fields.get("warc-type", "")

    @property
    def record_id(self) -> str:
        return self.fields.get("warc-record-id", "")

    @property
    def about(self) -> str:
        """The record that this one accompanies or describes, "" for none."""
        return self.fields.get("warc-concurrent-to") or self.fields.get("warc-refers-to") or ""


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """A response or revisit as its record alone tells it."""

    capture: Capture
    status: int
    headers: Headers
    revisit: bool

    @property
    def line(self) -> str:
        """Its line in the index."""
        content_type = value_of(self.headers, "content-type")
        return cdxj.line(self.capture, status=self.status, content_type=content_type, revisit=self.revisit)


def members(path: Path, start: int = 0) -> Iterator[Member]:
    """All records from the one at offset `start` on. Raises DamagedRecordError at the first that is damaged."""
    with path.open("rb") as file:
        file.seek(start)
        offset, rest = start, b""
        while rest or (rest := file.read(_READ)):
            gunzip = isal_zlib.decompressobj(_GZIP)
            pieces: list[bytes] = []
            length = 0
            while not gunzip.eof:
                rest = rest or file.read(_READ)
                if not rest:
                    raise DamagedRecordError(path, offset, "cut off")
                try:
                    pieces.append(gunzip.decompress(rest))
                except isal_zlib.error as error:  # type: ignore[misc]
                    raise DamagedRecordError(path, offset, f"no whole gzip member: {error}") from error
                length += len(rest) - len(gunzip.unused_data)
                rest = gunzip.unused_data
            yield _parse(path, offset, offset + length, b"".join(pieces))
            offset += length


def answer(member: Member, warc_file: str) -> ResponseRecord | None:
    """None for a record that is neither response nor revisit of a web page."""
    url = member.fields.get("warc-target-uri", "").strip("<>")
    if member.kind not in ("response", "revisit") or not url.startswith(("http:", "https:")):
        return None
    head, body = split(member.block)
    headers = headers_of(head)
    capture = Capture(
        record_id=member.record_id,
        warc_file=warc_file,
        offset=member.offset,
        length=member.end - member.offset,
        url=url,
        payload_digest=member.fields.get("warc-payload-digest") or digest(body),
        fetched_at=parse_date(member.fields.get("warc-date")),
    )
    return ResponseRecord(capture, status_of(head), headers, member.kind == "revisit")


def index(path: Path) -> list[bytes]:
    """The lines of the file's index, sorted, without line ends. Raises ArchiveError."""
    found = (answer(member, path.name) for member in members(path))
    return sorted(each.line.encode() for each in found if each)


def _parse(path: Path, offset: int, end: int, content: bytes) -> Member:
    head, blank, rest = content.partition(b"\r\n\r\n")
    fields = warc_fields_of(head)
    block = rest[:-4]
    if not head.startswith(b"WARC/1.") or not blank or not rest.endswith(b"\r\n\r\n"):
        raise DamagedRecordError(path, offset, "no WARC record")
    if fields.get("content-length") != str(len(block)):
        raise DamagedRecordError(path, offset, "another length than its Content-Length")
    if differs(fields.get("warc-block-digest"), block):
        raise DamagedRecordError(path, offset, "its block digest does not match")
    member = Member(offset, end, fields, block)
    if member.kind == "response" and (declared := fields.get("warc-payload-digest")):
        body = split(block)[1]
        # Other tools keep bodies chunked and take the digest of what is in the chunks.
        if differs(declared, body) and differs(declared, dechunk(body)):
            raise DamagedRecordError(path, offset, "its payload digest does not match")
    return member
