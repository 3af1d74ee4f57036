"""The exit statuses of `scrapy crawl`, one for each cause, so that cron and systemd can tell them apart."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    FAILED = (
        1  # could not start; for other commands: nothing to work on, nothing came of it, or a check found something
    )
    USAGE = 2
    UNHEALTHY = 3
    STORAGE = 4
    LOCKED = 5
    INTERRUPTED = 128  # and the signal's number: 130 for SIGINT, 143 for SIGTERM


class RefusedError(Exception):
    """A command that cannot be carried out as given. The message is one line for the person who typed it."""

    def __init__(self, message: str, status: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.status = status
