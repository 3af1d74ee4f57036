"""Repairs of the source: long tags, control characters, end tags and references that browsers read otherwise."""

from __future__ import annotations

import pytest

from crawler.extract.source import (
    limit_attributes,
    parsable,
    shows_references,
    unescaped,
    with_line_breaks,
    without_controls,
)

_BEFORE, _AFTER = "<p>正文。</p>" * 20_000, "><p>完。</p>"


@pytest.mark.parametrize(
    "hidden", ["", ' title="<p>"', " title='a > b'", ' title="\'<div>"', ' src="data:,' + "x" * 9_000 + '"']
)
def test_a_tag_of_three_thousand_attributes_keeps_the_first(hidden: str) -> None:
    attributes = [f" a{i}=it's{hidden if i % 400 == 0 else ''}" for i in range(3_000)]
    read = limit_attributes(_BEFORE + "<div" + "".join(attributes) + _AFTER)
    assert read.startswith(_BEFORE + "<div a0=it's")
    assert read.endswith(_AFTER)
    assert 100 < read[len(_BEFORE) : -len(_AFTER)].count("=it's") <= 200


@pytest.mark.parametrize(
    "tag",
    [
        "<div" + "".join(f" a{i}=1" for i in range(90)),
        '<img src="data:image/png;base64,' + "QUJD" * 50_000 + '"',
        "<script>" + "if (a < b && c > d) e = 'f';" * 3_000 + "</script",
    ],
)
def test_other_long_tags_stay(tag: str) -> None:
    page = _BEFORE + tag + _AFTER
    assert limit_attributes(page) == page


def test_a_page_of_pages_is_read_to_its_end() -> None:
    """Behind "</html>" browsers read on where there is anything."""
    for rest, kept in ((99, True), (100, False)):
        page = "<p>一</p></html>" + "x" * rest
        assert (b"</html>" in parsable(page)) is kept
    assert parsable("<p>一</p></body></HTML ><p>" + "x" * 100 + "</html>").count(b"html") == 0
    assert parsable("<p>一</p>") == "<p>一</p>".encode()
    assert parsable("<p>一</p>", "<p>一</p>".encode()) == "<p>一</p>".encode()


def test_a_style_that_closes_itself_is_open_where_an_end_follows() -> None:
    assert parsable("<style type='text/css' />p {}</style>") == b"<style type='text/css' >p {}</style>"
    assert parsable("<style type='text/css' /><p>") == b"<style type='text/css' /><p>"


def test_control_characters_go_and_those_of_windows_stay() -> None:
    assert parsable("a\x00\x1b\t\nb\x7f") == b"a\t\nb"
    assert without_controls("a\x85\ufffeb\xa0".encode()) == "ab\xa0".encode()
    for gone in (
        "&#27;",
        "&#31;",
        "&#x1B;",
        "&#x1b",
        "&#127;",
        "&#129;",
        "&#157;",
        "&#xfffe;",
        "&#xFFFF;",
        "&#0027;",
    ):
        assert without_controls(f"a{gone}z".encode()) == b"az", gone
    for kept in (
        "&#9;",
        "&#10;",
        "&#13;",
        "&#32;",
        "&#128;",
        "&#151;",
        "&#x96;",
        "&#160;",
        "&#8220;",
        "&#x4e00;",
        "&#270;",
    ):
        assert without_controls(f"a{kept}b".encode()) == f"a{kept}b".encode(), kept


def test_end_tags_that_browsers_read_as_breaks() -> None:
    assert with_line_breaks(b"a</br>b</BR >c</p>d") == b"a<br>b<br>c</p><br>d"


@pytest.mark.parametrize(
    ("source", "text", "read"),
    [
        ("&amp;ldquo;好&amp;rdquo;", "好", "&ldquo;好&rdquo;"),
        ("&amp;amp;nbsp;", "好", "&nbsp;"),
        ("&amp;lt;b&amp;gt;", "好", "&lt;b&gt;"),
        ("&amp;lt;b&amp;gt; &amp;nbsp;", "网页", "&amp;lt;b&amp;gt; &nbsp;"),
        ("&amp;lt;b&amp;gt; &amp;nbsp;", "HTML实体", "&amp;lt;b&amp;gt; &amp;nbsp;"),
        ("&amp;#8220;&amp;#27;", "好", "&#8220;"),
        ("A&amp;B &amp;copy;", "好", "A&amp;B &amp;copy;"),
    ],
)
def test_what_was_escaped_twice_is_read_once_unless_the_text_is_about_it(source: str, text: str, read: str) -> None:
    assert unescaped(source.encode(), text) == read.encode()


def test_a_line_shows_what_was_meant_as_a_character() -> None:
    assert [shows_references(line) for line in ("&ldquo;好", "&amp;nbsp;", "&#8220;", "A&B", "&copy;")] == [
        *(True, True, True, False, False)
    ]
