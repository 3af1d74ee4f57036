"""The compiled core is the plain one, faster: the same outcomes, and never a build of other sources."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.native import SOURCES, built, missing

_PROJECT = Path(__file__).resolve().parents[1]
_OUTCOMES = """
import dataclasses, json, sys
from pathlib import Path
from tests.extract_kit import page
from pipelines.process import process_page
import crawler.extract.read
out = [str(crawler.extract.read.__file__)]
for path in sorted(Path("tests/fixtures/skins").glob("*.html")):
    for body in (path.read_bytes(), path.read_bytes()[:3000], path.read_bytes().replace(b"<p", b"<div")):
        outcome = process_page(page(body))
        out.append([[dataclasses.asdict(a) for a in outcome.articles], str(outcome.reject), outcome.next_page])
json.dump(out, sys.stdout, default=str)
"""


def _python(*args: str, cwd: Path = _PROJECT, **env: str) -> str:
    environment = {**os.environ, "CORE_PLAIN": "", **env}
    done = subprocess.run([sys.executable, *args], cwd=cwd, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def build() -> Path:
    folder = built()
    if folder is None:
        pytest.skip(f"the core is not compiled (make native): {missing() or 'not built'}")
    return folder


def test_the_compiled_core_gives_the_outcomes_of_the_plain_one(build: Path) -> None:
    compiled, plain = json.loads(_python("-c", _OUTCOMES)), json.loads(_python("-c", _OUTCOMES, CORE_PLAIN="1"))
    assert Path(compiled[0]).is_relative_to(build)
    assert plain[0].endswith("/read.py")
    assert len(plain) > 100
    assert compiled[1:] == plain[1:]


def test_a_build_of_other_sources_is_not_taken(build: Path, tmp_path: Path) -> None:
    shutil.copytree(_PROJECT / "crawler", tmp_path / "crawler")
    shutil.copytree(_PROJECT / "pipelines", tmp_path / "pipelines")
    shutil.copytree(build, tmp_path / ".native" / build.name)
    where = "import crawler.extract.body as core; print(core.__file__)"
    assert ".native" in _python("-c", where, cwd=tmp_path)
    with (tmp_path / SOURCES[0]).open("a") as source:
        source.write("# edited\n")
    assert _python("-c", where, cwd=tmp_path).strip() == str(tmp_path / "crawler/extract/body.py")


def test_without_a_compiler_one_line_says_so(tmp_path: Path) -> None:
    shutil.copytree(_PROJECT / "crawler", tmp_path / "crawler")
    shutil.copytree(_PROJECT / "pipelines", tmp_path / "pipelines")
    said = _python("-m", "crawler.native", cwd=tmp_path, PATH="")
    assert said == "the core runs as plain Python, a quarter slower: this machine lacks a C compiler (Debian: gcc)\n"
