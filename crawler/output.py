"""OUTPUT_DIR: checks that it can be written, repairs what dead runs left, and locks its dataset. No Scrapy."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.recover import recover
from crawler.durable import sync_folder
from crawler.language import message, why, words
from crawler.status import RefusedError
from crawler.storage.address import AddressError, is_url
from crawler.storage.checkout import DATASET, checkout, push
from crawler.storage.path import SpoolPath, spool_path, view_path
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import Manifest, ManifestError, load_manifests, orphans, sweep
from pipelines.dataset.replace import finish_replacements

if TYPE_CHECKING:
    from pipelines.dataset.revision import Revision


class OutputError(OSError):
    """OUTPUT_DIR cannot be used; the message is one line for the operator."""


def new_run_id(family: str, started: datetime) -> str:
    """A run id that sorts by time and is unique across machines: "20261120T074500Z-news-3f9a2c"."""
    return f"{started:%Y%m%dT%H%M%SZ}-{family}-{secrets.token_hex(3)}"


def output_folder(setting: str, spool: str) -> Path:
    """The local folder in which a crawl writes: OUTPUT_DIR itself, or the spool of its URL (`spool` is SPOOL_DIR).

    Raises RefusedError for a URL that is none and for an empty name, which would be the working folder; OutputError.
    """
    if not setting or (is_url(setting) and not spool):
        name = "SPOOL_DIR" if setting else "OUTPUT_DIR"
        raise RefusedError(message("{name} is empty: a folder is needed", name=name))
    if is_url(setting):
        try:
            return spool_path(setting, spool)
        except AddressError as error:
            raise RefusedError(message("OUTPUT_DIR={error}", error=words(error))) from error
    try:
        setting.encode()
    except UnicodeEncodeError as error:
        encoding = sys.getfilesystemencoding()
        raise OutputError(
            message(
                "OUTPUT_DIR={setting!r}: not in this locale's encoding, {encoding}; LC_ALL=C.UTF-8 helps",
                setting=setting,
                encoding=encoding,
            )
        ) from error
    return Path(setting).absolute()


def located(argument: str, spool: str) -> Path:
    """The path that an argument names: a local one, or that of an object, which is read where it is.

    Raises RefusedError for a URL that is none.
    """
    if not is_url(argument):
        return Path(argument).absolute()
    try:
        return view_path(argument, spool)
    except AddressError as error:
        raise RefusedError(words(error)) from error


def shown(path: Path) -> str:
    """The path as its owner knows it: an object by its URL."""
    return path.url if isinstance(path, SpoolPath) else str(path)


def repair(output: Path) -> list[str]:
    """Finish or remove WARC files, replacements and parts of dead runs; returns a line on each. Idempotent."""
    swept = [*recover(output / "warc"), *finish_replacements(output), sweep(output)]
    return [line for line in swept if line]


def damaged_manifests(output: Path) -> list[str]:
    """One line on each, or on each part that one has lost. A crawl goes on beside them; what it must not do meanwhile,
    it leaves."""
    damaged: dict[str, str] = {}
    manifests = load_manifests(output, damaged)
    return list(damaged.values()) or [_orphan(path) for path in orphans(output, manifests)]


def _orphan(path: Path) -> str:
    return message("{path}: its run has ended, and no manifest names it; it is kept (scrapy verify)", path=str(path))


def check_writable(output: Path) -> None:
    """Raises OutputError. Writes a file and removes it: permissions alone do not show a read-only mount."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(
            message("OUTPUT_DIR={output} cannot be written: {why}", output=output, why=why(error))
        ) from error


@contextmanager
def reading(setting: str, spool: str, command: str, *, fresh: bool = False) -> Iterator[Path]:
    """OUTPUT_DIR for a command that only looks at it, or adds a page to it and calls push(). Raises RefusedError when
    it is not there; of a URL what checkout() raises, and `fresh` is its."""
    if not is_url(setting):
        yield _there(setting, spool)
        return
    with changing(setting, spool, command, (), fresh=fresh) as output:
        yield output


