"""`scrapy export`: the dataset, or a part of it, for programs that do not read Parquet, or for training."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, carried_out, check_target, language, memory_of
from crawler.language import counted, message, words
from crawler.output import dataset, reading
from crawler.status import Exit, RefusedError
from pipelines.dataset.locks import Lock

if TYPE_CHECKING:
    from pipelines.dataset.choice import Chosen
    from pipelines.dataset.export import Format, Layout, ShardSize

_DEDUP = ("strict", "loose")
_OURS = ("articles", "rejects", "manifests", "state", "tmp", "warc")  # folders of a dataset


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--format jsonl|csv|txt|parquet] [--where SQL] [--columns NAME,NAME] [--newest] … [-o FILE|FOLDER]"

    def short_desc(self) -> str:
        return "Write rows as JSON lines, CSV, text or Parquet: one file, shards, or standard output"

    def long_desc(self) -> str:
        return (
            "Rows of finished runs only. --where is an SQL condition on the columns, --since a date or a run's id; "
            "--newest keeps one version of each article, --dedup strict one row of copies of a text, --dedup loose "
            "one of its whole family (rewritten, half of it taken over). txt has a document's title and text, and an "
            "empty line behind each. Without -o the rows go to standard output; a file or a folder of shards is there "
            "when it is whole."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        from pipelines.dataset.export import FORMATS  # noqa: PLC0415

        super().add_options(parser)
        parser.add_argument("--format", choices=FORMATS, help="default: by the name of -o, else jsonl")
        parser.add_argument("--where", metavar="SQL", help="such as \"site = 'people' AND quality.han_ratio > 0.7\"")
        parser.add_argument("--columns", metavar="NAME,NAME", help="such as id,url,title,text,quality.characters")
        parser.add_argument("--newest", action="store_true", help="of each article the version fetched last")
        parser.add_argument("--since", metavar="DATE|RUN", help="fetched from then on, or by runs begun after it")
        parser.add_argument("--dedup", choices=_DEDUP, help="leave out copies of a text; loose: rewritten ones, too")
        parser.add_argument("--shard-size", metavar="N", help="-o is a folder: of files of N rows, or of 256MB")
        parser.add_argument("--bom", action="store_true", help="csv begins with a byte order mark, as Excel wants it")
        parser.add_argument("-o", "--output", metavar="FILE|FOLDER", type=Path, help="default: standard output")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("export", lambda: self._export(args, opts), self.settings)

    def _export(self, args: Sequence[str], opts: argparse.Namespace) -> int:
        assert self.settings is not None
        if args:
            raise RefusedError(
                message(
                    "no argument {argument!r}; usage: scrapy export {syntax}", argument=args[0], syntax=self.syntax()
                )
            )
        with reading(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "export") as output:
            return self._of(output, opts)

    def _of(self, output: Path, opts: argparse.Namespace) -> int:
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from pipelines.dataset.choice import Choice, ChoiceError, choose  # noqa: PLC0415
        from pipelines.dataset.export import layout, shard_size  # noqa: PLC0415

        assert self.settings is not None
        say = language(self.settings).say
        try:
            wanted = layout(_format(opts), opts.columns, bom=opts.bom)
            size = shard_size(opts.shard_size) if opts.shard_size else None
            _check_target(opts.output, size, wanted, output)
            dataset(output)
            lock = Lock(output, "dataset", shared=True)  # nobody replaces the parts meanwhile
            spill = Path(tempfile.mkdtemp(prefix="export-"))
            try:
                choice = Choice(opts.where, opts.since, opts.newest, opts.dedup)
                memory = memory_of(self.settings)
                chosen = choose(output, dataset(output), choice, spill=spill, memory=memory)
                if done := _write(chosen, wanted, opts.output, size):
                    print(say(done))
            finally:
                shutil.rmtree(spill, ignore_errors=True)
                lock.release()
        except ChoiceError as error:
            raise RefusedError(words(error)) from error
        for path in chosen.lost:
            lost = message("{path} is no part of this dataset, or cut: its rows are left out", path=path)
            print(f"scrapy export: {say(lost)}", file=sys.stderr)
        return Exit.STORAGE if chosen.lost else Exit.DONE


def _format(opts: argparse.Namespace) -> Format:
    from pipelines.dataset.export import FORMATS, format_of  # noqa: PLC0415

    if opts.format or not opts.output or opts.shard_size:
        return opts.format or "jsonl"
    if told := format_of(opts.output):
        return told
    raise RefusedError(
        message(
            "-o {output}: add --format, or a name that ends with .{names}",
            output=opts.output,
            names=", .".join(FORMATS),
        )
    )


def _check_target(target: Path | None, size: ShardSize | None, wanted: Layout, output: Path) -> None:
    if target is None:
        if size:
            raise RefusedError(message("--shard-size: add -o FOLDER"))
        if wanted.format == "parquet" and sys.stdout.isatty():
            raise RefusedError(message("parquet is nothing for a terminal: add -o FILE"))
        return
    place = target.absolute()
    real = Path(os.path.realpath(place))  # which resolve() raises for where links lead round
    if any(real.is_relative_to((output / name).resolve()) for name in _OURS):
        raise RefusedError(message("-o {target}: among the dataset's own files; name another place", target=target))
    if not place.parent.is_dir():
        raise RefusedError(message("-o {target}: no such folder {parent}", target=target, parent=place.parent))
    if size is None and place.is_dir():
        raise RefusedError(message("-o {target}: is a folder; add --shard-size, or name a file", target=target))
    if size is None:
        check_target("-o", target)
    elif place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise RefusedError(message("-o {target}: is there already; shards go into a new folder", target=target))


def _write(chosen: Chosen, wanted: Layout, target: Path | None, size: ShardSize | None) -> str:
    """A line on what was written; "" for standard output."""
    from pipelines.dataset.export import write_file, write_shards, write_stream  # noqa: PLC0415

    tables = chosen.tables(wanted.needed)
    if target is None:
        try:
            write_stream(tables, sys.stdout.buffer, wanted)
            sys.stdout.flush()
        except BrokenPipeError:  # head has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ""
    if size is None:
        rows = write_file(tables, target.absolute(), wanted)
        return counted("{number} row written to {target}", "{number} rows written to {target}", rows, target=target)
    rows, files = write_shards(tables, target.absolute(), wanted, size)
    return message("{rows} rows in {files} files written to {target}", rows=rows, files=files, target=target)
