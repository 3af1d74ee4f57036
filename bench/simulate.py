"""How long a polite crawl takes, by hosts and workers: python -m bench.simulate [--plot FILE.svg]   (extra bench)

A simulation (SimPy) of what docs/scale.md plans with: workers lease hosts of one frontier, FRONTIER_HOSTS at a time,
and ask each of them for one page a DELAY. A page costs the worker PAGE seconds of its processor, one at a time. No
network, no pages; what it shows is which of three bounds holds: the largest host (its pages times the delay), the
leases (hosts at a time), or the processors. Nothing is drawn at random but the sizes of the hosts, from a fixed seed.
"""

from __future__ import annotations

import argparse
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence

import simpy

from crawler.settings import FRONTIER_HOSTS

DELAY = 1.0  # seconds between two requests to a host: DOWNLOAD_DELAY
PAGE = 0.007  # seconds of processor a page, everything on (bench.crawl)
HOSTS = 1_000
MEAN = 60  # pages a host
WORKERS = (1, 2, 4, 8, 16, 32)


def equal(hosts: int) -> list[int]:
    return [MEAN] * hosts


def lognormal(hosts: int) -> list[int]:
    """A few hosts with thirty times the mean, half of them with a third of it."""
    draw = random.Random(1)
    return _scaled([draw.lognormvariate(0, 1.5) for _ in range(hosts)])


def zipf(hosts: int) -> list[int]:
    """The n-th host has a n-th of the first one's pages: a handful hold half of all."""
    return _scaled([1 / rank for rank in range(1, hosts + 1)])


def _scaled(shares: Sequence[float]) -> list[int]:
    total = sum(shares)
    return [max(1, round(share / total * MEAN * len(shares))) for share in shares]


def hours(sizes: Sequence[int], workers: int, *, largest_first: bool = False) -> float:
    """Of the whole crawl. `largest_first`: hosts are leased by their size, which a frontier does not know."""
    order = list(sizes)
    random.Random(2).shuffle(order)
    waiting = deque(sorted(order, reverse=True) if largest_first else order)
    world = simpy.Environment()

    def host(processor: simpy.Resource) -> Iterator[simpy.Event]:
        """One of a worker's leases: host after host."""
        while waiting:
            for _ in range(waiting.popleft()):
                begun = world.now
                with processor.request() as turn:
                    yield turn
                    yield world.timeout(PAGE)
                yield world.timeout(max(0.0, begun + DELAY - world.now))

    for _ in range(workers):
        processor = simpy.Resource(world, 1)
        for _ in range(FRONTIER_HOSTS):
            world.process(host(processor))
    world.run()
    return float(world.now) / 3600


KINDS: dict[str, Callable[[int], list[int]]] = {"equal": equal, "lognormal": lognormal, "zipf": zipf}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--plot", metavar="FILE", help="the table as a plot, too")
    arguments = parser.parse_args()
    print(
        f"{HOSTS} hosts, {MEAN} pages each on average; {FRONTIER_HOSTS} hosts a worker, a page each {DELAY:g} s; hours"
    )
    print(f"{'workers':>12}" + "".join(f"{workers:>8}" for workers in WORKERS) + "   largest host")
    curves: dict[str, list[float]] = {}
    for name, sizes_of in KINDS.items():
        sizes = sizes_of(HOSTS)
        for order in (False, True) if name != "equal" else (False,):
            label = f"{name}*" if order else name
            curves[label] = [hours(sizes, workers, largest_first=order) for workers in WORKERS]
            figures = "".join(f"{each:>8.2f}" for each in curves[label])
            print(f"{label:>12}{figures}{max(sizes) * DELAY / 3600:>15.2f}", flush=True)
    print("* the largest hosts first")
    if arguments.plot:
        plot(curves, arguments.plot)


def plot(curves: dict[str, list[float]], path: str) -> None:
    from matplotlib import pyplot  # noqa: PLC0415

    for label, figures in curves.items():
        pyplot.loglog(WORKERS, figures, marker="o", label=label)
    pyplot.xlabel("workers")
    pyplot.ylabel("hours")
    pyplot.legend()
    pyplot.savefig(path)


if __name__ == "__main__":
    main()
