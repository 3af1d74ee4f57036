"""What stands in the place of a file of OUTPUT_DIR costs that file and no more: nobody breaks, waits, or removes it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.monitor.run_report import history
from crawler.report.runs import load_runs
from pipelines.dataset.query import connect
from pipelines.dedup.account import is_current
from pipelines.dedup.index import open_index
from tests import dataset_kit as kit
from tests.command_kit import call

pytestmark = pytest.mark.slow

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
REPORT = f"state/runs/{kit.run_id(1, NOON)}.json"
FILES = {
    "manifest": "manifests/*.json",
    "part": "articles/*/*.parquet",
    "rejects": "rejects/*/*.parquet",
    "archive": "warc/*/*.warc.gz",
    "index": "warc/*/*.cdxj",
    "report": REPORT,
    "duplicates": "state/duplicates/*/info.json",
    "entries": "state/duplicates/*/entries.npy",
    "card": "README.md",
}
TYPES = {"runs": 3, "version": [], "sites": [[1]], "arguments": {}, "started": {"\ud800": 1}, "digest": 1e300}


def _in_place(make: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda path: (path.unlink(), make(path))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "folder": _in_place(Path.mkdir),
    "pipe": _in_place(os.mkfifo),
    "link round": _in_place(lambda path: path.symlink_to(path.name)),
    "emptied": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "other bytes": lambda path: path.write_bytes(b"\xff\x00[" * 500),
    "other types": lambda path: path.write_text(json.dumps(TYPES)),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    site, output = kit.scaled(9), folder / "out"
    kit.crawl(output, kit.write_site(folder / "sites", site), kit.places(site)[:3], 1, NOON)
    open_index(output, kit.run_id(2, NOON)).close()
    (output / REPORT).parent.mkdir()
    (output / REPORT).write_text("{}")
    assert call("card", output, settings={"CONTACT": "me@example.org"}).status == 0
    return folder


@pytest.fixture(params=DAMAGES)
def damage(request: pytest.FixtureRequest) -> Callable[[Path], object]:
    return DAMAGES[request.param]


def damaged(made: Path, folder: Path, name: str, damage: Callable[[Path], object]) -> tuple[Path, Path]:
    shutil.copytree(made, folder / "copy")
    output = folder / "copy" / "out"
    [path] = output.glob(FILES[name])
    damage(path)
    return output, path


@pytest.mark.parametrize("name", FILES)
def test_who_reads_goes_on_without_it(made: Path, tmp_path: Path, name: str, damage: Callable[[Path], object]) -> None:
    output, _ = damaged(made, tmp_path, name, damage)
    with connect(output) as db:
        [(number,)] = db.execute("SELECT count(*) FROM articles").fetchall()
    assert (number == 0) is (name == "part")
    assert history(output, kit.FAMILY, "z", 9) == {}
    assert len(load_runs(output)[1]) == 1
    assert is_current(output) is (name not in ("duplicates", "manifest"))
    rows = [segment for segment in open_index(output, kit.run_id(3, NOON)).segments if len(segment.entries)]
    assert bool(rows) is (name != "manifest")


@pytest.mark.parametrize("name", ["part", "archive", "index"])
def test_verify_names_it_and_looks_at_the_rest(made: Path, tmp_path: Path, name: str) -> None:
    for how in ("folder", "pipe", "link round"):  # others: tests/test_damage.py
        output, path = damaged(made, tmp_path / how, name, DAMAGES[how])
        done = call("verify", output, "--quick", "--processes", "1")
        assert (done.status, done.err) == (1, ""), (how, done)
        assert path.name in done.out, (how, done)


def test_a_card_of_something_else_is_not_replaced(made: Path, tmp_path: Path) -> None:
    for how in ("folder", "pipe"):
        output, path = damaged(made, tmp_path / how, "card", DAMAGES[how])
        call("card", output).says(2, f"{path} was not written by scrapy card")
