"""Archive files back into responses, of this crawler or of any other tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from crawler.archive import coding
from crawler.archive.chunked import payload
from crawler.archive.exchange import ArchiveError, Exchange
from crawler.archive.head import Headers, archived, headers_of, split, status_of, text, value_of
from crawler.archive.members import Damage, DamagedRecordError, Member, response_record, scan
from crawler.archive.record import parse_warc_fields
from crawler.archive.superseded import superseded
from crawler.archive.warcfile import OPEN
from crawler.extract.article import Capture
from crawler.extract.page import Page
from crawler.language import message

_LONGEST_CHAIN = 8
_SEARCHED = 1 << 30  # bytes of files beside a file that are searched for the originals of its revisits


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


def records(
    path: Path, damaged: Callable[[Damage], None] | None = None, *, start: int = 0, end: int | None = None
) -> Iterator[Stored]:
    """All responses and revisits of one file, in order, each with the metadata record that follows it.

    Of a piece of the file those that begin at `start` or behind it and before `end`. Where a record has begun before
    `end` and goes on behind it, that is damage: what follows would be read twice or not at all.

    Those that another worker's record has superseded are left out.

    Identical-payload revisits are resolved when their original is in the same tree; server-not-modified (304) ones only
    by `read_capture`. What cannot be read is given to `damaged`; without it, the first such damage is raised as
    DamagedRecordError behind all responses that could be read. Raises OSError where there is no such file.
    """
    damage: list[Damage] = []
    originals = _Originals(path)
    aside = superseded(path.parent)
    for stored in _responses(path, start, damaged or damage.append, end=end):
        if stored.capture.record_id in aside:
            continue
        if stored.refers and not stored.refers.unchanged:
            yield _resolved(path.parent, originals.located(stored))
        else:
            yield stored
    if damage:
        raise DamagedRecordError(damage[0])


def pages(path: Path, damaged: Callable[[Damage], None], *, start: int = 0, end: int | None = None) -> Iterator[Stored]:
    """As `records`, and pages that other tools keep without an HTTP head: resource and conversion records of HTML."""
    originals = _Originals(path)
    for stored in _responses(path, start, damaged, resources=True, end=end):
        if stored.refers and not stored.refers.unchanged:
            yield _resolved(path.parent, originals.located(stored))
        else:
            yield stored


def read_capture(folder: Path, capture: Capture) -> Stored:
    """One response by file, offset and record id, revisits with their original's payload. `folder`: warc/ or one in it.

    Works on files still being written. Raises ArchiveError when there is no such record.
    """
    stored = _at(folder, capture.warc_file, capture.offset, capture.record_id)
    return _resolved(folder, stored) if stored.refers else stored


def is_rendered(folder: Path, capture: Capture) -> bool:
    """Whether the record is of a page as a browser showed it. `folder` as for read_capture. False where it is gone."""
    try:
        member = next(scan(locate(folder, capture.warc_file), capture.offset), None)
    except OSError:
        return False
    return isinstance(member, Member) and member.kind == "conversion"


def as_stored(exchange: Exchange, capture: Capture) -> Stored:
    """What `read_capture` gives for a response that was just written, from the same bytes; not for revisits."""
    head, rest = split(archived(exchange.response_head))
    return _parsed(head, rest + exchange.body, capture, exchange.truncated, None)  # nothing behind it: no copy is made


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
    raise ArchiveError(message("{name}: not in {folder}", name=name, folder=str(folder)))


def _at(folder: Path, warc_file: str, offset: int, record_id: str | None) -> Stored:
    """The response at `offset`; where others share its unit, the one with this id."""
    damage: list[Damage] = []
    found: str = message("no response")
    for stored in _responses(locate(folder, warc_file), offset, damage.append):
        if stored.capture.offset != offset:
            break
        if record_id in (None, stored.capture.record_id):
            return stored
        found = message("not {record_id}", record_id=record_id)
    if damage and damage[0].offset == offset:
        raise DamagedRecordError(damage[0])
    raise ArchiveError(message("{file}: at offset {offset} is {found}", file=warc_file, offset=offset, found=found))


def _resolved(folder: Path, stored: Stored) -> Stored:
    """The revisit with its payload. A revisit of a revisit is not what writers should make, but some do."""
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
            original = _at(folder, refers.warc_file, refers.offset, refers.record_id)
        except ArchiveError:
            break
    return stored


class _Original(NamedTuple):
    warc_file: str
    offset: int
    record_id: str


class _Originals:
    """Where the originals are of revisits that name a record or a payload, but no place: those of wget, for example.

    The file itself is searched, then those beside it up to _SEARCHED bytes, each once and only when it is needed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left: list[Path] | None = None
        self._known: dict[str, _Original] = {}

    def located(self, stored: Stored) -> Stored:
        """The revisit with the place of its original, if that is found."""
        refers = stored.refers
        if refers is None or (refers.warc_file and refers.offset is not None):
            return stored
        found = self._find(refers.record_id or "", stored.capture.payload_digest)
        if found is None or found.record_id == stored.capture.record_id:
            return stored
        place = replace(refers, warc_file=found.warc_file, offset=found.offset, record_id=found.record_id)
        return replace(stored, refers=place)

    def _find(self, *names: str) -> _Original | None:
        if self._left is None:
            self._left = self._files()
        while True:
            for name in names:
                if found := self._known.get(name):
                    return found
            if not self._left:
                return None
            self._read(self._left.pop(0))

    def _files(self) -> list[Path]:
        beside, room = [self._path], _SEARCHED
        for path in sorted(self._path.parent.glob("*.warc*")):
            room -= path.stat().st_size
            if path != self._path and room >= 0:
                beside.append(path)
        return beside

    def _read(self, path: Path) -> None:
        for member in scan(path):
            if isinstance(member, Member) and member.kind == "response":
                record = response_record(member, path.name)
                if record:
                    capture = record.capture
                    place = _Original(capture.warc_file, capture.offset, capture.record_id)
                    self._known.setdefault(capture.record_id, place)
                    self._known.setdefault(capture.payload_digest, place)


