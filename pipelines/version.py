"""The version of the rules that a row was made with. By itself: who only names it has no need of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.profile import Profile

# Stored in every row: raise it with each change that can change a row.
RULES_VERSION = "2026.11.9"

# Of the signature of a text (pipelines/dedup/signature.py). Raise it with every change of what stands there, of rensa's
# algorithm as well: signatures of two versions do not compare, so the index leaves those of another version out.
SIGNATURE_VERSION = 2


def rules_version(profile: Profile | None) -> str:
    """The version of a row that was made with `profile`: "2026.11.9+1a2b3c4d"."""
    return f"{RULES_VERSION}+{profile.digest}" if profile else RULES_VERSION


def rules_versions(profiles: Mapping[str, Profile], sites: Iterable[str]) -> list[str]:
    """Of the rows of these sites, made with the profiles of `profiles`; one at least."""
    return sorted({rules_version(profiles.get(site)) for site in sites}) or [RULES_VERSION]
