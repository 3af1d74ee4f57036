"""How much one run may take from one site. Counted in the process: the next run has a budget of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


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
                raise ValueError(f"SITE_BUDGET: unknown key {name!r}; allowed: {', '.join(allowed)}")
            if not isinstance(value, int | float) or value < 0:
                raise ValueError(f"SITE_BUDGET: {name} must be a number, 0 for no limit, not {value!r}")
        return cls(**table)


@dataclass(slots=True)
class Spent:
    """What the run has taken from one site so far. A page counts when it is asked for, its bytes when it came."""

    began: float
    pages: int = 0
    bytes: int = 0

    def over(self, budget: Budget, now: float) -> str | None:
        """The first limit that is reached: "pages", "bytes" or "seconds"; None: go on."""
        if budget.pages and self.pages >= budget.pages:
            return "pages"
        if budget.bytes and self.bytes >= budget.bytes:
            return "bytes"
        if budget.seconds and now - self.began >= budget.seconds:
            return "seconds"
        return None


@dataclass(slots=True)
class Ledger:
    """The budget of every site of a run."""

    budget: Budget
    began: float
    spent: dict[str, Spent] = field(default_factory=dict)

    def of(self, site: str) -> Spent:
        """The site's account, opened on first use."""
        return self.spent.setdefault(site, Spent(self.began))

    def over(self, site: str, now: float) -> str | None:
        """The limit that the site has reached, or None."""
        return self.of(site).over(self.budget, now)
