"""The duplicate index: every text of the dataset by its signature, in immutable segments below state/duplicates/.

It is a view of the dataset, as the dataset is one of the archive. A segment says of which runs it holds how many rows;
open_index() drops what no manifest vouches for (a dead run, parts that were replaced or taken down) and reads what is
missing from the column `signature`, so that it can be deleted at any time. A run adds to it in segments of its own,
which others see as soon as they are whole; no process waits for another.
"""

from __future__ import annotations

import math
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.dataset.locks import Lock, is_alive
from pipelines.dataset.manifest import manifests_in_force
from pipelines.dedup.account import rows_of
from pipelines.dedup.segment import (
    ENTRY,
    ID_BAND,
    MOST_PER_KEY,
    Entries,
    Pairs,
    Segment,
    SegmentError,
    search_keys,
    write_segment,
)
from pipelines.dedup.signature import SLOTS, MinHashes, Signature

TAIL = 1024  # entries in memory, compared one by one, before they become a segment
FAN = 4  # so many segments of a size become one

# Shares of three-character shingles. With one word in twenty replaced .82 is left, with one in five .46; two texts that
# are half the same share a third. Unrelated real articles share .001, of one subject up to .1.
# FineWeb's .75 on five-word shingles is about as strict as .8 here.
STRICT = 0.8
LOOSE = 1 / 3
STRICT_SLOTS, LOOSE_SLOTS = math.ceil(STRICT * SLOTS), math.ceil(LOOSE * SLOTS)
_NEVER = np.iinfo(np.int64).max
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidates:
    """`since`: the stamp of the article's first version, None when it is not here.

    `earlier`: entries of articles before it that may be near its text, earliest first.
    """

    since: int | None
    earlier: Entries


