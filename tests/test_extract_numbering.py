"""The numbers that a browser prints before the items of a list."""

from __future__ import annotations

import pytest
from lxml import html

from crawler.extract.dom import Dom
from crawler.extract.numbering import Numbering, numbering_of, numbers_bare_lists


def printed(number: int, style: str) -> str:
    return Numbering(style, number, 1).next(None)


@pytest.mark.parametrize(
    ("style", "numbers"),
    [
        ("", {1: "1. ", 0: "0. ", -3: "-3. "}),
        ("1", {12: "12. "}),
        ("01", {0: "00. ", 9: "09. ", 10: "10. "}),
        (
            "a",
            {1: "a. ", 26: "z. ", 27: "aa. ", 52: "az. ", 53: "ba. ", 702: "zz. ", 703: "aaa. ", 0: "0. ", -1: "-1. "},
        ),
        ("A", {1: "A. ", 28: "AB. "}),
        ("i", {1: "i. ", 4: "iv. ", 9: "ix. ", 14: "xiv. ", 40: "xl. ", 90: "xc. ", 400: "cd. ", 900: "cm. "}),
        ("I", {49: "XLIX. ", 1999: "MCMXCIX. ", 3999: "MMMCMXCIX. ", 4000: "4000. ", 0: "0. "}),
        ("一", {1: "一、", 9: "九、", 10: "十、", 11: "十一、", 20: "二十、", 21: "二十一、", 99: "九十九、"}),
        ("一", {0: "0. ", 100: "100. "}),
    ],
)
def test_numbers_of_every_style(style: str, numbers: dict[int, str]) -> None:
    assert {number: printed(number, style) for number in numbers} == numbers


def test_an_item_s_own_number_counts_for_those_behind_it() -> None:
    up, down = Numbering("", 1, 1), Numbering("", 3, -1)
    assert [up.next(value) for value in (None, None, "7", None, "x", "+2", " -1", None)] == [
        *("1. ", "2. ", "7. ", "8. ", "9. ", "2. ", "-1. ", "0. ")
    ]
    assert [down.next(value) for value in (None, "9", None)] == ["3. ", "9. ", "8. "]


@pytest.mark.parametrize(
    ("attributes", "first"),
    [
        ("", None),
        ("type=a", "a. "),
        ("start=4", "4. "),
        ("start=''", "1. "),
        ("reversed", "3. "),
        ("reversed start=9", "9. "),
        ("style='list-style: none'", None),
        ("style='color: red; list-style-type: SQUARE' start=4", None),
        ("style='list-style: inside lower-roman' start=4", "iv. "),
        ("style='list-style: inside' type=A", "A. "),
        ("style='list-style: inside'", None),
        ("style='color: red' start=2", "2. "),
    ],
)
def test_a_list_has_numbers_where_it_says_so(attributes: str, first: str | None) -> None:
    element = html.fragment_fromstring(f"<ol {attributes}><li>1<li>2<li>3</ol>")
    numbering = numbering_of(element, bare=False)
    assert (numbering and numbering.next(None)) == first


def test_a_list_that_says_nothing_has_numbers_where_no_sheet_may_take_them_off() -> None:
    element = html.fragment_fromstring("<ol><li>1<li>2</ol>")
    bare = numbering_of(element, bare=True)
    assert bare is not None
    assert (bare.next(None), bare.next(None)) == ("1. ", "2. ")
    assert numbering_of(html.fragment_fromstring("<ol><li value=5>1<li>2</ol>"), bare=False) is not None
    assert numbers_bare_lists(Dom())
    assert not numbers_bare_lists(Dom(loads="/static/site.css"))
    assert not numbers_bare_lists(Dom(sheets=["p { margin: 0 }", "ol, ul { margin: 0; list-style: none }"]))
    assert numbers_bare_lists(Dom(sheets=["ul { list-style: none }", "ol { margin: 0 }"]))
