"""The signature of a text: what of it decides whether it is a copy. A pure function of the text and its parts.

`signature` in a row is one byte VERSION, 16 bytes of the folded text's SHA-256, and a MinHash of 128 little-endian
16-bit numbers for the text, then one more for each of its parts (the essays of a compilation, what follows 附送:):

    numpy.frombuffer(signature, "<u2", offset=17).reshape(-1, 128)      # row 0: the text
    (a[0] == b[0]).mean()                                                # estimates how much two texts share

The share is the Jaccard similarity of their sets of three-character shingles; the standard error is 0.044 at most.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from crawler.extract import Article, TextPart
from pipelines.version import SIGNATURE_VERSION as VERSION

SHINGLE = 3  # characters; real unrelated articles share 0.1 % of these, and a swapped word breaks four
SLOTS = 128
_SEED = 1
_DIGEST = 16
# A part that is shorter is a heading and its greeting; a text with more parts is an anthology of snippets.
_LEAST_PART = 100
_MOST_PARTS = 64

_UNSPOKEN = re.compile(r"[\W_]+")
# "-5℃" is not "5℃"; the marks of "A-5" and "2011-10-15" say no more than a space.
_SIGN = re.compile(r"(?<![0-9a-z.])[-−+±](?=[0-9])")
_SIGN_LETTERS = {"-": "ˉ", "−": "ˉ", "+": "ˊ", "±": "ˋ"}  # letters that no Chinese text has

# What NFKC makes of the marks that every text has: without them it finds nothing to do, at a thirtieth of the time.
_WIDE = tuple((wide, unicodedata.normalize("NFKC", wide)) for wide in "，：；！？（）\u3000")

MinHashes = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Signature:
    """`digest`: 16 bytes, equal for texts that say the same; `minhashes`: shape (1 + parts, SLOTS), the text first."""

    digest: bytes
    minhashes: MinHashes

    def pack(self) -> bytes:
        return bytes([VERSION]) + self.digest + self.minhashes.astype("<u2").tobytes()

    @staticmethod
    def unpack(packed: bytes | None) -> Signature | None:
        """The stored signature; null where there is none, or one of another version."""
        if not packed or packed[0] != VERSION:
            return None
        minhashes = np.frombuffer(packed, "<u2", offset=1 + _DIGEST).reshape(-1, SLOTS)
        return Signature(packed[1 : 1 + _DIGEST], minhashes)


def sign(article: Article) -> Article:
    """Fill `signature`; it stays null where the text is shorter than a shingle."""
    signature = signature_of(article.text, article.parts)
    article.signature = signature.pack() if signature else None
    return article


def signature_of(text: str, parts: Iterable[TextPart] = ()) -> Signature | None:
    """The signature of a text and its parts, which are offsets in it; null for less than a shingle."""
    folded = fold(text)
    if len(folded) < SHINGLE:
        return None
    pieces = [piece for part in parts if len(piece := fold(text[part.start : part.end])) >= _LEAST_PART]
    rows = [folded, *pieces[:_MOST_PARTS]]
    return Signature(hashlib.sha256(folded.encode()).digest()[:_DIGEST], minhashes(rows))


def fold(text: str) -> str:
    """What is said, not how it is set: NFKC, lower case, letters and digits, and the sign of a number.

    Copies differ in paragraphs, in full-width and half-width marks, in quotes and invisible characters first of all.
    Traditional characters stay what they are: a conversion is a dictionary's work and no copy of the site's.
    """
    for wide, narrow in _WIDE:
        text = text.replace(wide, narrow)
    said = unicodedata.normalize("NFKC", text).casefold()
    return _UNSPOKEN.sub("", _SIGN.sub(lambda sign: _SIGN_LETTERS[sign[0]], said))


def shingles(folded: str) -> npt.NDArray[np.uint64]:
    """Every run of three characters as one number: code points have 21 bits, so that no hash is needed."""
    points = np.frombuffer(folded.encode("utf-32-le"), "<u4").astype(np.uint64)
    packed: npt.NDArray[np.uint64] = points[:-2] | points[1:-1] << np.uint64(21) | points[2:] << np.uint64(42)
    return packed


def minhashes(folded: Iterable[str]) -> MinHashes:
    """One row of SLOTS numbers for each text of at least a shingle.

    Of rensa's 32 bits the lower 16 are kept: half the room, and chance agreement of a slot rises by 1/65,536 only
    (b-bit minwise hashing, Li and König 2010).
    """
    sets = [shingles(each) for each in folded]
    offsets = np.cumsum([0, *(len(each) for each in sets)], dtype=np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(sets), offsets, SLOTS, _SEED)
    return np.array(matrix.to_rows(), dtype=np.uint32).astype(np.uint16)
