"""A manifest that is not what was written: every command says so in one line that names the file, and none breaks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.dataset.manifest import load_manifests
from tests import dataset_kit as kit
from tests.command_kit import call
from tests.site.crawl import PROJECT, SETTINGS, scrapy

pytestmark = pytest.mark.slow

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
ARTICLE = f"{kit.BASE}/c0/1.html"
DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda good: good[: len(good) // 2],
    lambda good: b"",
    lambda good: b"null\n",
    lambda good: b"{}\n",
    lambda good: good.replace(b'"rows"', b'"rowz"', 1),
    lambda good: b"\xff" * 100,
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
        ("reextract", "--processes", "1"),
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


def test_no_crawl_begins_and_the_reading_room_opens(whole: Path) -> None:
    [path] = (whole / "out" / "manifests").glob("*.json")
    good = path.read_bytes()
    path.write_bytes(good[:-100])
    settings = SETTINGS | {"OUTPUT_DIR": str(whole / "out"), "SITES_DIR": str(whole / "sites")}
    try:
        for more in ((), ("-a", f"url={ARTICLE}")):
            done = scrapy("crawl", "fanwen", *more, settings=settings)
            assert (done.returncode, done.stderr.count("\n")) == (4, 1), done.stderr
            assert f"scrapy crawl: {path} is no manifest" in done.stderr
        command = [sys.executable, "-m", "scrapy", "browse", "--port", "0", "-s", f"OUTPUT_DIR={whole / 'out'}"]
        with subprocess.Popen(
            command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert "Reading room: http://127.0.0.1:" in process.stdout.readline()
            process.terminate()
            _, err = process.communicate(timeout=30)
        assert err.splitlines()[0].startswith(f"scrapy browse: {path} is no manifest")
        assert "Traceback" not in err
    finally:
        path.write_bytes(good)
    assert load_manifests(whole / "out")
