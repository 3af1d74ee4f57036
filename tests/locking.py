"""Takes the lock of a bucket in a process of its own: python -m tests.locking race|hold|publish …

race PREFIX WITNESS TIMES   takes it and gives it back so many times; ends with 1 where another has it meanwhile
hold PREFIX STALE           takes it, says "held", and with the next line of stdin ends with 4 if it has lost it
publish SPOOL_PATH STALE    the same with the lock of crawls: what is in the spool then is published, or not
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from crawler.storage.bucket import Bucket, BucketError
from crawler.storage.lock import BucketLock
from crawler.storage.path import SpoolPath
from crawler.storage.publish import Publisher
from pipelines.dataset.locks import BusyError
from tests.object_store import BUCKET

NAME = "dataset"


def race(prefix: str, witness: str, times: int) -> int:
    held = 0
    while held < times:
        try:
            lock = BucketLock(Bucket(BUCKET), prefix, NAME, f"racer-{os.getpid()}")
        except BusyError:
            continue
        try:
            os.close(os.open(witness, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return 1
        os.unlink(witness)
        lock.release()
        held += 1
    return 0


def hold(prefix: str, stale: float) -> int:
    lock = BucketLock(Bucket(BUCKET), prefix, NAME, "holder", stale=stale)
    return _told(lock.check)


def publish(spool: str, stale: float) -> int:
    publisher = Publisher(SpoolPath(spool), "holder", stale=stale)
    try:
        return _told(publisher.finish)
    finally:
        publisher.release()


def _told(work: Callable[[], None]) -> int:
    print("held", flush=True)
    sys.stdin.readline()
    try:
        work()
    except BucketError as error:
        print(error, flush=True)
        return 4
    return 0


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    if what == "race":
        sys.exit(race(folder, rest[0], int(rest[1])))
    sys.exit((hold if what == "hold" else publish)(folder, float(rest[0])))
