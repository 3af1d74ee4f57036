"""A finished part, as manifests name it. Without pyarrow: manifests are read before there is a row to write."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

SCHEMA_VERSION = 1  # of the rows in it: pipelines/dataset/schema.py


@dataclass(frozen=True, slots=True)
class Part:
    """One finished file. `path` is relative to OUTPUT_DIR, with forward slashes."""

    path: str
    rows: int
    bytes: int
    sha256: str


def sha256(path: Path) -> str:
    """64 hex digits over the bytes of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
