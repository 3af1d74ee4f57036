"""The numbers of one run, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.frontier import schedule
from crawler.frontier.budget import Budget
from crawler.frontier.traps import Limits


@dataclass(frozen=True, slots=True)
class Policy:
    """Numbers of one run. `window`: URLs leased per host; `hosts`: hosts leased; `per_host`: URLs in flight per host;
    `patience`: seconds for which a resting host keeps the run open."""

    window: int = 100
    hosts: int = 32
    per_host: int = 8
    patience: float = 600.0
    days: Sequence[float] = schedule.RECRAWL_DAYS
    limits: Limits = field(default_factory=Limits)
    budget: Budget = field(default_factory=Budget)
