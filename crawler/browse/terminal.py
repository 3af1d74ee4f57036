"""A row as text for a terminal: columns, text, the spans that each rule removed, and where its pages are archived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from crawler.archive.exchange import ArchiveError
from crawler.archive.members import members
from crawler.archive.reader import locate, read_capture, to_page
from crawler.display import harmless, padded
from crawler.extract.article import Capture
from crawler.extract.decode import decode
from crawler.extract.url import article_id
from crawler.language import message, words
from pipelines.dataset.query import connect

Say: TypeAlias = Callable[[str], str]
_AROUND = 16  # characters of the text on either side of a removed span
_SHOWN_SEPARATELY = ("text", "removed", "captures", "signature", "quality", "parts", "document")


def find_article(output: Path, key: str) -> list[dict[str, Any]]:
    """All versions of the article with this id, newest first."""
    query = "SELECT * FROM articles WHERE id = ? ORDER BY fetched_at DESC, run_id DESC"
    return _rows(output, query, [key])


def find_rejects(output: Path, key: str) -> list[dict[str, Any]]:
    """All rejects of the URL with this id, newest first. Rejects have no id, so that it is made of every URL."""
    urls = [url for (url,) in _ask(output, "SELECT DISTINCT url FROM rejects", []) if article_id(url) == key]
    query = "SELECT * FROM rejects WHERE list_contains(?, url) ORDER BY capture.fetched_at DESC"
    return _rows(output, query, [urls]) if urls else []


def captures_of(row: Mapping[str, Any]) -> list[Capture]:
    """Of an article or a reject, in reading order."""
    stored = row["captures"] if "captures" in row else [row["capture"]]
    return [Capture.of(each) for each in stored if each is not None]


def article_lines(
    row: Mapping[str, Any], older: Sequence[Mapping[str, Any]], output: Path, say: Say = str
) -> Iterator[str]:
    """The row as lines of text, harmless to a terminal; what is not of the row is said by `say`."""
    for name, value in row.items():
        if name not in _SHOWN_SEPARATELY and value not in (None, [], ""):
            yield _line(name, value)
    for name in ("document", "quality"):
        for field, value in (row[name] or {}).items():
            if value is not None:
                yield _line(f"{name}.{field}", value)
    for part in row["parts"]:
        yield _line(say(message("part")), f"{part['start']}–{part['end']} {part['kind']} {part['title'] or ''}")
    yield from ("", say(message("Text")), "")
    yield from harmless(row["text"]).split("\n")
    yield from _removed_lines(row["text"], row["removed"], say)
    yield from capture_lines(row, output, say)
    if older:
        yield from ("", say(message("Older versions")), "")
        for each in older:
            when = f"{each['fetched_at']:%Y-%m-%d %H:%M:%S}"
            yield say(message("{when} in {run_id}", when=when, run_id=each["run_id"]))


def reject_lines(row: Mapping[str, Any], output: Path, say: Say = str) -> Iterator[str]:
    """The reject as lines of text, harmless to a terminal."""
    yield from (
        _line(name, row[name]) for name in ("url", "site", "family", "reason", "detail", "run_id", "rules_version")
    )
    yield from capture_lines(row, output, say)


def capture_lines(row: Mapping[str, Any], output: Path, say: Say = str) -> Iterator[str]:
    """Lines that say where each page lies in the archive, and whether it can be read there."""
    yield from ("", say(message("Captures")), "")
    for number, capture in enumerate(captures_of(row), 1):
        yield _line(say(message("page {number}", number=number)), capture.url)
        place = message(
            "{file} at {offset}, {length} bytes",
            file=capture.warc_file,
            offset=capture.offset,
            length=capture.length,
        )
        yield _line("", say(place))
        yield _line("", f"{capture.record_id} {capture.payload_digest} {capture.fetched_at:%Y-%m-%d %H:%M:%S} UTC")
        try:
            found = read_capture(output / "warc", capture)
        except OSError as error:
            yield _line("", say(message("cannot be read: {error}", error=words(error))))
        else:
            there = message(
                "there: status {status}, {size} bytes of {type}",
                status=found.status,
                size=len(found.body),
                type=found.content_type or message("no type"),
            )
            yield _line("", say(there))


def record_lines(row: Mapping[str, Any], output: Path) -> Iterator[str]:
    """Each raw record: WARC fields, HTTP head as received, the page decoded. Raises ArchiveError."""
    for capture in captures_of(row):
        member = next(members(locate(output / "warc", capture.warc_file), capture.offset), None)
        if member is None:
            raise ArchiveError(
                message("{file}: at offset {offset} is no record", file=capture.warc_file, offset=capture.offset)
            )
        stored = read_capture(output / "warc", capture)
        page = to_page(stored)
        yield from (f"{name}: {value}" for name, value in member.fields.items())
        yield ""
        yield from stored.head.decode("utf-8", "replace").splitlines()
        yield decode(page.body, page.content_type).text
        yield ""


def _removed_lines(text: str, removed: Iterable[Mapping[str, Any]], say: Say) -> Iterator[str]:
    spans = list(removed)
    characters = sum(len(each["text"]) for each in spans)
    told = message("Removed: {spans} spans, {characters} characters", spans=len(spans), characters=characters)
    yield from ("", say(told), "")
    for each in spans:
        before, after = text[max(0, each["at"] - _AROUND) : each["at"]], text[each["at"] : each["at"] + _AROUND]
        shown = f"{before}【{each['text']}】{after}".replace("\n", "⏎")
        yield _line(each["rule"], say(message("at {offset}: {shown}", offset=each["at"], shown=shown)))


def _line(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        value = value.isoformat()
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return harmless(f"{padded(name, 18)} {value}".replace("\n", "⏎"))


def _rows(output: Path, query: str, values: list[Any]) -> list[dict[str, Any]]:
    with connect(output) as connection:
        found: list[dict[str, Any]] = connection.sql(query, params=values).to_arrow_table().to_pylist()
    return found


def _ask(output: Path, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connect(output) as connection:
        return connection.execute(query, values).fetchall()
