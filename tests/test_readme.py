"""What README.md prints works as it is printed after `make demo`: each snippet is run on a demo's folder."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.site.crawl import PROJECT

pytestmark = pytest.mark.slow

DEMO = "output/demo"
README = (PROJECT / "README.md").read_text("utf-8")
CODE = [line.strip() for line in README.splitlines() if line.startswith("    ")]
SERVES = "browse"  # until somebody closes it


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that `make demo` has filled, and what it said."""
    output = tmp_path_factory.mktemp("demo") / "output"
    command = [sys.executable, "-m", "tests.site.demo", "--output", str(output)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return output, done.stdout


def run(line: str, output: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """A line of shell, in a folder with nothing of the project but what the line names."""
    line = line.replace(".venv/bin/", f"{shlex.quote(str(Path(sys.executable).parent))}/").replace(DEMO, str(output))
    for name in ("scrapy.cfg", "crawler", "pipelines"):
        if not (folder / name).exists():
            (folder / name).symlink_to(PROJECT / name)
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)


COMMANDS = [line for line in CODE if line.startswith(".venv/bin/") and DEMO in line]


def test_there_are_lines_to_try() -> None:
    assert len(COMMANDS) >= 8
    assert any(f"scrapy {SERVES} " in line for line in COMMANDS)


@pytest.mark.parametrize("line", [line for line in COMMANDS if f"scrapy {SERVES} " not in line])
def test_a_command_on_the_demo(demo: tuple[Path, str], tmp_path: Path, line: str) -> None:
    done = run(line, demo[0], tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), line
    assert done.stdout
    for target in re.findall(r" -o (\S+)", line):
        assert (tmp_path / target).exists()


@pytest.mark.parametrize("line", [line for line in CODE if re.match(r"\w[\w.]*\(\".*output/demo", line)])
def test_a_line_of_python_on_the_demo(demo: tuple[Path, str], line: str) -> None:
    module = line.split(".", maxsplit=1)[0]
    if find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    names: dict[str, Any] = {module: importlib.import_module(module)}
    if module == "pyarrow":
        importlib.import_module("pyarrow.parquet")
    found = eval(line.replace(DEMO, str(demo[0])), names)
    if module == "datasets":
        found = found["train"]
    assert len(found.fetchall() if module == "duckdb" else found) == 225


def test_the_filter_keeps_as_many_rows_as_it_says(demo: tuple[Path, str]) -> None:
    duckdb = pytest.importorskip("duckdb")
    [(query, kept)] = re.findall(r"^    (SELECT \*.*?)\s*-- keeps (\d+) of the demo's 225 rows", README, re.M | re.S)
    assert len(duckdb.sql(query.replace(DEMO, str(demo[0]))).fetchall()) == int(kept)
    [newest] = re.findall(r"^    (from 'output/demo.*)$", README, re.M)
    assert len(duckdb.sql(newest.replace(DEMO, str(demo[0]))).fetchall()) == 225


def test_the_last_lines_of_the_demo_work_and_name_report_and_browse(demo: tuple[Path, str], tmp_path: Path) -> None:
    output, said = demo
    lines = [line for line in said.splitlines() if line.startswith(".venv/bin/")]
    assert [line.split()[1] for line in lines[:2]] == ["report", "browse"]
    assert all(str(output) in line for line in lines)
    for line in [lines[0], *lines[2:]]:
        done = run(line, output, tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stdout
    assert (output / "reports" / "index.html").exists()
