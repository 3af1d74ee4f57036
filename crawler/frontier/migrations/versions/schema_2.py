"""Schema 2: PostgreSQL cleans up the table of URLs when a fiftieth of it has changed.

Its own setting waits for a fifth. Every visit writes a URL's row twice, so with millions of URLs queues and indexes
would drag millions of dead rows along.
"""

from __future__ import annotations

from alembic import op

from crawler.frontier.tables import VACUUM_EARLY

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Nothing in SQLite, which has no such setting."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(VACUUM_EARLY)
    op.execute("UPDATE meta SET value = '2' WHERE name = 'schema'")
