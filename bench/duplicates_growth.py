"""What a look into the duplicate index costs as the index grows, and for a text that many resemble.

    python -m bench.duplicates_growth [--texts 100000]
    python -m bench.duplicates_growth --whole 10000000

Microseconds of processor time a text (median of 500) for find() and choose(): among unrelated texts, in an index a
tenth as large and in the whole one; then for a text of a family of three and of one of 3,000 copies with edits, among
the latest texts or merged, both in an index of the same number of texts and segments.

With --whole the second pass of `scrapy reextract` over so many rows, a tenth of them copies: the index of all (which
one process makes), the marks of a sample (which are spread), seconds of processor time, bytes on disk, and the most
memory that is the process's own, without pages of mapped files.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread

import numpy as np

from pipelines.dedup.index import DupIndex
from pipelines.dedup.mark import choose
from pipelines.dedup.signature import SLOTS, Signature

STEP = 20_000  # rows made at a time


def signatures(count: int, rng: np.random.Generator, family: int = 1) -> list[Signature]:
    """Random ones; with `family`, groups of so many that share nine slots of ten."""
    made: list[Signature] = []
    while len(made) < count:
        base = rng.integers(0, 1 << 16, SLOTS, dtype=np.uint16)
        for _ in range(family):
            slots = base.copy()
            if family > 1:
                slots[rng.integers(0, SLOTS, SLOTS // 10)] = rng.integers(0, 1 << 16, SLOTS // 10, dtype=np.uint16)
            made.append(Signature(rng.bytes(16), slots[None, :]))
    return made[:count]


def fill(index: DupIndex, texts: list[Signature], rng: np.random.Generator) -> None:
    for at, text in enumerate(texts):
        index.add(rng.bytes(16).hex(), text, index.latest + 1 + at % 2)


def look(index: DupIndex, texts: list[Signature], rng: np.random.Generator) -> float:
    return 1e6 * statistics.median(took(index, text, rng) for text in texts)


def took(index: DupIndex, text: Signature, rng: np.random.Generator) -> float:
    article = rng.bytes(16).hex()
    began = time.thread_time()
    choose(index.find(article, text).earlier, text)
    return time.thread_time() - began


def families(folder: Path, sizes: Sequence[int], rng: np.random.Generator) -> None:
    """Into a copy of the index for each size; the looks take turns, text by text: a busy machine is as fast for all."""
    most, indexes, asked = max(sizes), {}, {}
    for size in sizes:
        shutil.copytree(folder / "index", folder / str(size))
        indexes[size] = DupIndex(folder / str(size), folder / "drafts", "bench")
        family = signatures(size + 500, rng, size + 500)
        fill(indexes[size], [*family[:size], *signatures(most - size, rng)], rng)
        asked[size] = family[size:]
    for where in ("the latest", "merged"):
        times: dict[int, list[float]] = {size: [] for size in sizes}
        for texts in zip(*(asked[size] for size in sizes), strict=True):
            for size, text in zip(sizes, texts, strict=True):
                times[size].append(took(indexes[size], text, rng))
        for size in sizes:
            entries, segments = len_of(indexes[size]), len(indexes[size].segments)
            each = 1e6 * statistics.median(times[size])
            print(f"in a family of {size:4}, {where:10}, {entries} texts in {segments:2} segments {each:6.0f} us")
        print(f"  {statistics.median(times[sizes[-1]]) / statistics.median(times[sizes[0]]):.2f} times")
        for index in indexes.values():
            fill(index, signatures(2000, rng), rng)


def whole_pass(count: int, sample: int = 2_000) -> None:
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        index = DupIndex(Path(folder, "index"), Path(folder, "drafts"), "bench")
        stop, most = Event(), [0]
        watch = Thread(target=_watch, args=(stop, most))
        watch.start()
        kept: list[Signature] = []
        began, made = time.process_time(), 0.0
        for at in range(0, count, STEP):
            before = time.process_time()
            texts = signatures(min(STEP, count - at) * 9 // 10, rng)
            copies = [texts[number] for number in rng.integers(0, len(texts), min(STEP, count - at) - len(texts))]
            made += time.process_time() - before
            fill(index, texts + copies, rng)
            kept += texts[:: max(1, len(texts) * count // (STEP * sample))]
        index.flush()
        index.merge(lambda segment: True)
        stop.set()
        watch.join()
        seconds = time.process_time() - began - made
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        print(
            f"index of {count:,} rows: {seconds:.0f} s, {1e6 * seconds / count:.0f} us a row; {len(index.segments)} "
            f"segments, {size / count:.0f} bytes a row; {most[0] >> 10} MB of memory at most"
        )
        began = time.process_time()
        for text in kept:
            index.find(rng.bytes(16).hex(), text)
        print(f"marks: {1e6 * (time.process_time() - began) / len(kept):.0f} us a row, of {len(kept):,} asked")


def _watch(stop: Event, most: list[int]) -> None:
    """The most KB of memory that this process had for itself."""
    while not stop.wait(0.2):
        status = Path("/proc/self/status").read_text()
        own = next(line for line in status.splitlines() if line.startswith("RssAnon"))
        most[0] = max(most[0], int(own.split()[1]))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates_growth", description=__doc__)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--whole", type=int)
    args = parser.parse_args()
    if args.whole:
        whole_pass(args.whole)
        return 0
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        index = DupIndex(Path(folder, "index"), Path(folder, "drafts"), "bench")
        asked = signatures(500, rng)
        for number in (args.texts // 10, args.texts - args.texts // 10):
            fill(index, signatures(number, rng), rng)
            segments = len(index.segments)
            print(f"among {len_of(index):7} texts, {segments:2} segments   {look(index, asked, rng):6.0f} us")
        index.flush()
        families(Path(folder), (3, 3000), rng)
    return 0


def len_of(index: DupIndex) -> int:
    return sum(len(segment.entries) for segment in index.segments)


if __name__ == "__main__":
    sys.exit(main())
