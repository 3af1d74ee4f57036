"""What a reader sees, as lines: hidden text is none of it, markup inside a line does not break it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.read import parse
from tests.extract_kit import PARAGRAPHS, TEXT, article, html


def lines(source: str) -> list[str]:
    return [line.text for line in parse(source).lines]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>甲</p><p>乙</p>", ["甲", "乙"]),
        ("甲<br>乙<br/><br>丙", ["甲", "乙", "丙"]),
        ("<p>甲<b>乙</b>丙<span>丁</span></p>", ["甲乙丙丁"]),
        ("<p>甲\n\t乙</p>", ["甲乙"]),
        ("<p>one\ntwo</p>", ["one two"]),
        ("<p>&nbsp;&nbsp;甲&nbsp;乙 </p>", ["甲 乙"]),
        ("<p>　　甲　乙</p>", ["甲　乙"]),
        ("<table><tr><td>甲</td><td>乙</td></tr></table>", ["甲", "乙"]),
        ("<div>甲<p>乙</p>丙</div>", ["甲", "乙", "丙"]),
        ("<p>甲<script>x</script>乙<!-- 丙 --><style>丁</style></p>", ["甲乙"]),
        ("<p>甲<a href=x>乙</a>丙</p>", ["甲乙丙"]),
        ("<p>甲&#20013;&amp;&lt;</p>", ["甲中&<"]),
        ("<textarea>甲</textarea><select><option>乙</select><noscript>丙</noscript>丁", ["丁"]),
        ("<p>甲<p>乙", ["甲", "乙"]),
        ("<ul><li>甲<li>乙</ul>", ["甲", "乙"]),
        ("<p>甲\x00乙</p>", ["甲乙"]),
        ("", []),
        ("<", ["<"]),
    ],
)
def test_lines_are_what_stands_between_two_breaks(source: str, expected: list[str]) -> None:
    assert lines(source) == expected


@pytest.mark.parametrize(
    "attribute",
    [
        'style="display:none"',
        'style="DISPLAY : none;"',
        'style="color:red;visibility:hidden"',
        'style="font-size:0"',
        'style="font-size:0px;color:#fff"',
        'style="position:absolute;left:-9999px"',
        'style="text-indent:-9999px"',
        'style="opacity:0"',
        "hidden",
    ],
)
@pytest.mark.parametrize("tag", ["span", "div", "font", "p"])
def test_text_that_no_browser_shows_is_no_line_but_is_counted(tag: str, attribute: str) -> None:
    doc = parse(f"<div>甲<{tag} {attribute}>本文来自某某网</{tag}>乙</div>")
    assert "".join(line.text for line in doc.lines) == "甲乙"
    assert doc.hidden_chars == len("本文来自某某网")


@pytest.mark.parametrize(
    "attribute",
    [
        'style="font-size:0.9em"',
        'style="font-size:10px"',
        'style="text-indent:2em"',
        'style="left:-5px"',
        'style="opacity:0.8"',
        'style="display:block"',
        "aria-hidden=true",
    ],
)
def test_text_that_a_browser_shows_stays(attribute: str) -> None:
    assert lines(f"<p {attribute}>甲</p>") == ["甲"]


def test_hidden_text_is_dropped_from_the_middle_of_a_sentence() -> None:
    first, *others = PARAGRAPHS
    marked = first[:10] + '<span style="display:none">好范文网，欢迎您</span>' + first[10:]
    found = article(html(body="".join(f"<p>{text}</p>" for text in (marked, *others))))
    assert found.text == TEXT


def test_a_wechat_article_is_hidden_until_a_script_shows_it_and_is_the_article_all_the_same() -> None:
    assert lines('<div id="js_content" style="visibility: hidden; opacity: 0;"><p>甲</p></div>') == ["甲"]


def test_a_line_knows_how_much_of_it_is_linked() -> None:
    (line,) = parse("<p>甲乙<a href=/x>丙丁戊</a></p>").lines
    assert (line.chars, line.linked) == (5, 3)


def test_names_are_ids_and_classes_in_lower_case() -> None:
    doc = parse('<div id="Zoom" class="TRS_Editor  Big"><p>甲</p></div>')
    assert [node.tag for node in doc.select("#zoom")] == ["div"]
    assert [node.tag for node in doc.select("div.trs_editor")] == ["div"]
    assert doc.select("p.trs_editor") == []


def test_an_interval_holds_the_lines_of_its_element() -> None:
    doc = parse("<p>甲</p><div class=a><p>乙</p><p>丙</p></div><p>丁</p>")
    (node,) = doc.select(".a")
    assert [line.text for line in doc.lines[node.start : node.end]] == ["乙", "丙"]
    assert doc.text_in(node) == "乙 丙"


def test_menus_are_taken_out_before_the_tree_is_walked() -> None:
    menu = "<ul>" + "".join(f"<li><a href=/{n}.html>集市新闻第{n}条</a></li>" for n in range(40)) + "</ul>"
    assert lines(f"<div>{menu}<p>{PARAGRAPHS[0]}</p></div>") == [PARAGRAPHS[0]]


@given(st.text(alphabet=st.sampled_from("<>/ab divp=\"'甲，\n&;!-"), max_size=120))
def test_any_markup_is_parsed_and_its_intervals_nest(source: str) -> None:
    doc = parse(source)
    for node in doc.nodes:
        assert 0 <= node.start <= node.end <= len(doc.lines)
        if node.parent is not None and node.block and node.parent.block:
            assert node.parent.start <= node.start
            assert node.end <= node.parent.end
