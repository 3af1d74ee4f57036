"""What can go wrong with the frontier's storage."""

from __future__ import annotations


class StorageError(OSError):
    """The database is gone, locked for too long, full or of another version. What was committed before is safe."""
