"""All of OUTPUT_DIR: manifests, archive files and parts by many processes; then rows and records against each other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.frontier.database import open_existing
from crawler.frontier.open_work import open_work
from crawler.output import dataset, new_run_id
from crawler.sandbox.processor import Processor
from crawler.sandbox.units import Spread, carried_out
from crawler.siteconfig.site import Folders
from crawler.verify.archive import archive_checks
from crawler.verify.coverage import coverage_findings
from crawler.verify.dataset import part_checks
from crawler.verify.findings import Check, Checked, Scope
from crawler.verify.manifests import alive_runs, manifest_findings
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import KINDS, Manifest
from pipelines.dataset.revision import kind_of, live_parts
from pipelines.dataset.scan import connect

Progress = Callable[[int, int], None]
"""Called with the weight of the checks that are done, and of all."""


def check_output(
    output: Path,
    sites_dir: Folders,
    frontier: str,
    *,
    reextract: bool,
    processes: int,
    memory: int | None,
    progress: Progress,
    spread: Spread = carried_out,
) -> Checked:
    """Everything that is wrong in OUTPUT_DIR. Nothing is changed; what a crawl at work writes meanwhile is left out.

    `frontier` is its database's address, `reextract` makes each row again, `memory` is in bytes (default: see
    default_memory). Raises RefusedError where there is no
    dataset, ManifestError, BusyError, OSError, duckdb.Error.
    """
    dataset(output)
    run_id = new_run_id("verify", datetime.now(UTC))
    # Compaction, re-extraction and take-downs wait; crawls do not.
    locks = [Lock(output, "dataset", shared=True), Lock(output, f"run-{run_id}", wait=True)]
    scope = Scope(output, sites_dir, output / "tmp" / run_id, reextract)
    try:
        alive, manifests = alive_runs(output), dataset(output)
        return _checked(scope, manifests, _pending(frontier), alive, processes, memory, progress, spread)
    finally:
        shutil.rmtree(scope.scratch, ignore_errors=True)
        for lock in reversed(locks):
            lock.release(remove=lock.name.startswith("run-"))


def _checked(
    scope: Scope,
    manifests: Mapping[str, Manifest],
    pending: tuple[set[str], set[str]],
    alive: frozenset[str],
    processes: int,
    memory: int | None,
    progress: Progress,
    spread: Spread,
) -> Checked:
    output = scope.output
    scope.scratch.mkdir(parents=True, exist_ok=True)
    checked = Checked(list(manifest_findings(output, manifests, alive)))
    checks = [*archive_checks(output, manifests, alive), *part_checks(output, manifests)]
    total, done = sum(each.weight for each in checks), 0
    # The heavy ones first, so that no process is left alone with the last one.
    order = sorted(checks, key=lambda check: -check.weight)
    for each, result in spread(partial(_check, scope), order, processes):
        checked.add(result)
        done += each.weight
        progress(done, total)
    damaged = {finding.where for finding in checked.findings}
    readable = [part for part in live_parts(manifests) if part.path not in damaged and (output / part.path).is_file()]
    articles, rejects = ([output / part.path for part in readable if kind_of(part) == kind] for kind in KINDS)
    with connect(scope.scratch / "spill", memory) as connection:
        records = sorted(scope.scratch.glob("records-*.parquet"))
        checked.findings += coverage_findings(connection, records, articles, rejects, pending)
    return checked


def _check(scope: Scope, check: Check, processor: Processor) -> Checked:
    return check.work(replace(scope, processor=processor))


def _pending(frontier: str) -> tuple[set[str], set[str]]:
    engine = open_existing(frontier)
    if engine is None:
        return set(), set()
    try:
        return open_work(engine)
    finally:
        engine.dispose()
