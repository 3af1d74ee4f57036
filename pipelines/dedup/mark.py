"""Marks for rows whose text an earlier article has. Marks only: no row is dropped for being a duplicate.

    duplicate_of                        says the same: equal but for white space, punctuation, case and width
    near_duplicate_of, similarity >= STRICT   a copy with a few edits
    near_duplicate_of, similarity >= LOOSE    of one family: rewritten, spun by synonyms, half of it taken over

A row has one of the two marks at most, and it names the earliest article of the first of these levels that there is.
Earlier means earlier in the order in which articles were first seen, so that marks never go in circles: of every group
one article stays unmarked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from crawler.extract import Article
from pipelines.dedup.index import LOOSE, STRICT, DupIndex, equal, stamp_of
from pipelines.dedup.segment import Entries
from pipelines.dedup.signature import Signature


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier article with the same text (`exact`) or nearly the same; `similarity` is estimated by MinHash."""

    article: str
    similarity: float
    exact: bool


def mark(article: Article, index: DupIndex) -> Article:
    """Fill the marks of a signed article from what the index holds, then add it there. Raises OSError."""
    set_marks(article, enter(index, article.id, article.signature, article.fetched_at))
    return article


def enter(
    index: DupIndex, article: str, packed: bytes | None, fetched_at: datetime | None, run: str | None = None
) -> Match | None:
    """What the index holds that this row of `run` (default: the index's own) is a copy of; then add it. Raises OSError.

    A row without signature or instant is a copy of nothing.
    """
    signature = Signature.unpack(packed)
    if signature is None or fetched_at is None:
        index.account(run)
        return None
    found = index.find(article, signature)
    match = choose(found.earlier, signature)
    if match and match.exact:
        index.account(run)  # what is near it is near the other
    else:
        # A new article comes after all that were there, also when an answer had to wait for its turn.
        now = max(stamp_of(fetched_at), index.latest + 1)
        index.add(article, signature, now if found.since is None else found.since, run)
    return match


def choose(earlier: Entries, signature: Signature) -> Match | None:
    """The earliest article of the strictest level; `earlier` are the candidates, earliest first."""
    if not len(earlier):
        return None
    same = equal(earlier["digest"], np.frombuffer(signature.digest, "<u8"))
    if same.any():
        return Match(_hex(earlier, int(same.argmax())), 1.0, True)
    similarity = (earlier["minhash"] == signature.minhashes[0]).mean(axis=1)
    for level in (STRICT, LOOSE):
        reached = similarity >= level
        if reached.any():
            first = int(reached.argmax())
            return Match(_hex(earlier, first), float(similarity[first]), False)
    return None


def set_marks(article: Article, match: Match | None) -> None:
    """Fill the three columns; without a match they are null."""
    article.duplicate_of = match.article if match and match.exact else None
    article.near_duplicate_of = match.article if match and not match.exact else None
    article.similarity = match.similarity if match else None


def _hex(entries: Entries, position: int) -> str:
    return bytes(entries["id"][position].tobytes()).hex()
