"""Articles that a page holds only as data in its scripts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.literal import UnreadableError, read_literal
from tests.extract_kit import PARAGRAPHS, PROSE, TEXT, TITLE, article, html, outcome

_OTHERS = [{"title": f"别家的新闻第{n}条说的是另一件事", "content": PROSE, "id": n} for n in range(12)]
_FACTS = {"publishTime": "2021-03-04 05:06:07", "source": "早市日报", "author": "卢敏", "editor": "何青"}
_STATE = {
    "route": {"path": "/a/1"},
    "recommend": _OTHERS,
    "detail": {"title": TITLE, **_FACTS, "summary": "集市的一天。" * 30, "content": PROSE, "hot": _OTHERS},
}


def shell(script: str, *, title: str = f"{TITLE}_东方早市网", body: str = '<div id="app"></div>') -> str:
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}{script}</body></html>'


def dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def said(**values: object) -> str:
    return dumped(values)


def as_script(value: object) -> str:
    """A literal as minifiers write it: keys without quotes, !0 for true, single quotes, a comment, a last comma."""
    if isinstance(value, dict):
        return "{" + "".join(f"{key}:{as_script(each)},/* , */" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_script, value)) + ",]"
    if isinstance(value, bool):
        return "!0" if value else "!1"
    return "'" + value.replace("'", "\\'").replace("</", "<\\/") + "'" if isinstance(value, str) else dumped(value)


def nuxt2(state: dict[str, object]) -> str:
    detail = dict(_STATE["detail"])  # type: ignore[call-overload]
    written = as_script({**state, "detail": None}).replace(
        "detail:null", "detail:{title:b,publishTime:c,source:d,author:e,editor:f,content:a,at:new Date(1)}"
    )
    values = ",".join(
        dumped(detail[name]) for name in ("content", "title", "publishTime", "source", "author", "editor")
    )
    return f"window.__NUXT__=(function(a,b,c,d,e,f){{f.x=1;return {written}}}({values}));".replace("f.x=1;", "")


def nuxt3(state: dict[str, object]) -> str:
    table: list[object] = []

    def number(value: object) -> int:
        at = len(table)
        table.append(None)
        if isinstance(value, dict):
            table[at] = {key: number(each) for key, each in value.items()}
        elif isinstance(value, list):
            table[at] = [number(each) for each in value]
        else:
            table[at] = value
        return at

    number(state)
    return f'<script type="application/json" id="__NUXT_DATA__">{dumped([["Reactive", 1], *_shifted(table)])}</script>'


def _shifted(table: list[object]) -> list[object]:
    def moved(value: object) -> object:
        if isinstance(value, dict):
            return {key: each + 1 for key, each in value.items()}
        return [each + 1 for each in value] if isinstance(value, list) else value

    return [moved(each) for each in table]


def next_stream(state: dict[str, object]) -> str:
    text = PROSE.encode()
    rows = f'0:["$","$L1",null,{dumped({**state, "detail": {**_STATE["detail"], "content": "$a"}})}]\n'  # type: ignore[dict-item]
    stream = f"{rows}a:T{len(text):x},{PROSE}2:null\n"
    pieces = [stream[at : at + 700] for at in range(0, len(stream), 700)]
    return "".join(f"<script>self.__next_f.push([1,{dumped(piece)}])</script>" for piece in pieces)


_FORMS: dict[str, Callable[[dict[str, object]], str]] = {
    "next": lambda s: (
        f'<script id="__NEXT_DATA__" type="application/json">{dumped({"props": {"pageProps": s}})}</script>'
    ),
    "ascii": lambda s: f'<script type="application/json">{json.dumps(s)}</script>',
    "initial state": lambda s: f"<script>window.__INITIAL_STATE__={dumped(s)};(function(){{var s;}}())</script>",
    "in a string": lambda s: f"<script>window.DATA = JSON.parse({dumped(dumped(s))});</script>",
    "escaped": lambda s: f"<script>var D=JSON.parse(decodeURIComponent('{quote(json.dumps(s))}'))</script>",
    "address": lambda s: f'<script id="RENDER_DATA" type="application/json">{quote(json.dumps(s))}</script>',
    "literal": lambda s: f"<script>\n// a page\nvar BASE_DATA = {as_script(s)};\nvar x=1</script>",
    "nuxt 2": lambda s: f"<script>{nuxt2(s)}</script>",
    "nuxt 3": nuxt3,
    "stream": next_stream,
}


@pytest.mark.parametrize("form", _FORMS)
def test_the_article_of_a_state_is_read(form: str) -> None:
    found = article(shell(_FORMS[form](_STATE)))
    assert (found.title, found.text) == (TITLE, TEXT)
    assert (found.published, found.source, found.author, found.editor) == (
        "2021-03-04T05:06:07",
        "早市日报",
        "卢敏",
        "何青",
    )


@pytest.mark.parametrize(
    "content",
    [
        PROSE.replace("<", "&lt;").replace(">", "&gt;"),
        f'"{PROSE}"'.replace("<", "&lt;").replace('"', "&quot;"),
        TEXT,
        TEXT.replace("\n", "\r\n\r\n"),
        list(PARAGRAPHS),
        [{"type": 1, "value": f"<p>{text}</p>"} for text in PARAGRAPHS],
        {"blocks": [{"type": "p", "text": text, "marks": []} for text in PARAGRAPHS]},
    ],
)
def test_a_text_may_be_escaped_plain_or_in_blocks(content: object) -> None:
    assert (
        article(shell(f"<script>window.S={dumped({'a': {'headline': TITLE, 'content': content}})}</script>")).text
        == TEXT
    )


def test_linked_data_has_its_own_names() -> None:
    told = {
        "@type": "NewsArticle",
        "headline": TITLE,
        "articleBody": TEXT,
        "datePublished": "2020-02-03T04:05:06+08:00",
        "author": [{"@type": "Person", "name": "卢敏"}],
        "publisher": {"@type": "Organization", "name": "早市日报"},
    }
    found = article(shell(f'<script type="application/ld+json">{dumped({"@graph": [told]})}</script>'))
    assert (found.text, found.published, found.author) == (TEXT, "2020-02-03T04:05:06", "卢敏")


_BLOCKS = [{"type": "text", "content": text} for text in PARAGRAPHS] + [
    {"type": "image", "url": "/1.jpg", "desc": TITLE}
]
_ESCAPED = PROSE.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    "script",
    [
        # As large platforms name and nest them.
        f"window.DATA = {said(title=TITLE, media='早市日报', originContent={'text': PROSE.upper()})}",
        f"var BASE_DATA = {{ articleInfo: {{ title: '{TITLE}', content: '&quot;{_ESCAPED}&quot;'.slice(6, -6),"
        " groupId: '1', subInfo: { source: '早市日报', time: '2021' }, isOriginal: false && 1 } };",
        f"window.jsonData = {said(bsData={'list': [{'itemData': {'title': TITLE, 'sections': _BLOCKS}}]})}",
        f"window.initialState={said(a={'data': {'widgetTitle': TITLE, 'widgetContent': PROSE, 'img': ''}})}",
        f"!function(){{var e={said(articles={'1': {'title': TITLE, 'excerpt': TEXT, 'content': PROSE}})};f(e)}}()",
        f"window.S = Object.assign({{}}, {{x: 1}});\nvar a = {said(detail={'name': TITLE, 'content': PROSE})}",
    ],
    ids=range(6),
)
def test_states_of_platforms(script: str) -> None:
    assert article(shell(f"<script>{script}</script>")).text.upper() == TEXT.upper()


@pytest.mark.parametrize(
    ("stamp", "printed"), [(1614805567, "2021-03-04T05:06:07"), ("1614805567000", "2021-03-04T05:06:07"), (12, None)]
)
def test_seconds_are_a_time_in_china(stamp: object, printed: str | None) -> None:
    state = {"title": TITLE, "content": PROSE, "ctime": stamp}
    assert article(shell(f"<script>window.S={dumped(state)}</script>")).published == printed


def test_what_a_page_shows_of_its_article_gives_way_to_the_whole() -> None:
    served = f"<h1>{TITLE}</h1><div class=preview><p>{PARAGRAPHS[0]}</p></div><a href=/x>展开全文</a>"
    assert article(shell(f"<script>window.S={dumped(_STATE)}</script>", body=served)).text == TEXT


def test_a_text_that_is_served_is_not_read_from_data() -> None:
    other = {"title": TITLE, "content": PROSE.replace("鲫鱼", "鲤鱼")}
    assert article(html(below=f"<script>window.S={dumped(other)}</script>")).text == TEXT


@pytest.mark.parametrize("title", ["东方早市网", "热点推荐_东方早市网", "别家的新闻", ""])
def test_lists_of_other_articles_are_no_article(title: str) -> None:
    found = outcome(shell(f"<script>window.S={dumped({'list': _OTHERS, 'detail': None})}</script>", title=title))
    assert found.reject is not None


@pytest.mark.parametrize("key", ["summary", "description", "comments", "recommendText", "disclaimer"])
def test_other_words_of_an_article_are_not_its_text(key: str) -> None:
    assert outcome(shell(f"<script>window.S={dumped({'title': TITLE, key: PROSE})}</script>")).reject is not None


@pytest.mark.parametrize(
    "script",
    [
        "window.S=" + '{"a":' * 200_000,
        "window.S=" + "[" * 1_000_000,
        "window.S={" + "a:[{b:'" * 300_000,
        "window.S={title:'" + TITLE + "',content:" + "'x'+" * 500_000,
        "window.S=" + dumped([{"title": TITLE, "text": "集市，" * 20}] * 60_000),
        "window.S=(function(a,b){return {" + "a:b," * 300_000,
        "=[" * 700_000,
        "= function(a) {" * 100_000,
        'self.__next_f.push([1,"' + "0:T1," * 200_000 + '"])',
        "window.S=" + dumped({"title": TITLE, "content": "<p>集市，" * 1_000_000}),
    ],
    ids=range(10),
)
def test_hostile_states_are_bounded(script: str) -> None:
    started = time.process_time()
    outcome(shell(f"<script>{script}</script>"))
    assert time.process_time() - started < 5


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[a-z$_]{1,6}", fullmatch=True), inner),
    max_leaves=12,
)


@given(_VALUES.filter(lambda value: isinstance(value, dict | list)))
def test_the_literal_of_a_value_is_read_as_the_value(value: object) -> None:
    assert read_literal(dumped(value))[0] == value
    assert read_literal(as_script(_without_controls(value)))[0] == _without_controls(value)


def _without_controls(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_controls(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_controls(each) for each in value]
    return "".join(c for c in value if c.isprintable() and c != "\\") if isinstance(value, str) else value


@given(st.text("{}[]():,;.'\"`\\/*!ab1-+=>$ \n", max_size=60))
def test_any_source_is_a_value_or_unreadable(source: str) -> None:
    try:
        _, end = read_literal(source)
    except UnreadableError:
        return
    assert 0 <= end <= len(source)


def test_what_has_to_be_computed_is_null() -> None:
    found, _ = read_literal(
        '{a:"x"+b,c:f(1,[2,{d:3}]),e:new Date(5),g:function(h,i){return {j:1}},k:(l)=>2,m:n,o:"p".slice(1,-1),q:1}',
        0,
        {"n": 7},
    )
    assert found == {"a": None, "c": None, "e": None, "g": None, "k": None, "m": 7, "o": "p", "q": 1}


def test_a_description_with_the_paragraphs_of_the_text_is_the_text() -> None:
    state = {"id": 7, "title": TITLE, "desc": "\n\n".join(PARAGRAPHS), "category": [{"title": "港澳"}]}
    assert article(shell(f"<script>window.S={dumped(state)}</script>")).text == TEXT
    cut = state | {"desc": PARAGRAPHS[0] + "..."}
    assert not outcome(shell(f"<script>window.S={dumped(cut)}</script>")).articles


@pytest.mark.parametrize(
    ("value", "author"),
    [
        ("卢敏", "卢敏"),
        ("卢", None),
        ("卢" * 60, "卢" * 30),  # as much as a byline gives
        ("卢" * 61, None),
        ("卢 &amp;\n敏", "卢 & 敏"),
        ("<b>卢敏</b>", None),
        (7, None),
        ({"name": "卢敏"}, "卢敏"),
        ({"nickname": "卢敏", "id": 7}, "卢敏"),
        ({"id": 7}, None),
        ([{"name": "卢敏"}, "王小明"], "卢敏 王小明"),
        ([], None),
        ([7, None], None),
    ],
)
def test_a_name_in_data_is_a_text_of_some_characters(value: object, author: str | None) -> None:
    state = {"title": TITLE, "content": PROSE, "author": value}
    assert article(shell(f"<script>window.S={dumped(state)}</script>")).author == author


@pytest.mark.parametrize(
    ("stamp", "published"),
    [
        (946_684_800, "2000-01-01T08:00:00"),
        (946_684_799, None),
        (4_102_358_400, "2099-12-31T08:00:00"),
        (4_102_444_800, None),
        (99_999_999_999, None),
        (1_614_805_567_999, "2021-03-04T05:06:07"),
        ("2021-3-4", "2021-03-04"),
        ("2021-03-04 05:06", "2021-03-04T05:06"),
        ("2021年3月4日，星期四", None),
        ("21-3-4", None),
        ("", None),
        ([2021], None),
    ],
)
def test_a_time_in_data_is_a_date_or_a_count_of_seconds(stamp: object, published: str | None) -> None:
    state = {"title": TITLE, "content": PROSE, "publishTime": stamp}
    assert article(shell(f"<script>window.S={dumped(state)}</script>")).published == published


@pytest.mark.parametrize(
    ("title", "is_one"),
    [
        (TITLE, True),
        (TITLE[:6], True),
        (TITLE[:5], False),
        (TITLE[1:], False),
        (f"《{TITLE}》", True),
        ("x" * 201, False),
        ("集", False),
    ],
)
def test_an_object_is_the_article_where_its_title_is_the_pages(title: str, is_one: bool) -> None:
    page = shell(f"<script>window.S={dumped({'title': title, 'content': PROSE})}</script>")
    assert bool(outcome(page).articles) is is_one


@pytest.mark.parametrize(
    ("blocks", "is_text"),
    [
        (list(PARAGRAPHS), True),
        ([{"text": text} for text in PARAGRAPHS], True),
        ([{"value": text} for text in PARAGRAPHS] + [{"kind": "image"}, {"text": " "}, 7, None], True),
        ([{"title": text[:9], "text": text} for text in PARAGRAPHS], False),  # other articles
        ([], False),
    ],
)
def test_a_list_of_blocks_is_a_text_and_one_of_titles_is_none(blocks: list[object], is_text: bool) -> None:
    found = outcome(shell(f"<script>window.S={dumped({'title': TITLE, 'content': blocks})}</script>"))
    assert [each.text for each in found.articles] == ([TEXT] if is_text else [])


def test_a_text_is_looked_for_some_levels_below_the_title_and_not_further() -> None:
    for depth, is_text in ((5, True), (6, False)):
        state: dict[str, object] = {"content": PROSE}
        for _ in range(depth):
            state = {"data": state}
        page = shell(f"<script>window.S={dumped({'title': TITLE, **state})}</script>")
        assert bool(outcome(page).articles) is is_text


def test_of_several_texts_the_longest_prose_is_the_articles() -> None:
    whole = {"title": TITLE, "teaser": PARAGRAPHS[0] * 2, "content": PROSE, "html": "x" * 9000}
    assert article(shell(f"<script>window.S={dumped(whole)}</script>")).text == TEXT
    short = {"title": TITLE, "content": "集市，" * 19 + "集市"}  # 59 characters with their marks: no text
    assert not outcome(shell(f"<script>window.S={dumped(short)}</script>")).articles
    unmarked = {"title": TITLE, "content": "集市" * 200}
    assert not outcome(shell(f"<script>window.S={dumped(unmarked)}</script>")).articles


def test_a_description_is_the_text_from_its_paragraphs_and_length_on() -> None:
    for length, breaks, is_text in ((120, 2, True), (119, 2, False), (120, 1, False)):
        first, *rest = ["集市。"] + ["水"] * breaks
        text = "\n".join([first + "市" * (length - 3 - 2 * breaks), *rest])
        assert len(text) == length
        page = shell(f"<script>window.S={dumped({'title': TITLE, 'desc': text})}</script>")
        assert bool(outcome(page).articles) is is_text
