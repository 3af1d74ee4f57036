"""Typed reading of one site file's keys. Every refusal has one form: file, key, what was found, what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

from cssselect import HTMLTranslator, SelectorError

from crawler.display import harmless
from crawler.language import about, message, words
from crawler.settings import DOWNLOAD_DELAY
from crawler.siteconfig.backtracking import TooLargeError, degree

SLOWEST = 3600.0
LONGEST = 2048  # characters of a string: no URL is longer, and some of what reads patterns and selectors is recursive
_SHOWN = 200  # characters of a value, in a message
# "^https?://host/", "^www.host.com/", "^news/": no path begins like this.
_NOT_A_PATH = re.compile(r"\^?(?:\((?:\?:)?)?https?[^/]{0,8}:|\^(?:\((?:\?:)?)?[A-Za-z0-9]")
SLOWEST_PATTERN = 2  # '/.*-.*_.*' has this degree: seconds for the worst URL of 2,048 characters, nothing for others


class SiteError(ValueError):
    """A site file that cannot be used; the message is one line for the person who wrote it."""


def shown(value: object) -> str:
    """The value for a message of one line: its beginning, without control characters."""
    try:
        return _brief(repr(value))
    except ValueError:  # Python prints no number of more than 4,300 digits
        return "a number that is too large"


def _brief(text: str) -> str:
    text = harmless(text).replace("\n", " ")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


@dataclass(frozen=True, slots=True)
class SiteFile:
    """The reader of one file: `path` stands in every message."""

    path: Path

    def error(self, key: str, found: str, allowed: str) -> SiteError:
        return SiteError(
            message(
                "{path}: {key}: {found}; allowed: {allowed}",
                path=self.path,
                key=_brief(key),
                found=found,
                allowed=allowed,
            )
        )

    def only(self, known: Iterable[str], table: Mapping[str, Any], where: str = "") -> None:
        for key in table:
            if key not in known:
                raise self.error(f"{where}{key}", message("unknown key"), ", ".join(known))

    def choice(self, table: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
        value = table.get(key)
        if not isinstance(value, str) or value not in allowed:
            raise self.error(key, message("missing") if value is None else shown(value), ", ".join(allowed))
        return value

    def strings(self, table: Mapping[str, Any], key: str, *, at_least: int) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or len(value) < at_least or not all(isinstance(v, str) and v for v in value):
            found = message("missing") if key not in table else shown(value)
            raise self.error(key, found, message("a list of {number} or more strings, none empty", number=at_least))
        if longest := [each for each in value if len(each) > LONGEST]:
            raise self.error(key, shown(longest[0]), message("strings of up to {number} characters", number=LONGEST))
        if len(set(value)) < len(value):
            raise self.error(key, message("the same value twice"), message("each value once"))
        return tuple(value)

    def patterns(
        self, table: Mapping[str, Any], key: str, *, at_least: int, never: str, hosts: Iterable[str] = ()
    ) -> tuple[re.Pattern[str], ...]:
        """Compiled patterns; one that is found in `never` is taken for one that is found in everything."""
        patterns = []
        for source in self.strings(table, key, at_least=at_least):
            if _NOT_A_PATH.match(source) or source.replace("\\", "").lstrip("^").startswith(tuple(hosts)):
                raise self.error(
                    key,
                    message("{source} matches no path", source=shown(source)),
                    message(
                        "patterns of path and query, which begin with '/': a link is searched without scheme and host"
                    ),
                )
            try:
                pattern = re.compile(source)
                power = degree(source)
            except (re.error, TooLargeError, OverflowError, RecursionError) as error:
                raise self.error(
                    key, about(shown(source), words(error)), message("Python regular expressions")
                ) from error
            if power > SLOWEST_PATTERN:
                growth = message("exponential") if power == inf else message("a power of {power:.0f}", power=power)
                raise self.error(
                    key,
                    message(
                        "{source} can take time {growth} in the length of a URL", source=shown(source), growth=growth
                    ),
                    message("patterns that read a text in one way: '([a-z]+-?)+' is '[a-z]+(-[a-z]+)*'"),
                )
            if pattern.search(never):
                matched = message("{source} matches {text!r}", source=shown(source), text=never)
                raise self.error(key, matched, message("a pattern that tells one kind of page"))
            patterns.append(pattern)
        return tuple(patterns)

    def delay(self, table: Mapping[str, Any]) -> float:
        value = table.get("delay", DOWNLOAD_DELAY)
        if isinstance(value, bool) or not isinstance(value, int | float) or not DOWNLOAD_DELAY <= value <= SLOWEST:
            allowed = message(
                "seconds from {least} (the default: a site may only be slower) to {most:.0f}",
                least=DOWNLOAD_DELAY,
                most=SLOWEST,
            )
            raise self.error("delay", shown(value), allowed)
        return float(value) if "delay" in table else 0.0

    def numbers(self, table: Mapping[str, Any], key: str, low: str, high: str) -> tuple[int, int] | None:
        value = table.get(key)
        if value is None:
            return None
        allowed = message("{{ {low} = N, {high} = N }}, whole numbers with 0 <= {low} <= {high}", low=low, high=high)
        if not isinstance(value, dict) or set(value) != {low, high}:
            raise self.error(key, shown(value), allowed)
        first, last = value[low], value[high]
        if type(first) is not int or type(last) is not int or not 0 <= first <= last:
            raise self.error(key, shown(value), allowed)
        return first, last

    def tables(self, table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.error(key, shown(value), message("[[{key}]] tables, oldest first", key=key))
        return value

    def day(self, table: Mapping[str, Any], key: str) -> date | None:
        value = table.get(key.rpartition(".")[2])
        if value is not None and type(value) is not date:
            raise self.error(key, shown(value), message("a date such as 2023-06-01, without quotes and time"))
        return value

    def selector(self, key: str, value: object) -> str:
        try:
            if not isinstance(value, str):
                raise SelectorError(message("not a string"))
            if len(value) > LONGEST:
                raise SelectorError(message("longer than {number} characters", number=LONGEST))
            HTMLTranslator().css_to_xpath(value)
        except (SelectorError, RecursionError) as error:
            raise self.error(key, about(shown(value), words(error)), message("a CSS selector")) from error
        return value
