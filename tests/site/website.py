"""A site of the demo web: from its outline to bytes under paths, with the truth about every article."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.site.batch import Batch
from tests.site.feeds import robots
from tests.site.lists import Channel, home
from tests.site.oddities import dead
from tests.site.reply import Ready, Reply
from tests.site.truth import Truth
from tests.site.view import Link

Bases = Mapping[str, str]  # site name -> "http://127.0.0.1:PORT"
_NOISE = re.compile(r"(?:utm_\w+|PHPSESSID|spm|from|isappinstalled)=")
_SESSION = re.compile(r";jsessionid=\w+")


@dataclass(frozen=True, slots=True)
class Oddity:
    """A page that is no article under an article's URL. `reason` is that of its reject, None where it gives none."""

    path: str
    text: str
    reply: Callable[[Bases], Reply]
    reason: str | None = None

    @property
    def link(self) -> Link:
        return Link(self.path, self.text)


@dataclass(frozen=True)
class Outline:
    """Everything that makes a site, before its address is known. `batches` beyond the channels' stand in no list."""

    name: str
    title: str
    family: str
    article: tuple[str, ...]
    follow: tuple[str, ...]
    channels: tuple[Channel, ...]
    batches: tuple[Batch, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    seeds: tuple[str, ...] = ("/",)
    further: tuple[Link, ...] = ()
    disallowed: tuple[str, ...] = ()
    machine: Callable[[str, Outline], dict[str, Reply]] = field(default=lambda base, outline: {})

    def all_batches(self) -> tuple[Batch, ...]:
        return (*(channel.batch for channel in self.channels), *self.batches)

    def build(self, bases: Bases) -> Website:
        """Every page of the site as bytes. KeyError when an oddity redirects to a site that `bases` does not know."""
        base = bases[self.name]
        replies = {"/": home(self.title, self.channels, self.further), "/robots.txt": robots(self.disallowed)}
        for channel in self.channels:
            replies.update(channel.replies(self.title))
        truths: dict[str, Truth] = {}
        for batch in self.all_batches():
            for number in batch.ids():
                replies.update(batch.replies(number, base, self.title))
                truth = batch.truth(number, base)
                truths[truth.url] = truth
        replies.update((oddity.path, oddity.reply(bases)) for oddity in self.oddities)
        replies.update(self.machine(base, self))
        rejects = {base + oddity.path: oddity.reason for oddity in self.oddities if oddity.reason}
        routes = {route(path): Ready.of(reply) for path, reply in replies.items()}
        return Website(self.name, site_file(self, base), routes, truths, rejects)


class Served(Protocol):
    """What the server needs of a site."""

    @property
    def name(self) -> str: ...

    @property
    def toml(self) -> str: ...

    def answer(self, target: str) -> Ready: ...


@dataclass(frozen=True)
class Website:
    """A built site. `truths` by the URL of page 1; `rejects`: URL -> reason; `toml`: its file for SITES_DIR."""

    name: str
    toml: str
    routes: dict[str, Ready]
    truths: dict[str, Truth]
    rejects: dict[str, str]

    def answer(self, target: str) -> Ready:
        return self.routes.get(target) or self.routes.get(route(target)) or NOT_FOUND


NOT_FOUND = Ready.of(dead())


def route(target: str) -> str:
    """`target` (path and query) without session and tracking parameters, the others sorted: one page, one route."""
    path, _, query = target.partition("?")
    kept = sorted(pair for pair in query.split("&") if pair and not _NOISE.match(pair))
    return _SESSION.sub("", path) + ("?" + "&".join(kept) if kept else "")


def site_file(outline: Outline, base: str) -> str:
    """The TOML of docs/design.md, "A site"; its domain is host:port."""
    rows = {
        "family": outline.family,
        "domains": [base.removeprefix("http://")],
        "seeds": [base + path for path in outline.seeds],
    }
    # JSON strings and arrays are TOML strings and arrays; patterns stand in literal strings, where \d needs no escape.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items()]
    for key, patterns in (("article", outline.article), ("follow", outline.follow)):
        lines.append(f"{key} = [{', '.join(repr_literal(one) for one in patterns)}]")
    return "\n".join([f"# {outline.title}: a site of the demo web", *lines, ""])


def repr_literal(text: str) -> str:
    """A TOML literal string."""
    return f"'{text}'"
