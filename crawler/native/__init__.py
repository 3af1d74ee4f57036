"""The core as machine code: mypyc's build of the very sources beside it, where the machine has a C compiler.

    python -m crawler.native        build it, unless that is done (make does this; a wheel brings its own)

A build lies in crawler/native/builds/ under the digest of the sources it was made of, in a checkout as in an installed
wheel, and an import takes it only while the sources have that digest. Otherwise (after an edit or a pull, on another
Python, inside a zip file, with CORE_PLAIN=1) the core runs as the plain Python it is written in: the same rows, a
quarter slower.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path

from crawler.native import patterns

ROOT = Path(__file__).resolve().parents[2]  # holds the packages
BUILDS = Path(__file__).resolve().parent / "builds"
# What runs for every page is compiled: all modules of these folders and of the folders in them, and one more.
_CORE = ("crawler/extract", "pipelines/text", "pipelines/process.py")
# A module that mypyc cannot take says so itself, by a comment line that begins so and gives the reason.
_NOT_COMPILED = b"\n# Not compiled: "
_SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))


def install() -> None:
    """From now on the core's modules are imported from today's build, when there is one."""
    folder = built()
    if folder is not None:
        patterns.use(folder)
        sys.meta_path.insert(0, _Finder(dict(_modules(folder))))


class _Finder:
    """Finds the modules of a build, whatever package they are in, and leaves all others to the next finder."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        file = self._files.get(name)
        return importlib.util.spec_from_file_location(name, file) if file is not None else None


def _modules(build: Path) -> Iterator[tuple[str, Path]]:
    for file in build.rglob(f"*{_SUFFIX}"):
        yield ".".join(file.relative_to(build).parts).removesuffix(_SUFFIX), file


@cache
def built() -> Path | None:
    """The build of today's sources; None when there is none or CORE_PLAIN is set."""
    if os.environ.get("CORE_PLAIN") or not BUILDS.is_dir():
        return None
    folder = BUILDS / digest()
    return folder if folder.is_dir() else None


def sources() -> dict[str, bytes]:
    """The modules that are compiled: path from ROOT -> content."""
    found = {}
    for place in map(ROOT.joinpath, _CORE):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            content = path.read_bytes()
            # A package itself stays plain: it has to say where its submodules are.
            if path.stem != "__init__" and _NOT_COMPILED not in content:
                found[path.relative_to(ROOT).as_posix()] = content
    return found


def digest() -> str:
    """Of the sources, of the way they are compiled, and of the Python that they are compiled for."""
    made = hashlib.sha256(_SUFFIX.encode() + Path(__file__).with_name("compile.py").read_bytes())
    for path, content in sources().items():
        made.update(f"\0{path}\0".encode() + content)
    return made.hexdigest()[:20]
