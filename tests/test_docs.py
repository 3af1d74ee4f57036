"""What README.md, CONTRIBUTING.md and docs/ name is there: commands with their options, modules, files, functions, make
targets. And the tables of docs/design.md are those of the code."""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from scrapy.settings import Settings, default_settings

from crawler import settings
from crawler.extract.article import REASONS
from crawler.status import Exit
from pipelines.dataset.schema import NULLABLE, REJECT_SCHEMA, SCHEMA

PROJECT = Path(__file__).parents[1]
DOCS = PROJECT / "docs"
PAGES = [*sorted(PROJECT.glob("[A-Z]*.md")), *sorted(DOCS.glob("*.md")), *sorted(DOCS.glob("zh/*.md"))]
HISTORY = PROJECT / "CHANGELOG.md"  # tells of what was there once
_COMMAND = re.compile(r"(?<!from )\bscrapy (?P<name>[a-z]+)\b(?P<rest>[^`#\n]*)")
_OPTION = re.compile(r"(?<=\s)(--?[a-z]+)\b")
_FILE = re.compile(r"[`( ]((?:deploy|docs|bench|tests|crawler|pipelines|\.github)/[\w./@*-]*[\w*])")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
# In code: a file, a function or class of the file that was named last, a dotted name.
_CITED = re.compile(r"`(?:(?P<file>[\w./]+\.py)|(?P<function>[\w.]+)\(\)|(?P<dotted>(?:crawler|pipelines)(?:\.\w+)+))`")


def matches(pattern: str | re.Pattern[str]) -> Iterator[re.Match[str]]:
    for page in PAGES:
        if page != HISTORY:
            yield from re.finditer(pattern, page.read_text("utf-8"))


