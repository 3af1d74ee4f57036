"""Tells a share that has dropped from chance in small counts. Pure statistics."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from crawler.language import counted, message

_Z = 2.576  # 99 %
NOT_EXTRACTION = ("http_error", "blocked")  # rejects that say nothing about the template
ENOUGH = 20  # counted things; with fewer, earlier runs are added until there are so many

_T = TypeVar("_T")


class Share(NamedTuple):
    """`hits` of `of`."""

    hits: int
    of: int


class Fall(NamedTuple):
    """A drop, in words: `now` "3 %", `before` "96 % in the last 7 runs", null without any."""

    now: str
    before: str | None


def dropped(today: Share, past: Sequence[Share], *, factor: float, presumed: float | None = None) -> Fall | None:
    """Whether today's share is below `factor` times the usual one even when chance is allowed for.

    The usual share is the median of the earlier runs (`past`, newest first), each weighted by its count. A run with
    fewer than ENOUGH is judged together with those just before it, so that a site with two articles a run is judged
    too. Without any history `presumed` is taken as the usual share; without that the result is None.
    """
    if not today.of:
        return None
    recent, older = split([today, *past], lambda each: each.of, ENOUGH)
    now = Share(sum(each.hits for each in recent), sum(each.of for each in recent))
    older = [each for each in older if each.of]
    usual = median([(each.hits / each.of, each.of) for each in older])
    expected = presumed if usual is None else usual
    if expected is None or upper(now) >= factor * expected:
        return None
    if usual is None:
        return Fall(percent(now.hits / now.of), None)
    return Fall(
        percent(now.hits / now.of), message("{share} {runs}", share=percent(usual), runs=runs_before(len(older)))
    )


def runs_before(number: int) -> str:
    """Which runs something is compared with, to end a sentence with. `number`: how many, 1 or more."""
    return counted("in the run before", "in the last {number} runs", number)


def extracted(pages: int, rejects: Mapping[str, int]) -> Share:
    """The extraction rate: `pages` that are in articles, of those that were read. `rejects`: by reason."""
    return Share(pages, pages + sum(number for reason, number in rejects.items() if reason not in NOT_EXTRACTION))


def split(runs: Sequence[_T], size: Callable[[_T], int], enough: int) -> tuple[list[_T], list[_T]]:
    """The newest runs, as many as have `enough` between them, and those before. `runs`: the newest first."""
    total = 0
    for at, each in enumerate(runs):
        total += size(each)
        if total >= enough:
            return list(runs[: at + 1]), list(runs[at + 1 :])
    return list(runs[:1]), list(runs[1:])


def upper(share: Share) -> float:
    """The largest share that `hits` of `of` may be by chance: the upper end of Wilson's 99 % interval (1927)."""
    n, p = share.of, share.hits / share.of
    centre = p + _Z * _Z / (2 * n)
    end = (centre + _Z * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))) / (1 + _Z * _Z / n)
    return min(max(end, p), 1.0)  # rounding leaves 0.9999999999999999 of 1


def median(weighted: Sequence[tuple[float, int]]) -> float | None:
    """The median of (value, weight); None without any weight."""
    total = sum(weight for _, weight in weighted)
    if not total:
        return None
    below = 0
    for value, weight in sorted(weighted):
        below += weight
        if 2 * below >= total:
            return value
    raise AssertionError("unreachable")


def percent(share: float) -> str:
    """A share as a person reads it, with a decimal where it needs one: "3 %", "0.4 %"."""
    return f"{share:.1%}".replace(".0%", "%").replace("%", " %")
