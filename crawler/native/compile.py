"""How a build is made: by mypyc, in a process of its own."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.native import BUILDS, ROOT, digest, patterns, sources

# A wheel is built where the other libraries are not installed, so without them here, too.
_SETUP = """
from setuptools import setup
from mypyc.build import mypycify
flags = ["--config-file=", "--python-version=3.11", "--ignore-missing-imports"]
core = mypycify([*flags, *{sources}], opt_level="2", debug_level="0", group_name="crawler_core", target_dir={temp!r})
setup(name="core", packages=[], ext_modules=core)
"""
_PLAIN = "the core runs as plain Python, a quarter slower"


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
    folder = BUILDS / digest()
    if folder.is_dir():
        return f"the core is compiled{_translate(folder)}"
    if lacks := missing():
        return f"{_PLAIN}: this machine lacks {lacks}"
    print("compiling the core (once, half a minute)", flush=True)
    BUILDS.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="new-", dir=BUILDS) as temp:
        setup = _SETUP.format(sources=list(sources()), temp=f"{temp}/c")
        made = ["-q", "build_ext", "--build-lib", f"{temp}/lib", "--build-temp", f"{temp}/o"]
        run = subprocess.run(
            [sys.executable, "-c", setup, *made], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if run.returncode:
            return f"{_PLAIN}: the compiler failed\n{run.stdout}{run.stderr}"
        with suppress(OSError):  # somebody else was faster
            Path(temp, "lib").rename(folder)
    remark = _translate(folder)
    for old in BUILDS.iterdir():
        if old != folder and not old.name.startswith("new-"):
            shutil.rmtree(old, ignore_errors=True)
    return f"the core is compiled{remark}"


def _translate(folder: Path) -> str:
    """Write the build's expressions; a remark where that failed, as where a wheel is built, without the libraries."""
    if folder.joinpath(patterns.NAME).exists():
        return ""
    command = [sys.executable, "-m", "crawler.native.patterns", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    why = (run.stderr.strip().splitlines() or [f"exit status {run.returncode}"])[-1]
    return f"; its expressions are not translated beforehand: {why}" if run.returncode else ""
