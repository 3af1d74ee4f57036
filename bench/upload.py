"""Archive files of several GB to an object store: python -m bench.upload [--gigabytes N] [--cuts N]

Files of 1 GiB, as crawls write them, are published from a spool to SeaweedFS on loopback (in the test extra), through a
proxy that cuts connections after 25 MB in either direction, so many times. Prints for one MB and for all of it: seconds
by the clock, with the reading back by which each digest is checked; the most memory of the process that sends; what was
sent more than once. Exit status 1 where the memory differs by more than 40 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from crawler.storage.path import spool_path
from tests.object_store import BUCKET, object_store, proxy
from tests.site.crawl import PROJECT

MB = 1 << 20
CUT_AT = 25_000_000


def write(folder: Path, size: int) -> None:
    """Files of 1 GiB at most, of so many bytes together, none of them like another."""
    folder.mkdir(parents=True)
    block = os.urandom(MB)
    for number in count():
        left = min(size - (number << 30), 1 << 30)
        if left <= 0:
            return
        with (folder / f"large-{number}.warc.gz").open("wb") as file:
            for at in range(left // MB):
                file.write(f"{number:08}{at:08}".encode() + block[16:])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.upload", description=__doc__)
    parser.add_argument("--gigabytes", type=int, default=3)
    parser.add_argument("--cuts", type=int, default=4)
    args = parser.parse_args()
    memory = []
    with tempfile.TemporaryDirectory(prefix="upload-") as name:
        folder = Path(name)
        with object_store(folder) as store, proxy(store) as door:
            door.fault, door.cut_at = "cut", CUT_AT
            for size, cuts in ((MB, 0), (args.gigabytes << 30, args.cuts)):
                spool = spool_path(f"s3://{BUCKET}/{size}", str(folder / "spool"))
                write(Path(spool, "warc", "fanwen"), size)
                door.cuts, before, began = door.failures + cuts, door.sent, time.monotonic()
                done = subprocess.run(
                    [sys.executable, "-m", "tests.publishing", str(spool)],
                    cwd=PROJECT,
                    env=os.environ | store.environment(door.endpoint),
                    stdout=subprocess.PIPE,
                    text=True,
                    check=True,
                )
                memory.append(int(done.stdout) / 1024)
                print(
                    f"{size >> 20:6} MB in {time.monotonic() - began:5.0f} s, {memory[-1]:.0f} MB of memory at most, "
                    f"{door.failures} connections cut, {(door.sent - before - size) / 1e6:.0f} MB sent again",
                    flush=True,
                )
    return 1 if memory[1] - memory[0] > 40 else 0


if __name__ == "__main__":
    sys.exit(main())
