"""How the tests are shared out to workers, and which of them `make check` runs."""

from __future__ import annotations

import inspect
import socket
import subprocess
from types import ModuleType
from typing import NoReturn

import pytest


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file that builds something once for all its tests goes to one worker: two would build it twice."""
    shares: dict[ModuleType, bool] = {}
    for item in items:
        if isinstance(item, pytest.Function):
            module = item.module
            if module not in shares:
                shares[module] = '@pytest.fixture(scope="module"' in inspect.getsource(module)
            if shares[module]:
                item.add_marker(pytest.mark.xdist_group(module.__name__))


@pytest.fixture(autouse=True)
def _no_sockets_in_make_check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the slow tests are left out, one that ought to be marked so fails."""
    if request.config.getoption("markexpr") == "not slow":
        monkeypatch.setattr(socket.socket, "bind", _refuse)
        monkeypatch.setattr(socket.socket, "connect", _refuse)
        monkeypatch.setattr(subprocess.Popen, "__init__", _refuse)


def _refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a test that opens sockets or starts processes is marked: pytest.mark.slow")
