"""Each site's crawls in a row, and what is usual for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from crawler.report.figures import Figures, HostRun, SiteRun
from crawler.report.runs import RunReport

USUAL = 10  # crawls that "usual" looks back on
ENOUGH = 3  # crawls before there is a usual
# Pages that no extraction could have made an article of.
NOT_EXTRACTION = frozenset(("http_error", "blocked", "soft_404", "login_wall", "not_html"))


@dataclass(frozen=True, slots=True)
class Point:
    """One crawl of one site. `coverage` and `characters` are those of rows that are still in the dataset."""

    key: str
    started: datetime
    articles: int
    rejects: Mapping[str, int]
    characters: float | None = None
    coverage: Mapping[str, float] = field(default_factory=dict)
    hosts: Sequence[HostRun] = ()

    @property
    def rate(self) -> float | None:
        """Articles among the pages that should have been articles, 0 to 1."""
        missed = sum(number for reason, number in self.rejects.items() if reason not in NOT_EXTRACTION)
        return self.articles / (self.articles + missed) if self.articles + missed else None


@dataclass(frozen=True, slots=True)
class SiteHistory:
    site: str
    family: str
    points: Sequence[Point]  # oldest first, at least one
    copies: Mapping[str, int]  # "single", "copy", "near copy" -> rows of the whole dataset

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def before(self) -> Sequence[Point]:
        return self.points[-1 - USUAL : -1]

    def usual_articles(self) -> float | None:
        return usual(point.articles for point in self.before)

    def usual_rate(self) -> float | None:
        return usual(point.rate for point in self.before)

    def usual_coverage(self, name: str) -> float | None:
        return usual(point.coverage.get(name) for point in self.before)


def usual(values: Iterable[float | None]) -> float | None:
    """The median, or None where there are too few to say what is usual."""
    known = [value for value in values if value is not None]
    return median(known) if len(known) >= ENOUGH else None


def site_histories(runs: Sequence[RunReport], figures: Figures) -> list[SiteHistory]:
    """All sites that a run report or a row names, by name. Crawls without a report (imported archives) are left out."""
    rows = {(each.site, each.run): each for each in figures.site_runs}
    families = {each.site: each.family for each in figures.site_runs}
    points: dict[str, list[Point]] = {}
    for run in runs:
        for site in run.sites:
            families[site] = run.family
            points.setdefault(site, []).append(_point(site, run, rows.get((site, run.key)), figures))
    return [
        SiteHistory(site, families[site], points[site], figures.copies.get(site, {}))
        for site in sorted(points, key=lambda site: (families[site], site))
    ]


def _point(site: str, run: RunReport, row: SiteRun | None, figures: Figures) -> Point:
    return Point(
        key=run.key,
        started=run.started,
        articles=run.count(f"site/{site}/articles"),
        rejects=figures.site_rejects.get((site, run.key), {}),
        characters=row.characters if row else None,
        coverage=row.coverage if row else {},
        hosts=[
            each
            for (host, key), each in figures.hosts.items()
            if key == run.key and figures.host_sites.get(host) == site
        ],
    )
