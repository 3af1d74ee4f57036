"""OUTPUT_DIR in an object store: the same rows as in a folder, whatever store and network do meanwhile.

A real SeaweedFS on loopback, and a proxy before it that fails.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.dataset
import pyarrow.fs as pf
import pytest

from crawler.output import changing, reading
from crawler.storage.address import AddressError, BucketError, bucket_and_key
from crawler.storage.bucket import Bucket
from crawler.storage.checkout import checkout, push
from crawler.storage.lock import BucketLock
from crawler.storage.path import SpoolPath, spool_path
from crawler.storage.publish import CRAWLS, Publisher
from pipelines.dataset.locks import BusyError
from pipelines.dataset.manifest import Manifest, load_manifests
from pipelines.dataset.revision import live_parts
from pipelines.dedup.index import open_index
from pipelines.dedup.signature import Signature
from tests import dataset_kit
from tests.command_kit import scrapy_here
from tests.object_store import BUCKET, READER, READER_SECRET, SECRET, ObjectStore, Proxy, object_store, proxy
from tests.site.crawl import PROJECT, SETTINGS, rows, scrapy
from tests.site.scaled import Scaled
from tests.site.server import Web, serve

pytestmark = pytest.mark.slow

AT = datetime(2026, 9, 20, 12, tzinfo=UTC)
OTHER_IN_EVERY_CRAWL = {"run_id", "fetched_at", "captures"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store(tmp_path_factory.mktemp("store")) as made:
        yield made


@pytest.fixture
def prefix(request: pytest.FixtureRequest, store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> str:
    """A prefix of the test's own; this process and its children find the store."""
    for name, value in store.environment().items():
        monkeypatch.setenv(name, value)
    return hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]


