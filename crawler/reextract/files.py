"""Archive -> rows, with today's rules, by the same functions as the live crawl. No Scrapy: a Ray task can run it.

One batch of WARC files, or of pieces of them, makes its own parts. Articles of several web pages may have their pages
in several batches, so a batch hands those pages out, extracted but not joined, and the caller joins them when all
batches are in. So it is with visits (visits.py) of a file that was divided.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from crawler.archive.division import Piece
from crawler.archive.reader import Stored, records, to_page
from crawler.extract.article import Article, Capture, Outcome, RejectedPage
from crawler.extract.profile import Profile
from crawler.extract.refusal import is_page
from crawler.language import about, words
from crawler.navigation.chain import Chain
from crawler.navigation.rendered import captures_of, not_rendered
from crawler.reextract.visits import Answer, Visits, answer_of, is_unchanged, origin, rejected_response, rejects_of
from crawler.sandbox.processor import Processor
from crawler.siteconfig.archived import archived_sites
from crawler.siteconfig.site import Folders, Site, load_sites
from pipelines.dataset.fit import UnfitError
from pipelines.dataset.part import Part
from pipelines.dataset.parts import PartWriter
from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, reject_row, rejected, row
from pipelines.process import broken, join_pages
from pipelines.version import rules_version

logger = logging.getLogger(__name__)

PARTS_PER_BATCH = 10_000  # part numbers that a batch may use before the next batch's begin


@dataclass(frozen=True, slots=True)
class Fetched:
    """One page of an article of several pages: `first` is the record id of page 1, `number` counts from 1."""

    first: str
    number: int
    captures: tuple[Capture, ...]  # the last one is read; before it, for a rendered page, the one as served
    outcome: Outcome
    site: str
    family: str


@dataclass(slots=True)
class Extracted:
    """What a batch gave: finished parts, pages that await others, and counts."""

    parts: list[Part] = field(default_factory=list)
    pages: list[Fetched] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    sites: set[tuple[str, str]] = field(default_factory=set)  # (family, site)
    empty: list[str] = field(default_factory=list)  # inputs without a page
    damage: list[str] = field(default_factory=list)  # what could not be read, with file and offset
    responses: int = 0
    foreign: int = 0  # responses of other tools, which no metadata record says the site of
    archived: dict[str, Site] = field(default_factory=dict)  # sites whose files only the archive has
    answers: list[tuple[Path, Answer]] = field(default_factory=list)  # of divided files, in their order


@dataclass(frozen=True, slots=True)
class Job:
    """What all batches of one re-extraction share: parts go below `folder`, sites are read from `sites_dir`, and pages
    are read with the `profiles` of their sites.
    """

    folder: Path
    sites_dir: Folders
    run_id: str
    started: datetime
    profiles: Mapping[str, Profile] = field(default_factory=dict)


class Rows:
    """Articles and rejects of one batch on their way into parts. Raises OSError."""

    def __init__(self, job: Job, batch: int, processor: Processor) -> None:
        self._processor = processor
        first = batch * PARTS_PER_BATCH
        self._run_id = run_id = job.run_id
        self.profiles = job.profiles
        started = job.started
        self._articles = PartWriter(job.folder, "articles", SCHEMA, run_id=run_id, started=started, first=first)
        self._rejects = PartWriter(job.folder, "rejects", REJECT_SCHEMA, run_id=run_id, started=started, first=first)
        self.left_out: frozenset[str] = frozenset()  # reasons of rejects that are counted and not kept
        self.counts: Counter[str] = Counter()
        self.sites: set[tuple[str, str]] = set()

    def add(self, outcome: Outcome, captures: Sequence[Capture], site: str, family: str) -> None:
        """An outcome of join_pages, cleaned and judged: as the item pipelines do it."""
        for article in outcome.articles:
            article.site, article.family = site, family
            article.captures = list(captures)
            verdict = self._processor.finish(article, self.profiles.get(site))
            if isinstance(verdict, Article):
                self._keep(verdict)
            else:
                self.reject(*rejected(article, verdict))
        if outcome.reject is not None:
            self.reject(*(RejectedPage(each.url, site, family, outcome.reject, each) for each in captures))

    def reject(self, *pages: RejectedPage) -> None:
        for page in pages:
            if page.reject.reason in self.left_out:
                self.counts["left_out"] += 1
                continue
            version = rules_version(self.profiles.get(page.site))
            self._rejects.add(reject_row(page, run_id=self._run_id, rules_version=version))
            self.counts["rejects"] += 1
            if page.reject.reason == "broken":
                self.counts["broken"] += 1
            self.sites.add((page.family, page.site))

    def finish(self) -> list[Part]:
        self._articles.flush()
        self._rejects.flush()
        return [*self._articles.parts, *self._rejects.parts]

    def _keep(self, article: Article) -> None:
        article.run_id = self._run_id
        article.rules_version = rules_version(self.profiles.get(article.site))
        try:
            made = row(article)
        except UnfitError as unfit:
            self.reject(*rejected(article, broken(unfit)))
            return
        self._articles.add(made)
        self.counts["articles"] += 1
        self.sites.add((article.family, article.site))
        self.counts["captures"] += len(article.captures)


def extract_files(
    pieces: Iterable[Piece],
    job: Job,
    batch: int,
    processor: Processor,
    keep: Callable[[Stored], bool] = lambda stored: True,
) -> Extracted:
    """Make the rows of `pieces` into parts, of the responses that `keep` wants. Raises OSError when the disk is full.

    A record that cannot be read is told in `damage`, one whose handling raises becomes a reject: neither ends the rest.
    The same batch number gives the same part names: done twice, the second takes the place of the first.
    """
    sites = load_sites(job.sites_dir)
    rows = Rows(job, batch, processor)
    extracted = Extracted(counts=rows.counts, sites=rows.sites)
    for piece in pieces:
        rows.counts["warc_files"] += not piece.start
        extracted.archived |= {name: site for name, site in archived_sites(piece.path).items() if name not in sites}
        known = {**extracted.archived, **sites}
        visits = Visits(known)
        for stored in readable(piece, extracted.damage):
            extracted.responses += 1
            extracted.foreign += "role" not in stored.metadata
            try:
                if not keep(stored) or stored.metadata.get("role") != "article":
                    continue
                site = known.get(stored.metadata.get("site", ""))
                answer = answer_of(stored, site)
                if piece.whole:
                    rows.reject(*visits.take(answer))
                else:
                    extracted.answers.append((piece.path, answer))
                if is_page(stored.status) and not is_unchanged(stored):
                    _page(stored, site, rows, extracted.pages, processor)
            except (OSError, pa.ArrowException):
                raise  # the disk, not the record
            except Exception as bug:  # one record fails alone
                rows.reject(rejected_response(stored, broken(bug)))
        rows.reject(*visits.end())
    extracted.parts = rows.finish()
    return extracted


def readable(piece: Piece, damage: list[str]) -> Iterator[Stored]:
    """The responses of a piece as far as it can be read; what could not be is added to `damage`, a line each."""
    path = piece.path
    try:
        yield from records(path, lambda each: damage.append(each.line()), start=piece.start, end=piece.end)
    except Exception as error:  # the disk, or a bug: what was read before stays
        damage.append(about(path.name, words(error)) if path.name not in str(error) else words(error))


def join_files(
    pages: Iterable[Fetched],
    job: Job,
    batch: int,
    processor: Processor,
    archived: Mapping[str, Site] | None = None,
    answers: Iterable[tuple[Path, Answer]] = (),
) -> Extracted:
    """The articles of several pages, and the ends of visits in divided files, from what all batches handed out."""
    sites = {**(archived or {}), **load_sites(job.sites_dir)}
    rows = Rows(job, batch, processor)
    rows.reject(*rejects_of(answers, sites))
    articles: dict[str, dict[int, Fetched]] = defaultdict(dict)
    for page in sorted(pages, key=lambda page: page.captures[-1].fetched_at):
        articles[page.first][page.number] = page  # fetched twice, after a crash: the later one went on
    for numbered in articles.values():
        chain = [numbered[number] for number in _unbroken(numbered)]
        if not chain:
            logger.warning("%s: its first page is not in these files", next(iter(numbered.values())).captures[-1].url)
            rows.counts["headless"] += 1
            continue
        first, captures = chain[0], [capture for page in chain for capture in page.captures]
        complete = _step(Chain(tuple(captures)), chain[-1].outcome, sites.get(first.site)) == "complete"
        outcome = join_pages([page.outcome for page in chain], complete=complete)
        rows.add(outcome, captures, first.site, first.family)
    return Extracted(parts=rows.finish(), counts=rows.counts, sites=rows.sites)


def _page(stored: Stored, site: Site | None, rows: Rows, waiting: list[Fetched], processor: Processor) -> None:
    """A row or a reject at once, or a page that waits for the others of its article."""
    name, family = origin(stored)
    capture, number = stored.capture, int(stored.metadata.get("page", 1))
    if reject := not_rendered(stored.metadata):
        rows.reject(rejected_response(stored, reject))
        return
    profile = rows.profiles.get(name)
    outcome = processor.extract_page(to_page(stored), family=family or None, site=site, profile=profile)
    if outcome.reject is not None:
        rows.reject(rejected_response(stored, outcome.reject))
        return
    captures = tuple(captures_of(stored.metadata, capture))
    step = _step(Chain(captures), outcome, site)
    if number > 1 or step == "fetch":
        first = stored.metadata.get("first-record", capture.record_id)
        waiting.append(Fetched(first, number, captures, outcome, name, family))
    else:
        rows.add(join_pages([outcome], complete=step == "complete"), captures, name, family)


def _step(chain: Chain, outcome: Outcome, site: Site | None) -> str:
    if site is None:  # its file is gone: where its pages led cannot be judged, but none did is certain
        return "complete" if outcome.next_page is None else "fetch"
    return chain.next(outcome.next_page, site)[0]


def _unbroken(numbered: dict[int, Fetched]) -> Iterator[int]:
    number = 1
    while number in numbered:
        yield number
        number += 1
