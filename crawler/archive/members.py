"""The records of an archive file one by one, of this crawler or any other tool, each checked by its own digest.

What cannot be read is a Damage, and the records behind it are read all the same. No record costs more memory than
LARGEST, whatever it says of its size and however much it unpacks to.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive import cdxj
from crawler.archive.chunked import payload
from crawler.archive.exchange import ArchiveError
from crawler.archive.head import Headers, headers_of, split, status_of, value_of, warc_fields_of
from crawler.archive.packing import PADDING, Segments, UnitError
from crawler.archive.record import Digester, canonical_digest, digest, parse_date, target_uri, unbracketed
from crawler.extract.article import Capture
from crawler.language import about, message, words

LARGEST = 64 << 20
"""Bytes of a record block that are kept; other tools archive videos, whose beginning is enough to see what they are."""

HTML_TYPES = ("text/html", "application/xhtml+xml")
LONGEST_HEAD = 256 << 10
_MAGIC = b"WARC/"
_HEAD_END = re.compile(rb"\n\r?\n")
_LENGTH = re.compile(r"\d{1,18}\Z")
_NEXT = re.compile(rb"\nWARC/\d")


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of an archive file, from `offset` on, of which no record can be made; `what` is wrong, in words."""

    file: str
    offset: int
    what: str

    def __str__(self) -> str:
        return str(self.line())

    def line(self) -> str:
        return about(self.file, self.at())

    def at(self) -> str:
        """Without the file's name."""
        return message("the record at offset {offset} is damaged: {what}", offset=self.offset, what=self.what)


class DamagedRecordError(ArchiveError):
    """A record is not whole; the message names file and offset."""

    def __init__(self, damage: Damage) -> None:
        super().__init__(damage.line())
        self.damage = damage


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """What the record of a response or revisit says by itself, without the records that go with it."""

    capture: Capture
    status: int
    headers: Headers
    revisit: bool

    @property
    def line(self) -> str:
        """Its line in the index."""
        content_type = value_of(self.headers, "content-type")
        return cdxj.line(self.capture, status=self.status, content_type=content_type, revisit=self.revisit)


@dataclass(frozen=True, slots=True)
class Member:
    """One record. `fields` of its WARC header have names in lower case; `size` of the block is what the header says.

    The record begins in the unit (gzip member, zstd frame) at `offset`; unpacked from there up to `end` the file gives
    it whole. Records that share a unit share its offset. `block` is cut at LARGEST.
    """

    offset: int
    end: int
    fields: dict[str, str]
    block: bytes
    size: int

    @property
    def kind(self) -> str:
        """The WARC-Type, empty where there is none."""
        return self.fields.get("warc-type", "").lower()

    @property
    def record_id(self) -> str:
        return self.fields.get("warc-record-id", "")

    @property
    def about(self) -> str:
        """The record that this one accompanies or describes, empty for none."""
        return self.fields.get("warc-concurrent-to") or self.fields.get("warc-refers-to") or ""


def members(path: Path, start: int = 0) -> Iterator[Member]:
    """All records from the one at offset `start` on. Raises OSError; DamagedRecordError at the first damaged one."""
    for found in scan(path, start):
        if isinstance(found, Damage):
            raise DamagedRecordError(found)
        yield found


def scan(path: Path, start: int = 0) -> Generator[Member | Damage]:
    """All records from the one at offset `start` on, and what is damaged between them. Raises OSError."""
    with path.open("rb") as file:
        segments = Segments(file, start)
        while True:
            try:
                if not segments.begin():
                    return
                yield from _Records(path.name, segments).all()
            except UnitError as error:
                yield Damage(path.name, error.offset, error.what)
                segments.skip_damage(error.offset + 1)


class _NoRecordError(Exception):
    """The bytes at hand are no whole record; the message says why."""


