"""Which charts the report has, and what each of them draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from crawler.extract.article import REASONS
from crawler.report.charts import Chart, Series, flat, lines, stacked
from crawler.report.figures import COVERAGE, Figures
from crawler.report.history import SiteHistory
from crawler.report.runs import RunReport
from crawler.site import FAMILIES

SHOWN_RUNS = 40
_SLOTS = {family: slot for slot, family in enumerate(FAMILIES)}
_REST = 9  # the grey
_MB = 1_000_000


def run_charts(runs: Sequence[RunReport], figures: Figures) -> list[Chart]:
    """The last crawls of all families, oldest first; those of one day (UTC) together, once there are some days."""
    days = _days(runs)
    labels = _labels([day[0].started for day in days])
    speeds = {key: 0.0 for _, key in figures.hosts}
    for (_, key), host in figures.hosts.items():
        speeds[key] = max(speeds[key], host.per_second)

    def by_family(value: Callable[[RunReport], float]) -> list[Series]:
        return [
            Series(family, _slot(family), [sum(value(run) for run in day if run.family == family) for day in days])
            for family in _families(runs)
        ]

    def fastest(family: str, day: Sequence[RunReport]) -> float | None:
        return max((speeds[run.key] for run in day if run.family == family and run.key in speeds), default=None)

    return [
        stacked("Articles", labels, by_family(lambda run: run.count("dataset/articles"))),
        stacked("Rejected pages", labels, _reasons([_sum(run.counts("reject/") for run in day) for day in days])),
        stacked("Archived", labels, by_family(lambda run: run.count("archive/bytes") / _MB), note="MB, compressed"),
        stacked("Minutes", labels, by_family(lambda run: run.seconds / 60)),
        lines(
            "Requests a second",
            labels,
            [Series(family, _slot(family), [fastest(family, day) for day in days]) for family in _families(runs)],
            note="to the busiest host",
        ),
        stacked(
            "Refusals and failures",
            labels,
            [
                *(
                    Series(status, slot, [sum(run.refused.get(status, 0) for run in day) for day in days])
                    for status, slot in (("429", 3), ("403", 4), ("503", 5))
                ),
                Series(
                    "no answer", _REST, [sum(_sum(r.counts("fetch_failed/") for r in day).values()) for day in days]
                ),
            ],
            note="429: too fast",
        ),
    ]


def _days(runs: Sequence[RunReport]) -> list[list[RunReport]]:
    days: dict[object, list[RunReport]] = {}
    for run in runs:
        days.setdefault(run.started.date(), []).append(run)
    found = list(days.values()) if len(days) > 2 else [[run] for run in runs]
    return found[-SHOWN_RUNS:]


def _families(runs: Sequence[RunReport]) -> list[str]:
    return sorted({run.family for run in runs}, key=lambda family: (_slot(family), family))


def _slot(family: str) -> int:
    return _SLOTS.get(family, _REST)


def _sum(counts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    return sum(map(Counter, counts), Counter())


def site_charts(site: SiteHistory) -> list[Chart]:
    points = site.points[-SHOWN_RUNS:]
    labels = _labels([point.started for point in points])
    fields = [name for name in COVERAGE if any(point.coverage.get(name) for point in points)]
    return [
        stacked("Articles", labels, [Series("articles", _slot(site.family), [p.articles for p in points])]),
        stacked("Rejected pages", labels, _reasons([point.rejects for point in points]), note="by reason"),
        lines(
            "Shares",
            labels,
            [
                Series("extraction", _REST, [point.rate for point in points]),
                *(Series(name, list(COVERAGE).index(name), [p.coverage.get(name) for p in points]) for name in fields),
            ],
            percent=True,
            note="articles of pages with a text; fields filled",
        ),
    ]


def dataset_charts(figures: Figures) -> list[Chart]:
    """The rows that are there, whichever crawl brought them."""
    powers = [power for counts in figures.lengths.values() for power in counts]
    bins = list(range(min(powers), max(powers) + 1)) if powers else []
    return [
        stacked(
            "Length of the texts",
            [f"{2**power:,}+" for power in bins],
            [
                Series(family, _slot(family), [counts.get(power, 0) for power in bins])
                for family, counts in figures.lengths.items()
            ],
            note="characters",
        ),
        stacked(
            "Copies",
            list(figures.copies),
            [
                Series(name, slot, [counts.get(name, 0) for counts in figures.copies.values()])
                for name, slot in (("single", 0), ("near copy", 3), ("copy", 5))
            ],
            note="by site; marked, never dropped",
        ),
        flat("Character sets", _top(figures.charsets), slot=1, note="of the pages' bytes"),
        flat("Templates", _top(figures.templates), slot=2, note="recognised from the page"),
        flat("Cleaning rules", _top(figures.rules), slot=4, note="articles that a rule took something from"),
    ]


def _reasons(counts: Sequence[Mapping[str, int]]) -> list[Series]:
    # A tenth reason would need an eleventh colour: rare ones share the grey.
    slots = {reason: min(slot, _REST) for slot, reason in enumerate(REASONS)}
    known = [*REASONS, *sorted({reason for each in counts for reason in each} - set(REASONS))]
    return [
        Series(reason, slots.get(reason, _REST), [each.get(reason, 0) for each in counts])
        for reason in known
        if any(each.get(reason) for each in counts)
    ] or [Series("none", _REST, [0 for _ in counts])]


def _labels(instants: Sequence[datetime]) -> list[str]:
    """Days, with the hour where crawls share a day. pygal finds labels by their text: each must be another."""
    days = [f"{instant:%d %b}" for instant in instants]
    if len(set(days)) == len(days):
        return days
    hours = [f"{instant:%d %b %H:%M}" for instant in instants]
    return hours if len(set(hours)) == len(hours) else [f"{instant:%d %b %H:%M:%S}" for instant in instants]


def _top(counts: Mapping[str, int], most: int = 12) -> dict[str, int]:
    top = dict(list(counts.items())[:most])
    if rest := sum(counts.values()) - sum(top.values()):
        top[f"{len(counts) - most} more"] = rest
    return top
