"""`--ray`: units of work as Ray tasks, where sandbox/units.py has them done by processes of this machine."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import re
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from crawler.cluster import AUTO, LOCAL
from crawler.language import about, message, words
from crawler.native import digest
from crawler.sandbox.processor import Processor, ProcessorBeside, TimedProcessor
from crawler.sandbox.worker import PageLimits
from crawler.status import Exit, RefusedError
from pipelines.version import RULES_VERSION

Unit = TypeVar("Unit")
Result = TypeVar("Result")

_ADDRESS = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")
_QUEUED = 2  # units a processor that are handed out ahead
_TRIES = 3  # of a unit whose worker is lost, or whose storage fails
_OBJECTS = 200 << 20  # bytes of memory that Ray gets on this machine for what units hand back
_SHOWN = 300  # characters of a unit in a message
_PATIENCE = 30  # seconds for a cluster to answer


class OtherVersionError(Exception):
    """A worker has another version of this project."""


class Cluster:
    """A Ray cluster that this process is connected to; so many `processes` work at a time."""

    def __init__(self, ray: Any, processes: int) -> None:
        self.processes = processes
        self._ray = ray

    def carried_out(
        self,
        work: Callable[[Unit, Processor], Result],
        units: Iterable[Unit],
        processes: int,
        limits: PageLimits | None = None,
    ) -> Iterator[tuple[Unit, Result]]:
        """As sandbox.units.carried_out, by at most `processes` tasks at a time.

        A unit whose worker is lost (a page ended it, somebody killed it, its machine is gone) is done again with its
        pages in processes beside, and one whose storage fails as well: three times in all. Raises OSError, which
        names the unit, what else `work` raises, and RefusedError where the workers are not of this version.
        """
        ray = self._ray
        task = ray.remote(num_cpus=1, max_retries=0)(_work)
        version = _version()
        left, again = iter(units), deque[tuple[Unit, int]]()
        running: dict[Any, tuple[Unit, int]] = {}
        try:
            while True:
                new = ((unit, 0) for unit in left)
                room = processes * _QUEUED - len(running)
                for unit, failed in itertools.islice(itertools.chain(new, _taken(again)), room):
                    processor = ProcessorBeside(limits) if failed else TimedProcessor(limits)
                    running[task.remote(work, unit, processor, version)] = unit, failed
                if not running:
                    return
                for ready in ray.wait(list(running))[0]:
                    unit, failed = running.pop(ready)
                    try:
                        result = ray.get(ready)
                    except ray.exceptions.RayError as error:
                        why = _retriable(ray, error)
                        if failed + 1 == _TRIES:
                            raise OSError(
                                message(
                                    "{unit}: failed {times} times: {why}",
                                    unit=str(unit)[:_SHOWN],
                                    times=_TRIES,
                                    why=why,
                                )
                            ) from error
                        again.append((unit, failed + 1))
                    else:
                        yield unit, result
        finally:
            for each in running:
                ray.cancel(each, force=True)


@contextmanager
def connected(address: str, processes: int) -> Iterator[Cluster]:
    """The cluster at "host:port", for "auto" that of this machine (or of RAY_ADDRESS), for "local" one that is started
    for it with so many `processes`.

    Raises RefusedError, in one line, where Ray is not installed, the address is none or nothing answers there, or where
    the cluster has another version of Ray or Python.
    """
    if address not in (LOCAL, AUTO) and not _ADDRESS.fullmatch(address):
        raise RefusedError(
            message(
                "--ray {address}: host:port of a Ray cluster's head is needed, {auto} or {local}",
                address=address,
                auto=AUTO,
                local=LOCAL,
            )
        )
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it reports home by default
    # Of a cluster that is started here: on a busy machine a worker takes longer than the minute that it has by default,
    # and would be ended and started again without end.
    os.environ.setdefault("RAY_worker_register_timeout_seconds", "600")
    # Ray's workers have the niceness 15: beside any other work a process then gets a thirtieth of a processor.
    os.environ.setdefault("RAY_worker_niceness", "0")
    try:
        import ray  # noqa: PLC0415 - it takes seconds, and few commands need it
    except ImportError as error:
        raise RefusedError(
            message("--ray: Ray is not installed (pip install 'chinese-template-crawler[ray]')")
        ) from error
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if address == LOCAL:
        ray.init(address="local", num_cpus=processes, object_store_memory=_OBJECTS, include_dashboard=False, **quiet)
    else:
        _check_answer(address)
        ray.init(address=address, **quiet)
        processes = max(1, int(ray.cluster_resources().get("CPU", 1)))  # type: ignore[no-untyped-call]
    try:
        yield Cluster(ray, processes)
    finally:
        ray.shutdown()


def main() -> None:
    """python -m crawler.cluster.tasks HOST:PORT: connect and end. What is wrong is the last line of stdout."""
    import ray  # noqa: PLC0415

    try:
        ray.init(address=sys.argv[1], log_to_driver=False, logging_level=logging.CRITICAL)
    except (RuntimeError, ConnectionError, ValueError) as error:
        print(" ".join(str(error).split()))
        sys.exit(1)


def _check_answer(address: str) -> None:
    """Raises RefusedError. Where nobody answers Ray waits for minutes or ends the process: another one has to try."""
    silent = RefusedError(message("--ray {address}: no Ray cluster answers there", address=address), Exit.FAILED)
    host, _, port = address.rpartition(":")
    if host:
        try:
            socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
        except (OSError, OverflowError):
            raise silent from None
    command = [sys.executable, "-m", __name__, address]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise silent from None
    if done.returncode:
        said = done.stdout.strip()
        raise RefusedError(about(f"--ray {address}", said), Exit.FAILED) if said else silent


def _taken(queue: deque[tuple[Unit, int]]) -> Iterator[tuple[Unit, int]]:
    while queue:
        yield queue.popleft()


def _retriable(ray: Any, error: Exception) -> str:
    """Why another try may succeed. Raises what a task has raised where none can."""
    if not isinstance(error, ray.exceptions.RayTaskError):
        return message("its worker was lost ({error})", error=type(error).__name__)
    cause = error.cause
    if isinstance(cause, OSError):
        return words(cause)
    if isinstance(cause, OtherVersionError):
        raise RefusedError(about("--ray", words(cause)), Exit.FAILED) from error
    if isinstance(cause, ImportError) or "failed to import" in str(cause):
        raise RefusedError(
            message("--ray: the workers cannot import this project: install it on every machine")
        ) from error
    raise cause


def _version() -> str:
    return f"{RULES_VERSION} ({digest()})"


def _work(work: Callable[[Unit, Processor], Result], unit: Unit, processor: Processor, version: str) -> Result:
    if version != (own := _version()):
        raise OtherVersionError(
            message(
                "a worker on {host} has version {own}, here it is {ours}",
                host=socket.gethostname(),
                own=own,
                ours=version,
            )
        )
    with contextlib.closing(processor):
        return work(unit, processor)


if __name__ == "__main__":
    main()
