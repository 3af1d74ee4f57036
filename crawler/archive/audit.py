"""One finished archive file and its index, byte by byte: what is wrong with them, and what its responses are."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crawler.archive import cdxj
from crawler.archive.chunked import payload
from crawler.archive.head import headers_of, split
from crawler.archive.members import Damage, Member, ResponseRecord, response_record, scan
from crawler.archive.record import differs, parse_warc_fields
from crawler.extract.article import Capture
from crawler.language import message

_SHOWN = 3  # wrong lines of an index that are named


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
    """Every record and every line of the index: what is wrong with them, in lines without the file's name.

    `keep` gets each response. Records behind a damaged one are audited all the same.
    """
    wrong: list[str] = []
    lines = array("Q")
    waiting: tuple[ResponseRecord, Member] | None = None
    for member in scan(path):
        if isinstance(member, Damage):
            wrong.append(member.at())
            continue
        if member.kind == "metadata" and waiting and member.about == waiting[0].capture.record_id:
            keep(_audited(*waiting, parse_warc_fields(member.block).get("role")))
            waiting = None
            continue
        record = response_record(member, path.name)
        if record is not None:
            if waiting:
                keep(_audited(*waiting, None))
            waiting = record, member
            lines.append(_hash(record.line.encode()))
            if _payload_differs(member):
                wrong.append(Damage(path.name, member.offset, message("its payload digest does not match")).at())
    if waiting:
        keep(_audited(*waiting, None))
    return wrong + list(_index_findings(cdxj.index_path(path), lines))


def _payload_differs(member: Member) -> bool:
    declared = member.fields.get("warc-payload-digest")
    if member.kind != "response" or declared is None or member.size > len(member.block):
        return False
    head, body = split(member.block)
    # Other tools keep bodies chunked and take the digest of what is in the chunks.
    return differs(declared, body) and differs(declared, payload(headers_of(head), body))


def _audited(record: ResponseRecord, member: Member, role: str | None) -> AuditedResponse:
    fields = member.fields
    refers = None
    if record.revisit and (name := fields.get("warc-refers-to-filename")):
        offset = fields.get("warc-refers-to-file-offset", "")
        place = int(offset) if offset.isdecimal() and len(offset) < 19 else -1
        refers = name, place, fields.get("warc-refers-to", "")
    unchanged = record.status == 304 or "server-not-modified" in fields.get("warc-profile", "")
    return AuditedResponse(record.capture, record.status, unchanged, role, refers)


def _index_findings(path: Path, expected: Sequence[int]) -> Iterator[str]:
    """`expected`: hashes of the lines that the index should have."""
    if not path.is_file():
        yield message("{name} is missing", name=path.name)
        return
    known, seen = set(expected), set()
    number = wrong = 0
    in_order, last = True, b""
    for number, line in enumerate(cdxj.lines(path), 1):
        if not line.endswith(b"\n"):
            yield message("{name} does not end with a line end", name=path.name)
        in_order, last = in_order and last <= line, line
        if (key := _hash(line.rstrip(b"\n"))) in known:
            seen.add(key)
            continue
        wrong += 1
        if wrong <= _SHOWN:
            yield message("{name}: line {number} is that of no record", name=path.name, number=number)
    missing = len(known - seen)
    if wrong or missing or not in_order or number != len(expected):
        yield message(
            "{name}: not the index of the file: {wrong} lines too many or wrong, {missing} missing",
            name=path.name,
            wrong=wrong,
            missing=missing,
        )


def _hash(line: bytes) -> int:
    """Eight bytes for a line: an index of any length fits into memory."""
    return int.from_bytes(hashlib.blake2b(line, digest_size=8).digest(), "little")
