"""What is wrong, or worth a look, as sentences that stand first in the report.

crawler.monitor.health judges when a crawl ends whether a site brought what it should; its sentences are shown here.
Added is what no crawl can report itself: that none ran, that servers refused it, that it died.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from crawler.language import Language, counted, message
from crawler.report.runs import RunReport, Section
from crawler.status import Exit
from pipelines.dataset.locks import is_alive

REFUSED = 0.05  # of a site's answers
FAILED = 0.1  # of its requests
LATE = 2.5  # times the usual time between two crawls


@dataclass(frozen=True, slots=True)
class Trouble:
    """`level`: "bad" (a crawl or a site does not work) or "odd" (worth a look). `about`: a family, a site or a file.

    `seen`: what the crawl saw of the site, a line each, with sample URLs.
    """

    level: str
    about: str
    words: str
    seen: tuple[str, ...] = ()


def troubles(output: Path, runs: Sequence[RunReport], now: datetime, language: Language) -> list[Trouble]:
    """Troubles with the last crawl of each family, the bad ones first. `runs` are oldest first."""
    runs = [run for run in runs if not run.by_hand]
    last = {run.family: run for run in runs}
    found = [
        *(trouble for run in last.values() for trouble in _run(run, language)),
        *(trouble for family in last for trouble in _silence([r for r in runs if r.family == family], now)),
        *_left_open(output),
    ]
    return sorted(found, key=lambda trouble: trouble.level != "bad")


def _run(run: RunReport, language: Language) -> Iterator[Trouble]:
    when, cause = f"{language.date(run.started, 'day and minute')} UTC", language.join(run.causes)
    if run.exit_status == Exit.UNHEALTHY:  # its cause is made of the sentences of crawler.monitor.health
        for sentence in run.causes:
            site, _, words = sentence.partition(": ")
            if site in run.sites:
                yield Trouble("bad", site, run.told(words), run.sites[site].seen)
            else:
                yield Trouble("bad", run.family, sentence)
    elif run.exit_status > 128:
        words = message(
            "the crawl of {when} was stopped ({cause}); the next one goes on with it", when=when, cause=cause
        )
        yield Trouble("odd", run.family, words)
    elif run.exit_status:
        words = message(
            "the crawl of {when} ended with exit status {status}: {cause}",
            when=when,
            status=run.exit_status,
            cause=cause,
        )
        yield Trouble("bad", run.family, words)
    for site, section in run.sites.items():
        yield from _site(site, section, language)


def _site(site: str, section: Section, language: Language) -> Iterator[Trouble]:
    refused = sum(section.refused.values())
    if refused >= 3 and refused > REFUSED * section.requests:
        kinds = [message("{number} with {status}", number=n, status=status) for status, n in section.refused.items()]
        words = message(
            "{refused} of {requests:,} answers were refusals ({kinds}): crawl it slower",
            refused=refused,
            requests=section.requests,
            kinds=", ".join(map(language.say, kinds)),
        )
        yield Trouble("bad", site, words, section.seen)
    failed = sum(section.failures.values())
    if failed >= 3 and failed > FAILED * (section.requests + failed):
        words = message(
            "{number:,} requests got no answer ({failures})", number=failed, failures=", ".join(section.failures)
        )
        yield Trouble("odd", site, words, section.seen)
    if broken := section.rejects.get("broken", 0):
        words = message("pages that met a bug in the extraction (reject reason broken): {number}", number=broken)
        yield Trouble("bad", site, words, section.seen)


def _silence(runs: Sequence[RunReport], now: datetime) -> Iterator[Trouble]:
    """Whether the family has not been crawled for much longer than usual: a cron job that stopped writes no report."""
    gaps = [(later.started - earlier.started).total_seconds() for earlier, later in pairwise(runs)][-10:]
    silent = now - runs[-1].started
    if len(gaps) < 3 or silent < timedelta(hours=1):
        return
    gap = timedelta(seconds=median(gaps))
    if silent > LATE * gap:
        words = message("no crawl for {silent}; there used to be one every {gap}", silent=span(silent), gap=span(gap))
        yield Trouble("bad", runs[-1].family, words)


def _left_open(output: Path) -> Iterator[Trouble]:
    names = [path.stem.removeprefix("run-") for path in (output / "state" / "locks").glob("run-*.lock")]
    if any(is_alive(output, name) for name in names):
        return
    for path in sorted((output / "warc").glob("*/*.warc.gz.open")):
        yield Trouble("odd", path.name, message("was left open by a crawl that died; the next crawl repairs it"))


def span(time: timedelta) -> str:
    """A duration in its largest unit that is still exact enough: "1 minute", "40 minutes", "26 hours", "9 days"."""
    seconds = time.total_seconds()
    if seconds < 59.5:
        return counted("{number} second", "{number} seconds", round(seconds))
    if seconds < 120 * 60:
        return counted("{number} minute", "{number} minutes", round(seconds / 60))
    if seconds < 72 * 3600:
        return counted("{number} hour", "{number} hours", round(seconds / 3600))
    return counted("{number} day", "{number} days", round(seconds / 86_400))
