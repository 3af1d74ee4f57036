"""Opening the frontier's database, and turning every way it can fail into one StorageError."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from crawler.frontier.address import StorageError
from crawler.frontier.schema import SchemaError, make_current
from crawler.language import message, words

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

BUSY_SECONDS = 30.0  # how long another process may hold the SQLite write lock before it counts as a failure
RECONNECT_SECONDS = 30.0
T = TypeVar("T")
_TURN = 0x66726F6E74  # "front"
CHUNK = 500  # parameters of one IN list: SQLite takes 32766, but each length is a statement to compile
CACHE_KIB = 16 * 1024  # page cache of SQLite: bounds the memory whatever the table's size


def open_database(address: str) -> Engine:
    """The database at the SQLAlchemy URL `address`, its tables made when missing. Raises StorageError."""
    parsed = address_of(address)
    shown = parsed.render_as_string(hide_password=True)
    with storage(shown):
        if parsed.get_backend_name() == "sqlite":
            engine = _sqlite(parsed.database, address)
        else:
            engine = create_engine(parsed, pool_pre_ping=True)
        with engine.begin() as connection:
            turn(connection)
            try:
                make_current(connection)
            except SchemaError as error:
                raise StorageError(message("frontier {shown}: {error}", shown=shown, error=words(error))) from error
    return engine


def address_of(address: str) -> URL:
    """The SQLAlchemy URL. Raises StorageError."""
    try:
        parsed = make_url(address)
        known = parsed.get_backend_name() in ("sqlite", "postgresql")
    except (ArgumentError, ValueError) as error:  # http://x:port/
        raise _unknown(repr(address)) from error
    if not known:
        raise _unknown(parsed.render_as_string(hide_password=True))
    return parsed


def _unknown(shown: str) -> StorageError:
    return StorageError(
        message("FRONTIER_URL {shown}: sqlite:///FILE or postgresql+psycopg://… is needed", shown=shown)
    )


def open_existing(address: str) -> Engine | None:
    """As open_database, for who only looks: None where there is no SQLite file yet, and none is made."""
    with suppress(ArgumentError):
        parsed = make_url(address)
        if parsed.get_backend_name() == "sqlite" and parsed.database and not Path(parsed.database).exists():
            return None
    return open_database(address)


@contextmanager
def storage(what: str) -> Iterator[None]:
    """Turn what the database, its driver or the disk raise into StorageError with one line that names `what`."""
    try:
        yield
    except StorageError:
        raise
    except (SQLAlchemyError, NoSuchModuleError, ModuleNotFoundError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        line = (str(cause).splitlines() or [type(cause).__name__])[0]
        raise StorageError(message("frontier {what}: {line}", what=what, line=line)) from error


def turn(connection: Connection) -> None:
    """Wait for this transaction's turn: writers come one after the other, as BEGIN IMMEDIATE has it in SQLite.

    Without it two batches of links in different order would deadlock in PostgreSQL, and a commit takes milliseconds.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")


@contextmanager
def begun(connection: Connection) -> Iterator[None]:
    """A transaction that has its turn; committed, or rolled back.

    Where the connection was lost since the last one (a server that was started again) it is made anew, for up to
    RECONNECT_SECONDS: nothing has been done in this transaction yet. What is lost within one, is an error.
    """
    deadline = time.monotonic() + RECONNECT_SECONDS
    while True:
        transaction = connection.begin()
        try:
            turn(connection)
            break
        except DBAPIError as error:
            transaction.close()
            if not (error.connection_invalidated or connection.invalidated) or time.monotonic() > deadline:
                raise
            _reconnect(connection, deadline)
    with transaction:
        yield


def _reconnect(connection: Connection, deadline: float) -> None:
    while True:
        try:
            with connection.begin():
                connection.execute(select(1))
        except DBAPIError:
            if time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(0.2)


def _sqlite(database: str | None, address: str) -> Engine:
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
        _refuse_remains(Path(database))
        engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    else:
        engine = create_engine(address, poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # sqlite3 must not begin by itself: see below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        # NORMAL survives kill -9 but may lose the last commits when the power fails; a commit here acknowledges pages
        # (invariant 1), and with group commit FULL costs one fsync a second.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Every transaction here writes. A deferred one that starts by reading fails at once ("database is locked",
        # whatever the timeout) when another process has written in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _refuse_remains(file: Path) -> None:
    """SQLite takes the log of a frontier that somebody has removed for that of the new one: "disk I/O error"."""
    remains = [file.with_name(file.name + ending) for ending in ("-wal", "-shm")]
    left = [each.name for each in remains if not file.exists() and each.exists()]
    if left and not file.exists():  # nor has another process made it since
        names = ", ".join(left)
        raise StorageError(
            message("frontier {file} is gone: remove what is left of it, too: {names}", file=file, names=names)
        )


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the connection's dialect."""
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 0.07 s of the start of all who have no server

    return postgresql.insert(table)


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """`values` in lists of at most CHUNK."""
    ordered = list(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
