"""Where the frontier's database is. SQLAlchemy is imported where it is needed: most commands know no frontier."""

from __future__ import annotations

from pathlib import Path

from crawler.storage.path import spool_of


class StorageError(OSError):
    """The database is gone, locked for too long, full or of another version. What was committed before is safe."""


def default_url(output: Path) -> str:
    """Where the frontier lies when FRONTIER_URL is not set: below OUTPUT_DIR, or its spool."""
    from sqlalchemy import URL  # noqa: PLC0415

    file = spool_of(output) / "state" / "frontier.sqlite3"
    return URL.create("sqlite", database=str(file)).render_as_string(hide_password=False)  # quotes "?", "%", "#"


def without_password(address: str) -> str:
    """The address as it may stand in a log."""
    from sqlalchemy import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        return make_url(address).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "an address that is none"
