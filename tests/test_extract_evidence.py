"""What a page's metadata says helps to read what the page prints, and is never a value by itself."""

from __future__ import annotations

import pytest

from tests.extract_kit import article, html

_DATE = "2019-03-16"


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="ContentSource" content="东方早报社"><meta name="Author" content="林下小舟">',
        '<meta name="source" content="东方早报社"><meta property="article:author" content="林下小舟">',
        '<script type="application/ld+json">{"datePublished": "2019-03-16", "author": {"@type": "Person", '
        '"name": "林下小舟"}}</script><meta name="source" content="东方早报社">',
    ],
)
def test_a_name_of_the_metadata_is_read_where_the_page_prints_it(head: str) -> None:
    printed = article(
        html(head=head, byline="<div><span>林下小舟</span> <span>东方早报社</span></div><div>2019-03-16</div>")
    )
    assert (printed.source, printed.author) == ("东方早报社", "林下小舟")
    unprinted = article(html(head=head, byline="<div>2019-03-16</div>"))
    assert (unprinted.source, unprinted.author) == (None, None)


def test_a_name_in_a_sentence_is_not_printed_as_a_name() -> None:
    head = '<meta name="author" content="林下小舟">'
    assert article(html(head=head, byline="<p>昨天，林下小舟说，河水又涨了。</p>")).author is None


def test_the_site_s_own_name_is_not_the_source() -> None:
    head = '<meta name="source" content="东方早市网">'
    assert article(html(head=head, byline="<div>东方早市网</div><div>2019-03-16</div>")).source is None


@pytest.mark.parametrize(
    "head",
    [
        f'<meta name="PubDate" content="{_DATE} 08:30">',
        f'<meta property="article:published_time" content="{_DATE}T08:30:00+08:00">',
        f'<script type="application/ld+json">{{"datePublished": "{_DATE}T08:30:00+08:00"}}</script>',
    ],
)
def test_of_two_printed_dates_the_metadata_says_which_is_that_of_the_publication(head: str) -> None:
    byline = f"<div>2019-03-20</div><div>{_DATE}</div>"
    assert article(html(byline=byline)).published == "2019-03-20"
    assert article(html(head=head, byline=byline)).published == _DATE
    assert article(html(head=head)).published is None


def test_a_moment_of_a_time_element_completes_the_date_that_it_prints() -> None:
    byline = '<time datetime="2019-03-16T08:30:00+08:00">3月16日 08:30</time>'
    assert article(html(byline=byline)).published == "2019-03-16T08:30"
