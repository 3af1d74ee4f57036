"""Damage to an OUTPUT_DIR is named by verify or healed by the next crawl. All kinds: python -m bench.damage."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.damage import KINDS, Kind, identities, made, tried

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    with made(tmp_path_factory.mktemp("damage")) as folders:
        yield folders


@pytest.mark.parametrize("kind", KINDS[::8], ids=lambda kind: f"{kind.what} {kind.how}")
def test_damage_is_noticed(whole: tuple[Path, Path], kind: Kind) -> None:
    output, sites = whole
    copy = output.parent / kind.how / "out"
    shutil.copytree(output, copy)
    line = tried(kind, copy, sites, identities(output))
    assert not line.startswith(("NOT NOTICED", "WRONG")), line
    assert kind.healed is ("healed" in line)
