"""A run's counts as Prometheus metrics: over HTTP while it runs (crawler.metrics), or in a file when it has ended.

prometheus_client is imported where somebody asks for metrics, and nowhere else: it costs each start of a command.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.monitor.counts import SiteCounts
from crawler.monitor.run_report import LOOK_BACK

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

_SITE = ("spider", "site")
METRICS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "crawler_responses_total": ("Answers that came over the wire in this run.", (*_SITE, "status")),
    "crawler_failures_total": ("Requests of this run without an answer.", (*_SITE, "error")),
    "crawler_received_bytes_total": ("Bytes of answers as received in this run.", _SITE),
    "crawler_articles_total": ("Rows that this run has made.", _SITE),
    "crawler_rejects_total": ("Pages of this run that became no row.", (*_SITE, "reason")),
    "crawler_queue_urls": ("URLs that wait to be fetched.", ("spider",)),
    "crawler_run_start_timestamp_seconds": ("When the run began.", ("spider",)),
    "crawler_run_end_timestamp_seconds": ("When the run ended.", ("spider",)),
    "crawler_run_exit_status": ("Exit status of the run that has ended.", ("spider",)),
    "crawler_site_healthy": ("1 where the last run of the site found no trouble with it, else 0.", _SITE),
    "crawler_site_last_success_timestamp_seconds": ("When a run without trouble with the site last ended.", _SITE),
}
"""Name of each metric -> what it says, its labels. Those that end with _total only grow while a run lasts."""


class Reading(NamedTuple):
    name: str
    labels: tuple[str, ...]
    value: float


def of_counts(spider: str, counts: Mapping[str, SiteCounts]) -> Iterator[Reading]:
    """What the run has counted so far."""
    for site, each in counts.items():
        at = (spider, site)
        statuses: dict[int, int] = {}
        for by_status in each.responses.values():
            for status, number in by_status.items():
                statuses[status] = statuses.get(status, 0) + number
        yield from (Reading("crawler_responses_total", (*at, str(key)), n) for key, n in sorted(statuses.items()))
        yield from (Reading("crawler_failures_total", (*at, key), n) for key, n in sorted(each.failures.items()))
        yield from (Reading("crawler_rejects_total", (*at, key), n) for key, n in sorted(each.rejects.items()))
        yield Reading("crawler_received_bytes_total", at, each.bytes)
        yield Reading("crawler_articles_total", at, each.articles)


def of_reports(output: Path, spider: str, family: str, sites: Sequence[str]) -> list[Reading]:
    """Health and last success of the sites, as the reports of the last runs have them; nothing of sites without any."""
    healthy: dict[str, bool] = {}
    success: dict[str, float] = {}
    paths = sorted((output / "state" / "runs").glob(f"*-{family}-*.json"), reverse=True)
    for path in paths[:LOOK_BACK]:
        for site, (well, ended) in _health(path).items():
            healthy.setdefault(site, well)
            if well:
                success.setdefault(site, ended)
        if success.keys() >= set(sites):
            break
    return [
        *(Reading("crawler_site_healthy", (spider, site), healthy[site]) for site in sites if site in healthy),
        *(
            Reading("crawler_site_last_success_timestamp_seconds", (spider, site), success[site])
            for site in sites
            if site in success
        ),
    ]


def _health(path: Path) -> dict[str, tuple[bool, float]]:
    """Each site of a run: whether there was no trouble with it, and when the run ended; empty for what is no report.

    A run that was stopped or fetched a page by hand says nothing of a site.
    """
    try:
        report: dict[str, Any] = json.loads(path.read_bytes())
        ended = datetime.fromisoformat(report["finished"]).timestamp()
        status, sentences = int(report["exit_status"]), str(report["cause"]).split("; ")
        if "url" in report["arguments"] or status not in (0, 3):
            return {}
        about = {sentence.partition(": ")[0] for sentence in sentences} if status else set()
        names = [str(name) for name in report["sites"]]
        everywhere = bool(status) and not about & set(names)  # "nothing at all could be fetched"
        return {name: (name not in about and not everywhere, ended) for name in names}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}


class Exposed:
    """The readings as prometheus_client's functions want them."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily  # noqa: PLC0415

        found: dict[str, list[Reading]] = {}
        for reading in self._readings:
            found.setdefault(reading.name, []).append(reading)
        for name, (help_text, labels) in METRICS.items():
            if name in found:
                kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
                family = kind(name, help_text, labels=labels)
                for reading in found[name]:
                    family.add_metric(list(reading.labels), reading.value)
                yield family


def exposition(readings: Iterable[Reading]) -> bytes:
    """In Prometheus' text format 0.0.4."""
    from prometheus_client import generate_latest  # noqa: PLC0415

    return generate_latest(Exposed(readings))


def write_textfile(path: Path, readings: Iterable[Reading]) -> None:
    """For the textfile collector of the node exporter, in one step. Raises OSError."""
    from prometheus_client import write_to_textfile  # noqa: PLC0415

    write_to_textfile(str(path), Exposed(readings))
