"""What the commands that work on a dataset share: their arguments, one line on stderr for a mistake, exit statuses."""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.cluster import AUTO, LOCAL
from crawler.commands.usage import of_argparse
from crawler.display import harmless
from crawler.extract.url import article_id, host_of
from crawler.language import Language, language_of, message, words
from crawler.siteconfig.site import SiteError
from crawler.status import Exit, RefusedError
from pipelines.dataset.locks import BusyError
from pipelines.dataset.manifest import ManifestError

if TYPE_CHECKING:
    from crawler.sandbox.units import Spread

_ID = re.compile(r"[0-9a-f]{32}\Z")

MOST_PROCESSES = 256  # each takes some 100 MB


def language(settings: BaseSettings | None) -> Language:
    """The language of what a person reads. Raises RefusedError for one that is not there."""
    try:
        return language_of(settings["UI_LANGUAGE"] if settings else None)
    except ValueError as error:
        raise RefusedError(words(error)) from error


def teller(settings: BaseSettings | None, *, stderr: bool = False) -> Callable[[str], None]:
    """Prints a line in the person's language. Raises RefusedError for one that is not there."""
    say = language(settings).say
    return lambda line: print(say(line), file=sys.stderr if stderr else sys.stdout)


def carried_out(command: str, work: Callable[[], int | None], settings: BaseSettings | None = None) -> int:
    """The exit status of `work`, called once. What a person can mend is one line on stderr; a bug is a traceback.

    What the terminal's encoding cannot hold (GBK has no ♫) is printed as \\u266b.
    """
    status: int
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    say: Callable[[str], str] = str
    try:
        say = language(settings).say
        return work() or Exit.DONE
    except RefusedError as refusal:
        line, status = refusal.args[0], refusal.status
    except SiteError as error:
        line, status = words(error), Exit.USAGE
    except BusyError as error:
        line, status = message("a crawl is at work, or another command: {error}", error=words(error)), Exit.LOCKED
    except KeyboardInterrupt:
        line, status = (
            message("interrupted; nothing is half done, the same command again goes on"),
            Exit.INTERRUPTED + signal.SIGINT,
        )
    except _failures() as error:
        line, status = words(error), Exit.STORAGE
    print(f"scrapy {command}: {harmless(' '.join(say(line).split()))}", file=sys.stderr)
    return status


def _failures() -> tuple[type[Exception], ...]:
    """What a person can mend. Asked for when something was raised: the libraries take 0.2 s to import."""
    import duckdb  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    return OSError, ManifestError, duckdb.Error, pa.ArrowException


class OneLineErrors:
    """Mixed into a command: an option that is wrong is one line that says what is allowed, without a page of usage."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)  # type: ignore[misc]
        command = type(self).__module__.rpartition(".")[2]

        def error(message: str) -> NoReturn:
            say: Callable[[str], str] = str
            with suppress(RefusedError):  # for the language; that is told where the command begins
                say = language(getattr(self, "settings", None)).say
            print(f"scrapy {command}: {harmless(say(of_argparse(message)))}", file=sys.stderr)
            raise SystemExit(int(Exit.USAGE))

        parser.error = error  # type: ignore[method-assign]

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """As Scrapy's, which takes -s ITEM_PIPELINES=0 for a bug."""
        try:
            super().process_options(args, opts)  # type: ignore[misc]
        except TypeError as error:
            raise UsageError("Invalid -s value, use -s NAME=VALUE", print_help=False) from error


def card_renewed(command: str, output: Path, settings: BaseSettings) -> None:
    """The dataset in `output` has changed: its card says so, too. One line on stderr where it cannot be written."""
    # Scrapy imports all commands for each of them: what only some need comes here.
    from crawler.card.write import renew_card  # noqa: PLC0415

    if why := renew_card(output, settings["CONTACT"]):
        print(f"scrapy {command}: {language(settings).say(why)}", file=sys.stderr)


def memory_of(settings: BaseSettings) -> int | None:
    """DATASET_MEMORY in bytes, null for the default. Raises RefusedError for what is no number of megabytes."""
    value = settings["DATASET_MEMORY"]
    if value in (None, ""):
        return None
    if not str(value).isdecimal() or len(str(value)) > 10 or not 64 <= int(value) < 1 << 30:
        raise RefusedError(message("DATASET_MEMORY={value}: a number of megabytes from 64 on is needed", value=value))
    return int(value) << 20


def check_target(option: str, path: Path) -> None:
    """Raises RefusedError where no file can be put: it would take the place of a pipe, or of a device (/dev/null)."""
    if path.exists() and not path.is_file():
        told = message("{option} {path}: a folder, a pipe or a device; a file is needed", option=option, path=path)
        raise RefusedError(told)


def article_key(argument: str) -> str:
    """The article's id (32 hex digits) for an id or a URL. Raises RefusedError for anything else."""
    if _ID.match(argument):
        return argument
    if not host_of(argument):
        raise RefusedError(
            message("{argument!r} is neither an id (32 hex digits) nor an http(s) URL", argument=argument)
        )
    return article_id(argument)


def add_processes(parser: argparse.ArgumentParser) -> None:
    """Add the option --processes N, by default the number of processors."""
    parser.add_argument(
        "--processes",
        metavar="N",
        type=_processes,
        default=min(os.cpu_count() or 1, MOST_PROCESSES),
        help="default: %(default)s",
    )


def add_ray(parser: argparse.ArgumentParser) -> None:
    """Add the options of who does the work: --processes N and --ray."""
    add_processes(parser)
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help=f"by a Ray cluster at host:port; {AUTO}: the one of this machine; {LOCAL}: one that is started for it",
    )


@contextmanager
def spread_by(opts: argparse.Namespace, module: str) -> Iterator[tuple[Spread, int]]:
    """Who does the work of `module`, and by how many processes at a time. Raises RefusedError where there is no such
    cluster. Processes of this machine begin to import the module at once: the caller should do so behind it.
    """
    # Scrapy imports all commands for each of them: what only some need comes here.
    if not opts.ray:
        from crawler.sandbox.units import carried_out, prepare  # noqa: PLC0415

        prepare(module)
        yield carried_out, opts.processes
        return
    from crawler.cluster.tasks import connected  # noqa: PLC0415

    with connected(opts.ray, opts.processes) as cluster:
        yield cluster.carried_out, cluster.processes


@contextmanager
def progress_bar(command: str) -> Iterator[Callable[[int, int], None]]:
    """What is done, and of how much, on a terminal; nothing in a log."""
    from rich.console import Console  # noqa: PLC0415 - Scrapy imports all commands for each of them
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn(command), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(command, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _processes(text: str) -> int:
    if not (text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST_PROCESSES):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no number of processes from 1 to {MOST_PROCESSES}")
    return int(text)
