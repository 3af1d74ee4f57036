"""robots.txt as RFC 9309 has it, and the pace that it asks for. Pure."""

from __future__ import annotations

import math
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from protego import Protego

MAX_BYTES = 500 * 1024
"""Of a robots.txt that are read; RFC 9309 section 2.5 wants at least as many."""

MOST_RULES = 5_000
"""Allow and Disallow lines for this crawler that are read: each is asked for each URL, while the crawl stands still."""

LONGEST_DELAY = 60.0
"""Seconds. A Crawl-delay of days, seen on template sites, would mean never."""

_AGENT = re.compile(r"\s*user[- ]?agent\b[ \t]*:?[ \t]*([^#]*)", re.IGNORECASE)
_DELAY = re.compile(
    r"\s*crawl[- ]delay\b[ \t]*:?[ \t]*(\d{1,400}(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+|inf(?:inity)?\b)[ \t]*([^\s#]*)", re.I
)
_RULE = re.compile(r"\s*(?:dis)?allow\b", re.IGNORECASE)
_UNITS = {"ms": 0.001} | dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分", "分钟"), 60.0)
_MOST_NAMES = 20


class RobotsRules:
    """What the robots.txt of one origin says to `agent`, the crawl's user agent. `body` after content decoding."""

    def __init__(self, body: bytes, agent: str) -> None:
        self._agent = agent
        self._rules = Protego.parse("\n".join(_lines(_text(body[:MAX_BYTES]), agent.lower())))
        self.sitemaps = list(self._rules.sitemaps)

    def permits(self, url: str) -> bool:
        return self._rules.can_fetch(url, self._agent)

    @property
    def delay(self) -> float | None:
        """Seconds between two requests, by Crawl-delay or Request-rate, the slower; at most LONGEST_DELAY."""
        delay = self._rules.crawl_delay(self._agent) or 0.0
        if rate := self._rules.request_rate(self._agent):
            slow = rate.seconds >= LONGEST_DELAY * rate.requests  # integers of any size: not divided before
            delay = max(delay, LONGEST_DELAY if slow else rate.seconds / rate.requests)
        return delay or None


def _text(body: bytes) -> str:
    """As UTF-8, or as UTF-16, which Windows' editor calls Unicode; without a BOM that is ASCII with a NUL a letter."""
    encoding = "utf-16" if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return body.decode(encoding, "replace").replace("\0", "")


def _lines(text: str, agent: str) -> Iterator[str]:
    """The file, with one name for all other crawlers, without their rules, and delays as plain seconds.

    Protego keeps each rule once for each name of its group: a file of 20,000 names and as many rules would take hours.
    "Crawl-delay: 2s" it does not read, nor "1e999".
    """
    names: set[str] = set()
    ours = begins = False
    rules = 0
    for line in text.splitlines():
        if match := _AGENT.match(line):
            name = match[1].strip().lower().replace("*", "")
            mine = name in agent and (name in names or len(names) < _MOST_NAMES)
            ours, begins = mine or (begins and ours), True
            if mine:
                names.add(name)
            yield line if mine else "User-agent: -"
        elif _RULE.match(line):
            begins = False
            rules += ours
            if ours and rules <= MOST_RULES:
                yield line
        elif match := _DELAY.match(line):
            seconds = float(match[1]) * _UNITS.get(match[2].lower(), 1.0)
            yield f"Crawl-delay: {min(seconds, LONGEST_DELAY) if math.isfinite(seconds) else LONGEST_DELAY}"
        else:
            yield line
