"""The report: one HTML file that needs no network, runs no script and shows whatever a page said as text."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crawler.display import size
from crawler.language import Language, about, language, message, words
from crawler.monitor.counts import FIELDS
from crawler.output import write_text
from crawler.report.figures import count
from crawler.report.graphs import SHOWN_RUNS, dataset_charts, run_charts, site_charts
from crawler.report.history import site_histories
from crawler.report.runs import load_runs
from crawler.report.trouble import Trouble, span, troubles
from crawler.status import Exit, RefusedError

CHARTED_SITES = 40  # with charts of their own; more would make a page of many megabytes
LISTED_RUNS = 20


def write_report(output: Path, speaks: Language) -> Path:
    """Replace reports/index.html in one step; its path. Raises RefusedError when no dataset can be read, OSError."""
    try:
        page = render(output, speaks=speaks)
    except duckdb.Error as error:
        raise RefusedError(about(str(output), words(error).splitlines()[0]), Exit.STORAGE) from error
    return write_text(output / "reports" / "index.html", page)


def render(output: Path, now: datetime | None = None, speaks: Language | None = None) -> str:
    """The page as text, by default in English. Raises duckdb.Error when a file of the dataset is damaged."""
    now, speaks = now or datetime.now(UTC), speaks or language("en")
    runs, unreadable = load_runs(output)
    figures = count(output)
    sites = site_histories(runs, figures.peaks)
    found = [
        *(Trouble("odd", f"state/runs/{name}", message("is no run report and was left out")) for name in unreadable),
        *troubles(output, runs, now, speaks),
    ]
    with_trouble = {each.about for each in found}
    charted = sorted(sites, key=lambda site: site.site not in with_trouble)[:CHARTED_SITES]
    environment = Environment(
        extensions=["jinja2.ext.i18n"],
        loader=PackageLoader("crawler.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(speaks.gettext, speaks.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        say=speaks.say,
        join_said=speaks.join,
        number=lambda n: f"{n:,.0f}",
        percent=_percent,
        size=size,
        clock=speaks.date,
        speed=_speed,
        took=_took,
    )
    style = environment.get_template("report.css").render()
    return environment.get_template("report.html").render(
        lang=speaks.lang,
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        output=output,
        now=now,
        silence=span(now - runs[-1].started) if runs else None,
        runs=runs,
        listed=list(reversed(runs))[:LISTED_RUNS],
        shown=SHOWN_RUNS,
        figures=figures,
        sites=sites,
        fields=FIELDS,
        troubles=found,
        run_charts=run_charts(runs, speaks),
        dataset_charts=dataset_charts(figures, speaks),
        open_sites=with_trouble,
        site_charts={site.site: site_charts(site, speaks) for site in charted},
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _speed(per_second: float) -> str:
    return f"{per_second:,.0f}" if per_second >= 10 else f"{per_second:.2g}"


def _took(seconds: float) -> str:
    return span(timedelta(seconds=seconds))
