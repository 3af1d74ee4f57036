"""Removing what a plan names: from the frontier, the archive, the dataset and the indexes.

In this order: the URLs are excluded in the frontier; archive files are rewritten with tombstones in the place of the
records; rows and rejects are removed in one step with a manifest that has the new digests; the duplicate index is
dropped (it is made again from the rows), and what was learnt of the site; the journal is discarded. Each step may be
done twice, so that after a kill the same steps are simply done again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from crawler.archive.reader import locate
from crawler.archive.rewrite import DRAFT, draft_without, drop_lines, publish_draft
from crawler.frontier.exclusion import exclude_articles, exclude_site
from crawler.language import counted, message
from crawler.profiles import drop_profiles
from crawler.storage.checkout import push
from crawler.takedown.journal import Plan, Rewrite
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.part import sha256
from pipelines.dataset.removal import remove_rows
from pipelines.dataset.revision import DamagedError, Revision, live_parts, renewed


@dataclass(frozen=True, slots=True)
class TakenDown:
    """How many were removed: exchanges (request and response), rows and rejects; and archive files rewritten."""

    exchanges: int
    rows: int
    rejects: int
    files: int


def carry_out(
    output: Path,
    plan: Plan,
    engine: Engine,
    before: Mapping[str, Manifest],
    revision: Revision,
    *,
    memory: int | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> TakenDown:
    """Do what is left of the plan, whose journal is written. The lock "dataset" is held; `report` gets progress lines.

    Raises OSError, StorageError.
    """
    if plan.site is not None:
        exclude_site(engine, plan.site, plan.hosts)
    if plan.keys:
        exclude_articles(engine, plan.keys)
    digests: dict[str, str] = {}
    for name, rewrite in plan.files.items():
        report(counted("{name}: {number} exchange", "{name}: {number} exchanges", len(rewrite.offsets), name=name))
        digests[name] = _rewrite(output, plan, name, rewrite)
    rows, rejects = remove_rows(
        output, before, revision, ids=plan.keys, record_ids=plan.record_ids, site=plan.site, memory=memory
    )
    ranges = {each.file: each for manifest in before.values() for each in manifest.warc}
    if plan.files or revision.parts != live_parts(before):
        revision.commit(before, renewed(ranges.values(), digests))
    shutil.rmtree(output / "state" / "duplicates", ignore_errors=True)
    if plan.site is not None:
        drop_profiles(output, plan.site)
    push(output)  # in a bucket the journal goes last as well
    plan.discard(output)
    return TakenDown(sum(len(each.offsets) for each in plan.files.values()), rows, rejects, len(plan.files))


def _rewrite(output: Path, plan: Plan, name: str, rewrite: Rewrite) -> str:
    """Put tombstones in the place of the records; the SHA-256 of the file after that."""
    path = locate(output / "warc", name)
    found = sha256(path)
    if found != rewrite.after:
        if found != rewrite.before:
            raise DamagedError(message("{name}: not what its manifest says; scrapy verify says what else", name=name))
        draft = draft_without(path, rewrite.spans, datetime.fromisoformat(plan.at))
        rewrite.after = sha256(draft)
        plan.write(output)  # before the file is replaced: afterwards it could not be told from a damaged one
        publish_draft(draft, path)
    Path(f"{path}{DRAFT}").unlink(missing_ok=True)
    drop_lines(path, frozenset(rewrite.offsets))
    assert rewrite.after is not None
    return rewrite.after
