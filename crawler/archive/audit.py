"""One finished archive file and its index, byte by byte: what is off, and what its responses are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crawler.archive import cdxj
from crawler.archive.members import DamagedRecordError, Member, ResponseRecord, answer, members
from crawler.archive.record import parse_warc_fields
from crawler.extract.article import Capture


@dataclass(frozen=True, slots=True)
class AuditedResponse:
    """A response or revisit, with the role that its metadata record names. `unchanged`: a 304, whose page is the one
    before. `refers`: file, offset and record id of the payload of a revisit.
    """

    capture: Capture
    status: int
    unchanged: bool
    role: str | None
    refers: tuple[str, int, str] | None = None


def audit(path: Path, keep: Callable[[AuditedResponse], None]) -> list[str]:
    """Every record and every line of the index: what is off, in lines without the file's name.

    `keep` gets each response. Beyond a damaged record it goes on where the index knows another.
    """
    troubles: list[str] = []
    index = cdxj.index_path(path)
    stored = index.read_bytes().split(b"\n") if index.exists() else []
    found: list[bytes] = []
    waiting: tuple[ResponseRecord, Member] | None = None
    for member in _members(path, stored, troubles):
        if member.kind == "metadata" and waiting and member.about == waiting[0].capture.record_id:
            keep(_recorded(*waiting, parse_warc_fields(member.block).get("role")))
            waiting = None
            continue
        each = answer(member, path.name)
        if each is not None:
            if waiting:
                keep(_recorded(*waiting, None))
            waiting = each, member
            found.append(each.line.encode())
    if waiting:
        keep(_recorded(*waiting, None))
    troubles += _index_troubles(index, stored, sorted(found))
    return troubles


def _members(path: Path, lines: list[bytes], troubles: list[str]) -> Iterator[Member]:
    start: int | None = 0
    while start is not None:
        try:
            yield from members(path, start)
            return
        except DamagedRecordError as error:
            troubles.append(str(error).removeprefix(f"{path.name}: "))
            start = min((edge for edge in _edges(lines) if edge > error.offset), default=None)


def _edges(lines: list[bytes]) -> Iterator[int]:
    """Where records begin, as far as the index can be read."""
    for line in lines:
        with suppress(ValueError):
            entry = cdxj.parse(line.decode())
            yield entry.offset
            yield entry.offset + entry.length


def _recorded(found: ResponseRecord, member: Member, role: str | None) -> AuditedResponse:
    fields = member.fields
    refers = None
    if found.revisit and (name := fields.get("warc-refers-to-filename")):
        offset = fields.get("warc-refers-to-file-offset", "")
        refers = name, int(offset) if offset.isdecimal() else -1, fields.get("warc-refers-to", "")
    unchanged = found.status == 304 or "server-not-modified" in fields.get("warc-profile", "")
    return AuditedResponse(found.capture, found.status, unchanged, role, refers)


def _index_troubles(path: Path, stored: list[bytes], found: list[bytes]) -> Iterator[str]:
    if not path.exists():
        yield f"{path.name} is missing"
        return
    if stored and not stored[-1]:
        stored = stored[:-1]
    else:
        yield f"{path.name} does not end with a line end"
    if stored == found:
        return
    known = set(found)
    wrong = [number for number, line in enumerate(stored, 1) if line not in known]
    for number in wrong[:3]:
        yield f"{path.name}: line {number} is that of no record"
    missing = len(known - set(stored))
    yield f"{path.name}: not the index of the file: {len(wrong)} lines too many or wrong, {missing} missing"
