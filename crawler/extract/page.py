"""The input of the extraction: one web page as it was captured."""

# Not compiled: mypyc cannot unpickle frozen dataclasses, and pages go from process to process.

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One captured response.

    `body` is the payload after content decoding (gzip undone, characters not decoded); `captured_at` is an aware UTC
    instant, None where it is not known (then its article has no `fetched_at`, and a site's newest layout reads it);
    `headers` are the response's, in the order received.
    """

    url: str
    body: bytes
    content_type: str | None = None
    captured_at: datetime | None = None
    record_id: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
