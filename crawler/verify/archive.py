"""Each finished archive file: its digest, its records, its index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from crawler.archive.audit import AuditedResponse, audit
from crawler.archive.superseded import superseded
from crawler.archive.warcfile import run_suffix
from crawler.language import message
from crawler.verify.coverage import RecordTable
from crawler.verify.findings import Check, Checked, Finding, Scope
from crawler.verify.manifests import alive_runs
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.part import sha256


def archive_checks(output: Path, manifests: Mapping[str, Manifest], alive: frozenset[str]) -> Iterator[Check]:
    """One check a file; the files of the runs `alive` (and of those that have begun since) are left out."""
    digests = {each.file: each.sha256 for manifest in manifests.values() for each in manifest.warc}
    suffixes = {run.rpartition("-")[2] for run in alive | alive_runs(output)}
    for number, path in enumerate(sorted((output / "warc").rglob("*.warc.gz"))):
        if path.name in digests or run_suffix(path) not in suffixes:
            check, size = (_check_file, path.stat().st_size) if path.is_file() else (_no_file, 0)
            yield Check(partial(check, path, number, digests.get(path.name)), size)


def _no_file(path: Path, number: int, digest: str | None, scope: Scope) -> Checked:
    return Checked([Finding(path.name, message("a folder, a pipe or a link that leads nowhere is in its place"))])


def _check_file(path: Path, number: int, digest: str | None, scope: Scope) -> Checked:
    findings: list[Finding] = []
    if digest is None:
        uncovered = message("no manifest covers it (a run was killed; the next crawl makes its rows)")
        findings.append(Finding(path.name, uncovered))
    elif sha256(path) != digest:
        findings.append(Finding(path.name, message("its bytes are not those that its manifest names")))
    table = RecordTable(scope.scratch / f"records-{number:06d}.parquet", covered=digest is not None)
    aside = superseded(path.parent)

    left_out = 0

    def add(response: AuditedResponse) -> None:
        nonlocal left_out
        if response.capture.record_id in aside:
            left_out += 1
            response = replace(response, role=None)  # another worker has the row of its page: none is missing here
        table.add(response)

    findings += [Finding(path.name, line) for line in audit(path, add)]
    table.close()
    return Checked(findings, records=table.count, superseded=left_out)
