"""The input of the extraction: one web page as it was captured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One captured response.

    `body` is the payload after content decoding (gzip undone, characters not decoded); `captured_at` is an aware UTC
    instant; `headers` are the response's, in the order received.
    """

    url: str
    body: bytes
    content_type: str | None
    captured_at: datetime
    record_id: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
