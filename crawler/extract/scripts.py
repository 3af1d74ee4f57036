"""The data that a page's scripts hold: JSON, states that are assigned to a variable, and Next's and Nuxt's streams.

Nothing is run. What is read is bounded: in characters, tokens and numbers of scripts; what is no data is passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from crawler.extract.literal import Budget, UnreadableError, read_literal, unescaped

MAX_CHARACTERS = 3_000_000
"""Of all scripts of a page that are read; the largest states that were seen have a third of it."""

_MAX_SCRIPTS = 200
_MAX_STATES = 60  # of one script
_LEAST = 100  # characters of a script with an article
_ATTRIBUTES = re.compile(r"(?=[\s>])([^<>]{0,2000})>")
_WORDS = re.compile(r"[\u3400-\u9fff]{3}")
_IS_DATA = re.compile(r"\btype\s*=\s*[\"']?[^\"'\s>]*json|__NEXT_DATA__|__NUXT_DATA__|RENDER_DATA", re.I)
_STATE = re.compile(r"(?:(?<![=!<>+*/|&-])=|\breturn\b)\s*+(?=[{\[]|JSON\s*\.\s*parse\s*\(|decodeURIComponent\s*\()")
_CALL = re.compile(r"=\s*+(?:\(\s*+)?function\s*+\(([\w$,\s]{0,20000})\)\s*\{")
_RETURN = re.compile(r"\breturn\s*(?=\{)")
_ARGUMENTS = re.compile(r"[;\s]*\}\s*\)?\s*(?=\()")
_PUSH = re.compile(r"__next_f\.push\(\s*\[\s*1\s*,\s*(\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\")\s*\]\s*\)", re.S)
_ROW = re.compile(rb"\s*([0-9a-f]{1,8}):(?:T([0-9a-f]{1,7}),)?")
# Of Nuxt's values that are given by their numbers.
_DEPTH = 5
_MAX_VALUES = 50_000


def states(source: str, words: tuple[str, ...] = ("",)) -> Iterator[Any]:
    """The values in those scripts of a page that have one of the words, in their order."""
    budget = Budget()
    pushed: list[str] = []
    for attributes, script in _scripts(source, words):
        if _IS_DATA.search(attributes):
            yield from _data(script, "NUXT_DATA" in attributes)
        elif "__next_f" in script:
            pushed += [unescaped(push[1]) for push in _PUSH.finditer(script)]
        else:
            yield from _assigned(script, budget)
    if pushed:
        yield from _rows("".join(pushed))


def _scripts(source: str, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The attributes and the content of each script that has one of the words, or is a piece of a stream."""
    left = MAX_CHARACTERS
    # Few scripts have one of the escapes with which most of the words begin.
    begins: dict[str, list[str]] = {}
    for word in words:
        begins.setdefault(word[:2] if word.isascii() else word, []).append(word)
    streams = "__next_f" in source
    for tag in ("<script", "<SCRIPT"):  # a search that ignores case costs every short page half a millisecond
        at = source.find(tag)
        for _ in range(_MAX_SCRIPTS):
            end = source.find(f"</{tag[1:]}", at) if at >= 0 else -1
            opened = _ATTRIBUTES.match(source, at + len(tag)) if end >= 0 else None
            if end < 0:
                break
            if opened is not None and end - opened.end() >= _LEAST:
                left -= end - opened.end()
                if left < 0:
                    return
                script = source[opened.end() : end]
                if (streams and "__next_f" in script) or any(
                    begin in script and any(word in script for word in begun) for begin, begun in begins.items()
                ):
                    yield opened[1], script
            at = source.find(tag, end)


def words_of(title: str) -> tuple[str, ...]:
    """The first three Chinese characters of a title in a row, as they are and as scripts escape them; "" without any."""
    found = _WORDS.search(title)
    if found is None:
        return ("",)
    units = "".join(f"u{ord(character):04x}" for character in found[0]).split("u")[1:]
    escaped = [escape + escape.join(units) for escape in ("\\u", "\\\\u", "%5Cu")]
    upper = [escape + escape.join(unit.upper() for unit in units) for escape in ("\\u", "\\\\u")]
    return (found[0], quote(found[0]), *escaped, *upper)


