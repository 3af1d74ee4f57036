"""Dates as printed, in ISO form with the printed precision, in China time. What is not printed is not completed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from crawler.extract.memo import remember

_BYLINE: Final = 300  # characters: no line of labels and dates is longer
_OF_LINES: Final[dict[str, tuple[PrintedDate, ...]]] = {}  # several steps ask for the same line
_DIGIT: Final = re.compile(r"\d")
CHINA = timezone(timedelta(hours=8))

# "２０１９年３月１６日 １５：３０": digits and marks of the same meaning, one character for one, so that spans stay.
_WIDE: Final = re.compile("[０-９﹕︰]")
_NARROW = str.maketrans("０１２３４５６７８９﹕︰", "0123456789::")

_HALF_DAY = "上午|下午|晚上|晚间|晚間|晚|早上|早晨|早|清晨|凌晨|中午|午后|午後|傍晚|夜间|夜間|深夜"
_FORENOON = frozenset(("am", "上午", "早上", "早晨", "早", "清晨", "凌晨"))
_AFTERNOON = frozenset(("pm", "下午", "午后", "午後", "傍晚"))
_AM_PM = r"[AaPp]\.?[Mm]\.?(?![A-Za-z])"
# "15:30", "15时30分", "下午 3:30:00", "下午3点半", "03:30 PM"; an instant in another zone: "T23:30:00Z", "23:30:00 +0000".
_CLOCK = (
    rf"(?:(?P<half>{_HALF_DAY}|{_AM_PM})\s*)?(?P<h>[01]?[0-9]|2[0-3])\s*"
    r"(?:[:：]\s*(?P<mi>[0-5][0-9])|[时時点點]\s*(?P<word>[0-5][0-9]|[0-9](?=\s*分)|半|整))"
    r"(?:\s*(?:[:：]|分)\s*(?P<s>[0-5][0-9])(?:\.[0-9]{1,9})?(?:\s*秒)?|\s*分)?"
    rf"(?:\s*(?P<half_after>{_AM_PM}|[上下]午(?![\u4e00-\u9fff])))?"
    r"(?P<zone>Z(?![A-Za-z])|\s?(?:GMT|UTC)(?:[+-][01]?[0-9](?::?[0-5][0-9])?)?(?![0-9:])|\s?[+-][01][0-9]:?[0-5][0-9](?![0-9:]))?"
)
_MONTH_DAY = (
    r"\s*(?P<m>1[0-2]|0?[1-9])\s*(?:月|[-/.．／－])\s*(?P<d>3[01]|[12][0-9]|0?[1-9])(?![0-9.]*%)\s*(?:日|号|號)?"
)
# "2019年11月25日(一) 18:57", "2019.11.25 | 18:57"
_TIME = rf"(?:(?P<t>[T\s,，|｜·]*)(?:HKT\s*|[北台香]\w{{1,2}}時間\s*)?(?:[(（]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）]?|[(（][一二三四五六日天][)）])?[\s(（]*{_CLOCK})?"
# The look-behind comes after the year, or re could not scan for its first digit.
_DATE: Final = re.compile(
    rf"(?P<y>(?:19|20)[0-9][0-9])(?:(?<![\d.].{{4}})|(?<=[:：][0-5][0-9].{{4}}))\s*(?:年|[-/.．／－]|\s){_MONTH_DAY}{_TIME}",
    re.DOTALL,
)
_REPUBLIC_DATE = re.compile(rf"民[國国]\s*(?P<roc>[1-9][0-9]{{0,2}})\s*年{_MONTH_DAY}{_TIME}")
_CLOCK_BEFORE = re.compile(r"(?<![\d:：])(?P<h>[01]?[0-9]|2[0-3])[:：](?P<mi>[0-5][0-9])\s*$")
# "二〇一九年三月十六日", "民國一〇八年三月十六日", "2019年三月十六日".
_NUMERAL = "〇零一二三四五六七八九"
_NUMERAL_DATE = re.compile(
    rf"(?:(?P<y>[{_NUMERAL}○Ｏ]{{4}}|(?<!\d)[12][0-9]{{3}})|民[國国]\s*(?P<roc>元|[{_NUMERAL}○十百]{{1,5}}|[0-9]{{1,3}}))年"
    r"(?P<m>十[一二]?|[元一二三四五六七八九]|1[0-2]|0?[1-9])月"
    rf"(?P<d>三十一?|[一二]?十[一二三四五六七八九]?|[一二三四五六七八九]|[12][0-9]|3[01]|0?[1-9])[日号號]{_TIME}"
)
_WORDS = {
    w: i + 1
    for i, w in enumerate(
        ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"]
    )
}
# WordPress in Chinese with an English date format: "十一月 6th, 2009".
_WORDPRESS = re.compile(
    r"(?P<m>十[一二]?月|[一二三四五六七八九]月)\s*(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?\s*,\s*(?P<y>(?:19|20)[0-9][0-9])"
)
_MONTHS = {
    m: i + 1 for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
# Pixnet and others: "Dec 28 Sat 2013 00:28", "Mar 5, 2014", "5 Mar 2014".
_ENGLISH = re.compile(
    rf"\b(?:(?P<m>{'|'.join(_MONTHS)})[a-z]*\.?\s+(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?|(?P<day>[0-9]{{1,2}})\s+(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?,?\s+)"
    rf"(?P<y>(?:19|20)[0-9][0-9])(?:,?\s+{_CLOCK})?",
    re.I,
)
# "Sat Mar 16 08:30:12 2019", as C prints it: the header of an article of a BBS
_CTIME = re.compile(
    rf"\b(?:mon|tue|wed|thu|fri|sat|sun)\s+(?P<m>{'|'.join(_MONTHS)})\s+(?P<d>[0-9]{{1,2}})\s+(?P<time>[01][0-9]|2[0-3])(?P<rest>:[0-5][0-9]:[0-5][0-9])\s+(?P<y>(?:19|20)[0-9][0-9])",
    re.I,
)
# The year stands last: "25/11/2019", and, where a design puts the day above the month, "25" "2019-11" or "11-25" "2019".
_YEAR_LAST = re.compile(
    r"(?<!\d)(?P<a>[0-9]{1,2})\s*[-/.月]\s*(?P<b>[0-9]{1,2})\s*日?\s*(?P<mark>[-/., ])\s*(?P<y>(?:19|20)[0-9][0-9])(?![0-9:])年?"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>[0-9]{1,2})\s*日?\s+(?P<y>(?:19|20)[0-9][0-9])\s*[-/.年]\s*(?P<m>[0-9]{1,2})月?$"
)
_PARTIAL: Final = re.compile(
    rf"(?<![\d/年-])(?:(?P<y>[0-9][0-9])[-/])?(?P<m>1[0-2]|0?[1-9])[-/月](?P<d>3[01]|[12][0-9]|0?[1-9])日?\s*{_CLOCK}"
)
# "19-11-25", "108-11-25" of the Republic
_UNDIVIDED = re.compile(rf"[\s:]*(?P<y>(?:19|20)[0-9]{{2}})(?P<m>[01][0-9])(?P<d>[0-3][0-9]){_TIME}(?!\d)")
_SHORT_YEAR = re.compile(rf"\s*(?P<y>1[0-9]{{2}}|[0-9]{{2}})(?:年|[-/.]){_MONTH_DAY}{_TIME}(?!\d)")


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """`iso` is "2011-10-15", "2011-10-15T10:19" or with seconds; `span` is its place in the line."""

    iso: str
    span: tuple[int, int]


def find_dates(text: str) -> tuple[PrintedDate, ...]:
    """Every valid date in `text`, in order; dates that no calendar has are left out."""
    if "年" not in text and not _DIGIT.search(text):
        return ()
    if len(text) > _BYLINE:
        return tuple(_dates(text))
    dates = _OF_LINES.get(text)
    return remember(_OF_LINES, text, tuple(_dates(text)), 4096) if dates is None else dates


def _dates(text: str) -> list[PrintedDate]:
    if _WIDE.search(text):
        text = text.translate(_NARROW)
    found = []
    for match in _DATE.finditer(text):
        iso = _iso(int(match["y"]), int(match["m"]), int(match["d"]), match)
        if iso:
            start = match.start()
            clock = _CLOCK_BEFORE.search(text, 0, start) if len(iso) == 10 else None
            if clock:  # "19:05 2020/02/28", "19:052020/02/28"
                iso, start = f"{iso}T{int(clock['h']):02}:{clock['mi']}", clock.start()
            found.append(PrintedDate(iso, (start, match.end())))
    return found or _dates_in_words(text)


def _dates_in_words(text: str) -> list[PrintedDate]:
    """The date of a line that prints its numbers as words: "二〇一九年三月十六日", "十一月 6th, 2009", "Mar 5, 2014"."""
    if "民" in text and (match := _REPUBLIC_DATE.search(text)):
        iso = _iso(1911 + int(match["roc"]), int(match["m"]), int(match["d"]), match)
    elif "年" in text and (match := _NUMERAL_DATE.search(text)):
        year = _number(match["y"]) if match["y"] else 1911 + _number(match["roc"])
        iso = _iso(year, _number(match["m"]), _number(match["d"]), match)
    elif match := _WORDPRESS.search(text):
        iso = _iso(int(match["y"]), _WORDS[match["m"]], int(match["d"]), match)
    elif match := _ENGLISH.search(text):
        month = (match["m"] or match["month"]).lower()
        iso = _iso(int(match["y"]), _MONTHS[month], int(match["d"] or match["day"]), match)
    elif match := _CTIME.search(text):
        day = _iso(int(match["y"]), _MONTHS[match["m"].lower()], int(match["d"]), match)
        iso = day and f"{day}T{match['time']}{match['rest']}"
    else:
        return []
    return [PrintedDate(iso, match.span())] if iso else []


def _number(numeral: str) -> int:
    """The value of "二〇一九", "一百零八", "三十一", "十", "元" or "2019"."""
    if numeral.isdecimal():
        return int(numeral)
    numeral = numeral.replace("○", "〇").replace("Ｏ", "〇").replace("元", "一")
    if "十" not in numeral and "百" not in numeral:
        return int("".join(str(max(0, _NUMERAL.index(digit) - 1)) for digit in numeral))
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return (
        100 * (_number(hundreds or "一") if "百" in numeral else 0)
        + 10 * (_number(tens or "一") if ten else 0)
        + (_number(ones) if ones else 0)
    )


def short_year(text: str) -> PrintedDate | None:
    """The date with a year of two digits that opens `text`, the value of a label: "19-03-16", "08/1/5 10:20"; one of three
    is of the Republic, "108-11-25"; or eight digits, "20190316".
    """
    match = _UNDIVIDED.match(text) or _SHORT_YEAR.match(text)
    if not match:
        return None
    year = int(match["y"])
    if year < 1900:
        year += 1911 if year >= 100 else 2000 if year < 50 else 1900
    iso = _iso(year, int(match["m"]), int(match["d"]), match)
    return PrintedDate(iso, match.span()) if iso else None


def year_last(text: str) -> PrintedDate | None:
    """The date of a short line that prints its year last, "25/11/2019", "11-25 2019", "25 2019-11"; None where day and month
    cannot be told apart, as in "05/11/2019".
    """
    if "20" not in text and "19" not in text:
        return None
    if match := _DAY_FIRST.search(text):
        month, day = int(match["m"]), int(match["d"])
    elif match := _YEAR_LAST.search(text):
        month, day = int(match["a"]), int(match["b"])
        if match["mark"] in "/.-" and month <= 12 and day <= 12 and month != day:
            return None
        if month > 12:
            month, day = day, month
    else:
        return None
    iso = _iso(int(match["y"]), month, day, match)
    return PrintedDate(iso, match.span()) if iso else None


def find_partial(text: str) -> re.Match[str] | None:
    """The first date without a year or with a short one, such as "10-08 12:00" or "19-10-08 12:00"."""
    return _PARTIAL.search(text) if ":" in text or "：" in text else None


def complete(text: str, evidence: list[str]) -> PrintedDate | None:
    """The first date printed without a year ("10-08 12:00") or with a short one, its year taken from `evidence`, the
    dates in the page's metadata; None when they name no year or several.
    """
    match = find_partial(text)
    if not match:
        return None
    years = {
        d.iso[:4]
        for value in evidence
        for d in find_dates(value)
        if d.iso[5:10] == f"{int(match['m']):02}-{int(match['d']):02}"
    }
    if match["y"]:
        years = {f"20{match['y']}"}
    if len(years) != 1:
        return None
    iso = _iso(int(years.pop()), int(match["m"]), int(match["d"]), match)
    return PrintedDate(iso, match.span()) if iso else None


def _iso(year: int, month: int, day: int, match: re.Match[str]) -> str | None:
    """ISO form of a date with the time of day in `match`, if it has a valid one; None for a day no calendar has."""
    try:
        printed = date(year, month, day)
    except ValueError:
        return None
    if not 1900 <= year < 2100:
        return None
    fields = match.groupdict()
    hour = _hour(fields) if fields.get("h") else None
    if hour is None:
        return printed.isoformat()
    minute = fields["mi"] or {"半": "30", "整": "00"}.get(fields["word"] or "", fields["word"])
    clock = datetime(year, month, day, hour, int(minute or 0), int(fields["s"] or 0))  # noqa: DTZ001
    offset = _offset(fields)
    if offset is not None:
        clock += timedelta(hours=8) - offset
    return clock.isoformat(timespec="seconds" if fields["s"] else "minutes")


def _hour(fields: dict[str, str | None]) -> int | None:
    """The hour of the day, 0 to 23; None where "晚上12:30" may be of this day or of the next."""
    hour = int(fields["h"] or 0)
    half = (fields["half"] or fields["half_after"] or "").lower().replace(".", "")
    if not half or hour > 12:
        return hour
    if half in _FORENOON:
        return hour % 12
    if half in _AFTERNOON:
        return hour % 12 + 12
    if half == "中午":
        return hour + 12 if 0 < hour < 4 else hour
    return hour + 12 if 4 < hour < 12 else None


def _offset(fields: dict[str, str | None]) -> timedelta | None:
    """How far the printed zone is ahead of UTC; None where none is printed: "10:00-11:30" is no zone but a period."""
    zone = (fields["zone"] or "").strip()
    if not zone:
        return None
    digits = zone.lstrip("ZGMTUC+-").replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits or 0), 0)
    if hours > 14 or (zone[0] == "-" and "T" not in (fields.get("t") or "")):
        return None
    return timedelta(hours=hours, minutes=minutes) * (-1 if "-" in zone else 1)


def instant(iso: str | None) -> datetime | None:
    """The UTC instant of a printed date with a time of day, read as China time; a bare day gives its first moment."""
    return datetime.fromisoformat(iso).replace(tzinfo=CHINA).astimezone(UTC) if iso else None
