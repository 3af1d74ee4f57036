"""Regular expressions translated beforehand: there are some 900, and Python needs half a second of each process to make
machine-readable code of them.

    python -m crawler.native.patterns FOLDER    write those of all our modules, and of the libraries that they import

A build (crawler/native) has them in a file. They are found by the expression itself, so that one that was changed is
translated as ever, and so are all on a Python with another form of that code.
"""

from __future__ import annotations

import importlib
import marshal
import pkgutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

NAME: Final = "patterns"
_Key = tuple[str, int]  # the expression and its flags
# Not in the documented part of Python; without them nothing is translated beforehand.
_MODULES: Final = ("re._compiler", "re._parser", "_sre")


def use(build: Path) -> None:
    """From now on take from the file of `build` what it has, once each: Python's own cache holds it after that."""
    try:
        compiler, _, engine = map(importlib.import_module, _MODULES)
        magic, translated = marshal.loads(build.joinpath(NAME).read_bytes())
        if magic != engine.MAGIC:
            return
    except (ImportError, OSError, ValueError, EOFError, TypeError):
        return
    itself = compiler.compile

    def compile_(pattern: Any, flags: int = 0) -> Any:
        found = translated.pop((pattern, flags), None) if isinstance(pattern, str) else None
        return itself(pattern, flags) if found is None else engine.compile(pattern, *marshal.loads(found))

    vars(compiler)["compile"] = compile_


def _translated() -> dict[_Key, bytes]:
    """What is compiled while all our modules are imported, as the arguments of _sre.compile() behind the expression."""
    compiler, parser, _ = map(importlib.import_module, _MODULES)
    itself = compiler.compile
    translated: dict[_Key, bytes] = {}

    def compile_(pattern: Any, flags: int = 0) -> Any:
        if isinstance(pattern, str):
            parsed = parser.parse(pattern, flags)
            groups = dict(parsed.state.groupdict)
            names: list[str | None] = [None] * parsed.state.groups
            for name, number in groups.items():
                names[number] = name
            code = list(map(int, compiler._code(parsed, flags)))
            said = int(flags | parsed.state.flags)
            translated[pattern, int(flags)] = marshal.dumps((said, code, parsed.state.groups - 1, groups, tuple(names)))
        return itself(pattern, flags)

    vars(compiler)["compile"] = compile_
    for package in ("crawler", "pipelines"):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                with suppress(ImportError):  # ray and the like are only installed by who uses them
                    importlib.import_module(module.name)
    vars(compiler)["compile"] = itself
    return translated


def write(build: Path) -> None:
    magic = importlib.import_module("_sre").MAGIC
    new = build / f"{NAME}.new"
    new.write_bytes(marshal.dumps((magic, _translated())))
    new.replace(build / NAME)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
