"""What a page's metadata says about its article: <meta>, Open Graph, the standard of government sites, microdata, JSON-LD.

None of it is a value by itself, since what the page does not print is null. It completes a date that is printed without
its year, says which of several printed dates is that of publication, and what a printed name without a label is.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import islice

from crawler.extract.dates import find_dates
from crawler.extract.dom import Dom, Line
from crawler.extract.labelled import Byline, is_organisation
from crawler.extract.normal import key_of
from crawler.extract.title import segments

_PUBLISHED = (
    "article:published_time",
    "og:release_date",
    "publishdate",
    "pubdate",
    "datepublished",
    "date",
    "weibo:article:create_at",
    "publish_time",
    "release_date",
    "bytedance:published_time",
    "article:publish_date",
    "date.available",
    "parsely-pub-date",
    "dc.date",
    "createdate",
)
_CHANGED = (
    "dateupdate",
    "og:updated_time",
    "article:modified_time",
    "datemodified",
    "bytedance:updated_time",
    "weibo:article:update_at",
)
_SOURCE = ("contentsource", "source", "og:article:source", "mediaid", "copyrightfrom", "article:source")
_AUTHOR = ("author", "article:author", "og:article:author", "dc.creator", "byl", "parsely-author")
_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_LD_AUTHOR = re.compile(r'"author"\s*:\s*(?:\[\s*)?\{[^{}]{0,300}?"name"\s*:\s*("[^"]{2,80}")')
_CHANNEL = 6  # characters
_OWN = re.compile("博客|blog|空间|日志|专栏|文集|作品|主页|个人|的", re.I)
_NAME = re.compile(r"[\w·. ]{2,20}$")


@dataclass(slots=True)
class Evidence:
    """Dates as they stand in the metadata, of publication and `other`, and names by role."""

    published: list[str]
    other: list[str]
    names: dict[str, list[str]]

    @property
    def dates(self) -> list[str]:
        return [*self.published, *self.other]


def evidence_of(dom: Dom) -> Evidence:
    meta, source = dom.meta, dom.source
    published = [value for key in _PUBLISHED for value in meta.get(key, ())]
    # The site's own name is printed everywhere.
    site = (dom.title, *meta.get("og:title", ()), *meta.get("title", ()), *meta.get("og:site_name", ()))
    names = {
        "source": [v for key in _SOURCE for v in meta.get(key, ()) if not any(v in name for name in site)],
        "author": [v for key in _AUTHOR for v in meta.get(key, ()) if not any(_is_site(v, name) for name in site)],
    }
    if (at := source.find('"datePublished"')) >= 0:
        published += _first(_LD_DATE, source, at)
        if (at := source.find('"author"')) >= 0:
            names["author"] += [name for text in _first(_LD_AUTHOR, source, at) if (name := _unquoted(text))]
    # Each <time> has a moment, those of related articles, too.
    return Evidence(published, [value for key in (*_CHANGED, "datetime") for value in meta.get(key, ())], names)


def _is_site(name: str, title: str) -> bool:
    """Whether the last part of `title` is a channel of the site `name`: "网易" in "早市开张_网易体育"; 张三的博客 is no channel."""
    last = (segments(title) or ("",))[-1]
    return last.startswith(name) and 0 < len(last) - len(name) <= _CHANNEL and not _OWN.search(key_of(last))


def _first(pattern: re.Pattern[str], source: str, at: int) -> list[str]:
    """The group of the first three matches from `at` on, which is the place of the pattern's first word."""
    return [match[1] for match in islice(pattern.finditer(source, at), 3)]


def _unquoted(text: str) -> str | None:
    try:
        return str(json.loads(text))
    except ValueError:
        return None


def confirm_names(lines: list[Line], byline: Byline, evidence: Evidence) -> None:
    """Set source and author, where they are unknown, to a name of the metadata that one of `lines` prints by itself."""
    for role, values in evidence.names.items():
        for name in dict.fromkeys(values):
            if getattr(byline, role) is not None or not _NAME.match(name):
                continue
            if role == "author" and (is_organisation(name) or name in (byline.source, byline.editor)):
                continue
            if any(line.chars <= 80 and line.punctuation < 2 and _prints(line, name) for line in lines):
                setattr(byline, role, name)


def _prints(line: Line, name: str) -> bool:
    """Whether the line has the name as a word of its own, not as a part of a sentence or of a longer name."""
    text = line.text
    at = text.find(name)
    if at < 0:
        return False
    before, after = text[at - 1 : at] if at else "", text[at + len(name) : at + len(name) + 1]
    whole = any(piece.strip() == name for piece, _ in line.pieces)
    return whole or not (before.isalpha() or after.isalpha() or after in ("，", "。", "、", "的"))


def days(values: list[str]) -> set[str]:
    """The days of dates in metadata, as ISO dates."""
    return {printed.iso[:10] for value in values for printed in find_dates(value)[:1]}
