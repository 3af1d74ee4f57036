"""The decisions of one run as numbers: how much it takes from a site, how many hosts at a time, when it comes back.

Times are seconds since 1970 UTC, durations in seconds or as named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from crawler.frontier.traps import Limits
from crawler.language import message

DAY = 86400.0
RECRAWL_DAYS = (1.0, 7.0, 30.0)
MAX_ATTEMPTS = 5
FIRST_RETRY = 3600.0
LAST_RETRY = 7 * DAY
# A host that fails this often in a row is left alone for a minute, then for two, up to an hour.
FAILURES_BEFORE_BACKOFF = 5
FIRST_BACKOFF = 60.0
LONGEST_BACKOFF = 3600.0


@dataclass(frozen=True, slots=True)
class Budget:
    """0 means no limit. `bytes` as received on the wire, `seconds` since the run began."""

    pages: int = 0
    bytes: int = 0
    seconds: float = 0.0
    depth: int = 0

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Budget:
        """From the setting SITE_BUDGET. ValueError names a key that is unknown or a value that is no number >= 0."""
        allowed = [entry.name for entry in fields(cls)]
        for name, value in table.items():
            if name not in allowed:
                raise ValueError(message("unknown key {name!r}; allowed: {names}", name=name, names=", ".join(allowed)))
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 60:
                raise ValueError(
                    message("{name} must be a number, 0 for no limit, not {value}", name=name, value=repr(value))
                )
        return cls(**table)


@dataclass(slots=True)
class Spent:
    """What the run has taken from one site so far. A page counts when it is asked for, its bytes when it arrives."""

    began: float
    pages: int = 0
    bytes: int = 0

    def over(self, budget: Budget, now: float) -> str | None:
        """The first limit that is reached, "pages", "bytes" or "seconds", or None."""
        if budget.pages and self.pages >= budget.pages:
            return "pages"
        if budget.bytes and self.bytes >= budget.bytes:
            return "bytes"
        if budget.seconds and now - self.began >= budget.seconds:
            return "seconds"
        return None


@dataclass(slots=True)
class Budgets:
    """The budget of every site of a run."""

    budget: Budget
    began: float
    spent: dict[str, Spent] = field(default_factory=dict)

    def of(self, site: str) -> Spent:
        """What the site has used so far."""
        return self.spent.setdefault(site, Spent(self.began))

    def over(self, site: str, now: float) -> str | None:
        """The limit that the site has reached, or None."""
        return self.of(site).over(self.budget, now)


@dataclass(frozen=True, slots=True)
class Policy:
    """Numbers of one run. `window`: URLs leased per host; `hosts`: hosts leased; `per_host`: URLs in flight per host;
    `patience`: seconds for which a host that is left alone keeps the run open."""

    window: int = 200
    hosts: int = 32
    per_host: int = 8
    patience: float = 600.0
    days: Sequence[float] = RECRAWL_DAYS
    limits: Limits = field(default_factory=Limits)
    budget: Budget = field(default_factory=Budget)


def next_visit(discovered: float, now: float, days: Sequence[float] = RECRAWL_DAYS) -> float | None:
    """When an article first seen at `discovered` is due again: the first of `days` after it that is still to come.

    None when all of them have passed. Only the age counts: a crawler that was off for a month visits once, not three
    times.
    """
    return min((discovered + day * DAY for day in days if discovered + day * DAY > now), default=None)


def next_attempt(attempts: int, now: float) -> float | None:
    """When to try again after the `attempts`-th failure in a row: after 1, 4, 16, 64 hours, then never (None)."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + min(FIRST_RETRY * 4.0 ** (attempts - 1), LAST_RETRY)


def host_backoff(failures: int, now: float) -> float:
    """Until when a host is left alone after `failures` failed downloads in a row; 0.0 when it may be asked at once."""
    if failures < FAILURES_BEFORE_BACKOFF:
        return 0.0
    return now + min(FIRST_BACKOFF * 2.0 ** min(failures - FAILURES_BEFORE_BACKOFF, 10), LONGEST_BACKOFF)