def _responses(
    path: Path,
    offset: int,
    damaged: Callable[[Damage], None],
    *,
    resources: bool = False,
    end: int | None = None,
) -> Iterator[Stored]:
    """Responses from `offset` on, each held back until the record behind it shows whether it is its metadata.

    Rendered forms of pages (conversion records) are among them where this crawler made them, which their metadata
    says; with `resources` those of other tools as well, and resource records of HTML. Behind `end` only the metadata of
    the last one are looked for.
    """
    waiting: Stored | None = None  # what is yielded with its metadata, or without any
    conversion: Stored | None = None  # what is yielded only with its metadata
    behind = False
    for member in scan(path, offset):
        if end is not None and not behind and member.offset >= end:
            behind = True
            if member.offset != end:
                damaged(Damage(path.name, end, message("no record begins here, where the file was divided")))
        if behind and not waiting and not conversion:
            return
        if isinstance(member, Damage):
            if not behind:
                damaged(member)
        elif member.kind == "metadata":
            about = waiting or conversion
            if about and member.about == about.capture.record_id:
                about = replace(about, metadata=parse_warc_fields(member.block))
                if waiting or "role" in about.metadata:
                    yield about
                waiting = conversion = None
        elif member.kind in ("response", "revisit") and not (member.record_id and member.fields.get("warc-target-uri")):
            if not behind:
                nameless = message("a response without WARC-Record-ID or WARC-Target-URI")
                damaged(Damage(path.name, member.offset, nameless))
        elif stored := _stored(member, path.name.removesuffix(OPEN)):
            if waiting:
                yield waiting
            if behind:
                return
            waiting, conversion = (None, stored) if member.kind == "conversion" and not resources else (stored, None)
        elif resources and (stored := _resource(member, path.name.removesuffix(OPEN))):
            if waiting:
                yield waiting
            if behind:
                return
            waiting, conversion = stored, None
    if waiting:
        yield waiting


def _resource(member: Member, warc_file: str) -> Stored | None:
    """A page that was kept without its HTTP head, as if a server had sent it with nothing but its type."""
    if member.kind != "resource":
        return None
    as_conversion = replace(member, fields={**member.fields, "warc-type": "conversion"})
    return _stored(as_conversion, warc_file)


def _stored(member: Member, warc_file: str) -> Stored | None:
    """The page of a response, revisit or conversion record; null for any other."""
    record = response_record(member, warc_file)
    if record is None:
        return None
    truncated = "length" if member.size > len(member.block) else member.fields.get("warc-truncated")
    if member.kind == "conversion":
        return Stored(record.capture, record.status, b"", record.headers, member.block, {}, truncated)
    return _parsed(*split(member.block), record.capture, truncated, _refers(member) if record.revisit else None)


def _parsed(head: bytes, body: bytes, capture: Capture, truncated: str | None, refers: Refers | None) -> Stored:
    headers = headers_of(head)
    return Stored(
        capture=capture,
        status=status_of(head),
        head=head,
        headers=headers,
        body=payload(headers, body),
        metadata={},
        truncated=None if refers else truncated,
        refers=refers,
        resolved=not refers,
    )


def _refers(member: Member) -> Refers:
    fields = member.fields
    offset = fields.get("warc-refers-to-file-offset", "")
    return Refers(
        record_id=fields.get("warc-refers-to"),
        warc_file=fields.get("warc-refers-to-filename"),
        offset=int(offset) if offset.isdecimal() and len(offset) < 19 else None,
        unchanged="server-not-modified" in fields.get("warc-profile", ""),
    )
