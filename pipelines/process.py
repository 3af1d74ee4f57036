"""The way from bytes to rows: the live crawl, recovery, `scrapy reextract` and `scrapy verify` call these functions.

process_page(page)  =  extract_page  then  finish
a multi-page article  =  extract_page for each page, join_pages, finish
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from functools import partial

from crawler.extract import Article, Outcome, Page, Reject
from crawler.extract.extract import extract
from crawler.extract.join import join
from crawler.extract.profile import Profile
from crawler.siteconfig.site import Site
from pipelines.dedup.signature import sign
from pipelines.text.clean import clean
from pipelines.text.quality import judge
from pipelines.version import rules_version

Step = Callable[[Article], Article | Reject]

_LONGEST_DETAIL = 500  # characters of an exception's message, which may quote the page


def steps(profile: Profile | None) -> tuple[Step, ...]:
    """What is done with an article, in this order. Signing, which only marks of duplicates need, is not among it."""
    return partial(clean, profile=profile), judge


def extract_page(
    page: Page, *, family: str | None = None, site: Site | None = None, profile: Profile | None = None
) -> Outcome:
    """The article of this page alone, not cleaned, or a Reject. Never raises: an exception becomes a Reject, too."""
    # Some thousand nodes and lines without a cycle among them: the search for cycles would go over them several times.
    collects = gc.isenabled()
    gc.disable()
    try:
        if site is None:
            return extract(page, family, profile=profile)
        return extract(page, family or site.family, site.name, site.layout_at(page.captured_at), profile)
    except Exception as bug:  # one page fails alone; the reject says why
        return Outcome(reject=broken(bug))
    finally:
        if collects:
            gc.enable()


def join_pages(outcomes: Iterable[Outcome], *, complete: bool) -> Outcome:
    """One article from its pages, in order; it is marked truncated when they are not `complete`. Never raises."""
    try:
        return join(outcomes, complete=complete)
    except Exception as bug:  # one article fails alone
        return Outcome(reject=broken(bug))


def finish(article: Article, profile: Profile | None = None) -> Article | Reject:
    """An extracted and joined article cleaned, judged and signed, or the Reject that judging gave. Never raises."""
    verdict = run_steps(article, profile)
    return verdict if isinstance(verdict, Reject) else attempt(sign, verdict)


def attempt(step: Step, article: Article) -> Article | Reject:
    """What `step` makes of the article. Never raises: an exception is a Reject of this article, and of no other."""
    try:
        return step(article)
    except Exception as bug:  # one article fails alone
        return broken(bug)


def broken(bug: Exception) -> Reject:
    """The reject of a unit whose handling raised `bug`."""
    return Reject("broken", f"{type(bug).__name__}: {bug}"[:_LONGEST_DETAIL])


def run_steps(article: Article, profile: Profile | None = None) -> Article | Reject:
    """All steps in order, up to the first Reject."""
    verdict: Article | Reject = article
    for step in steps(profile):
        if isinstance(verdict, Reject):
            break
        verdict = attempt(step, verdict)
    if isinstance(verdict, Article):
        verdict.rules_version = rules_version(profile)
    return verdict


def process_page(
    page: Page, *, family: str | None = None, site: Site | None = None, profile: Profile | None = None
) -> Outcome:
    """One page extracted, cleaned and judged: `articles` has the article, or `reject` the reason why there is none.

    `profile` is what other pages of the site say (crawler/extract/profile.py); it changes nothing but by what it holds.
    The article is not signed: near-duplicates concern the dataset.
    """
    outcome = extract_page(page, family=family, site=site, profile=profile)
    if not outcome.articles:
        return outcome
    verdict = run_steps(outcome.articles[0], profile)
    if isinstance(verdict, Reject):
        return Outcome(reject=verdict, next_page=outcome.next_page)
    return Outcome(articles=[verdict], next_page=outcome.next_page, selected=outcome.selected, covered=outcome.covered)
