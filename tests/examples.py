"""How many examples a hypothesis test takes, as a share of what its profile says (conftest)."""

from __future__ import annotations

from hypothesis import settings


def times(factor: float) -> settings:
    """Settings of a test whose examples are cheaper or dearer than most: so many times the profile's number."""
    return settings(max_examples=max(1, round(factor * settings().max_examples)))