@pytest.fixture
def failing(store: ObjectStore, prefix: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The door through which this process and its children go."""
    with proxy(store) as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL", made.endpoint)
        yield made


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serve(Scaled(60)) as made:
        yield made


def settings(folder: Path, web: Web, output: str, spool: str = "spool") -> dict[str, str]:
    sites = folder / "sites"
    if not sites.exists():
        web.write_sites(sites)
    return SETTINGS | {"SITES_DIR": str(sites), "OUTPUT_DIR": output, "SPOOL_DIR": str(folder / spool)}


def stored(store: ObjectStore, prefix: str, kind: str = "articles") -> list[dict[str, Any]]:
    """The rows as anybody reads them from the bucket."""
    found = pyarrow.dataset.dataset(f"{BUCKET}/{prefix}/{kind}", format="parquet", filesystem=store.filesystem())
    made: list[dict[str, Any]] = found.to_table().to_pylist()
    return made


def comparable(found: list[dict[str, Any]], without: set[str]) -> list[dict[str, Any]]:
    return sorted(({k: v for k, v in row.items() if k not in without} for row in found), key=lambda row: row["id"])


def finished(*runs: int, spool: SpoolPath) -> list[Manifest]:
    """Runs of 20 articles each, all of them finished and none published."""
    site = dataset_kit.scaled(60)
    sites = dataset_kit.write_site(Path(spool.parents[4], "sites"), site)
    some = dataset_kit.places(site)
    return [
        dataset_kit.crawl(spool, sites, some[20 * run : 20 * run + 20], run, AT + timedelta(days=run)) for run in runs
    ]


def publish(spool: SpoolPath) -> None:
    publisher = Publisher(spool, "test")
    try:
        publisher.finish()
    finally:
        publisher.release()


def whole(store: ObjectStore, prefix: str, manifests: list[Manifest]) -> set[str]:
    """What of the manifests' files is in the bucket with the digest that they name."""
    bucket, names = Bucket(BUCKET), store.names(prefix)
    wanted = {part.path: part.sha256 for manifest in manifests for part in manifest.files}
    wanted |= {f"warc/fanwen/{each.file}": each.sha256 for manifest in manifests for each in manifest.warc}
    return {name for name, digest in wanted.items() if name in names and bucket.digest(f"{prefix}/{name}") == digest}


def names_of(manifests: list[Manifest]) -> set[str]:
    parts = {part.path for manifest in manifests for part in manifest.files}
    return parts | {f"warc/fanwen/{each.file}" for manifest in manifests for each in manifest.warc}


def test_the_rows_are_those_of_a_folder(store: ObjectStore, prefix: str, web: Web, tmp_path: Path) -> None:
    url = f"s3://{BUCKET}/{prefix}"
    said = []
    for output in (str(tmp_path / "folder"), url):
        done = scrapy("crawl", "fanwen", settings=settings(tmp_path, web, output))
        assert done.returncode == 0, done.stderr
        said.append(done.stdout + done.stderr)
    folder, live = rows(tmp_path / "folder"), stored(store, prefix)
    assert len(live) == 60
    assert comparable(live, OTHER_IN_EVERY_CRAWL) == comparable(folder, OTHER_IN_EVERY_CRAWL)
    again = scrapy_here("reextract", "--processes", "1", settings=settings(tmp_path, web, url))
    assert again.returncode == 0, again.stderr
    assert comparable(stored(store, prefix), {"run_id"}) == comparable(live, {"run_id"})
    checked = scrapy_here("verify", "--processes", "1", settings=settings(tmp_path, web, url))
    assert (checked.returncode, "all is well" in checked.stdout) == (0, True), checked.stdout + checked.stderr
    shown = scrapy_here("show", live[0]["id"], "--record", settings=settings(tmp_path, web, url))
    assert "HTTP/1.1 200" in shown.stdout
    archived = f"{url}/warc/fanwen/{live[0]['captures'][0]['warc_file']}"
    taken = scrapy_here("extract", archived, "-o", str(tmp_path / "x.parquet"), settings=settings(tmp_path, web, url))
    assert "60 articles" in taken.stdout, taken.stderr
    # Nothing finished is left in the spool, and no secret anywhere.
    left = [path for path in (tmp_path / "spool" / "runs").rglob("*") if path.suffix in (".parquet", ".gz", ".cdxj")]
    assert left == []
    everything = [path.read_bytes() for path in (tmp_path / "spool").rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in content for content in everything)
    assert not any(SECRET in each for each in (*said, again.stderr, checked.stderr))


def test_a_take_down_is_one_in_the_bucket(store: ObjectStore, prefix: str, web: Web, tmp_path: Path) -> None:
    options = settings(tmp_path, web, f"s3://{BUCKET}/{prefix}")
    assert scrapy("crawl", "fanwen", settings=options).returncode == 0
    gone = stored(store, prefix)[0]
    done = scrapy_here("forget", gone["url"], settings=options)
    assert done.returncode == 0, done.stderr
    assert gone["id"] not in {row["id"] for row in stored(store, prefix)}
    warc = Bucket(BUCKET).read(f"{prefix}/warc/fanwen/{gone['captures'][0]['warc_file']}")
    assert warc is not None
    assert b"removed: " in warc
    checked = scrapy_here("verify", "--processes", "1", settings=options)
    assert checked.returncode == 0, checked.stdout
    assert not any(name.startswith("state/takedowns") for name in store.names(prefix))
    refused = scrapy("crawl", "fanwen", "-a", f"url={gone['url']}", settings=options)
    assert "taken down" in refused.stderr


@pytest.mark.parametrize("fault", ["errors", "slow", "cut"])
def test_uploads_come_through(fault: str, store: ObjectStore, prefix: str, failing: Proxy, tmp_path: Path) -> None:
    spool = spool_path(f"s3://{BUCKET}/{prefix}", str(tmp_path))
    manifests = finished(0, 1, spool=spool)
    failing.fault = fault
    publish(spool)
    assert fault == "slow" or failing.failures > 0
    failing.fault = "none"
    assert whole(store, prefix, manifests) == names_of(manifests)
    assert {f"manifests/{each.run_id}.json" for each in manifests} <= store.names(prefix)
    assert not [path for path in Path(spool).rglob("*") if path.suffix in (".gz", ".parquet")]


def test_a_slow_store_does_not_fill_the_memory(store: ObjectStore, prefix: str, failing: Proxy, tmp_path: Path) -> None:
    """A file is read as fast as it is taken, in whatever size."""
    failing.fault, failing.rate = "slow", 30_000_000
    memory = []
    for size in (1, 80):
        spool = spool_path(f"s3://{BUCKET}/{prefix}/{size}", str(tmp_path))
        archived = Path(spool) / "warc" / "fanwen" / "large.warc.gz"
        archived.parent.mkdir(parents=True)
        with archived.open("wb") as file:
            file.truncate(size << 20)
        command = [sys.executable, "-m", "tests.publishing", str(spool)]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
        memory.append(int(done.stdout))
    assert store.names(f"{prefix}/80/warc") == {"fanwen/large.warc.gz"}
    assert memory[1] - memory[0] < 40_000


def test_killed_while_it_uploads(store: ObjectStore, prefix: str, failing: Proxy, tmp_path: Path) -> None:
    """At moments all over the upload: what is there is whole, a manifest comes last, the next start does the rest."""
    spool = spool_path(f"s3://{BUCKET}/{prefix}", str(tmp_path))
    manifests = finished(0, 1, 2, spool=spool)
    failing.fault = "slow"
    for kill in range(4):
        process = subprocess.Popen([sys.executable, "-m", "tests.publishing", str(spool)], cwd=PROJECT)
        target = failing.connections + 3 + 4 * kill
        while failing.connections < target and process.poll() is None:
            time.sleep(0.002)
        process.kill()
        process.wait()
        there = store.names(prefix)
        complete = whole(store, prefix, manifests)
        assert {name for name in there if name.startswith(("warc/", "articles/", "rejects/"))} - complete <= {
            name for name in there if name.endswith(".cdxj")
        }
        for manifest in manifests:
            if f"manifests/{manifest.run_id}.json" in there:
                assert names_of([manifest]) <= complete
    failing.fault = "none"
    publish(spool)
    assert whole(store, prefix, manifests) == names_of(manifests)
    with reading(f"s3://{BUCKET}/{prefix}", str(tmp_path), "test") as output:
        assert len(load_manifests(output)) == 3


def test_a_bucket_that_goes_away_loses_nothing(
    store: ObjectStore, prefix: str, failing: Proxy, web: Web, tmp_path: Path
) -> None:
    options = settings(tmp_path, web, f"s3://{BUCKET}/{prefix}")
    words = [word for pair in options.items() for word in ("-s", "=".join(pair))]
    asked = len(web.hits)
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "fanwen", *words], cwd=PROJECT, stderr=subprocess.PIPE, text=True
    )
    while len(web.hits) < asked + 10 and process.poll() is None:
        time.sleep(0.002)
    failing.fault = "down"
    _, said = process.communicate(timeout=600)
    assert process.returncode == 4, said
    assert "stays in" in said
    assert not any(name.startswith("manifests/") for name in store.names(prefix))
    failing.fault = "none"
    assert scrapy("crawl", "fanwen", settings=options).returncode == 0
    assert Counter(row["url"] for row in stored(store, prefix)).most_common(1)[0][1] == 1
    assert len(stored(store, prefix)) == 60
    pages = Counter(hit.target for hit in web.hits[asked:] if hit.target.count("/") > 1 and "list" not in hit.target)
    assert {page for page, times in pages.items() if times > 1 and not page.endswith("/")} == set()


