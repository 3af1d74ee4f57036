"""What every test file keeps to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bench.mutants import PROJECT, TESTS, explained, mutants

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
        assert [name for name in names.split() if not list(PROJECT.glob(f"tests/test_{name}.py"))] == []


def test_what_is_said_to_be_the_same_program_is_a_mutant() -> None:
    possible = {path: (PROJECT / path).read_bytes() for path, _, _ in explained()}
    made = {(path, *each.lines(source)) for path, source in possible.items() for each in mutants(path)}
    assert explained() - made == set()
