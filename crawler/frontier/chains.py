"""Recovers articles of several pages whose last visit ended in a killed run, from the chain in the last page's row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select

from crawler.archive.reader import read_capture, to_page
from crawler.archive.superseded import superseded
from crawler.extract.article import Capture, Outcome
from crawler.frontier.entry import further_of, record_of
from crawler.frontier.tables import FINAL, url
from crawler.language import message, words
from crawler.navigation.chain import Chain
from crawler.navigation.rendered import captures_of, not_rendered, pages_of
from crawler.reextract.files import Extracted, Job, Rows
from crawler.sandbox.processor import Processor
from crawler.siteconfig.site import Site
from pipelines.process import join_pages


class Chains:
    """Their pages may lie in files of several runs: join_files of reextract would miss those that are covered."""

    def __init__(
        self,
        output: Path,
        connection: Connection,
        sites: Mapping[str, Site],
        job: Job,
        processor: Processor,
        damage: list[str],
    ) -> None:
        self._output = output
        self._connection = connection
        self._sites = sites
        self._job = job
        self._processor = processor
        self._damage = damage

    def join(self, ended: list[str], opened: set[str], batch: int) -> Extracted:
        """The articles of several pages whose last visit one of these runs ended. Their pages may lie in any file."""
        rows = Rows(self._job, batch, self._processor)
        aside = frozenset().union(*map(superseded, (self._output / "warc").glob("*")))
        last: dict[str, Row[Any]] = {}
        for run in ended:
            query = select(url).where(url.c.chain, url.c.run == run, url.c.state.in_(FINAL)).order_by(url.c.id)
            with self._connection.begin():
                for row in self._connection.execute(query):
                    further = further_of(row.payload)
                    before = last.get(further["first"])
                    # In the order of the rows: a redirect stands before the page that it led to.
                    if further["first"] not in opened | aside and (
                        before is None or further["page"] >= further_of(before.payload)["page"]
                    ):
                        last[further["first"]] = row
        for row in last.values():
            try:
                outcome, captures = self._joined(row)
            except Exception as error:  # one article fails alone
                self._damage.append(message("{url}: its article is not made: {error}", url=row.url, error=words(error)))
                continue
            rows.add(outcome, captures, row.site, row.family)
        return Extracted(parts=rows.finish(), counts=rows.counts, sites=rows.sites)

    def _joined(self, row: Row[Any]) -> tuple[Outcome, list[Capture]]:
        """The article whose last page the row is, and where its pages lie."""
        site: Site | None = self._sites.get(row.site)
        chain = Chain.of(further_of(row.payload))
        outcomes = [self._outcome(capture, row.family, row.site, site) for capture in pages_of(chain.pages)]
        complete = False
        capture = record_of(row)
        if capture is not None:
            outcome = self._outcome(capture, row.family, row.site, site)
            if outcome.reject is None:
                metadata = read_capture(self._output / "warc", capture).metadata
                chain = chain.add(*captures_of(metadata, capture))
                outcomes.append(outcome)
                complete = outcome.next_page is None or (
                    site is not None and chain.next(outcome.next_page, site)[0] == "complete"
                )
        return join_pages(outcomes, complete=complete), list(chain.pages)

    def _outcome(self, capture: Capture, family: str, name: str, site: Site | None) -> Outcome:
        stored = read_capture(self._output / "warc", capture)
        if reject := not_rendered(stored.metadata):
            return Outcome(reject=reject)
        page = to_page(stored)
        return self._processor.extract_page(page, family=family, site=site, profile=self._job.profiles.get(name))
