"""Times and sizes of verify, reextract --diff, compact, forget and show: python -m bench.dataset_tools [--rows 200000]

The dataset is made by the demo's generator straight into WARC files, in runs of 5,000 articles spread over ten months;
a last run meets 2 % of them again. Prints a JSON line a step: seconds, memory of the largest process, files, bytes,
exit status and what the command said: counts of --diff, the first troubles of verify and its verdict.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests import dataset_kit as kit
from tests.site.crawl import PROJECT

PER_RUN = 5_000
BEGAN = datetime(2026, 1, 3, 12, tzinfo=UTC)
SAID = 8  # first lines of a command's output that are kept, and the last one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, help="default: a temporary one")
    parser.add_argument("--short", action="store_true", help="leave out what makes all rows again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tools-", dir=arguments.folder) as name:
        folder = Path(name)
        began = time.perf_counter()
        _build(folder, arguments.rows, arguments.processes)
        _tell("made", time.perf_counter() - began, folder / "out")
        many = ("--processes", str(arguments.processes))
        middle = f"{kit.BASE}/c0/{arguments.rows // 10 // 20 * 20}.html"  # on several pages
        for words in (
            ("verify", "--quick", *many),
            ("verify", *many),
            ("reextract", "--diff", *many),
            ("compact",),
            ("verify", "--quick", *many),
            ("show", middle),
            ("forget", middle),
            ("verify", "--quick", *many),
        ):
            if arguments.short and words in (("verify", *many), ("reextract", "--diff", *many)):
                continue
            _step(folder, *words)


def _build(folder: Path, rows: int, processes: int) -> None:
    kit.write_site(folder / "sites", kit.scaled(rows))
    runs = -(-rows // PER_RUN)
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        for future in [pool.submit(_run, folder, rows, number, runs) for number in range(runs + 1)]:
            future.result()


def _run(folder: Path, rows: int, number: int, runs: int) -> None:
    """The articles of one run; of the last one: every fiftieth of all."""
    places = kit.places(kit.scaled(rows))
    some = places[::50] if number == runs else places[number * PER_RUN : (number + 1) * PER_RUN]
    at = BEGAN + timedelta(days=300 * number // runs, seconds=number)
    kit.crawl(folder / "out", folder / "sites", some, number, at)


def _step(folder: Path, *words: str) -> None:
    settings = ("-s", f"OUTPUT_DIR={folder / 'out'}", "-s", f"SITES_DIR={folder / 'sites'}")
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words, *settings], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    lines = [line[:200] for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    said = [*lines[:SAID], f"… {len(lines)} lines", lines[-1]] if len(lines) > SAID + 1 else lines
    _tell(" ".join(words), seconds, folder / "out", status=done.returncode, said=said)


def _tell(step: str, seconds: float, output: Path, **more: object) -> None:
    figures = {
        "step": step,
        "seconds": round(seconds, 1),
        "peak_mb_so_far": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10,
        **dict(_sizes(output)),
        **more,
    }
    print(json.dumps(figures, ensure_ascii=False), flush=True)


def _sizes(output: Path) -> Iterator[tuple[str, object]]:
    for name, pattern in (("warc", "warc/**/*.warc.gz"), ("articles", "articles/**/*.parquet")):
        paths = list(output.glob(pattern))
        yield f"{name}_files", len(paths)
        yield f"{name}_mb", sum(path.stat().st_size for path in paths) >> 20


if __name__ == "__main__":
    main()
