"""The compiled core is the plain one, faster: the same outcomes, and never a build of other sources."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.native import built, sources
from crawler.native.compile import missing

pytestmark = pytest.mark.slow

_PROJECT = Path(__file__).resolve().parents[1]
_BUILDS = "crawler/native/builds"
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
_FILE = "import crawler.extract.body as core; print(core.__file__)"


def _python(*args: str, cwd: Path = _PROJECT, **env: str) -> str:
    environment = {**os.environ, "CORE_PLAIN": "", **env}
    done = subprocess.run([sys.executable, *args], cwd=cwd, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def _packages(to: Path) -> None:
    for name in ("crawler", "pipelines"):
        shutil.copytree(_PROJECT / name, to / name, ignore=shutil.ignore_patterns("builds", "__pycache__"))


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


_PATTERNS = """
import marshal, re, sys, _sre
from pathlib import Path
magic, stored = marshal.loads(Path(sys.argv[1]).read_bytes())
assert magic == _sre.MAGIC
for (pattern, flags), made in stored.items():
    assert _sre.compile(pattern, *marshal.loads(made)) == re.compile(pattern, flags), pattern
print(len(stored))
"""
_READ = """
import re._parser
calls, itself = [], re._parser.parse
re._parser.parse = lambda *args: calls.append(args) or itself(*args)
import crawler
before = len(calls)
import pipelines.process
print(len(calls) - before)
"""


def test_expressions_that_were_translated_beforehand_are_those_that_python_makes(build: Path, tmp_path: Path) -> None:
    stored = build / "patterns"
    assert int(_python("-c", _PATTERNS, str(stored))) > 500
    assert int(_python("-c", _READ)) < 20  # of other libraries, that they make where they are first used
    assert int(_python("-c", _READ, CORE_PLAIN="1")) > 500
    # Nothing depends on the file: without it, or with half of it, Python makes them all.
    _packages(tmp_path)
    shutil.copytree(build, tmp_path / _BUILDS / build.name)
    copy = tmp_path / _BUILDS / build.name / "patterns"
    copy.write_bytes(stored.read_bytes()[:-9])
    assert int(_python("-c", _READ, cwd=tmp_path)) > 500
    copy.unlink()
    assert int(_python("-c", _READ, cwd=tmp_path)) > 500
    _python("-m", "crawler.native", cwd=tmp_path)
    assert int(_python("-c", _READ, cwd=tmp_path)) < 20


def test_a_build_of_other_sources_is_not_taken(build: Path, tmp_path: Path) -> None:
    _packages(tmp_path)
    shutil.copytree(build, tmp_path / _BUILDS / build.name)
    assert _BUILDS in _python("-c", _FILE, cwd=tmp_path)
    with (tmp_path / next(iter(sources()))).open("a") as source:
        source.write("# edited\n")
    assert _python("-c", _FILE, cwd=tmp_path).strip() == str(tmp_path / "crawler/extract/body.py")


def test_a_new_module_or_folder_of_the_core_needs_no_word_to_be_compiled(tmp_path: Path) -> None:
    _packages(tmp_path)
    (tmp_path / "crawler/extract/rules").mkdir()
    (tmp_path / "crawler/extract/rules/__init__.py").touch()
    (tmp_path / "crawler/extract/rules/one.py").touch()
    (tmp_path / "crawler/extract/two.py").write_text('"""Two."""\n\n# Not compiled: it is too small.\n')
    listed = _python("-c", "from crawler.native import sources; print(*sources())", cwd=tmp_path).split()
    assert set(listed) == {*sources(), "crawler/extract/rules/one.py"}


def test_everything_runs_inside_a_zip_file(tmp_path: Path) -> None:
    _packages(tmp_path / "packages")
    archive = shutil.make_archive(str(tmp_path / "crawler"), "zip", tmp_path / "packages")
    sites = """
from crawler.siteconfig.site import load_sites
from crawler.siteconfig.table import SITES
print(len(load_sites(SITES)))
"""
    assert archive in _python("-c", _FILE, cwd=tmp_path, PYTHONPATH=archive)
    assert int(_python("-c", sites, cwd=tmp_path, PYTHONPATH=archive)) == len([*(_PROJECT / "crawler/sites").iterdir()])
    assert "  crawl  " in _python("-m", "crawler", cwd=tmp_path, PYTHONPATH=archive)


def test_without_a_compiler_one_line_says_so(tmp_path: Path) -> None:
    _packages(tmp_path)
    said = _python("-m", "crawler.native", cwd=tmp_path, PATH="")
    assert said == "the core runs as plain Python, a quarter slower: this machine lacks a C compiler (Debian: gcc)\n"
