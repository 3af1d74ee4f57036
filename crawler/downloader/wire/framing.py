"""Where a body ends: RFC 9112 section 6, and what the servers of this corner of the web make of it. Pure.

A framing takes bytes off the front of a buffer and appends the body, free of its transfer coding, to `body`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from crawler.downloader.wire.head import Head

_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?\r?")
_LONGEST_LINE = 4096  # bytes, of a chunk size with its extensions or of a trailer
_LENGTH = re.compile(rb"\d{1,18}")
MAX_TRAILERS = 64 * 1024  # bytes of all trailer lines
# Bytes of size lines and extensions: some servers send each character as a chunk, six bytes for one.
MAX_OVERHEAD = 1 << 20
_OVERHEAD_RATIO = 8


class Framing(ABC):
    reusable = True  # the connection may carry another exchange when the body is complete
    broken = False  # what came contradicts the announced framing

    def __init__(self) -> None:
        self.body = bytearray()
        self.trailers: list[bytes] = []  # header lines that came behind the body

    @abstractmethod
    def feed(self, buffer: bytearray) -> bool:
        """Consume what belongs to the body; True when it is complete. The rest stays in the buffer."""

    @abstractmethod
    def ended(self) -> bool:
        """The connection was closed: is the body complete now?"""


class Length(Framing):
    """Content-Length octets; none at all for HEAD, 101, 204 and 304."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._missing = length

    def feed(self, buffer: bytearray) -> bool:
        piece = buffer[: self._missing]
        self.body += piece
        del buffer[: len(piece)]
        self._missing -= len(piece)
        return not self._missing

    def ended(self) -> bool:
        return not self._missing


class UntilClose(Framing):
    """HTTP/1.0, or no length announced: the end of the connection is the end of the body."""

    reusable = False

    def feed(self, buffer: bytearray) -> bool:
        self.body += buffer
        buffer.clear()
        return False

    def ended(self) -> bool:
        return True


class Chunked(Framing):
    """The chunked coding. A body that is announced as chunked and never is one is taken as it stands, until close."""

    def __init__(self) -> None:
        super().__init__()
        self._missing = 0  # octets of the current chunk that are still to come
        self._inside = False  # a first size line has been read
        self._last = False  # the size line "0" has been read: trailers follow
        self._raw = False
        self._overhead = 0  # bytes of size lines so far
        self._trailer_bytes = 0

    def feed(self, buffer: bytearray) -> bool:
        while buffer and not self.broken:
            if self._raw:
                self.body += buffer
                buffer.clear()
            elif self._missing:
                piece = buffer[: self._missing]
                self.body += piece
                del buffer[: len(piece)]
                self._missing -= len(piece)
            else:
                end = buffer.find(b"\n", 0, _LONGEST_LINE)
                if end < 0 and len(buffer) < _LONGEST_LINE:
                    return False
                line = bytes(buffer[: end + 1] if end >= 0 else buffer)
                if not self._last:
                    self._size_line(buffer, line)
                elif self._trailer_line(buffer, line):
                    return True
        return self.broken

    def _trailer_line(self, buffer: bytearray, line: bytes) -> bool:
        """True where it ends the body, which is complete already: endless trailers cost the connection only."""
        del buffer[: len(line)]
        if not line.strip():
            return True
        self._trailer_bytes += len(line)
        if self._trailer_bytes > MAX_TRAILERS:
            self.reusable = False
            return True
        self.trailers.append(line)
        return False

    def _size_line(self, buffer: bytearray, line: bytes) -> None:
        self._overhead += len(line)
        if self._overhead > MAX_OVERHEAD + _OVERHEAD_RATIO * len(self.body):
            self.reusable, self.broken = False, True
            return
        if not line.strip() and self._inside:  # the line end behind a chunk's data
            del buffer[: len(line)]
            return
        match = _CHUNK_SIZE.fullmatch(line.rstrip(b"\n"))
        if match:
            del buffer[: len(line)]
            self._missing = int(match.group(1), 16)
            self._inside, self._last = True, self._missing == 0
            return
        self.reusable = False
        if self._inside:
            self.broken = True  # in mid-body: nothing that follows can be told from data
        else:
            self._raw = True

    def ended(self) -> bool:
        # "0" without the closing empty line is common, and nothing is lost by it.
        return self._raw or self._last


def framing_of(head: Head, method: str) -> Framing:
    """The framing of the response to a `method` request, in the order of precedence of RFC 9112 section 6.3."""
    if method == "HEAD" or head.status in {101, 204, 304}:
        return Length(0)
    if b"chunked" in [coding.lower() for coding in head.values(b"transfer-encoding")]:
        return Chunked()
    # Repeated and unequal lengths: the longest, so that nothing is cut off that the server meant to send.
    lengths = [int(value) for value in head.values(b"content-length") if _LENGTH.fullmatch(value)]
    return Length(max(lengths)) if lengths else UntilClose()
