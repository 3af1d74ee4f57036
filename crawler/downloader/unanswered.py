"""Downloader middleware of the tools for one page: what the page did not come for is one line, not a traceback."""

from __future__ import annotations

import sys

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.display import harmless
from crawler.language import words


class Unanswered:
    """Outermost (lowest number): it sees what is left of an exception when all others have had it.

    The line is on stderr, so that --nolog does not hide it.
    """

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises IgnoreRequest, of which Scrapy logs no traceback; robots.txt is its asker's business."""
        if request.callback is NO_CALLBACK:
            return
        why = words(exception).removeprefix(f"{request.url}: ")
        print(harmless(f"not fetched: {request.url}: {why}"), file=sys.stderr)
        raise IgnoreRequest(str(exception)) from exception
