"""Literals of JavaScript are read as data: what is written there, and null for what has to be computed."""

from __future__ import annotations

import pytest

from crawler.extract.literal import Budget, UnreadableError, read_literal, unescaped


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("0x1F", 31),
        ("0Xff", 255),
        ("1_000", 1000),
        ("-3", -3),
        (".5", 0.5),
        ("1.5e3", 1500.0),
        ("12.", 12.0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("undefined", None),
        ("!0", True),
        ("!1", False),
        ("known", "it"),
        ("unknown", None),
        ('"a\\nb"', "a\nb"),
        ("'\\x41\\u0042\\u{43}\\u{1F600}'", "ABC\U0001f600"),
        ("'\\u{10FFFF}|\\u{110000}'", "\U0010ffff|\ufffd"),
        ("'\\ud83d\\ude00'", "\U0001f600"),
        ("'a\\\nb\\q\\0'", "abq\0"),
        ("`a`", "a"),
        ("{a: 1, 'b': 2, \"c\": 3, 4: 5,}", {"a": 1, "b": 2, "c": 3, "4": 5}),
        ("{a, b: 1}", {"b": 1}),
        ("{...rest, b: 1}", {"b": 1}),
        ("{f() { return {x: [1, 2]} }, b: 1}", {"b": 1}),
        ("[1, [2, {a: [3]}], {}, []]", [1, [2, {"a": [3]}], {}, []]),
        ("[1, /* two, */ 2 // three\n, 3]", [1, 2, 3]),
        ("[1 + 2, 3]", [None, 3]),
        ("{a: f(1, [2]), b: 3}", {"a": None, "b": 3}),
        ("{a: '12345678'.slice(6), b: 3}", {"a": "12345678", "b": 3}),
        ("{a: known.x, b: known ? 1 : 2, c: known}", {"a": "it", "b": None, "c": "it"}),
        ("[-x, (1), 2]", [None, None, 2]),
        ("[JSON.parse('[1]'), 2]", [[1], 2]),
        ("[JSON.parse(decodeURIComponent('%5B1%5D')), 2]", [[1], 2]),
        ("[decodeURIComponent('%41'), 2]", ["A", 2]),
        ("[JSON.parse('[1'), 2]", [None, 2]),
        ("[JSON.parse(1), 2]", [None, 2]),
        ("[JSON.parse('[1]', 3), 2]", [None, 2]),
        ("[JSON.stringify('[1]'), 2]", [None, 2]),
        ("[JSON, decodeURIComponent, 2]", [None, None, 2]),
        ("[encodeURIComponent('%41'), 2]", [None, 2]),
    ],
)
def test_what_is_written_is_read(source: str, value: object) -> None:
    found, end = read_literal(source, names={"known": "it"})
    assert (found, type(found)) == (value, type(value))
    assert end == len(source)


def test_where_a_value_begins_and_ends() -> None:
    assert read_literal("x = [1, 2]; y", 4) == ([1, 2], 10)
    assert read_literal("a = 'b', c", 4) == ("b", 7)
    assert unescaped('"plain"') == "plain"


@pytest.mark.parametrize("source", ["", "  // nothing", "]", "=", "[1, =]", "{a: 1", "['a'", "[1, 2"])
def test_what_is_no_literal_is_refused(source: str) -> None:
    with pytest.raises(UnreadableError):
        read_literal(source)


def test_the_number_of_tokens_is_bounded() -> None:
    assert read_literal("[1]", budget=Budget(4))[0] == [1]
    budget = Budget(3)
    with pytest.raises(UnreadableError, match="too long"):
        read_literal("[1]", budget=budget)
    assert read_literal("7", budget=Budget(1)) == (7, 1)
    with pytest.raises(UnreadableError, match="too long"):
        read_literal("7", budget=Budget(0))
