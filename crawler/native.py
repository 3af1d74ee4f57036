"""The core as machine code: mypyc's build of the very sources beside it, where the machine has a C compiler.

    python -m crawler.native        build it, unless that is done (make does this)

A build lies in .native/ under the digest of the sources it was made of, and an import takes it only while the sources
have that digest. Otherwise (after an edit or a pull, on another Python, with CORE_PLAIN=1) the core runs as the plain
Python it is written in: the same rows, a quarter slower.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

_PROJECT = Path(__file__).resolve().parents[1]
_BUILDS = _PROJECT / ".native"
# What runs for every page is compiled: all modules of these folders, and one more, but for those that mypyc cannot
# take (frozen and slotted dataclasses, lone surrogates in a string).
_FOLDERS = ("crawler/extract", "pipelines/text")
_NOT_COMPILED = frozenset({"__init__", "article", "feeds", "layout", "page"})
SOURCES = (
    *(
        path.relative_to(_PROJECT).as_posix()
        for folder in _FOLDERS
        for path in sorted((_PROJECT / folder).glob("*.py"))
        if path.stem not in _NOT_COMPILED
    ),
    "pipelines/process.py",
)
_SETUP = """
from setuptools import setup
from mypyc.build import mypycify
setup(name="core", packages=[], ext_modules=mypycify({sources}, opt_level="2", debug_level="0", target_dir={temp!r}))
"""
_PLAIN = "the core runs as plain Python, a quarter slower"


def prefer(package: str, path: list[str]) -> None:
    """Let the submodules of `package`, whose __path__ is `path`, come from today's build when there is one."""
    folder = built()
    if folder is not None:
        path.insert(0, str(folder.joinpath(*package.split("."))))


@cache
def built() -> Path | None:
    """The build of today's sources, its shared library loaded; None when there is none or CORE_PLAIN is set."""
    folder = _BUILDS / _digest()
    if os.environ.get("CORE_PLAIN") or not folder.is_dir():
        return None
    for library in folder.glob("*__mypyc.*"):
        name = library.name.partition(".")[0]
        spec = importlib.util.spec_from_file_location(name, library)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return folder


def _digest() -> str:
    """Of the sources and of the Python that they are compiled for."""
    digest = hashlib.sha256(str(sysconfig.get_config_var("EXT_SUFFIX")).encode())
    for source in SOURCES:
        digest.update((_PROJECT / source).read_bytes())
    return digest.hexdigest()[:20]


def missing() -> str | None:
    """What a build needs and this machine does not have."""
    if importlib.util.find_spec("mypyc") is None or importlib.util.find_spec("setuptools") is None:
        return "mypy and setuptools"
    if not shutil.which(str(sysconfig.get_config_var("CC") or "cc").split()[0]):
        return "a C compiler (Debian: gcc)"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "Python.h (Debian: python3-dev)"
    return None


def build() -> str:
    """Compile today's sources into a folder of their own; a line that says what came of it. Older builds go."""
    folder = _BUILDS / _digest()
    if folder.is_dir():
        return "the core is compiled"
    if lacks := missing():
        return f"{_PLAIN}: this machine lacks {lacks}"
    _BUILDS.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="new-", dir=_BUILDS) as temp:
        setup = _SETUP.format(sources=list(SOURCES), temp=f"{temp}/c")
        made = ["-q", "build_ext", "--build-lib", f"{temp}/lib", "--build-temp", f"{temp}/o"]
        run = subprocess.run(
            [sys.executable, "-c", setup, *made], cwd=_PROJECT, capture_output=True, text=True, check=False
        )
        if run.returncode:
            return f"{_PLAIN}: the compiler failed\n{run.stdout}{run.stderr}"
        with suppress(OSError):  # somebody else was faster
            Path(temp, "lib").rename(folder)
    for old in _BUILDS.iterdir():
        if old != folder and not old.name.startswith("new-"):
            shutil.rmtree(old, ignore_errors=True)
    return "the core is compiled"


if __name__ == "__main__":
    if not (_BUILDS / _digest()).is_dir() and not missing():
        print("compiling the core (once, half a minute)", flush=True)
    print(build())
