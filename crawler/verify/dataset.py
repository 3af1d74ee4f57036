"""Each part: its digest, schema and order against the manifest, and every row in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.extract.profile import Profile
from crawler.language import message, words
from crawler.profiles import KnownProfiles
from crawler.siteconfig.archived import KnownSites
from crawler.siteconfig.site import load_sites
from crawler.verify.findings import Check, Checked, Finding, Scope
from crawler.verify.reextraction import reject_differences, row_differences
from crawler.verify.rows import null_findings, row_findings
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.part import Part, sha256
from pipelines.dataset.parts import ORDER
from pipelines.dataset.revision import kind_of, live_parts
from pipelines.dataset.schema import SCHEMAS, Row
from pipelines.version import RULES_VERSION

_BATCH = 200  # rows in memory at a time


def part_checks(output: Path, manifests: Mapping[str, Manifest]) -> Iterator[Check]:
    """For each part that a manifest names one check of the file, and one of each of its row groups."""
    for part in live_parts(manifests):
        yield Check(partial(_check_file, part), part.bytes)
        groups = _row_groups(output, part)
        for number in range(groups):
            # Rows cost more than bytes that are only read.
            yield Check(partial(_check_rows, part, number), 30 * part.bytes // groups)


def _check_file(part: Part, scope: Scope) -> Checked:
    return Checked(list(_file_findings(scope.output, part)))


def _file_findings(output: Path, part: Part) -> Iterator[Finding]:
    path, kind = output / part.path, kind_of(part)
    if not path.is_file():
        yield Finding(part.path, message("a manifest names it, and it is not there"))
        return
    if path.stat().st_size != part.bytes or sha256(path) != part.sha256:
        yield Finding(part.path, message("its bytes are not those that its manifest names"))
    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(SCHEMAS[kind], check_metadata=True):
                yield Finding(part.path, message("not the schema of the dataset"))
                return
            if file.metadata.num_rows != part.rows:
                other = message("{rows} rows, its manifest says {told}", rows=file.metadata.num_rows, told=part.rows)
                yield Finding(part.path, other)
            if not _is_sorted(file, kind):
                unsorted = message("its rows are not sorted by {columns}", columns=", ".join(ORDER[kind]))
                yield Finding(part.path, unsorted)
    except (OSError, pa.ArrowException) as error:
        yield Finding(part.path, message("cannot be read: {error}", error=_one_line(error)))


def _row_groups(output: Path, part: Part) -> int:
    """The number of row groups; 0 where the file cannot be read or has another schema, which _check_file reports."""
    if not (output / part.path).is_file():
        return 0
    try:
        with pq.ParquetFile(output / part.path) as file:
            return int(file.metadata.num_row_groups) if file.schema_arrow.equals(SCHEMAS[kind_of(part)]) else 0
    except (OSError, pa.ArrowException):
        return 0


def _check_rows(part: Part, number: int, scope: Scope) -> Checked:
    """One row group: each row against itself and, if it is of today's rules, against its records."""
    checked, kind, sites = Checked(), kind_of(part), KnownSites(load_sites(scope.sites_dir))
    profiles = KnownProfiles(scope.output)
    try:
        for row in _read_group(scope.output, part, number):
            checked.rows += 1
            lines = list(null_findings(row))
            if kind == "articles" and not lines:
                lines += row_findings(part, row)
            rules, _, digest = (row["rules_version"] or "").partition("+")
            if rules != RULES_VERSION:
                checked.other_rules += 1
            elif scope.reextract and not lines:
                profile = profiles.get(row["site"], digest) if digest else None
                if digest and profile is None:
                    lost = message(
                        "made with the profile {digest}, which is not in state/profiles or damaged", digest=digest
                    )
                    lines.append(lost)
                else:
                    lines += _differences(kind, row, scope, sites, profile)
                    checked.reextracted += 1
            checked.findings += [Finding(f"{part.path}: {row['url']}", line) for line in lines]
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        unread = message("row group {number} cannot be read: {error}", number=number, error=_one_line(error))
        checked.findings.append(Finding(part.path, unread))
    return checked


def _read_group(output: Path, part: Part, number: int) -> Iterator[Row]:
    with pq.ParquetFile(output / part.path, memory_map=True) as file:
        for batch in file.iter_batches(_BATCH, row_groups=[number]):
            yield from batch.to_pylist()


def _differences(kind: str, row: Row, scope: Scope, sites: KnownSites, profile: Profile | None) -> Iterator[str]:
    differences = row_differences if kind == "articles" else reject_differences
    return differences(row, scope.output / "warc", sites, scope.processor, profile)


def _is_sorted(file: pq.ParquetFile, kind: str) -> bool:
    last: tuple[object, ...] | None = None
    for batch in file.iter_batches(columns=list(ORDER[kind])):
        columns = [batch.column(name).to_pylist() for name in ORDER[kind]]
        for key in zip(*columns, strict=True):
            if None in key:
                continue  # null_findings reports it
            if last is not None and key < last:
                return False
            last = key
    return True


def _one_line(error: Exception) -> str:
    said = words(error)
    return " ".join(said.split())[:200] if len(said) > 200 or "\n" in said else said
