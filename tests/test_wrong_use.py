"""Every command given what it cannot use: one line, no traceback, the exit status that docs/operations.md promises."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import dataset_kit as kit
from tests.command_kit import call
from tests.site.crawl import PROJECT, SETTINGS, scrapy
from tests.test_cli import obey_permissions

pytestmark = pytest.mark.slow

PAGE = "http://x.example/1.html"
REFUSES = "http://127.0.0.1:1/"
NEEDED = {
    "extract": ["{page}", "--to", "{output}"],
    "forget": [PAGE],
    "frontier": ["status"],
    "learn": ["--processes", "1"],
    "newsite": [REFUSES, "-o", "{base}/x.toml"],
    "show": [PAGE],
    "try": ["{page}"],
    "wacz": ["x.wacz"],
}
SERVES = {"browse": ["--port", "0"]}
TOO_MUCH = {"forget": ["no id"], "show": ["no id"], "wacz": ["rows.csv"], "reextract": ["/no/such.warc.gz"]}
SITE = "family = 'news'\ndomains = ['x.example']\nseeds = ['http://x.example/']\narticle = ['^/a/']\n"
WRONG_VALUE = {
    "browse": ["--port", "many"],
    "card": ["--name", " "],
    "compact": ["-s"],
    "export": ["--format", "xls"],
    "extract": ["--family", "blog", "x.html"],
    "forget": ["--site", "nosuch", "http://x.example/1.html"],
    "frontier": ["upgrade", "--sql", "--from", "next"],
    "learn": ["--processes", "0"],
    "newsite": ["--family", "blog", REFUSES],
    "reextract": ["--processes", "0"],
    "try": ["--family", "blog", "x.html"],
    "verify": ["--processes", "many"],
}


def table() -> dict[str, dict[str, int]]:
    """What is wrong -> command -> status."""
    text = (PROJECT / "docs/operations.md").read_text("utf-8").partition("\n## Wrong use\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    names = rows[0][1:]
    return {
        row[0]: {name: int(status) for name, status in zip(names, row[1:], strict=True) if status} for row in rows[2:]
    }


def folder(tmp_path: Path, wrong: str) -> Path:
    made = tmp_path / "out"
    match wrong:
        case "OUTPUT_DIR is not there":
            return made
        case "OUTPUT_DIR is a file":
            made.write_text("x")
            return made
    made.mkdir()
    if wrong == "OUTPUT_DIR is no dataset":
        (made / "notes.txt").write_text("x")
        (made / "articles").mkdir()
    if wrong == "a manifest is damaged":
        (made / "manifests").mkdir()
        (made / "manifests" / "20261101T000000Z-news-aaaaaa.json").write_text("{}")
    return made


def needed(name: str, base: Path, output: Path) -> list[str]:
    """The arguments without which the command says how it is used; what they name is there."""
    page, sites = base / "page.html", base / "sites"
    sites.mkdir(exist_ok=True)
    (sites / "x.toml").write_text(SITE)
    page.write_text("<html><body><p>x")
    return [word.format(base=base, page=page, output=output) for word in NEEDED.get(name, [])]


HERE = ("OUTPUT_DIR is not there", "OUTPUT_DIR is a file", "OUTPUT_DIR is empty", "OUTPUT_DIR is no dataset",
        "a manifest is damaged")  # fmt: skip
CELLS = [(wrong, name, status) for wrong in HERE for name, status in table()[wrong].items()]


@pytest.mark.parametrize(("wrong", "name", "status"), CELLS)
def test_an_output_dir_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, name: str, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    output = folder(tmp_path, wrong)
    done = call(name, output, *needed(name, tmp_path, output), *SERVES.get(name, []))
    assert done.status == status, (done.out, done.err)
    assert len((done.err or done.out).splitlines()) >= 1
    assert len(done.err.splitlines()) <= (2 if wrong == "a manifest is damaged" else 1)
    if status == 2 and wrong != "a manifest is damaged":
        done.says(2, f"scrapy {name}: ", str(output) if name != "show" else "")
    if wrong == "OUTPUT_DIR is not there":
        assert not output.exists()


@pytest.mark.parametrize(("name", "status"), table()["an argument that there is not"].items())
def test_an_argument_that_there_is_not(tmp_path: Path, name: str, status: int) -> None:
    (tmp_path / "out").mkdir()
    needed(name, tmp_path, tmp_path / "out")  # SITES_DIR
    words = TOO_MUCH.get(name, ["nosuch"])
    if name == "reextract":
        words = [*words, "--to", str(tmp_path / "to")]
    call(name, tmp_path / "out", *words).says(status, f"scrapy {name}: ")


@pytest.mark.parametrize(
    ("name", "status"), [each for each in table()["an option's value is wrong"].items() if each[0] != "compact"]
)
def test_a_wrong_value_of_an_option(tmp_path: Path, name: str, status: int) -> None:
    (tmp_path / "out").mkdir()
    call(name, tmp_path / "out", *WRONG_VALUE[name]).says(status, f"scrapy {name}: ")


def test_a_device_or_a_pipe_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    """`export -o /dev/null` by root put a file in its place."""
    (tmp_path / "out").mkdir()
    os.mkfifo(pipe := tmp_path / "x.jsonl")
    needed("try", tmp_path, tmp_path)
    commands = (("export", "-o"), ("extract", str(tmp_path / "page.html"), "-o"), ("reextract", "--diff", "--html"))
    for name, *words in commands:
        call(name, tmp_path / "out", *words, str(pipe)).says(2, f"{words[-1]} {pipe}: a folder, a pipe or a device")
        assert pipe.is_fifo()
    call("reextract", tmp_path / "out", "--diff", "--html", str(tmp_path / "no" / "x")).says(2, "no such folder")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = call("browse", tmp_path, "--port", str(taken.getsockname()[1]))
    done.says(table()["a port that is taken"]["browse"], "is taken; add --port 0")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An OUTPUT_DIR with a crawl in it, beside a folder of sites with a file that is wrong."""
    made = tmp_path_factory.mktemp("dataset")
    site = kit.scaled(12)
    kit.crawl(
        made / "out", kit.write_site(made / "good", site), kit.places(site)[:3], 1, datetime(2026, 9, 1, tzinfo=UTC)
    )
    (made / "sites").mkdir()
    (made / "sites" / "x.toml").write_text("family = news\n")
    return made