class DupIndex:
    """Segments and a tail in memory. Entries come in by add(), under the name of the run that has their rows.

    Some 2 MB of memory and the page cache, whatever the number of texts. Raises OSError when the storage fails.
    """

    def __init__(self, folder: Path, drafts: Path, run_id: str) -> None:
        self._folder = folder
        self._drafts = drafts
        self._run_id = run_id
        self._serial = 0
        self._tail = np.zeros(TAIL, ENTRY)
        self._held = 0
        self._runs: Counter[str] = Counter()  # rows that no segment accounts for yet
        self._segments: dict[str, Segment] = {}
        self.latest = 0  # the last stamp of all
        self.refresh()

    @property
    def segments(self) -> list[Segment]:
        return list(self._segments.values())

    def find(
        self, article: str, signature: Signature, before: int | None = None, merged: Entries | None = None
    ) -> Candidates:
        """What is here of the article and before it.

        `before` is the stamp of an article that is not here yet; without it everything here counts as before. `merged`:
        what look_up() has found for it, where segments are the same since.
        """
        identity, digest, minhash = _pair(bytes.fromhex(article)), _pair(signature.digest), signature.minhashes[0]
        tail = self._tail[: self._held]
        shared = (tail["minhash"] == minhash).view(np.uint8).sum(axis=1, dtype=np.uint8)
        near = np.flatnonzero(shared >= LOOSE_SLOTS)
        if len(near) > MOST_PER_KEY:  # of a family of thousands the earliest that are near, and that are a copy
            near = _earliest(tail["stamp"], near, near[shared[near] >= STRICT_SLOTS])
        found = [tail[near], tail[equal(tail["digest"], digest) | equal(tail["id"], identity)]]
        if merged is None:
            keys = search_keys(identity[None], digest[None], minhash[None])
            found += [each.entries[rows] for each in self._segments.values() if len(rows := each.lookup(keys)[1])]
        elif len(merged):
            found.append(merged)
        entries: Entries = np.concatenate(found)
        if not len(entries):
            return Candidates(None, entries)
        own = entries["stamp"][equal(entries["id"], identity)]
        since = int(own.min()) if len(own) else None
        limit = before if since is None else since
        if limit is not None:
            entries = entries[_is_before(entries["stamp"], entries["id"], limit, identity)]
        return Candidates(since, entries[np.lexsort((entries["id"][:, 1], entries["id"][:, 0], entries["stamp"]))])

    def look_up(self, identities: Pairs, digests: Pairs, minhashes: MinHashes) -> list[Entries]:
        """For each of many articles the entries of segments that may be its own or near its text, in any order."""
        keys = search_keys(identities, digests, minhashes)
        looked = [(each, *each.lookup(keys)) for each in self.segments]
        number = np.concatenate([np.zeros(0, np.intp), *(number for _, number, _ in looked)])
        entries = np.concatenate([np.zeros(0, ENTRY), *(segment.entries[rows] for segment, _, rows in looked)])
        order = np.argsort(number, kind="stable")
        return np.split(entries[order], np.searchsorted(number[order], np.arange(1, len(identities))))

    def find_all(
        self, identities: Pairs, digests: Pairs, minhashes: MinHashes, before: npt.NDArray[np.int64]
    ) -> Iterator[tuple[npt.NDArray[np.intp], Entries]]:
        """find() for many articles in what is in segments, one after the other: the entries `earlier` of all articles,
        and the number of the article that each is for. Both in the order of a segment.
        """
        keys = search_keys(identities, digests, minhashes)
        segments = self.segments
        since = np.full(len(identities), _NEVER)
        for segment in segments:
            number, rows = segment.lookup(keys[:, ID_BAND:])
            own = equal(segment.entries["id"][rows], identities[number])
            np.minimum.at(since, number[own], segment.entries["stamp"][rows[own]])
        limit = np.where(since == _NEVER, before, since)
        for segment in segments:
            number, rows = segment.lookup(keys)
            stamps, ids = segment.entries["stamp"][rows], segment.entries["id"][rows]
            earlier = _is_before(stamps, ids, limit[number], identities[number])
            yield number[earlier], segment.entries[rows[earlier]]

    def add(self, article: str, signature: Signature, at: int, run: str | None = None) -> None:
        """One more row of `run` (default: the index's own), with its text and its parts as entries."""
        rows = signature.minhashes
        if self._held + len(rows) > TAIL:
            self.flush()
            if run is None:
                # Nobody else touches the segments of a run that lives.
                self.merge(lambda segment: segment.runs.keys() == {self._run_id})
        new = self._tail[self._held : self._held + len(rows)]
        new["id"], new["stamp"], new["minhash"] = _pair(bytes.fromhex(article)), at, rows
        new["digest"] = 0
        new["digest"][0] = _pair(signature.digest)
        self._held += len(rows)
        self.latest = max(self.latest, at)
        self.account(run)

    def account(self, run: str | None = None) -> None:
        """Count one more row without an entry: its text is in the index already, or too short."""
        self._runs[run or self._run_id] += 1

    def flush(self) -> None:
        """Write what is in memory as a segment, and see the segments of other runs."""
        if self._runs:
            self._write([self._tail[: self._held]], self._runs)
            self._held = 0
            self._runs = Counter()
        self.refresh()

    def merge(self, which: Callable[[Segment], bool]) -> None:
        """Merge segments that `which` allows: FAN or more of a size into one, until there are fewer of each size."""
        while True:
            sizes: dict[int, list[Segment]] = defaultdict(list)
            for segment in filter(which, self._segments.values()):
                sizes[_size(segment)].append(segment)
            full = next((sizes[size] for size in sorted(sizes) if len(sizes[size]) >= FAN), None)
            if full is None:
                return
            runs: Counter[str] = Counter()
            for segment in full:
                runs.update(segment.runs)
            self._write([segment.entries for segment in full], runs)
            for segment in full:
                self.drop(segment)

    def drop(self, segment: Segment) -> None:
        """Remove a segment from the disk. Processes that have it mapped keep it."""
        self._segments.pop(segment.folder.name, None)
        shutil.rmtree(segment.folder, ignore_errors=True)

    def refresh(self) -> None:
        """Open the segments that are on the disk now. Those that cannot be read are left to open_index()."""
        there = {path.name: path for path in self._folder.iterdir()} if self._folder.is_dir() else {}
        for name in self._segments.keys() - there.keys():
            del self._segments[name]
        for name in there.keys() - self._segments.keys():
            with suppress(SegmentError):
                self._segments[name] = Segment.open(there[name])
        last = (int(each.entries["stamp"][-1]) for each in self._segments.values() if len(each.entries))
        self.latest = max(self.latest, *last, 0)

    def close(self) -> None:
        self.flush()
        with suppress(OSError):
            self._drafts.rmdir()

    def _write(self, sources: list[Entries], runs: Mapping[str, int]) -> None:
        while (folder := self._folder / f"{self._run_id}-{self._serial:04d}").exists():
            self._serial += 1
        segment = write_segment(folder, self._drafts / f"duplicates-{self._serial:04d}", sources, runs)
        self._segments[folder.name] = segment


