"""Dates as printed, in ISO form with the printed precision, in China time. What is not printed is not completed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

_BYLINE = 300  # characters: no line of labels and dates is longer
_DIGIT = re.compile(r"\d")
CHINA = timezone(timedelta(hours=8))

_TIME = r"(?P<h>[01]?\d|2[0-3])\s*(?:[:：]|时|点)\s*(?P<mi>[0-5]\d)(?:\s*(?:[:：]|分)\s*(?P<s>[0-5]\d))?"
DATE = re.compile(
    r"(?<![\d.])(?P<y>(?:19|20)\d\d)\s*(?:年|[-/.．－]|\s)\s*(?P<m>1[0-2]|0?[1-9])\s*(?:月|[-/.．－])\s*"
    r"(?P<d>3[01]|[12]\d|0?[1-9])(?![\d.]*%)\s*(?:日|号)?"
    rf"(?:[T\s,，]*(?:星期[一二三四五六日天])?[\s(（]*(?P<pm>上午|下午|晚上|早上|凌晨|中午)?\s*{_TIME})?"
)
_CLOCK_BEFORE = re.compile(r"(?<![\d:：])(?P<h>[01]?\d|2[0-3])[:：](?P<mi>[0-5]\d)\s+$")
_WORDS = {
    w: i + 1
    for i, w in enumerate(
        ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"]
    )
}
# WordPress in Chinese with an English date format: "十一月 6th, 2009".
_WORDPRESS = re.compile(
    r"(?P<m>十[一二]?月|[一二三四五六七八九]月)\s*(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*,\s*(?P<y>(?:19|20)\d\d)"
)
_MONTHS = {
    m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
# Pixnet and others: "Dec 28 Sat 2013 00:28", "Mar 5, 2014".
_ENGLISH = re.compile(
    rf"\b(?P<m>{'|'.join(_MONTHS)})[a-z]*\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(?P<y>(?:19|20)\d\d)(?:\s+{_TIME})?",
    re.I,
)
_PARTIAL = re.compile(rf"(?<![\d-])(?:(?P<y>\d\d)-)?(?P<m>1[0-2]|0\d)-(?P<d>3[01]|[0-2]\d)\s*{_TIME}")


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """`iso` is "2011-10-15", "2011-10-15T10:19" or with seconds; `span` where in the line it stands."""

    iso: str
    span: tuple[int, int]


def find_dates(text: str) -> tuple[PrintedDate, ...]:
    """Every valid date in `text`, in order; dates that no calendar has are left out."""
    if not _DIGIT.search(text):
        return ()
    return _dates_of_byline(text) if len(text) <= _BYLINE else tuple(_dates(text))


@lru_cache(maxsize=512)  # several steps ask for the same line
def _dates_of_byline(text: str) -> tuple[PrintedDate, ...]:
    return tuple(_dates(text))


def _dates(text: str) -> list[PrintedDate]:
    found = []
    for match in DATE.finditer(text):
        iso = _iso(int(match["y"]), int(match["m"]), int(match["d"]), match)
        if iso:
            start = match.start()
            clock = _CLOCK_BEFORE.search(text, 0, start) if len(iso) == 10 else None
            if clock:  # "19:05 2020/02/28"
                iso, start = f"{iso}T{int(clock['h']):02}:{clock['mi']}", clock.start()
            found.append(PrintedDate(iso, (start, match.end())))
    if not found:
        for pattern, months in ((_WORDPRESS, _WORDS), (_ENGLISH, _MONTHS)):
            word = pattern.search(text)
            if word:
                month = months[word["m"].lower()[:3] if months is _MONTHS else word["m"]]
                iso = _iso(int(word["y"]), month, int(word["d"]), word)
                if iso:
                    found.append(PrintedDate(iso, word.span()))
    return found


def find_partial(text: str) -> re.Match[str] | None:
    """The first date without a year or with a short one, such as "10-08 12:00" or "19-10-08 12:00"."""
    return _PARTIAL.search(text) if "-" in text else None


def complete(text: str, evidence: list[str]) -> PrintedDate | None:
    """The first date printed without a year ("10-08 12:00") or with a short one, its year taken from `evidence`, the
    dates in the page's metadata; None when they name no year or several.
    """
    match = find_partial(text)
    if not match:
        return None
    years = {d.iso[:4] for value in evidence for d in find_dates(value) if d.iso[5:10] == f"{match['m']}-{match['d']}"}
    if match["y"]:
        years = {f"20{match['y']}"}
    if len(years) != 1:
        return None
    iso = _iso(int(years.pop()), int(match["m"]), int(match["d"]), match)
    return PrintedDate(iso, match.span()) if iso else None


def _iso(year: int, month: int, day: int, match: re.Match[str]) -> str | None:
    try:
        text = date(year, month, day).isoformat()
    except ValueError:
        return None
    fields = match.groupdict()
    if fields.get("h") is None:
        return text
    hour = int(fields["h"])
    if fields.get("pm") in ("下午", "晚上") and hour < 12:
        hour += 12
    text += f"T{hour:02}:{fields['mi']}"
    return f"{text}:{fields['s']}" if fields["s"] else text


def instant(iso: str | None) -> datetime | None:
    """The UTC instant of a printed date with a time of day, read as China time; a bare day gives its first moment."""
    return datetime.fromisoformat(iso).replace(tzinfo=CHINA).astimezone(UTC) if iso else None
