"""What every test file keeps to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bench.mutants import PROJECT, TESTS

FILES = sorted(path for path in Path(__file__).parent.rglob("*.py") if path != Path(__file__))
PRIVATE = re.compile(r"_[A-Za-z]\w*\Z")
PATH = re.compile(r"(?:crawler|pipelines)(?:\.\w+)*\._[a-z]")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_private_name_of_another_module_is_used(path: Path) -> None:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found += [each.name for each in node.names if PRIVATE.match(each.name)]
        elif isinstance(node, ast.Attribute) and PRIVATE.match(node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                found.append(ast.unparse(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and PATH.match(node.value):
            found.append(node.value)
    assert found == []


def test_mutants_are_tried_by_tests_that_are_there() -> None:
    for beginning, names in TESTS.items():
        assert list(PROJECT.glob(f"{beginning}*")), beginning
        assert [name for name in names.split() if not (PROJECT / f"tests/test_{name}.py").exists()] == []