@pytest.mark.parametrize(
    ("output", "environment", "status", "word"),
    [
        ("gs://bucket/x", {}, 2, "s3://BUCKET/PREFIX"),
        ("s3:///x", {}, 2, "no name of a bucket"),
        ("s3://key:word@bucket/x", {}, 2, "no credentials in a URL"),
        ("s3://nosuchbucket/x", {}, 4, "no such bucket"),
        (f"s3://{BUCKET}/x", {"AWS_ENDPOINT_URL": "127.0.0.1:9"}, 4, "AWS_ENDPOINT_URL"),
        (f"s3://{BUCKET}/x", {"AWS_SECRET_ACCESS_KEY": "wrong"}, 4, "access denied"),
        (f"s3://{BUCKET}/x", {"AWS_ACCESS_KEY_ID": READER, "AWS_SECRET_ACCESS_KEY": READER_SECRET}, 4, "denied"),
    ],
)
@pytest.mark.parametrize("command", ["crawl", "compact"])
def test_what_cannot_work_is_one_line(
    command: str,
    output: str,
    environment: dict[str, str],
    status: int,
    word: str,
    prefix: str,
    web: Web,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    done = scrapy(*([command, "fanwen"] if command == "crawl" else [command]), settings=settings(tmp_path, web, output))
    assert (done.returncode, len(done.stderr.splitlines())) == (status, 1), done.stderr
    assert word in done.stderr
    assert "word@" not in done.stderr


def test_reading_is_all_that_a_reader_needs(store: ObjectStore, prefix: str, web: Web, tmp_path: Path) -> None:
    spool = spool_path(f"s3://{BUCKET}/{prefix}", str(tmp_path))
    finished(0, spool=spool)
    publish(spool)
    options = settings(tmp_path, web, f"s3://{BUCKET}/{prefix}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", READER)
        patch.setenv("AWS_SECRET_ACCESS_KEY", READER_SECRET)
        done = scrapy("verify", "--processes", "1", settings=options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_record_costs_a_piece_of_its_file(store: ObjectStore, prefix: str, tmp_path: Path) -> None:
    content = os.urandom(20 << 20)
    (tmp_path / "large").write_bytes(content)
    bucket = Bucket(BUCKET)
    bucket.put(tmp_path / "large", f"{prefix}/large")
    with bucket.open(f"{prefix}/large") as file:
        file.seek(7 << 20)
        assert file.read(1000) == content[7 << 20 :][:1000]
        assert len(file.peek()) < 1 << 20
        file.seek(0)
        assert hashlib.file_digest(file, "sha256").digest() == hashlib.sha256(content).digest()


def test_of_many_who_want_a_lock_at_most_one_has_it(prefix: str) -> None:
    bucket = Bucket(BUCKET)

    def wanted(owner: int) -> BucketLock | None:
        try:
            return BucketLock(bucket, prefix, "dataset", str(owner))
        except BusyError:
            return None

    with ThreadPoolExecutor(8) as pool:
        for turn in range(5):
            held = [lock for lock in pool.map(wanted, range(8 * turn, 8 * turn + 8)) if lock]
            assert len(held) <= 1
            for lock in held:
                lock.release()
    alone = BucketLock(bucket, prefix, "dataset", "later")  # those who gave way left nothing behind
    with pytest.raises(BusyError, match="process"):
        BucketLock(bucket, prefix, "dataset", "crawl", shared=True)
    alone.release()
    crawls = [BucketLock(bucket, prefix, "dataset", f"crawl{n}", shared=True) for n in range(2)]
    with pytest.raises(BusyError, match="process"):
        BucketLock(bucket, prefix, "dataset", "forget")
    for lock in crawls:
        lock.release()


def locking(*words: object, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.locking", *map(str, words)]
    return subprocess.Popen(command, cwd=PROJECT, text=True, **options)


def test_processes_that_race_for_a_lock(prefix: str, tmp_path: Path) -> None:
    racers = [locking("race", prefix, tmp_path / "witness", 5) for _ in range(3)]
    assert [racer.wait(timeout=300) for racer in racers] == [0, 0, 0]


@contextmanager
def frozen(holder: subprocess.Popen[str], prefix: str, name: str) -> Iterator[None]:
    """Within the block it stands still, and another has had its lock and given it back: nothing in the bucket tells."""
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    holder.send_signal(signal.SIGSTOP)
    try:
        deadline, other = time.monotonic() + 300, None
        while other is None and time.monotonic() < deadline:
            with suppress(BusyError):
                other = BucketLock(Bucket(BUCKET), prefix, name, "other", stale=3)
        assert other
        other.release()
        yield
    finally:
        holder.send_signal(signal.SIGCONT)


def test_who_stood_still_for_too_long_has_lost_its_lock(store: ObjectStore, prefix: str) -> None:
    with locking("hold", prefix, 3, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        with frozen(holder, prefix, "dataset"):
            pass
        said, _ = holder.communicate("still mine?\n", timeout=300)
        assert holder.returncode == 4
    assert "was lost" in said
    assert store.names(f"{prefix}/state/locks") == set()


def test_a_crawl_that_stood_still_for_too_long_publishes_nothing(
    store: ObjectStore, prefix: str, tmp_path: Path
) -> None:
    """A page may have been taken down meanwhile, by who found no crawl at work."""
    spool = spool_path(f"s3://{BUCKET}/{prefix}", str(tmp_path))
    with locking("publish", str(spool), 3, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        with frozen(holder, prefix, CRAWLS):
            finished(0, spool=spool)
        said, _ = holder.communicate("publish\n", timeout=300)
        assert holder.returncode == 4
    assert "was lost" in said
    assert store.names(prefix) == set()
    publish(spool)  # the next crawl
    assert len(load_manifests(spool)) == 1
    assert any(name.startswith("manifests/") for name in store.names(prefix))


def test_two_workers_at_once_and_a_compaction_between(store: ObjectStore, prefix: str, tmp_path: Path) -> None:
    """Each has a spool of its own. What is published while another machine compacts is neither lost nor removed."""
    url = f"s3://{BUCKET}/{prefix}"
    spools = [spool_path(url, str(tmp_path / name)) for name in ("one", "two")]
    first = [*finished(0, spool=spools[0]), *finished(1, spool=spools[1])]
    with ThreadPoolExecutor() as pool:
        list(pool.map(publish, spools))
    with changing(url, str(tmp_path / "three"), "compact") as output:
        before = load_manifests(output)
        assert before.keys() == {each.run_id for each in first}
        third = finished(2, spool=spools[0])
        publish(spools[0])
        merged = merge(output, before)
    assert store.names(f"{prefix}/manifests") == {f"{each.run_id}.json" for each in (merged, *third)}
    parts = {part.path for part in (*merged.files, *third[0].files)}
    assert {name for name in store.names(prefix) if name.startswith(("articles", "rejects"))} == parts
    assert len(stored(store, prefix)) == 60


def test_a_crawl_of_a_fresh_machine_knows_the_texts_of_the_bucket(
    store: ObjectStore, prefix: str, tmp_path: Path
) -> None:
    url = f"s3://{BUCKET}/{prefix}"
    first = spool_path(url, str(tmp_path / "one"))
    finished(0, 1, spool=first)
    publish(first)
    fresh = spool_path(url, str(tmp_path / "two"))
    assert unknown(fresh, "first", stored(store, prefix)) == []
    with changing(url, str(tmp_path / "three"), "compact") as output:
        merge(output, load_manifests(output))
    finished(2, spool=first)
    publish(first)
    assert unknown(fresh, "second", stored(store, prefix)) == []
    taken_down = stored(store, prefix)
    for name in store.names(prefix):
        Bucket(BUCKET).delete(f"{prefix}/{name}")
    assert len(unknown(fresh, "third", taken_down)) == len(taken_down) == 60


def unknown(spool: SpoolPath, run: str, found: list[dict[str, Any]]) -> list[str]:
    """Ids of the rows of whose texts the index of a crawl in this spool would say that nobody has them."""
    Publisher(spool, run).release()
    index = open_index(spool, run)
    other = "0" * 32
    return [row["id"] for row in found if not len(index.find(other, signature(row)).earlier)]


def signature(row: dict[str, Any]) -> Signature:
    made = Signature.unpack(row["signature"])
    assert made
    return made


def test_who_dies_behind_the_manifest_of_a_compaction_is_finished_by_the_next(
    store: ObjectStore, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"s3://{BUCKET}/{prefix}"
    spool = spool_path(url, str(tmp_path))
    finished(0, 1, spool=spool)
    publish(spool)
    with monkeypatch.context() as patch, checkout(url, str(tmp_path / "dying"), "compact", ()) as output:
        patch.setattr(Bucket, "delete", lambda self, key: _die(key))
        merged = merge(output, load_manifests(output))
        with pytest.raises(BucketError, match="gone"):
            push(output)
    assert len(store.names(f"{prefix}/manifests")) == 3
    with reading(url, str(tmp_path / "reader"), "test") as output:  # sees the new state alone
        assert load_manifests(output).keys() == {merged.run_id}
        assert {path.name for path in output.glob("articles/*/*")} == {
            part.path.rpartition("/")[2] for part in merged.files if part.path.startswith("articles")
        }
    with changing(url, str(tmp_path / "next"), "compact"):
        pass
    assert store.names(f"{prefix}/manifests") == {f"{merged.run_id}.json"}
    assert len(stored(store, prefix)) == 40


def merge(output: Path, before: dict[str, Manifest]) -> Manifest:
    """All rows in new parts, and `before` superseded."""
    from crawler.output import revising  # noqa: PLC0415
    from pipelines.dataset.compact import compact  # noqa: PLC0415

    with revising(output, "compact") as (manifests, revision):
        assert manifests.keys() == before.keys()
        assert compact(output, manifests, revision, month="2026-11") is not None
    [made] = load_manifests(output).values()
    assert live_parts({made.run_id: made}) != live_parts(before)
    return made


def _die(key: str) -> None:
    raise BucketError(f"gone: {key}")


@pytest.mark.parametrize("url", ["s3://", "s3://B/x", "s3://bucket/a/../b", "s3://bucket/a//b", "s3://bucket/x?y=1"])
def test_what_is_no_url_of_a_bucket(url: str) -> None:
    with pytest.raises(AddressError):
        bucket_and_key(url)


def test_a_listing_is_what_there_is(store: ObjectStore, prefix: str) -> None:
    bucket = Bucket(BUCKET)
    assert bucket.listing(prefix) == {}
    bucket.put_bytes(b"12345", f"{prefix}/a/b")
    assert {name: each.size for name, each in bucket.listing(prefix).items()} == {"a/b": 5}
    assert pf.FileType.File == store.filesystem().get_file_info(f"{BUCKET}/{prefix}/a/b").type
    bucket.delete(f"{prefix}/a/b")
    bucket.delete(f"{prefix}/a/b")
    assert bucket.entry(f"{prefix}/a/b") is None
