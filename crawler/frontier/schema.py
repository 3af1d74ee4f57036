"""The version of a frontier's tables: found, brought up to date by Alembic, refused where it is a later one.

A new frontier is made whole, without Alembic; only one that is older needs it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, inspect, select

from crawler.frontier import tables
from crawler.language import message

_FOLDER = Path(__file__).with_name("migrations")


class SchemaError(Exception):
    """The tables cannot be used; the message is the rest of a line that names the database."""


def make_current(connection: Connection) -> None:
    """Make the tables where there are none, bring older ones up to date. In a transaction of its own turn.

    Raises SchemaError.
    """
    there = set(inspect(connection).get_table_names())
    if tables.meta.name not in there:
        tables.metadata.create_all(connection)
        connection.execute(insert(tables.meta).values(name="schema", value=tables.SCHEMA))
        return
    found = str(connection.execute(select(tables.meta.c.value).where(tables.meta.c.name == "schema")).scalar())
    if found == tables.SCHEMA:
        if lost := sorted(tables.metadata.tables.keys() - there):
            raise SchemaError(message("its table {name} is gone", name=lost[0]))
        return
    if not (found.isascii() and found.isdecimal()) or len(found) > 9 or int(found) < 1:
        raise SchemaError(message("its table meta is damaged: the schema is {found!r}, no number", found=found[:40]))
    if int(found) > int(tables.SCHEMA):
        raise SchemaError(
            message("made by a newer version: schema {found}, not {ours}", found=found, ours=tables.SCHEMA)
        )
    _upgrade(found, lambda environment: environment.configure(connection=connection))


def upgrade_sql(start: str | None, dialect: str) -> str:
    """The statements from schema `start` (null: from nothing) to today's, for a person to look at or to run.

    Raises SchemaError.
    """
    if start is not None and not (start.isdecimal() and len(start) < 9 and 1 <= int(start) <= int(tables.SCHEMA)):
        raise SchemaError(
            message("--from {start}: a schema from 1 to {ours} is needed", start=start, ours=tables.SCHEMA)
        )
    text = io.StringIO()
    # What Alembic keeps for itself is not needed: `meta` says which schema it is.
    _upgrade(start, lambda environment: environment.configure(dialect_name=dialect, output_buffer=text), offline=True)
    lines = text.getvalue().split(";\n")
    return ";\n".join(each for each in lines if "alembic_version" not in each).strip() + "\n"


def _upgrade(start: str | None, configure: Callable[[Any], None], *, offline: bool = False) -> None:
    try:
        from alembic.config import Config  # noqa: PLC0415
        from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
        from alembic.script import ScriptDirectory  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise SchemaError(
            message(
                "schema {start} is older than {ours}: pip install alembic brings it up", start=start, ours=tables.SCHEMA
            )
        ) from error
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)

    def steps(_found: Any, _context: Any) -> Any:
        return script._upgrade_revs(tables.SCHEMA, start or "base")

    environment = EnvironmentContext(config, script, fn=steps, as_sql=offline, starting_rev=start if offline else None)
    with environment:
        configure(environment)
        with environment.begin_transaction():
            if not offline:
                environment.get_context().stamp(script, str(start))
            environment.run_migrations()
