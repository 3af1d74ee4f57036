"""`scrapy extract FILE|FOLDER|- …`: rows from any WARC, WACZ or HTML."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from crawler.commands.cli import (
    OneLineErrors,
    add_ray,
    card_renewed,
    carried_out,
    check_target,
    language,
    progress_bar,
    spread_by,
    teller,
)
from crawler.language import Language, counted, message
from crawler.output import located, shown
from crawler.siteconfig.site import FAMILIES, Folders, sites_folders
from crawler.status import Exit, RefusedError
from crawler.storage.address import is_url

if TYPE_CHECKING:
    from crawler.ingest.extract import Options
    from crawler.ingest.inputs import Found, Input

EXTRACT = "extract"  # the lock of a bucket that is extracted into
FORMATS = (".jsonl", ".csv", ".parquet")


class Command(OneLineErrors, ScrapyCommand):
    requires_project = False
    requires_crawler_process = False

    def syntax(self) -> str:
        return "FILE|FOLDER|- … [--to DIR | -o FILE.jsonl|.csv|.parquet] [--family F] [--language zh] …"

    def short_desc(self) -> str:
        return "Make rows of WARC, WACZ or HTML files of any origin; a single page is printed"

    def long_desc(self) -> str:
        return (
            "Reads WARC of any tool (plain, gzip, zstd), WACZ packages and HTML files, and folders of them; '-' is "
            "standard input. With --to the rows, and rejects with reasons, become a dataset there; started again it "
            "goes on with the files that it has not finished. With -o all rows go into one file. Without either, one "
            "HTML page is printed: readable on a terminal, as JSON elsewhere. A page of a host that a site file owns "
            "is read as that site's; else its family is guessed. What cannot be read is told with file and offset; "
            "the exit status is 3 then."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="DIR", help="the dataset to make or go on with")
        parser.add_argument("-o", "--output", metavar="FILE", type=Path, help=f"one file: {', '.join(FORMATS)}")
        parser.add_argument("--family", choices=FAMILIES, help="of all pages; default: by host, else guessed")
        parser.add_argument("--language", choices=("zh",), help="leave out pages in others, without rejects for them")
        parser.add_argument("--url-prefix", metavar="U", help="URL that the names of HTML files are put behind")
        add_ray(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("extract", lambda: self._extract(args, opts), self.settings)

    def _extract(self, args: Sequence[str], opts: argparse.Namespace) -> int:
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from crawler.ingest.extract import Options  # noqa: PLC0415
        from crawler.ingest.inputs import find_inputs  # noqa: PLC0415

        assert self.settings is not None
        spool, complain = self.settings["SPOOL_DIR"], teller(self.settings, stderr=True)
        _check(args, opts, spool)
        sites_dir = sites_folders(self.settings["SITES_DIR"])
        options = Options(opts.family, opts.url_prefix, opts.language)
        with _standard_input(args, spool) as paths:
            found = find_inputs(paths)
            why = list(_left_out(found, paths))
            nothing = message("nothing to extract: no WARC, WACZ or HTML there")
            if not found.inputs and len(why) == 1:
                raise RefusedError(message("{first} ({second})", first=nothing, second=why[0]))
            for line in why:
                complain(line)
            if not found.inputs:
                raise RefusedError(nothing)
            strange = bool(found.unread) or any(other in paths for other in found.others)
            if not opts.to and not opts.output:
                if len(found.inputs) > 1 or found.inputs[0].kind not in ("html", "mhtml"):
                    raise RefusedError(message("add --to DIR or -o FILE: only a single HTML page is printed"))
                return _print(found.inputs[0], sites_dir, options, language(self.settings))
            status = _rows(found.inputs, sites_dir, options, opts, self.settings)
            return Exit.UNHEALTHY if strange and status == Exit.DONE else status


def _check(args: Sequence[str], opts: argparse.Namespace, spool: str) -> None:
    if not args:
        raise RefusedError(message("name files or folders, or - for standard input"))
    if args.count("-") > 1:
        raise RefusedError(message("standard input can be read once only"))
    for each in args:
        if each != "-" and not located(each, spool).exists():
            raise RefusedError(message("{each}: no such file or folder", each=each))
    if opts.to and opts.output:
        raise RefusedError(message("either --to DIR or -o FILE, not both"))
    if opts.to and not is_url(opts.to) and Path(opts.to).exists() and not Path(opts.to).is_dir():
        raise RefusedError(message("--to {target}: {why}", target=opts.to, why=message("no folder")))
    if opts.output and opts.output.suffix not in FORMATS:
        raise RefusedError(
            message("-o {output}: the name ends with {names}", output=opts.output, names=", ".join(FORMATS))
        )
    if opts.output and not opts.output.absolute().parent.is_dir():
        raise RefusedError(message("-o {output}: no such folder", output=opts.output))
    if opts.output:
        check_target("-o", opts.output)
    if opts.url_prefix and "://" not in opts.url_prefix:
        raise RefusedError(
            message(
                "--url-prefix {url_prefix}: a URL such as http://example.org/ is needed", url_prefix=opts.url_prefix
            )
        )


def _left_out(found: Found, paths: Sequence[Path]) -> Iterator[str]:
    """A line for what was named and is no input, or may not be read."""
    for other in found.others:
        if other in paths or len(found.others) == 1:
            yield message("{path}: neither WARC, WACZ, HTML nor MHTML", path=shown(other))
    if len(found.others) > 1:
        yield message("{number} files are neither WARC, WACZ, HTML nor MHTML", number=len(found.others))
    for line in found.unread:
        yield message("not read: {line}", line=line)


@contextmanager
def _standard_input(args: Sequence[str], spool: str) -> Iterator[list[Path]]:
    """The paths, with what comes by standard input in a file of its own for as long as it is needed."""
    from crawler.ingest.inputs import STANDARD_INPUT  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for each in args:
            if each == "-":
                path = Path(folder) / STANDARD_INPUT
                with path.open("wb") as file:
                    shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
                paths.append(path)
            else:
                paths.append(located(each, spool) if is_url(each) else Path(each))
        yield paths


def _print(page: Input, sites_dir: Folders, options: Options, speaks: Language) -> int:
    from crawler.extract.article import Reject  # noqa: PLC0415
    from crawler.ingest.show import as_json, lines, read_page  # noqa: PLC0415

    made, next_page = read_page(page, sites_dir, options)
    if isinstance(made, Reject):
        none = message("no article: {reason}: {detail}", reason=made.reason, detail=made.detail)
        print(f"scrapy extract: {speaks.say(none)}", file=sys.stderr)
        return Exit.FAILED
    print("\n".join(lines(made, next_page, speaks.say)) if sys.stdout.isatty() else as_json(made))
    return Exit.DONE


def _rows(
    inputs: Sequence[Input], sites_dir: Folders, options: Options, opts: argparse.Namespace, settings: BaseSettings
) -> int:
    from crawler.output import changing, check_writable  # noqa: PLC0415
    from pipelines.dataset.choice import Choice, choose  # noqa: PLC0415
    from pipelines.dataset.export import format_of, layout, write_file  # noqa: PLC0415
    from pipelines.dataset.manifest import load_manifests  # noqa: PLC0415

    with ExitStack() as stack:
        if opts.to:
            folder = stack.enter_context(changing(opts.to, settings["SPOOL_DIR"], "extract", (EXTRACT,)))
        else:
            folder = Path(tempfile.mkdtemp(prefix=".extract-", dir=opts.output.absolute().parent))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        check_writable(folder)
        with spread_by(opts, "crawler.ingest.run") as (spread, processes), progress_bar("extract") as progress:
            from crawler.ingest.run import ingest  # noqa: PLC0415

            told = ingest(inputs, folder, sites_dir, options, processes, progress, spread)
        if opts.output:
            chosen = choose(folder, load_manifests(folder), Choice(), spill=folder / "tmp" / "export")
            wanted = layout(format_of(opts.output) or "jsonl", None)
            write_file(chosen.tables(wanted.needed), opts.output.absolute(), wanted)
        else:
            card_renewed("extract", folder, settings)
    complain, counts = teller(settings, stderr=True), told.counts
    for line in told.damage:
        complain(message("not read: {line}", line=line))
    for name in told.empty:
        complain(message("no page in it: {name}: neither a response nor a resource of HTML", name=name))
    teller(settings)(
        message(
            "{pages}: {articles}, {captures} in them, {rejects}{other}{known}; written to {target}",
            other=message(", {number} in other languages", number=counts["left_out"]) if opts.language else "",
            known=counted("; {number} file had its rows already", "; {number} files had their rows already", told.known)
            if told.known
            else "",
            target=opts.to or opts.output,
            pages=counted("{number} page", "{number} pages", counts["pages"]),
            articles=counted("{number} article", "{number} articles", counts["articles"]),
            captures=counted("{number} page", "{number} pages", counts["captures"]),
            rejects=counted("{number} reject", "{number} rejects", counts["rejects"]),
        )
    )
    nothing = told.empty and not counts["pages"] and not told.known
    return Exit.UNHEALTHY if told.damage or counts["broken"] or nothing else Exit.DONE
