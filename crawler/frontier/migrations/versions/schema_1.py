"""Schema 1: what the first release made."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "host",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("served", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("rest_until", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("site", "host"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "refusal",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("example", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("site", "reason"),
    )
    op.create_table(
        "round",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("site"),
    )
    op.create_table(
        "shape",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("barren", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "shape"),
    )
    op.create_table(
        "superseded",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("warc_file", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_table(
        "url",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("barren", sa.Integer(), nullable=False),
        sa.Column("chain", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("discovered", sa.Double(), nullable=False),
        sa.Column("fetched", sa.Double(), nullable=True),
        sa.Column("next_due", sa.Double(), nullable=True),
        sa.Column("run", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("last_record_id", sa.String(), nullable=True),
        sa.Column("held", sa.String(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("warc_file", sa.String(), nullable=True),
        sa.Column("offset", sa.BigInteger(), nullable=True),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column("payload_digest", sa.String(), nullable=True),
        sa.Column("captured_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    indexes: list[tuple[str, list[Any], str]] = [
        ("url_due", ["site", "next_due"], "next_due IS NOT NULL"),
        ("url_held", ["run"], "held IS NOT NULL"),
        ("url_leased", ["host_id"], "state = 'leased'"),
        ("url_pending", ["host_id", sa.literal_column("priority DESC"), "id"], "state = 'pending'"),
    ]
    for name, columns, condition in indexes:
        where = sa.text(condition)
        op.create_index(name, "url", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "worker",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("sites", sa.String(), nullable=False),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("owner"),
    )
    op.execute("INSERT INTO meta (name, value) VALUES ('schema', '1')")
