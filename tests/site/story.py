"""What an article is before any skin prints it: also the truth that a dataset row is compared with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.site.grammar import Grammar
from tests.site.words.common import COMMON
from tests.site.words.essay import ESSAY
from tests.site.words.hant import HANT
from tests.site.words.news import NEWS
from tests.site.words.report import REPORT

_ESSAY, _NEWS, _REPORT, _HANT = Grammar(COMMON, ESSAY), Grammar(COMMON, NEWS), Grammar(COMMON, REPORT), Grammar(HANT)
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a compilation ("part") or what follows 附送: ("attachment"); it begins with the line `starts`."""

    kind: str
    title: str | None
    starts: str


@dataclass(frozen=True, slots=True)
class Story:
    """Title, paragraphs and the names around them. `headings` are lines that a fair extractor may keep or drop."""

    title: str
    paragraphs: tuple[str, ...]
    headings: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    lead: str | None = None
    keywords: tuple[str, ...] = ()


def essay(rng: random.Random, kind: str = "summary", size: int = 7) -> Story:
    """范文 of `kind` (summary, impression, speech, reading, application, composition) with about `size` paragraphs."""
    bound = _ESSAY.bind(("job", "topic", "book", "hero", "kin"), rng)
    title = _ESSAY.expand(f"title_{kind}", rng, bound)
    if kind in ("summary", "application"):
        title = f"{rng.randint(2009, 2024)}年{title}"
    paragraphs = [_ESSAY.paragraph(rng, bound, rng.randint(2, 5)) for _ in range(size)]
    if kind in ("summary", "impression"):
        for number, place in enumerate(range(1, len(paragraphs), 3)):
            paragraphs.insert(place + number, f"{_NUMERALS[number]}、{_ESSAY.expand('plan', rng, bound)}")
    return Story(title, tuple(paragraphs), keywords=(bound["topic"], bound["job"]))


def news(rng: random.Random, size: int = 6) -> Story:
    """新闻 with a dateline sentence first."""
    bound = _NEWS.bind(("project", "event", "crop"), rng)
    first = f"澜江日报讯　{_NEWS.expand('lead_s', rng, bound)}{_NEWS.paragraph(rng, bound, 1)}"
    rest = [_NEWS.paragraph(rng, bound, rng.randint(1, 4)) for _ in range(size - 1)]
    title = _NEWS.expand("title", rng, bound)
    return Story(
        title, (first, *rest), lead=_NEWS.expand("note", rng, bound), keywords=(bound["project"], bound["crop"])
    )


def hant(rng: random.Random, size: int = 5) -> Story:
    """A report in Traditional characters."""
    bound = _HANT.bind(("event",), rng)
    rest = [_HANT.paragraph(rng, bound, rng.randint(2, 4)) for _ in range(size - 1)]
    return Story(_HANT.expand("title", rng, bound), (_HANT.expand("lead_s", rng, bound), *rest))


def report(rng: random.Random, size: int = 8) -> Story:
    """文库: an office paper with real list items "1、…" in it, which are no page blocks."""
    bound = _REPORT.bind(("work",), rng)
    lines: list[str] = []
    for number in range(max(1, size // 3)):
        lines.append(f"{_NUMERALS[number % 10]}、{_REPORT.expand('head', rng, bound)}")
        lines += [_REPORT.paragraph(rng, bound, rng.randint(2, 4)) for _ in range(2)]
    items = [f"{n}、{_REPORT.expand('item', rng, bound)}。{_REPORT.paragraph(rng, bound, 1)}" for n in (1, 2, 3)]
    return Story(_REPORT.expand("doc_title", rng, bound), (*lines, *items), keywords=(bound["work"],))


def compilation(rng: random.Random, style: str, count: int = 5) -> Story:
    """`count` essays in one page: 5则. `style` is the heading: "篇", "【篇】" or "" (a bare number)."""
    topic = _ESSAY.expand("topic", rng, {})
    paragraphs: list[str] = []
    headings: list[str] = []
    parts: list[Part] = []
    for number in range(count):
        heading = {"篇": f"篇{_NUMERALS[number]}：{topic}心得体会", "【篇】": f"【篇{number + 1}】"}.get(
            style, str(number + 1)
        )
        body = essay(rng, "speech", 3).paragraphs
        headings.append(heading)
        parts.append(Part("part", f"{topic}心得体会" if style == "篇" else None, body[0]))
        paragraphs += [heading, *body]
    unit = {"篇": "篇", "【篇】": "篇"}.get(style, "则")
    return Story(
        f"{topic}学习心得体会{count}{unit}", tuple(paragraphs), tuple(headings), tuple(parts), keywords=(topic,)
    )


def with_attachment(rng: random.Random) -> Story:
    """An essay with a second document behind 附送:."""
    main, extra = essay(rng, "summary", 5), essay(rng, "speech", 4)
    heading = f"附送：{extra.title}"
    parts = (Part("attachment", extra.title, extra.paragraphs[0]),)
    return Story(main.title, (*main.paragraphs, heading, *extra.paragraphs), (heading, extra.title), parts)


def person(rng: random.Random, script: str = "Hans") -> str:
    """A name in the script Hans or Hant."""
    return (_HANT if script == "Hant" else _NEWS).expand("person", rng, {})


def day(rng: random.Random, precision: str) -> str:
    """An ISO date of 2009-2023 with the precision day, minute or second."""
    date = f"{rng.randint(2009, 2023)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    clock = f"T{rng.randint(7, 21):02}:{rng.randint(0, 59):02}"
    return {"day": date, "minute": date + clock, "second": f"{date}{clock}:{rng.randint(0, 59):02}"}[precision]


Maker = Callable[[random.Random], Story]
