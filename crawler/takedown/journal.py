"""The journal of a take-down, state/takedowns/<run>.json: all that is to be removed, written before anything is.

Whoever is killed in between leaves it behind, and the next `scrapy forget` goes on from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from crawler.archive.rewrite import Span
from crawler.durable import sync_folder
from crawler.language import message, words
from crawler.storage.checkout import push_file
from pipelines.dataset.manifest import ManifestError, write_json

FOLDER = "state/takedowns"


@dataclass(slots=True)
class Rewrite:
    """What is removed from one archive file: byte spans, and the offsets of the responses in them.

    `before` is the file's SHA-256; `after` that of its successor, once that is written.
    """

    spans: list[Span]
    offsets: list[int]
    before: str
    after: str | None = None


@dataclass(slots=True)
class Plan:
    """`keys`: article ids that are never to be fetched again; `record_ids`: of the responses that are removed."""

    run_id: str
    at: str
    keys: list[str] = field(default_factory=list)
    record_ids: list[str] = field(default_factory=list)
    site: str | None = None
    hosts: list[str] = field(default_factory=list)
    files: dict[str, Rewrite] = field(default_factory=dict)

    def write(self, output: Path) -> None:
        push_file(
            output, write_json(output, f"{FOLDER}/{self.run_id}.json", asdict(self)).relative_to(output).as_posix()
        )

    def discard(self, output: Path) -> None:
        """Remove the journal of a finished take-down, which says what was removed, and drafts of it."""
        path = output / FOLDER / f"{self.run_id}.json"
        for draft in path.parent.glob(".*.tmp"):  # of a killed process
            draft.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        sync_folder(path.parent)


def open_plans(output: Path) -> Iterator[Plan]:
    """Take-downs that have begun and not ended, oldest first. Raises OSError, ManifestError."""
    for path in sorted((output / FOLDER).glob("*.json")):
        try:
            stored = json.loads(path.read_bytes())
            files = {
                name: Rewrite([(start, end) for start, end in each.pop("spans")], **each)
                for name, each in stored.pop("files").items()
            }
            plan = Plan(files=files, **stored)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ManifestError(
                message("{path} is no plan of a take-down: {error}", path=path, error=words(error))
            ) from error
        yield plan
