"""What a person should know first, in words: a sentence where there is something to do or to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from crawler.report.figures import COVERAGE
from crawler.report.history import SiteHistory, usual
from crawler.report.runs import RunReport
from pipelines.locks import is_alive

ENOUGH_ARTICLES = 20  # below, a share says nothing
RATE_FELL = 0.15
COVERAGE_FELL = 0.25
FEW = 0.5  # of the usual number of articles
SHORTER = 0.5  # than the usual median
REFUSED = 0.05  # of a crawl's answers
FAILED = 0.1


@dataclass(frozen=True, slots=True)
class Trouble:
    """`level`: "bad" (a crawl or a site does not work) or "odd" (worth a look). `about`: a family, a site or a file."""

    level: str
    about: str
    words: str


def troubles(output: Path, runs: Sequence[RunReport], sites: Sequence[SiteHistory], now: datetime) -> list[Trouble]:
    """The bad first. Judges the last crawl of each family and each site; what was wrong earlier is history."""
    last = {run.family: run for run in runs}
    found = [
        *(trouble for run in last.values() for trouble in _run(run)),
        *(trouble for family in last for trouble in _silence([r for r in runs if r.family == family], now)),
        *(trouble for site in sites for trouble in _site(site)),
        *_left_open(output),
    ]
    return sorted(found, key=lambda trouble: trouble.level != "bad")


def _run(run: RunReport) -> Iterator[Trouble]:
    when = f"{run.started:%d %b %H:%M} UTC"
    if run.exit_status > 128:
        yield Trouble("odd", run.family, f"the crawl of {when} was stopped ({run.cause}); the next one goes on with it")
    elif run.exit_status:
        yield Trouble("bad", run.family, f"the crawl of {when} ended with exit status {run.exit_status}: {run.cause}")
    answers = run.count("downloader/response_count")
    refused = sum(run.refused.values())
    if refused >= 3 and refused > REFUSED * answers:
        kinds = ", ".join(f"{number} with {status}" for status, number in run.refused.items())
        yield Trouble("bad", run.family, f"{refused} of {answers:,} answers were refusals ({kinds}): crawl slower")
    failed = run.failed
    if failed >= 3 and failed > FAILED * (answers + failed):
        kinds = ", ".join(run.counts("fetch_failed/"))
        yield Trouble("odd", run.family, f"{failed} of {answers + failed:,} requests got no answer ({kinds})")
    if broken := run.count("reject/broken"):
        yield Trouble("bad", run.family, f"pages that met a bug in the extraction (reject reason broken): {broken}")


def _silence(runs: Sequence[RunReport], now: datetime) -> Iterator[Trouble]:
    """A cron job that stopped writes no report of it."""
    gaps = [(later.started - earlier.started).total_seconds() for earlier, later in pairwise(runs)][-10:]
    silent = now - runs[-1].started
    if len(gaps) < 3 or silent < timedelta(hours=1):
        return
    gap = timedelta(seconds=median(gaps))
    if silent > 2.5 * gap:
        yield Trouble("bad", runs[-1].family, f"no crawl for {span(silent)}; there used to be one every {span(gap)}")


def _site(site: SiteHistory) -> Iterator[Trouble]:
    last, count = site.last, site.last.articles
    articles, rate = site.usual_articles(), site.usual_rate()
    if articles and articles >= ENOUGH_ARTICLES and count < FEW * articles:
        yield Trouble("bad" if not count else "odd", site.site, f"{count:,} articles, usually {articles:,.0f}")
    pages = count + sum(last.rejects.values())
    if rate is not None and last.rate is not None and pages >= ENOUGH_ARTICLES and last.rate < rate - RATE_FELL:
        reasons = sorted(last.rejects.items(), key=lambda item: -item[1])[:2]
        why = ", ".join(f"{number:,} {reason}" for reason, number in reasons)
        yield Trouble(
            "bad",
            site.site,
            f"{last.rate:.0%} of its pages became articles, usually {rate:.0%} ({why}): a new template?",
        )
    blocked = last.rejects.get("blocked", 0) + last.rejects.get("login_wall", 0)
    if pages >= ENOUGH_ARTICLES and blocked > REFUSED * pages:
        yield Trouble("bad", site.site, f"{blocked} of {pages:,} pages were a captcha or a login instead of a text")
    length = usual(point.characters for point in site.before)
    if length and last.characters and count >= ENOUGH_ARTICLES and last.characters < SHORTER * length:
        words = f"its texts have {last.characters:,.0f} characters (median), usually {length:,.0f}"
        yield Trouble("odd", site.site, words)
    for name in COVERAGE:
        before, share = site.usual_coverage(name), last.coverage.get(name)
        if before is not None and share is not None and count >= ENOUGH_ARTICLES and share < before - COVERAGE_FELL:
            yield Trouble("odd", site.site, f"{name} is filled in {share:.0%} of the articles, usually in {before:.0%}")


def _left_open(output: Path) -> Iterator[Trouble]:
    names = [path.stem.removeprefix("run-") for path in (output / "state" / "locks").glob("run-*.lock")]
    if any(is_alive(output, name) for name in names):
        return
    for path in sorted((output / "warc").glob("*/*.warc.gz.open")):
        yield Trouble("odd", path.name, "was left open by a crawl that died; the next crawl repairs it")


def span(time: timedelta) -> str:
    """ "9 days", "26 hours", "40 minutes"."""
    minutes = time.total_seconds() / 60
    if minutes < 120:
        return f"{minutes:.0f} minutes"
    return f"{minutes / 60:.0f} hours" if minutes < 60 * 72 else f"{minutes / 60 / 24:.0f} days"
