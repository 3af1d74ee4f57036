"""Counts of one site in one run, for the run's report: answers, failures, articles and their fields, rejects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.extract.article import Article, RejectedPage
from crawler.navigation.shapes import Unmatched

if TYPE_CHECKING:
    from crawler.navigation.discover import Discovery

# How often these are filled tells whether a site's template has changed: a page may print them or not.
FIELDS = ("published", "source", "author", "editor", "lead", "category", "keywords", "document")
MOST_SHAPES = 10  # of links that the report names
MOST_KINDS = 30  # ways in which pages went wrong of which URLs are kept
SAMPLES = 3  # URLs kept of the pages that went wrong in one way
GENERIC = "generic"  # the template of a page whose skin was not recognised
_QUANTILES = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}


@dataclass(slots=True)
class SiteCounts:
    """Counts of one site in one run.

    `responses`: role -> status -> answers from the network, retries included. `bytes` as received. `failures`: name of
    the exception -> requests without an answer. `cut`: role -> pages that a limit of ours has cut. `rests`: why a host
    of the site was left alone. `lengths`: characters of the text, rounded to three digits to keep the dict small ->
    articles.
    """

    responses: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    failures: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    rests: list[str] = field(default_factory=list)
    bytes: int = 0
    articles: int = 0
    joined_pages: int = 0
    truncated: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    templates: Counter[str] = field(default_factory=Counter)
    charsets: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    lists: int = 0
    unmatched: Unmatched = field(default_factory=Unmatched)
    matched: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: dict[str, str] = field(default_factory=dict)
    laid_out: int = 0
    selected: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    profile: str = ""
    covered: Counter[str] = field(default_factory=Counter)
    _first: float | None = None
    _last: float = 0.0

    def answer(self, role: str, status: int, size: int, now: float) -> None:
        """One response of `size` bytes; `now` is any clock of seconds."""
        self.responses[role][status] += 1
        self.bytes += size
        self._first = now if self._first is None else self._first
        self._last = now

    def cut_off(self, role: str, url: str) -> None:
        """One page of which only the beginning came, by a limit of ours."""
        self.cut[role] += 1
        self._sample("cut by DOWNLOAD_MAXSIZE or DOWNLOAD_TIMEOUT", url)

    def keep(self, article: Article) -> None:
        """One finished row."""
        self.articles += 1
        self.joined_pages += max(article.page_count - 1, 0)
        self.truncated += article.truncated
        self.fields.update(name for name in FIELDS if getattr(article, name))
        self.templates[article.template] += 1
        self.charsets[article.charset] += 1
        characters = len(article.text)
        self.lengths[round(characters, 3 - len(str(characters)))] += 1

    def reject(self, page: RejectedPage) -> None:
        """One page that became no row."""
        self.rejects[page.reject.reason] += 1
        self._sample(
            f"{page.reject.reason}: {page.reject.detail}" if page.reject.detail else page.reject.reason, page.url
        )

    def fail(self, kind: str, url: str) -> None:
        """One request without an answer; `kind`: the name of the exception."""
        self.failures[kind] += 1
        self._sample(kind, url)

    def discover(self, found: Discovery) -> None:
        """One list that was read."""
        self.lists += 1
        self.unmatched.update(found.unmatched)
        self.matched.update(found.matched)

    def lose(self, seed: str, why: str) -> None:
        """One seed that gave no links."""
        if len(self.lost) < 10:
            self.lost[seed] = why

    def lay_out(self, selected: Iterable[str]) -> None:
        """One article page to which a layout applied, and the selectors that found something."""
        self.laid_out += 1
        self.selected.update(selected)

    def cover(self, covered: bool) -> None:
        """One article page, and whether its text is in a container that the site's profile knows."""
        self.covered["pages"] += 1
        self.covered["covered"] += covered

    def as_dict(self) -> dict[str, Any]:
        """A section of state/runs/<run>.json."""
        requests = sum(counts.total() for counts in self.responses.values())
        seconds = 0.0 if self._first is None else self._last - self._first
        return {
            "requests": requests,
            "responses": {role: _sorted(counts) for role, counts in sorted(self.responses.items())},
            "failures": _sorted(self.failures),
            "cut": _sorted(self.cut),
            "rests": self.rests[:10],
            "bytes": self.bytes,
            "seconds": round(seconds, 3),
            "requests_per_second": round(requests / seconds, 3) if seconds > 0 else None,
            "articles": self.articles,
            "joined_pages": self.joined_pages,
            "truncated": self.truncated,
            "rejects": _sorted(self.rejects),
            "fields": {name: self.fields[name] for name in FIELDS},
            "templates": _sorted(self.templates),
            "charsets": _sorted(self.charsets),
            "characters": quantiles(self.lengths),
            "lists": self.lists,
            "matched": {f"{key} {pattern}": number for (key, pattern), number in self.matched.items()},
            "unmatched": [seen._asdict() for seen in self.unmatched.shapes.most(MOST_SHAPES)],
            "other_hosts": dict(self.unmatched.hosts.most_common(MOST_SHAPES)),
            "lost_seeds": self.lost,
            "laid_out": self.laid_out,
            "selected": _sorted(self.selected),
            "samples": self.samples,
            "profile": self.profile or None,
            "covered": dict(self.covered),
        }

    def _sample(self, kind: str, url: str) -> None:
        kind = kind[:200]
        if kind in self.samples or len(self.samples) < MOST_KINDS:
            urls = self.samples.setdefault(kind, [])
            if len(urls) < SAMPLES:
                urls.append(url)


def quantiles(counts: Mapping[int, int]) -> dict[str, int] | None:
    """min, p10, p25, median, p75, p90 and max of the values in `counts` (value -> how often); None when it is empty."""
    total = sum(counts.values())
    if not total:
        return None
    values = sorted(counts)
    found = {"min": values[0]}
    for name, share in _QUANTILES.items():
        below = 0
        for value in values:
            below += counts[value]
            if below >= share * total:
                found[name] = value
                break
    return found | {"max": values[-1]}


def _sorted(counts: Mapping[Any, int]) -> dict[str, int]:
    """The most frequent first."""
    return {str(name): number for name, number in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))}
