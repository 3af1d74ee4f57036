"""Publishes a spool in a process of its own, so that it can be killed: python -m tests.publishing SPOOL_PATH"""

from __future__ import annotations

import sys

from crawler.storage.path import SpoolPath
from crawler.storage.publish import Publisher


def main() -> None:
    publisher = Publisher(SpoolPath(sys.argv[1]), "test")
    publisher.finish()
    publisher.release()


if __name__ == "__main__":
    main()
