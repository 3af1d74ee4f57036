"""`scrapy try URL|FILE`: what a site file makes of a page, or of its seeds, without writing anything."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.commands.checks import check_settings
from crawler.commands.cli import OneLineErrors, carried_out, language
from crawler.commands.selection import agent
from crawler.commands.standalone import stand_alone
from crawler.display import harmless
from crawler.extract.url import absolute, canonical_url, host_of
from crawler.language import message, why
from crawler.output import output_folder
from crawler.profiles import newest_profiles
from crawler.siteconfig.site import FAMILIES, Site, load_site, load_sites, sites_folders
from crawler.status import Exit, RefusedError

if TYPE_CHECKING:
    from crawler.drafting.fetch import Fetched
    from crawler.drafting.trial import Trial
    from crawler.extract.profile import Profile

LARGEST = 64 << 20  # bytes of a file
_CANONICAL = re.compile(rb"""<link\b[^>]{0,200}\brel=["']?canonical["']?[^>]{0,200}>""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref=["']?([^"'\s>]+)""", re.IGNORECASE)


class Command(OneLineErrors, ScrapyCommand):
    requires_project = False
    requires_crawler_process = False

    def syntax(self) -> str:
        return "URL|FILE.html|SITE.toml [--site FILE.toml] [--family F] [--url URL]"

    def short_desc(self) -> str:
        return "Show what a site file makes of a page, or of its own seeds; nothing is written"

    def long_desc(self) -> str:
        return (
            "For a page: whose it is, which pattern matches it, its fields and where they stand, its text and what "
            "cleaning removed, its links by role. For a site file alone its seeds are fetched, their links counted and "
            "its '# seen:' lines checked. Exit status 1: a reject, a seed that failed, or a line that is wrong."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--site", metavar="FILE.toml", type=Path, help="default: the one in SITES_DIR by its host")
        parser.add_argument("--family", choices=FAMILIES, help="default: that of the site, else guessed")
        parser.add_argument("--url", metavar="URL", help="of a file; default: the canonical link in it")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("try", lambda: self._try(args, opts), self.settings)

    def _try(self, args: Sequence[str], opts: argparse.Namespace) -> int:
        # Scrapy imports all commands for each of them: what only this one needs comes here.
        from crawler.drafting.trial import try_page  # noqa: PLC0415

        if len(args) > 1 or not (args or opts.site):
            raise RefusedError(message("usage: scrapy try {syntax}", syntax=self.syntax()))
        target = args[0] if args else str(opts.site)
        if not host_of(target) and target.endswith(".toml"):
            if args and opts.site:
                raise RefusedError(message("two site files; one is allowed"))
            return self._told(self._seeds(Path(target)))
        if opts.site and not opts.site.is_file():
            raise RefusedError(message("--site {site}: no such file", site=opts.site))
        named = load_site(opts.site) if opts.site else None
        if host_of(target):
            url = absolute(target, "") or target
            site = named or self._owner(url)
            [fetched] = self._fetched([url], site)
        else:
            fetched = _from_file(Path(target), opts.url)
            assert fetched.page is not None
            site = named or self._owner(fetched.page.url)
        return self._told(_tried(try_page, fetched, site=site, family=opts.family, profile=self._profile(site)))

    def _told(self, trial: Trial) -> int:
        say = language(self.settings).say
        for line in trial.lines:
            print(harmless(line.said(say).replace("\n", " ")))
        return Exit.FAILED if trial.failed else Exit.DONE

    def _profile(self, site: Site | None) -> Profile | None:
        """The one that the next crawl of the site would use."""
        assert self.settings is not None
        if site is None:
            return None
        damage: list[str] = []
        profiles = newest_profiles(
            output_folder(self.settings["OUTPUT_DIR"], self.settings["SPOOL_DIR"]), damage, [site.name]
        )
        for line in damage:
            print(f"scrapy try: {language(self.settings).say(line)}", file=sys.stderr)
        return profiles.get(site.name)

    def _seeds(self, path: Path) -> Trial:
        from crawler.drafting.trial import try_site  # noqa: PLC0415

        if not path.is_file():
            raise RefusedError(message("{path}: no such file", path=path))
        site = load_site(path)
        return _tried(try_site, site, text=path.read_text("utf-8"), seeds=self._fetched(site.seeds, site))

    def _owner(self, url: str) -> Site | None:
        assert self.settings is not None
        sites = load_sites(sites_folders(self.settings["SITES_DIR"]))
        canonical = canonical_url(url)
        return next((site for site in sites.values() if host_of(canonical) and site.owns(canonical)), None)

    def _fetched(self, urls: Sequence[str], site: Site | None) -> list[Fetched]:
        from crawler.drafting.fetch import fetch_pages, site_of_hosts  # noqa: PLC0415

        settings = self.settings
        assert settings is not None
        check_settings(settings)
        asked = site_of_hosts(urls)
        settings.set("USER_AGENT", agent([asked], settings), priority="cmdline")
        stand_alone(settings)
        if site is not None and site.delay > settings.getfloat("DOWNLOAD_DELAY"):
            slots = {host.partition(":")[0]: {"delay": site.delay} for host in site.domains}
            settings.set("DOWNLOAD_SLOTS", settings.getdict("DOWNLOAD_SLOTS") | slots, priority="cmdline")
        if settings.getpriority("LOG_LEVEL") != SETTINGS_PRIORITIES["cmdline"]:
            settings.set("LOG_LEVEL", "CRITICAL", priority="cmdline")  # what fails is told in its line
        return fetch_pages(settings, urls)


def _from_file(path: Path, url: str | None) -> Fetched:
    from crawler.drafting.fetch import Fetched  # noqa: PLC0415
    from crawler.extract.page import Page  # noqa: PLC0415

    if not path.exists():
        raise RefusedError(message("{path}: neither an http(s) URL nor a file", path=path))
    if path.is_dir():
        raise RefusedError(
            message("{path}: a folder; an HTML file is needed (scrapy extract reads folders)", path=path)
        )
    if not path.is_file():
        raise RefusedError(message("{path}: a pipe or a device; an HTML file is needed", path=path))
    if path.stat().st_size > LARGEST:
        raise RefusedError(
            message("{path}: {size} bytes; {largest} at most", path=path, size=path.stat().st_size, largest=LARGEST)
        )
    if url and not host_of(url):
        raise RefusedError(message("--url {url}: an http(s) URL is needed", url=url))
    try:
        body = path.read_bytes()
    except OSError as error:
        raise RefusedError(
            message("{path}: {strerror}; an HTML file that can be read is needed", path=path, strerror=why(error))
        ) from error
    link = _CANONICAL.search(body[: 64 << 10])
    href = _HREF.search(link[0]) if link else None
    canonical = absolute("", href[1].decode("latin-1")) if href else None
    name = url or canonical or path.absolute().as_uri()
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Fetched(name, 200, Page(name, body, None, changed))


def _tried(function: Callable[..., Trial], subject: Fetched | Site, **options: Any) -> Trial:
    """What the function makes of pages, in a process beside this one: a page may take all the time there is."""
    from crawler.drafting.trial import Trial, reject_line  # noqa: PLC0415
    from crawler.extract.article import Reject  # noqa: PLC0415
    from crawler.sandbox.processor import ProcessorBeside  # noqa: PLC0415
    from crawler.sandbox.worker import PageLimits  # noqa: PLC0415

    one, pages = PageLimits(), 1 + len(options.get("seeds", ()))
    limits = PageLimits(one.seconds * pages, one.stall * pages, one.memory)
    with ProcessorBeside(limits) as processor:
        trial = processor.result(function, subject, **options)
    return Trial([reject_line(trial)], failed=True) if isinstance(trial, Reject) else trial
