"""A site of any size: pages are made on request, the same number always the same page. For kill tests and benches."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tests.site import story
from tests.site.batch import Batch, Dress
from tests.site.reply import Ready, Reply
from tests.site.skins.dede import DEDE
from tests.site.skins.phpcms import PHPCMS
from tests.site.skins.plain import PLAIN
from tests.site.skins.siteweaver import SITEWEAVER
from tests.site.skins.trs import TRS
from tests.site.story import Story
from tests.site.truth import Truth
from tests.site.view import Link, anchor
from tests.site.website import NOT_FOUND, Bases, route

_PER_LIST = 50
_PATH = re.compile(r"/c(\d)/(?:(\d+)(?:_\d+)?\.html|(?:list_(\d+)\.html)?$)")
_SKINS = (DEDE, PHPCMS, PLAIN, SITEWEAVER, TRS)


def _essay(rng: random.Random) -> Story:
    return story.essay(rng, "speech", rng.randint(3, 7))


@dataclass(frozen=True)
class Scaled:
    """A plan for `serve`: `count` articles in five skins, one in twenty of them on two or three pages.

    Lists of fifty: /c0/, /c0/list_2.html …; articles /c0/17.html. Memory stays small however large `count` is.
    """

    count: int
    name: str = "scaled"
    family: str = "fanwen"

    def batches(self) -> tuple[Batch, ...]:
        """Five channels; the first ones are an article longer where `count` does not divide by five."""
        return tuple(
            Batch(
                self.name, skin, Link(f"/c{at}/", f"频道{at}"), _essay, len(range(at, self.count, len(_SKINS))), 1,
                f"/c{at}/{{id}}.html", f"/c{at}/{{id}}_{{n}}.html", several=20,
                dress=Dress("gb18030", "gb2312") if skin is SITEWEAVER else Dress(),
            )
            for at, skin in enumerate(_SKINS)
        )  # fmt: skip

    def build(self, bases: Bases) -> ScaledSite:
        return ScaledSite(self, bases[self.name])


@dataclass(frozen=True, eq=False)
class ScaledSite:
    """What the server asks. `truths()` makes the truth of every article anew: iterate, do not keep."""

    plan: Scaled
    base: str

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def toml(self) -> str:
        domain = self.base.removeprefix("http://")
        return (
            f'family = "{self.plan.family}"\ndomains = ["{domain}"]\nseeds = ["{self.base}/"]\n'
            "article = ['^/c\\d/\\d+\\.html$']\nfollow = ['^/c\\d/(list_\\d+\\.html)?$']\n"
        )

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        return self.plan.batches()

    def truths(self) -> Iterator[Truth]:
        for batch in self.batches:
            yield from (batch.truth(number, self.base) for number in batch.ids())

    def files(self) -> Iterator[tuple[str, bytes, bool]]:
        """Every page of the site: its path, its bytes, and whether it is a page of an article."""
        yield "/", self.answer("/").reply.body, False
        for batch in self.batches:
            for number in range(1, -(-batch.count // _PER_LIST) + 1):
                path = batch.channel.url + (f"list_{number}.html" if number > 1 else "")
                yield path, self.answer(path).reply.body, False
            for number in batch.ids():
                for path, reply in batch.replies(number, self.base, "大青禾"):
                    yield route(path), reply.body, True

    def answer(self, target: str) -> Ready:
        return _made(self, target) or NOT_FOUND

    def make(self, target: str) -> Ready | None:
        """The page at `target`; None where there is none."""
        if target == "/":
            return Ready.of(_list([Link(batch.channel.url, batch.channel.text) for batch in self.batches], None))
        match = _PATH.match(target)
        if match is None or int(match[1]) >= len(self.batches):
            return None
        batch = self.batches[int(match[1])]
        if match[2] is None:
            return self._listing(batch, int(match[3] or 1))
        number = int(match[2])
        pages = batch.replies(number, self.base, "大青禾") if number in batch.ids() else ()
        return next((Ready.of(reply) for path, reply in pages if route(target) == path), None)

    def _listing(self, batch: Batch, page: int) -> Ready | None:
        some = batch.ids()[(page - 1) * _PER_LIST : page * _PER_LIST]
        after = Link(f"{batch.channel.url}list_{page + 1}.html", "下一页") if page * _PER_LIST < batch.count else None
        return Ready.of(_list([batch.link(number) for number in some], after)) if some else None


@lru_cache(maxsize=2048)
def _made(site: ScaledSite, target: str) -> Ready | None:
    return site.make(target)


def _list(links: list[Link], after: Link | None) -> Reply:
    rows = "".join(f"<li>{anchor(link)}</li>" for link in links)
    turn = anchor(after) if after else ""
    html = f"<html><head><meta charset='utf-8'><title>列表</title></head><body><ul>{rows}</ul>{turn}</body></html>"
    return Reply(html.encode(), "text/html; charset=utf-8")
