"""From what the pages of a site say by themselves to a profile. Every threshold stands here; where they come from:
docs/design.md, "Site profiles".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from crawler.extract.profile import LAST_LINES, serialised
from crawler.language import message
from crawler.learn.observe import Observation

LEAST = 50  # distinct articles
MOST = 1000  # articles, the newest ones
COVERAGE = 0.9  # share of the last pages that a known container has to hold
LAST = 50
_DEAD_TITLES, _DEAD_CHARACTERS = 3, 1000
LEAST_OF_KIND = 20  # pages whose URLs differ in numbers only
_LABEL_SHARE, _TITLE_SHARE = 0.1, 0.1
_TAIL_SHARE, _TAIL_LAST = 0.5, 0.9


@dataclass(slots=True)
class Learnt:
    """`tables` are the arguments of serialised(); `refused` says why there is no profile. `shown`: digest -> a line."""

    articles: int = 0
    coverage: float = 0.0
    refused: str = ""
    outdated: bool = False  # the last pages have their texts somewhere else
    tables: dict[str, Mapping[str, int]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def profile(self, site: str, since: date) -> bytes:
        return serialised(site, since, self.tables, pages={"articles": self.articles})


def learn(pages: Sequence[Observation]) -> Learnt:
    """What the last MOST of the pages, in the order in which they were captured, have in common."""
    distinct = [*{page.key: page for page in pages}.values()][-MOST:]
    found = Learnt(articles=len(distinct))
    if found.articles < LEAST:
        found.refused = message(
            "{articles} distinct articles, {least} are needed", articles=found.articles, least=LEAST
        )
        return found
    dead = _dead(distinct)
    alive = [page for page in distinct if page.body not in dead]
    containers = _containers(alive)
    last = alive[-LAST:]
    found.coverage = sum(page.container in containers for page in last) / max(1, len(last))
    if len(alive) < LEAST or found.coverage < COVERAGE:
        found.outdated = found.coverage < COVERAGE
        found.refused = message(
            "known containers hold {coverage:.2f} of the last {number} articles, {least} is needed",
            coverage=found.coverage,
            number=len(last),
            least=COVERAGE,
        )
        return found
    tails = _tails(alive)
    for page in alive:
        found.shown.update((key, line) for key, line in page.shown.items() if key in tails)
    found.tables = {
        "containers": containers,
        "leaves": _leaves(alive, containers),
        "titles": _titles(alive),
        "tails": tails,
        "repeated": _at_least(Counter(key for page in alive for key in page.left), 3),
        "dead": dead,
    }
    return found


def _at_least(counted: Counter[str], least: float) -> dict[str, int]:
    return {key: number for key, number in counted.most_common() if number >= least}


def _dead(pages: Iterable[Observation]) -> dict[str, int]:
    """Texts that stand under several titles: a disclaimer, made-up reviews. By <title>, since the line that was taken
    for the title may be of the same disclaimer. The same long text may be an article that the site has printed again.
    """
    titles: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        if page.characters <= _DEAD_CHARACTERS:
            titles[page.body].add(page.head)
    return {body: len(under) for body, under in titles.items() if len(under) >= _DEAD_TITLES}


def _containers(pages: Sequence[Observation]) -> dict[str, int]:
    """The paths that enough pages say; none where they hold too few of all pages."""
    found = _at_least(Counter(page.container for page in pages), max(3, 0.03 * len(pages)))
    return found if sum(found.values()) >= COVERAGE * len(pages) else {}


def _leaves(pages: Iterable[Observation], containers: Mapping[str, int]) -> dict[str, int]:
    counted = Counter(leaf for page in pages if page.container in containers for leaf in page.leaves)
    return _at_least(counted, 3)


def _titles(pages: Sequence[Observation]) -> dict[str, int]:
    """The paths of titles. What many pages have for a title is a label, "软件介绍"; it is not asked where it stands."""
    common = Counter(page.title for page in pages)
    own = [page for page in pages if common[page.title] < max(3, _LABEL_SHARE * len(pages))]
    return _at_least(Counter(page.heading for page in own if page.heading), max(5, _TITLE_SHARE * len(own)))


def _tails(pages: Sequence[Observation]) -> dict[str, int]:
    """Lines that end half of the pages of a kind."""
    kinds: dict[str, list[Observation]] = defaultdict(list)
    for page in pages:
        kinds[page.kind].append(page)
    found: Counter[str] = Counter()
    for each in (pages, *(some for some in kinds.values() if LEAST_OF_KIND <= len(some) < len(pages))):
        for key, number in _tails_of(each).items():
            found[key] = max(found[key], number)
    return dict(found.most_common())


def _tails_of(pages: Sequence[Observation]) -> dict[str, int]:
    """Lines that half of the pages have, nearly always at the end: behind them are such lines, and few others but no
    paragraph.
    """
    pages_with = Counter(key for page in pages for key in set(page.lines) if key)
    frequent = {key for key, number in pages_with.items() if number >= _TAIL_SHARE * len(pages)}
    at_end: Counter[str] = Counter()
    for page in pages:
        behind = 0
        ends = set()
        for key, paragraph in zip(reversed(page.lines), reversed(page.paragraphs), strict=True):
            if key in frequent:
                ends.add(key)
                continue
            behind += 1
            if paragraph or behind == LAST_LINES:
                break
        at_end.update(ends)
    return {key: pages_with[key] for key in frequent if at_end[key] >= _TAIL_LAST * pages_with[key]}
