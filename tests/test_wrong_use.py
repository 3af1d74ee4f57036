"""Every command given what it cannot use: one line, no traceback, the exit status that docs/operations.md promises."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_kit import call
from tests.site.crawl import PROJECT
from tests.test_cli import obey_permissions

pytestmark = pytest.mark.slow

NEEDED = {"forget": ["http://x.example/1.html"], "show": ["http://x.example/1.html"], "wacz": ["x.wacz"]}
SERVES = {"browse": ["--port", "0"]}
TOO_MUCH = {"forget": ["no id"], "show": ["no id"], "wacz": ["rows.csv"], "reextract": ["/no/such.warc.gz"]}
WRONG_VALUE = {
    "browse": ["--port", "many"],
    "card": ["--name", " "],
    "compact": ["-s"],
    "export": ["--format", "xls"],
    "forget": ["--site", "nosuch", "http://x.example/1.html"],
    "reextract": ["--processes", "0"],
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


HERE = ("OUTPUT_DIR is not there", "OUTPUT_DIR is a file", "OUTPUT_DIR is empty", "OUTPUT_DIR is no dataset",
        "a manifest is damaged")  # fmt: skip
CELLS = [(wrong, name, status) for wrong in HERE for name, status in table()[wrong].items()]


@pytest.mark.parametrize(("wrong", "name", "status"), CELLS)
def test_an_output_dir_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, name: str, status: int
) -> None:
    monkeypatch.chdir(tmp_path)
    output = folder(tmp_path, wrong)
    done = call(name, output, *NEEDED.get(name, []), *SERVES.get(name, []))
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


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = call("browse", tmp_path, "--port", str(taken.getsockname()[1]))
    done.says(table()["a port that is taken"]["browse"], "is taken; add --port 0")


UNREADABLE = """
import json, sys
from pathlib import Path
from tests.command_kit import call
base, commands = Path(sys.argv[1]), json.loads(sys.argv[2])
for name, words in commands.items():
    (base / name / "manifests").mkdir(parents=True)
    (base / name / "manifests").chmod(0)
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
    words = json.dumps({name: NEEDED.get(name, []) for name in expected})
    done = subprocess.run(
        [sys.executable, "-c", UNREADABLE, str(tmp_path), words],
        cwd=PROJECT, capture_output=True, text=True, check=True, preexec_fn=forbidden,
    )  # fmt: skip
    told = {name: (status, err) for name, status, err in map(json.loads, lines(done.stdout))}
    assert {name: status for name, (status, _) in told.items()} == expected
    for name, (_, err) in told.items():
        assert re.fullmatch(rf"scrapy {name}: [^\n]*Permission denied[^\n]*\n", err), (name, err)


def lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line.startswith("["))
