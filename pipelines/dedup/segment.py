"""One immutable piece of the duplicate index: a folder of three files that are read through mmap.

    entries.npy   texts (and parts of texts) in the order in which they entered: ENTRY, 296 bytes each
    keys.npy      uint32, sorted: the number of a band above, 26 bits of what the band holds below
    rows.npy      uint32: the entry behind each key
    info.json     {"version": …, "runs": {run: rows that it had}}

A text is found by any of BANDS bands of three slots each that it has in common with another: with probability .68 for
similarity .3, .94 for .4, .996 for .5, .006 for .05. Two more bands hold the folded text's digest and the article's id.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crawler.durable import sync_folder
from crawler.language import message, words
from pipelines.dedup.signature import SLOTS, MinHashes
from pipelines.version import SIGNATURE_VERSION as VERSION

ENTRY = np.dtype(
    [
        ("id", "<u8", 2),  # of the article, 32 hex digits
        ("digest", "<u8", 2),  # of the folded text; 0 for a part
        ("stamp", "<i8"),  # microseconds since 1970: when the article entered, its first version
        ("minhash", "<u2", SLOTS),
    ]
)
_SLOTS_PER_BAND = 3
BANDS = SLOTS // _SLOTS_PER_BAND
_DIGEST_BAND, ID_BAND = BANDS, BANDS + 1
_ALL_BANDS = BANDS + 2
_KEY_BITS = 26  # below the 6 of the band's number
# A key that a thousand copies share is answered by its earliest entries: the source is one of them.
MOST_PER_KEY = 16
_CHUNK = 16_384  # entries moved at a time
_BANDS = np.arange(BANDS, dtype=np.uint32)
_NOTHING = np.zeros(0, np.intp)
_MIX = np.uint64(0x9E3779B97F4A7C15)

Entries = npt.NDArray[np.void]
Pairs = npt.NDArray[np.uint64]
Keys = npt.NDArray[np.uint32]


class SegmentError(Exception):
    """The folder holds no whole segment of this version."""


@dataclass(frozen=True, slots=True)
class Segment:
    """`runs`: how many rows of which runs it accounts for; rows whose text an earlier one has take no entry."""

    folder: Path
    runs: Mapping[str, int]
    entries: Entries
    keys: Keys
    rows: npt.NDArray[np.uint32]

    @staticmethod
    def open(folder: Path) -> Segment:
        """Raises SegmentError."""
        if not all((folder / name).is_file() for name in ("info.json", "entries.npy", "keys.npy", "rows.npy")):
            raise SegmentError(message("{folder}: of another version, or cut", folder=folder))
        try:
            info = json.loads((folder / "info.json").read_bytes())
            entries, keys, rows = (_load(folder / f"{name}.npy") for name in ("entries", "keys", "rows"))
            whole = info["version"] == VERSION and len(keys) == len(rows) == _ALL_BANDS * len(entries)
            runs = {str(run): int(count) for run, count in info["runs"].items()}
        except Exception as error:  # bytes of any kind, which NumPy raises anything for
            raise SegmentError(message("{folder}: {error}", folder=folder, error=words(error))) from error
        if not whole or entries.dtype != ENTRY:
            raise SegmentError(message("{folder}: of another version, or cut", folder=folder))
        return Segment(folder, runs, entries, keys, rows)

    def lookup(self, keys: Keys) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Rows of entries that have one of a text's keys: at most MOST_PER_KEY, the earliest, for each; some by chance.

        `keys` has a line for each text. The first array says of which text each of the rows is one; a text's rows are
        behind each other, earliest first.
        """
        wanted = keys.ravel()
        first = self.keys.searchsorted(wanted)
        hit = (self.keys.take(first, mode="clip") == wanted).nonzero()[0] if len(self.keys) else _NOTHING
        if not len(hit):
            return _NOTHING, _NOTHING
        first = first[hit]
        found = np.minimum(self.keys.searchsorted(wanted[hit], "right") - first, MOST_PER_KEY)
        ends = np.cumsum(found)
        places = np.repeat(first - ends + found, found)
        places += np.arange(len(places))
        pairs = np.repeat(hit // keys.shape[1] << 32, found) | self.rows[places]
        pairs.sort()  # in place of unique(), which takes ten times as long
        pairs = pairs[np.concatenate((pairs[:1] >= 0, pairs[1:] != pairs[:-1]))]
        return pairs >> 32, pairs & 0xFFFFFFFF


def search_keys(identity: Pairs, digest: Pairs, minhash: MinHashes) -> Keys:
    """Keys by which an article's own entries and the copies of its text, exact or near, are found: a line for each
    of the articles.
    """
    keys = np.empty((len(minhash), _ALL_BANDS), np.uint32)
    keys[:, :BANDS] = _slot_keys(minhash[:, : BANDS * _SLOTS_PER_BAND].reshape(-1, BANDS, _SLOTS_PER_BAND), _BANDS)
    keys[:, _DIGEST_BAND] = _pair_keys(digest, _DIGEST_BAND)
    keys[:, ID_BAND] = _pair_keys(identity, ID_BAND)
    return keys


def write_segment(folder: Path, draft: Path, sources: Sequence[Entries], runs: Mapping[str, int]) -> Segment:
    """Write the entries of `sources` as one segment under `draft`, then rename it to `folder`. Raises OSError.

    Of texts that are the same, the earliest article alone stays: whatever is a copy of the others is a copy of it.
    Holds some 40 bytes an entry in memory.
    """
    draft.mkdir(parents=True)
    order = _order(sources)
    entries = _create(draft / "entries.npy", ENTRY, len(order))
    starts = np.cumsum([0, *map(len, sources)])
    for at in range(0, len(order), _CHUNK):
        chunk = order[at : at + _CHUNK]
        for source, start in zip(sources, starts, strict=False):
            mine = (start <= chunk) & (chunk < start + len(source))
            entries[at : at + len(chunk)][mine] = source[chunk[mine] - start]
    keys = _create(draft / "keys.npy", np.dtype("<u4"), _ALL_BANDS * len(order))
    rows = _create(draft / "rows.npy", np.dtype("<u4"), _ALL_BANDS * len(order))
    for band in range(_ALL_BANDS):
        made = _band(entries, band)
        sequence = np.argsort(made, kind="stable")
        here = slice(band * len(order), (band + 1) * len(order))
        keys[here], rows[here] = made[sequence], sequence
    for array in (entries, keys, rows):
        if isinstance(array, np.memmap):
            array.flush()
    (draft / "info.json").write_text(json.dumps({"version": VERSION, "runs": dict(runs)}), encoding="utf-8")
    for path in draft.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft.rename(folder)
    sync_folder(folder.parent)
    return Segment.open(folder)


def _order(sources: Sequence[Entries]) -> npt.NDArray[np.int64]:
    """Positions in the sources, one behind the other, by time and id; without later articles of the same text."""
    stamps = np.concatenate([source["stamp"] for source in sources])
    ids = np.concatenate([source["id"] for source in sources])
    order = np.lexsort((ids[:, 1], ids[:, 0], stamps))
    digests = np.concatenate([source["digest"] for source in sources])[order]
    _, first = np.unique(digests.view("V16")[:, 0], return_index=True)
    is_first = np.zeros(len(order), bool)
    is_first[first] = True
    is_part = ~digests.any(axis=1)
    return order[is_first | is_part]


def _band(entries: Entries, band: int) -> Keys:
    """The keys of all entries in one band."""
    if band >= BANDS:
        return _pair_keys(entries["digest" if band == _DIGEST_BAND else "id"], band)
    slots = entries["minhash"][:, band * _SLOTS_PER_BAND : (band + 1) * _SLOTS_PER_BAND]
    return _slot_keys(slots, np.uint32(band))


def _slot_keys(slots: npt.NDArray[np.uint16], band: Any) -> Keys:
    wide = slots.astype(np.uint64)
    packed = wide[..., 0] | wide[..., 1] << np.uint64(16) | wide[..., 2] << np.uint64(32)
    return _key(packed, band)


def _pair_keys(pairs: Pairs, band: int) -> Keys:
    """Keys of ids or digests: hashes already."""
    return _key(pairs[:, 0], np.uint32(band))


def _key(values: npt.NDArray[np.uint64], band: Any) -> Keys:
    hashed = ((values * _MIX) >> np.uint64(64 - _KEY_BITS)).astype(np.uint32)
    keys: Keys = hashed | (band << np.uint32(_KEY_BITS))
    return keys


def _load(path: Path) -> npt.NDArray[Any]:
    try:
        # The plain view: every slice of a memmap object costs ten times that of an array.
        return np.asarray(np.load(path, mmap_mode="r"))
    except ValueError:
        return np.asarray(np.load(path))  # nothing in it: that cannot be mapped


def _create(path: Path, dtype: np.dtype[Any], length: int) -> npt.NDArray[Any]:
    if length:
        return np.lib.format.open_memmap(path, "w+", dtype, (length,))
    empty = np.zeros(0, dtype)
    np.save(path, empty)
    return empty
