"""What README.md and docs/ tell people to type is there: commands with their options, modules, files, make targets."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from scrapy.settings import Settings

PROJECT = Path(__file__).parents[1]
PAGES = ("README.md", "docs/operations.md", "docs/sites.md", "docs/quality.md")
_COMMAND = re.compile(r"\bscrapy (?P<name>[a-z]+)\b(?P<rest>[^`#\n]*)")
_OPTION = re.compile(r"(?<=\s)(--?[a-z]+)\b")


def matches(pattern: str | re.Pattern[str]) -> Iterator[re.Match[str]]:
    for page in PAGES:
        yield from re.finditer(pattern, (PROJECT / page).read_text("utf-8"))


def test_commands_and_their_options_are_there() -> None:
    told = {(match["name"], *_OPTION.findall(match["rest"])) for match in matches(_COMMAND)}
    assert {"crawl", "forget", "reextract", "verify"} <= {name for name, *_ in told}
    for name, *options in sorted(told):
        command = importlib.import_module(f"crawler.commands.{name}").Command()
        command.settings = Settings()
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        command.add_options(parser)
        known = {word for action in parser._actions for word in action.option_strings}
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
    told = {match[1] for match in matches(r"[`( ]((?:deploy|docs|bench|tests|crawler|pipelines)/[\w./@*-]*[\w*])")}
    assert len(told) > 10
    assert [name for name in sorted(told) if not any(PROJECT.glob(name))] == []


def test_a_takedown_is_told_by_its_command() -> None:
    _, _, section = (PROJECT / "docs/operations.md").read_text("utf-8").partition("to be taken down\n")
    told = {match["name"] for match in _COMMAND.finditer(section.partition("\n## ")[0])}
    assert {"show", "forget", "verify"} <= told
