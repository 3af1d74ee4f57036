"""`scrapy verify`: archive, dataset and manifests against each other."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from crawler.commands.cli import add_processes, carried_out
from crawler.frontier.database import default_url, open_existing
from crawler.frontier.open_work import open_work
from crawler.output import dataset, new_run_id, output_folder
from crawler.status import Exit, RefusedError
from crawler.verify.units import Setting, alive_runs
from crawler.verify.verify import Progress as Told
from crawler.verify.verify import verify
from pipelines.dataset.locks import Lock
from pipelines.dataset.manifest import ManifestError


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--quick] [--processes N]"

    def short_desc(self) -> str:
        return "Check archive, dataset and manifests against each other; exit status 1 and a list when something is off"

    def long_desc(self) -> str:
        return (
            "Every byte of WARC, index, Parquet and manifest against its digest, every record against its row, every "
            "page against rows and rejects, and every row of today's rules made again from its records. --quick leaves "
            "the last one out. Nothing is changed; a crawl may be at work, what it writes is left out."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--quick", action="store_true", help="do not make the rows again")
        add_processes(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("verify", lambda: self._verify(args, opts))

    def _verify(self, args: list[str], opts: argparse.Namespace) -> int:
        settings = self.settings
        assert settings is not None
        if args:
            raise RefusedError("it takes no arguments: all of OUTPUT_DIR is checked")
        output = output_folder(settings["OUTPUT_DIR"])
        try:
            dataset(output)
        except ManifestError as error:
            print(f"{error}; nothing else can be checked before it is put right")
            return Exit.NOT_STARTED
        run_id = new_run_id("verify", datetime.now(UTC))
        # Compaction, re-extraction and take-downs wait; crawls do not.
        locks = [Lock(output, "dataset", shared=True), Lock(output, f"run-{run_id}", wait=True)]
        scratch = output / "tmp" / run_id
        try:
            setting = Setting(output, Path(settings["SITES_DIR"]), scratch, remake=not opts.quick)
            with _shown() as progress:
                alive, manifests = alive_runs(output), dataset(output)
                pending = _pending(settings, output)
                found = verify(setting, manifests, pending, alive=alive, processes=opts.processes, progress=progress)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            for lock in reversed(locks):
                lock.release(remove=lock.name.startswith("run-"))
        for trouble in sorted(set(found.troubles), key=str):
            print(trouble)
        older = f", {found.older} of other rules" if found.older else ""
        again = "not made again" if opts.quick else f"{found.remade} made again"
        verdict = f"{len(set(found.troubles))} troubles" if found.troubles else "all is well"
        print(f"{found.records} records, {found.rows} rows and rejects ({again}{older}): {verdict}")
        return Exit.NOT_STARTED if found.troubles else Exit.DONE


def _pending(settings: BaseSettings, output: Path) -> tuple[set[str], set[str]]:
    engine = open_existing(settings["FRONTIER_URL"] or default_url(output))
    if engine is None:
        return set(), set()
    try:
        return open_work(engine)
    finally:
        engine.dispose()


@contextmanager
def _shown() -> Iterator[Told]:
    """A bar on a terminal, nothing in a log."""
    console = Console(stderr=True)
    columns = (TextColumn("verify"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("verify", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
