"""What the commands that work on a finished dataset share: one line for a mistake, one exit status for each cause."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from crawler.commands.status import Exit, RefusedError
from crawler.run import new_run_id, repair
from crawler.site import SiteError
from pipelines.locks import BusyError, Lock
from pipelines.manifest import Manifest, ManifestError, load_manifests
from pipelines.revision import Revision


def carried_out(command: str, work: Callable[[], int | None]) -> int:
    """The exit status of `work`. What a person can mend is one line on stderr; a bug is a traceback."""
    status: int
    try:
        return work() or Exit.DONE
    except RefusedError as refusal:
        line, status = str(refusal), refusal.status
    except SiteError as error:
        line, status = str(error), Exit.USAGE
    except BusyError as error:
        line, status = f"a crawl is at work, or another command: {error}", Exit.LOCKED
    except KeyboardInterrupt:
        line, status = (
            "interrupted; nothing is half done, the same command again goes on",
            Exit.INTERRUPTED + signal.SIGINT,
        )
    except (OSError, ManifestError, duckdb.Error, pa.ArrowException) as error:
        line, status = " ".join(str(error).split()), Exit.STORAGE
    print(f"scrapy {command}: {line}", file=sys.stderr)
    return status


def dataset(output: Path) -> dict[str, Manifest]:
    """All manifests of OUTPUT_DIR. Raises RefusedError where there is no dataset, ManifestError."""
    if not output.is_dir():
        raise RefusedError(f"OUTPUT_DIR={output}: no such folder")
    manifests = load_manifests(output)
    if not manifests:
        raise RefusedError(f"OUTPUT_DIR={output}: no dataset there: no crawl has ended in it")
    return manifests


@contextmanager
def revising(output: Path, purpose: str) -> Iterator[tuple[dict[str, Manifest], Revision]]:
    """The dataset for this process alone, repaired, and a revision to make of it. Raises BusyError, RefusedError."""
    dataset(output)
    lock = Lock(output, "dataset")
    try:
        for line in repair(output):
            print(line)
        started = datetime.now(UTC)
        revision = Revision(output, new_run_id(purpose, started), started)
        run = Lock(output, f"run-{revision.run_id}", wait=True)
        try:
            yield dataset(output), revision
        finally:
            revision.abandon()
            run.release(remove=True)
    finally:
        lock.release()


def add_processes(parser: argparse.ArgumentParser) -> None:
    """--processes N"""
    parser.add_argument(
        "--processes", metavar="N", type=_positive, default=os.cpu_count() or 1, help="default: %(default)s"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)
