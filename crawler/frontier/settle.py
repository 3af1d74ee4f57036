"""Ended visits into the table: the state of the URL and when it is due again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, update

from crawler.frontier.elsewhere import supersede
from crawler.frontier.entry import Visit, held_json, record_columns
from crawler.frontier.policy import next_attempt, next_visit
from crawler.frontier.tables import DONE, FAILED, PENDING, url
from crawler.frontier.traps import LISTS


def settle(connection: Connection, visits: Collection[Visit], *, run: str, days: Sequence[float]) -> None:
    """Write how each visit ended. The worker must hold its lease."""
    postponed: list[dict[str, Any]] = []
    seen: list[dict[str, Any]] = []
    captured: list[dict[str, Any]] = []
    for visit in visits:
        if visit.state == PENDING:
            postponed.append({"of_id": visit.leased.id, "new_held": held_json(visit.held) if visit.held else None})
            continue
        row = _ending(visit, run, days)
        if visit.capture is None:
            seen.append(row)
        else:
            captured.append(row | _record(visit))
    supersede(connection, [visit.leased.held.capture for visit in visits if _refetched(visit) and visit.leased.held])
    if postponed:
        connection.execute(_POSTPONE, postponed)
    if seen:
        connection.execute(_SETTLE, seen)
    if captured:
        connection.execute(_SETTLE_CAPTURED, captured)


def _refetched(visit: Visit) -> bool:
    """Whether the visit had an answer of its own although another was held for it."""
    held = visit.leased.held
    return held is not None and visit.record_id not in (None, held.capture.record_id)


def _ending(visit: Visit, run: str, days: Sequence[float]) -> dict[str, Any]:
    leased, held = visit.leased, visit.leased.held
    attempts = leased.attempts + 1 if visit.state == FAILED else 0
    due = None
    if visit.state == FAILED and visit.retry:
        due = next_attempt(attempts, visit.at)
    elif visit.state == DONE and leased.entry.role not in LISTS and not leased.entry.chain:
        due = next_visit(leased.discovered, visit.at, days)
    return {
        "of_id": leased.id,
        "new_state": visit.state,
        "new_reason": visit.reason,
        "new_attempts": attempts,
        "new_fetched": visit.at,
        "new_next_due": due,
        "new_run": run,
        "new_last_record_id": visit.record_id,
        "new_held": held_json(held) if held and visit.record_id == held.capture.record_id else None,
    }


def _record(visit: Visit) -> dict[str, Any]:
    assert visit.capture is not None
    columns = record_columns(visit.capture) | {"etag": visit.etag, "last_modified": visit.last_modified}
    return {f"new_{name}": value for name, value in columns.items()}


_ENDING = ("state", "reason", "attempts", "fetched", "next_due", "run", "last_record_id", "held")
_RECORD = (
    *("etag", "last_modified", "record_id", "warc_file"),
    *("offset", "length", "payload_digest", "captured_at"),
)
# An answer that led to nothing is not held any longer: the page is requested again.
_POSTPONE = update(url).where(url.c.id == bindparam("of_id")).values(state=PENDING, held=bindparam("new_held"))
_SETTLE = update(url).where(url.c.id == bindparam("of_id")).values({name: bindparam(f"new_{name}") for name in _ENDING})
_SETTLE_CAPTURED = (
    update(url)
    .where(url.c.id == bindparam("of_id"))
    .values({name: bindparam(f"new_{name}") for name in (*_ENDING, *_RECORD)})
)
