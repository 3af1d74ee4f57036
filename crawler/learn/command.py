"""`scrapy learn` from its arguments to the files of the profiles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.language import about, message
from crawler.learn.archive import observe_archive
from crawler.learn.learning import Learnt, learn
from crawler.output import check_there, check_writable
from crawler.profiles import keep_profile, newest_profiles, switch_off
from crawler.sandbox.units import Spread, carried_out
from crawler.siteconfig.site import Folders, load_sites
from crawler.status import RefusedError
from pipelines.dataset.locks import Lock

Report = Callable[[str], None]


def learn_sites(
    output: Path,
    folders: Folders,
    named: Collection[str],
    processes: int,
    report: Report,
    spread: Spread = carried_out,
) -> list[str]:
    """Learn a profile for each of the sites, or of all; what could not be read. `report` gets lines on each site.

    Crawls may run: they go on with the profiles that they began with. Raises RefusedError, BusyError, OSError,
    SiteError.
    """
    known = load_sites(folders)
    if unknown := sorted(set(named) - known.keys()):
        raise RefusedError(
            message(
                "--site {site}: no such site; known are {names}",
                site=",".join(unknown),
                names=", ".join(sorted(known)),
            )
        )
    check_there(output)
    check_writable(output)
    lock = Lock(output, "dataset", shared=True)  # a take-down waits
    try:
        if not any((output / "warc").rglob("*.warc.gz")):
            raise RefusedError(message("{folder}: no WARC files", folder=output / "warc"))
        found = observe_archive(output, folders, named or known.keys(), processes, spread)
        today = datetime.now(UTC).date()
        damage: list[str] = []
        profiles = newest_profiles(output, damage)
        for line in damage:
            report(line)
        if not any(found.pages.values()):
            report(message("no articles of these sites are in the archive"))
        for site, pages in sorted(found.pages.items()):
            learnt = learn([page for _, page in sorted(pages, key=lambda each: each[0])])
            if not learnt.refused:
                path = keep_profile(output, site, learnt.profile(site, today), today)
                for line in _summary(learnt):
                    report(about(site, line))
                report(about(site, str(path.relative_to(output)) if path else message("as its newest profile says")))
            elif learnt.outdated and site in profiles:
                switch_off(output, site, today, learnt.refused)
                off = message(
                    "{why}: the profile {digest} is switched off", why=learnt.refused, digest=profiles[site].digest
                )
                report(about(site, off))
            elif pages:
                report(about(site, message("no profile: {why}", why=learnt.refused)))
    finally:
        lock.release()
    return found.damage


def _summary(learnt: Learnt) -> Iterator[str]:
    yield message(
        "{articles} articles, known containers hold {coverage:.2f} of the last ones; {numbers}",
        articles=learnt.articles,
        coverage=learnt.coverage,
        numbers=", ".join(f"{len(table)} {name}" for name, table in learnt.tables.items() if table),
    )
    for key, line in sorted(learnt.shown.items()):
        yield message("this line ends {number} texts: {line}", number=learnt.tables["tails"][key], line=line)
