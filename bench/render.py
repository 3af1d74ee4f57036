"""Pages in a browser: python -m bench.render [--pages 100] [--tabs 2] [--limit 1000]

A generated site of scripts on loopback is crawled by one `scrapy crawl` with everything on. Memory is the proportional
set size (shared pages divided among who shares them) of the crawl and all processes below it, Chromium's included.
Exit status 1 when memory passes the limit (MB), when it is at the end more than a fifth above what it was after a
quarter of the pages, or when an article is not there to the character.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.browser import CHROMIUM
from tests.site.crawl import PROJECT, SETTINGS, rows
from tests.site.scripted import Scripted, ScriptedSite
from tests.site.server import serve

_EVERY = 0.5  # seconds
_GROWTH = 1.2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.render", description=__doc__)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--tabs", type=int, default=2)
    parser.add_argument("--limit", type=float, default=1000.0)
    asked = parser.parse_args()
    if not CHROMIUM:
        sys.exit("Chromium is not installed (apt-get install chromium)")
    documents = asked.pages // 5
    plan = Scripted(asked.pages - documents, documents, trouble=False, a_page=asked.pages)
    with tempfile.TemporaryDirectory(prefix="render-") as name, serve(plan) as web:
        output, site = Path(name, "output"), web.sites["xiamu"]
        assert isinstance(site, ScriptedSite)
        settings = SETTINGS | {
            "SITES_DIR": str(web.write_sites(Path(name, "sites"))),
            "OUTPUT_DIR": str(output),
            "RENDER_BROWSER": CHROMIUM,
            "RENDER_TABS": str(asked.tabs),
            "LOG_LEVEL": "WARNING",
        }
        words = [word for key, value in settings.items() for word in ("-s", f"{key}={value}")]
        began = time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "scrapy", "crawl", "news", *words], cwd=PROJECT)
        samples: list[tuple[int, float, float]] = []  # pages asked for, seconds, MB
        while process.poll() is None:
            with suppress(OSError):  # it has just ended
                pages = len({hit.target for hit in web.hits if hit.target.startswith(("/news/", "/doc/"))})
                samples.append((pages, time.monotonic() - began, _memory(process.pid)))
            time.sleep(_EVERY)
        seconds = time.monotonic() - began
        found = rows(output)
        right = sum((row["title"], row["text"]) == site.truths.get(row["url"]) for row in found)
        size = sum(path.stat().st_size for path in (output / "warc").rglob("*.warc.gz"))
    print("pages   seconds   all MB")
    marks = [next(each for each in samples if each[0] >= share * asked.pages) for share in (0.25, 0.5, 0.75, 1.0)]
    for pages, at, memory in marks:
        print(f"{pages:5} {at:9.0f} {memory:8.0f}")
    peak = max(memory for _, _, memory in samples)
    print(f"{asked.pages / seconds:.2f} pages/s with {asked.tabs} tabs, start included; peak {peak:.0f} MB")
    print(f"{right} of {len(site.truths)} articles to the character, {len(found)} rows")
    print(f"{size / asked.pages:.0f} bytes of WARC a page")
    bad = [
        *(["memory passes the limit"] if peak > asked.limit else []),
        *(["memory grows"] if marks[-1][2] > marks[0][2] * _GROWTH else []),
        *(["rows are lost or doubled"] if not right == len(site.truths) == len(found) else []),
        *([f"exit status {process.returncode}"] if process.returncode else []),
    ]
    print(*bad or ["all well"], sep="; ")
    return 1 if bad else 0


def _memory(pid: int) -> float:
    """MB of the process and all below it."""
    total = 0
    for each in (pid, *_below(pid)):
        with suppress(OSError, IndexError):
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _below(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                yield child
                yield from _below(child)


if __name__ == "__main__":
    sys.exit(main())
