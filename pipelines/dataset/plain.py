"""Rows as values that JSON, CSV and XML hold: instants in ISO 8601, nothing binary, nested values as JSON text."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pipelines.dataset.schema import REJECT_SCHEMA, SCHEMA, Row

COLUMNS = tuple(name for name in SCHEMA.names if name != "signature")
REJECT_COLUMNS = tuple(REJECT_SCHEMA.names)


def plain(row: Row) -> dict[str, Any]:
    """A row or reject without `signature`, which is binary."""
    names = COLUMNS if "text" in row else REJECT_COLUMNS
    return {name: plain_value(row[name]) for name in names}


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A plain row for a format without nested values: those are JSON text."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        for name, value in row.items()
    }


def plain_value(value: Any) -> Any:
    """One value of a row, nested ones with all that they hold."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain_value(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain_value(each) for each in value]
    return value
