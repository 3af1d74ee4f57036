"""`--ray`: the rows of one process, made by a cluster of two nodes; lost workers; what is refused in one line."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from crawler.archive.reader import pages, to_page
from crawler.cluster import tasks
from crawler.cluster.tasks import Cluster, connected
from crawler.learn.command import learn_sites
from crawler.reextract.dataset import Batch, remake
from crawler.reextract.files import Extracted
from crawler.sandbox.processor import Processor, TimedProcessor
from crawler.sandbox.units import carried_out
from crawler.sandbox.worker import PageLimits
from crawler.status import RefusedError
from pipelines.dataset.manifest import load_manifests
from tests import dataset_kit as kit
from tests.command_kit import Done, call
from tests.site.crawl import PROJECT

pytest.importorskip("ray")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # Ray's own, which change with each version

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
MEMORY = 100 << 20  # bytes of object store a node
MARKS = ("duplicate_of", "near_duplicate_of", "similarity")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs with some articles in both, and articles whose pages lie in several files."""
    folder = tmp_path_factory.mktemp("made")
    site = kit.scaled(105)
    sites = kit.write_site(folder / "sites", site)
    everything = kit.places(site)
    for number, some in enumerate((everything[:20], everything[15:30])):
        kit.archive(folder / "out", some, kit.run_id(number, NOON), NOON.replace(day=20 + number), max_bytes=30_000)
    assert len(files(folder)) > 4
    remake(folder / "out", folder / "out", [], sites, processes=1, report=print)
    return folder


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of two nodes on loopback, one processor each."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # A worker that is not there after a minute is ended and started again, and on a busy machine a start takes as long.
    os.environ["RAY_worker_register_timeout_seconds"] = "600"  # noqa: SIM112 - Ray's own name
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - by default 15: beside other tests none would get a turn
    from ray.cluster_utils import Cluster as Nodes  # noqa: PLC0415

    node = {"num_cpus": 1, "object_store_memory": MEMORY, "include_dashboard": False}
    nodes = Nodes(initialize_head=True, head_node_args=node)
    nodes.add_node(**node)
    yield nodes.address
    nodes.shutdown()


@pytest.fixture
def cluster(address: str) -> Iterator[Cluster]:
    with connected(address, 1) as cluster:
        yield cluster


def files(folder: Path) -> list[Path]:
    return sorted((folder / "out" / "warc").rglob("*.warc.gz"))


def rows(output: Path) -> list[dict[str, Any]]:
    """All rows and rejects as manifests name them, in an order of their own."""
    parts = [part.path for each in load_manifests(output).values() for part in each.files]
    found = [row for part in parts for row in pq.read_table(output / part, partitioning=None).to_pylist()]
    for row in found:
        del row["run_id"]
    return sorted(found, key=lambda row: (row.get("id", ""), row["url"], repr(row.get("captures"))))


def reextract(folder: Path, to: Path, *words: str) -> Done:
    return call("reextract", folder / "out", "--to", str(to), *words, sites=folder / "sites")


def test_the_rows_of_two_nodes_are_those_of_one_process(made: Path, address: str, tmp_path: Path) -> None:
    done = reextract(made, tmp_path / "spread", "--ray", address)
    assert (done.status, done.err) == (0, ""), done
    spread = rows(tmp_path / "spread")
    assert spread == rows(made / "out")
    assert max(row.get("page_count", 0) for row in spread) > 1
    assert any(row.get(mark) for row in spread for mark in MARKS)
    done = call("verify", made / "out", "--ray", address, sites=made / "sites")
    assert (done.status, done.err) == (0, ""), done
    assert "all is well" in done.out


def in_this_process(
    work: Any, units: Any, processes: int, limits: PageLimits | None = None
) -> Iterator[tuple[Any, Any]]:
    with TimedProcessor(limits) as processor:
        yield from ((unit, work(unit, processor)) for unit in units)


def test_what_a_cluster_learns_is_what_one_process_learns(made: Path, cluster: Cluster, tmp_path: Path) -> None:
    places = kit.places(kit.scaled(105))
    learnt = []
    for name, spread in (("one", in_this_process), ("spread", cluster.carried_out)):
        output = tmp_path / name
        for number, some in enumerate((places[:40], places[40:80])):
            kit.archive(output, some, kit.run_id(number, NOON), NOON.replace(day=20 + number), max_bytes=30_000)
        assert learn_sites(output, made / "sites", [], 2, print, spread) == []
        [profile] = (output / "state" / "profiles").rglob("*.json")
        learnt.append(json.loads(profile.read_bytes()))
    assert learnt[0] == learnt[1]
    assert learnt[0]["containers"]


