"""`scrapy compact`: few large parts, one row an id."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from scrapy.commands import ScrapyCommand

from crawler.commands.cli import OneLineErrors, card_renewed, carried_out, memory_of, teller
from crawler.language import message
from crawler.output import changing, revising
from crawler.status import RefusedError


class Command(OneLineErrors, ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        return "Merge the small parts of closed months into few large ones; the newest row of each id stays"

    def long_desc(self) -> str:
        return (
            "Files of 200 to 500 MB for every month before this one, sorted. Of each id the newest row stays; "
            "the pages of the older ones stay in the archive. Readers see the old state or the new one. No crawl may "
            "be at work. Killed at any moment, nothing has changed or the next command finishes it."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("compact", lambda: self._compact(args), self.settings)

    def _compact(self, args: list[str]) -> None:
        if args:
            raise RefusedError(message("it takes no arguments: all months before this one are compacted"))
        from pipelines.dataset.compact import compact  # noqa: PLC0415 - Scrapy imports all commands for each of them

        settings, tell = self.settings, teller(self.settings)
        assert settings is not None
        with changing(settings["OUTPUT_DIR"], settings["SPOOL_DIR"], "compact") as output:
            with revising(output, "compact", tell) as (manifests, revision):
                done = compact(
                    output,
                    manifests,
                    revision,
                    month=f"{datetime.now(UTC):%Y-%m}",
                    memory=memory_of(settings),
                    report=tell,
                )
            if done is not None:
                card_renewed("compact", output, settings)
        if done is None:
            tell(message("nothing to compact"))
            return
        tell(
            message(
                "{run_id}: {before} files ({bytes_before} MB) are now {after} ({bytes_after} MB); "
                "{superseded} rows gave way to newer ones",
                run_id=revision.run_id,
                before=done.files_before,
                bytes_before=done.bytes_before >> 20,
                after=done.files,
                bytes_after=done.bytes >> 20,
                superseded=done.superseded,
            )
        )
