"""A disk that is full, again and again: python -m bench.full_disk [--articles 1500]     (as root, for the mount)

Crawls a generated site into a tmpfs that is too small, twice, then into one that is a little larger, then into one that
is large enough. Prints each run's exit status and message. Exit status 1 unless every run but the last ends with 4 and
one line, and the dataset then holds each article once.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.site import serve
from tests.site.crawl import crawl, rows
from tests.site.scaled import Scaled

SIZES = ("3M", "3M", "6M", "256M")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="full-disk-") as name:
        disk, log = Path(name, "disk"), Path(name, "log")
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZES[0]}", "tmpfs", disk], check=False).returncode:
            print("no mount, no bench", file=sys.stderr)
            return 0
        try:
            with serve(Scaled(asked.articles)) as web:
                sites = web.write_sites(Path(name, "sites"))
                runs = [run(size, sites, disk, log) for size in SIZES]
                pages = Counter(hit.target for hit in web.hits if hit.target.endswith(".html"))
            found = Counter(row["url"] for row in rows(disk))
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)
    twice = sum(1 for times in pages.values() if times > 1)
    doubled = found.total() - len(found)
    print(f"{len(found)} of {asked.articles} articles, {doubled} rows doubled, {twice} pages asked for twice")
    return 0 if all(runs) and len(found) == asked.articles and not doubled else 1


def run(size: str, sites: Path, disk: Path, log: Path) -> bool:
    """One crawl on a disk of `size`; whether it ended as it should."""
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)
    done = crawl("fanwen", sites, disk, LOG_FILE=str(log))
    print(f"{size:>5}: exit status {done.returncode}  {done.stderr.strip()}")
    clean = "Traceback" not in done.stderr + log.read_text()
    return clean and (done.returncode, len(done.stderr.splitlines())) == ((0, 0) if size == SIZES[-1] else (4, 1))


if __name__ == "__main__":
    sys.exit(main())
