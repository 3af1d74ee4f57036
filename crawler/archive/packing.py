"""A WARC file unpacked: gzip, zstd (with a dictionary in front) or plain, in pieces of bounded size.

A unit is what is packed by itself: a gzip member, a zstd frame, or the whole of a plain file. Writers that follow the
standard make a unit of each record (WARC/1.1, annex D); others pack all records into one, or cut them anywhere.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from backports import zstd
from isal import isal_zlib

from crawler.language import message

PIECE = 1 << 18  # bytes that are read, or unpacked, at a time
PADDING = b"\0\t\n\r "
"""What some writers put between units or records; to be skipped."""

_GZIP, _ZSTD, _PLAIN = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/"
_RECORD = re.compile(rb"WARC/\d")
_RECORD_HEAD = 6  # bytes that tell it
# https://iipc.github.io/warc-specifications/specifications/warc-zstd/: a skippable frame in front is the dictionary.
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_LARGEST_DICTIONARY = 16 << 20
_LARGEST_WINDOW = 27  # log2 of bytes that a frame may have its reader keep: zstd's own limit for readers


class UnitError(Exception):
    """No unit begins at `offset` of the file, or the one there cannot be unpacked to its end."""

    def __init__(self, offset: int, what: str) -> None:
        super().__init__(what)
        self.offset = offset
        self.what = what


class _Decoder(Protocol):
    """Unpacks one unit. `hungry`: it needs more bytes; `left`: given bytes that it has not used or that are not its."""

    end: bool
    hungry: bool
    left: bytes

    def feed(self, packed: bytes) -> bytes: ...


class Segments:
    """The segments of a file from offset `start` on, unpacked.

    A segment is a unit that begins with a record and all units behind it that do not: where each record is a unit, it
    is one record; else it may be the whole file.
    `unit` is the offset of the unit that the last piece came from, `position` the offset up to which the file had been
    used for it, `end` where the unit before that ended, or the segment, behind its last piece. `remaining`: bytes of a
    plain file behind `position`; null where the file is packed.
    """

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._units = Units(file, start)
        self._ahead: bytes | UnitError = b""  # of the unit behind the segment: its first piece, or its damage
        self._ended = True
        self.unit = self.position = self.end = start

    @property
    def remaining(self) -> int | None:
        return self._units.size - self.position if self._units.plain else None

    def begin(self) -> bool:
        """Go to the next segment; False at the end of the file. Raises UnitError."""
        if isinstance(self._ahead, UnitError):
            error, self._ahead = self._ahead, b""
            raise error
        self._ended = not self._ahead and not self._units.begin()
        return not self._ended

    def read(self) -> bytes:
        """The next bytes of the segment, at most PIECE; empty at its end. Raises UnitError."""
        if self._ended:
            return b""
        assert isinstance(self._ahead, bytes)
        piece, self._ahead = self._ahead or self._units.read(), b""
        while not piece:
            self.end = self._units.position
            piece = self._continued()
            if self._ended:
                return b""
        self.unit, self.position = self._units.unit, self._units.position
        return piece

    def _continued(self) -> bytes:
        """The first bytes of the next unit, if that does not begin another segment."""
        try:
            more = self._units.begin()
            piece = self._units.read_some(_RECORD_HEAD) if more else b""
        except UnitError as error:  # not the damage of this segment
            self._ahead, self._ended = error, True
            return b""
        if not more or _RECORD.match(piece.lstrip(PADDING)):
            self._ahead, self._ended = piece, True
        return piece

    def skip_damage(self, after: int) -> None:
        """Let `begin` go on with the first segment that begins at or behind offset `after`."""
        self._ahead = b""
        self._units.skip_damage(after)


class Units:
    """The units of a file from offset `start` on, unpacked. `plain`: the file is one unit of `size` bytes, not packed.

    `unit` is the offset of the unit that is being read, `position` the offset up to which the file has been used.
    """

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self._file = file
        head = file.read(8)
        self._dictionary = _dictionary(file) if _SKIPPABLE.match(head) else None
        self._magic = next((magic for magic in (_PLAIN, _ZSTD) if head.startswith(magic)), _GZIP)
        if _SKIPPABLE.match(head):
            self._magic = _ZSTD
        self.plain = self._magic == _PLAIN
        self.size = file.seek(0, os.SEEK_END)
        self._raw = b""
        self._decoder: _Decoder | None = None
        self._move(start)

    def begin(self) -> bool:
        """Go to the next unit; False at the end of the file. Raises UnitError for bytes that are none."""
        while True:
            self._raw = self._raw.lstrip(PADDING)
            self.position = self._file.tell() - len(self._raw)
            if len(self._raw) < 8 and self._fill():
                continue
            if not self._raw:
                return False
            if self._magic == _ZSTD and len(self._raw) >= 8 and _SKIPPABLE.match(self._raw):
                self._move(self.position + 8 + struct.unpack_from("<I", self._raw, 4)[0])
                continue
            self.unit = self.position
            if not self.plain and not self._raw.startswith(self._magic):
                raise UnitError(self.unit, message("no gzip member, zstd frame or WARC record"))
            self._decoder = self._new_decoder()
            return True

    def read(self) -> bytes:
        """The next bytes of the unit, at most PIECE; empty at its end. Raises UnitError."""
        decoder = self._decoder
        while decoder is not None and not decoder.end:
            if decoder.hungry and not self._raw and not self._fill():
                if self.plain:
                    break
                raise UnitError(self.unit, message("cut off"))
            try:
                piece = decoder.feed(self._raw)
            except (isal_zlib.error, zstd.ZstdError) as error:  # type: ignore[misc]
                raise UnitError(self.unit, message("it cannot be unpacked: {error}", error=str(error))) from error
            self.position += len(self._raw) - len(decoder.left)
            self._raw = decoder.left
            if piece:
                return piece
        self._decoder = None
        return b""

    def read_some(self, least: int) -> bytes:
        """At least so many of the next bytes, padding aside, where the unit has them. Raises UnitError."""
        pieces = self.read()
        while len(pieces.lstrip(PADDING)) < least and (more := self.read()):
            pieces += more
        return pieces

    def skip_damage(self, after: int) -> None:
        """Let `begin` go on with the first unit at or behind offset `after` that begins with a record."""
        for offset in self._found(after):
            self._move(offset)
            try:
                if self.begin() and self.unit == offset and _RECORD.match(self.read_some(_RECORD_HEAD).lstrip(PADDING)):
                    self._move(offset)
                    return
            except UnitError:
                continue
        self._move(self.size)

    def _found(self, after: int) -> Iterator[int]:
        """Offsets at or behind `after` at which a unit seems to begin."""
        pattern = _RECORD if self.plain else re.compile(re.escape(self._magic))
        overlap = _RECORD_HEAD  # no pattern looks at more
        while after < self.size:
            self._file.seek(after)
            window = self._file.read(PIECE)
            last = after + len(window) >= self.size
            for found in pattern.finditer(window):
                if last or found.start() < len(window) - overlap:
                    yield after + found.start()
            if last:
                return
            after += len(window) - overlap

    def _new_decoder(self) -> _Decoder:
        if self.plain:
            return _Plain()
        return _Zstd(self._dictionary) if self._magic == _ZSTD else _Gzip()

    def _move(self, offset: int) -> None:
        self._file.seek(offset)
        self._raw, self.position, self.unit = b"", offset, offset
        self._decoder = None

    def _fill(self) -> bool:
        more = self._file.read(PIECE)
        self._raw += more
        return bool(more)


class _Gzip:
    def __init__(self) -> None:
        self._stream = isal_zlib.decompressobj(31)
        self.end, self.hungry, self.left = False, True, b""

    def feed(self, packed: bytes) -> bytes:
        piece: bytes = self._stream.decompress(packed, PIECE)
        self.end = self._stream.eof
        self.left = self._stream.unused_data if self.end else self._stream.unconsumed_tail
        self.hungry = not self.left and len(piece) < PIECE
        return piece


class _Zstd:
    def __init__(self, dictionary: zstd.ZstdDict | None) -> None:
        options = {int(zstd.DecompressionParameter.window_log_max): _LARGEST_WINDOW}
        self._stream = zstd.ZstdDecompressor(dictionary, options)
        self.end, self.hungry, self.left = False, True, b""

    def feed(self, packed: bytes) -> bytes:
        piece = self._stream.decompress(packed, PIECE)
        self.end, self.hungry = self._stream.eof, self._stream.needs_input
        self.left = self._stream.unused_data if self.end else b""
        return piece


class _Plain:
    def __init__(self) -> None:
        self.end, self.hungry, self.left = False, True, b""

    def feed(self, packed: bytes) -> bytes:
        self.left = packed[PIECE:]
        return packed[:PIECE]


def _dictionary(file: BinaryIO) -> zstd.ZstdDict | None:
    """The dictionary in the skippable frame at the file's beginning; null where it holds something else."""
    file.seek(0)
    kind, size = file.read(4), struct.unpack("<I", file.read(4).ljust(4, b"\0"))[0]
    if kind != _DICTIONARY or size > _LARGEST_DICTIONARY:
        return None
    content = file.read(size)
    try:
        if content.startswith(_ZSTD):
            content = zstd.ZstdDecompressor().decompress(content, _LARGEST_DICTIONARY)
        dictionary = zstd.ZstdDict(content)
        _Zstd(dictionary)
    except (zstd.ZstdError, ValueError):
        return None
    return dictionary
