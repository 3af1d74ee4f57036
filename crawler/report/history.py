"""The crawls of each site in order, and what is usual for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from crawler.monitor.drift import extracted
from crawler.report.runs import RunReport, Section

USUAL = 10  # crawls that "usual" looks back on
ENOUGH = 3  # crawls before there is a usual


@dataclass(frozen=True, slots=True)
class Point:
    """One crawl of one site. `peak`: the most requests that began in one second, if the archive's index tells."""

    started: datetime
    section: Section
    peak: int | None

    @property
    def rate(self) -> float | None:
        """The extraction rate, as the health check has it: 0 to 1, null where no page was read."""
        share = extracted(self.section.articles + self.section.joined_pages, self.section.rejects)
        return share.hits / share.of if share.of else None

    def share(self, name: str) -> float | None:
        """The share of the articles that have the field, 0 to 1; null where there are no articles."""
        return self.section.fields.get(name, 0) / self.section.articles if self.section.articles else None


@dataclass(frozen=True, slots=True)
class SiteHistory:
    site: str
    family: str
    points: Sequence[Point]  # oldest first, at least one

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def before(self) -> Sequence[Point]:
        return self.points[-1 - USUAL : -1]

    def usual_articles(self) -> float | None:
        return usual(point.section.articles for point in self.before)

    def usual_rate(self) -> float | None:
        return usual(point.rate for point in self.before)

    def usual_share(self, name: str) -> float | None:
        return usual(point.share(name) for point in self.before)


def usual(values: Iterable[float | None]) -> float | None:
    """The median of the known values; null where there are fewer than ENOUGH."""
    known = [value for value in values if value is not None]
    return median(known) if len(known) >= ENOUGH else None


def site_histories(runs: Sequence[RunReport], peaks: Mapping[tuple[str, str], int]) -> list[SiteHistory]:
    """All sites that were crawled, by family and name. `peaks`: by site and the crawl's key."""
    families: dict[str, str] = {}
    points: dict[str, list[Point]] = {}
    for run in runs:
        for site, section in run.sites.items() if not run.by_hand else ():
            families[site] = run.family
            points.setdefault(site, []).append(Point(run.started, section, peaks.get((site, run.key))))
    return [
        SiteHistory(site, families[site], points[site])
        for site in sorted(points, key=lambda site: (families[site], site))
    ]
