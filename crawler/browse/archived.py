"""One record of the archive for the frame of the reading room: as a page with marks, as source, or as HTTP."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from crawler.archive.reader import Stored, read_capture, to_page
from crawler.browse.align import OUTSIDE, align, point_out
from crawler.browse.rebuild import LARGEST, Rebuilt
from crawler.browse.spans import dense, rules_in, runs
from crawler.extract.article import Capture, Removed
from crawler.extract.decode import decode

COLOURS = 8  # of rules; the ninth rule of a row has the first one again
_FIELDS = ("title", "published", "source", "author", "editor", "lead")
_FIRST_FIELD = 1000  # labels of fields begin here, those of rules at 1
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the frame shows: marked HTML, or plain text."""

    html: Markup | None = None
    text: str = ""
    cut: bool = False


def archived_page(output: Path, row: Mapping[str, Any], capture: Capture, view: str) -> Shown:
    """`row`: of an article or a reject. Raises ArchiveError, OSError when the record cannot be read."""
    stored = read_capture(output / "warc", capture)
    if view == "record":
        return Shown(text="\n".join(_record(stored)))
    page = to_page(stored)
    source = decode(page.body, page.content_type).text
    if view == "source":
        return Shown(text=source[:LARGEST], cut=len(source) > LARGEST)
    rebuilt = Rebuilt(source)
    removed = [Removed(**span) for span in row.get("removed", ())]
    rules = rules_in(removed)
    if "text" in row:
        marks = align(rebuilt.text, *dense(runs(row["text"], removed), rules))
    else:
        marks = array("h", [OUTSIDE]) * len(rebuilt.text)
    fields = {
        _FIRST_FIELD + number: list(spellings(name, row[name])) for number, name in enumerate(_FIELDS) if row.get(name)
    }
    point_out(rebuilt.text, marks, fields)

    def mark(label: int) -> tuple[str, str] | None:
        if label >= _FIRST_FIELD:
            return "field", _FIELDS[label - _FIRST_FIELD]
        if label > 0:
            return f"gone r{(label - 1) % COLOURS}", rules[label - 1]
        return ("kept", "text") if label == 0 else None

    return Shown(html=rebuilt.html(marks, mark), cut=rebuilt.cut)


def spellings(name: str, value: str) -> Iterator[str]:
    """How the page may have printed a field of the row, without white space."""
    if name == "published" and (date := _ISO.match(value)):
        year, month, day = date.groups()
        for m, d in ((month, day), (month.lstrip("0"), day.lstrip("0"))):
            for form in ("{}-{}-{}", "{}年{}月{}日", "{}/{}/{}", "{}.{}.{}"):
                yield form.format(year, m, d)
    yield "".join(value.split())


def _record(stored: Stored) -> Iterator[str]:
    capture = stored.capture
    yield f"{capture.warc_file}, {capture.length:,} bytes from offset {capture.offset:,}"
    yield f"{capture.record_id}, fetched {capture.fetched_at:%Y-%m-%d %H:%M:%S} UTC"
    yield f"payload {capture.payload_digest}, {len(stored.body):,} bytes before content decoding"
    if stored.truncated:
        yield f"truncated: {stored.truncated}"
    if not stored.resolved:
        yield "a revisit whose first record is not in this archive"
    yield ""
    yield from (f"{name}: {value}" for name, value in stored.metadata.items())
    yield ""
    yield stored.head.decode("utf-8", "replace")
