"""The one way from bytes to rows: the live crawl, `scrapy reextract` and a Ray task all call these functions.

process_page(page)  =  extract_page  then  finish
a multi-page article  =  extract_page for each page, join_pages, finish
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.extract import Article, Outcome, Page, Reject
from crawler.extract.extract import extract
from crawler.extract.join import join
from crawler.siteconfig.site import Site
from pipelines.dedup.signature import sign
from pipelines.text.clean import clean
from pipelines.text.quality import judge

# Named in every row: raise it with every change that can change a row.
RULES_VERSION = "2026.11.3"

STEPS: tuple[Callable[[Article], Article | Reject], ...] = (clean, judge)


def extract_page(page: Page, *, family: str | None = None, site: Site | None = None) -> Outcome:
    """The article of this page alone, not cleaned; a Reject when it holds none. Never raises: a bug is a reject too."""
    try:
        if site is None:
            return extract(page, family)
        return extract(page, family or site.family, site.name, site.layout_at(page.captured_at))
    except Exception as bug:  # the contract of the one door; the reject carries the bug
        return Outcome(reject=Reject("broken", f"{type(bug).__name__}: {bug}"))


def join_pages(outcomes: Sequence[Outcome], *, complete: bool) -> Outcome:
    """The pages of one article, in order, as one article; not `complete` marks the row as truncated."""
    return join(outcomes, complete=complete)


def finish(article: Article) -> Article | Reject:
    """Clean, judge and sign an extracted (and joined) article: what a row is made of."""
    verdict = run_steps(article)
    return verdict if isinstance(verdict, Reject) else sign(verdict)


def run_steps(article: Article) -> Article | Reject:
    """The steps that change or refuse a text; the signature, which only the dataset's marks need, comes after them."""
    verdict: Article | Reject = article
    for step in STEPS:
        if isinstance(verdict, Reject):
            break
        verdict = step(verdict)
    if isinstance(verdict, Article):
        verdict.rules_version = RULES_VERSION
    return verdict


def process_page(page: Page, *, family: str | None = None, site: Site | None = None) -> Outcome:
    """Everything for one page: `Outcome.articles` holds the finished article, or `reject` says why there is none.

    The article is not signed: near-duplicates are a matter of the dataset.
    """
    outcome = extract_page(page, family=family, site=site)
    if not outcome.articles:
        return outcome
    verdict = run_steps(outcome.articles[0])
    if isinstance(verdict, Reject):
        return Outcome(reject=verdict, next_page=outcome.next_page)
    return Outcome(articles=[verdict], next_page=outcome.next_page)
