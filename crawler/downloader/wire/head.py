"""A response's head: found, kept as received, and read leniently. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.downloader.wire.errors import BadHeadError
from crawler.language import message

MAX_HEAD = 256 * 1024  # bytes; the longest seen in the wild are some 30 KB of Set-Cookie
MAX_LINES = 2000

# An empty line ends the head. LF alone, and the two mixed, are seen from hand-written CGI and from old 安全狗 pages.
_END = re.compile(rb"\n\r?\n")
# "HTTP/1.1 200OK", "HTTP/1.1 200" and "HTTP/1.1  200 OK" all occur.
_STATUS_LINE = re.compile(rb"HTTP/(\d{1,3})(?:\.(\d{1,3}))?[ \t]+(\d{3})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """`raw` is verbatim, the closing empty line included; `headers` is what could be read, in the order received."""

    raw: bytes
    version: tuple[int, int]
    status: int
    headers: tuple[tuple[bytes, bytes], ...]

    def values(self, name: bytes) -> list[bytes]:
        """Every value of the header `name` (lower case), comma lists split, white space and empty members dropped."""
        found = b",".join(value for key, value in self.headers if key.lower() == name)
        return [member.strip() for member in found.split(b",") if member.strip()]


def end_of_head(buffer: bytearray, start: int) -> int:
    """Offset just behind the head's empty line, or -1. Bytes before `start` have been searched already."""
    # Three bytes back: the empty line may straddle two reads.
    match = _END.search(buffer, max(0, start - 3))
    return match.end() if match else -1


def parse_head(raw: bytes) -> Head:
    """Read a head. Lines without a colon are left out of `headers`, folded lines are joined by one space.

    Raises BadHeadError where the first line is no status line, or there are too many lines.
    """
    first, *lines = raw.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    match = _STATUS_LINE.match(first)
    if match is None:
        raise BadHeadError(message("no HTTP status line: {line}", line=repr(first[:80])))
    if len(lines) > MAX_LINES:
        raise BadHeadError(message("a head of {number} lines", number=len(lines)))
    major, minor, status = match.groups()
    headers: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if headers:
                name, value = headers[-1]
                headers[-1] = (name, (value + b" " + line.strip()).strip())
            continue
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            headers.append((name.strip(), value.strip()))
    return Head(raw, (int(major), int(minor or 0)), int(status), tuple(headers))