def _there(setting: str, spool: str) -> Path:
    try:
        output = output_folder(setting, spool)
    except OutputError as error:
        raise RefusedError(words(error)) from error
    check_there(output)
    return output


def check_there(output: Path) -> None:
    """Raises RefusedError where OUTPUT_DIR is no folder."""
    if not output.is_dir():
        no_folder = message("no folder") if output.exists() else message("no such folder")
        raise RefusedError(message("OUTPUT_DIR={output}: {why}", output=output, why=no_folder))


@contextmanager
def changing(
    setting: str, spool: str, command: str, locks: Iterable[str] = (DATASET,), *, fresh: bool = False
) -> Iterator[Path]:
    """OUTPUT_DIR for a command that changes it; in a bucket it holds `locks`, and what has changed goes up at the end.

    Raises RefusedError, OutputError; of a URL what checkout() and push() raise.
    """
    if not is_url(setting):
        yield output_folder(setting, spool)
        return
    try:
        with checkout(setting, spool, command, locks, fresh=fresh) as output:
            yield output
            push(output)
    except AddressError as error:
        raise RefusedError(message("OUTPUT_DIR={error}", error=words(error))) from error


def dataset(output: Path) -> dict[str, Manifest]:
    """All manifests of OUTPUT_DIR. Raises RefusedError where there is no dataset, ManifestError."""
    if not output.is_dir():
        raise RefusedError(message("OUTPUT_DIR={output}: no such folder", output=output))
    manifests = load_manifests(output)
    if not manifests:
        raise RefusedError(message("OUTPUT_DIR={output}: no dataset there: no crawl has ended in it", output=output))
    return manifests


@contextmanager
def revising(
    output: Path, purpose: str, report: Callable[[str], None] = print
) -> Iterator[tuple[dict[str, Manifest], Revision]]:
    """The dataset for this process alone, repaired, and a revision to make of it. `report` gets a line on each thing
    that was repaired. Raises BusyError, RefusedError."""
    from pipelines.dataset.revision import Revision  # noqa: PLC0415 - it brings pyarrow, as below

    dataset(output)
    lock = Lock(output, "dataset")
    try:
        for line in repair(output):
            report(line)
        for lost in orphans(output, dataset(output))[:1]:  # it would go with the folder that is replaced
            raise ManifestError(_orphan(lost))
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


@contextmanager
def viewing(output: Path, purpose: str) -> Iterator[tuple[Mapping[str, Manifest], Revision]]:
    """The dataset as it is, while crawls may run, and a scratch revision to compare with it."""
    from pipelines.dataset.revision import Revision  # noqa: PLC0415

    dataset(output)
    started = datetime.now(UTC)
    revision = Revision(output, new_run_id(purpose, started), started)
    locks = [Lock(output, "dataset", shared=True), Lock(output, f"run-{revision.run_id}", wait=True)]
    try:
        yield dataset(output), revision
    finally:
        shutil.rmtree(revision.spill.parent, ignore_errors=True)
        for lock in reversed(locks):
            lock.release(remove=lock.name.startswith("run-"))


def tell_of_damage(command: str, output: Path, say: Callable[[str], str] = str) -> bool:
    """Print a line, said by `say`, for each manifest that is none and each part that is left out; whether any is."""
    from pipelines.dataset.query import damaged_parts  # noqa: PLC0415 - it brings DuckDB

    damaged = damaged_parts(output)
    left_out = [
        message("{path} is no part of this dataset, or cut: its rows are left out", path=path) for path in damaged
    ]
    for line in [*damaged_manifests(output), *left_out]:
        print(f"scrapy {command}: {say(line)}", file=sys.stderr)
    return bool(damaged)


def write_text(path: Path, text: str) -> Path:
    """Replace the file in one step: a reader sees the old text or the new one. Returns `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    # A lone surrogate of a hostile page must not cost the report.
    with draft.open("w", encoding="utf-8", errors="replace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
    return path
