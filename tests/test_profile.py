"""What the other pages of a site say: learnt from pages of our own making, applied to further ones, and as data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.extract.article import Article, Reject
from crawler.extract.extract import read_article
from crawler.extract.guided import guided
from crawler.extract.paragraphs import assemble
from crawler.extract.profile import (
    Profile,
    ProfileError,
    common_node,
    digest_of,
    is_paragraph,
    known_container,
    mask,
    parse_profile,
    path_of,
    serialised,
)
from crawler.extract.read import parse
from crawler.extract.title import Title
from crawler.learn.learning import LAST, LEAST, Learnt, learn
from crawler.learn.observe import Observation, observe
from crawler.sandbox.processor import Processor
from pipelines.process import extract_page, process_page
from pipelines.text.tracked import restore
from pipelines.version import RULES_VERSION
from tests.examples import times
from tests.extract_kit import PARAGRAPHS, page

SITE, TODAY = "zaoshi", date(2026, 11, 27)
SLOGAN = "早市文库每天天不亮就开张，欢迎街坊四邻来翻一翻"
DEALER = "东头第{n}家铺子常年收旧书，有的话拿来换两斤藕也行"
_NUMERALS = "一二三四五六七八九十"


def numeral(n: int) -> str:
    return "".join(_NUMERALS[int(digit)] for digit in str(n))


def words(n: int, paragraph: int = 0) -> str:
    """A paragraph that no other page has."""
    return f"第{numeral(n)}个摊子的第{numeral(paragraph)}位客人说，{PARAGRAPHS[(n + paragraph) % 3]}"


def essay(n: int, *, body: str | None = None, tail: str = "", heading: str = "", template: str = "art") -> str:
    title = heading or f"集市见闻之{numeral(n)}"
    body = body if body is not None else "".join(f"<p>{words(n, each)}</p>" for each in range(6))
    return (
        f"<html><head><meta charset=utf-8><title>集市见闻之{numeral(n)}_早市文库</title></head><body><div class=top>"
        f'<h1>{title}</h1></div><div class="{template} c{n}"><div>{body}{tail}</div></div></body></html>'
    )


def url(n: int, kind: str = "a") -> str:
    return f"http://www.zaoshi.example/{kind}/{n}.html"


def observed(pages: Sequence[tuple[str, str]]) -> list[Observation]:
    found = [observe(page(html, where), None, None, Processor()) for where, html in pages]
    return [each for each in found if each is not None]


def profile_of(learnt: Learnt) -> Profile:
    assert not learnt.refused, learnt.refused
    return parse_profile(learnt.profile(SITE, TODAY), SITE)


def learnt_of(make: Callable[[int], str], number: int = 60) -> Profile:
    return profile_of(learn(observed([(url(n), make(n)) for n in range(number)])))


def read(html: str, profile: Profile | None, where: str = url(999)) -> Article:
    found = process_page(page(html, where), profile=profile)
    assert found.articles, found.reject
    return found.articles[0]


def test_lines_that_end_most_texts_are_taken_out_and_can_be_put_back() -> None:
    make = lambda n: essay(n, tail=f"<p>{SLOGAN}</p><p>{DEALER.format(n=n)}</p>")  # noqa: E731
    profile = learnt_of(make)
    before, after = read(make(999), None), read(make(999), profile)
    assert before.text.endswith(f"{SLOGAN}\n{DEALER.format(n=999)}")
    assert after.text == before.text.removesuffix(f"\n{SLOGAN}\n{DEALER.format(n=999)}")
    assert {span.rule for span in after.removed} == {"site_line"}
    assert restore(after.text, after.removed) == before.text
    assert after.rules_version == f"{RULES_VERSION}+{profile.digest}"


def test_however_many_lines_there_are() -> None:
    make = lambda n: essay(n, tail="".join(f"<p>{numeral(each)}号{SLOGAN}</p>" for each in range(14)))  # noqa: E731
    assert SLOGAN not in read(make(999), learnt_of(make)).text


def test_lines_of_one_kind_of_page() -> None:
    make = lambda n: essay(n, tail=f"<p>{SLOGAN}</p>" if n % 4 == 0 else "")  # noqa: E731
    pages = [(url(n, "wenti" if n % 4 == 0 else "a"), make(n)) for n in range(100)]
    assert SLOGAN not in read(make(1000), profile_of(learn(observed(pages)))).text


@pytest.mark.parametrize(
    "line",
    [
        lambda n: "2021年3月4日",
        lambda n: f"集市见闻之{numeral(n)}",
        lambda n: "下午3:15",
        lambda n: words(n, 7),
        lambda n: SLOGAN if n % 3 == 0 else words(n, 8),
    ],
)
def test_dates_titles_and_lines_of_few_pages_stay(line: Callable[[int], str]) -> None:
    make = lambda n: essay(n, tail=f"<p>{line(n)}</p>")  # noqa: E731
    profile = learnt_of(make)
    assert not profile.tails
    assert read(make(999), profile).text == read(make(999), None).text


def test_a_heading_above_the_last_paragraph_stays_though_all_pages_have_it() -> None:
    make = lambda n: essay(n, tail=f"<p>街坊们怎么说这个集市</p><p>{words(n, 9)}</p>")  # noqa: E731
    assert "\n街坊们怎么说这个集市\n" in read(make(999), learnt_of(make)).text


def test_a_line_in_the_middle_stays_though_all_pages_have_it() -> None:
    make = lambda n: essay(  # noqa: E731
        n, body=f"<p>{words(n)}</p><p>{SLOGAN}</p>" + "".join(f"<p>{words(n, each)}</p>" for each in range(1, 12))
    )
    assert SLOGAN in read(make(999), learnt_of(make)).text


def left_out(make: Callable[[int], str], profile: Profile, gone: Callable[[str], bool]) -> list[str]:
    """The lines of the text of a page whose reading has left some out."""
    dom, _, place, chosen = read_article(parse(make(999)))
    kept = [i for i in chosen if not gone(dom.lines[i].text)]
    assert kept != chosen
    _, lines, covered = guided(dom, place, kept, profile)
    assert covered is True
    return [dom.lines[i].text for i in lines]


def test_prose_that_was_left_out_of_the_container_comes_back() -> None:
    profile = learnt_of(essay)
    assert left_out(essay, profile, lambda text: text in (words(999, 0), words(999, 3))) == [
        words(999, each) for each in range(6)
    ]


def noted(n: int) -> str:
    """A line of the site above the text."""
    return essay(n, body=f"<p>{SLOGAN}，先到先得。</p>" + "".join(f"<p>{words(n, each)}</p>" for each in range(6)))


def test_what_pages_have_beside_their_text_stays_out() -> None:
    profile = replace(learnt_of(essay), repeated=frozenset())
    assert left_out(noted, profile, lambda text: SLOGAN in text)[0].startswith(SLOGAN)
    pages = observed([(url(n), noted(n)) for n in range(60)])
    known = [replace(each, left=frozenset(each.lines[:1])) for each in pages]
    repeated = profile_of(learn(known)).repeated
    assert SLOGAN not in left_out(noted, replace(profile, repeated=repeated), lambda text: SLOGAN in text)[0]


def test_what_was_left_out_behind_the_end_stays_out() -> None:
    profile = learnt_of(essay)
    last = words(999, 5)
    assert left_out(essay, profile, lambda text: text == last)[-1] == words(999, 4)


def test_other_places_of_the_page_are_not_the_container() -> None:
    profile = learnt_of(essay)
    dom, _, place, chosen = read_article(parse(essay(999, template="other")))
    assert guided(dom, place, chosen[:3], profile) == (place, chosen[:3], False)


def test_the_title_is_where_the_others_have_theirs() -> None:
    profile = learnt_of(essay)
    dom, _, place, chosen = read_article(parse(essay(999)))
    assert place is not None
    wrong = replace(place, title=Title(dom.lines[chosen[0]].text, chosen[0]))
    found, _, _ = guided(dom, wrong, chosen, profile)
    assert found is not None
    assert found.title.text == "集市见闻之" + numeral(999)


def test_a_label_on_most_pages_does_not_say_where_titles_are() -> None:
    pages = observed([(url(n), essay(n)) for n in range(60)])
    label = [replace(each, title="0" * 16, heading="html>body>b") for each in pages[:50]]
    assert list(profile_of(learn([*label, *pages[50:]])).titles) == [pages[0].heading]


def test_a_text_under_several_titles_is_none() -> None:
    shared = f"<p>{SLOGAN}。</p><p>{DEALER.format(n=1)}，概不赊账，也不退换，来之前先打听清楚。</p>" * 2
    pages = [(url(n), essay(n, body=shared if n > 60 else None)) for n in range(66)]
    profile = profile_of(learn(observed(pages)))
    assert process_page(page(essay(999, body=shared), url(999))).articles
    found = process_page(page(essay(999, body=shared), url(999)), profile=profile)
    assert found.reject is not None
    assert found.reject.reason == "too_short"


def test_the_text_beside_a_shared_one_is_the_article() -> None:
    notice = f"<div class=notice><p>{SLOGAN}。</p><p>{DEALER.format(n=1)}，概不赊账，先打听清楚再来。</p></div>"
    dom, _, place, _ = read_article(parse(essay(999).replace("</body>", f"{notice}</body>")))
    [block] = dom.named("notice")
    wrong = list(range(block.start, block.end))
    profile = replace(learnt_of(essay), dead=frozenset((digest_of(assemble(dom, wrong)),)))
    _, lines, _ = guided(dom, place, wrong, profile)
    assert [dom.lines[i].text for i in lines] == [words(999, each) for each in range(6)]


@pytest.mark.parametrize(("number", "same"), [(LEAST - 1, 1), (2 * LEAST, 2 * LEAST)])
def test_it_takes_fifty_distinct_articles(number: int, same: int) -> None:
    learnt = learn(observed([(url(n // same), essay(n // same)) for n in range(number)]))
    assert "50 are needed" in learnt.refused


def test_nothing_is_learnt_when_the_last_pages_are_others() -> None:
    pages = [(url(n), essay(n)) for n in range(4 * LAST)]
    moved = [(url(n), essay(n, template=f"t{'x' * (n % 40)}")) for n in range(4 * LAST, 5 * LAST)]
    learnt = learn(observed([*pages, *moved]))
    assert learnt.outdated
    assert learnt.refused


def test_a_profile_of_nothing_changes_nothing() -> None:
    empty = parse_profile(serialised(SITE, TODAY, {}, pages={}, note="off"), SITE)
    assert not empty
    assert read(essay(1), empty) == read(essay(1), None)


@given(st.integers(0, 10**6))
def test_a_profile_is_read_as_it_was_written(number: int) -> None:
    tables = {
        "containers": {f"html>body>div.c{number}": number + 3},
        "leaves": {"p": 5},
        "titles": {"html>body>h1.标题": 9},
        "tails": {f"{number:016x}": 60},
        "repeated": {},
        "dead": {},
    }
    raw = serialised(SITE, TODAY, tables, pages={"articles": 60})
    found = parse_profile(raw, SITE)
    assert found.tables == tuple(frozenset(tables[name]) for name in tables)
    with pytest.raises(ProfileError):
        parse_profile(raw, "other")


_RAW = serialised(SITE, TODAY, {"containers": {"html>body": 50}, "tails": {"0" * 16: 40}}, pages={"articles": 50})


@given(st.integers(0, len(_RAW) - 1), st.integers(0, 255))
def test_a_damaged_profile_is_none(at: int, byte: int) -> None:
    damaged = _RAW[:at] + bytes([byte]) + _RAW[at + 1 :]
    try:
        found = parse_profile(damaged, SITE)
    except ProfileError:
        return
    assert found == parse_profile(_RAW, SITE)  # white space, or the same byte


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
@example({"version": 1})
@example([[]] * 3)
def test_other_json_is_no_profile(value: object) -> None:
    with pytest.raises(ProfileError):
        parse_profile(json.dumps(value).encode(), SITE)


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b" " * 2_000_000])
def test_other_bytes_are_no_profile(raw: bytes) -> None:
    with pytest.raises(ProfileError):
        parse_profile(raw, SITE)


@given(st.text(), st.text())
def test_a_mask_hides_title_and_numbers(line: str, title: str) -> None:
    masked = mask(f"{line}{title}{line}", title)
    assert not any(c.isdecimal() and c != "0" for c in masked)
    assert mask(f"{line}甲12 乙", "") == mask(f"{line}甲345乙", "")


def test_reject_and_article_alike_name_no_profile_where_there_is_none() -> None:
    found = process_page(page(essay(1)))
    assert found.articles[0].rules_version == RULES_VERSION
    assert found.covered is None
    assert isinstance(process_page(page("<html><body>1")).reject, Reject)


_SMALL = st.lists(
    st.sampled_from(
        [
            *("<div>", "</div>", "<p>", "<h1>集市", "<a href=/>", f"<p>{SLOGAN}</p>", "<div class='art c1'><div>"),
            *(f"<p>{words(3, each)}</p>" for each in range(4)),
            *("来源：早市 2021-03-04", "<table><tr><td>", "<script>", "相关阅读"),
        ]
    ),
    max_size=14,
).map("".join)


@pytest.mark.slow
@times(1.5)
@given(_SMALL, st.booleans())
def test_any_page_is_read_with_a_profile_and_nothing_of_its_body_is_lost(heap: str, known: bool) -> None:
    html = f"<title>集市</title>{heap}"
    dom, _, _, chosen = read_article(parse(html))
    dead = frozenset((digest_of(assemble(dom, chosen)),)) if known and chosen else frozenset()
    tails = frozenset(map(digest_of, (mask(SLOGAN, ""), mask(words(3), ""))))
    profile = replace(_learnt_once(), tails=tails, dead=dead)
    raw = extract_page(page(html), profile=profile)
    found = process_page(page(html), profile=profile)
    for outcome in (raw, found):
        assert outcome.reject is None or outcome.reject.reason != "broken", outcome.reject
    for article in found.articles:
        assert restore(article.text, article.removed) == raw.articles[0].text


@cache
def _learnt_once() -> Profile:
    return learnt_of(essay)


@pytest.mark.parametrize(("behind", "known"), [("", True), ("短", True), (PARAGRAPHS[0] * 3, False)])
def test_a_container_is_known_by_most_of_what_was_chosen(behind: str, known: bool) -> None:
    dom = parse(f"<div class=art><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></div><p>{behind}</p>")
    container = dom.lines[1].node.parent
    assert container is not None
    empty = parse_profile(serialised(SITE, TODAY, {}, pages={}, note=""), SITE)
    profile = replace(empty, containers={path_of(container): 9})
    found = known_container(dom, list(range(len(dom.lines))), profile)
    assert found is (container if known else None)


def test_a_profile_that_says_anything_is_one() -> None:
    empty = parse_profile(serialised(SITE, TODAY, {}, pages={}), SITE)
    assert not empty
    assert len(empty.digest) == 8  # it stands behind the rules version of each row
    for name in ("containers", "titles", "tails", "dead"):
        key = "0" * 16 if name in ("tails", "dead") else "html"
        assert parse_profile(serialised(SITE, TODAY, {name: {key: 3}}, pages={}), SITE), name
    for name in ("leaves", "repeated"):  # they say nothing without a container or a tail
        key = "0" * 16 if name == "repeated" else "p"
        assert not parse_profile(serialised(SITE, TODAY, {name: {key: 3}}, pages={}), SITE), name


@pytest.mark.parametrize(
    "table",
    [
        {"containers": ["html"]},
        {"tails": {"no digest": 3}},
        {"dead": {"0" * 15: 3}},
        {"repeated": {"0" * 17: 3}},
        {"titles": {"html": "many"}},
        {"leaves": {"x" * 40_001: 3}},
        {"containers": {str(number): 3 for number in range(2_001)}},
    ],
)
def test_a_table_of_anything_else_is_refused(table: dict[str, object]) -> None:
    stored = json.loads(serialised(SITE, TODAY, {}, pages={}))
    with pytest.raises(ProfileError):
        parse_profile(resealed({**stored, **table}), SITE)
    for kept in ({"leaves": {"x" * 40_000: 3}}, {"containers": {str(number): 3 for number in range(2_000)}}):
        assert parse_profile(resealed({**stored, **kept}), SITE).site == SITE


def resealed(stored: dict[str, object]) -> bytes:
    """The file of a profile with a digest that is right."""
    stored.pop("digest", None)
    digest = hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()
    return json.dumps({**stored, "digest": digest}).encode()


def test_only_prose_is_never_looked_at_for_lines_of_the_site() -> None:
    lines = ("水" * 19 + "。", "水" * 18 + "。", "水" * 30, "水" * 20 + "?")
    assert [is_paragraph(line) for line in lines] == [True, False, False, True]


def test_the_smallest_node_around_lines_may_hold_other_paragraphs() -> None:
    dom = parse(
        "<html><body><div id=a><p>一</p><ul><li><b id=b>二</b></li><li>三</li></ul></div><p>四</p></body></html>"
    )
    one, two, three, four = dom.lines
    steps = [path_of(common_node(list(lines))) for lines in ((one,), (two,), (two, three), (one, three), (one, four))]
    assert [step.partition("body")[2] for step in steps] == [">div.a", ">div.a>ul", ">div.a>ul", ">div.a", ""]
    assert path_of(two.node, common_node([one])) == "ul>li"
