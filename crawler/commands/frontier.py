"""`scrapy frontier status | migrate FROM_URL TO_URL | upgrade`: the table of what is known and what waits."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from time import time
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, carried_out, teller
from crawler.frontier.address import default_url
from crawler.language import counted, message, words
from crawler.output import output_folder
from crawler.status import RefusedError

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "status | migrate FROM_URL TO_URL | upgrade [--sql] [--from N]"

    def short_desc(self) -> str:
        return "Show the frontier, move it into another database, bring its tables up to date"

    def long_desc(self) -> str:
        return (
            "status: what waits, who works, which hosts rest. migrate: everything that the frontier FROM_URL knows, "
            "validators, due times and take-downs included, into the empty database TO_URL, in one transaction; both "
            "are URLs as of FRONTIER_URL (sqlite:////path/frontier.sqlite3, postgresql+psycopg://…). upgrade: the "
            "tables "
            "of FRONTIER_URL to today's schema, which crawls do by themselves; --sql prints the statements instead."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--sql", action="store_true", help="with upgrade: print the statements, ask no database")
        parser.add_argument("--from", metavar="N", dest="start", help="with --sql: the schema there is; default: none")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("frontier", lambda: self._chosen(args, opts), self.settings)

    def _chosen(self, args: Sequence[str], opts: argparse.Namespace) -> None:
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from crawler.frontier.database import address_of, open_database  # noqa: PLC0415
        from crawler.frontier.move import MoveError  # noqa: PLC0415
        from crawler.frontier.schema import SchemaError, upgrade_sql  # noqa: PLC0415

        try:
            match args:
                case ["status"]:
                    self._status()
                case ["migrate", source, target]:
                    _migrate(source, target, teller(self.settings))
                case ["upgrade"] if opts.sql:
                    print(upgrade_sql(opts.start, address_of(self._address()).get_dialect().name), end="")
                case ["upgrade"]:
                    open_database(self._address()).dispose()
                case _:
                    raise RefusedError(message("usage: scrapy frontier {syntax}", syntax=self.syntax()))
        except (MoveError, SchemaError) as error:
            raise RefusedError(words(error)) from error

    def _status(self) -> None:
        from crawler.frontier.status import status_lines  # noqa: PLC0415

        tell = teller(self.settings)
        engine = _existing(self._address())
        try:
            for line in status_lines(engine, time()):
                tell(line)
        finally:
            engine.dispose()

    def _address(self) -> str:
        assert self.settings is not None
        address: str | None = self.settings["FRONTIER_URL"]
        return address or default_url(output_folder(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"]))


def _migrate(source: str, target: str, tell: Callable[[str], None]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    from crawler.frontier.database import open_database  # noqa: PLC0415
    from crawler.frontier.move import move  # noqa: PLC0415

    if source == target:
        raise RefusedError(message("FROM_URL and TO_URL are the same"))
    there = _existing(source)
    engines = [there]
    try:
        new = open_database(target)
        engines.append(new)
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("URLs", total=None)
            number = move(there, new, lambda done, total: bar.update(task, completed=done, total=total))
        address = new.url.render_as_string(hide_password=True)
        tell(
            counted(
                "{number:,} URL; set FRONTIER_URL={address} from now on",
                "{number:,} URLs; set FRONTIER_URL={address} from now on",
                number,
                address=address,
            )
        )
    finally:
        for engine in engines:
            engine.dispose()


def _existing(address: str) -> Engine:
    from crawler.frontier.database import open_existing  # noqa: PLC0415

    engine = open_existing(address)
    if engine is None:
        raise RefusedError(message("{address}: no frontier there", address=address))
    return engine
