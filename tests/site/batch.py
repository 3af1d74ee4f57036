"""A batch: the articles of one channel in one skin, each with its URLs, its bytes and its truth."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from tests.site.reply import Reply
from tests.site.story import Maker, Story, day, person
from tests.site.truth import Truth, document
from tests.site.view import Link, Names, Skin, View

_CUTTABLE = 40  # characters: a page turn falls inside a paragraph, not inside a heading
_SOURCES = {
    "fanwen": ("本站原创", "网络", "网友投稿", "青禾范文网", "教师之友"),
    "news": ("澜江日报", "澜江新闻网", "澜江晚报", "澜江广播电视台", "临江都市报"),
    "hant": ("瀾江日報", "海峽文化網", "瀾江新聞網"),
}


@lru_cache(maxsize=4096)  # neighbours ask for each other's titles
def _made(maker: Maker, seed: str) -> Story:
    return maker(random.Random(seed))


@dataclass(frozen=True, slots=True)
class Dress:
    """How text becomes bytes: what the bytes are, what the meta tag and the header claim, if anything."""

    codec: str = "utf-8"
    meta: str | None = "utf-8"
    header: str | None = None
    bom: bytes = b""

    def encode(self, html: str) -> bytes:
        return self.bom + html.encode(self.codec, "xmlcharrefreplace")

    @property
    def content_type(self) -> str:
        return f"text/html; charset={self.header}" if self.header else "text/html"


@dataclass(frozen=True, eq=False)
class Batch:
    """`path` and `page_path` (n > 1) are patterns over id, y, m, d, n, n0 = n - 1.

    Every `several`-th article (0: none) has two or three pages, cut in mid-sentence where `mid` is set. `dresses` of
    single articles overrule `dress`. `missing` is the share of articles whose source or author is printed empty; one in
    `signed` articles names an author.
    """

    site: str
    skin: Skin
    channel: Link
    maker: Maker
    count: int
    first: int
    path: str
    page_path: str = ""
    names: str = "fanwen"
    several: int = 0
    mid: bool = False
    missing: float = 0.0
    signed: int = 1
    dress: Dress = field(default_factory=Dress)
    dresses: Mapping[int, Dress] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    cut: int = 0
    listed: bool = True
    categorised: bool = True

    def ids(self) -> range:
        return range(self.first, self.first + self.count)

    def _rng(self, number: int, purpose: str) -> random.Random:
        return random.Random(f"{self.site}/{self.skin.name}/{number}/{purpose}")

    def story(self, number: int) -> Story:
        """What article `number` says, without what its skin does not print."""
        story = _made(self.maker, f"{self.site}/{self.skin.name}/{number}/story")
        return story if self.skin.name in ("dedecms", "phpcms", "discuz") and number % 2 else replace(story, lead=None)

    def printed(self, number: int) -> Names:
        """The names that the skin prints around article `number`."""
        rng, script = self._rng(number, "names"), "Hant" if self.names == "hant" else "Hans"
        source, author, editor = (
            rng.choice(_SOURCES[self.names]),
            person(rng, script),
            rng.choice(("admin", person(rng))),
        )
        kept = {
            "source": None if rng.random() < self.missing else source,
            "author": rng.choice((None, "佚名")) if rng.random() < self.missing else author,
            "editor": editor,
        }
        if number % self.signed:
            kept["author"] = None
        shown = {name: value for name, value in kept.items() if name in self.skin.prints}
        return Names(published=day(rng, self.skin.precision) if self.skin.precision else None, **shown)

    def sheet(self, number: int) -> dict[str, str]:
        """The facts of a 文库 document, as printed."""
        rng = self._rng(number, "facts")
        return {
            "format": rng.choice(("DOC", "DOCX", "PDF", "PPT")),
            "pages": str(rng.randint(3, 5)),
            "size": rng.choice((f"{rng.randint(1200, 99000) / 100:.2f}KB", f"{rng.randint(101, 980) / 100:.2f}MB")),
            "id": str(number),
            "price": f"{rng.randint(1, 20)} 金币",
            "uploader": rng.choice("bdkmwz") + "****" + str(rng.randint(1, 9)),
            "uploaded": day(rng, "day"),
        }

    def paths(self, number: int) -> tuple[str, ...]:
        """Path and query of each page of article `number`, in order."""
        names = self.printed(number)
        year, month, date = (names.published or "2020-01-01")[:10].split("-")
        slots = {"id": number, "y": year, "m": month, "d": date}
        total = 1
        if self.several and number % self.several == 0:  # a page for each choice, none of them empty
            total = min(self._rng(number, "pages").choice((2, 3)), len(self.story(number).paragraphs))
        more = (self.page_path.format(n=n, n0=n - 1, **slots) for n in range(2, total + 1))
        return (self.path.format(**slots), *more)

    def link(self, number: int) -> Link:
        """The first page of article `number`."""
        return Link(self.paths(number)[0], self.story(number).title)

    def _neighbours(self, number: int) -> tuple[Link | None, Link | None, tuple[Link, ...]]:
        ids, place = self.ids(), number - self.first
        before = self.link(number - 1) if number - 1 in ids else None
        after = self.link(number + 1) if number + 1 in ids else None
        related = {ids[(place + step) % self.count]: None for step in (2, 3, 5, 7)}
        return before, after, tuple(self.link(other) for other in related if other != number)

    def replies(self, number: int, base: str, site_title: str) -> Iterator[tuple[str, Reply]]:
        """(path and query, reply) of each page."""
        story, dress, paths = self.story(number), self.dresses.get(number, self.dress), self.paths(number)
        before, after, related = self._neighbours(number)
        names, facts = self.printed(number), self.sheet(number)
        for page, (path, lines) in enumerate(zip(paths, self._sheets(story, len(paths)), strict=True), 1):
            view = View(
                site=site_title, base=base, number=number, story=story, names=names, facts=facts, paragraphs=lines,
                page=page, pages=paths, crumbs=(self.channel,), previous=before, next=after, related=related,
                charset=dress.meta,
            )  # fmt: skip
            html = self.skin.render(view)
            yield path, Reply(dress.encode(html), dress.content_type, gzip=number % 3 == 0, chunked=number % 5 == 0)

    def truth(self, number: int, base: str) -> Truth:
        story, names, paths = self.story(number), self.printed(number), self.paths(number)
        text = "\n".join(story.paragraphs)
        return Truth(
            url=base + paths[0],
            pages=tuple(base + path for path in paths),
            skin=self.skin.name,
            title=story.title,
            text=text[: self.cut] if self.cut else text,
            lead=story.lead,
            optional=(*story.headings, f"{story.title * 2}。", names.signature),
            published=names.published,
            source=names.source,
            author=names.author,
            editor=names.editor,
            category=(self.channel.text,) if self.categorised else None,
            parts=story.parts,
            document=document(self.sheet(number), self.facts),
            truncated=True if self.cut else None,
            charset=self.dresses.get(number, self.dress).codec,
        )

    def _sheets(self, story: Story, total: int) -> list[tuple[str, ...]]:
        lines = list(story.paragraphs)
        if self.cut:
            return [(" ".join(lines)[: self.cut],)]
        bounds = [len(lines) * page // total for page in range(total + 1)]
        sheets = [lines[start:end] for start, end in pairwise(bounds)]
        if self.mid:
            for earlier, later in pairwise(sheets):
                if len(earlier[-1]) < _CUTTABLE:
                    continue
                whole = earlier.pop()
                earlier.append(whole[: len(whole) // 2])
                later.insert(0, whole[len(whole) // 2 :])
        return [tuple(sheet) for sheet in sheets]
