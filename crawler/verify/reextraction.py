"""A stored row or reject against what its records yield today: the proof that a row is a function of the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from crawler.archive.reader import read_capture, to_page
from crawler.extract.article import Article, Capture, Outcome, Reject
from crawler.extract.refusal import is_page, refused
from crawler.navigation.chain import Chain
from crawler.navigation.redirect import REDIRECTS
from crawler.siteconfig.site import Site
from pipelines.dataset.schema import Row, row
from pipelines.process import extract_page, finish, join_pages
from pipelines.text.tracked import restore

# Columns that do not come from the row's records: which run made it, and what other rows there are.
NOT_FROM_RECORDS = frozenset({"run_id", "rules_version", "duplicate_of", "near_duplicate_of", "similarity"})


def row_differences(stored: Row, archive: Path, sites: Mapping[str, Site]) -> Iterator[str]:
    """What is different, in words; nothing where the records yield exactly this row. `archive`: the folder warc/."""
    site = sites.get(stored["site"])
    captures = [Capture.of(each) for each in stored["captures"]]
    try:
        outcomes = [_extracted(archive, each, stored["family"], site) for each in captures]
    except OSError as error:
        yield f"its record cannot be read: {error}"
        return
    complete = _is_complete(captures, outcomes[-1], site)
    joined = join_pages(outcomes, complete=complete)
    if not joined.articles:
        yield f"its records yield no article: {joined.reject}"
        return
    [article] = joined.articles
    body = article.text
    article.site, article.family, article.captures = stored["site"], stored["family"], captures
    verdict = finish(article)
    if isinstance(verdict, Reject):
        yield f"its records yield a reject: {verdict.reason}"
        return
    if restore(verdict.text, verdict.removed) != body:
        yield "text and removed together are not the body as extracted"
    yield from _columns(stored, verdict)


def reject_differences(stored: Row, archive: Path, sites: Mapping[str, Site]) -> Iterator[str]:
    """What is different, in words, for a page that became no article by itself."""
    if stored["capture"] is None:
        return
    try:
        found = read_capture(archive, Capture.of(stored["capture"]))
    except OSError as error:
        yield f"its record cannot be read: {error}"
        return
    if found.status in REDIRECTS:
        return  # judged by where the whole trail led
    if not is_page(found.status):
        reason = refused(found.status, to_page(found)).reason
        if reason != stored["reason"]:
            yield f"its record yields {reason}, not {stored['reason']}"
        return
    site = sites.get(stored["site"])
    outcome = extract_page(to_page(found), family=stored["family"] or None, site=site)
    if outcome.reject is not None:
        if outcome.reject.reason != stored["reason"]:
            yield f"its record yields {outcome.reject.reason}, not {stored['reason']}"
        return
    if outcome.next_page is not None or "first-record" in found.metadata:
        return  # judged as a part of its article
    verdict = finish(join_pages([outcome], complete=True).articles[0])
    if isinstance(verdict, Article):
        yield f"its record yields an article, not {stored['reason']}"
    elif verdict.reason != stored["reason"]:
        yield f"its record yields {verdict.reason}, not {stored['reason']}"


def _columns(stored: Row, verdict: Article) -> Iterator[str]:
    fresh = row(verdict)
    wrong = [name for name, value in fresh.items() if name not in NOT_FROM_RECORDS and value != stored[name]]
    if wrong:
        yield f"its records yield another {', '.join(wrong)} (rules or site file changed? scrapy reextract --diff)"


def _extracted(archive: Path, capture: Capture, family: str, site: Site | None) -> Outcome:
    return extract_page(to_page(read_capture(archive, capture)), family=family or None, site=site)


def _is_complete(captures: list[Capture], last: Outcome, site: Site | None) -> bool:
    if site is None:
        return last.next_page is None
    return Chain(tuple(captures)).next(last.next_page, site)[0] == "complete"