def open_index(output: Path, run_id: str) -> DupIndex:
    """The index of the dataset in `output` for the run, in accord with its manifests. Raises OSError.

    Of a spool it is the dataset of the bucket: of the parts there three columns are read, once.
    """
    folder = output / "state" / "duplicates"
    lock = Lock(output, "duplicates", wait=True)
    try:
        index = DupIndex(folder, output / "tmp" / run_id, run_id)
        manifests = manifests_in_force(output)  # the rows of a damaged one are not marked against
        missing = _reconcile(output, index, {run: rows_of(manifest) for run, manifest in manifests.items()})
        for run in missing:
            for part in manifests[run].files:
                if part.path.startswith("articles/"):
                    with suppress(FileNotFoundError):  # superseded meanwhile: the next start reads what has its place
                        read_part(index, output / part.path, run)
        index.flush()
        index.merge(lambda segment: all(run in manifests and not is_alive(output, run) for run in segment.runs))
    finally:
        lock.release()
    return index


def stamp_of(at: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def _reconcile(output: Path, index: DupIndex, wanted: Mapping[str, int]) -> list[str]:
    """Drop the segments that hold other rows than the manifests name; the runs whose rows are missing, in order."""
    for path in sorted((output / "state" / "duplicates").glob("*")):
        if path.name not in {segment.folder.name for segment in index.segments} and not is_alive(output, _run_of(path)):
            shutil.rmtree(path, ignore_errors=True)  # cut, or of another version
    runs = set(wanted).union(*(segment.runs for segment in index.segments))
    alive = {run for run in runs if is_alive(output, run)}
    while True:
        found: Counter[str] = Counter()
        for segment in index.segments:
            found.update(segment.runs)
        wrong = {run for run, rows in found.items() if run not in alive and rows != wanted.get(run, 0)}
        if not wrong:
            return [run for run in wanted if run not in alive and found[run] != wanted[run]]
        for segment in index.segments:
            if not wrong.isdisjoint(segment.runs):
                index.drop(segment)


def read_part(index: DupIndex, path: Path, run_id: str) -> None:
    """Add the rows of a part to the account of the run. Raises OSError or pyarrow.ArrowException."""
    with path.open("rb") as source, pq.ParquetFile(source) as file:
        for batch in file.iter_batches(TAIL, columns=["id", "signature", "fetched_at"]):
            for article, signature, stamp in signed(batch):
                if signature is None or stamp is None:
                    index.account(run_id)
                else:
                    index.add(article, signature, stamp, run_id)


def signed(rows: pa.Table | pa.RecordBatch) -> Iterator[tuple[str, Signature | None, int | None]]:
    """Of each row the article's id, its signature, and when it was fetched as a stamp."""
    articles, signatures, fetched = (rows.column(name) for name in ("id", "signature", "fetched_at"))
    unpacked = map(Signature.unpack, signatures.to_pylist())
    yield from zip(articles.to_pylist(), unpacked, fetched.cast(pa.int64()).to_pylist(), strict=True)


def _run_of(folder: Path) -> str:
    """The run that has written the segment, by the name of its folder: "<run>-0003"."""
    return folder.name.rpartition("-")[0]


def _size(segment: Segment) -> int:
    """The size class of a segment: how many times it can be divided by FAN before it is as small as a tail."""
    size, entries = 0, len(segment.entries)
    while entries > TAIL:
        entries //= FAN
        size += 1
    return size


def _earliest(stamps: npt.NDArray[np.int64], *groups: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Of each group of positions those with the earliest stamps, MOST_PER_KEY at most."""
    found = (
        each[np.argpartition(stamps[each], MOST_PER_KEY)[:MOST_PER_KEY]] if len(each) > MOST_PER_KEY else each
        for each in groups
    )
    return np.unique(np.concatenate(list(found)))


def _is_before(stamps: npt.NDArray[np.int64], ids: Pairs, limit: Any, identity: Pairs) -> npt.NDArray[np.bool_]:
    """Which are before the moment `limit`, or at that moment and of a lesser id."""
    (first, second), (a, b) = ids.T, identity.T
    is_less = (first < a) | ((first == a) & (second < b))
    before: npt.NDArray[np.bool_] = (stamps < limit) | ((stamps == limit) & is_less)
    return before


def equal(pairs: Pairs, others: Pairs) -> npt.NDArray[np.bool_]:
    """Which of the pairs are the other: one for all, or one for each. Six times as fast as .all(axis=1)."""
    same: npt.NDArray[np.bool_] = (pairs[:, 0] == others[..., 0]) & (pairs[:, 1] == others[..., 1])
    return same


def _pair(sixteen: bytes) -> npt.NDArray[np.uint64]:
    return np.frombuffer(sixteen, "<u8")
