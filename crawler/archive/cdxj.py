"""The CDXJ index beside each archive file, as pywb reads it: `SURT 14-digit-time {"url": …}`, sorted by bytes."""

from __future__ import annotations

import gzip
import heapq
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.surt import surt
from crawler.extract.article import Capture

LONGEST = 256 << 10
"""Bytes of a line. Ours have some hundred, and twice the URL."""
_LOOSE = 500


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What a line says of one response or revisit: its URL, and its bytes in which file."""

    url: str
    warc_file: str
    offset: int
    length: int


def parse(line: str) -> IndexEntry:
    """Raises ValueError for what is no line of an index."""
    try:
        entry = json.loads(line[line.index(" {") :])
        return IndexEntry(str(entry["url"]), str(entry["filename"]), int(entry["offset"]), int(entry["length"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no line of an index: {line[:200]!r}") from error


def line(capture: Capture, *, status: int, content_type: str | None, revisit: bool) -> str:
    """One line without line end. The keys and their order are those of pywb's own indexer; all values are strings."""
    entry = {
        "url": capture.url,
        "mime": "warc/revisit" if revisit else _mime(content_type),
        "status": str(status),
        "digest": capture.payload_digest.removeprefix("sha1:"),
        "length": str(capture.length),
        "offset": str(capture.offset),
        "filename": capture.warc_file,
    }
    if revisit or not status:  # a convention of pywb's: only responses have a status
        del entry["status"]
    return f"{surt(capture.url)} {capture.fetched_at:%Y%m%d%H%M%S} {json.dumps(entry)}"


def lines(path: Path) -> Iterator[bytes]:
    """The lines of an index with their line ends. One longer than LONGEST comes in pieces, none of which parses."""
    with path.open("rb") as file:
        while line := file.readline(LONGEST):
            yield line


class Lines:
    """Lines that come in any order and go out sorted. They wait packed: a file of 1 GiB has 50,000 of 400 bytes."""

    def __init__(self) -> None:
        self._loose: list[str] = []
        self._packed: list[bytes] = []

    def append(self, line: str) -> None:
        self._loose.append(line)
        if len(self._loose) >= _LOOSE:
            packed = "".join(f"{each}\n" for each in sorted(self._loose)).encode()
            self._packed.append(gzip.compress(packed, 1, mtime=0))
            self._loose.clear()

    def __iter__(self) -> Iterator[str]:
        return heapq.merge(sorted(self._loose), *map(_unpacked, self._packed))


def _unpacked(packed: bytes) -> Iterator[str]:
    """A few at a time: all of them together would be as large as they were."""
    with gzip.open(io.BytesIO(packed), "rt", encoding="utf-8", newline="\n") as file:
        yield from (line.removesuffix("\n") for line in file)


def write(warc: Path, lines: Iterable[str]) -> Path:
    """Write `<name>.cdxj` beside `<name>.warc.gz`, in one step, and return its path when it is on the disk.

    The lines come sorted: UTF-8 has the order of the characters.
    """
    path = index_path(warc)
    draft = path.with_name(path.name + ".open")
    with draft.open("wb") as file:
        file.writelines(one.encode() + b"\n" for one in lines)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return path


def index_path(warc: Path) -> Path:
    return warc.with_name(warc.name.removesuffix(".warc.gz") + ".cdxj")


def _mime(content_type: str | None) -> str:
    mime = (content_type or "").replace(";", " ").split()
    return mime[0] if mime else "unk"
