"""`scrapy wacz`: the archive, or some of its files, as one WACZ that plays in a browser."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.archive.wacz import ListedPage, export, program
from crawler.commands.cli import OneLineErrors, carried_out, teller
from crawler.language import message
from crawler.output import located, reading, shown
from crawler.status import Exit, RefusedError
from crawler.storage.path import here


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "FILE.wacz [WARC …]"

    def short_desc(self) -> str:
        return "Pack the archive, or the WARC files named, into one file for ReplayWeb.page (needs the package wacz)"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("wacz", lambda: self._export(args), self.settings)

    def _export(self, args: Sequence[str]) -> None:
        assert self.settings is not None
        if not args or not args[0].endswith(".wacz"):
            raise RefusedError(message("usage: scrapy wacz {syntax}", syntax=self.syntax()))
        from pipelines.dataset.query import first_pages  # noqa: PLC0415 - Scrapy imports all commands for each of them

        with reading(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"], "wacz") as output:
            wacz = program()
            if wacz is None:
                raise RefusedError(message("the program wacz is not installed: pip install wacz"), Exit.FAILED)
            named = [located(each, self.settings["SPOOL_DIR"]) for each in args[1:]]
            warcs = named or sorted((output / "warc").rglob("*.warc.gz"))
            if not warcs:
                raise RefusedError(message("{folder}: no WARC files", folder=shown(output / "warc")), Exit.FAILED)
            for path in warcs:
                if not path.is_file():
                    raise RefusedError(message("{path}: no such file", path=shown(path)))
            target = Path(args[0]).absolute()
            rows = first_pages(output, {path.name for path in warcs})
            pages = [ListedPage(row["url"], row["fetched_at"], row["title"]) for row in rows]
            with here(warcs) as files:
                export(wacz, target, files, pages, title=f"{target.stem}: {len(pages)} articles")
        teller(self.settings)(
            message(
                "{target}: {files} WARC files, {articles} articles, {size:,} bytes",
                target=target,
                files=len(warcs),
                articles=len(pages),
                size=target.stat().st_size,
            )
        )
