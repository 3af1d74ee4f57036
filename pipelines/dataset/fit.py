"""The border of the dataset: every value of a row is judged against its column when the row is made.

A page prints what it likes: a document of 99999999999999999999 KB, a year that no calendar has, a name of a million
characters. Such a value is null where the column may be null, else the row is refused by itself (UnfitError). What has
passed here can be written by Arrow and read by every reader; tests/test_fit.py holds that for any value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

# Characters. A longer title is cut; any other text that is longer is null where it may be, else the row is refused.
LONGEST = 2_000
LONGEST_OF = {
    "title": 1_000,
    "lead": 20_000,
    "detail": 2_000,
    "url": 20_000,
    "canonical_url": 20_000,
    "captures.url": 20_000,
    "capture.url": 20_000,
    "text": 32_000_000,
    "removed.text": 32_000_000,
    "notices": 100_000,
}
_CUT = frozenset({"title", "detail"})
# Entries of a list, and all the characters of what was removed from one row.
MOST = 10_000
MOST_OF = {"category": 100, "keywords": 100, "quality.top_ngram_ratios": 10}
_LARGEST_BINARY = 1 << 20  # bytes
# pandas, DuckDB and Spark each have an end of time of their own; these years fit all of them, in nanoseconds too.
EARLIEST, LATEST = datetime(1700, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

# What no text has: a terminal obeys ESC, and UTF-8 has no surrogates. Tab and line ends stay.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
_LATIN_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")  # U+0080 to U+009F
_SHORT = 200  # characters

Fit = Callable[[Any], Any]


class UnfitError(ValueError):
    """A value that its column cannot hold and that may not be null. The message names the column."""


def fits(schema: pa.Schema, nullable: Collection[str]) -> dict[str, Fit]:
    """For each column a function from a plain value or a dataclass to what Arrow stores. `nullable`: dotted names.

    The function raises UnfitError and nothing else.
    """
    return {field.name: _column(field.type, field.name, nullable) for field in schema}


def _column(kind: pa.DataType, path: str, nullable: Collection[str]) -> Fit:
    fit = _fit(kind, path, nullable)
    may_be_null = path in nullable

    def checked(value: Any) -> Any:
        if value is None:
            if may_be_null:
                return None
            raise UnfitError(f"column {path!r} is null")
        try:
            return fit(value)
        except UnfitError:
            if may_be_null:
                return None
            raise
        except (AttributeError, TypeError, ValueError, OverflowError) as error:
            if may_be_null:
                return None
            raise UnfitError(f"column {path!r}: {type(value).__name__}: {error}") from error

    return checked


def _fit(kind: pa.DataType, path: str, nullable: Collection[str]) -> Fit:
    if pa.types.is_string(kind):
        return _string(path)
    if pa.types.is_list(kind):
        return _list(kind, path, nullable)
    if pa.types.is_struct(kind):
        return _struct(kind, path, nullable)
    if pa.types.is_integer(kind):
        return _integer(kind, path)
    if pa.types.is_timestamp(kind):
        return _instant(path)
    if pa.types.is_floating(kind):
        return _number(path)
    if pa.types.is_boolean(kind):
        return _truth(path)
    if pa.types.is_binary(kind):
        return _binary(path)
    raise TypeError(f"{path}: no border for {kind}")


def _string(path: str) -> Fit:
    longest = LONGEST_OF.get(path, LONGEST)
    cut = path in _CUT

    def fit(value: object) -> str:
        if not isinstance(value, str):
            raise UnfitError(f"column {path!r} holds text, not {type(value).__name__}")
        if len(value) > longest:
            if not cut:
                raise UnfitError(f"column {path!r}: {len(value)} characters, {longest} at most")
            value = value[:longest]
        if len(value) <= _SHORT and value.isprintable():
            return value
        try:
            encoded = value.encode()
        except UnicodeEncodeError:
            pass
        else:  # by bytes: ten times as fast as the pattern
            if len(encoded.translate(None, _CONTROLS)) == len(encoded) and not _LATIN_CONTROLS.search(encoded):
                return value
        # One character for one: offsets into the text stay true.
        return _NO_TEXT.sub("\ufffd", value)

    return fit


def _integer(kind: pa.DataType, path: str) -> Fit:
    limit = 1 << (kind.bit_width - 1)

    def fit(value: Any) -> int:
        if type(value) is not int:
            raise UnfitError(f"column {path!r} holds a whole number, not {type(value).__name__}")
        if not -limit <= value < limit:
            raise UnfitError(
                f"column {path!r} holds a number of {kind.bit_width} bits, not of {value.bit_length() + 1}"
            )
        return value

    return fit


def _instant(path: str) -> Fit:
    def fit(value: Any) -> datetime:
        if not isinstance(value, datetime) or value.tzinfo is None or not EARLIEST <= value < LATEST:
            raise UnfitError(f"column {path!r} holds an instant of the years 1700 to 2199")
        return value

    return fit


def _number(path: str) -> Fit:
    def fit(value: Any) -> float:
        number = float(value)
        if not math.isfinite(number):
            raise UnfitError(f"column {path!r} holds a finite number, not {number}")
        return number

    return fit


def _truth(path: str) -> Fit:
    def fit(value: Any) -> bool:
        if type(value) is not bool:
            raise UnfitError(f"column {path!r} is true or false, not {type(value).__name__}")
        return value

    return fit


def _binary(path: str) -> Fit:
    def fit(value: Any) -> bytes:
        if type(value) is not bytes or len(value) > _LARGEST_BINARY:
            raise UnfitError(f"column {path!r} holds at most {_LARGEST_BINARY} bytes")
        return value

    return fit


def _list(kind: pa.ListType, path: str, nullable: Collection[str]) -> Fit:
    inner = _fit(kind.value_type, path, nullable)
    most = MOST_OF.get(path, MOST)
    # A keyword that cannot be stored is left out; a capture, a span or a part is needed for the rest to be true.
    loose = pa.types.is_string(kind.value_type)

    def fit(value: Any) -> list[Any]:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise UnfitError(f"column {path!r} holds a list, not {type(value).__name__}")
        if len(value) > most:
            if not loose:
                raise UnfitError(f"column {path!r}: {len(value)} entries, {most} at most")
            value = value[:most]
        if not loose:
            return [inner(each) for each in value]
        found = []
        for each in value:
            try:
                found.append(inner(each))
            except UnfitError:
                continue
        return found

    return fit


def _struct(kind: pa.StructType, path: str, nullable: Collection[str]) -> Fit:
    fields = [(field.name, _column(field.type, f"{path}.{field.name}", nullable)) for field in kind]

    def fit(value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return {name: inner(value.get(name)) for name, inner in fields}
        return {name: inner(getattr(value, name)) for name, inner in fields}

    return fit
