"""A URL on its way through the frontier: found (Entry), leased (Leased), visited (Visit)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from crawler.extract.article import Capture
from crawler.extract.url import canonical_url
from crawler.frontier.tables import DONE, FAILED, GONE, PENDING
from crawler.navigation.chain import FurtherPage


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
class Held:
    """An answer that is archived and whose visit has not ended: the crawl was killed, or had no time for it.

    `handed_out`: how often the answer was given to the spider and the crawl was killed before the visit ended.
    """

    capture: Capture
    handed_out: int = 0


@dataclass(frozen=True, slots=True)
class Leased:
    """An entry that this worker may fetch now.

    `known`: the record of the page as it was last; None before the first visit. `held`: the answer to this request,
    where it is archived already.
    """

    entry: Entry
    id: int
    host_id: int
    attempts: int
    discovered: float
    etag: str | None = None
    last_modified: str | None = None
    known: Capture | None = None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """How a visit ended. `state` is done, failed, gone, or pending: it could not be made now.

    `retry`: whether a failed URL is tried again later. `record_id` is that of the last record written, if any;
    `capture` is the same record where it holds the page, with the headers that came with it.
    `held`: of a pending one, the answer that it is to have next time.
    `host_failed`: True when the host did not answer, False when it did, None when it was not asked.
    `fresh`: where `links` are the last slice of a long list, whether any of its links was to a new article.
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
    held: Held | None = None
    fresh: bool | None = None

    def __post_init__(self) -> None:
        if self.state not in (DONE, FAILED, GONE, PENDING):
            raise ValueError(f"a visit cannot end as {self.state!r}")


def further_key(url: str, first: str, page: int) -> str:
    """The key of a further page: its number within the article whose page 1 has the record id `first`."""
    # No canonical URL holds a line break: the two kinds of keys never meet.
    text = f"{canonical_url(url)}\n{first}\n{page}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def record_columns(capture: Capture) -> dict[str, Any]:
    """The columns of `url` that hold the record of the page as it was last."""
    return {
        "record_id": capture.record_id,
        "warc_file": capture.warc_file,
        "offset": capture.offset,
        "length": capture.length,
        "payload_digest": capture.payload_digest,
        "captured_at": capture.fetched_at.timestamp(),
    }


def record_of(row: Row[Any]) -> Capture | None:
    """The capture in these columns, of a whole row of `url`; None before the first page."""
    if row.record_id is None:
        return None
    return Capture(
        record_id=row.record_id,
        warc_file=row.warc_file,
        offset=row.offset,
        length=row.length,
        url=row.url,
        payload_digest=row.payload_digest,
        fetched_at=datetime.fromtimestamp(row.captured_at, UTC),
    )


def held_json(held: Held) -> str:
    """For the column `held`."""
    return json.dumps(held.capture.as_json() | {"handed_out": held.handed_out})


def held_of(column: str) -> Held:
    """What is in the column `held`."""
    fields = json.loads(column)
    return Held(handed_out=fields.pop("handed_out", 0), capture=Capture.of(fields))


def further_of(payload: str) -> FurtherPage:
    """What the payload of a further page of an article says of the pages before it."""
    further: FurtherPage = json.loads(payload)["meta"]["article"]
    return further