def _data(script: str, numbered: bool) -> Iterator[Any]:
    """A script that is JSON as a whole; Toutiao's has it escaped as in an address: "%7B%22…"."""
    text = script.strip()
    value = parsed(unquote(text) if text.startswith(("%7B", "%5B")) else text)
    if numbered and isinstance(value, list):
        table = _Table(value)
        yield from (table.resolved(each) for each in value if isinstance(each, dict))
    else:
        yield value


def parsed(text: str) -> Any:
    """The value of a JSON text, also one with line breaks in its strings; None where it is none."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


class _Table:
    """Nuxt 3 writes each value once, into one list, and names it by its number there; lists such as ["Date", 7] have a kind."""

    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self._left = _MAX_VALUES

    def resolved(self, value: Any, depth: int = _DEPTH) -> Any:
        self._left -= 1
        if depth == 0 or self._left < 0:
            return value
        if isinstance(value, dict):
            return {key: self.resolved(self._at(each), depth - 1) for key, each in value.items()}
        if isinstance(value, list):
            if len(value) == 2 and isinstance(value[0], str):
                return self.resolved(self._at(value[1]), depth - 1)
            return [self.resolved(self._at(each), depth - 1) for each in value[:1000]]
        return value

    def _at(self, each: Any) -> Any:
        return self._values[each] if type(each) is int and 0 <= each < len(self._values) else each


def _assigned(script: str, budget: Budget) -> Iterator[Any]:
    """What a script assigns: `window.__INITIAL_STATE__ = {…}`, `var BASE_DATA = {…}`, `__NUXT__=(function(a,b){…}(1,"…"))`."""
    at = 0
    call, state = _CALL.search(script), _STATE.search(script)
    for _ in range(_MAX_STATES):
        if call is not None and (state is None or call.start() < state.start()):
            value, end = _called(script, call, budget)
        elif state is not None:
            value, end = _literal(script, state.end(), {}, budget)
        else:
            return
        if value is not None:
            yield value
        at = end
        call = _CALL.search(script, at) if call is not None and call.start() < at else call
        state = _STATE.search(script, at) if state is not None and state.start() < at else state


def _literal(script: str, at: int, names: dict[str, Any], budget: Budget) -> tuple[Any, int]:
    if script[at] in "{[":  # as JSON at first, which is faster by far
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(script, at)
            return value, end
        except (ValueError, RecursionError):
            pass
    try:
        return read_literal(script, at, names, budget)
    except UnreadableError:
        return None, at


def _called(script: str, call: re.Match[str], budget: Budget) -> tuple[Any, int]:
    """Nuxt 2 returns its state from a function whose arguments are the values that occur more than once."""
    returned = _RETURN.search(script, call.end())
    if returned is None:
        return None, call.end()
    _, end = _literal(script, returned.end(), {}, budget)
    arguments = _ARGUMENTS.match(script, end)
    if arguments is None:
        return None, call.end()
    try:
        values, last = read_literal(f"[{script[arguments.end() + 1 :]}", budget=budget)
    except UnreadableError:
        return None, call.end()
    names = [name.strip() for name in call[1].split(",")]
    value, _ = _literal(script, returned.end(), dict(zip(names, values, strict=False)), budget)
    return value, arguments.end() + last


def _rows(stream: str) -> Iterator[Any]:
    """The rows of a stream of React's server components: "5:[…]", one a line, and texts by their length, "a:T1f4,<p>…".

    "$a" in a row is the text a.
    """
    data = stream.encode("utf-8", "replace")
    rows: list[Any] = []
    texts: dict[str, str] = {}
    at = 0
    while at < len(data):
        row = _ROW.match(data, at)
        if row is not None and row[2] is not None:
            end = row.end() + int(row[2], 16)
            texts["$" + row[1].decode()] = data[row.end() : end].decode("utf-8", "replace")
            at = end
            continue
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        if row is not None and data[row.end() : row.end() + 1] in (b"{", b"["):
            rows.append(parsed(data[row.end() : end].decode("utf-8", "replace")))
        at = end + 1
    for each in rows:
        yield _with_texts(each, texts)


def _with_texts(root: Any, texts: dict[str, str]) -> Any:
    if not texts:
        return root
    stack = [root]
    while stack:
        value = stack.pop()
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, each in list(pairs):
            if isinstance(each, str):
                if each in texts:
                    value[key] = texts[each]
            else:
                stack.append(each)
    return root
