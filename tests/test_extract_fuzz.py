"""Whatever bytes come, process_page answers: an article or a reason, never an exception, never `broken`."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import Outcome
from crawler.extract.article import REASONS
from crawler.extract.read import parse
from crawler.siteconfig.site import FAMILIES
from pipelines.process import extract_page, finish, join_pages, process_page
from pipelines.text.tracked import restore
from tests.examples import times
from tests.extract_kit import PROSE, URL, page
from tests.test_extract_fixtures import FOLDER, GOLD

pytestmark = pytest.mark.slow

_slugs = st.sampled_from(sorted(GOLD))
_families = st.sampled_from([None, *sorted(FAMILIES)])
# What parsers and patterns stumble over, between pieces of real pages.
_LABELS = ("来源：", "作者：", "2019-02-30", "第1页", "下一页", "【", "（", "1、", "\ue5e5", "😀")
_BITS = [
    *(
        b"<",
        b">",
        b"</div>",
        b"<div class='content'>",
        b"<p>",
        b"<br>",
        b"<a href='x_2.html'>",
        b"</a>",
        b"<!--",
        b"-->",
    ),
    *(b"<script>", b"</script>", b"<title>", b"<h1>", b"<table><tr><td>", b"<ul><li>", b"<style>", b"</html>"),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b"<meta charset=gbk>", b"&#x110000;", b"&#0;"),
    *(label.encode() for label in _LABELS),
    *(label.encode("gb18030") for label in ("责任编辑：", "当前位置：", "网络(wǎng)", "附送：", "篇一")),
]
_noise = st.lists(st.sampled_from(_BITS) | st.binary(max_size=8), max_size=12).map(b"".join)


@cache
def raw(slug: str) -> bytes:
    return (FOLDER / f"{slug}.html").read_bytes()


def answered(body: bytes, family: str | None = None, url: str = URL) -> Outcome:
    found = process_page(page(body, url), family=family)
    assert bool(found.articles) != bool(found.reject)
    if found.reject is not None:
        assert found.reject.reason in REASONS
        assert found.reject.reason != "broken", found.reject.detail
    for article in found.articles:
        assert article.text
        assert "\n\n" not in article.text
        assert all(0 <= part.start <= part.end <= len(article.text) for part in article.parts)
    return found


@given(st.binary(max_size=2000), _families)
def test_any_bytes_get_an_answer(body: bytes, family: str | None) -> None:
    answered(body, family)


@times(1.2)
@given(_noise, _families)
def test_any_heap_of_tags_and_labels_gets_an_answer(body: bytes, family: str | None) -> None:
    answered(body + PROSE.encode() + body, family)


@times(1.5)
@given(_slugs, st.floats(0, 1), _families)
def test_a_page_cut_anywhere_gets_an_answer(slug: str, where: float, family: str | None) -> None:
    body = raw(slug)
    answered(body[: int(len(body) * where)], family)


@times(2.5)
@given(_slugs, _slugs, st.floats(0, 1), st.floats(0, 1), _noise)
def test_two_pages_spliced_anywhere_get_an_answer(one: str, other: str, end: float, start: float, noise: bytes) -> None:
    first, second = raw(one), raw(other)
    answered(first[: int(len(first) * end)] + noise + second[int(len(second) * start) :], GOLD[one]["family"])


@given(_slugs, _slugs, _slugs)
def test_pages_joined_in_any_company_conserve_their_text(first: str, second: str, third: str) -> None:
    outcomes = [extract_page(page(raw(slug), GOLD[slug]["url"])) for slug in (first, second, third)]
    for article in join_pages(outcomes, complete=True).articles:
        body = article.text
        finish(article)
        assert restore(article.text, article.removed) == body


@given(st.text(max_size=80))
def test_any_url_gets_an_answer(url: str) -> None:
    answered(raw("dedecms"), url=url)


_SENTENCE = "我们在这里说的，是一句话。".encode()


@pytest.mark.parametrize(
    "body",
    [
        b"<div class='content a b'>" * 50_000 + _SENTENCE,
        (b"<div class='comment'>" + _SENTENCE) * 10_000,
        (b"<ul><li>" + _SENTENCE) * 10_000,
        (b"<table><tr><td>" + _SENTENCE) * 5_000,
        b"<font color=red>" * 30_000 + _SENTENCE,
        b"<p " + b"".join(b"a%d=1 " % n for n in range(60_000)) + b">" + _SENTENCE,
        b"<p class='" + b"".join(b"a%d " % n for n in range(100_000)) + b"'>" + _SENTENCE,
        b"<p>" + _SENTENCE * 20_000,
        (b"<p>" + _SENTENCE) * 25_000,
        b"<p>" + "【（[(".encode() * 100_000,
        b"<p>" + b"X" * 300_000 + _SENTENCE,
        b"<p>" + b"1" * 300_000 + _SENTENCE,
        "<p>（来自".encode() + b"a." * 100_000,
        b"<p>" + "附件：".encode() * 50_000,
        b"<title>" + "我们_".encode() * 50_000,
        b"<" * 200_000,
        b"&" * 200_000,
        b"<a href='/a_2.html'>2</a> " * 10_000,
    ],
    ids=range(18),
)
def test_huge_and_deep_pages_get_an_answer(body: bytes) -> None:
    """Each took seconds to hours at some time; bench/fuzz.py --large times them at 10 MB."""
    answered(b"<html><head><title>t</title></head><body>" + body)


def test_a_page_with_more_lines_than_are_read_is_truncated() -> None:
    lines = b"".join(b"<p>%d%s</p>" % (number, _SENTENCE) for number in range(25_000))
    (article,) = answered(b"<h1>t</h1>" + lines).articles
    assert article.truncated


@pytest.mark.parametrize(
    "line",
    [
        "6" * 80 + "页",  # found by atheris: a line of digits was a pager in 2^50 ways
        "[1]" * 25 + "x",
        "点击查看更多" * 14 + "x",
        "打印本页阅读全文" * 7 + "x",
        "条评论" * 19 + "x",
        "（）" * 40 + "x",
        "本报记者 " * 15 + "x",
        "编辑：" * 20 + "x",
        "2019-01-01 " * 8 + "x",
        "当前位置：> " * 12 + "x",
    ],
)
@pytest.mark.parametrize("place", ["title", "line", "link"])
def test_a_short_line_that_reads_in_many_ways_is_read_at_once(line: str, place: str) -> None:
    """Exponential patterns do not fail here, they do not come back."""
    shown = {
        "title": f"<title>{line}</title><h1>{line}</h1>",
        "line": f"<p>{line}</p>",
        "link": f"<a href=/x>{line}</a>",
    }
    answered(f"{shown[place]}{PROSE}<div>{shown[place]}</div>".encode(), "wenku")


@pytest.mark.parametrize("tag", ["<q>", "<sup>", '<span style="vertical-align:super">'])
def test_nested_marks_around_a_long_text_are_read_once(tag: str) -> None:
    """Its time grew with their number times the length: 20 s for a page of 6 MB."""
    words = "早市" * 20_000
    assert parse(f"<h1>早市</h1>{tag * 1500}{words}").lines[-1].text.strip("“”^") == words
