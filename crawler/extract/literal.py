"""Reads the object literals of JavaScript as data, without running anything: a superset of JSON.

Keys without quotes, single quotes, trailing commas, comments, undefined and !0 are read, names by a table of values;
what has to be computed ("a" + b, f(x)) is null. Nesting takes no recursion, and the number of tokens is bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

_SPACE: Final = re.compile(r"(?:\s++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_TOKEN: Final = re.compile(
    r"""(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"|'[^'\\]*+(?:\\.[^'\\]*+)*+'|`[^`\\$]*+(?:\\.[^`\\$]*+)*+`)"""
    r"|(?P<number>-?(?:0[xX][0-9a-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+))|(?P<name>[A-Za-z_$][\w$]*)|(?P<mark>=>|.)",
    re.S,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.S)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}
_PAIR = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_CONSTANTS: dict[str, Any] = {"true": True, "false": False}
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


class UnreadableError(ValueError):
    """What stands there is no literal, or too long a one."""


class Budget:
    """How many tokens may still be read."""

    def __init__(self, tokens: int = 400_000) -> None:
        self.tokens = tokens


def read_literal(
    source: str, at: int = 0, names: Mapping[str, Any] | None = None, budget: Budget | None = None
) -> tuple[Any, int]:
    """The value that begins at `at`, and where it ends. `names` are the values of variables. Raises UnreadableError."""
    return _Reader(source, at, names or {}, budget or Budget()).read()


def unescaped(token: str) -> str:
    """The characters of a string token, its quotes among it."""
    inner = token[1:-1]
    if "\\" not in inner:
        return inner
    joined = _ESCAPE.sub(_character, inner)
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), joined)


def _character(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if digits is None:
        return _ESCAPED.get(match[4], match[4])
    code = int(digits, 16)
    return chr(code) if code < 0x110000 else "\ufffd"


class _Reader:
    def __init__(self, source: str, at: int, names: Mapping[str, Any], budget: Budget) -> None:
        self._source = source
        self._at = at
        self._names = names
        self._budget = budget

    def read(self) -> tuple[Any, int]:
        root: list[Any] = []
        # The open containers, each with the key that the next value is for: None in a list.
        opened: list[tuple[Any, str | None]] = [(root, None)]
        while True:
            container, key = opened[-1]
            kind, token = self._next()
            if token in _CLOSE:
                if len(opened) == 1:
                    raise UnreadableError("nothing there")
                opened.pop()
                if len(opened) > 1:
                    self._end_value()
            elif token == "," and len(opened) > 1:
                continue
            elif isinstance(container, dict) and key is None:
                opened[-1] = (container, self._key(kind, token))
                continue
            else:
                value: Any = {} if token == "{" else [] if token == "[" else self._scalar(kind, token)
                if token not in ("{", "[") and len(opened) > 1:
                    value = self._end_value(value)
                if isinstance(container, dict):
                    container[key] = value
                    opened[-1] = (container, None)
                else:
                    container.append(value)
                if token in ("{", "["):
                    opened.append((value, None))
            if len(opened) == 1:
                return root[0], self._at

    def _next(self) -> tuple[str, str]:
        self._budget.tokens -= 1
        space = _SPACE.match(self._source, self._at)
        match = _TOKEN.match(self._source, space.end() if space else self._at)
        if match is None or self._budget.tokens < 0:
            raise UnreadableError("too long" if match else "cut")
        self._at = match.end()
        return match.lastgroup or "", match[0]

    def _peek(self) -> str:
        at = self._at
        try:
            return self._next()[1]
        except UnreadableError:
            return ""
        finally:
            self._at = at

    def _key(self, kind: str, token: str) -> str | None:
        """The key before a colon; None for what is no pair: a method, {name}, ...spread."""
        if self._peek() == ":" and kind != "mark":
            self._next()
            return unescaped(token) if kind == "string" else token
        self._skip()
        return None

    def _scalar(self, kind: str, token: str) -> Any:
        if kind == "string":
            return unescaped(token)
        if kind == "number":
            return _number(token)
        if token == "!":
            return self._next()[1] == "0"
        if kind != "name":
            if token not in ("(", "-", "+", "`", "/", "."):  # something to compute
                raise UnreadableError("no value")
            self._at -= len(token)
            return None
        if token in self._names:
            return self._names[token]
        if token in ("JSON", "decodeURIComponent"):
            return self._decoded(token)
        return _CONSTANTS.get(token)

    def _decoded(self, name: str) -> Any:
        """JSON.parse("…"), decodeURIComponent("…"), and the one inside of the other."""
        start = self._at
        if name == "JSON" and not (self._next()[1] == "." and self._next()[1] == "parse"):
            self._at = start
            return None
        if self._next()[1] != "(":
            self._at = start
            return None
        kind, token = self._next()
        value = (
            unescaped(token) if kind == "string" else self._decoded(token) if token == "decodeURIComponent" else None
        )
        if not isinstance(value, str) or self._next()[1] != ")":
            self._at = start
            return None
        if name != "JSON":
            return unquote(value)
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None

    def _end_value(self, value: Any = None) -> Any:
        """`value`, if it ends here or has a method called ("…".slice(6)); None where more has to be computed."""
        mark = self._peek()
        if mark in (",", ";", "") or mark in _CLOSE:
            return value
        self._skip()
        return value if mark == "." else None

    def _skip(self) -> None:
        """To the comma or bracket that ends what is being read."""
        depth = 0
        while mark := self._peek():
            if depth == 0 and (mark in _CLOSE or mark in (",", ";")):
                return
            depth += (mark in _OPEN) - (mark in _CLOSE)
            self._next()


def _number(token: str) -> float | int | None:
    digits = token.replace("_", "")
    try:
        return int(digits, 16) if digits[:2].lower() == "0x" else int(digits)
    except ValueError:
        pass
    try:
        return float(digits)
    except ValueError:
        return None
