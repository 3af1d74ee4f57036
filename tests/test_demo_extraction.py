"""Every article of the demo web through process.py alone, skin by skin: what differs names its page and field."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from crawler.extract import Page
from crawler.extract.article import Article, Capture, Outcome
from crawler.siteconfig.site import FAMILIES
from pipelines.process import extract_page, finish, join_pages, process_page
from tests.site.compare import differences
from tests.site.truth import Truth
from tests.site.webs import OUTLINES
from tests.site.website import Website

_NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
_BASES = {name: f"http://www.{name}.example" for name in OUTLINES}
WEBS = {outline.family: outline.build(_BASES) for outline in OUTLINES.values()}
_SKINS = sorted({(family, truth.skin) for family, web in WEBS.items() for truth in web.truths.values()})


def page_of(web: Website, url: str) -> Page:
    """What the reader would make of the reply, without a network between."""
    reply = web.answer(url.removeprefix(_BASES[web.name])).reply
    return Page(url, reply.body, reply.content_type, _NOON)


def article_of(family: str, truth: Truth) -> tuple[Article | None, list[str]]:
    """The article joined from the pages that lead to each other, and the URLs of these pages."""
    outcomes: list[Outcome] = []
    url: str | None = truth.url
    seen: list[str] = []
    while url is not None and url not in seen:
        seen.append(url)
        outcomes.append(extract_page(page_of(WEBS[family], url), family=family))
        url = outcomes[-1].next_page
    joined = join_pages(outcomes, complete=True)
    done = finish(joined.articles[0]) if joined.articles else None
    return (done if isinstance(done, Article) else None), seen


def test_families_have_a_web_each() -> None:
    assert set(WEBS) == set(FAMILIES)


@pytest.mark.parametrize(("family", "skin"), _SKINS)
def test_articles_say_what_was_put_on_their_pages(family: str, skin: str) -> None:
    wrong: list[str] = []
    for truth in WEBS[family].truths.values():
        if truth.skin != skin:
            continue
        article, urls = article_of(family, truth)
        if article is None:
            wrong.append(f"{truth.url}: no article")
            continue
        article.captures = [Capture("", "", 0, 0, url, "", _NOON) for url in urls]
        wrong += [f"{truth.url}: {line}" for line in differences(asdict(article), truth)]
    assert not wrong, "\n".join([f"{len(wrong)} differences", *wrong])


@pytest.mark.parametrize("family", FAMILIES)
def test_pages_that_are_no_articles_are_rejected_with_the_reason(family: str) -> None:
    web = WEBS[family]
    expected = {url: reason for url, reason in web.rejects.items() if reason != "http_error"}
    outcomes = {url: process_page(page_of(web, url), family=family) for url in expected}
    assert {url: outcome.reject and outcome.reject.reason for url, outcome in outcomes.items()} == expected
