"""`scrapy forget URL|ID … | --site S`: a take-down, out of archive, dataset and indexes, and out of later crawls."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from crawler.commands.cli import carried_out
from crawler.extract.url import article_id, host_of
from crawler.frontier.database import default_url, open_database
from crawler.frontier.exclusion import hosts_of
from crawler.output import output_folder, revising
from crawler.siteconfig.site import load_sites
from crawler.status import RefusedError
from crawler.takedown.execute import Plan, TakenDown, carry_out, open_plans
from crawler.takedown.plan import Dataset, plan_articles, plan_site

_ID = re.compile(r"[0-9a-f]{32}\Z")


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "URL|ID … | --site NAME"

    def short_desc(self) -> str:
        return "Take down articles or a whole site: rows, records and indexes; never fetched again"

    def long_desc(self) -> str:
        return (
            "Removes the rows, the rejects and every record of the page (and of the further pages of its article). In "
            "the archive a tombstone says when something was removed, not what; offsets of other records stay. The "
            "URL is kept as a hash only, so that no later crawl fetches it. List pages that name the article stay. "
            "No crawl may be at work. Killed at any moment, the same command or `scrapy forget` alone finishes it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--site", metavar="NAME", help="everything that came from this site")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = carried_out("forget", lambda: self._forget(args, opts.site))

    def _forget(self, args: Sequence[str], site: str | None) -> None:
        settings = self.settings
        assert settings is not None
        output = output_folder(settings["OUTPUT_DIR"])
        keys = sorted({key_of(each) for each in args})
        if keys and site:
            raise RefusedError("either articles or --site NAME, not both")
        if not keys and not site and not any(open_plans(output)):
            raise RefusedError(f"usage: scrapy forget {self.syntax()}")
        for plan in [plan.run_id for plan in open_plans(output)]:
            print(f"{plan}: going on where it stopped")
            _carry_out(settings, output, [], None)
        if keys or site:
            _carry_out(settings, output, keys, site)


def _carry_out(settings: BaseSettings, output: Path, keys: Sequence[str], site: str | None) -> None:
    """One take-down: the first that is open, or else a new one."""
    with revising(output, "forget") as (manifests, revision):
        engine = open_database(settings["FRONTIER_URL"] or default_url(output))
        try:
            plan = next(open_plans(output), None)
            if plan is None:
                sites = load_sites(Path(settings["SITES_DIR"]))
                dataset = Dataset(output, manifests, sites, revision.spill)
                if site:
                    hosts = dataset.hosts(site) | set(hosts_of(engine, site))
                    hosts |= set(sites[site].domains if site in sites else ())
                    if not hosts:
                        raise RefusedError(f"--site {site}: no such site; known are {', '.join(sorted(sites))}")
                    plan = plan_site(dataset, site, hosts, revision.run_id, revision.started)
                else:
                    plan = plan_articles(dataset, keys, revision.run_id, revision.started)
                plan.write(output)
            print(_told(plan, carry_out(output, plan, engine, manifests, revision, told=print)))
        finally:
            engine.dispose()


def _told(plan: Plan, done: TakenDown) -> str:
    if not done.exchanges and not done.rows and not done.rejects:
        return f"{plan.run_id}: nothing of it is stored here; it will not be fetched either"
    return (
        f"{plan.run_id}: {done.rows} rows, {done.rejects} rejects and {done.exchanges} exchanges in {done.files} WARC "
        f"files removed; not to be fetched again"
    )


def key_of(argument: str) -> str:
    """An article's id, of the id or the URL that was given. Raises RefusedError."""
    if _ID.match(argument):
        return argument
    if not host_of(argument):
        raise RefusedError(f"{argument!r} is neither an id (32 hex digits) nor an http(s) URL")
    return article_id(argument)
