"""When a host asks for quiet: what the downloader says and the frontier hears."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy.exceptions import IgnoreRequest

host_resting = object()
"""Signal, sent once for each rest. Arguments: host (as in the URL, without port), until (Unix time), reason."""


class HostRestingError(IgnoreRequest):
    """The request was not answered, or not even sent, because its host rests. Not a failure of the URL: it stays due.

    `until` is Unix time; `reason` one line for a person.
    """

    def __init__(self, host: str, until: float, reason: str) -> None:
        super().__init__(f"{host} rests until {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M:%SZ}: {reason}")
        self.host = host
        self.until = until
        self.reason = reason
