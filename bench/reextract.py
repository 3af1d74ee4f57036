"""`scrapy reextract` of one WARC file with one process and with two, and FastWARC with trafilatura over the same file.

    python -m bench.reextract [--pages FOLDER] [--records 2000] [--rounds 3] [--command extract]

FOLDER holds .html files, by default ../shared/pages/html or the project's fixtures; they are put into the file in turn
until it has so many records. Rounds alternate. Pages a second by the clock and milliseconds of processor time a page,
start and end of the processes included; medians, and medians of the ratios of each round. trafilatura is in the [bench]
extra; it is left out where it is not installed. --command extract measures `scrapy extract` instead.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import itertools
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crawler.archive.exchange import Exchange
from crawler.archive.writer import WarcWriter
from crawler.native import built
from tests.archive_kit import FETCHED, HEAD, RUN
from tests.site.crawl import PROJECT, as_a_user, scrapy

_PR_SET_CHILD_SUBREAPER = 36
PEER = "FastWARC + trafilatura"


@dataclass(frozen=True, slots=True)
class Took:
    seconds: float
    processor: float


def write(folder: Path, pages: list[Path], records: int) -> Path:
    """One WARC file below `folder`; each record is a page of its own."""
    writer = WarcWriter(folder / "warc" / "news", prefix="news", run_id=RUN)
    known = (("site", "bench"), ("family", "news"), ("role", "article"))
    for number, page in enumerate(itertools.islice(itertools.cycle(pages), records)):
        body = page.read_bytes()
        url = f"http://www.example.cn/a/{number}.html"
        request = b"GET / HTTP/1.1\r\n\r\n"
        writer.write(Exchange(url, FETCHED, request, HEAD % len(body), body, None, ("http/1.1",), metadata=known))
    writer.close()
    [file] = (folder / "warc").rglob("*.warc.gz")
    return file


def made(command: str, processes: int, file: Path, folder: Path) -> None:
    sites = folder / "sites"
    sites.mkdir()
    (sites / "bench.toml").write_text(
        "family = 'news'\ndomains = ['www.example.cn']\nseeds = ['http://www.example.cn/']\narticle = ['^/a/']\n"
    )
    settings = {"SITES_DIR": str(sites), "OUTPUT_DIR": str(folder)}
    words = (command, str(file), "--to", str(folder / "made"), "--processes", str(processes))
    done = scrapy(*words, settings=settings, fresh=True)
    assert done.returncode in (0, 3), done.stderr


def peer(file: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "bench.reextract", "--peer", str(file)]
    subprocess.run(command, cwd=PROJECT, env=as_a_user(), check=True)


def run_peer(file: Path) -> None:
    """What one would write: the text and the metadata of each response, thrown away."""
    import trafilatura  # noqa: PLC0415
    from fastwarc.warc import ArchiveIterator, WarcRecordType  # noqa: PLC0415

    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            trafilatura.bare_extraction(record.reader.read(), with_metadata=True)


def timed(run: Callable[[Path, Path], None], file: Path) -> Took:
    with tempfile.TemporaryDirectory() as folder:
        began, before = time.perf_counter(), _spent()
        run(file, Path(folder))
        return Took(time.perf_counter() - began, _spent() - before)


def _spent() -> float:
    """Processor time of all processes that were started here. Those that outlive their parents are waited for."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reextract", description=__doc__)
    shared = PROJECT.parent / "shared" / "pages" / "html"
    parser.add_argument("--pages", type=Path, default=shared if shared.is_dir() else PROJECT / "tests/fixtures/skins")
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--command", choices=("reextract", "extract"), default="reextract")
    parser.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        run_peer(args.peer)
        return 0
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    runs: dict[str, Callable[[Path, Path], None]] = {
        "one process": partial(made, args.command, 1),
        "two processes": partial(made, args.command, 2),
    }
    if importlib.util.find_spec("trafilatura"):
        runs[PEER] = peer
    else:
        print("trafilatura is not installed: pip install -e .[bench]")
    took: dict[str, list[Took]] = {name: [] for name in runs}
    with tempfile.TemporaryDirectory() as folder:
        file = write(Path(folder), sorted(args.pages.glob("*.html")), args.records)
        size = file.stat().st_size / 1e6
        for _ in range(args.rounds):
            for name, run in runs.items():
                took[name].append(timed(run, file))
    print(f"{args.records} records, {size:.0f} MB, the core {'compiled' if built() else 'as plain Python'}")
    for name, rounds in took.items():
        speed = statistics.median(args.records / each.seconds for each in rounds)
        processor = statistics.median(1000 * each.processor / args.records for each in rounds)
        print(f"{name:24} {speed:7.0f} pages/s {processor:8.2f} ms of processor time a page")
    _ratio("two processes / one", took["two processes"], took["one process"])
    if PEER in took:
        _ratio(f"one process / {PEER}", took["one process"], took[PEER])
    return 0


def _ratio(what: str, ours: list[Took], others: list[Took]) -> None:
    clock = sorted(theirs.seconds / mine.seconds for mine, theirs in zip(ours, others, strict=True))
    spent = sorted(theirs.processor / mine.processor for mine, theirs in zip(ours, others, strict=True))
    print(
        f"{what:40} by the clock {statistics.median(clock):5.2f} ({clock[0]:.2f}-{clock[-1]:.2f}), "
        f"by processor time {statistics.median(spent):5.2f} ({spent[0]:.2f}-{spent[-1]:.2f})"
    )


if __name__ == "__main__":
    sys.exit(main())
