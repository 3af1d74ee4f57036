"""Publishes a spool in a process of its own, so that it can be killed: python -m tests.publishing SPOOL_PATH

Says how many KB of memory it had at most.
"""

from __future__ import annotations

import sys
from pathlib import Path

from crawler.storage.path import SpoolPath
from crawler.storage.publish import Publisher


def main() -> None:
    publisher = Publisher(SpoolPath(sys.argv[1]), "test")
    publisher.finish()
    publisher.release()
    [most] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    print(most.split()[1])


if __name__ == "__main__":
    main()