def section(page: Path, heading: str) -> str:
    """The text under a heading that begins with these words, to the next heading of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}.*\n", page.read_text("utf-8"), re.M)
    assert found, f"{page.name} has no heading {heading!r}"
    rest = found.string[found.end() :]
    return re.split(rf"^#{{1,{len(found[1])}}} ", rest, maxsplit=1, flags=re.M)[0]


def first_cells(text: str) -> list[str]:
    """The first column of the tables in `text`, without their headings."""
    return [cell.strip() for cell in re.findall(r"^\| ([^|]+)\|", text, re.M) if not cell.startswith("---")][1:]


@cache
def defined(file: str) -> frozenset[str]:
    """Functions and classes of a module, methods as Class.method."""
    names: set[str] = set()
    for node in ast.parse((PROJECT / file).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {
                f"{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return frozenset(names)


@pytest.mark.slow
def test_commands_and_their_options_are_there() -> None:
    told = {(match["name"], *_OPTION.findall(match["rest"])) for match in matches(_COMMAND)}
    assert {"crawl", "forget", "reextract", "verify"} <= {name for name, *_ in told}
    for name, *options in sorted(told):
        package = "crawler" if importlib.util.find_spec(f"crawler.commands.{name}") else "scrapy"  # Scrapy's own
        command = importlib.import_module(f"{package}.commands.{name}").Command()
        command.settings = Settings()
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        command.add_options(parser)
        known = set(_OPTION.findall(parser.format_help()))
        assert known.issuperset(options), name


def test_modules_are_there() -> None:
    told = {match[1] for match in matches(r"python -m ((?:bench|crawler|pipelines|tests)[\w.]*)")}
    assert told
    assert [name for name in sorted(told) if importlib.util.find_spec(name) is None] == []


def test_make_targets_are_there() -> None:
    targets = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.M)
    told = {match[1] for match in matches(r"(?:`|&& |\n    )make ([a-z]+)")}
    assert {"demo", "test"} <= told <= {*targets}


def test_files_are_there() -> None:
    told = {match[1] for match in matches(_FILE) if "NAME" not in match[1]}
    assert len(told) > 10
    assert [name for name in sorted(told) if not any(PROJECT.glob(name))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    told = _LINK.findall(page.read_text("utf-8"))
    assert [target for target in told if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page != HISTORY], ids=lambda page: page.name)
def test_functions_stand_in_the_file_that_is_named_before_them(page: Path) -> None:
    wrong: list[str] = []
    file = ""
    for cited in _CITED.finditer(page.read_text("utf-8")):
        if cited["file"]:
            file = cited["file"]
        elif cited["function"] and cited["function"] not in defined(file):
            wrong.append(f"{file}: {cited['function']}()")
        elif cited["dotted"] and not _is_there(cited["dotted"]):
            wrong.append(cited["dotted"])
    assert wrong == []


def _is_there(dotted: str) -> bool:
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


def test_every_folder_has_its_line_in_the_layout() -> None:
    told = {
        name for cell in first_cells(section(DOCS / "design.md", "Layout")) for name in re.findall(r"`([^`]+)`", cell)
    }
    folders = {path.parent for package in ("crawler", "pipelines") for path in PROJECT.glob(f"{package}/*/__init__.py")}
    assert [name for path in sorted(folders) if (name := f"{path.relative_to(PROJECT)}/") not in told] == []


def test_the_columns_of_the_contract_are_those_of_the_schema() -> None:
    contract = section(DOCS / "design.md", "Row")
    assert [name for cell in first_cells(contract) for name in cell.split(", ")] == SCHEMA.names
    for names, types in re.findall(r"^\| ([a-z_, ]+) \| ([^|]*) \|", contract, re.M):
        marks = re.split(r", (?![^\[<{]*[\]>}])", types)
        for number, name in enumerate(names.split(", ")):
            nullable = marks[number if len(marks) > 1 else 0].endswith("?")
            assert nullable == (name in NULLABLE), name
    assert f"`rejects/` has {', '.join(REJECT_SCHEMA.names)}".replace("capture,", "capture?,") in " ".join(
        contract.split()
    )


def test_the_reasons_of_the_contract_are_those_of_the_code() -> None:
    _, _, told = section(DOCS / "design.md", "Page, and the one door").partition("Reasons of a reject: ")
    assert tuple(re.findall(r"`([a-z_0-9]+)`", told)) == REASONS


@pytest.mark.parametrize("page", ["design.md", "operations.md"])
def test_every_exit_status_is_told(page: str) -> None:
    heading = {"design.md": "Command line", "operations.md": "Exit status"}[page]
    told = {int(number) for cell in first_cells(section(DOCS / page, heading)) for number in re.findall(r"\d+", cell)}
    assert {*Exit} - {Exit.INTERRUPTED} | {130, 143} <= told


def test_every_command_is_in_the_contract() -> None:
    told = {*re.findall(r"\bscrapy ([a-z]+)", section(DOCS / "design.md", "Command line"))}
    commands = {path.stem for path in (PROJECT / "crawler" / "commands").glob("*.py")}
    assert {
        name for name in commands if hasattr(importlib.import_module(f"crawler.commands.{name}"), "Command")
    } == told


def test_every_setting_of_our_own_is_in_the_contract_and_in_the_readme() -> None:
    ours = {name for name in vars(settings) if name.isupper() and name[0] != "_"} - vars(default_settings).keys()
    ours.discard("RUN")  # an object, not to be set by a person
    contract, readme = section(DOCS / "design.md", "Command line"), (PROJECT / "README.md").read_text("utf-8")
    assert [name for name in sorted(ours) if name not in contract or name not in readme] == []


def test_bounds_are_those_of_the_code() -> None:
    rows = re.findall(
        r"^\| [^|]+ \| ([\d,]+)( KB| MB| GB| s)? \| [^|]+ \| `([\w.]+)` \|",
        section(DOCS / "operations.md", "Bounds"),
        re.M,
    )
    assert len(rows) == section(DOCS / "operations.md", "Bounds").count("\n| ") - 2
    unit = {" KB": 1 << 10, " MB": 1 << 20, " GB": 1 << 30}
    told = {name: int(number.replace(",", "")) * unit.get(suffix, 1) for number, suffix, name in rows}
    assert told == {name: _value(name) for name in told}


def _value(dotted: str) -> object:
    owner, _, name = dotted.rpartition(".")
    found = pkgutil.resolve_name(owner)
    # The default of a dataclass with slots is in its fields only.
    return found.__dataclass_fields__[name].default if isinstance(found, type) else getattr(found, name)


def test_a_takedown_is_told_by_its_command() -> None:
    told = {match["name"] for match in _COMMAND.finditer(section(DOCS / "operations.md", "When somebody asks"))}
    assert {"show", "forget", "verify"} <= told
