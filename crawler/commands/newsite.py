"""`scrapy newsite URL`: a site file drafted from the site's own pages."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.commands.checks import check_settings
from crawler.commands.cli import OneLineErrors, carried_out, language
from crawler.commands.selection import agent
from crawler.commands.standalone import stand_alone
from crawler.display import harmless
from crawler.extract.refusal import is_page
from crawler.extract.url import absolute, host_of
from crawler.language import message
from crawler.siteconfig.site import FAMILIES, load_sites, parse_site, sites_folders
from crawler.status import Exit, RefusedError


class Command(OneLineErrors, ScrapyCommand):
    requires_project = False
    requires_crawler_process = False

    def syntax(self) -> str:
        return "URL [--family F] [-o FILE.toml]"

    def short_desc(self) -> str:
        return "Draft a site file: a few lists and up to 20 likely articles are fetched, politely, and archived"

    def long_desc(self) -> str:
        return (
            "Fetches the start page, up to six lists, feeds and sitemaps, and up to 20 likely articles; tells articles "
            "from lists by what extraction says of them; writes a TOML with patterns, seen URLs and counts, and prints "
            "what each pattern takes. Read it, then: scrapy try FILE.toml. Exit status 1: no article was found."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--family", choices=FAMILIES, help="default: that of most of its articles")
        parser.add_argument("-o", "--output", metavar="FILE.toml", type=Path, help="default: NAME.toml in this folder")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("newsite", lambda: self._newsite(args, opts), self.settings)

    def _newsite(self, args: Sequence[str], opts: argparse.Namespace) -> int:
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from crawler.drafting.crawl import crawl  # noqa: PLC0415
        from crawler.drafting.draft import draft, links_beside, name_of, table  # noqa: PLC0415
        from crawler.drafting.fetch import site_of_hosts  # noqa: PLC0415
        from crawler.drafting.survey import Survey  # noqa: PLC0415
        from crawler.run import Run  # noqa: PLC0415
        from crawler.sandbox.processor import ProcessorBeside  # noqa: PLC0415

        settings = self.settings
        assert settings is not None
        say = language(settings).say

        def tell(line: str) -> None:
            print(harmless(say(line)))

        if len(args) != 1:
            raise RefusedError(message("usage: scrapy newsite {syntax}", syntax=self.syntax()))
        url = absolute(args[0], "")
        if url is None or not host_of(url):
            raise RefusedError(
                message("{argument}: an http(s) URL such as https://www.example.org/ is needed", argument=args[0])
            )
        path: Path = opts.output or Path(f"{name_of(host_of(url))}.toml")
        _check_target(path)
        owner = next(
            (each for each in load_sites(sites_folders(settings["SITES_DIR"])).values() if each.owns(url)), None
        )
        if owner is not None:
            tell(message("{url} is on a host of the site {site} already", url=url, site=owner.name))
        check_settings(settings)
        settings.set("USER_AGENT", agent([site_of_hosts([url])], settings), priority="cmdline")
        stand_alone(settings)
        if settings.getpriority("LOG_LEVEL") != SETTINGS_PRIORITIES["cmdline"]:
            settings.set("LOG_LEVEL", "CRITICAL", priority="cmdline")  # what fails is told in a line
        run = Run.begin(settings, opts.family or "news", [path.stem])
        try:
            with ProcessorBeside() as processor:
                survey = Survey(url, partial(links_beside, processor))
                delay = crawl(survey, settings, run)
        finally:
            run.release()
        first = survey.pages.get(url)
        if first is None or first.page is None or not is_page(first.status):
            why: str = message("interrupted")
            if first is not None:
                why = first.error or message("status {status}", status=first.status)
            raise RefusedError(message("{url}: {why}; nothing was drafted", url=url, why=why), Exit.FAILED)
        made = draft(survey, opts.family, delay)
        made.name = path.stem
        for line in table(made, say):
            print(harmless(line))
        if not made.article:
            tell(
                message(
                    "no form of links whose pages are articles, of {number} links seen; nothing was written",
                    number=made.seen,
                )
            )
            return Exit.FAILED
        text = made.toml(datetime.now(UTC).date())
        parse_site(path.stem, text, path)  # what is written can be loaded
        draft_path = path.with_name(f".{path.name}.{os.getpid()}")
        draft_path.write_text(text, "utf-8")
        draft_path.replace(path)
        tell(
            message(
                "written: {path}; its {number} pages are in {archive}. Next: scrapy try {path}",
                path=path,
                number=len(survey.pages),
                archive=run.output / "warc",
            )
        )
        return Exit.DONE


def _check_target(path: Path) -> None:
    if path.suffix != ".toml":
        raise RefusedError(message("-o {path}: a name that ends with .toml is needed", path=path))
    if path.exists():
        raise RefusedError(message("{path}: is there already; another name by -o FILE.toml", path=path))
    if not path.absolute().parent.is_dir():
        raise RefusedError(message("-o {path}: no such folder", path=path))
    if not os.access(path.absolute().parent, os.W_OK):
        raise RefusedError(message("-o {path}: the folder cannot be written", path=path))