def test_extract_by_ray_on_this_machine(made: Path, tmp_path: Path) -> None:
    names = [*map(str, files(made)), "--to"]
    done = call("extract", tmp_path, *names, str(tmp_path / "one"), "--processes", "1", sites=made / "sites")
    assert (done.status, done.err) == (0, ""), done
    # In a process of its own: from here on it would take every cluster for one with a token.
    command = [sys.executable, "-m", "scrapy", "extract", *names, str(tmp_path / "ray"), "--ray", "local"]
    command += ["--processes", "2", "-s", f"SITES_DIR={made / 'sites'}"]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=300)
    assert without_marks(rows(tmp_path / "ray")) == without_marks(rows(tmp_path / "one"))


def without_marks(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a row is a copy of depends on which file was ready first."""
    return [{name: value for name, value in row.items() if name not in MARKS} for row in found]


def dies_once(marker: Path, work: Any, unit: Any, processor: Processor) -> Any:
    """`work`, whose process is killed behind the first unit of all, with its parts written and nobody told."""
    result = work(unit, processor)
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return result
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_a_worker_that_is_killed_changes_no_row(made: Path, cluster: Cluster, tmp_path: Path) -> None:
    def spread(work: Any, units: Any, processes: int, limits: PageLimits | None = None) -> Iterator[tuple[Any, Any]]:
        return cluster.carried_out(partial(dies_once, tmp_path / "died", work), units, processes, limits)

    remake(made / "out", tmp_path / "to", [], made / "sites", processes=2, report=print, spread=spread)
    assert (tmp_path / "died").exists()
    assert rows(tmp_path / "to") == rows(made / "out")


def fails(folder: Path, unit: str, processor: Processor) -> str:
    """Notes that it was called; "slow" needs too much time where no process beside is used, "full" fails always."""
    with (folder / unit).open("a") as file:
        file.write(f"{type(processor).__name__}\n")
    if unit == "full":
        raise OSError(28, "No space left on device")
    if unit == "slow" and type(processor).__name__ == "TimedProcessor":
        signal.setitimer(signal.ITIMER_PROF, 0.05)
        while True:
            pass
    if unit == "bug":
        raise KeyError(unit)
    return unit.upper()


def test_units_that_fail_are_tried_again_and_named(cluster: Cluster, tmp_path: Path) -> None:
    work = partial(fails, tmp_path)
    done = dict(cluster.carried_out(work, iter(["a", "slow", "b"]), 2))
    assert done == {"a": "A", "slow": "SLOW", "b": "B"}
    assert (tmp_path / "slow").read_text().split() == ["TimedProcessor", "ProcessorBeside"]
    with pytest.raises(OSError, match=r"full: failed 3 times: .*No space left on device"):
        list(cluster.carried_out(work, ["full"], 2))
    assert len((tmp_path / "full").read_text().split()) == 3
    with pytest.raises(KeyError, match="bug"):
        list(cluster.carried_out(work, ["bug"], 2))
    assert (tmp_path / "bug").read_text().split() == ["TimedProcessor"]


def test_workers_of_another_version_are_refused(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "RULES_VERSION", "1999.1.1")
    with pytest.raises(RefusedError, match=r"a worker on .* has version .*, here it is 1999\.1\.1"):
        list(cluster.carried_out(partial(fails, tmp_path), ["a"], 2))
    assert not (tmp_path / "a").exists()


class StoppedError(Exception):
    pass


def test_a_job_that_was_stopped_goes_on_where_it_was(made: Path, tmp_path: Path) -> None:
    asked: list[list[int]] = []

    def stops(work: Any, units: Any, processes: int, limits: PageLimits | None = None) -> Iterator[tuple[Any, Any]]:
        asked.append([unit.number for unit in units if isinstance(unit, Batch)])
        for number, done in enumerate(carried_out(work, units, processes, limits)):
            yield done
            if len(asked) == 1 and number == 1:
                raise StoppedError

    def again(to: Path) -> tuple[str, Extracted]:
        return remake(made / "out", to, [], made / "sites", processes=4, report=print, spread=stops)

    to = tmp_path / "to"
    with pytest.raises(StoppedError):
        again(to)
    [begun] = (to / "tmp").iterdir()
    run_id, _ = again(to)
    assert run_id == begun.name
    assert len(asked[1]) == len(asked[0]) - 2
    assert rows(to) == rows(made / "out")
    assert not list((to / "tmp").iterdir())


def test_what_was_made_of_other_files_or_rules_is_made_again(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "copy")
    folder = tmp_path / "copy"

    def stops(work: Any, units: Any, processes: int, limits: PageLimits | None = None) -> Iterator[tuple[Any, Any]]:
        yield next(iter(carried_out(work, units, processes, limits)))
        raise StoppedError

    with pytest.raises(StoppedError):
        remake(folder / "out", tmp_path / "to", [], folder / "sites", processes=2, report=print, spread=stops)
    files(folder)[-1].unlink()  # no manifest of this copy's own names it: the rows are those of fewer files
    shutil.rmtree(folder / "out" / "manifests")
    left = remake(folder / "out", tmp_path / "to", [], folder / "sites", processes=2, report=print)
    fresh = remake(folder / "out", tmp_path / "fresh", [], folder / "sites", processes=1, report=print)
    assert left[1].counts == fresh[1].counts
    assert rows(tmp_path / "to") == rows(tmp_path / "fresh")
    there = {path.relative_to(tmp_path / "to").as_posix() for path in (tmp_path / "to").glob("*/*/*.parquet")}
    assert there == {part.path for each in load_manifests(tmp_path / "to").values() for part in each.files}


READ = """
import hashlib, json, ray, sys
from crawler.cluster.datasource import WarcDatasource
ray.init(address=sys.argv[1], log_to_driver=False)
for row in ray.data.read_datasource(WarcDatasource(sys.argv[2:]), override_num_blocks=2).iter_rows():
    body = row["body"] and hashlib.sha256(row["body"]).hexdigest()
    print(json.dumps([row[name] for name in ("file", "offset", "url", "role", "damage")] + [body]))
"""


def test_records_as_a_ray_dataset(made: Path, address: str, tmp_path: Path) -> None:
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(files(made)[0].read_bytes()[:-30])
    command = [sys.executable, "-c", READ, address, *map(str, files(made)), str(cut)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    expected = [
        [str(path), stored.capture.offset, stored.url, stored.metadata.get("role"), None, sha256(to_page(stored).body)]
        for path in files(made)
        for stored in pages(path, print)
    ]
    assert sorted(each for each in found if each[0] != str(cut)) == expected
    [[_, offset, url, *_]] = [each for each in found if each[4]]
    assert url is None
    assert offset > 0


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def refused(made: Path, to: Path, address: str, status: int, *words: str) -> None:
    done = reextract(made, to, "--ray", address)
    done.says(status, "scrapy reextract: --ray", *words)
    assert not to.exists()


def test_an_address_that_is_none_or_does_not_answer(made: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    refused(made, to, "ray.example", 2, "host:port")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        refused(made, to, f"127.0.0.1:{unused.getsockname()[1]}", 1, "no Ray cluster answers there")


def test_without_ray_installed(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    refused(made, tmp_path / "to", "local", 2, "not installed", "chinese-template-crawler[ray]")


@pytest.mark.parametrize(
    ("says", "word"), [({"ray_version": "1.2.3"}, "Ray: 1.2.3"), ({"python_version": "3.9.1"}, "Python: 3.9.1")]
)
def test_a_cluster_of_another_version(
    made: Path, address: str, tmp_path: Path, says: dict[str, str], word: str
) -> None:
    from ray._raylet import GcsClient  # noqa: PLC0415

    store = GcsClient(address=address)
    known = store.internal_kv_get(b"CLUSTER_METADATA", b"cluster")
    store.internal_kv_put(b"CLUSTER_METADATA", json.dumps(json.loads(known) | says).encode(), True, b"cluster")
    try:
        refused(made, tmp_path / "to", address, 1, "Version mismatch", word)
    finally:
        store.internal_kv_put(b"CLUSTER_METADATA", known, True, b"cluster")
