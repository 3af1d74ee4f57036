"""What a look into the duplicate index costs as the index grows, and for a text that many resemble.

    python -m bench.duplicates_growth [--texts 100000]

Microseconds a text (median of 500) for find(): among unrelated texts, in an index a tenth as large and in the whole
one; then for a text of a family of three and of one of 3,000 copies with edits, among the latest texts or merged.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from pipelines.dedup.index import DupIndex
from pipelines.dedup.signature import SLOTS, Signature


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
    took = []
    for text in texts:
        article = rng.bytes(16).hex()
        began = time.perf_counter()
        index.find(article, text)
        took.append(time.perf_counter() - began)
    return 1e6 * statistics.median(took)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates_growth", description=__doc__)
    parser.add_argument("--texts", type=int, default=100_000)
    args = parser.parse_args()
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        index = DupIndex(Path(folder, "index"), Path(folder, "drafts"), "bench")
        asked = signatures(500, rng)
        for number in (args.texts // 10, args.texts - args.texts // 10):
            fill(index, signatures(number, rng), rng)
            segments = len(index.segments)
            print(f"among {len_of(index):7} texts, {segments:2} segments   {look(index, asked, rng):6.0f} us")
        for size in (3, 3000):
            family = signatures(size + 500, rng, size + 500)
            fill(index, family[:size], rng)
            print(f"in a family of {size:4}, the latest texts  {look(index, family[size:], rng):6.0f} us")
            fill(index, signatures(2000, rng), rng)
            print(f"in a family of {size:4}, merged            {look(index, family[size:], rng):6.0f} us")
    return 0


def len_of(index: DupIndex) -> int:
    return sum(len(segment.entries) for segment in index.segments)


if __name__ == "__main__":
    sys.exit(main())
