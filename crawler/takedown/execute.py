"""Taking down articles or a site: out of the archive, the dataset and the indexes, for good.

First everything that is to go is found and written into a journal (state/takedowns/<run>.json, gone in the end). Then:
excluded in the frontier; archive files rewritten, tombstones in the place of the records; rows and rejects out, in one
step with a manifest that has the new digests; the duplicate index dropped, which is made again from the rows. Each step
done twice does no harm, so a process that is killed is followed by one that goes on from the journal.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from crawler.archive.reader import locate
from crawler.archive.rewrite import DRAFT, Span, draft_without, drop_lines, publish_draft
from crawler.frontier.exclusion import exclude_articles, exclude_site
from pipelines.dataset.manifest import Manifest, write_json
from pipelines.dataset.parts import sha256, sync_folder
from pipelines.dataset.removal import remove_rows
from pipelines.dataset.revision import DamagedError, Revision, live_parts, renewed

FOLDER = "state/takedowns"


@dataclass(slots=True)
class Rewrite:
    """An archive file: what goes out of it. Digests before and, once its successor is written, after."""

    spans: list[Span]
    offsets: list[int]
    before: str
    after: str | None = None


@dataclass(slots=True)
class Plan:
    """`keys`: article ids that are never to be fetched again; `record_ids`: of the responses that go."""

    run_id: str
    at: str
    keys: list[str] = field(default_factory=list)
    record_ids: list[str] = field(default_factory=list)
    site: str | None = None
    hosts: list[str] = field(default_factory=list)
    files: dict[str, Rewrite] = field(default_factory=dict)

    def write(self, output: Path) -> None:
        write_json(output, f"{FOLDER}/{self.run_id}.json", asdict(self))


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What went: exchanges with the server, rows, rejects, archive files rewritten."""

    exchanges: int
    rows: int
    rejects: int
    files: int


def open_plans(output: Path) -> Iterator[Plan]:
    """Take-downs that began and have not ended. Raises OSError, ValueError."""
    for path in sorted((output / FOLDER).glob("*.json")):
        stored = json.loads(path.read_bytes())
        files = {
            name: Rewrite([(start, end) for start, end in each.pop("spans")], **each)
            for name, each in stored.pop("files").items()
        }
        yield Plan(files=files, **stored)


def carry_out(
    output: Path,
    plan: Plan,
    engine: Engine,
    before: Mapping[str, Manifest],
    revision: Revision,
    *,
    told: Callable[[str], None] = lambda line: None,
) -> TakenDown:
    """Do what is left of the plan; its journal is there. The lock "dataset" is held. Raises OSError, StorageError."""
    if plan.site is not None:
        exclude_site(engine, plan.site, plan.hosts)
    if plan.keys:
        exclude_articles(engine, plan.keys)
    digests: dict[str, str] = {}
    for name, rewrite in plan.files.items():
        told(f"{name}: {len(rewrite.offsets)} exchanges")
        digests[name] = _rewrite(output, plan, name, rewrite)
    rows, rejects = remove_rows(output, before, revision, ids=plan.keys, record_ids=plan.record_ids, site=plan.site)
    ranges = {each.file: each for manifest in before.values() for each in manifest.warc}
    if plan.files or revision.parts != live_parts(before):
        revision.commit(before, renewed(ranges.values(), digests))
    shutil.rmtree(output / "state" / "duplicates", ignore_errors=True)
    _forget_plan(output, plan)
    return TakenDown(sum(len(each.offsets) for each in plan.files.values()), rows, rejects, len(plan.files))


def _rewrite(output: Path, plan: Plan, name: str, rewrite: Rewrite) -> str:
    """The digest of the file without the records."""
    path = locate(output / "warc", name)
    found = sha256(path)
    if found != rewrite.after:
        if found != rewrite.before:
            raise DamagedError(f"{name}: not what its manifest says; scrapy verify says what else")
        draft = draft_without(path, rewrite.spans, datetime.fromisoformat(plan.at))
        rewrite.after = sha256(draft)
        plan.write(output)  # before the exchange: or nobody could tell the new file from a damaged one
        publish_draft(draft, path)
    Path(f"{path}{DRAFT}").unlink(missing_ok=True)
    drop_lines(path, frozenset(rewrite.offsets))
    assert rewrite.after is not None
    return rewrite.after


def _forget_plan(output: Path, plan: Plan) -> None:
    """The journal says what was removed: it may not stay, nor may a draft of it that a killed process left."""
    path = output / FOLDER / f"{plan.run_id}.json"
    for draft in path.parent.glob(".*.tmp"):
        draft.unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
