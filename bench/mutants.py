"""Do the tests bite? Small changes of the code, one at a time, and whether the tests of the module notice.

    python -m bench.mutants [--number 125] [--seed 1] [--only crawler/frontier] [--all-tests]

A mutant is a comparison turned, `and` made `or`, a condition negated, or a number raised by one. Each is made in a copy
of the project, and the tests that belong to its module (TESTS) run in a process forked for it, up to the first that
fails; one that takes five times as long as without a mutant counts as killed, and is printed: on a busy machine that
may be chance. Prints the share killed and the survivors, each of which is the same program or wants a test. Those that
bench/mutants.toml explains to be the same program are left out of the share. With --all-tests what survives meets the
tests marked slow, too: most of those of the archive and the downloader are.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
FOLDERS = ("crawler", "pipelines", "tests", "bench")
FILES = ("pyproject.toml", "scrapy.cfg", "Makefile", "README.md")
# Modules, by the beginning of their path, and the tests that belong to them; the first that fits counts.
TESTS = {
    "crawler/extract/url.py": "url links frontier",
    "crawler/extract/links.py": "links url navigation",
    "crawler/extract/list_pages.py": "links navigation extract_reject",
    "crawler/extract/feeds.py": "links navigation",
    "crawler/extract/dates.py": "dates extract_[!cf]* demo_extraction",
    "crawler/extract/decode.py": "decode extract_fixtures",
    "crawler/extract/blocked.py": "downloader_blocked extract_reject render_policy",
    "crawler/extract/join.py": "join demo_extraction",
    "crawler/extract/normal.py": "normal site_talk",
    "crawler/extract/shell.py": "render_policy extract_reject",
    "crawler/extract": "extract_[!cf]* extract_fi* extract_fu* source structure"
    " demo_extraction join profile site_talk dates normal",
    "pipelines/text": "clean quality structure tracked demo_extraction extract_fixtures site_talk extract_kinds",
    "pipelines/dataset/manifest.py": "dataset_manifest damaged_manifest dataset units_fail_alone",
    "pipelines/dataset/compact.py": "compact merge",
    "pipelines/dataset/merge.py": "merge compact",
    "pipelines/dataset/query.py": "damaged_part browse",
    "pipelines/dataset/compare.py": "reextract_diff",
    "pipelines/dataset/recommit.py": "reextract_diff",
    "pipelines/dataset/removal.py": "forget",
    "pipelines/dataset/export.py": "export",
    "pipelines/dataset/choice.py": "export dataset_manifest",
    "pipelines/dataset/plain.py": "export",
    "pipelines/process.py": "join profile tracked extract_boundaries structure",
    "pipelines/stages.py": "dedup_index output_folder units_fail_alone",
    "pipelines/dataset": "dataset fit dataset_manifest compact output_folder export",
    "pipelines/dedup": "dedup dedup_index",
    "crawler/archive/wacz.py": "wacz",
    "crawler/archive/rewrite.py": "archive_audit forget",
    "crawler/archive/superseded.py": "superseded archive_audit",
    "crawler/archive/division.py": "division page_limits",
    "crawler/archive": "archive_* playback division",
    "crawler/frontier/chains.py": "frontier_chains units_fail_alone superseded",
    "crawler/frontier/recover": "units_fail_alone superseded shutdown",
    "crawler/frontier/scheduler.py": "frontier_crawl shutdown spiders units_fail_alone superseded",
    "crawler/frontier/held.py": "shutdown superseded",
    "crawler/frontier/exclusion.py": "frontier forget frontier_command",
    "crawler/frontier/move.py": "frontier_command",
    "crawler/frontier/status.py": "frontier_command cli_status",
    "crawler/frontier": "frontier frontier_[!s]* frontier_slices request_meta recrawl superseded",
    "crawler/downloader/wire/address.py": "downloader_address",
    "crawler/downloader/wire": "downloader_framing downloader_[!bcp]*",
    "crawler/downloader/robots_rules.py": "downloader_robots_rules downloader_politeness",
    "crawler/downloader/robots.py": "robots_sitemaps downloader_crawl downloader_politeness",
    "crawler/sandbox": "sandbox page_limits",
    "crawler/language.py": "language language_commands",
    "crawler/monitor/drift.py": "health",
    "crawler/monitor/health.py": "health",
    "crawler/monitor/counts.py": "health metrics run_report learn",
    "crawler/monitor": "run_report progress metrics seen",
    "crawler/drafting/forms.py": "newsite",
    "crawler/drafting/where.py": "try",
    "crawler/drafting/trial.py": "try",
    "crawler/drafting": "newsite",
    "crawler/learn": "profile learn",
    "crawler/profiles.py": "profile learn",
    "crawler/ingest/saved.py": "ingest_saved",
    "crawler/ingest": "extract_command extract_foreign ingest_saved",
    "crawler/storage": "storage",
    "crawler/browse": "browse show damaged_part",
    "crawler/report": "report",
    "crawler/card": "card",
    "crawler/commands/checks.py": "settings",
    "crawler/commands/code.py": "settings",
    "crawler/verify": "verify damage dataset_manifest",
    "crawler/takedown": "forget archived_sites",
    "crawler/reextract": "reextract reextract_damage reextract_diff division units_fail_alone archived_sites",
    "crawler/spiders": "spiders frontier_crawl recrawl scrapy_tools",
    "crawler/render/policy.py": "render_policy",
    "crawler/render": "render render_policy",
    "crawler/feeds.py": "scrapy_tools extend",
    "crawler/shutdown.py": "shutdown",
    "crawler/navigation/rendered.py": "render_policy render",
    "crawler/navigation": "navigation spiders",
    "crawler/siteconfig/archived.py": "archived_sites",
    "crawler/siteconfig": "site site_patterns sites",
    "crawler/downloader": "downloader_* robots_sitemaps",
}
SAME = PROJECT / "bench" / "mutants.toml"
SLOWER = 5  # times the tests' usual time
SAID = "said.txt"  # what pytest printed last
# What the tests import takes a second or two: it is loaded before the fork. Nothing of the project is.
LOADED = ("pytest", "hypothesis", "pyarrow.parquet", "pyarrow.dataset", "duckdb", "pandas", "polars", "sqlalchemy")
LOADED += ("scrapy.cmdline", "scrapy.crawler", "lxml.html", "fastwarc.warc", "warcio", "cryptography.x509", "rensa")

_TURNED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_SPELT: dict[type[ast.cmpop], str] = {
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="},
    **{ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"},
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """`path` with bytes `start` to `end` replaced."""

    path: str
    line: int
    start: int
    end: int
    text: str

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.text.encode() + source[self.end :]

    def lines(self, source: bytes) -> tuple[str, str]:
        """The line before and after."""
        at = self.line - 1
        before, after = (text.split(b"\n")[at].decode().strip() for text in (source, self.apply(source)))
        return before, after

    def shown(self, source: bytes) -> str:
        before, after = self.lines(source)
        return f"{self.path}:{self.line}\n  - {before}\n  + {after}"


def mutants(path: str) -> Iterator[Mutant]:
    """Every mutant of a module there is."""
    source = (PROJECT / path).read_bytes()
    starts = [0]
    for line in source.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    tree = ast.parse(source)
    skipped = _skipped(tree)

    def span(node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    def between(left: ast.expr, right: ast.expr, old: str, new: str) -> Mutant | None:
        start, end = span(left)[1], span(right)[0]
        at = source.find(old.encode(), start, end)
        return Mutant(path, source.count(b"\n", 0, at) + 1, at, at + len(old), new) if at >= 0 else None

    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Compare):
            for left, operator, right in zip((node.left, *node.comparators), node.ops, node.comparators, strict=False):
                if found := between(left, right, _SPELT[type(operator)], _TURNED[type(operator)]):
                    yield found
        elif isinstance(node, ast.BoolOp):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:], strict=False):
                if found := between(left, right, old, new):
                    yield found
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            start, end = span(node)
            yield Mutant(path, node.lineno, start, end, str(node.value + 1))
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            start, end = span(node.test)
            yield Mutant(path, node.test.lineno, start, end, f"not ({source[start:end].decode()})")


def _skipped(tree: ast.AST) -> set[int]:
    """What a type checker reads, and messages: annotations, asserts, the arguments of errors and of the log."""
    found: set[int] = set()
    for node in ast.walk(tree):
        aside: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            aside = [node.returns, *(each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg))]
        elif isinstance(node, ast.AnnAssign):
            aside = [node.annotation]
        elif isinstance(node, ast.Assert | ast.Raise | ast.JoinedStr):
            aside = [node]
        for each in aside:
            if each is not None:
                found |= {id(inner) for inner in ast.walk(each)}
    return found


def tests_of(path: str) -> list[str]:
    """The test files of a module, those of its name first; names in TESTS are patterns."""
    for beginning, names in TESTS.items():
        if path.startswith(beginning):
            found = (sorted((PROJECT / "tests").glob(f"test_{name}.py")) for name in names.split())
            files = dict.fromkeys(file.relative_to(PROJECT).as_posix() for files in found for file in files)
            return sorted(files, key=lambda file: Path(path).stem not in file)
    return []


def explained() -> set[tuple[str, str, str]]:
    """Path, line before and line after of the mutants that are the same program."""
    return {
        (each["path"], each["before"], each["after"]) for each in tomllib.loads(SAME.read_text("utf-8")).get("same", ())
    }


def sample(number: int, seed: int, only: str) -> list[Mutant]:
    """As many mutants, drawn at random; a module's chance grows with the mutants that it has."""
    paths = [path.relative_to(PROJECT).as_posix() for name in FOLDERS[:2] for path in (PROJECT / name).rglob("*.py")]
    everything = [each for path in sorted(paths) if path.startswith(only) and tests_of(path) for each in mutants(path)]
    return random.Random(seed).sample(everything, min(number, len(everything)))