@pytest.mark.parametrize(("name", "status"), table()["a site file is wrong"].items())
def test_a_site_file_that_is_wrong(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(dataset, tmp_path / "made")
    words = [
        *needed(name, tmp_path, tmp_path / "to"),
        *(["--processes", "1"] if name in ("verify", "reextract") else []),
    ]
    done = call(name, tmp_path / "made" / "out", *words, sites=tmp_path / "made" / "sites")
    done.says(status, f"scrapy {name}: {tmp_path}/made/sites/x.toml: not a readable TOML file")
    assert not (tmp_path / "x.toml").exists()


@pytest.mark.parametrize(("name", "status"), table()["-o into a folder that is not there"].items())
def test_a_file_into_a_folder_that_is_not_there(tmp_path: Path, name: str, status: int) -> None:
    (tmp_path / "out").mkdir()
    ending = {"newsite": "toml"}.get(name, "jsonl")
    words = [*(needed(name, tmp_path, tmp_path)[:1]), "-o", str(tmp_path / "no" / f"x.{ending}")]
    call(name, tmp_path / "out", *words).says(status, f"scrapy {name}: -o {tmp_path}/no/x.{ending}: no such folder")
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(("name", "status"), table()["an input folder is empty"].items())
def test_an_input_folder_that_is_empty(tmp_path: Path, name: str, status: int) -> None:
    (tmp_path / "empty").mkdir()
    words = [str(tmp_path / "empty"), *(["--to", str(tmp_path / "to")] if name == "extract" else [])]
    needed(name, tmp_path, tmp_path)
    call(name, tmp_path / "out", *words).says(status, f"scrapy {name}: ")
    assert not (tmp_path / "to").exists()


@pytest.mark.parametrize(("name", "status"), table()["a URL whose host refuses connections"].items())
def test_a_host_that_refuses_connections(tmp_path: Path, name: str, status: int) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "x.toml").write_text(SITE)
    words = ["-o", str(tmp_path / "x.toml")] if name == "newsite" else []
    folders = {"OUTPUT_DIR": str(tmp_path / "out"), "SITES_DIR": str(tmp_path / "sites")}
    done = scrapy(name, REFUSES, *words, settings=SETTINGS | folders)
    assert done.returncode == status, done
    assert "Traceback" not in done.stdout + done.stderr
    assert "cannot connect to 127.0.0.1: Connection refused" in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.toml"))


UNREADABLE = """
import json, sys
from pathlib import Path
from tests.command_kit import call
base, commands = Path(sys.argv[1]), json.loads(sys.argv[2])
for name, words in commands.items():
    (base / name / "manifests").mkdir(parents=True)
    (base / sys.argv[3].format(name=name)).chmod(0)
    done = call(name, base / name, *words)
    print(json.dumps([name, done.status, done.err]))
"""


def forbidden() -> None:
    """As anyone but root."""
    obey_permissions()
    import ctypes  # noqa: PLC0415

    ctypes.CDLL(None).prctl(24, 2)  # PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH


def test_manifests_that_may_not_be_read(tmp_path: Path) -> None:
    """glob() takes such a folder for an empty one: what no manifest names would be removed as left by a dead run."""
    expected = {
        name: status
        for name, status in table()["its manifests may not be read"].items()
        if name not in ("wacz", "browse")
    }
    told = unread(tmp_path, "{name}/manifests", expected)
    assert {name: status for name, (status, _) in told.items()} == expected
    for name, (_, err) in told.items():
        assert re.fullmatch(rf"scrapy {name}: [^\n]*Permission denied[^\n]*\n", err), (name, err)


def test_an_input_file_that_may_not_be_read(tmp_path: Path) -> None:
    expected = table()["an input file may not be read"]
    told = unread(tmp_path, "page.html", expected)
    assert {name: status for name, (status, _) in told.items()} == expected
    for name, (_, err) in told.items():
        assert "Permission denied" in err, (name, err)
        assert "Traceback" not in err, (name, err)


def unread(base: Path, path: str, names: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Status and stderr of each command, where `path`, a form with its name, may not be read."""
    words = json.dumps({name: needed(name, base, base / name) for name in names})
    done = subprocess.run(
        [sys.executable, "-c", UNREADABLE, str(base), words, path],
        cwd=PROJECT, capture_output=True, text=True, check=True, preexec_fn=forbidden,
    )  # fmt: skip
    return {name: (status, err) for name, status, err in map(json.loads, lines(done.stdout))}


def lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line.startswith("["))
