"""Which charts the report has, and what each of them draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from crawler.extract.article import REASONS
from crawler.language import Language, message
from crawler.monitor.counts import FIELDS
from crawler.report.charts import Chart, Series, flat, lines, stacked
from crawler.report.figures import Figures
from crawler.report.history import SiteHistory
from crawler.report.runs import REFUSALS, RunReport
from crawler.siteconfig.site import FAMILIES

SHOWN_RUNS = 40
_SLOTS = {family: slot for slot, family in enumerate(FAMILIES)}
_REST = 9  # the grey
_MB = 1_000_000


def run_charts(runs: Sequence[RunReport], language: Language) -> list[Chart]:
    """The last crawls of all families, oldest first; those of one day (UTC) together, once there are some days."""
    _ = language.gettext
    days = _days(runs)
    labels = _labels([day[0].started for day in days], language)

    def by_family(value: Callable[[RunReport], float]) -> list[Series]:
        return [
            Series(family, _slot(family), [sum(value(run) for run in day if run.family == family) for day in days])
            for family in _families(runs)
        ]

    def fastest(family: str, day: Sequence[RunReport]) -> float | None:
        found = [section.per_second for run in day if run.family == family for section in run.sites.values()]
        return max(found, default=None)

    refused = [_sum(section.refused for run in day for section in run.sites.values()) for day in days]
    rejected = [_sum(run.counted("rejects") for run in day) for day in days]
    failed = [sum(sum(run.counted("failures").values()) for run in day) for day in days]
    unit, length = _unit_of(max((sum(run.seconds for run in day) for day in days), default=0), language)
    return [
        stacked(_("Articles"), labels, by_family(lambda run: run.total("articles"))),
        stacked(
            _("Rejected pages"),
            labels,
            _reasons(rejected, language),
        ),
        stacked(_("Archived"), labels, by_family(lambda run: run.total("size") / _MB), note=_("MB, compressed")),
        stacked(unit, labels, by_family(lambda run: run.seconds / length)),
        lines(
            _("Requests a second"),
            labels,
            [Series(family, _slot(family), [fastest(family, day) for day in days]) for family in _families(runs)],
            note=_("of the fastest site"),
        ),
        stacked(
            _("Refusals and failures"),
            labels,
            [
                *(
                    Series(status, slot, [each[status] for each in refused])
                    for slot, status in enumerate(REFUSALS, start=3)
                ),
                Series(_("no answer"), _REST, failed),
            ],
            note=_("429: too fast"),
        ),
    ]


def _unit_of(longest: float, language: Language) -> tuple[str, float]:
    """The unit in which durations up to `longest` seconds are readable, and its seconds."""
    _ = language.gettext
    if longest < 120:
        return _("Seconds"), 1
    return (_("Minutes"), 60) if longest < 120 * 60 else (_("Hours"), 3600)


def site_charts(site: SiteHistory, language: Language) -> list[Chart]:
    """The last crawls of one site, oldest first."""
    _ = language.gettext
    points = site.points[-SHOWN_RUNS:]
    labels = _labels([point.started for point in points], language)
    articles = [point.section.articles for point in points]
    fields = [name for name in FIELDS if any(point.share(name) for point in points)]
    return [
        stacked(_("Articles"), labels, [Series(_("articles"), _slot(site.family), articles)]),
        stacked(_("Rejected pages"), labels, _reasons([point.section.rejects for point in points], language)),
        lines(
            _("Shares"),
            labels,
            [
                Series(_("extraction"), _REST, [point.rate for point in points]),
                *(Series(_(name), FIELDS.index(name), [point.share(name) for point in points]) for name in fields),
            ],
            percent=True,
            note=_("articles of pages with a text; fields filled"),
        ),
    ]


def dataset_charts(figures: Figures, language: Language) -> list[Chart]:
    """The rows that are there, whichever crawl brought them."""
    _ = language.gettext
    powers = [power for counts in figures.lengths.values() for power in counts]
    bins = list(range(min(powers), max(powers) + 1)) if powers else []
    return [
        stacked(
            _("Length of the texts"),
            [f"{2**power:,}+" for power in bins],
            [
                Series(family, _slot(family), [counts.get(power, 0) for power in bins])
                for family, counts in figures.lengths.items()
            ],
            note=_("characters"),
            grows=False,
        ),
        stacked(
            _("Copies"),
            list(figures.copies),
            [
                Series(words, slot, [counts.get(name, 0) for counts in figures.copies.values()])
                for name, words, slot in (
                    ("single", _("single"), 0),
                    ("near copy", _("near copy"), 3),
                    ("copy", _("copy"), 5),
                )
            ],
            note=_("by site; marked, never dropped"),
            grows=False,
        ),
        flat(_("Character sets"), _top(figures.charsets, language), slot=1, note=_("of the pages' bytes")),
        flat(_("Templates"), _top(figures.templates, language), slot=2, note=_("recognised from the page")),
        flat(
            _("Cleaning rules"),
            _top(figures.rules, language),
            slot=4,
            note=_("articles that a rule took something from"),
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


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    return sum(map(Counter, counts), Counter())


def _reasons(counts: Sequence[Mapping[str, int]], language: Language) -> list[Series]:
    # A tenth reason would need an eleventh colour: rare ones share the grey.
    slots = {reason: min(slot, _REST) for slot, reason in enumerate(REASONS)}
    known = [*REASONS, *sorted({reason for each in counts for reason in each} - set(REASONS))]
    return [
        Series(reason, slots.get(reason, _REST), [each.get(reason, 0) for each in counts])
        for reason in known
        if any(each.get(reason) for each in counts)
    ] or [Series(language.gettext("none"), _REST, [0 for _ in counts])]


def _labels(instants: Sequence[datetime], language: Language) -> list[str]:
    """Days where they differ, else times. pygal finds labels by their text: each must be another."""
    forms = ["day", "time", "time and second"] if len({instant.date() for instant in instants}) <= 1 else ["day"]
    for form in [*forms, "day and minute", "day and second"]:
        labels = [language.date(instant, form) for instant in instants]
        if len(set(labels)) == len(labels):
            return labels
    return [f"{number}: {label}" for number, label in enumerate(labels, start=1)]


def _top(counts: Mapping[str, int], language: Language, most: int = 12) -> dict[str, int]:
    top = dict(list(counts.items())[:most])
    if rest := sum(counts.values()) - sum(top.values()):
        top[language.say(message("{number} more", number=len(counts) - most))] = rest
    return top
