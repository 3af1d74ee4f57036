"""An archive that is not what was recorded makes no rows: one line that names the file, and the dataset as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.members import members
from tests import dataset_kit as kit
from tests.command_kit import call

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    site = kit.scaled(30)
    sites = kit.write_site(folder / "sites", site)
    kit.crawl(folder / "out", sites, kit.places(site)[:10], 1, NOON)
    kit.crawl(folder / "out", sites, kit.places(site)[10:], 2, NOON.replace(day=21))
    return folder


def without_its_end(path: Path) -> None:
    """Cut where a record ends, as a copy that was interrupted may be: every tool reads what is left."""
    starts = [member.offset for member in members(path)]
    path.write_bytes(path.read_bytes()[: starts[len(starts) // 2]])


def with_another_byte(path: Path) -> None:
    """The operating system in the first gzip head: neither checksum nor record tells."""
    content = bytearray(path.read_bytes())
    content[9] ^= 1
    path.write_bytes(content)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [without_its_end, with_another_byte, Path.unlink])
def test_nothing_is_replaced(made: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    shutil.copytree(made, tmp_path / "copy")
    output, fresh = tmp_path / "copy" / "out", tmp_path / "fresh"
    [_, damaged] = sorted((output / "warc").rglob("*.warc.gz"))
    damage(damaged)
    before = {path: path.read_bytes() for kind in ("articles", "manifests") for path in (output / kind).rglob("*.*")}
    for words in ((), ("--diff",), ("--diff", "--commit"), ("--to", str(fresh))):
        call("reextract", output, "--processes", "1", *words).says(4, damaged.name)
    assert {path: path.read_bytes() for path in before} == before
    assert not list(fresh.rglob("*.parquet"))
    assert not list((output / "tmp").iterdir())


@pytest.mark.slow
def test_files_that_are_named_are_held_against_their_manifest_too(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "copy")
    output = tmp_path / "copy" / "out"
    good, damaged = sorted((output / "warc").rglob("*.warc.gz"))
    without_its_end(damaged)
    call("reextract", output, str(damaged), "--to", str(tmp_path / "a")).says(4, damaged.name, "scrapy verify")
    done = call("reextract", output, str(good), "--to", str(tmp_path / "b"), "--processes", "1")
    assert (done.status, done.err) == (0, ""), done
