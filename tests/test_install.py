"""A wheel of the project in an environment of its own: everything works from any folder, and nothing is left out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from crawler import __version__
from crawler.contact import AGENT
from crawler.native import built
from tests.site import serve
from tests.site.crawl import PROJECT, SETTINGS, rows
from tests.site.scaled import Scaled

pytestmark = pytest.mark.slow

LIBRARY = """
from crawler.extract import Page
from pipelines.process import process_page
import crawler.extract.read
body = "<h1>一篇文章的标题</h1>" + "<p>这是一段很长的正文，说的是春天里的花。</p>" * 20
article = process_page(Page("http://www.example.com/1.html", body.encode())).articles[0]
print(article.title, article.fetched_at, crawler.extract.read.__file__)
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a build sees it; what was compiled is not compiled again."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "scrapy.cfg"):
        shutil.copy(PROJECT / name, folder)
    for name in ("crawler", "pipelines"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "new-*"))
    return folder


def setuptools_makes(kind: str, source: Path, to: Path) -> Path:
    command = f"import sys; from setuptools import build_meta; print(build_meta.build_{kind}(sys.argv[1]))"
    plain = {} if built() else {"CORE_PLAIN": "1"}
    done = subprocess.run(
        [sys.executable, "-c", command, to],
        cwd=source,
        env={**os.environ, **plain},
        capture_output=True,
        text=True,
        check=True,
    )
    return to / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return setuptools_makes("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; the libraries it needs are those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", python, "install", "--no-deps", "--no-index", wheel]
    subprocess.run(pip, check=True)
    return folder


def run(environment: Path, *words: str, cwd: Path, **variables: str) -> str:
    """What the command prints that is installed in the environment."""
    command = [environment / "bin" / words[0], *words[1:]]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_wheel_has_every_file_of_the_packages(wheel: Path) -> None:
    kinds = (".py", ".toml", ".html", ".css", ".md")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name and name.endswith(kinds)}
    there = {
        path.relative_to(PROJECT).as_posix()
        for package in ("crawler", "pipelines")
        for path in (PROJECT / package).rglob("*")
        if path.suffix in kinds and "builds" not in path.parts
    }
    assert packed == there


def test_a_source_distribution_has_no_machine_code(source: Path, tmp_path: Path) -> None:
    with tarfile.open(setuptools_makes("sdist", source, tmp_path)) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert not [name for name in names if "/builds" in name or name.endswith((".so", ".pyc"))]
    assert {"setup.py", "LICENSE", "crawler/native/compile.py", "crawler/sites/bdocx.toml"} <= set(names)


def test_the_version_is_one(environment: Path, tmp_path: Path) -> None:
    said = run(
        environment,
        "python",
        "-c",
        "from importlib.metadata import version; print(version('chinese-template-crawler'))",
        cwd=tmp_path,
    )
    assert said.strip() == __version__ == AGENT.partition("/")[2]
    written = [path for path in PROJECT.glob("*.*") if path.suffix in {".toml", ".cff", ".py", ".cfg"}]
    assert not [path.name for path in written if re.search(r"(?m)^version\s*[:=]\s*[\"']?\d", path.read_text())]


def test_pages_are_extracted_by_the_installed_library(environment: Path, tmp_path: Path) -> None:
    title, fetched_at, file = run(environment, "python", "-c", LIBRARY, cwd=tmp_path).split()
    assert (title, fetched_at) == ("一篇文章的标题", "None")
    assert Path(file).is_relative_to(environment)
    assert ("native/builds" in file) == (built() is not None)


def test_scrapy_finds_the_project_by_the_settings_module(environment: Path, tmp_path: Path) -> None:
    said = run(environment, "python", "-m", "scrapy", "list", cwd=tmp_path, SCRAPY_SETTINGS_MODULE="crawler.settings")
    assert said.split() == ["fanwen", "news", "wenku"]


def test_a_crawl_from_another_folder_writes_there_and_nowhere_else(environment: Path, tmp_path: Path) -> None:
    before = sorted(path for path in environment.rglob("*") if "__pycache__" not in path.parts)
    folder = tmp_path / "work"
    folder.mkdir()
    with serve(Scaled(10)) as web:
        sites = web.write_sites(tmp_path / "sites")
        settings = [word for name, value in SETTINGS.items() for word in ("-s", f"{name}={value}")]
        run(
            environment,
            "chinese-template-crawler",
            "crawl",
            "fanwen",
            "-s",
            f"SITES_DIR={sites}",
            *settings,
            cwd=folder,
        )
    assert len(rows(folder / "output")) == 10
    assert [path.name for path in folder.iterdir()] == ["output"]
    assert sorted(path for path in environment.rglob("*") if "__pycache__" not in path.parts) == before
