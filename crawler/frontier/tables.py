"""The tables, the same in SQLite and PostgreSQL. Times are seconds since 1970 UTC; null where never or not known."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TextClause,
    UniqueConstraint,
    event,
    literal_column,
    text,
)

SCHEMA = "3"  # how it came to be: migrations/versions

VACUUM_EARLY = "ALTER TABLE url SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)"

PENDING, LEASED, DONE, FAILED, GONE = "pending", "leased", "done", "failed", "gone"
FINAL = (DONE, FAILED, GONE)

metadata = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY counts up by itself in SQLite

meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

# One row a process. `node` is machine and folder: on the same node the kernel knows who is alive, elsewhere the lease.
worker = Table(
    "worker",
    metadata,
    Column("owner", String, primary_key=True),
    Column("node", String, nullable=False),
    Column("sites", String, nullable=False),  # JSON list
    Column("lease_until", Double),  # null: dead, and not yet recovered on its node
)

# The round a site is in: see the package's docstring.
site_round = Table(
    "round",
    metadata,
    Column("site", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("began", Double, nullable=False),
    Column("ended", Double),
)

# The queue of one host of one site: what a worker leases, for as long as the worker's own lease runs.
host = Table(
    "host",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("site", String, nullable=False),
    Column("host", String, nullable=False),
    Column("owner", String),
    Column("served", Double, nullable=False, server_default=text("0")),  # last looked at: longest waiting first
    Column("rest_until", Double, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),  # in a row
    UniqueConstraint("site", "host"),
)

url = Table(
    "url",
    metadata,
    Column("id", _Id, primary_key=True),  # counts up: within one priority the first found comes first
    Column("key", String, nullable=False, unique=True),  # article_id(url); of further pages entry.further_key
    Column("host_id", _Id, nullable=False),
    Column("url", String, nullable=False),
    Column("site", String, nullable=False),
    Column("family", String, nullable=False),
    Column("role", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),  # why failed or gone, or "unchanged", "redirect"
    Column("depth", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("barren", Integer, nullable=False),  # list pages before it, in a row, that brought nothing new
    Column("chain", Boolean, nullable=False),  # a further page of an article: entry.Entry.chain
    Column("payload", String),  # JSON: what else the request needs (callback, via, article)
    Column("round", Integer, nullable=False),  # last queued in
    Column("met", Integer, nullable=False),  # last found in, as a link
    Column("attempts", Integer, nullable=False, server_default=text("0")),  # failures in a row
    Column("discovered", Double, nullable=False),
    Column("fetched", Double),
    Column("next_due", Double),
    Column("run", String),
    Column("etag", String),
    Column("last_modified", String),
    Column("last_record_id", String),  # of the last visit, whatever it brought: the record that is acknowledged
    # JSON of a capture: an answer that a killed run archived and did not acknowledge. On a URL that is final: what its
    # last visit was answered with.
    Column("held", String),
    # The last record with a page in it: neither an error, nor a 304, nor an unchanged page replaces it.
    Column("record_id", String),
    Column("warc_file", String),
    Column("offset", BigInteger),
    Column("length", BigInteger),
    Column("payload_digest", String),
    Column("captured_at", Double),
)


_vacuum_early = DDL(VACUUM_EARLY)  # type: ignore[no-untyped-call]
event.listen(url, "after_create", _vacuum_early.execute_if(dialect="postgresql"))


_PARTIAL: list[tuple[Index, TextClause]] = []


def _partial(name: str, *columns: object, where: str) -> None:
    condition = text(where)
    _PARTIAL.append((Index(name, *columns, sqlite_where=condition), condition))  # type: ignore[arg-type]


@event.listens_for(metadata, "before_create")
def _partial_in_postgresql(_metadata: MetaData, connection: Connection, **_options: object) -> None:
    """Told here: to have it said with the index imports the dialect, for all who have no such server."""
    if connection.dialect.name == "postgresql":
        for index, condition in _PARTIAL:
            index.dialect_options["postgresql"]["where"] = condition


# Partial: the two queues stay as small as what is open, whatever the table holds. Conditions on them must spell the
# state out: SQLite uses a partial index for a literal only, never for a bound parameter.
IS_PENDING = url.c.state == literal_column("'pending'")
IS_LEASED = url.c.state == literal_column("'leased'")
_partial("url_pending", url.c.host_id, url.c.priority.desc(), url.c.id, where="state = 'pending'")
_partial("url_leased", url.c.host_id, where="state = 'leased'")
_partial("url_held", url.c.run, where="held IS NOT NULL")
_partial("url_due", url.c.site, url.c.next_due, where="next_due IS NOT NULL")

# In the order in which free hosts are leased: who looks for some stops at the first that have something to fetch.
_partial("host_free", host.c.served, host.c.id, where="owner IS NULL")

# A family of URLs that differ in their digits only (traps.shape), and how many of its lists in a row were barren.
shape = Table(
    "shape",
    metadata,
    Column("site", String, primary_key=True),
    Column("shape", String, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("barren", Integer, nullable=False),
)

# Answers that were held for a URL and that its visit did not get: another worker has no access to the file, and asked
# anew. The folder that has the file sets the record aside and removes the row.
superseded = Table(
    "superseded",
    metadata,
    Column("record_id", String, primary_key=True),
    Column("warc_file", String, nullable=False),
)

# Links that a trap decision kept out: counted, because to keep them would be to fall into the trap.
refusal = Table(
    "refusal",
    metadata,
    Column("site", String, primary_key=True),
    Column("reason", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("example", String, nullable=False),  # the last URL refused
)
