"""A subcommand called in this process, with its own options and the project's way of reporting mistakes."""

from __future__ import annotations

import argparse
import importlib
import io
import subprocess
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from scrapy.settings import Settings


@dataclass(frozen=True, slots=True)
class Done:
    status: int
    out: str
    err: str

    def says(self, status: int, *words: str) -> None:
        """One line on stderr with all `words`, and this exit status."""
        assert (self.status, len(self.err.splitlines())) == (status, 1), (self.status, self.err)
        assert all(word in self.err for word in words), self.err


def call(
    name: str, output: Path, *words: str, sites: Path | None = None, settings: Mapping[str, str] | None = None
) -> Done:
    """`scrapy NAME WORDS` on OUTPUT_DIR `output`, with further settings."""
    command = importlib.import_module(f"crawler.commands.{name}").Command()
    command.settings = Settings()
    command.settings.setmodule("crawler.settings")
    folders = {"OUTPUT_DIR": str(output), "SITES_DIR": str(sites or output.parent / "sites")}
    command.settings.setdict(folders | dict(settings or {}), priority="cmdline")
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            options, arguments = parser.parse_known_args(words)
        except SystemExit as refused:  # by the parser of options
            return Done(int(str(refused.code)), out.getvalue(), err.getvalue())
        command.run(arguments, options)
    return Done(command.exitcode, out.getvalue(), err.getvalue())


def scrapy_here(name: str, *words: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """As tests.site.crawl.scrapy(), in this process: to start one takes longer than most commands."""
    done = call(name, Path(settings["OUTPUT_DIR"]), *words, settings=settings)
    return subprocess.CompletedProcess([name, *words], done.status, done.out, done.err)
