"""URLs by form, and the regular expression that takes the URLs of a form and no others. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from crawler.extract.url import path_and_query
from crawler.siteconfig.backtracking import TooLargeError, degree
from crawler.siteconfig.reader import SLOWEST_PATTERN

# Of a path segment without extension: /zhengwu/, /news-center/. A number, an id or an escape makes it another one.
_WORD = re.compile(r"[A-Za-z]+(?:[_-][A-Za-z]+)*\Z")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
# Letters and digits in turn, as in 0e11225891. Not a short name before a number: t20260101, c123, list2.
_MIXED = re.compile(r"(?=[A-Za-z0-9]{5,}\Z)(?=.*[A-Za-z])(?=.*\d)(?![A-Za-z]{1,9}\d+\Z)[A-Za-z0-9]+\Z")
_PIECE = re.compile(r"\d+|(?:%[0-9A-Fa-f]{2})+|[^\d%]+|%")
_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}\Z")
_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_LONG = 2  # digits from which on a least number of them is asked for
_TOLERATED = 0.005  # others that a pattern may take, of its own links
_MANY = 3  # folders of different names that stand for any name
_NAME = r"[A-Za-z][\w-]*"  # of a folder that was not seen: behind ten channels in small letters comes /AutoCAD2004/


@dataclass(frozen=True, slots=True)
class Form:
    """`folders`: "*" for a name, else the segment with <N>, <X>, <W> for number, id and escaped words. `last`:
    likewise the segment behind the last slash, with its extension. `query`: names and values of the parameters."""

    folders: tuple[str, ...]
    last: str
    query: str

    @property
    def tail(self) -> tuple[str, str]:
        return self.last, self.query

    @property
    def collapsed(self) -> tuple[str, ...]:
        """The folders, with one "*" for names that follow each other."""
        return tuple(name for name, _ in groupby(self.folders))

    @property
    def named(self) -> bool:
        """Whether there is no number, id or escape in it: the URL of a list or of a page about the site, mostly."""
        return "<" not in str(self)

    def __str__(self) -> str:
        return "/" + "".join(f"{each}/" for each in self.folders) + self.last + (f"?{self.query}" if self.query else "")


def form_of(url: str) -> Form:
    """The form of a canonical URL."""
    path, _, query = path_and_query(url).partition("?")
    *folders, last = _segments(path)
    stem, extension = _split(last)
    pairs = "&".join(f"{name}={_form(value)}" for name, _, value in (each.partition("=") for each in query.split("&")))
    return Form(
        tuple(_form(each, word="*") for each in folders), _form(stem, word="*") + extension, pairs if query else ""
    )


def pattern_of(urls: Collection[str], others: Collection[str]) -> str:
    """A pattern for canonical URLs that have the same tail and the same collapsed folders.

    The most general one that takes none of `others`, or hardly any, else the one that takes the fewest of them.
    """
    paths = [path_and_query(url) for url in urls]
    wrong = [path_and_query(url) for url in others]
    best: tuple[int, str] | None = None
    for candidate in _candidates(paths):
        try:
            if degree(candidate) > SLOWEST_PATTERN:
                continue
        except TooLargeError:
            continue
        compiled = re.compile(candidate)
        taken = sum(1 for path in wrong if compiled.search(path))
        if best is None or taken < best[0]:
            best = taken, candidate
        if taken <= _TOLERATED * len(paths):
            return candidate
    return best[1] if best else f"^(?:{'|'.join(sorted(map(_literal, paths))[:50])})$"


def _candidates(paths: Sequence[str]) -> Iterator[str]:
    """From the most general pattern on."""
    queries = [path.partition("?")[2] for path in paths]
    segments = [_segments(path.partition("?")[0]) for path in paths]
    root = "/+" if any(path.startswith("//") for path in paths) else "/"
    lasts = [each[-1] for each in segments]
    for loose in (True, False):
        tail = _last(lasts, loose=loose) + _query(queries, loose=loose) + "$"
        for folders in _folders([each[:-1] for each in segments], loose=loose):
            yield f"^{root}{folders}{tail}"


def _segments(path: str) -> list[str]:
    """The segments of a path; "//news/1.html", which joined templates make, has those of "/news/1.html"."""
    first, *others = path.split("/")[1:]
    while not first and others:
        first, *others = others
    return [first, *others]


def _folders(prefixes: Sequence[Sequence[str]], *, loose: bool) -> Iterator[str]:
    """Expressions for the folders: any names, names at the depths that were seen, the names that were seen."""
    runs = [
        [(kind, [*some]) for kind, some in groupby(prefix, lambda each: _form(each, word="*"))] for prefix in prefixes
    ]
    columns = [*zip(*runs, strict=True)]
    for generality in ("any", "depth", "names"):
        parts: list[str] = []
        for column in columns:
            names = [tuple(some) for _, some in column]
            if column[0][0] != "*":
                for at in range(len(names[0])):
                    dated = any(year in part for part in parts for year in (r"\d{4}", r"\d{6}"))
                    parts.append(_pieces([each[at] for each in names], loose=loose, dated=dated) + "/")
            else:
                parts.append(_names(names, generality))
        yield "".join(parts)
        if not any(column[0][0] == "*" and len({tuple(some) for _, some in column}) > 1 for column in columns):
            return  # all are the same names


def _names(names: Sequence[tuple[str, ...]], generality: str) -> str:
    distinct = sorted(set(names))
    if len(distinct) == 1:
        return "".join(f"{_literal(each)}/" for each in distinct[0])
    depths = sorted({len(name) for name in names})
    if generality == "any" and len(distinct) >= _MANY:
        return f"(?:{_NAME}/)+"
    if generality != "names":
        first, last = depths[0], depths[-1]
        return f"{_NAME}/" * first if first == last else f"(?:{_NAME}/){{{first},{last}}}"
    return f"(?:{'|'.join('/'.join(map(_literal, name)) for name in distinct)})/"


def _letters(words: Iterable[str]) -> str:
    """Names such as these; digits may follow the first letter: one of the channels that were not seen has some."""
    text = "".join(words)
    upper = "A-Z" if any(each.isupper() for each in text) else ""
    return f"[a-z{upper}][a-z{upper}0-9{'_' if '_' in text else ''}{'-' if '-' in text else ''}]*"


def _last(lasts: Sequence[str], *, loose: bool) -> str:
    stems, extensions = zip(*map(_split, lasts), strict=True)
    if not stems[0] and not extensions[0]:
        return ""
    if _form(stems[0], word="*") == "*":
        distinct = sorted(set(stems))
        body = _literal(distinct[0]) if len(distinct) == 1 else _letters(stems)
    else:
        body = _pieces(stems, loose=loose)
    return body + _literal(extensions[0])


def _query(queries: Sequence[str], *, loose: bool) -> str:
    if not queries[0]:
        return ""
    columns = zip(*(query.split("&") for query in queries), strict=True)
    parts = []
    for column in columns:
        name = column[0].partition("=")[0]
        values = [pair.partition("=")[2] for pair in column]
        parts.append(_literal(name) + "=" + (_pieces(values, loose=loose) if values[0] else ""))
    return r"\?" + "&".join(parts)


def _pieces(values: Sequence[str], *, loose: bool, dated: bool = False) -> str:
    """An expression for segments, or values of a parameter, of one form. `dated`: they may be months and days."""
    if len(set(values)) == 1 and _WORD.match(values[0]):
        return _literal(values[0])
    if all(_UUID.match(value) for value in values):
        return "[0-9a-f-]{36}" if "".join(values).islower() else "[0-9A-Fa-f-]{36}"
    if _form(values[0]) == "<X>":
        return _ids(values)
    columns = [*zip(*(_PIECE.findall(value) for value in values), strict=True)]
    made: list[str] = []
    for at, column in enumerate(columns):
        if column[0].isdecimal():
            page = at > 0 and at == len(columns) - 1
            made.append(_number(column, page=page, loose=loose, dated=dated or any("{4}" in each for each in made)))
        elif column[0].startswith("%"):
            made.append("(?:%[0-9A-F]{2})+")
        else:
            made.append(_literal(column[0]) if len(set(column)) == 1 else "[A-Za-z_.-]+")
    return "".join(made)


def _number(values: Sequence[str], *, page: bool, loose: bool, dated: bool) -> str:
    """Dates have a fixed length; "1" at the end is the first page: /article-12-1.html."""
    lengths = {len(value) for value in values}
    if page and set(values) <= {"0", "1"} and len(set(values)) == 1:
        return values[0]
    if len(lengths) == 1 and all(_is_date(value, dated=dated) for value in values):
        return rf"\d{{{lengths.pop()}}}" if len(values[0]) > 2 else r"\d\d"
    if loose or min(lengths) < _LONG:
        return r"\d+"
    return rf"\d{{{min(lengths)},}}"


def _is_date(value: str, *, dated: bool) -> bool:
    """Year, year and month, or a day: 2026, 202603, 20260304; behind one of them also 0304 and 03."""
    if len(value) in (4, 6, 8) and "1990" <= value[:4] <= "2039":
        return all("01" <= value[at : at + 2] <= "31" for at in range(4, len(value), 2))
    return dated and len(value) in (2, 4) and all("01" <= value[at : at + 2] <= "31" for at in range(0, len(value), 2))


def _ids(values: Sequence[str]) -> str:
    text = "".join(values)
    if re.fullmatch(r"[0-9a-f]+", text):
        letters = "[0-9a-f]"
    elif re.fullmatch(r"[0-9A-Fa-f]+", text):
        letters = "[0-9A-Fa-f]"
    else:
        letters = f"[0-9a-z{'A-Z' if any(each.isupper() for each in text) else ''}]"
    lengths = {len(value) for value in values}
    return f"{letters}{{{lengths.pop()}}}" if len(lengths) == 1 else f"{letters}{{{min(lengths)},}}"


def _split(last: str) -> tuple[str, str]:
    """Stem and extension of the last segment."""
    found = _EXTENSION.search(last)
    return (last[: found.start()], found[0]) if found and found.start() else (last, "")


def _form(segment: str, *, word: str = "") -> str:
    if word and _WORD.match(segment):
        return word
    if _UUID.match(segment) or _MIXED.match(segment):
        return "<X>"
    pieces = _PIECE.findall(segment)
    return "".join(
        "<N>" if each[0].isdecimal() else "<W>" if each[0] == "%" and len(each) > 1 else each for each in pieces
    )


def _literal(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def clusters(urls: Iterable[str]) -> dict[Form, list[str]]:
    """Canonical URLs by form. Ids of one length that are digits only, or letters before digits, join the others."""
    found: defaultdict[Form, list[str]] = defaultdict(list)
    for url in urls:
        found[form_of(url)].append(url)
    for form in [form for form in found if form.last.startswith("<X>")]:
        stems = {_stem(url) for url in found[form]}
        lengths = {len(stem) for stem in stems}
        if len(lengths) > 1 or len(stems) < _MANY:
            continue
        for other in [
            each for each in found if each != form and each.folders == form.folders and each.query == form.query
        ]:
            if found[other] and _extension(other) == _extension(form) and len(found[other]) < len(found[form]):
                fits = [url for url in found[other] if (stem := _stem(url)).isalnum() and {len(stem)} == lengths]
                found[form] += fits
                found[other] = [url for url in found[other] if url not in set(fits)]
    return {form: some for form, some in found.items() if some}


def _stem(url: str) -> str:
    return _split(path_and_query(url).partition("?")[0].rpartition("/")[2])[0]


def _extension(form: Form) -> str:
    return _split(form.last)[1]
