"""A URL on its way through the frontier: found (Entry), leased (Leased), visited (Visit)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from crawler.extract.article import Capture
from crawler.extract.url import article_id, canonical_url
from crawler.frontier.tables import DONE, FAILED, GONE, PENDING


@dataclass(frozen=True, slots=True)
class Entry:
    """A URL to visit. `payload` is the JSON of what its request needs beyond the other fields.

    `chain`: a further page of an article. Its row belongs to that one chain: it is neither a duplicate of the same URL
    found as a link nor ever visited again by itself.
    """

    key: str
    url: str
    host: str
    site: str
    family: str
    role: str
    priority: int = 0
    depth: int = 0
    barren: int = 0
    payload: str | None = None
    chain: bool = False


@dataclass(frozen=True, slots=True)
class Leased:
    """An entry that this worker may fetch now.

    `known`: the record of the page as it was last, null before the first. `held`: the answer to this very request, that
    a killed run had archived.
    """

    entry: Entry
    id: int
    host_id: int
    attempts: int
    discovered: float
    etag: str | None = None
    last_modified: str | None = None
    known: Capture | None = None
    held: Capture | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """How a visit ended. `state` is done, failed, gone, or pending: it could not be made now.

    `retry`: whether a failed URL is tried again later. `record_id` is that of the last record written, if any;
    `capture` is the same record where it holds the page, with the headers that came with it.
    `host_failed`: True when the host did not answer, False when it did, None when it was not asked.
    """

    leased: Leased
    state: str
    at: float
    reason: str | None = None
    links: tuple[Entry, ...] = ()
    record_id: str | None = None
    capture: Capture | None = None
    etag: str | None = None
    last_modified: str | None = None
    retry: bool = False
    host_failed: bool | None = False
    size: int = 0

    def __post_init__(self) -> None:
        if self.state not in (DONE, FAILED, GONE, PENDING):
            raise ValueError(f"a visit cannot end as {self.state!r}")


def key_of(url: str, article: Mapping[str, Any] | None = None) -> str:
    """The row's key: the article's id; for a further page (`article`: meta["article"] of its request) its own."""
    if article is None:
        return article_id(url)
    # No canonical URL holds a line break: the two kinds of keys never meet.
    text = f"{canonical_url(url)}\n{article['first']}\n{article['page']}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def capture_json(capture: Capture) -> str:
    """For the column `held`."""
    return json.dumps(asdict(capture) | {"fetched_at": capture.fetched_at.isoformat()})


def capture_of(stored: Mapping[str, Any]) -> Capture:
    """What capture_json wrote, parsed."""
    return Capture(**{**stored, "fetched_at": datetime.fromisoformat(stored["fetched_at"])})
