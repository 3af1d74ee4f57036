"""A run's rows exist when its manifest does; what a dead run left is swept, what a live one writes is not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import pipelines.dataset as public
import pipelines.manifest
import pipelines.parts
from crawler.output import damaged_manifests
from crawler.verify.manifests import manifest_findings
from pipelines.dataset.locks import BusyError, Lock, SiteLocks, is_alive
from pipelines.dataset.manifest import (
    Manifest,
    ManifestError,
    WarcRange,
    covers,
    load_manifests,
    orphans,
    sweep,
    write_json,
)
from pipelines.dataset.part import Part
from pipelines.dataset.parts import PartWriter
from tests.command_kit import call
from tests.test_dataset import article, write

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def manifest(run_id: str, parts: list[Part], **columns: object) -> Manifest:
    ranges = [WarcRange("a.warc.gz", 0, 9, "ff")]
    return Manifest(run_id, "news", ["demo"], NOON, NOON, "1", parts, ranges, **columns)  # type: ignore[arg-type]


def files(output: Path) -> list[str]:
    return sorted(path.relative_to(output).as_posix() for path in output.rglob("*.parquet"))


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = manifest("r", write(tmp_path, article(1)).parts, counts={"pages": 3}, supersedes=["q"])
    written.write(tmp_path)
    assert load_manifests(tmp_path) == {"r": written}
    assert [path.name for path in (tmp_path / "manifests").iterdir()] == ["r.json"]


def test_a_program_of_ones_own_writes_a_dataset_by_public_names(tmp_path: Path) -> None:
    writer = pipelines.parts.PartWriter(tmp_path, "articles", public.SCHEMA, run_id="r", started=NOON)
    writer.add(public.row(article(1)))
    writer.close()
    pipelines.manifest.Manifest("r", "news", ["demo"], NOON, NOON, "1", writer.parts, []).write(tmp_path)
    assert pipelines.manifest.load_manifests(tmp_path)["r"].files[0].rows == 1


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "r.json").write_text('{"run_id": "r"}')
    with pytest.raises(ValueError, match=r"r\.json is no manifest"):
        load_manifests(tmp_path)


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"digest": ' + b"9" * 10_000 + b"}", b'{"digest": 1e999}\n'])
def test_what_json_cannot_hold_is_a_broken_manifest(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "r.json").write_bytes(content)
    with pytest.raises(ManifestError, match=r"r\.json is no manifest"):
        load_manifests(tmp_path)


@pytest.mark.parametrize(
    "columns",
    [
        {"counts": {"pages": "3"}},
        {"counts": {"pages": 10**30}},
        {"counts": [3]},
        {"supersedes": "q"},
        {"supersedes": [1]},
        {"schema_version": None},
        {"schema_version": True},
        {"sites": 5},
        {"files": [Part("articles/x.parquet", -1, 9, "ff")]},
        {"files": [Part("articles/x.parquet", 1, 9, None)]},  # type: ignore[arg-type]
        {"warc": [WarcRange("a.warc.gz", 0, 1 << 70, "ff")]},
        {"warc": [WarcRange(["a"], 0, 1, "ff")]},  # type: ignore[arg-type]
        {"started": NOON.replace(tzinfo=None)},
    ],
    ids=str,
)
def test_a_manifest_with_a_value_of_another_type_is_named(tmp_path: Path, columns: dict[str, object]) -> None:
    replace(manifest("r", []), **columns).write(tmp_path)  # type: ignore[arg-type]
    with pytest.raises(ManifestError, match=r"r\.json is no manifest"):
        load_manifests(tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        *("../../x.parquet", "/etc/x.parquet", "articles/../../x/x.parquet", "articles/x.parquet"),
        *("articles/crawl_month=2026-11/../x.parquet", "warc/crawl_month=2026-11/x.parquet", "state/frontier.sqlite3"),
    ],
)
def test_a_part_that_is_named_outside_of_the_dataset_is_none(tmp_path: Path, path: str) -> None:
    """Compact, forget and merge remove the parts that they have replaced."""
    manifest("r", [Part(path, 1, 9, "ff")]).write(tmp_path)
    with pytest.raises(ManifestError, match=r"x\.parquet|sqlite3 is no file that a run writes"):
        load_manifests(tmp_path)


def test_inputs_may_lie_in_folders_and_have_names_of_any_kind(tmp_path: Path) -> None:
    names = ["深/页面 1.html", "x.wacz/archive/data.warc.gz", "..a/...", "stdin", ".hidden"]
    replace(manifest("r", []), warc=[WarcRange(name, 0, 9, "ff") for name in names]).write(tmp_path)
    assert [each.file for each in load_manifests(tmp_path)["r"].warc] == names


@pytest.mark.parametrize(
    "name", ["../a.warc.gz", "/a.warc.gz", "x/../../a.warc.gz", "x//a.warc.gz", "x/..", "..", "x/", "./a"]
)
def test_a_warc_file_that_is_named_outside_of_the_archive_is_none(tmp_path: Path, name: str) -> None:
    replace(manifest("r", []), warc=[WarcRange(name, 0, 9, "ff")]).write(tmp_path)
    with pytest.raises(ManifestError, match=f"{re.escape(name)} is no file that a run writes"):
        load_manifests(tmp_path)


def test_what_is_no_manifest_in_one_way_only_is_none(tmp_path: Path) -> None:
    good = write_json(tmp_path, "manifests/r.json", ["digest"])
    refused = "its bytes are not those that were written"
    with pytest.raises(ManifestError, match=refused):
        load_manifests(tmp_path)
    write_json(tmp_path, "manifests/r.json", {"run_id": "r"})
    with pytest.raises(ManifestError, match=refused):
        load_manifests(tmp_path)
    manifest("r", []).write(tmp_path)
    assert list(load_manifests(tmp_path)) == ["r"]
    written = good.read_bytes()
    good.write_bytes(written + b" ")
    with pytest.raises(ManifestError, match=refused):
        load_manifests(tmp_path)
    good.write_bytes(written)
    good.rename(good.with_name("q.json"))
    with pytest.raises(ManifestError, match="its digest does not match"):
        load_manifests(tmp_path)
    good.with_name("q.json").rename(good)
    write_json(tmp_path, "manifests/r.json", json.loads(written) | {"family": "wenku"})
    with pytest.raises(ManifestError, match="its digest does not match"):
        load_manifests(tmp_path)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"files": []}, "counts 1 articles, not 0"),
        ({"files": [], "counts": {"rejects": 1}}, "counts 1 rejects, not 0"),
        ({"counts": {"articles": 2}}, "counts 2 articles, not 1"),
        ({"warc": [WarcRange("a.warc.gz", 0, 9, "ff")] * 2}, "a.warc.gz is named twice"),
    ],
)
def test_a_manifest_that_does_not_add_up_is_none(tmp_path: Path, columns: dict[str, Any], why: str) -> None:
    whole = manifest("20261120T000000Z-news-a", write(tmp_path, article(1)).parts, counts={"articles": 1})
    replace(whole, **columns).write(tmp_path)
    with pytest.raises(ManifestError, match=why):
        load_manifests(tmp_path)
    assert sweep(tmp_path) == "while a manifest is damaged, nothing of what dead runs left is removed"


def test_a_part_that_the_manifest_of_its_run_has_lost_is_no_leftover(tmp_path: Path) -> None:
    run = "20261120T000000Z-news-a"
    [part] = write(tmp_path, article(1), run_id=run).parts
    manifest(run, []).write(tmp_path)
    sweep(tmp_path)
    assert orphans(tmp_path, load_manifests(tmp_path)) == [tmp_path / part.path]
    [told] = damaged_manifests(tmp_path)
    assert told.startswith(f"{tmp_path / part.path}: its run has ended, and no manifest names it")
    for name, *words in (("compact",), ("forget", "http://x.example/1.html")):
        call(name, tmp_path, *words).says(4, str(tmp_path / part.path), "no manifest names")
    found = manifest_findings(tmp_path, load_manifests(tmp_path), frozenset())
    assert [each.where for each in found if "its run has ended" in each.what] == [part.path]
    assert files(tmp_path) == [part.path]


def test_a_finished_warc_file_is_covered_from_end_to_end(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"abc")
    (found,) = covers([path])
    assert (found.file, found.start, found.end, found.sha256[:8]) == ("a.warc.gz", 0, 3, "ba7816bf")


def test_sweep_keeps_what_a_manifest_names_and_removes_the_rest_once(tmp_path: Path) -> None:
    kept = write(tmp_path, article(1), run_id="20261120T000000Z-news-a")
    manifest("20261120T000000Z-news-a", kept.parts).write(tmp_path)
    write(tmp_path, article(2), run_id="20261121T000000Z-news-b")
    (tmp_path / "tmp" / "20261122T000000Z-news-c").mkdir()
    (tmp_path / "tmp" / "20261122T000000Z-news-c" / "articles-x.parquet").write_bytes(b"PAR1 half")
    line = sweep(tmp_path)
    assert line is not None
    assert "20261121T000000Z-news-b" in line
    assert "1 parts" in line
    assert files(tmp_path) == [kept.parts[0].path]
    assert sweep(tmp_path) is None


def test_sweep_never_touches_a_live_run(tmp_path: Path) -> None:
    lock = Lock(tmp_path, "run-live", wait=True)
    write(tmp_path, article(1), run_id="live")
    assert sweep(tmp_path) is None
    assert len(files(tmp_path)) == 1
    lock.release(remove=True)
    assert sweep(tmp_path) is not None
    assert files(tmp_path) == []
    assert list((tmp_path / "state" / "locks").iterdir()) == []


@pytest.mark.slow
def test_a_run_killed_while_it_holds_its_lock_is_dead_and_swept(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from pipelines.dataset.locks import Lock\n"
        "from tests.test_dataset import article, write\n"
        "out = Path(sys.argv[1]); lock = Lock(out, 'run-victim'); write(out, article(1), run_id='victim')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], check=False)
    assert done.returncode == -9
    assert not is_alive(tmp_path, "victim")
    assert len(files(tmp_path)) == 1
    assert "victim" in str(sweep(tmp_path))
    assert files(tmp_path) == []


def test_the_same_lock_is_not_given_twice_but_shared_by_those_who_share(tmp_path: Path) -> None:
    first = SiteLocks(tmp_path, ["other", "demo"])
    with pytest.raises(BusyError, match=f"site-demo is held by process {os.getpid()}"):
        SiteLocks(tmp_path, ["third", "demo"])
    SiteLocks(tmp_path, ["third"]).release()
    first.release()
    SiteLocks(tmp_path, ["demo"]).release()
    readers = [Lock(tmp_path, "dataset", shared=True), Lock(tmp_path, "dataset", shared=True)]
    with pytest.raises(BusyError):
        Lock(tmp_path, "dataset")
    for each in readers:
        each.release()
    Lock(tmp_path, "dataset").release()


def test_sites_are_one_open_file_however_many(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    names = [f"site{number}" for number in range(2000)]
    locks = SiteLocks(tmp_path, names)
    assert len(os.listdir("/proc/self/fd")) == before + 1
    with pytest.raises(BusyError, match="site-site1999 is held"):
        SiteLocks(tmp_path, names[-1:])
    locks.release()
    assert len(os.listdir("/proc/self/fd")) == before
    SiteLocks(tmp_path, names).release()


@pytest.mark.slow
def test_the_sites_of_a_killed_process_are_free(tmp_path: Path) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from pipelines.dataset.locks import SiteLocks\n"
        "held = SiteLocks(Path(sys.argv[1]), ['demo']); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=f"site-demo is held by process {process.pid}"):
            SiteLocks(tmp_path, ["demo"])
        process.kill()
    SiteLocks(tmp_path, ["demo"]).release()


def test_two_writers_of_one_run_never_share_a_name(tmp_path: Path) -> None:
    first: PartWriter = write(tmp_path, article(1), run_id="a")
    second = write(tmp_path, article(2), run_id="b")
    assert first.parts[0].path != second.parts[0].path
