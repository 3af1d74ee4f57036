"""What a path holds: WARC files, WACZ packages, HTML and MHTML files, told by their bytes and not by their names."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from isal import isal_zlib

from crawler.ingest.saved import is_mhtml
from crawler.language import about, message, why

Kind = Literal["warc", "wacz", "html", "mhtml"]

STANDARD_INPUT = "stdin"  # the name of what came by it

GZIP, _ZSTD, _ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_DICTIONARY = b"\x2a\x4d\x18"  # behind 50 to 5f: a skippable frame, which a .warc.zst may begin with
_HEAD = 1 << 16  # bytes that are looked at
_BOM = b"\xef\xbb\xbf"
_HTML_NAMES = (".html", ".htm", ".shtml", ".xhtml")
_HTML = (b"<!doctype", b"<html", b"<head", b"<body", b"<title", b"<meta", b"<!--", b"<?xml")


@dataclass(frozen=True, slots=True)
class Input:
    """One file to make rows of. `name` is what rows call it: its path below the folder that was given."""

    path: Path
    kind: Kind
    name: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size


@dataclass(slots=True)
class Found:
    """The inputs below some paths, the files there that are none, and a line for each that may not be read."""

    inputs: list[Input]
    others: list[Path]
    unread: list[str]


def find_inputs(paths: Sequence[Path]) -> Found:
    """Everything in files and folders, in the order of names."""
    found = Found([], [], [])
    for path in paths:
        for each in _files(path):
            try:
                kind = kind_of(each)
            except OSError as error:  # of one file: the others are read
                found.unread.append(about(str(each), why(error)))
                continue
            if kind is None:
                found.others.append(each)
            else:
                name = each.relative_to(path).as_posix() if path.is_dir() else each.name
                found.inputs.append(Input(each, kind, name))
    return found


def kind_of(path: Path) -> Kind | None:
    """By the first bytes; null for a file that is none of these. Raises OSError."""
    if path.exists() and not path.is_file():  # nobody may ever write into a pipe, and it cannot be read twice
        raise OSError(message("neither a file nor a folder; what comes by a pipe is read as -"))
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(GZIP):
        try:
            head = isal_zlib.decompressobj(31).decompress(head, _HEAD)
        except isal_zlib.error:  # type: ignore[misc]
            return "warc" if ".warc" in path.name.lower() else None  # damaged from its first byte on
        if head.lstrip().startswith(b"WARC/"):
            return "warc"
        return "html" if _is_html(head, path.name.lower().removesuffix(".gz")) else None
    if head.startswith(_ZSTD) or (head[1:4] == _DICTIONARY and 0x50 <= head[0] <= 0x5F):
        return "warc"
    if head.startswith(_ZIP):
        return "wacz" if _archives(path) else None
    if head.removeprefix(_BOM).lstrip()[:5].lower() == b"warc/":
        return "warc"
    if _is_html(head, path.name.lower()):
        return "html"
    if is_mhtml(head):
        return "mhtml"
    return "warc" if ".warc" in path.name.lower() else None


def _is_html(head: bytes, name: str) -> bool:
    start = head.removeprefix(_BOM).lstrip().lower()
    return start.startswith(_HTML) or (name.endswith(_HTML_NAMES) and b"<" in start)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from (each for each in sorted(path.rglob("*")) if each.is_file())


def _archives(path: Path) -> list[str]:
    """The WARC files in a WACZ package, which https://specs.webrecorder.net/wacz/1.1.1/ has in archive/."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as package:
            return [name for name in package.namelist() if name.startswith("archive/") and ".warc" in name]
    except (zipfile.BadZipFile, NotImplementedError):
        return []


def unpacked(package: Input, folder: Path) -> Iterator[Input]:
    """The WARC files of a WACZ, each written into `folder` and taken away again behind its use. Raises OSError."""
    with package.path.open("rb") as packed, zipfile.ZipFile(packed) as file:
        for number, name in enumerate(_archives(package.path)):
            path = folder / f"{number}-{Path(name).name}"
            with file.open(name) as source, path.open("wb") as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
            try:
                yield Input(path, "warc", f"{package.name}/{name}")
            finally:
                path.unlink()
