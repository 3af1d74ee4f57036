"""When to come back: pure functions of times and counts. Seconds since 1970 UTC, durations in seconds or as named."""

from __future__ import annotations

from collections.abc import Sequence

DAY = 86400.0
RECRAWL_DAYS = (1.0, 7.0, 30.0)
MAX_ATTEMPTS = 5
FIRST_RETRY = 3600.0
LAST_RETRY = 7 * DAY
# A host that fails this often in a row rests a minute, then two, up to an hour.
HOST_PATIENCE = 5
HOST_REST = 60.0
HOST_REST_MAX = 3600.0


def next_visit(discovered: float, now: float, days: Sequence[float] = RECRAWL_DAYS) -> float | None:
    """When an article first seen at `discovered` is due again: the first of `days` after it that is still to come.

    None: never again. It depends on the age only, so a crawler that was off for a month visits once, not three times.
    """
    return min((discovered + day * DAY for day in days if discovered + day * DAY > now), default=None)


def next_attempt(attempts: int, now: float) -> float | None:
    """When to try again after the `attempts`-th failure in a row: 1 h, 4 h, 16 h, 64 h; None: given up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return now + min(FIRST_RETRY * 4.0 ** (attempts - 1), LAST_RETRY)


def host_rest(failures: int, now: float) -> float:
    """Until when a host rests after `failures` failed downloads in a row; 0.0: it does not."""
    if failures < HOST_PATIENCE:
        return 0.0
    return now + min(HOST_REST * 2.0 ** min(failures - HOST_PATIENCE, 10), HOST_REST_MAX)
