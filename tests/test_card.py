"""`scrapy card`: README.md and croissant.json say what is in the data, and loaders understand them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crawler.card.columns import MEANING
from crawler.card.facts import facts
from crawler.card.readme import markdown, readme
from pipelines.dataset.part import sha256
from pipelines.dataset.schema import SCHEMA
from tests.report_kit import articles, night, rejects
from tests.site.crawl import scrapy

pytestmark = pytest.mark.slow

CONTACT = "mailto:takedown@example.org"
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
HOSTILE = "</td>\n# 标题 <script>alert(1)</script> ![x](http://evil.example/i.png) [y](javascript:z) | `a` --- \\"


def dataset(output: Path) -> None:
    night(output, 0, {"lanjiang": articles("lanjiang", 0, 30)}, rejects=rejects("lanjiang", 0, "too_short"))
    night(output, 1, {"qinghe": articles("qinghe", 1, 10, family="fanwen", notices=["转载请注明"])}, family="fanwen")


def card(output: Path, *more: str, contact: str = CONTACT) -> str:
    done = scrapy("card", *more, settings={"OUTPUT_DIR": str(output), "CONTACT": contact})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{output}/README.md\n{output}/croissant.json\n"
    return (output / "README.md").read_text()


def test_the_card_counts_what_is_there(tmp_path: Path) -> None:
    dataset(tmp_path)
    text = card(tmp_path, "--name", "Model essays & news")
    assert text.startswith('---\npretty_name: "Model essays & news"\nlanguage:\n- zh\n')
    assert "40 articles with" in text
    assert "| fanwen | qinghe | 10 |" in text
    assert "| news | lanjiang | 30 | 16,920 | 2026-11-01 to 2026-11-01 |" in text
    assert "| `author` | `string` | 65% |" in text
    assert "10 rows carry a notice" in text
    assert "- 转载请注明 (10)" in text
    assert "takedown@example.org" in text.replace("\\", "")
    assert "path: rejects/**/*.parquet" in text
    assert [path.name for path in (tmp_path / "articles").iterdir()] == ["crawl_month=2026-11"]  # nothing but parts


def test_the_query_on_the_card_keeps_what_it_says(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    dataset(tmp_path)
    text = card(tmp_path)
    [(kept, of, query)] = re.findall(r"-- DuckDB: (\d+) of (\d+) rows\n(.*?)```", text, re.S)
    found = duckdb.sql(query.replace("articles/", f"{tmp_path}/articles/")).fetchall()
    assert (len(found), 40) == (int(kept), int(of))


def test_the_same_data_gives_the_same_card(tmp_path: Path) -> None:
    dataset(tmp_path)
    first, described = card(tmp_path), (tmp_path / "croissant.json").read_bytes()
    assert (card(tmp_path), (tmp_path / "croissant.json").read_bytes()) == (first, described)


def test_every_column_has_its_sentence() -> None:
    assert list(MEANING) == SCHEMA.names


def test_each_part_is_described_with_its_digest(tmp_path: Path) -> None:
    dataset(tmp_path)
    card(tmp_path)
    described: dict[str, Any] = json.loads((tmp_path / "croissant.json").read_text())
    files = [each for each in described["distribution"] if each["@type"] == "cr:FileObject"]
    assert len(files) == 2
    for each in files:
        assert sha256(tmp_path / each["contentUrl"]) == each["sha256"]
        assert f"{(tmp_path / each['contentUrl']).stat().st_size} B" == each["contentSize"]
    [records] = described["recordSet"]
    assert [field["name"] for field in records["field"]] == SCHEMA.names


@given(st.text(max_size=200) | st.just(HOSTILE))
def test_what_pages_say_is_one_line_of_text_in_markdown(said: str) -> None:
    rendered = (
        MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").render(f"- {markdown(said)} (1)")
    )
    assert rendered.count("<li>") == 1
    assert set(re.findall(r"<(/?\w+)", rendered)) <= {"ul", "li", "/li", "/ul"}


def test_a_hostile_notice_stays_a_notice(tmp_path: Path) -> None:
    night(tmp_path, 0, {"lanjiang": articles("lanjiang", 0, 3, notices=[HOSTILE], rules_version=HOSTILE)})
    rendered = (
        MarkdownIt("commonmark", {"html": True}).enable("table").render(readme(facts(tmp_path), name="x", contact=None))
    )
    assert not re.search(r"<(script|img|a)\b", rendered)
    assert "&lt;script&gt;alert(1)" in rendered


def test_an_empty_dataset_has_a_card(tmp_path: Path) -> None:
    text = card(tmp_path)
    assert "0 articles with 0 characters" in text
    assert "configs:" not in text


def test_without_contact_it_says_so(tmp_path: Path) -> None:
    dataset(tmp_path)
    done = scrapy("card", settings={"OUTPUT_DIR": str(tmp_path)})
    assert done.returncode == 0
    assert done.stderr == "scrapy card: no CONTACT for take-down requests; add -s CONTACT=…\n"
    assert "no address for take-down requests" in (tmp_path / "README.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["now"], "no argument 'now'; usage: scrapy card [--name NAME] [-s CONTACT=…]"),
        (["--name", "a\nb"], "--name 'a\\nb': a name in one line is needed"),
    ],
)
def test_mistakes_are_one_line_and_status_2(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    done = scrapy("card", *arguments, settings={"OUTPUT_DIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (2, f"scrapy card: {complaint}\n")


def test_a_readme_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    done = scrapy("card", settings={"OUTPUT_DIR": str(tmp_path)})
    assert done.returncode == 2
    assert (tmp_path / "README.md").read_text() == "mine"


LOADERS = """
import sys, datasets
found = datasets.load_dataset(sys.argv[1])
print({split: rows.num_rows for split, rows in found.items()}, found["train"].column_names[:2])
print(datasets.load_dataset(sys.argv[1], "rejects")["train"].num_rows)
"""
CROISSANT = """
import sys, mlcroissant
dataset = mlcroissant.Dataset(sys.argv[1] + "/croissant.json")
issues = dataset.metadata.ctx.issues
print(issues.errors or "", issues.warnings or "", sum(1 for _ in dataset.records("articles")))
"""


def outside(script: str, output: Path) -> list[str]:
    """Run in a process of its own: these libraries warn, and write caches into the home folder."""
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(output / "tmp" / "hf"),
        "HOME": str(output / "tmp"),
    }
    done = subprocess.run(
        [sys.executable, "-c", script, str(output)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(not find_spec("datasets"), reason="datasets is not installed")
def test_load_dataset_reads_the_folder_by_its_card(tmp_path: Path) -> None:
    dataset(tmp_path)
    card(tmp_path)
    assert outside(LOADERS, tmp_path) == ["{'train': 40} ['id', 'url']", "1"]


@pytest.mark.skipif(not find_spec("mlcroissant"), reason="mlcroissant is not installed")
def test_the_reference_implementation_reads_croissant_json_without_a_complaint(tmp_path: Path) -> None:
    dataset(tmp_path)
    card(tmp_path)
    assert outside(CROISSANT, tmp_path) == ["  40"]
