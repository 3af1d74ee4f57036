"""Re-extraction by processes, by Ray and by a Ray cluster of two nodes: python -m bench.cluster [--articles N]

The generated site of the tests, in archive files of some 1 MB; seconds by the clock of `remake` (extraction, joining,
duplicate marks, dataset), without the start of Ray, which is shown for itself; and of processor time, of this process
and of those that it has. Rounds of one worker and of two alternate, the ratio is the median of theirs; the rest is done
once, without --only-ray. Every way has to give the same rows.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from bench.sharing import processor_time
from crawler.cluster.tasks import connected
from crawler.reextract.dataset import remake
from crawler.sandbox.units import Spread, carried_out
from pipelines.dataset.manifest import load_manifests
from tests import dataset_kit as kit

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
FILE = 1 << 20  # bytes of an archive file


@contextmanager
def two_nodes() -> Iterator[str]:
    from ray.cluster_utils import Cluster  # noqa: PLC0415

    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - Ray's own name
    node = {"num_cpus": 1, "object_store_memory": 100 << 20, "include_dashboard": False}
    nodes = Cluster(initialize_head=True, head_node_args=node)
    nodes.add_node(**node)
    try:
        yield nodes.address
    finally:
        nodes.shutdown()


def digest(output: Path) -> list[str]:
    parts = [part.path for each in load_manifests(output).values() for part in each.files]
    rows = [row for part in parts for row in pq.read_table(output / part, partitioning=None).to_pylist()]
    for row in rows:
        del row["run_id"]
    return sorted(map(repr, rows))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-ray", action="store_true")
    args = parser.parse_args()
    articles = args.articles
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = kit.scaled(articles)
        sites = kit.write_site(folder / "sites", site)
        files = kit.archive(folder / "out", kit.places(site), kit.run_id(1, NOON), NOON, max_bytes=FILE)
        print(f"{articles} articles in {len(files)} files of {sum(path.stat().st_size for path in files) >> 10} KB")
        first: list[str] = []

        def measure(label: str, spread: Spread, processes: int) -> float:
            target = folder / f"target{time.monotonic_ns()}"
            begun, own, beside = (
                time.monotonic(),
                time.process_time(),
                processor_time(os.getpid()) - time.process_time(),
            )
            remake(folder / "out", target, [], sites, processes=processes, report=print, spread=spread)
            seconds, own = time.monotonic() - begun, time.process_time() - own
            beside = processor_time(os.getpid()) - time.process_time() - beside
            rows = digest(target)
            first[:] = first or rows
            same = "the same rows" if rows == first else "OTHER ROWS"
            print(
                f"{label:>24}{seconds:>8.1f} s, of processors {own:.1f} s here and {beside:.1f} s beside; {len(rows)} "
                f"rows and rejects, {same}",
                flush=True,
            )
            return seconds

        def by_ray(processes: int) -> float:
            begun = time.monotonic()
            with connected("local", processes) as cluster:
                print(f"{'':>24}{time.monotonic() - begun:>8.1f} s to start Ray")
                return measure(f"Ray, {processes} workers", cluster.carried_out, processes)

        ratios = sorted(by_ray(1) / by_ray(2) for _ in range(args.rounds))
        print(f"two workers / one: {statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})")
        if not args.only_ray:
            for processes in (1, 2):
                measure(f"{processes} processes", carried_out, processes)
            with two_nodes() as address, connected(address, 1) as cluster:
                measure("Ray, two nodes", cluster.carried_out, cluster.processes)


if __name__ == "__main__":
    main()