def run(copy: Path, tests: Sequence[str], seconds: float, marked: str) -> tuple[str, float]:
    """Runs them in a process forked from this one: "failed", "passed" or "too long", and how long that took."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setsid()
        _test(copy, tests, marked)
    while time.monotonic() - began < seconds:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "passed" if status == 0 else "failed", time.monotonic() - began
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "too long", time.monotonic() - began


def _test(copy: Path, tests: Sequence[str], marked: str) -> None:
    """In the child: never returns."""
    code = 1
    try:
        import pytest  # noqa: PLC0415

        os.chdir(copy)
        sys.path[:] = [str(copy), *(each for each in sys.path if each not in ("", str(PROJECT)))]
        os.environ["PYTHONPATH"] = str(copy)
        for name in [name for name in sys.modules if name.split(".")[0] in FOLDERS]:
            del sys.modules[name]
        said = os.open(copy / SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", "-m", marked]
        code = int(pytest.main([*options, *tests]) not in (0, 5))
    finally:
        os._exit(code)


def _usual(copy: Path, tests: Sequence[str], marked: str) -> float | None:
    """Seconds that the tests take without a mutant; null, and it is told, where they fail by themselves."""
    end, seconds = run(copy, tests, 1800, marked)
    if end == "passed":
        return seconds
    failed = [
        line for line in (copy / SAID).read_text("utf-8", "replace").splitlines() if line[:6] in ("FAILED", "ERROR ")
    ]
    print(f"{' '.join(tests)}: {end} without a mutant; left out. {'; '.join(failed)}", flush=True)
    return None


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=125)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="PATH", help="modules whose path begins so")
    parser.add_argument("--all-tests", action="store_true", help="those marked slow, too")
    asked = parser.parse_args()
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    for name in LOADED:
        importlib.import_module(name)
    rounds = ("not slow", "slow") if asked.all_tests else ("not slow",)
    usual: dict[tuple[tuple[str, ...], str], float | None] = {}
    killed, made, same, known = Counter[str](), Counter[str](), 0, explained()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        for name in (*FOLDERS, "docs"):
            shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
        for name in FILES:
            shutil.copy(PROJECT / name, copy / name)
        for each in sample(asked.number, asked.seed, asked.only):
            tests = tuple(tests_of(each.path))
            source = (copy / each.path).read_bytes()
            if (each.path, *each.lines(source)) in known:
                same += 1
                continue
            for marked in rounds:
                if (tests, marked) not in usual:
                    usual[tests, marked] = _usual(copy, tests, marked)
            limits = [(marked, limit) for marked in rounds if (limit := usual[tests, marked]) is not None]
            if len(limits) < len(rounds):
                continue
            (copy / each.path).write_bytes(each.apply(source))
            ends = (run(copy, tests, SLOWER * limit + 20, marked)[0] for marked, limit in limits)
            end = next((end for end in ends if end != "passed"), "survived")
            (copy / each.path).write_bytes(source)
            package = "/".join(each.path.split("/")[:2])
            made[package] += 1
            killed[package] += end != "survived"
            if end != "failed":
                print(f"{end}: {each.shown(source)}", flush=True)
    for package in sorted(made):
        print(f"{package:22} {killed[package]:4} of {made[package]:4}")
    share = killed.total() / max(1, made.total())
    print(f"{killed.total()} of {made.total()} killed: {share:.0%}; {same} are the same program")
    return 0


if __name__ == "__main__":
    sys.exit(main())