class _Records:
    """The records of one segment. `_held`: bytes of it that are unpacked and not used yet."""

    def __init__(self, file: str, segment: Segments) -> None:
        self._file = file
        self._segment = segment
        self._held = b""

    def all(self) -> Iterator[Member | Damage]:
        """Raises UnitError where the segment cannot be unpacked."""
        while self._skip_padding():
            offset = self._offset()
            try:
                yield self._member(offset)
            except _NoRecordError as error:
                yield Damage(self._file, offset, words(error))
                self._skip_to_next()

    def _member(self, offset: int) -> Member | Damage:
        fields = warc_fields_of(self._head())
        length = fields.get("content-length", "")
        if not _LENGTH.match(length):
            raise _NoRecordError(message("its Content-Length is no number of bytes"))
        # wget gives a revisit the digest of the whole response, whose body is not in the block.
        digester = Digester(fields.get("warc-block-digest") if fields.get("warc-type") != "revisit" else None)
        block = self._block(int(length), digester)
        end = self._end()
        if digester.differs():
            return Damage(self._file, offset, message("its block digest does not match"))
        return Member(offset, end, fields, block, int(length))

    def _head(self) -> bytes:
        if not self._held.startswith(_MAGIC[: len(self._held)]):
            raise _NoRecordError(message("no WARC record"))
        searched = 0
        while not (end := _HEAD_END.search(self._held, searched)):
            # Without a blank line there is no other record in these bytes: they are not looked at again.
            if len(self._held) > LONGEST_HEAD:
                self._held = self._held[LONGEST_HEAD - 2 :]
                raise _NoRecordError(message("its header is longer than {number} bytes", number=LONGEST_HEAD))
            searched = max(0, len(self._held) - 2)
            if not self._more():
                self._held = b""
                raise _NoRecordError(message("its header has no end"))
        head, self._held = self._held[: end.end()], self._held[end.end() :]
        return head

    def _block(self, size: int, digester: Digester) -> bytes:
        left = size
        if self._segment.remaining is not None and left > len(self._held) + self._segment.remaining:
            raise _NoRecordError(message("cut off, or not the {size} bytes long that it says", size=size))
        pieces: list[bytes] = []
        kept = 0
        while left:
            if not self._held and not self._more():
                raise _NoRecordError(message("cut off: {got} of {size} bytes are there", got=size - left, size=size))
            piece, self._held = self._held[:left], self._held[left:]
            left -= len(piece)
            digester.update(piece)
            pieces.append(piece[: LARGEST - kept])
            kept += len(pieces[-1])
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _end(self) -> int:
        """Where the record ends, which has to be behind its block, padding aside."""
        unit = self._segment.unit
        if not self._skip_padding() or self._segment.unit != unit:  # whatever it is that stands in the next unit
            return self._segment.end
        while len(self._held) < len(_MAGIC) and self._more():
            pass
        if not self._held.startswith(_MAGIC):
            raise _NoRecordError(message("it is longer than its Content-Length"))
        return self._position()

    def _skip_padding(self) -> bool:
        """Whether there is anything else in the segment."""
        self._held = self._held.lstrip(PADDING)
        while not self._held:
            if not self._more():
                return False
            self._held = self._held.lstrip(PADDING)
        return True

    def _skip_to_next(self) -> None:
        """Drop what is left of a record that is none."""
        while not (found := _NEXT.search(self._held)):
            self._held = self._held[-len(_MAGIC) - 1 :]
            if not self._more():
                self._held = b""
                return
        self._held = self._held[found.start() + 1 :]

    def _more(self) -> bool:
        """Unpack more bytes behind those held; False at the end of the segment."""
        piece = self._segment.read()
        self._held += piece
        return bool(piece)

    def _offset(self) -> int:
        return self._segment.unit if self._segment.remaining is None else self._position()

    def _position(self) -> int:
        """How far the file has been used; in a plain file that is to the byte."""
        return self._segment.position - (0 if self._segment.remaining is None else len(self._held))


def response_record(member: Member, warc_file: str) -> ResponseRecord | None:
    """Null for a record that is no response, revisit or rendered form of a web page, or does not say of which."""
    url = target_uri(unbracketed(member.fields.get("warc-target-uri", "")))  # wget 1.19 writes <http://…>
    if member.kind not in ("response", "revisit", "conversion") or not url.startswith(("http:", "https:")):
        return None
    if not member.record_id:
        return None
    if member.kind == "conversion":
        return _rendered(member, warc_file, url)
    head, body = split(member.block)
    headers = headers_of(head)
    declared = member.fields.get("warc-payload-digest")
    capture = Capture(
        record_id=member.record_id,
        warc_file=warc_file,
        offset=member.offset,
        length=member.end - member.offset,
        url=url,
        payload_digest=canonical_digest(declared) if declared else digest(payload(headers, body)),
        fetched_at=parse_date(member.fields.get("warc-date")),
    )
    return ResponseRecord(capture, status_of(head), headers, member.kind == "revisit")


def _rendered(member: Member, warc_file: str, url: str) -> ResponseRecord | None:
    """A page as a browser showed it: HTML without an HTTP head."""
    content_type = member.fields.get("content-type", "")
    if not content_type.lower().startswith(HTML_TYPES):
        return None
    capture = Capture(
        record_id=member.record_id,
        warc_file=warc_file,
        offset=member.offset,
        length=member.end - member.offset,
        url=url,
        payload_digest=digest(member.block),
        fetched_at=parse_date(member.fields.get("warc-date")),
    )
    return ResponseRecord(capture, 200, (("Content-Type", content_type.encode()),), False)


def index(path: Path) -> list[bytes]:
    """The lines of the file's index, sorted, without line ends. Raises ArchiveError."""
    found = (response_record(member, path.name) for member in members(path))
    return sorted(each.line.encode() for each in found if each)
