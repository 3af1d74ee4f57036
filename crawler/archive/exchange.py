"""One HTTP request and its response, as they went over the wire: what the archive is given to write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.extract.article import Capture


class ArchiveError(OSError):
    """The archive cannot be written or repaired; the message names the file. What was synced before is safe."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """`fetched_at` is the aware UTC instant at which the request was sent.

    `request` and `response_head` are verbatim, up to and with their blank line (Transfer-Encoding not yet renamed);
    `body` is what is left after transfer decoding, content coding kept. `protocols` such as ("http/1.1", "tls/1.3");
    `truncated` is a WARC-Truncated reason: "length", "time" or "disconnect". `metadata` are the fields of the metadata
    record; without any, none is written. `known` is the page as it was last, a response record and not a revisit: a
    304, or the same payload again, becomes a revisit of it.
    """

    url: str
    fetched_at: datetime
    request: bytes
    response_head: bytes
    body: bytes
    ip: str | None = None
    protocols: tuple[str, ...] = ()
    cipher: str | None = None
    truncated: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    known: Capture | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as a browser showed it: the DOM as HTML in UTF-8, and the record of what the server sent.

    `metadata` has to name the role: by it the record is known for one of this crawler's.
    """

    served: Capture
    html: bytes
    rendered_at: datetime
    metadata: tuple[tuple[str, str], ...]
    truncated: str | None = None
