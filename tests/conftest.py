"""How the tests are shared out to workers."""

from __future__ import annotations

import inspect
from types import ModuleType

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
