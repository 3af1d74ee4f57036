"""The pages of one article are one article: nothing twice, no sentence broken, nothing missing unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from crawler.extract import Article, Outcome, Reject
from crawler.extract.article import Capture
from crawler.extract.join import MAX_CHARACTERS
from pipelines.process import join_pages
from tests.extract_kit import PARAGRAPHS, TITLE

_NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def page(text: str, number: int = 1, **fields: str) -> Outcome:
    url = f"http://e.cn/1_{number}.html"
    capture = Capture(f"r{number}", "f.warc.gz", number, 1, url, "", _NOON)
    found = Article(
        id="1", url=url, canonical_url=url, site="", family="", template="", title=TITLE, text=text, captures=[capture]
    )
    for name, value in fields.items():
        setattr(found, name, value)
    return Outcome(articles=[found])


def joined(*outcomes: Outcome, complete: bool = True) -> Article:
    (found,) = join_pages(outcomes, complete=complete).articles
    return found


def test_one_page_is_itself() -> None:
    found = joined(page(PARAGRAPHS[0]))
    assert (found.text, found.page_count, found.truncated) == (PARAGRAPHS[0], 1, False)


def test_pages_are_joined_in_their_order_with_their_captures() -> None:
    found = joined(*(page(text, number) for number, text in enumerate(PARAGRAPHS, 1)))
    assert found.text == "\n".join(PARAGRAPHS)
    assert found.page_count == 3
    assert [capture.record_id for capture in found.captures] == ["r1", "r2", "r3"]


@pytest.mark.parametrize("again", [TITLE, f"{TITLE}(2)", f"{TITLE}（2）", f"{TITLE} 2"])
def test_the_title_that_opens_the_second_page_is_dropped(again: str) -> None:
    assert joined(page(PARAGRAPHS[0]), page(f"{again}\n{PARAGRAPHS[1]}", 2)).text == "\n".join(PARAGRAPHS[:2])


def test_a_sentence_cut_between_two_pages_is_healed() -> None:
    first, second = PARAGRAPHS[0][:30], PARAGRAPHS[0][30:]
    assert joined(page(f"{PARAGRAPHS[1]}\n{first}"), page(f"{second}\n{PARAGRAPHS[2]}", 2)).text == "\n".join(
        (PARAGRAPHS[1], PARAGRAPHS[0], PARAGRAPHS[2])
    )


def test_a_heading_at_a_seam_stays_a_line() -> None:
    assert (
        joined(page(f"{PARAGRAPHS[0]}\n二、集市的晌午"), page(PARAGRAPHS[1], 2)).text.split("\n")[1] == "二、集市的晌午"
    )


@pytest.mark.parametrize("complete", [True, False])
def test_a_missing_page_marks_the_row(complete: bool) -> None:
    missing = Outcome(reject=Reject("http_error", "404"))
    assert joined(page(PARAGRAPHS[0]), missing, page(PARAGRAPHS[2], 3), complete=complete).truncated
    assert joined(page(PARAGRAPHS[0]), page(PARAGRAPHS[1], 2), complete=complete).truncated is not complete


def test_a_field_comes_from_the_first_page_that_prints_it() -> None:
    found = joined(page(PARAGRAPHS[0], source="东方早报"), page(PARAGRAPHS[1], 2, source="另一家", editor="李编"))
    assert (found.source, found.editor, found.author) == ("东方早报", "李编", None)


def test_a_lead_repeated_on_page_two_is_dropped() -> None:
    lead = "一座小城的集市，从凌晨到晌午。"
    found = joined(page(PARAGRAPHS[0], lead=lead), page(f"{lead}\n{PARAGRAPHS[1]}", 2))
    assert found.text == "\n".join(PARAGRAPHS[:2])


def test_the_pages_given_are_not_changed() -> None:
    first, second = page(PARAGRAPHS[0]), page(PARAGRAPHS[1], 2)
    joined(first, second)
    assert (first.articles[0].text, first.articles[0].page_count, len(first.articles[0].captures)) == (
        PARAGRAPHS[0],
        1,
        1,
    )


def test_no_article_at_all_is_the_first_page_s_reject() -> None:
    refused = Outcome(reject=Reject("soft_404", "页面不存在"))
    assert join_pages([refused], complete=True) == refused
    assert join_pages([], complete=True) == Outcome()


def test_an_article_without_end_is_cut_and_no_further_page_is_asked_for() -> None:
    asked = []

    def pages() -> Iterator[Outcome]:
        for number in range(1, 100):
            asked.append(number)
            yield page("长" * (MAX_CHARACTERS // 4 - 10), number)

    [found] = join_pages(pages(), complete=True).articles
    assert (found.page_count, found.truncated) == (4, True)
    assert len(found.text) <= MAX_CHARACTERS
    assert asked == [1, 2, 3, 4, 5]
