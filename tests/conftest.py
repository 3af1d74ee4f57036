"""How the tests are shared out to workers, and which of them `make check` runs."""

from __future__ import annotations

import os
import socket
import subprocess
from functools import cache
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[1]
os.environ["LANGUAGE"] = "en"  # what the tests read, in this process and in those that they start, whoever runs them
# The same examples each time: whether a change lands is no matter of luck. `make search` looks for others.
# No deadlines: they are wall clock, and say on a busy machine that others are at work.
hypothesis.settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "search", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("same")


class ByWhatIsShared(LoadScopeScheduling):
    """Test by test, but the tests of a file that builds something once for all of them go to one worker.

    xdist 3.8 has `--dist loadgroup` for that, to which pytest 9.2 is deaf.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if builds_once(file) else nodeid


@cache
def builds_once(file: str) -> bool:
    return '@pytest.fixture(scope="module"' in (ROOT / file).read_text("utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return ByWhatIsShared(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker has a minute left when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def _no_sockets_in_make_check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the slow tests are left out, one that ought to be marked so fails."""
    if request.config.getoption("markexpr") == "not slow":
        monkeypatch.setattr(socket.socket, "bind", _refuse)
        monkeypatch.setattr(socket.socket, "connect", _refuse)
        monkeypatch.setattr(subprocess.Popen, "__init__", _refuse)


def _refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a test that opens sockets or starts processes is marked: pytest.mark.slow")
