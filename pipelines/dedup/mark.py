"""Marks for rows whose text an earlier article has. Marks only: no row is dropped for being a duplicate.

    duplicate_of                        says the same: equal but for white space, punctuation, case and width
    near_duplicate_of, similarity >= STRICT   a copy with a few edits
    near_duplicate_of, similarity >= LOOSE    of one family: rewritten, spun by synonyms, half of it taken over

A row has one of the two marks at most, and it names the earliest article of the first of these levels that there is.
Earlier means earlier in the order in which articles were first seen, so that marks never go in circles: of every group
one article stays unmarked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from crawler.extract import Article
from pipelines.dedup.index import LOOSE_SLOTS, STRICT_SLOTS, DupIndex, equal, stamp_of
from pipelines.dedup.segment import Entries, Pairs
from pipelines.dedup.signature import SLOTS, MinHashes, Signature

_AT_ONCE = 256  # texts that are looked up together: some MB of candidates


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
    signature = Signature.unpack(packed) if fetched_at else None
    return _enter(index, article, signature, fetched_at, run)


def enter_all(
    index: DupIndex, rows: Iterable[tuple[str, bytes | None, datetime | None]], run: str
) -> Iterator[Match | None]:
    """enter() for many rows, one after the other, at half the time: segments are asked for many of them at once."""
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        signatures = [Signature.unpack(packed) if at else None for _, packed, at in some]
        looked: list[Path] | None = None
        for number, ((article, _, fetched_at), signature) in enumerate(zip(some, signatures, strict=True)):
            segments = [each.folder for each in index.segments]
            if signature and looked != segments:
                asked = [(row[0], each) for row, each in zip(some[number:], signatures[number:], strict=True) if each]
                found, looked = iter(index.look_up(*_arrays(*zip(*asked, strict=True)))), segments
            yield _enter(index, article, signature, fetched_at, run, next(found) if signature else None)


def _enter(
    index: DupIndex,
    article: str,
    signature: Signature | None,
    fetched_at: datetime | None,
    run: str | None,
    merged: Entries | None = None,
) -> Match | None:
    if signature is None or fetched_at is None:
        index.account(run)
        return None
    found = index.find(article, signature, merged=merged)
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
    shared = _shared(earlier, signature.minhashes[0])
    for level in (STRICT_SLOTS, LOOSE_SLOTS):
        reached = shared >= level
        first = int(reached.argmax())
        if reached[first]:
            return Match(_hex(earlier, first), float(shared[first]) / SLOTS, False)
    return None


def choose_all(
    index: DupIndex, articles: Sequence[str], signatures: Sequence[Signature], fetched: Sequence[int]
) -> list[Match | None]:
    """What segments of the index hold that each of many articles is a copy of: choose(), at a part of the time."""
    identities, digests, minhashes = _arrays(articles, signatures)
    stamps = np.array(fetched, np.int64)
    best: list[tuple[int, int, list[int], Match] | None] = [None] * len(articles)
    for at in range(0, len(articles), _AT_ONCE):
        here = slice(at, at + _AT_ONCE)
        for number, earlier in index.find_all(identities[here], digests[here], minhashes[here], stamps[here]):
            exact = equal(earlier["digest"], digests[here][number])
            shared = _shared(earlier, minhashes[here][number])
            level = np.where(exact, 0, np.where(shared >= STRICT_SLOTS, 1, np.where(shared >= LOOSE_SLOTS, 2, 3)))
            order = np.lexsort((level, number))  # of each article's the strictest first, of those the earliest
            first = order[np.flatnonzero(np.diff(number[order], prepend=-1))]
            for one in first[level[first] < 3].tolist():
                is_exact = bool(exact[one])
                match = Match(_hex(earlier, one), 1.0 if is_exact else float(shared[one]) / SLOTS, is_exact)
                found = (int(level[one]), int(earlier["stamp"][one]), earlier["id"][one].tolist(), match)
                place = at + int(number[one])
                known = best[place]
                best[place] = found if known is None else min(known, found, key=itemgetter(0, 1, 2))
    return [each and each[-1] for each in best]


def _arrays(articles: Sequence[str], signatures: Sequence[Signature]) -> tuple[Pairs, Pairs, MinHashes]:
    identities = np.frombuffer(bytes.fromhex("".join(articles)), "<u8").reshape(-1, 2)
    digests = np.frombuffer(b"".join(each.digest for each in signatures), "<u8").reshape(-1, 2)
    return identities, digests, np.stack([each.minhashes[0] for each in signatures])


def set_marks(article: Article, match: Match | None) -> None:
    """Fill the three columns; without a match they are null."""
    article.duplicate_of = match.article if match and match.exact else None
    article.near_duplicate_of = match.article if match and not match.exact else None
    article.similarity = match.similarity if match else None


def _shared(entries: Entries, minhashes: MinHashes) -> npt.NDArray[np.uint8]:
    """How many slots of each entry are those of the text: one for all, or one for each."""
    shared: npt.NDArray[np.uint8] = (entries["minhash"] == minhashes).view(np.uint8).sum(axis=1, dtype=np.uint8)
    return shared


def _hex(entries: Entries, position: int) -> str:
    return bytes(entries["id"][position].tobytes()).hex()
