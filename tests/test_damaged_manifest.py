"""A manifest that is not what was written: every command says so in one line that names the file, and none breaks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.dataset.manifest import load_manifests
from tests import dataset_kit as kit
from tests.command_kit import call
from tests.raw_server import Answer, serving
from tests.site.crawl import PROJECT, SETTINGS, scrapy

pytestmark = pytest.mark.slow

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
ARTICLE = f"{kit.BASE}/c0/1.html"
PARAGRAPHS = "".join(
    f"<p>{line}</p>"
    for line in (
        "清晨的集市总是先从鱼摊热闹起来，水桶里的鲫鱼拍着尾巴，溅湿了路人的裤脚，谁也不生气。",
        "卖豆腐的老人掀开白布一角，热气冒了出来，他不吆喝，只等熟客走近，递上一只碗。",
        "到了晌午人渐渐散去，扫街的姑娘把菜叶归成一堆，石板路又露出青色来。",
    )
)
DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda good: good[: len(good) // 2],
    lambda good: b"",
    lambda good: b"null\n",
    lambda good: b"{}\n",
    lambda good: good.replace(b'"rows"', b'"rowz"', 1),
    lambda good: b"\xff" * 100,
    lambda good: b"[" * 100_000,
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damaged")
    site = kit.scaled(20)
    sites = kit.write_site(folder / "sites", site)
    kit.crawl(folder / "out", sites, kit.places(site), 1, NOON)
    return folder


@pytest.fixture(params=DAMAGES)
def damaged(whole: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The manifest, damaged; put right afterwards."""
    [path] = (whole / "out" / "manifests").glob("*.json")
    good = path.read_bytes()
    path.write_bytes(request.param(good))
    yield path
    path.write_bytes(good)


def test_commands_that_need_it_stop_before_they_change_anything(damaged: Path) -> None:
    output = damaged.parent.parent
    before = sorted(output.rglob("*"))
    for name, *words in (
        ("compact",),
        ("reextract", "--diff"),
        ("reextract", "--diff", "--commit"),
        ("forget", ARTICLE),
        ("card",),
    ):
        call(name, output, *words).says(4, f"scrapy {name}: ", f"{damaged} is no manifest")
    done = call("verify", output)
    assert (done.status, done.err, done.out.count("\n")) == (1, "", 1), done
    assert f"{damaged} is no manifest" in done.out
    locks = {output / "state", output / "state" / "locks"}
    assert [path for path in sorted(output.rglob("*")) if not {path, path.parent} & locks] == [
        path for path in before if not {path, path.parent} & locks
    ]


def test_commands_that_look_at_rows_go_on(damaged: Path) -> None:
    output = damaged.parent.parent
    for name, *words in (("show", ARTICLE), ("report",)):
        done = call(name, output, *words)
        done.says(0, f"{damaged} is no manifest")
        assert done.out


def test_a_crawl_goes_on_beside_it_and_sweeps_nothing(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "copy")
    output = tmp_path / "copy" / "out"
    [damaged] = (output / "manifests").glob("*.json")
    damaged.write_bytes(damaged.read_bytes()[:-100])
    stranger = next(output.glob("articles/*/*.parquet")).with_name("20260920T130000Z-fanwen-00000f-0000.parquet")
    stranger.write_bytes(b"rows of a dead run, or of the manifest that cannot be read")
    parts = sorted(output.glob("articles/*/*.parquet"))
    page = f"<html><title>集市上的一个早晨</title><h1>集市上的一个早晨</h1>{PARAGRAPHS}</html>".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(page)
    with serving({"/a.html": [Answer([head + page])]}) as server:
        sites = output / "sites"
        sites.mkdir(exist_ok=True)
        where = f"domains = ['127.0.0.1:{server.port}']\nseeds = ['{server.url}']\narticle = ['a\\.html$']\n"
        (sites / "fair.toml").write_text(f"family = 'fanwen'\n{where}")
        settings = SETTINGS | {"OUTPUT_DIR": str(output), "SITES_DIR": str(sites)}
        done = scrapy("crawl", "fanwen", "-a", f"url={server.url}a.html", settings=settings)
    assert done.returncode == 3, done.stderr
    assert f"Exit status 3: {damaged} is no manifest" in done.stderr
    assert "Traceback" not in done.stderr
    assert set(parts) < set(output.glob("articles/*/*.parquet"))


def test_reextract_makes_its_rows_again_from_the_archive(whole: Path, tmp_path: Path) -> None:
    output = tmp_path / "copy" / "out"
    shutil.copytree(whole, tmp_path / "copy")
    [path] = (output / "manifests").glob("*.json")
    path.write_bytes(path.read_bytes()[:-100])
    done = call("reextract", output, "--processes", "1")
    assert (done.status, done.err) == (0, ""), done
    assert f"{path} is no manifest" in done.out
    [manifest] = load_manifests(output).values()
    assert path.stem in manifest.supersedes
    assert manifest.counts["articles"] == 20


def test_the_reading_room_opens(whole: Path) -> None:
    [path] = (whole / "out" / "manifests").glob("*.json")
    good = path.read_bytes()
    path.write_bytes(good[:-100])
    try:
        command = [sys.executable, "-m", "scrapy", "browse", "--port", "0", "-s", f"OUTPUT_DIR={whole / 'out'}"]
        with subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert "Reading room: http://127.0.0.1:" in process.stdout.readline()
            process.terminate()
            _, err = process.communicate(timeout=300)
        assert err.splitlines()[0].startswith(f"scrapy browse: {path} is no manifest")
        assert "Traceback" not in err
    finally:
        path.write_bytes(good)
    assert load_manifests(whole / "out")
