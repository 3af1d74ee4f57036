"""`scrapy forget` from its arguments to the last step: one take-down after the other, interrupted ones first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine

from crawler.frontier.database import open_database
from crawler.frontier.exclusion import hosts_of
from crawler.language import counted, message
from crawler.output import revising
from crawler.siteconfig.site import Folders, load_sites
from crawler.status import RefusedError
from crawler.takedown.find import Holdings, plan_articles, plan_site
from crawler.takedown.journal import Plan, open_plans
from crawler.takedown.remove import TakenDown, carry_out
from pipelines.dataset.revision import Revision

Report = Callable[[str], None]


def forget(
    output: Path,
    sites_dir: Folders,
    frontier: str,
    *,
    keys: Sequence[str],
    site: str | None,
    memory: int | None,
    report: Report,
) -> None:
    """Finish the take-downs that were interrupted, then take down the articles `keys` (ids) or the whole `site`.

    Both are repeatable: killed at any moment, the same call finishes it. `frontier` is its database's address, `memory`
    is in bytes (default: see default_memory); `report` gets a line for each step. Raises RefusedError, BusyError,
    SiteError, OSError, StorageError.
    """
    for plan in [plan.run_id for plan in open_plans(output)]:
        report(message("{run_id}: going on where it stopped", run_id=plan))
        _take_down(output, sites_dir, frontier, [], None, memory, report)
    if keys or site:
        _take_down(output, sites_dir, frontier, keys, site, memory, report)


def _take_down(
    output: Path,
    sites_dir: Folders,
    frontier: str,
    keys: Sequence[str],
    site: str | None,
    memory: int | None,
    report: Report,
) -> None:
    """One take-down: the oldest interrupted one, or else a new one."""
    with revising(output, "forget", report) as (manifests, revision):
        engine = open_database(frontier)
        try:
            plan = next(open_plans(output), None)
            if plan is None:
                holdings = Holdings(output, manifests, load_sites(sites_dir), revision.spill, memory)
                plan = _new_plan(holdings, engine, keys, site, revision)
                plan.write(output)
            report(_summary(plan, carry_out(output, plan, engine, manifests, revision, memory=memory, report=report)))
        finally:
            engine.dispose()


def _new_plan(holdings: Holdings, engine: Engine, keys: Sequence[str], site: str | None, revision: Revision) -> Plan:
    if not site:
        return plan_articles(holdings, keys, revision.run_id, revision.started)
    hosts = holdings.hosts(site) | set(hosts_of(engine, site)) | holdings.domains(site)
    if not hosts:
        raise RefusedError(
            message(
                "--site {site}: no such site; known are {names}", site=site, names=", ".join(sorted(holdings.sites))
            )
        )
    return plan_site(holdings, site, hosts, revision.run_id, revision.started)


def _summary(plan: Plan, done: TakenDown) -> str:
    if not done.exchanges and not done.rows and not done.rejects:
        return message(
            "{run_id}: nothing of it is stored here; it will not be fetched either",
            run_id=plan.run_id,
        )
    return message(
        "{run_id}: {rows}, {rejects} and {exchanges} in {files} removed; not to be fetched again",
        run_id=plan.run_id,
        rows=counted("{number} row", "{number} rows", done.rows),
        rejects=counted("{number} reject", "{number} rejects", done.rejects),
        exchanges=counted("{number} exchange", "{number} exchanges", done.exchanges),
        files=counted("{number} WARC file", "{number} WARC files", done.files),
    )
